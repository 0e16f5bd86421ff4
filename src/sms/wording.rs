//! How it is understood what people write in their own words: that an audit found nothing, that a
//! corrective action has no effect, or that nobody knows yet (clauses 9.2 and 10.1).
//!
//! In doubt a finding is open, and an effect is not shown: what is passed over here is missing in what an
//! auditor reads.

/// What says that there is none of something.
const NONE: [&str; 11] = [
    "no",
    "none",
    "nothing",
    "nil",
    "zero",
    "0",
    "kein",
    "keine",
    "keinerlei",
    "nichts",
    "neither",
];

/// The words beside them of which a sentence is made that says that an audit found no nonconformity.
const OF_NONE: &str = "there was were is are has have been be any at all a an the of or nor and in on \
    for to with against this that audit clause clauses requirement requirements new other further grade \
    grades kind kinds major minor n nc ncs nonconformity nonconformities nonconformance nonconformances non \
    conformity conformities conformance finding findings observation observations deviation deviations \
    issue issues found raised identified recorded made reported noted detected wurde wurden gefunden \
    festgestellt abweichung abweichungen feststellung feststellungen";

/// Tells whether a text says, in whole sentences, that an audit found nothing: `none`, `No findings`,
/// `No major or minor nonconformity was raised`.
pub fn says_no_finding(text: &str) -> bool {
    !text.trim().is_empty() && sentences(text).iter().all(|sentence| is_of_none(sentence))
}

/// Tells whether a text speaks of a nonconformity, other than in a sentence that says there was none.
pub(super) fn speaks_of_nonconformity(text: &str) -> bool {
    sentences(text).iter().any(|sentence| {
        let names_one = ["major", "minor", "nonconform", "non-conform"];
        names_one.iter().any(|it| sentence.contains(it)) && !is_of_none(sentence)
    })
}

/// Tells whether a sentence says that there is nothing, and nothing else.
fn is_of_none(sentence: &str) -> bool {
    let words = sentence.split(|c: char| !c.is_alphanumeric() && c != '.');
    let words: Vec<&str> =
        words.map(|word| word.trim_matches('.')).filter(|it| !it.is_empty()).collect();
    // A number without a dot may count what was found.
    let is_clause =
        |word: &str| word.contains('.') && word.chars().all(|c| c == '.' || c.is_ascii_digit());
    let is_known = |word: &str| OF_NONE.split_whitespace().any(|known| known == word);
    words.iter().any(|word| NONE.contains(word))
        && words.iter().all(|word| NONE.contains(word) || is_clause(word) || is_known(word))
}

/// Returns the sentences of a text, in small letters. Where it has numbers, each may be of another clause.
fn sentences(text: &str) -> Vec<String> {
    let text = text.to_lowercase();
    let has_number = text.contains(|c: char| c.is_ascii_digit());
    let is_end = |c: char| matches!(c, ';' | '\n') || has_number && c == ',';
    let parts = text.split(is_end).flat_map(|part| part.split(". "));
    let parts = parts.map(|part| part.trim().trim_end_matches('.').to_owned());
    parts.filter(|part| !part.is_empty()).collect()
}

/// Tells whether a text says that there is none of what was asked: `none`, `No findings`.
pub fn says_none(text: &str) -> bool {
    let first = text.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty());
    let nothing = ["no", "none", "nothing", "kein", "keine", "nichts"];
    first.is_some_and(|word| nothing.contains(&word.to_lowercase().as_str()))
}

/// What a result begins with while nobody knows yet, or nobody looked.
const NOT_KNOWN: [&str; 28] = [
    "not yet",
    "not known",
    "not clear",
    "to be",
    "tbd",
    "tbc",
    "tba",
    "todo",
    "waiting for",
    "awaiting",
    "pending",
    "unknown",
    "unclear",
    "n a",
    "not applicable",
    "too early",
    "in progress",
    "under review",
    "is being",
    "will be",
    "repeat in",
    "repeat the",
    "noch nicht",
    "noch offen",
    "steht aus",
    "ausstehend",
    "unbekannt",
    "wird",
];

