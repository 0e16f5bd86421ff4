//! A document of the corpus: what its front matter says, its text, and how both change.

use super::mistake::Mistake;
use super::text::{Dice, ROLES, paragraph, sentence};
use super::{email, name};
use clausebook::document::Claims;
use clausebook::source::Date;
use std::collections::BTreeSet;

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Policy,
    Register,
    Process,
    Procedure,
    WorkInstruction,
    Record,
}

impl Kind {
    /// Returns the kind of the next document: of twenty, one is a policy, two are processes, five
    /// procedures, four records, and the rest work instructions. What it needs above it is there.
    pub(super) fn of_nth(nth: usize, before: &[Document]) -> Self {
        let has = |kind| before.iter().any(|document| document.kind == kind);
        match nth % 20 {
            1 => Self::Policy,
            2 | 3 => Self::Process,
            _ if !has(Self::Process) => Self::Process,
            4..9 => Self::Procedure,
            _ if !has(Self::Procedure) => Self::Procedure,
            9..13 => Self::Record,
            _ => Self::WorkInstruction,
        }
    }

    pub(super) fn fits_beneath(self, parent: Self) -> bool {
        match self {
            Self::Policy | Self::Register | Self::Process => parent == Self::Policy,
            Self::Procedure => parent == Self::Process,
            Self::WorkInstruction | Self::Record => parent == Self::Procedure,
        }
    }

    /// The name of the type, the beginning of its ids, and the role that approves it.
    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Policy => ("policy", "POL", "top-management"),
            Self::Register => ("register", "REG", "process-owner"),
            Self::Process => ("process", "PRC", "service-director"),
            Self::Procedure => ("procedure", "PRO", "process-owner"),
            Self::WorkInstruction => ("work-instruction", "WIN", "team-lead"),
            Self::Record => ("record", "REC-REV", ""),
        }
    }

    fn sections(self) -> &'static [&'static str] {
        match self {
            Self::Policy => {
                &["Purpose", "Scope", "Policy statements", "Responsibilities", "Review"]
            }
            Self::Register => &["Entries"],
            Self::Process => &[
                "Purpose",
                "Scope",
                "Triggers",
                "Inputs",
                "Activities",
                "Outputs",
                "Roles",
                "Measures",
                "Records",
                "Interfaces",
            ],
            Self::Procedure => &["Purpose", "Steps", "Roles", "Records"],
            Self::WorkInstruction => &["Before you start", "Steps", "If it fails"],
            Self::Record => &["What was read", "Result"],
        }
    }
}

/// Areas of work: code for ids and folder, words for titles, the clause.
const AREAS: [(&str, &str, &str); 12] = [
    ("CHG", "change management", "8.5.1"),
    ("INC", "incident management", "8.6.1"),
    ("PRB", "problem management", "8.6.3"),
    ("REQ", "service requests", "8.6.2"),
    ("SLM", "service levels", "8.3.3"),
    ("SUP", "suppliers", "8.3.4"),
    ("CAP", "capacity", "8.4.3"),
    ("CFG", "configuration", "8.2.6"),
    ("REL", "release and deployment", "8.5.3"),
    ("AVL", "availability", "8.7.1"),
    ("CNT", "continuity", "8.7.2"),
    ("SEC", "information security", "8.7.3"),
];

/// One document.
pub(super) struct Document {
    pub(super) id: String,
    pub(super) kind: Kind,
    pub(super) renames: usize,
    area: usize,
    title: String,
    owner: &'static str,
    parent: Option<String>,
    /// Front matter lines that only its type has.
    facts: Vec<String>,
    /// Each heading with its paragraphs.
    sections: Vec<(&'static str, Vec<String>)>,
    links: String,
    version: (usize, usize),
    /// The highest version there was, after which the next one comes.
    highest: (usize, usize),
    change: String,
    is_major: bool,
    approval: Option<Approval>,
    /// Who wrote what no approval holds for: a mistake leaves its author to the next approval.
    pub(super) writers: BTreeSet<usize>,
}

struct Approval {
    by: String,
    on: Date,
    from: Date,
    digest: String,
}

impl Document {
    pub(super) fn first_policy(dice: &mut Dice) -> Self {
        let mut policy = Self::bare(Kind::Policy, 0, 0, dice);
        policy.id = "POL-ITSM-001".to_owned();
        policy.title = "Service management policy".to_owned();
        policy.facts = vec!["statements: [Services are planned, Services are reviewed]".to_owned()];
        policy
    }

