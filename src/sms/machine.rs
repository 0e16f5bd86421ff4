//! Addresses that are no person's: those of forges, and of the programs that work there.

use crate::document::is_address;
use crate::repo::object::Person;

/// The address of a forge that commits merges in the name of whoever pressed the button, whom it
/// names as their author.
const FORGES: [&str; 1] = ["noreply@github.com"];

/// Tells whether somebody is a forge, which commits in the name of others.
pub(super) fn is_forge(person: &Person) -> bool {
    is_of_forge(&person.email)
}

/// Tells whether what is said to be somebody's address is no person's: it is that of a forge or of a
/// program there (`name[bot]@…`), or no address at all.
pub fn is_of_nobody(address: &str) -> bool {
    is_of_forge(address) || address.contains("[bot]@") || !is_address(address)
}

fn is_of_forge(address: &str) -> bool {
    FORGES.iter().any(|forge| address.eq_ignore_ascii_case(forge))
}

#[cfg(test)]
mod tests {
    use super::is_of_nobody;

    #[test]
    fn a_forge_and_its_programs_are_nobody() {
        for nobody in [
            "noreply@github.com",
            "NoReply@GitHub.com",
            "41898282+github-actions[bot]@users.noreply.github.com",
            "(none)",
            "nobody",
            "@",
            "bo@",
            "@example.org",
            "bo approver@example.org",
        ] {
            assert!(is_of_nobody(nobody), "{nobody}");
        }
        for somebody in ["bo@example.org", "1234+bo@users.noreply.github.com", "bo@localhost"] {
            assert!(!is_of_nobody(somebody), "{somebody}");
        }
    }
}
