//! How it is understood what whoever verified a corrective action wrote of its effect (clause 10.1).
//!
//! An action is closed where its result says that it was effective, in so many words: what else people
//! write may mean anything, and in doubt the effect is not shown.

use super::wording::{without_contractions, words};

/// Words that say of an action that it works, and that its effect was shown.
const WORKS: &str = "effective wirksam works worked successful erfolgreich";
const EFFECT: &str = "effect effectiveness wirksamkeit";
const SHOWN: &str = "shown proven proved confirmed verified demonstrated evident given yes nachgewiesen \
    bestätigt gegeben ja";

/// Words beside these that change nothing of it.
const BESIDE: &str = "it this that the a an action actions measure measures change correction result is are \
    was were has have had been being and very fully now on by at as in of for since after again die der das \
    es sie maßnahme maßnahmen korrekturmaßnahme ergebnis ist war sind waren wurde wurden hat haben sich am \
    und voll seit nach im";

const NOT: &str = "not no never none nothing nobody neither nor zero 0 nicht nie nichts kein keine keiner \
    keinerlei partially partly hardly barely insufficiently teilweise kaum";

/// A part of its own that takes back what stands before it: `effective: no`, `effective - pending`.
const TAKEN_BACK: &str = "no nein none false fail failed open offen unknown unclear unklar partly partially \
    teilweise pending tbc tbd na yet refuted";

/// What a part begins with that makes less of the one before it, whatever follows: `effective, but two new
/// cases`.
const BUT: &str =
    "but however though although except yet unless aber jedoch allerdings doch obwohl außer";

/// What a part begins with that says that nobody has looked.
const NOT_YET: [&str; 11] = [
    "not yet",
    "to be",
    "in progress",
    "wird geprüft",
    "will be",
    "is to",
    "still to",
    "noch nicht",
    "noch offen",
    "n a",
    "yes no",
];

/// Tells whether a result says that the action was effective: one of its parts says so and nothing else
/// (`Effective: none came back`), and no other takes it back.
pub(super) fn says_effective(result: &str) -> bool {
    let mut plain = without_contractions(result).replace(". ", "; ").replace(" - ", "; ");
    plain.retain(|c| c != '.');
    let marks = [',', ';', ':', '(', ')', '?', '!', '\n', '–', '—'];
    let parts: Vec<Vec<&str>> = plain.split(marks).map(words).filter(|it| !it.is_empty()).collect();
    let affirms = |at: usize| {
        let of_effect = at > 0 && matches!(parts[at - 1].as_slice(), [.., it] if is_of(it, EFFECT));
        says_it_works(&parts[at]) || of_effect && parts[at].iter().all(|it| is_of(it, SHOWN))
    };
    // `Effective: no`, but not `Effective. Repeat incidents: none.`
    let may_take_back = |at: &usize| *at <= 1 || affirms(at - 1);
    let is_taken_back = |at: usize| match parts[at].as_slice() {
        [only] => is_of(only, NOT) || is_of(only, TAKEN_BACK),
        all => NOT_YET.iter().any(|it| begins(all, it)),
    };
    let all = || 0..parts.len();
    all().any(affirms)
        && !all().filter(may_take_back).any(is_taken_back)
        && !parts.iter().any(|part| denies(part) || tells_of_recurrence(part))
        && !parts.iter().skip(1).any(|part| is_of(part[0], BUT))
        && !result.trim_end().ends_with('?')
}

/// Tells whether one part of a sentence says that something works, and nothing else.
fn says_it_works(words: &[&str]) -> bool {
    let is_digits = |word: &str| word.chars().all(|c| c.is_ascii_digit());
    let has = |list: &str| words.iter().any(|it| is_of(it, list));
    let is_known = |word: &str| {
        [WORKS, EFFECT, SHOWN, BESIDE].iter().any(|list| is_of(word, list)) || is_digits(word)
    };
    let says = has(WORKS) || has(EFFECT) && has(SHOWN) || matches!(words, ["yes" | "ja" | "true"]);
    says && words.iter().all(|word| is_known(word) || *word == "true")
}

/// Tells whether one part of a sentence says that something has no effect.
fn denies(words: &[&str]) -> bool {
    let is_effect =
        |word: &str| is_of(word, EFFECT) || ["effective", "wirksam", "wirkung"].contains(&word);
    (0..words.len()).any(|at| {
        ["ineffective", "unwirksam", "wirkungslos", "unsuccessful", "erfolglos"]
            .contains(&words[at])
            || is_effect(words[at])
                && (at.saturating_sub(3)..at)
                    .any(|it| is_of(words[it], NOT) && words.get(it + 1) != Some(&"only"))
    })
}

/// Tells whether one part of a sentence says that it happened again: `failed in May`, `it came back`, but
/// neither `none failed` nor `failed changes fell to 1 %`.
fn tells_of_recurrence(words: &[&str]) -> bool {
    const BEHIND: &str = "again in on at to twice once since because as";
    let follows = |at: usize, word: &str| words.get(at + 1).is_some_and(|it| *it == word);
    let is_one = |at: usize| match words[at] {
        "recurred" => true,
        "failed" | "fails" => words.get(at + 1).is_none_or(|it| is_of(it, BEHIND)),
        "came" => follows(at, "back") || follows(at, "again"),
        "happened" | "occurred" | "appeared" | "arose" => follows(at, "again"),
        _ => false,
    };
    (0..words.len()).any(|at| is_one(at) && !words[..at].iter().any(|it| is_of(it, NOT)))
}

fn is_of(word: &str, list: &str) -> bool {
    list.split_whitespace().any(|it| it == word)
}

fn begins(words: &[&str], with: &str) -> bool {
    let with: Vec<&str> = with.split(' ').collect();
    words.starts_with(&with)
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
            "Open tickets fell to none, effective",
            "It was not seen again: effective",
            "No complaint in three months. Effective.",
            "Effective: no successful attack since, as was confirmed",
            "Effective: not one of the tickets recurred",
            "Repeat incidents fell to two a month: effective",
            "Shown effective; the next ten changes have a plan",
            "Effective: nothing came back",
            "Effective: 0 changes failed in June",
            "Effective. Repeat incidents: none.",
            "Effective (open points: none)",
            "Effective: old accounts no longer work",
            "Wirksamkeit gegeben",
            "Die Wirksamkeit wurde am 20.2 bestätigt",
            "Pending changes fell from 12 to 0, effective",
            "Failed changes fell from 8 % to 1 %; effective",
            "Wird wie geplant angewendet, wirksam",
            "Under review for three months: effective",
            "But for one week under review: effective",
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
            "Effectiveness cannot be confirmed",
            "Effectiveness to be verified in May",
            "Wirksamkeit muss noch nachgewiesen werden",
            "Not (yet) effective",
            "bedingt wirksam",
            "No evidence yet that the action works",
            "nothing helped",
            "Effective - pending",
            "Effective (yes/no)",
            "Effective: N/A",
            "Effective: in progress",
            "New procedure effective from 1 May",
            "Works council informed",
            "Would be effective",
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
            "Effective, but three new cases since",
            "Effective; however, Graz is still open",
            "Wirksam, jedoch drei neue Fälle",
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