    /// The register of roles: the first `approvers` people may approve anything.
    pub(super) fn roles(dice: &mut Dice, people: usize, approvers: usize) -> Self {
        let mut register = Self::bare(Kind::Register, 1, 0, dice);
        register.id = "REG-ROL-001".to_owned();
        register.title = "Roles and approval authority".to_owned();
        register.parent = Some("POL-ITSM-001".to_owned());
        let approving = ["top-management", "service-director", "process-owner", "team-lead"];
        let held = (0..approvers).flat_map(|person| approving.map(|role| (role, person)));
        let owning = ROLES.iter().map(|&role| (role, dice.below(people))).collect::<Vec<_>>();
        register.facts = vec!["register_kind: roles".to_owned(), "entries:".to_owned()];
        register.facts.extend(held.chain(owning).map(|(role, person)| {
            let (name, email) = (name(person), email(person));
            format!("  - {{role: {role}, person: {name}, email: [{email}], from: 2024-01-01}}")
        }));
        register
    }

    /// The `nth` document, beneath its parent and with links to others.
    pub(super) fn new(
        kind: Kind,
        nth: usize,
        parent: Option<&Self>,
        others: &[&Self],
        author: &str,
        today: Date,
        dice: &mut Dice,
    ) -> Self {
        let inherited = parent.filter(|_| !matches!(kind, Kind::Policy | Kind::Process));
        let area = inherited.map_or_else(|| dice.below(AREAS.len()), |parent| parent.area);
        let mut document = Self::bare(kind, nth, area, dice);
        document.parent = parent.map(|parent| parent.id.clone());
        document.link(parent, others);
        let above = document.parent.clone().unwrap_or_default();
        document.facts = match kind {
            Kind::Policy => vec![format!("statements: [\"{}\"]", sentence(dice))],
            Kind::Process => vec![
                format!("process_owner: {}", document.owner),
                "inputs: [Requests, Agreed targets]".to_owned(),
                "outputs: [Results, Reports]".to_owned(),
                "kpis: [Share of results in time]".to_owned(),
            ],
            Kind::Procedure => {
                vec![format!("process: {above}"), "records_produced: [REC-REV]".to_owned()]
            }
            Kind::WorkInstruction => vec![format!("procedure: {above}")],
            Kind::Register => Vec::new(),
            Kind::Record => {
                let reviewed = parent.expect("a procedure is there before the first record");
                document.version = reviewed.version;
                vec![
                    "kind: document-review".to_owned(),
                    format!("produced_by: {above}"),
                    format!("document_id: {above}"),
                    format!("date: {today}"),
                    format!("reviewed_on: {today}"),
                    format!("reviewer: {author}"),
                    "result: no-change".to_owned(),
                    "next_review: 2027-12-01".to_owned(),
                ]
            }
        };
        document
    }

    fn bare(kind: Kind, nth: usize, area: usize, dice: &mut Dice) -> Self {
        let (word, prefix, _) = kind.words();
        let (code, subject, _) = AREAS[area];
        // A full text has 300 to 1,200 words: 7 to 24 paragraphs over the sections.
        let paragraphs = 7 + dice.below(18);
        let headings = kind.sections();
        let mut sections: Vec<_> =
            headings.iter().map(|heading| (*heading, vec![paragraph(dice)])).collect();
        for _ in headings.len()..paragraphs {
            sections[dice.below(headings.len())].1.push(paragraph(dice));
        }
        Self {
            id: format!("{prefix}-{code}-{nth:05}"),
            kind,
            renames: 0,
            area,
            title: format!("{} {nth} of {subject}", word.replace('-', " ")),
            owner: dice.pick(&ROLES),
            parent: None,
            facts: Vec::new(),
            sections,
            links: String::new(),
            version: (1, 0),
            highest: (1, 0),
            change: "First issue".to_owned(),
            is_major: true,
            approval: None,
            writers: BTreeSet::new(),
        }
    }

    /// Links to the parent by its path, which never changes, and to others by their ids.
    fn link(&mut self, parent: Option<&Self>, others: &[&Self]) {
        if let Some(parent) = parent {
            // Every document lies three folders deep.
            let path = parent.path().replacen("docs/", "../../", 1);
            self.links.push_str(&format!("\nThis follows from [{}]({path}).\n", parent.title));
        }
        for other in others {
            self.links.push_str(&format!("\nSee also [[{}]].\n", other.id));
        }
    }