/// Words that, alone in the first part of a result or behind one on the effect, are a no.
const ALONE: [&str; 15] = [
    "no",
    "nein",
    "none",
    "false",
    "fail",
    "failed",
    "open",
    "offen",
    "unknown",
    "unclear",
    "partly",
    "partially",
    "pending",
    "tbc",
    "tbd",
];

/// Tells whether a result says that the action does not work, works in part, or that nobody knows yet.
pub(super) fn tells_of_no_effect(result: &str) -> bool {
    let plain = result.to_lowercase().replace("n't", " not").replace("n’t", " not");
    let marks = [',', ';', '.', ':', '(', ')', '?', '\n', '–', '—'];
    let parts: Vec<Vec<&str>> = plain.split(marks).map(words).filter(|it| !it.is_empty()).collect();
    let is_on_effect = |part: &Vec<&str>| {
        part.last().is_some_and(|it| EFFECT.contains(it) || ["result", "ergebnis"].contains(it))
    };
    let is_no = |at: usize| {
        matches!(parts[at].as_slice(), [only] if ALONE.contains(only))
            && (at == 0 || is_on_effect(&parts[at - 1]))
    };
    let begins = words(&plain).join(" ") + " ";
    // `Pending changes fell to none, effective` is known; `To be checked, effective then` is not.
    let is_word = |part: &Vec<&str>| matches!(part.as_slice(), ["effective" | "wirksam"]);
    let says_effective = parts.iter().skip(1).any(is_word)
        && !["not ", "to be "].iter().any(|it| begins.starts_with(it));
    // `It did not come back: effective` denies nothing; `not yet really effective` does.
    parts.iter().any(|part| denies(part) || is_not_shown(part))
        || (0..parts.len()).any(is_no)
        || !says_effective && NOT_KNOWN.iter().any(|it| begins.starts_with(&format!("{it} ")))
        || plain.trim_end().ends_with('?')
}

/// The words for an effect.
const EFFECT: [&str; 8] = [
    "effective",
    "effectiveness",
    "wirksam",
    "wirksamkeit",
    "works",
    "worked",
    "successful",
    "success",
];

/// Tells whether one part of a sentence says that the effect was not shown: `could not be confirmed`,
/// `unable to confirm it`, `not proven`.
fn is_not_shown(words: &[&str]) -> bool {
    const SHOWN: [&str; 15] = [
        "shown",
        "proven",
        "proved",
        "confirmed",
        "confirm",
        "verified",
        "verify",
        "demonstrated",
        "established",
        "evaluated",
        "assessed",
        "known",
        "clear",
        "nachgewiesen",
        "bestätigt",
    ];
    const SEEN: [&str; 4] = ["seen", "checked", "tested", "measured"];
    const UNABLE: [&str; 5] = ["not", "cannot", "never", "unable", "nicht"];
    const BETWEEN: [&str; 7] = ["be", "been", "being", "yet", "to", "fully", "really"];
    (0..words.len()).any(|at| {
        let mut before = words[..at].iter().rev().skip_while(|it| BETWEEN.contains(it));
        before.next().is_some_and(|it| UNABLE.contains(it))
            && (SHOWN.contains(&words[at])
                || SEEN.contains(&words[at]) && at > 0 && words[at - 1] == "be")
    })
}

fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect()
}

