//! Withdrawals: what hangs on the document, and what goes out of force.

use super::{ADA, BO, House};
use crate::program::git;

#[test]
fn a_withdrawal_names_what_hangs_on_the_document() {
    let house = House::new();
    house.done(BO, &["approve", "POL-CHG-001"]);
    house.exchange("docs/form.md", "status: draft", "status: in-review");
    house.commit("Hand in");
    house.done(BO, &["approve", "FRM-CHG-001"]);
    let reason = ["--reason", "Two became one", "--replaced-by", "FRM-CHG-001"];
    let text = house.done(BO, &[["withdraw", "POL-CHG-001"].as_slice(), &reason].concat());
    assert!(
        text.contains("warning: it is the parent of FRM-CHG-001, which needs another"),
        "{text}"
    );
    assert!(text.contains("warning: documents in force link to it: FRM-CHG-001"), "{text}");
    assert!(text.contains("add `supersedes: POL-CHG-001` with its next version"), "{text}");
    assert_eq!(
        house.last_change(),
        "-status: approved # for Bo\n+status: withdrawn # for Bo\n\
         +withdrawn_on: 2026-03-05\n+withdrawal_reason: Two became one; replaced by FRM-CHG-001\n"
    );
    let again = house.refused(BO, &[["withdraw", "POL-CHG-001"].as_slice(), &reason].concat());
    assert!(again.contains("is withdrawn already"), "{again}");
    let bump = house.refused(BO, &["bump", "POL-CHG-001", "--minor", "--summary", "x"]);
    assert!(bump.contains("is withdrawn"), "{bump}");
}

#[test]
fn a_withdrawal_names_what_stands_beneath_it_in_the_version_in_force() {
    let house = House::new();
    house.done(BO, &["approve", "POL-CHG-001"]);
    house.exchange("docs/form.md", "status: draft", "status: in-review");
    house.commit("Hand in");
    house.done(BO, &["approve", "FRM-CHG-001"]);
    house.exchange("docs/form.md", "parent: POL-CHG-001", "parent: POL-OTHER-001");
    house.done(ADA, &["bump", "FRM-CHG-001", "--minor", "--summary", "Elsewhere"]);
    let text = house.done(BO, &["withdraw", "POL-CHG-001", "--reason", "Over"]);
    let words = "warning: it is the parent of FRM-CHG-001, which needs another";
    assert!(text.contains(words), "{text}");
}

#[test]
fn a_withdrawal_takes_the_version_in_force_out_of_use_as_well() {
    let house = House::new();
    house.done(BO, &["approve", "POL-CHG-001"]);
    house.done(ADA, &["bump", "POL-CHG-001", "--minor", "--summary", "More"]);
    let draft = house.read("docs/policy.md");
    let text = house.done(BO, &["withdraw", "POL-CHG-001", "--reason", "Not needed"]);
    let told = "warning: version 1.9, which is in force, goes out of force as well, \
                not only 1.10, which the file holds\n";
    assert!(text.contains(told), "{text}");
    assert!(house.last_commit().contains("|Withdraw POL-CHG-001 1.9: Not needed\n"), "{text}");
    house.write("docs/policy.md", &draft);
    house.commit("Begin again");
    let status = house.run(BO, &["status"]).out;
    assert!(status.contains("draft, 1.9 withdrawn"), "{status}");
}

#[test]
fn a_draft_over_an_announced_withdrawal_follows_what_is_in_force() {
    let house = House::new();
    house.done(BO, &["approve", "POL-CHG-001"]);
    house.done(ADA, &["bump", "POL-CHG-001", "--minor", "--summary", "More"]);
    let draft = house.read("docs/policy.md");
    let withdraw = ["withdraw", "POL-CHG-001", "--reason", "Not needed", "--on", "2026-05-01"];
    let refused = house.refused(BO, &withdraw);
    let (_, back) = refused.split_once("as that has it (`git ").unwrap();
    let (back, _) = back.split_once(" > docs/policy.md`)").unwrap();
    let back = git(house.path(), &back.split(' ').collect::<Vec<_>>()).out;
    house.write("docs/policy.md", &back);
    house.commit("Drop it");
    house.done(BO, &withdraw);
    house.write("docs/policy.md", &draft);
    house.commit("Begin again");
    let told = house.done(BO, &["changes", "HEAD~1"]);
    assert!(told.contains("1.9 -> 1.10, approved -> draft"), "{told}");
}