    pub(super) fn path(&self) -> String {
        let (folder, (area, ..)) = (self.kind.words().0, AREAS[self.area]);
        let moved = if self.renames == 0 { String::new() } else { format!("-{}", self.renames) };
        format!("docs/{}/{folder}/{}{moved}.md", area.to_lowercase(), self.id.to_lowercase())
    }

    pub(super) fn is_approved(&self) -> bool {
        self.approval.is_some()
    }

    /// Rewrites, adds or drops a paragraph, and hands the document in under a higher version.
    pub(super) fn revise(&mut self, dice: &mut Dice) {
        let before = self.version_text();
        let section = dice.below(self.sections.len());
        let (heading, paragraphs) = &mut self.sections[section];
        let at = dice.below(paragraphs.len());
        match dice.below(10) {
            0 if paragraphs.len() > 1 => drop(paragraphs.remove(at)),
            1 => paragraphs.insert(at, paragraph(dice)),
            _ => paragraphs[at] = paragraph(dice),
        }
        self.change = format!("{heading} of {before} rewritten");
        self.is_major = dice.below(10) == 0;
        let (major, minor) = self.highest;
        self.version = if self.is_major { (major + 1, 0) } else { (major, minor + 1) };
        self.highest = self.version;
        self.approval = None;
    }

    /// Tells whether a mistake can be made that is this one and no other: a number can go back only
    /// if there is a lower one, and two wrong numbers in a row would leave open which is which.
    pub(super) fn allows(&self, mistake: Mistake) -> bool {
        let is_numbered_well = self.version == self.highest;
        match mistake {
            Mistake::NotBumped => is_numbered_well,
            Mistake::WentBackwards => is_numbered_well && self.highest.1 > 0,
            Mistake::ByAuthor | Mistake::BeforeContent => true,
        }
    }

    /// Revises as [`Self::revise`] does, and gives the text the wrong version where that is the
    /// mistake. The kind of the change goes with the number.
    pub(super) fn revise_wrongly(&mut self, mistake: Mistake, dice: &mut Dice) {
        let (before, was_major) = (self.highest, self.is_major);
        self.revise(dice);
        (self.version, self.is_major) = match mistake {
            Mistake::NotBumped => (before, was_major),
            Mistake::WentBackwards => ((before.0, before.1 - 1), false),
            Mistake::ByAuthor | Mistake::BeforeContent => return,
        };
        // The number that was skipped is that of the next revision.
        self.highest = before;
    }

    pub(super) fn approve(&mut self, by: &str, on: Date, from: Date) {
        // The digest leaves out what approving changes, so that of the text handed in is right.
        let claims = Claims::read(self.to_text().as_bytes()).expect("it has an id");
        self.approval =
            Some(Approval { by: by.to_owned(), on, from, digest: claims.digest.to_string() });
    }

    fn version_text(&self) -> String {
        format!("{}.{}", self.version.0, self.version.1)
    }

    pub(super) fn to_text(&self) -> String {
        let (word, _, role) = self.kind.words();
        let (id, title, version) = (&self.id, &self.title, self.version_text());
        let status = match (&self.approval, self.kind) {
            (_, Kind::Record) => "closed",
            (Some(_), _) => "approved",
            (None, _) => "in-review",
        };
        let mut text = format!("---\nid: {id}\ntitle: {title}\ntype: {word}\nversion: {version}\n");
        text.push_str(&format!("status: {status}\nowner: {}\n", self.owner));
        text.push_str(&format!("clauses: [{}]\nclassification: internal\n", AREAS[self.area].2));
        if let Some(parent) = &self.parent {
            text.push_str(&format!("parent: {parent}\n"));
        }
        for fact in &self.facts {
            text.push_str(&format!("{fact}\n"));
        }
        if self.kind != Kind::Record {
            let months = if self.kind == Kind::WorkInstruction { 24 } else { 12 };
            let kind = if self.is_major { "major" } else { "minor" };
            text.push_str(&format!("review_months: {months}\nchange_kind: {kind}\n"));
            text.push_str(&format!("change_summary: {}\n", self.change));
        }
        if let Some(Approval { by, on, from, digest }) = &self.approval {
            text.push_str(&format!("effective_from: {from}\napproval:\n  - by: {by}\n"));
            text.push_str(&format!("    role: {role}\n    on: {on}\n"));
            text.push_str(&format!("    version: {version}\n    digest: \"{digest}\"\n"));
        }
        text.push_str(&format!("---\n\n# {title}\n"));
        for (heading, paragraphs) in &self.sections {
            text.push_str(&format!("\n## {heading}\n\n{}\n", paragraphs.join("\n\n")));
        }
        text + &self.links
    }
}
