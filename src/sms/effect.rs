//! How it is understood what whoever verified a corrective action wrote of its effect (clause 10.1).
//!
//! An action is closed where its result says that it was effective, in so many words: what else people
//! write may mean anything, and in doubt the effect is not shown.

use super::wording::{without_contractions, words};

/// Words that say of an action that it works.
const WORKS: [&str; 8] =
    ["effective", "wirksam", "works", "worked", "helped", "successful", "erfolgreich", "success"];

/// What an action has, and the words that say that it has it.
const EFFECT: [&str; 3] = ["effect", "effectiveness", "wirksamkeit"];
const SHOWN: [&str; 10] = [
    "shown",
    "proven",
    "proved",
    "confirmed",
    "verified",
    "demonstrated",
    "evident",
    "given",
    "nachgewiesen",
    "bestätigt",
];

const NOT: [&str; 14] = [
    "not",
    "no",
    "never",
    "none",
    "nicht",
    "nie",
    "kein",
    "partially",
    "partly",
    "hardly",
    "barely",
    "insufficiently",
    "teilweise",
    "kaum",
];

/// Words before which an effect is only hoped for.
const HOPED: [&str; 12] = [
    "would",
    "could",
    "might",
    "may",
    "should",
    "will",
    "expected",
    "hopefully",
    "probably",
    "likely",
    "soll",
    "vermutlich",
];

/// What a result begins with while nobody has looked.
const NOT_YET: [&str; 5] = ["not yet", "to be", "noch nicht", "noch offen", "if"];

/// A part of its own that takes back what stands before it: `effective: no`.
const TAKEN_BACK: [&str; 17] = [
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
    "unklar",
    "partly",
    "partially",
    "teilweise",
    "pending",
    "tbc",
    "tbd",
];

/// Tells whether a result says that the action was effective: `Effective: none came back`.
pub(super) fn says_effective(result: &str) -> bool {
    let plain = without_contractions(result);
    let marks = [',', ';', '.', ':', '(', ')', '?', '\n', '–', '—'];
    let parts: Vec<Vec<&str>> = plain.split(marks).map(words).filter(|it| !it.is_empty()).collect();
    let is_yes = |at: usize| {
        matches!(parts[at].as_slice(), ["yes" | "ja" | "true"])
            || parts[at].iter().any(|it| SHOWN.contains(it)) && at > 0 && !denies(&parts[at])
    };
    let of_effect = |at: usize| parts[at].last().is_some_and(|it| EFFECT.contains(it));
    let affirms = |at: usize| affirms(&parts[at]) || is_yes(at) && (at == 0 || of_effect(at - 1));
    let is_taken_back = |at: usize| match parts[at].as_slice() {
        [only] => TAKEN_BACK.contains(only),
        all => NOT_YET.iter().any(|it| begins(all, it)),
    };
    (0..parts.len()).any(affirms)
        && !(0..parts.len()).any(is_taken_back)
        && !parts.iter().any(|part| denies(part) || tells_of_recurrence(part))
        && !plain.trim_end().ends_with('?')
}

/// Tells whether one part of a sentence says that something works.
fn affirms(words: &[&str]) -> bool {
    let is_clear =
        |at: usize| !is_denied(words, at) && !words[..at].iter().any(|it| HOPED.contains(it));
    (0..words.len()).any(|at| {
        let works = WORKS.contains(&words[at]);
        let shown = SHOWN.contains(&words[at]) && words[..at].iter().any(|it| EFFECT.contains(it));
        (works || shown) && is_clear(at)
    })
}

/// Tells whether one part of a sentence says that something does not work.
fn denies(words: &[&str]) -> bool {
    let is_no = |word: &str| {
        ["ineffective", "unwirksam", "wirkungslos", "unsuccessful", "erfolglos"].contains(&word)
    };
    let is_effect = |word: &str| {
        ["effective", "wirksam", "effect", "wirkung", "work", "works", "worked", "help", "helped"]
            .contains(&word)
    };
    let is_shown =
        |at: usize| SHOWN.contains(&words[at]) && words[..at].iter().any(|it| EFFECT.contains(it));
    (0..words.len()).any(|at| {
        is_no(words[at]) || (is_effect(words[at]) || is_shown(at)) && is_denied(words, at)
    })
}

