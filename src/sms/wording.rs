//! How it is understood what people write in their own words: that an audit found nothing, or that it
//! did not look at something (clause 9.2); that they approve, or do not (clause 7.5.2).
//!
//! In doubt a finding is open, and nothing is approved: what is passed over here is missing in what an
//! auditor reads.

/// What says that there is none of something.
const NONE: [&str; 12] = [
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
    "free",
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
        let names_one = [
            "major",
            "minor",
            "nonconform",
            "non-conform",
            "not conform",
            "not fulfilled",
            "not met",
            "nicht erfüllt",
            "abweichung",
        ];
        names_one.iter().any(|it| sentence.contains(it)) && !is_of_none(sentence)
    })
}

/// Returns the word by which a text says of something that it is not approved, or nothing is settled.
pub(super) fn denies_approval(text: &str) -> Option<String> {
    const WORDS: [&str; 7] = ["not", "never", "cannot", "pending", "unapproved", "nicht", "nie"];
    const BEGINNINGS: [&str; 8] = [
        "reject",
        "refus",
        "disapprov",
        "withh",
        "abgelehn",
        "ablehn",
        "verweiger",
        "zurückgewiesen",
    ];
    let text = text.to_lowercase().replace('\u{2019}', "'");
    let mut words = text.split(|c: char| !c.is_alphabetic() && c != '\'');
    let denies = |word: &&str| {
        WORDS.contains(word)
            || word.ends_with("n't")
            || BEGINNINGS.iter().any(|it| word.starts_with(it))
    };
    words.find(denies).map(str::to_owned)
}

/// Tells whether a text says that something is approved.
pub(super) fn says_approved(text: &str) -> bool {
    let text = text.to_lowercase();
    let mut words = text.split(|c: char| !c.is_alphabetic());
    words.any(|word| {
        ["approv", "freigeb", "freigab", "freigegeben", "genehmig"]
            .iter()
            .any(|it| word.starts_with(it))
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

/// Words that say what came of an audit, and those beside them.
const RESULT: &str = "conforms conform conforming conformity conformant conformance yes ja true ok done \
    held audited checked complete completed closed passed pass met fulfilled effective major minor nc \
    observation observations ofi opportunity opportunities finding findings nonconforming nonconformity \
    nonconformities nonconformance hauptabweichung nebenabweichung erfüllt konform";
const BESIDE_RESULT: &str =
    "fully largely partly partially for improvement with and one two three a not";

/// Tells whether a text is the result of an audit that was held: `conforms`, `1 minor nonconformity`, `no
/// findings`.
pub(super) fn says_it_was_audited(text: &str) -> bool {
    let plain = text.to_lowercase();
    let words = words(&plain);
    let is_one_of = |word: &str, list: &str| list.split_whitespace().any(|known| known == word);
    let is_known = |word: &str| {
        is_one_of(word, RESULT)
            || is_one_of(word, BESIDE_RESULT)
            || word.chars().all(|c| c.is_ascii_digit())
    };
    let is_result = |word: &&str| is_one_of(word, RESULT);
    let is_said = words.iter().any(is_result) && words.iter().all(|word| is_known(word));
    (is_said || words.len() > 1 && says_no_finding(text)) && !puts_off(text)
}

/// Tells whether a text says that something was not looked at, or is not yet.
pub(super) fn puts_off(text: &str) -> bool {
    const PUT_OFF: [&str; 13] = [
        "dropped",
        "cancelled",
        "canceled",
        "postponed",
        "deferred",
        "skipped",
        "omitted",
        "unaudited",
        "entfällt",
        "entfallen",
        "verschoben",
        "ausgelassen",
        "vertagt",
    ];
    const LOOKED_AT: [&str; 13] = [
        "audited",
        "checked",
        "examined",
        "looked",
        "reviewed",
        "covered",
        "held",
        "done",
        "assessed",
        "sampled",
        "auditiert",
        "geprüft",
        "betrachtet",
    ];
    let plain = without_contractions(text);
    let words = words(&plain);
    let is_denied = |at: usize| {
        let before = &words[at.saturating_sub(2)..at];
        before.iter().any(|it| ["not", "never", "nicht", "be"].contains(it))
    };
    words.iter().enumerate().any(|(at, word)| {
        PUT_OFF.contains(word)
            || LOOKED_AT.contains(word) && is_denied(at)
            || *word == "left" && words.get(at + 1) == Some(&"out")
            || *word == "out" && words.get(at + 1..at + 3) == Some(&["of", "scope"])
    })
}

/// Returns what a text takes out of what is looked at: what stands behind `except`.
pub(super) fn part_taken_out(text: &str) -> Option<&str> {
    let plain = text.to_ascii_lowercase();
    let words = ["except", "excl", "without", "but ", "minus", "ohne", "ausgenommen", "außer"];
    let at = words.iter().filter_map(|word| plain.find(word)).min()?;
    Some(&text[at..])
}

/// Returns a text in small letters, with `wasn't` as `was not`.
pub(super) fn without_contractions(text: &str) -> String {
    text.to_lowercase().replace("n't", " not").replace("n’t", " not")
}

/// Tells whether a text says that there is none of what was asked: `none`, `No findings`.
pub fn says_none(text: &str) -> bool {
    let first = text.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty());
    let nothing = ["no", "none", "nothing", "kein", "keine", "nichts"];
    first.is_some_and(|word| nothing.contains(&word.to_lowercase().as_str()))
}

pub(super) fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_denied_is_not_approved() {
        for text in ["I do not approve POL-1", "I don\u{2019}t", "pol-1/1.0-rejected", "Abgelehnt"]
        {
            assert!(denies_approval(text).is_some(), "{text}");
        }
        for text in ["I approve POL-1 1.0", "POL-1 1.0 freigegeben", "Genehmigung von POL-1"] {
            assert!(denies_approval(text).is_none() && says_approved(text), "{text}");
        }
        assert!(!says_approved("Release 7, with POL-1 1.0"));
    }

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
            "Free of nonconformities",
        ] {
            assert!(says_no_finding(none) && !speaks_of_nonconformity(none), "{none}");
        }
        for some in [
            "No audit trail exists: a major nonconformity against 8.6.1",
            "No major nonconformity, one minor against 8.6.1",
            "0 major and 2 minor",
            "None of the rows is signed: minor nonconformity, 8.6.1",
            "No findings in 8.6.2. A major one in 8.6.1",
            "8.6.1 not fulfilled",
        ] {
            assert!(!says_no_finding(some) && speaks_of_nonconformity(some), "{some}");
        }
        assert!(!speaks_of_nonconformity("The team knows its work"));
    }
}