/// Tells whether one part of a sentence says that something has no effect.
fn denies(words: &[&str]) -> bool {
    const NONE: [&str; 4] = ["no effect", "without effect", "keine wirkung", "ohne wirkung"];
    const NOT: [&str; 13] = [
        "not",
        "no",
        "never",
        "none",
        "nicht",
        "nie",
        "partially",
        "partly",
        "hardly",
        "barely",
        "insufficiently",
        "teilweise",
        "kaum",
    ];
    let is_one = |at: usize, all: &[&str]| words.get(at).is_some_and(|word| all.contains(word));
    let is_denied = |at: usize| {
        (at.saturating_sub(3)..at).any(|it| is_one(it, &NOT) && !is_one(it + 1, &["only"]))
    };
    NONE.contains(&words.join(" ").as_str())
        || (0..words.len()).any(|at| {
            is_one(at, &["ineffective", "ineffectiveness", "unwirksam", "wirkungslos"])
                || is_one(at, &["effective", "wirksam"]) && is_denied(at)
                || is_one(at, &["work", "works", "worked", "help", "helped"])
                    && at > 0
                    && is_one(at - 1, &NOT)
                || is_one(at, &["failed", "fails", "recurred"]) && !is_denied(at)
                || is_one(at, &["came"]) && is_one(at + 1, &["back"]) && !is_denied(at)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_sentences_say_that_nothing_was_found() {
        for none in [
            "none",
            "None.",
            "No findings",
            "No nonconformities.",
            "There were no major or minor nonconformities",
            "No minor nonconformity against 8.6.1",
            "Major: 0, minor: 0",
            "Nonconformities: none",
            "Keine Abweichungen",
        ] {
            assert!(says_no_finding(none) && !speaks_of_nonconformity(none), "{none}");
        }
        for some in [
            "No audit trail exists: a major nonconformity against 8.6.1",
            "No major nonconformity, one minor against 8.6.1",
            "0 major and 2 minor",
            "None of the rows is signed: minor nonconformity, 8.6.1",
            "No findings in 8.6.2. A major one in 8.6.1",
        ] {
            assert!(!says_no_finding(some) && speaks_of_nonconformity(some), "{some}");
        }
        assert!(!speaks_of_nonconformity("The team knows its work"));
    }

    #[test]
    fn a_result_without_effect_is_known_in_other_words() {
        for none in [
            "not effective",
            "Not  effective: it came back",
            "not yet effective",
            "not-effective",
            "Result: not effective",
            "ineffective",
            "nicht wirksam",
            "no",
            "TBD",
            "pending",
            "Did not work",
            "does not help; look again",
            "nein",
            "Keine Wirkung",
            "No effect.",
            "failed again",
            "The failure came back",
            "false",
            "Not yet known",
            "to be checked in December",
            "waiting for data",
            "effective: no",
            "effective? unknown",
            "n/a",
            "Effectiveness could not be shown",
            "Effectiveness: none",
            "Partially effective",
            "no longer effective",
            "hardly effective",
            "Not proven effective",
            "Repeat in January",
            "We were unable to confirm it",
            "It wasn't effective",
            "Is it effective?",
            "Open, the data comes in March",
            "Effective: tbd",
            "Effective: pending",
            "To be checked in December, effective then",
            "Not yet known: effective",
        ] {
            assert!(tells_of_no_effect(none), "{none}");
        }
        for some in [
            "effective",
            "effective: it did not come back",
            "wirksam",
            "no incident since",
            "No recurrence in three months, effective",
            "The fault did not come back: effective",
            "nicht wieder aufgetreten, wirksam",
            "There is no doubt that it is effective",
            "not only effective but cheap",
            "none failed in three months",
            "it never came back",
            "Open tickets fell to none, effective",
            "It was not seen again: effective",
            "No complaint in three months. Effective.",
            "Effective: no successful attack since, as was confirmed",
            "Repeat incidents fell to two a month: effective",
            "Shown to be effective; the next ten changes have a plan",
            "Not only shown once: effective",
            "Pending changes fell from 12 to 0, effective",
            "Waiting time fell from 5 days to 1",
            "Wird wie geplant angewendet, wirksam",
            "Under review for three months: effective",
        ] {
            assert!(!tells_of_no_effect(some), "{some}");
        }
    }
}
