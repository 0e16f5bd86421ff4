//! Documents that are lost: their files are there, and can no longer be read as them.
//!
//! Nobody can say any more which document such a file is; the history can say which it was.

use super::tenure::{End, Tenure};
use super::{Sms, evidence};
use crate::document::{Claims, DocId, Document};
use crate::repo::object::{ObjectId, ObjectKind};
use crate::repo::snapshot::Content;
use crate::source::{Printable, RepoPath};

/// What a file is that lies where a document lay, and is no document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remains {
    /// A text without front matter.
    Bare,
    /// A text with front matter that gives no id.
    Nameless,
    /// A text with front matter that cannot be read.
    Unreadable,
    /// A pointer of Git LFS.
    Pointer,
    /// A symbolic link.
    Link,
}

impl Remains {
    /// Says of the file what it is: `has no front matter`.
    pub fn words(self) -> &'static str {
        match self {
            Self::Bare => "has no front matter",
            Self::Nameless => "gives no id",
            Self::Unreadable => "has front matter that cannot be read",
            Self::Pointer => "is a pointer of Git LFS, so Git has nothing of its text",
            Self::Link => "is a symbolic link, which is not followed",
        }
    }
}

impl Sms {
    /// Tells what a file is that lies where a document lay; nothing where none does, or a document.
    pub fn remains_at(&self, path: &RepoPath) -> Option<Remains> {
        let file = self.snapshot.files.get(path).filter(|_| self.document_at(path).is_none())?;
        let bytes = match &file.content {
            Content::Text(bytes) => bytes,
            Content::Symlink(_) => return Some(Remains::Link),
            Content::Other
            | Content::Submodule
            | Content::Special(_)
            | Content::TooLarge(_)
            | Content::Unreadable(_) => return None,
        };
        if evidence::is_pointer(bytes) {
            return Some(Remains::Pointer);
        }
        let blob = ObjectId::of(ObjectKind::Blob, bytes);
        let document = Document::read(path.clone(), blob, bytes);
        let remains = match document.has_front_matter() {
            _ if !document.problems.is_empty() => Remains::Unreadable,
            true => Remains::Nameless,
            false => Remains::Bare,
        };
        document.id().is_none().then_some(remains)
    }

    /// Tells whether a file is there of which nobody can say what document it is.
    pub fn cannot_be_read(&self, path: &RepoPath) -> bool {
        match self.document_at(path) {
            Some(document) => !document.is_sound() || document.id().is_none(),
            None => {
                let file = self.snapshot.files.get(path);
                file.is_some_and(|file| matches!(file.content, Content::Unreadable(_)))
            }
        }
    }

    /// Returns the documents whose files are there and can no longer be read as them, with the file.
    pub(super) fn lost(&self) -> impl Iterator<Item = (&DocId, &RepoPath)> {
        self.history.lives.iter().filter_map(|(id, life)| {
            let path = &life.last()?.path;
            (!self.knows(id.as_str()) && self.cannot_be_read(path)).then_some((id, path))
        })
    }

    /// Returns what the documents claimed last that can no longer be read.
    pub fn claims_of_lost(&self) -> impl Iterator<Item = &Claims> {
        self.lost().filter_map(|(id, _)| {
            let mut life = self.history.revisions(id).iter().rev();
            life.find(|revision| revision.blob.is_some()).map(|revision| &*revision.claims)
        })
    }

    /// Returns the id of the document that a file was as it could be read last.
    pub fn lost_id(&self, path: &RepoPath) -> Option<&DocId> {
        self.lost().find(|(_, lost)| *lost == path).map(|(id, _)| id)
    }

    /// Says which document a file was as it could be read last; nothing where it was none.
    pub fn was_before_it_was_lost(&self, path: &RepoPath) -> Option<String> {
        let (id, _) = self.lost().find(|(_, lost)| *lost == path)?;
        Some(self.words_of_lost(id))
    }

    /// Says the same of a file that is being edited and cannot be read as it stands, be it that it
    /// could be read when it was judged.
    pub fn was_before_it_was_edited(&self, path: &RepoPath) -> Option<String> {
        let judged = || {
            let id = self.document_at(path)?.id()?;
            let last = self.history.lives.get(&id)?.last()?;
            (last.path == *path).then(|| self.words_of_lost(&id))
        };
        self.was_before_it_was_lost(path).or_else(judged)
    }

