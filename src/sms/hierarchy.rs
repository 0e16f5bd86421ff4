//! Who stands beneath whom: the hierarchy that `parent` makes of the documents (clause 7.5).
//!
//! Documents name one parent each, so what they form are trees, and circles where somebody made a
//! mistake. Chains may be as long as there are documents: nothing here calls itself.
//!
//! Further keys say where documents of some types belong: their process, their procedure, what a
//! record was produced by. Who asks settles which of them count for what.

use super::{Sms, State};
use crate::document::{Document, Reference};
use crate::source::Spanned;

/// The keys that name what a document stands beneath.
const KEYS: [&str; 4] = ["parent", "process", "procedure", "produced_by"];

/// The documents that name a parent, or are named as one.
#[derive(Debug)]
pub struct Hierarchy<'s> {
    /// The documents at the top, each with the number of documents beneath it.
    pub tops: Vec<(&'s Document, usize)>,
    /// The circles, each told from parent to parent, beginning with the first by path.
    pub circles: Vec<Vec<&'s Document>>,
}

/// What a document names as standing above it.
#[derive(Clone, Debug)]
pub struct Above<'s> {
    /// The key that names it.
    pub key: &'static str,
    /// What is written there: an id, or an id with a version.
    pub written: Spanned<&'s str>,
    /// The document of that id, if there is one.
    pub document: Option<&'s Document>,
}

impl Sms {
    /// Returns what a document names as standing above it, key by key.
    pub fn above<'s>(&'s self, document: &'s Document) -> impl Iterator<Item = Above<'s>> {
        let written = |key| document.front.list(key).into_iter().map(move |it| (key, it));
        KEYS.into_iter().flat_map(written).map(|(key, written)| Above {
            key,
            document: self.document(Reference::parse(written.value).id.as_str()),
            written,
        })
    }

    /// Works out the hierarchy.
    pub fn hierarchy(&self) -> Hierarchy<'_> {
        let parent_of = |document| Some(self.index(self.parent(document)?));
        let above: Vec<Option<usize>> = self.documents.iter().map(parent_of).collect();
        // From the leaves up: whoever has been counted with all that is beneath it is done with,
        // and what remains in the end stands beneath itself.
        let mut waits_for = vec![0_usize; above.len()];
        for &parent in above.iter().flatten() {
            waits_for[parent] += 1;
        }
        let mut beneath = vec![0_usize; above.len()];
        let mut counted: Vec<usize> = (0..above.len()).filter(|&i| waits_for[i] == 0).collect();
        while let Some(i) = counted.pop() {
            let Some(parent) = above[i] else { continue };
            beneath[parent] += beneath[i] + 1;
            waits_for[parent] -= 1;
            if waits_for[parent] == 0 {
                counted.push(parent);
            }
        }
        let mut circles = Vec::new();
        for start in 0..above.len() {
            let mut circle = Vec::new();
            let mut next = Some(start);
            while let Some(i) = next.filter(|&i| waits_for[i] > 0) {
                waits_for[i] = 0;
                circle.push(&self.documents[i]);
                next = above[i];
            }
            if !circle.is_empty() {
                circles.push(circle);
            }
        }
        let is_top = |i: &usize| above[*i].is_none() && beneath[*i] > 0;
        let tops = (0..above.len()).filter(is_top).map(|i| (&self.documents[i], beneath[i]));
        Hierarchy { tops: tops.collect(), circles }
    }

    /// Tells whether a document is no longer to be used: withdrawn, or replaced by another.
    pub fn is_out_of_use(&self, document: &Document) -> bool {
        matches!(self.state(document), State::Withdrawn | State::Superseded)
    }
}

#[cfg(test)]
mod tests {
    use crate::sms::reading;
    use crate::story::{Story, replay};

    /// Tells the hierarchy of documents given as `ID` or `ID PARENT`.
    fn told(documents: &[String]) -> (Vec<(String, usize)>, Vec<Vec<String>>) {
        let mut text = String::new();
        for document in documents {
            let (id, parent) = document.split_once(' ').unwrap_or((document, "''"));
            text += &format!("```md docs/{id}.md\n---\nid: {id}\nparent: {parent}\n---\n```\n\n");
        }
        let recording = replay(&Story::parse(&text).unwrap(), &|_| None).unwrap();
        let sms = reading::of_commit(&recording, recording.head_commit().unwrap(), &[]).unwrap();
        let hierarchy = sms.hierarchy();
        let tops = hierarchy.tops.iter().map(|(top, beneath)| (top.called(), *beneath));
        let circles = hierarchy.circles.iter();
        let circles = circles.map(|circle| circle.iter().map(|each| each.called()).collect());
        (tops.collect(), circles.collect())
    }

    #[test]
    fn trees_have_a_top_and_circles_have_none() {
        let documents = [
            "A-1", "B-1 A-1", "C-1 B-1", "D-1", "E-1 G-1", "F-1 E-1", "G-1 F-1", "H-1 G-1",
            "I-1 I-1",
        ];
        let (tops, circles) = told(&documents.map(str::to_owned));
        assert_eq!(tops, [("A-1".to_owned(), 2)]);
        assert_eq!(circles, [vec!["E-1", "G-1", "F-1"], vec!["I-1"]]);
    }

    #[test]
    fn a_chain_may_be_as_long_as_there_are_documents() {
        let chain = |first: &str| -> Vec<String> {
            let link =
                |n: usize| if n == 0 { first.to_owned() } else { format!("A-{n} A-{}", n - 1) };
            (0..5_000).map(link).collect()
        };
        assert_eq!(told(&chain("A-0")).0, [("A-0".to_owned(), 4_999)]);
        assert_eq!(told(&chain("A-0 A-4999")).1[0].len(), 5_000);
    }
}
