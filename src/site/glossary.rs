//! The words of the site, in the program's own sentences.

use super::atlas::Atlas;
use super::views::{Cell, Column, Piece, Row, Section, SectionsView, Table};
use super::{Page, SiteError, template};
use crate::sms::approval;
use crate::sms::coverage;

/// Anchor, heading, and words with their meaning.
type Group = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const TERMS: [Group; 4] = [
    (
        "Verdicts",
        "Verdicts",
        &[
            (
                "verified",
                "The history shows what the front matter claims, from level 2 up. It means that documented evidence was found, never that a requirement is met.",
            ),
            (
                "contradicted",
                "The history shows something that cannot be true if the claim is: the content changed after the approval, the approver wrote the content, the digest or the version is another, the date does not fit the commits.",
            ),
            (
                "unverifiable",
                "Level 0 or 1: the repository cannot tell. Nothing speaks against the claim, and nothing in Git bears it out.",
            ),
            (
                "not shown",
                "Git shows no signature, or no second person, and the approval claims none. Its level is lower than it would be with them; nothing speaks against it.",
            ),
            (
                "claims approval, not verified",
                "The status says approved, and Git does not show the approval at the level its type needs. The document is not shown as approved or in force anywhere.",
            ),
        ],
    ),
    (
        "States",
        "States of a document",
        &[
            ("draft", "It is being written."),
            ("in review", "It is offered for approval."),
            (
                "approved, not yet in force",
                "Its approval is proved at the level its type needs; its effective date is still to come.",
            ),
            (
                "effective",
                "Its approval is proved at the level its type needs, and it is in force on the as-of date.",
            ),
            (
                "in force, review overdue",
                "As effective, and the day of its next review has passed.",
            ),
            ("superseded", "Another approved document says that it takes its place."),
            ("withdrawn", "It was taken out of use. It stays readable under a banner."),
            (
                "record",
                "Proof of something done. A record has no approval; it has a date and a status of its own.",
            ),
            (
                "not identified",
                "A file that wants to be a document, and whose id is missing, broken or claimed by another file as well. Nothing about it is taken as verified.",
            ),
        ],
    ),
    (
        "Words",
        "Words about the evidence",
        &[
            (
                "as of",
                "The day that states, reviews and cadences are reckoned from. It is given, or it is the day of the judged commit; never the day the site was built.",
            ),
            (
                "commit",
                "One recorded change of the repository, named by a hash of everything it holds. Two copies that show one commit show the same bytes.",
            ),
            ("blob", "The content of one file, named by a hash of its bytes."),
            (
                "digest",
                "A SHA-256 over the id, title, type, version, owner, clauses and text of a document, so that an approval can name exactly the content it is for. Anyone can repeat it.",
            ),
            (
                "publishing branch",
                "The branch whose documents count. An approval that never reached it is not proved by a second person.",
            ),
            (
                "trust root",
                "The revision whose rules judge: levels of rules, levels that types need. A branch cannot lower what it is judged by.",
            ),
            (
                "control start",
                "The day from which the organisation claims document control. What lies before it is shown and not judged.",
            ),
            ("evidence", "A statement that holds, with the commit or the file that shows it."),
            (
                "finding",
                "Something that is not as it should be, with the place to edit and what to do. It is about documents; a nonconformity is for people to decide.",
            ),
            (
                "cadence",
                "How often the evidence of a clause arises. A record older than one cadence no longer shows that the clause is in use.",
            ),
            (
                "uncontrolled file",
                "A Markdown file that is not a document: listed as such, without front matter, or outside the source folder.",
            ),
            (
                "role register",
                "The document that says who holds which role, from when to when, and by which address they act in Git.",
            ),
        ],
    ),
    (
        "Layers",
        "Layers",
        &[
            ("policy, plan", "What the organisation intends and commits to."),
            ("process", "What is done, with which inputs, outputs, roles and measures."),
            ("procedure", "Who does it, in which order."),
            ("work instruction, form", "How one task is done, and what is filled in."),
            ("register", "A list that is kept current: services, roles, suppliers, risks."),
            ("agreement", "What is promised to a customer, or by a supplier."),
        ],
    ),
];

const PROOF: [&str; 7] = [
    "No approval is claimed, or a part of it is missing: who, when, which version.",
    "The front matter says so, and nothing else does. A plus sign: the digest fits the content.",
    "The approver's own commit brought the approval, or their merge published it, apart from the content.",
    "And somebody who wrote none of the content took it to the publishing branch.",
    "The approver signed that commit, or a tag on it that names the document, with a key the organisation listed for them. When that was is unproven.",
    "And somebody who held a role signed a tag that holds it, unchanged.",
    "And a third party attests time or review. Not checked by this build.",
];

const COVERAGE: [&str; 5] = [
    "No document and no record names the clause.",
    "A document or a record names it; no approval is proved at the level its type needs.",
    "A document that names it is in force, its approval proved.",
    "A record within the cadence names it; where the document is its own evidence, its review is not overdue.",
    "An internal audit of the last twelve months covers it, and no major or minor nonconformity about it is open. A version that came into force after the audit is named, for the audit did not look at it.",
];

/// Renders the page.
pub(super) fn page(atlas: &Atlas<'_>) -> Result<Page, SiteError> {
    let row = |mark: Piece, meaning: &str| {
        Row::of(vec![Cell::one("lead", "", mark), Cell::one("wide", "", Piece::text(meaning))])
    };
    let table = |id: &str, title: &str, rows: Vec<Row>| {
        Section::titled(id, title).table(Table {
            caption: title.to_owned(),
            caption_is_hidden: true,
            class: "terms",
            columns: Column::all(&["Word", "What it means here"]),
            rows,
        })
    };
    let mut sections: Vec<Section> = TERMS
        .iter()
        .map(|(id, title, terms)| {
            table(
                id,
                title,
                terms.iter().map(|(word, meaning)| row(Piece::strong(word), meaning)).collect(),
            )
        })
        .collect();
    let levels = (0_u8..).zip(approval::LEVELS).zip(PROOF);
    let proof = levels.map(|((level, name), meaning)| {
        row(Piece::meter(level, format!("{level} {name}")), meaning)
    });
    sections.insert(2, table("Proof", "Levels of proof of an approval", proof.collect()));
    let levels = (0_u8..).zip(coverage::LEVELS).zip(COVERAGE);
    let coverage = levels
        .map(|((level, name), meaning)| row(super::card::coverage_piece(level, name), meaning));
    sections.insert(3, table("Coverage", "Levels of a clause", coverage.collect()));
    let view = SectionsView {
        frame: atlas.frame("glossary.html", "glossary.html", "Glossary"),
        heading: "Glossary".to_owned(),
        lede: vec![Piece::text(
            "The words this site uses, and what they mean here and nowhere else.",
        )],
        sections,
        ..SectionsView::default()
    };
    template::fill("sections.html", "glossary.html", &view)
}