    fn words_of_lost(&self, id: &DocId) -> String {
        let stands = |tenure: &&Tenure| {
            !matches!(tenure.end, Some(End::Reopened(_))) && self.bears_out(tenure)
        };
        let in_force = self.in_force_as_it_went(id).filter(stands);
        let in_force = in_force.map(|it| format!(", in force as {}", Printable(&it.version)));
        format!("as it could be read last, it was {id}{}", in_force.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use crate::document::front::FILE_LIMIT;
    use crate::sms::reading;
    use crate::source::RepoPath;
    use crate::story::{Story, replay};

    #[test]
    fn a_file_that_grew_too_large_is_still_known_as_what_it_was() {
        let document = "---\nid: POL-1\ntype: policy\nversion: 1.0\nstatus: draft\n---\n";
        let text = format!(
            "## commit 2026-03-01 Ana Owner <ana@example.org>: Begin\n\n```md docs/a.md\n{document}```\n\n## commit 2026-03-02 Ana Owner <ana@example.org>: Grow\n\n```md docs/a.md\n{document}{}\n```\n",
            "x".repeat(FILE_LIMIT)
        );
        let recording = replay(&Story::parse(&text).unwrap(), &|_| None).unwrap();
        let sms = reading::of_commit(&recording, recording.head_commit().unwrap(), &[]).unwrap();
        assert!(!sms.knows("POL-1"));
        assert!(sms.known_ids().may_hold("POL-1"));
        assert!(!sms.known_ids().may_hold("POL-2"));
        let was = sms.was_before_it_was_lost(&RepoPath::from("docs/a.md"));
        assert_eq!(was.as_deref(), Some("as it could be read last, it was POL-1"));
    }

    #[test]
    fn a_file_that_was_in_force_is_told_as_that_while_the_next_version_was_to_come() {
        let person = "Bo Approver <bo@example.org>";
        let text = format!(
            "## commit 2026-03-01 Ana Owner <ana@example.org>: Begin\n\n```md docs/a.md\n---\nid: POL-1\ntype: policy\nversion: 1.0\nstatus: in-review\n---\n\nPlan.\n```\n\n\
             ## commit 2026-03-02 {person}: Approve 1.0\n\n```edit docs/a.md\n-status: in-review\n+status: approved\n+approval: {{by: bo@example.org, on: 2026-03-02, version: 1.0}}\n```\n\n\
             ## commit 2026-03-03 {person}: Approve 1.1\n\n```edit docs/a.md\n-version: 1.0\n+version: 1.1\n...\n-approval: {{by: bo@example.org, on: 2026-03-02, version: 1.0}}\n+effective_from: 2026-05-01\n+approval: {{by: bo@example.org, on: 2026-03-03, version: 1.1}}\n```\n\n\
             ## commit 2026-03-04 Ana Owner <ana@example.org>: Break\n\n```edit docs/a.md\n-id: POL-1\n+id: a: POL-1\n```\n"
        );
        let recording = replay(&Story::parse(&text).unwrap(), &|_| None).unwrap();
        let sms = reading::of_commit(&recording, recording.head_commit().unwrap(), &[]).unwrap();
        let was = sms.was_before_it_was_lost(&RepoPath::from("docs/a.md"));
        let words = "as it could be read last, it was POL-1, in force as 1.0";
        assert_eq!(was.as_deref(), Some(words));
    }

    #[test]
    fn a_file_that_is_being_edited_is_known_as_what_it_was_judged_to_be() {
        let text = "## commit 2026-03-01 Ana Owner <ana@example.org>: Begin\n\n```md docs/a.md\n---\nid: POL-1\ntype: policy\nversion: 1.0\nstatus: draft\n---\n```\n";
        let recording = replay(&Story::parse(text).unwrap(), &|_| None).unwrap();
        let sms = reading::of_commit(&recording, recording.head_commit().unwrap(), &[]).unwrap();
        let path = RepoPath::from("docs/a.md");
        assert_eq!(sms.was_before_it_was_lost(&path), None);
        let was = sms.was_before_it_was_edited(&path);
        assert_eq!(was.as_deref(), Some("as it could be read last, it was POL-1"));
        assert_eq!(sms.was_before_it_was_edited(&RepoPath::from("docs/b.md")), None);
    }
}
