//! Which clauses of other frameworks the documents of a clause of ISO/IEC 20000-1 serve as well.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What the documents of one clause of ISO/IEC 20000-1 serve elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CrosswalkRow {
    /// The number in ISO/IEC 20000-1:2018.
    pub number: String,
    /// Numbers in other frameworks, by the id of the pack.
    pub elsewhere: BTreeMap<String, Vec<String>>,
    /// What the row is about.
    pub note: String,
}

/// Returns the crosswalk from ISO/IEC 20000-1:2018 to the other built-in packs: an indication,
/// not a proof.
pub fn crosswalk() -> &'static [CrosswalkRow] {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        row: Vec<CrosswalkRow>,
    }
    static ROWS: LazyLock<Vec<CrosswalkRow>> = LazyLock::new(|| {
        let file: File = toml::from_str(include_str!("crosswalk.toml"))
            .expect("the crosswalk of the program is read by its tests");
        file.row
    });
    &ROWS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::tests::all;

    #[test]
    fn every_clause_of_the_crosswalk_is_in_its_pack() {
        let frameworks = all();
        for row in crosswalk() {
            assert!(frameworks.primary().clause(&row.number).is_some(), "{}", row.number);
            for (id, numbers) in &row.elsewhere {
                let pack = frameworks.pack(id).unwrap();
                for number in numbers {
                    assert!(pack.clause(number).is_some(), "{id}:{number}");
                }
            }
        }
        let contracts = crosswalk().iter().find(|row| row.number == "8.3.4.1").unwrap();
        assert_eq!(contracts.elsewhere["iso27001"], ["A.5.19", "A.5.20", "A.5.21", "A.5.22"]);
    }
}
