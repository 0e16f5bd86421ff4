//! Documents that are there no more keep their pages.

use super::{pages, visible};
use clausebook::site::Page;
use std::collections::BTreeMap;

/// A policy in force is removed, and something else lies in the place of its picture.
const REMOVED: &str = r#"# A policy is removed

## commit 2026-03-01 Ana Owner <ana@example.org>: Hand in

```md docs/change.md
---
id: POL-CHG-001
title: Change policy
type: policy
version: 1.0
status: in-review
---

# Change policy

Plan before you change. ![who decides](flow.svg)
```

```md docs/note.md
---
id: PRO-NOTE-001
title: Note
type: procedure
version: 0.1
status: draft
---

# Note

See ![another](flow.svg).
```

```svg docs/flow.svg
<svg xmlns="http://www.w3.org/2000/svg"><text>The board</text></svg>
```

## commit 2026-03-02 Bo Approver <bo@example.org>: Approve 1.0

```edit docs/change.md
-status: in-review
+status: approved
+approval: {by: bo@example.org, on: 2026-03-02, version: 1.0}
+effective_from: 2026-03-03
```

## commit 2026-03-09 Ana Owner <ana@example.org>: Tidy

- delete: docs/change.md

```svg docs/flow.svg
<svg xmlns="http://www.w3.org/2000/svg"><text>Nobody</text></svg>
```
"#;

#[test]
fn a_removed_document_keeps_a_page() {
    let text = |page: Page| (page.path, String::from_utf8(page.bytes).unwrap());
    let site: BTreeMap<String, String> = pages(REMOVED).into_iter().map(text).collect();
    let page = &site["removed/POL-CHG-001.html"];
    let seen = visible(page);
    assert!(seen.contains("This was removed from the repository. Do not work by it."), "{seen}");
    assert!(seen.contains("Removed on 2026-03-09 in commit"), "{seen}");
    assert!(seen.contains("Plan before you change."), "{seen}");
    assert!(page.contains("noindex") && page.contains("git show "), "{page}");
    // The picture that lies there now is not the one that it showed.
    assert!(!page.contains("data:image") && page.contains("who decides"), "{page}");
    assert!(site["documents/PRO-NOTE-001.html"].contains("data:image"));
    for list in ["register.html", "obsolete.html"] {
        assert!(site[list].contains("href=\"removed/POL-CHG-001.html\""), "{list}");
    }
    assert!(!site["search-index.js"].contains("POL-CHG-001"));
}

#[test]
fn a_document_whose_file_lost_its_front_matter_is_not_said_to_be_removed() {
    let text = |page: Page| (page.path, String::from_utf8(page.bytes).unwrap());
    let bare = "```md docs/change.md\n# Change policy\n\nPlan before you change.\n```";
    let story = REMOVED.replace("- delete: docs/change.md", bare);
    let site: BTreeMap<String, String> = pages(&story).into_iter().map(text).collect();
    let seen = visible(&site["removed/POL-CHG-001.html"]);
    for words in [
        "This is no longer under document control: the file where it lay has no front matter. Do not work by it.",
        "Taken out of document control on 2026-03-09 in commit",
        "taken out of document control in ",
    ] {
        assert!(seen.contains(words), "{seen}");
    }
    let words = "; the file where it lay has no front matter";
    for list in ["register.html", "obsolete.html"] {
        let seen = visible(&site[list]);
        assert!(seen.contains("taken out of document control in commit"), "{seen}");
        assert!(seen.contains(words) && !seen.contains("removed in commit"), "{seen}");
    }
}