/// Tells whether one part of a sentence says that it happened again: `failed in May`, `it came back`, but
/// neither `none failed` nor `failed changes fell to 1 %`.
fn tells_of_recurrence(words: &[&str]) -> bool {
    const BEHIND: [&str; 10] =
        ["again", "in", "on", "at", "to", "twice", "once", "since", "because", "as"];
    let follows = |at: usize, word: &str| words.get(at + 1).is_some_and(|it| *it == word);
    let is_one = |at: usize| match words[at] {
        "recurred" => true,
        "failed" | "fails" => words.get(at + 1).is_none_or(|it| BEHIND.contains(it)),
        "came" => follows(at, "back") || follows(at, "again"),
        "happened" | "occurred" | "appeared" | "arose" => follows(at, "again"),
        _ => false,
    };
    (0..words.len()).any(|at| is_one(at) && !words[..at].iter().any(|it| NOT.contains(it)))
}

/// Tells whether a word is denied by one of the three before it.
fn is_denied(words: &[&str], at: usize) -> bool {
    let near = at.saturating_sub(3)..at;
    near.into_iter().any(|it| NOT.contains(&words[it]) && words.get(it + 1) != Some(&"only"))
}

fn begins(words: &[&str], with: &str) -> bool {
    with.split(' ').zip(words).all(|(one, other)| one == *other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_effect_is_shown_where_the_result_says_so() {
        for effective in [
            "effective",
            "effective: it did not come back",
            "wirksam",
            "Yes",
            "Effectiveness: confirmed",
            "Wirksamkeit nachgewiesen",
            "It worked",
            "No recurrence in three months, effective",
            "The fault did not come back: effective",
            "nicht wieder aufgetreten, wirksam",
            "There is no doubt that it is effective",
            "not only effective but cheap",
            "Open tickets fell to none, effective",
            "It was not seen again: effective",
            "No complaint in three months. Effective.",
            "Effective: no successful attack since, as was confirmed",
            "Effective: not one of the tickets recurred",
            "Repeat incidents fell to two a month: effective",
            "Shown to be effective; the next ten changes have a plan",
            "Not only shown once: effective",
            "Pending changes fell from 12 to 0, effective",
            "Failed changes fell from 8 % to 1 %; effective",
            "Wird wie geplant angewendet, wirksam",
            "Under review for three months: effective",
        ] {
            assert!(says_effective(effective), "{effective}");
        }
    }

    #[test]
    fn a_result_that_says_no_or_says_nothing_shows_no_effect() {
        for none in [
            "not effective",
            "Not  effective: it came back",
            "not yet effective",
            "not-effective",
            "Result: not effective",
            "ineffective",
            "nicht wirksam",
            "Did not work",
            "does not help; look again",
            "nein",
            "Keine Wirkung",
            "No effect.",
            "false",
            "effective: no",
            "effective? unknown",
            "Effective: tbd",
            "Effective: not yet known",
            "Effectiveness could not be shown",
            "Effectiveness: none",
            "Effectiveness check pending",
            "Wirksamkeit noch offen",
            "Partially effective",
            "no longer effective",
            "hardly effective",
            "Not proven effective",
            "We were unable to confirm it",
            "It wasn't effective",
            "Is it effective?",
            "Unsuccessful",
            "Effective at first; failed again in May",
            "Effective until it came back",
            "Effective, but it happened again",
            "Expected to be effective",
            "To be checked in December, effective then",
            "Not yet known: effective",
            "TBD",
            "no incident since",
            "Waiting time fell from 5 days to 1",
            "It happened again",
        ] {
            assert!(!says_effective(none), "{none}");
        }
    }
}
