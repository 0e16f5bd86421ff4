//! The pages of files that are being edited.

use super::{SMALL, told};
use clausebook::document::Document;
use clausebook::repo::object::{ObjectId, ObjectKind};
use clausebook::rules;
use clausebook::site::Site;
use clausebook::site::preview::Now;
use clausebook::sms::Sms;
use clausebook::source::RepoPath;
use std::sync::Arc;

/// Returns a document of a system with other text in its file.
fn edited(sms: &Sms, id: &str, edit: impl Fn(&str) -> String) -> (RepoPath, Arc<Document>) {
    let document = sms.document(id).unwrap();
    let text = edit(&document.text);
    let blob = ObjectId::of(ObjectKind::Blob, text.as_bytes());
    let edited = Document::read(document.path.clone(), blob, text.as_bytes());
    (document.path.clone(), Arc::new(edited))
}

#[test]
fn a_text_that_was_just_edited_is_shown_without_a_word_about_its_worth() {
    let (recording, sms) = told(SMALL);
    let outcome = rules::run(&sms, false);
    let site = Site::of(&sms, &outcome, &recording).unwrap();
    let edit = |text: &str| text.replace("Back to", "New words </body>. [Lost](lost.md). Back to");
    let now = Now {
        moment: "1.7".to_owned(),
        edited: [edited(&sms, "POL-ITSM-001", edit)].into(),
        is_checking: true,
        trouble: None,
    };
    let shown = |address: &str, now: &Now| {
        String::from_utf8(site.preview(address, now).unwrap().unwrap().bytes).unwrap()
    };
    let address = "documents/POL-ITSM-001.html";
    let before = shown(address, &Now::default());
    assert!(before.contains("is-verified") && before.contains("<strong>Checked.</strong>"));
    let page = shown(address, &now);
    assert!(page.contains("New words ") && page.contains("&lt;/body&gt;"), "{page}");
    assert!(page.contains("Checking this edit…") && page.contains("data-moment=\"1.7\""));
    assert!(page.contains("docs/lost.md</code><span>, which does not exist"), "{page}");
    assert!(page.contains("not</span> checked yet"));
    for word in ["is-verified", "is-effective", "is-approved", "Bo Approver", "class=\"ladder\""] {
        assert!(!page.contains(word), "{word}: {page}");
    }
    // Every other page says that it is older than the edit.
    for address in ["register.html", "history/POL-ITSM-001.html", "documents/SCO-SMS-001.html"] {
        let page = shown(address, &now);
        assert!(page.contains("docs/policy.md</code><strong>…</strong>"), "{address}: {page}");
        assert!(page.contains("This page shows what was before."), "{address}");
    }
    let trouble = Now { trouble: Some("`x` is <odd>".to_owned()), ..now.clone() };
    let page = shown(address, &trouble);
    assert!(page.contains("<code>x</code><span> is &lt;odd&gt;.</span>"), "{page}");
    assert!(page.contains("New words ") && !page.contains("is-verified"));
    // The site that is written has none of this.
    for page in site.pages().unwrap() {
        assert!(!String::from_utf8_lossy(&page.bytes).contains("id=\"Preview\""), "{}", page.path);
    }
}

#[test]
fn whatever_a_file_holds_while_it_is_written_its_page_can_be_shown() {
    let (recording, sms) = told(SMALL);
    let outcome = rules::run(&sms, false);
    let site = Site::of(&sms, &outcome, &recording).unwrap();
    let halves: [fn(&str) -> String; 6] = [
        |_| String::new(),
        |text| text.replace("---", ""),
        |text| text.chars().take(text.chars().count() / 2).collect(),
        |text| text.replace("id: ", "id: OTHER-"),
        |text| text.replace("title: ", "title: a: b"),
        |text| text.replace("type: ", "type: record\nkind: "),
    ];
    for document in &sms.documents {
        for half in halves {
            let text = half(&document.text);
            let blob = ObjectId::of(ObjectKind::Blob, text.as_bytes());
            let edited = Document::read(document.path.clone(), blob, text.as_bytes());
            let edited = [(document.path.clone(), Arc::new(edited))].into();
            let now = Now { edited, is_checking: true, ..Now::default() };
            let mut shown = 0;
            for page in site.pages_of(&document.path) {
                let page = site.preview(&page, &now).unwrap().unwrap();
                let page = String::from_utf8(page.bytes).unwrap();
                shown += usize::from(page.contains("Checking this edit…"));
            }
            assert_eq!(shown, 1, "{} as {text}", document.path);
        }
    }
}
