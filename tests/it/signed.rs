//! Signed approvals from outside: what `check`, `show` and the site say of them, and whose list
//! of signers judges.

use crate::program::{clausebook, clausebook_as, git, repository};
use crate::signers::make_key;

const STORY: &str = include_str!("../stories/approvals/signed_baseline.md");

fn built(story: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    repository(story, folder.path());
    folder
}

#[test]
fn show_names_the_signer_the_key_and_how_to_look_again() {
    let folder = built(STORY);
    let run = clausebook(folder.path(), &["show", "POL-1"]);
    assert!(run.out.contains("level        5 signed baseline"), "{}{}", run.out, run.err);
    assert!(run.out.contains("signature    signed by bo@example.org, key SHA256:"), "{}", run.out);
    assert!(
        run.out.contains("tag          baseline/2026-03: signed by dee@example.org"),
        "{}",
        run.out
    );
    let command = run.out.lines().find(|line| line.contains("verify-commit")).unwrap();
    let words: Vec<&str> = command.split("git ").nth(1).unwrap().split(' ').collect();
    let words: Vec<&str> = words.iter().map(|word| word.trim_matches('\'')).collect();
    let again = git(folder.path(), &words);
    assert_eq!(again.code, 0, "{}", again.err);
    assert!(again.err.contains("bo@example.org"), "{}", again.err);

    let run = clausebook(folder.path(), &["show", "POL-1", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let approval = &json["approvals"][0];
    assert_eq!(approval["level"], 5);
    assert_eq!(approval["signer"], "bo@example.org");
    assert_eq!(approval["signature"]["kind"], "SSH");
    assert_eq!(approval["signature"]["verdict"], "verified");
    assert_eq!(approval["baseline"]["tag"], "baseline/2026-03");
}

#[test]
fn the_page_says_who_signed_and_that_the_time_is_unproven() {
    let folder = built(STORY);
    let run = clausebook(folder.path(), &["build", "--out", "site"]);
    assert!(run.code < 2, "{}{}", run.out, run.err);
    let page = std::fs::read_to_string(folder.path().join("site/documents/POL-1.html")).unwrap();
    for words in ["signed by", "bo@example.org", "key", "SHA256:", "time unproven", "verify-tag"] {
        assert!(page.contains(words), "{words}");
    }
    let integrity = std::fs::read_to_string(folder.path().join("site/integrity.html")).unwrap();
    assert!(integrity.contains("are signed by the approver"), "{integrity}");
}

#[test]
fn the_page_of_the_roles_says_whose_keys_may_sign() {
    let folder = built(&STORY.replace("```signers allowed_signers\n", LISTED));
    let run = clausebook(folder.path(), &["build", "--out", "site"]);
    assert!(run.code < 2, "{}{}", run.out, run.err);
    let page = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    let roles = page("site/roles.html");
    let (_, keys) = roles.split_once("id=\"Keys\"").unwrap();
    for words in
        ["These keys", "are for demonstration.", "bo@example.org", "SHA256:", "without an end"]
    {
        assert!(keys.contains(words), "{words}: {keys}");
    }
    assert!(keys.contains("to 2026-12-31"), "{keys}");
    assert!(keys.contains("nobody</span> of the role register by name"), "{keys}");
    let verify = page("site/verify.html");
    assert!(verify.contains("gpg.ssh.allowedSignersFile=allowed_signers log"), "{verify}");
}

/// What the list of the story begins with.
const LISTED: &str = "```signers allowed_signers
# These keys
# are for demonstration.
*@example.com valid-before=\"20261231Z\" {ada}
";

#[test]
fn a_request_is_judged_by_the_list_of_the_branch() {
    let folder = built(include_str!("../stories/approvals/signed_list_changed_in_the_request.md"));
    let run = clausebook(folder.path(), &["check"]);
    assert_eq!(run.code, 1, "{}", run.err);
    let changed = "the list of allowed signers, `allowed_signers`, is not what it is on the branch that judges";
    assert!(run.out.contains(changed), "{}", run.out);
    assert!(run.out.contains("its key is not among the allowed signers"), "{}", run.out);
    // Without the branch there is no list to trust.
    git(folder.path(), &["branch", "-m", "main", "elsewhere"]);
    let run = clausebook(folder.path(), &["show", "POL-1"]);
    assert!(run.out.contains("level        2 acted by the approver"), "{}", run.out);
}

#[test]
fn a_signature_that_does_not_count_holds_a_request_back_and_a_missing_one_waits_for_the_merge() {
    let signed = include_str!("../stories/approvals/signed_with_an_unlisted_key.md");
    let signed = signed.replacen("- signed: ", "- branch: request\n- signed: ", 1);
    let unsigned: String =
        (signed.split_inclusive('\n')).filter(|line| !line.starts_with("- signed: ")).collect();
    for (story, level) in [(&signed, "error"), (&unsigned, "warning")] {
        let run = clausebook(built(story).path(), &["check"]);
        assert!(run.out.contains(&format!("{level}[AP001 ")), "{level}: {}", run.out);
    }
}

#[test]
fn an_approval_that_git_signs_is_told_as_signed() {
    let keys = tempfile::tempdir().unwrap();
    make_key(keys.path(), "bo", &["-t", "ed25519"]);
    let key = std::fs::read_to_string(keys.path().join("bo.pub")).unwrap();
    let until_handed_in = include_str!("../stories/approvals/signed_by_the_approver.md");
    let until_handed_in = until_handed_in.split("## commit 2026-03-02").next().unwrap();
    // The document has what the point of the story needs, and no more.
    let rules =
        "[preprocessor.clausebook.rules]\nfield-missing = \"off\"\nsection-missing = \"off\"\n";
    let told = until_handed_in.replace("{bo}", key.trim_end());
    let folder =
        built(&told.replacen("```toml book.toml\n", &format!("```toml book.toml\n{rules}"), 1));
    let private = keys.path().join("bo");
    for (name, value) in [
        ("gpg.format", "ssh"),
        ("user.signingkey", private.to_str().unwrap()),
        ("commit.gpgsign", "true"),
    ] {
        git(folder.path(), &["config", name, value]);
    }
    let bo = "Bo Approver <bo@example.org>";
    let run = clausebook_as(folder.path(), bo, "2026-03-02", &["approve", "POL-1"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(
        run.out.contains("level 4 signed; the state of POL-1 is then `effective`"),
        "{}",
        run.out
    );
}
