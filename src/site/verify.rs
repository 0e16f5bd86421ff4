//! How to check any of this without believing this site: plain Git commands, with the values of
//! this very record in them.

use super::approval::{paths_in, shell_word};
use super::atlas::Atlas;
use super::card::Card;
use super::views::{Piece, Section};
use super::{Page, SiteError, audit, template};
use crate::document::Document;
use crate::repo::object::ObjectId;
use crate::report::schema;
use crate::sms::approval::Grade;

/// Renders the page.
pub(super) fn page(atlas: &Atlas<'_>) -> Result<Page, SiteError> {
    let mut view = atlas.page_of_sections(
        "verify.html",
        "Check any of this yourself",
        "Every verdict of this site rests on a commit that you can look at. You need a clone of the repository and Git, and nothing of ours.",
    );
    view.sections = vec![record(atlas), history(atlas)];
    if let Some(example) = Example::of(atlas) {
        view.sections.extend(example.sections(atlas));
    }
    view.sections.extend([second_persons(), rules(atlas), signatures(atlas), site(atlas)]);
    template::fill("sections.html", "verify.html", &view)
}

/// A section with a question, commands, and what they print if this site tells the truth.
fn question(id: &str, title: &str, commands: &[String], expected: Vec<Piece>) -> Section {
    let mut section = Section::titled(id, title);
    section.commands = vec![commands.join("\n")];
    section.notes = vec![expected];
    section
}

fn record(atlas: &Atlas<'_>) -> Section {
    let head = atlas.sms.head;
    let mut expected = vec![Piece::text("The last command names everything in the record at once")];
    if let Some(commit) = atlas.commit(head) {
        expected.extend([Piece::text(": "), Piece::oid(commit.tree.to_string())]);
    }
    expected.push(Piece::text(
        ". The same commit is the same content, whoever gives you the clone. Ask for it from two places if you doubt one.",
    ));
    let commands = [
        "git clone REPOSITORY sms".to_owned(),
        "cd sms".to_owned(),
        format!("git checkout {head}"),
        "git rev-parse HEAD^{tree}".to_owned(),
    ];
    question("Record", "Is it the record this site was made of?", &commands, expected)
}

fn history(atlas: &Atlas<'_>) -> Section {
    let commands = [
        "git rev-parse --is-shallow-repository",
        "git rev-list --count HEAD",
        "git replace --list",
        "git fsck --full",
    ];
    let expected = vec![
        Piece::text("In this order: "),
        Piece::code("false"),
        Piece::text("; "),
        Piece::code(atlas.sms.history.commits.len().to_string()),
        Piece::text(
            "; nothing; and nothing that begins with error, missing or broken: each object is what its name says.",
        ),
    ];
    let commands = commands.map(str::to_owned);
    question("History", "Is the history whole, and not bent?", &commands, expected)
}

/// The best proved document: its commands are whole, and can be copied.
struct Example<'s> {
    document: &'s Document,
    card: &'s Card,
    grade: &'s Grade,
    act: ObjectId,
}

impl<'s> Example<'s> {
    fn of(atlas: &'s Atlas<'_>) -> Option<Self> {
        let all = atlas.sms.documents.iter().zip(&atlas.cards);
        let proved =
            all.filter(|(_, card)| card.proof.verdict == "verified" && card.standing.is_in_force());
        let examples = proved.filter_map(|(document, card)| {
            let grade = atlas.sms.grade(document)?;
            Some(Self { document, card, grade, act: grade.acted_in()? })
        });
        // Of the best the one with the longest history, and of these the first. The rows of a
        // register change between approvals, which would need explaining.
        let has_rows = |one: &Self| one.document.front.get("entries").is_some();
        let versions = |one: &Self| one.document.id().map_or(0, |id| atlas.sms.tenures(&id).len());
        examples
            .min_by_key(|one| (has_rows(one), std::cmp::Reverse((one.grade.level, versions(one)))))
    }

    fn sections(&self, atlas: &Atlas<'_>) -> Vec<Section> {
        let path = shell_word(&self.document.path);
        let act = self.act;
        let then = paths_in(atlas, self.document, act);
        // Where the file lay after the act, and where it lies now.
        let mut both = vec![then.last().unwrap_or(&path).clone(), path.clone()];
        both.dedup();
        let (then, both) = (then.join(" "), both.join(" "));
        let name = || Piece::id_link(&self.card.label, &self.card.page);
        let by = self.grade.approval.by.as_deref().unwrap_or("the approver");
        let mut approved = vec![
            Piece::text("For "),
            name(),
            Piece::text(
                ": the committer, or the author where nothing but the approval changes, is ",
            ),
            Piece::code(by),
        ];
        if let Some(on) = self.grade.approval.on {
            approved.extend([Piece::text(", and the day is about "), Piece::date(on)]);
        }
        approved
            .push(Piece::text(". The page of each document has this command with its own commit."));
        let day = atlas.sms.as_of;
        vec![
            question(
                "Approved",
                "Who approved it?",
                &[format!("git show --format=fuller {act} -- {then}")],
                approved,
            ),
            question(
                "Changed",
                "Did the text change since?",
                &[format!("git diff {act} HEAD -- {both}")],
                vec![Piece::text(
                    "Prints nothing, or nothing but what an approval does not cover: review dates, notes, and the rows of a register.",
                )],
            ),
            question(
                "Digest",
                "Is it the text that the approval names?",
                &[format!("clausebook show {} --digest-text | sha256sum", self.card.label)],
                vec![
                    Piece::text("The digest on the page of the document, "),
                    Piece::oid(atlas.sms.claims(self.document).digest.to_string()),
                    Piece::text(
                        ". The text is laid down so simply that you can write it by hand: ",
                    ),
                    Piece::code("--digest-text"),
                    Piece::text(" shows how."),
                ],
            ),
            question(
                "Versions",
                "Which versions were there, in which order?",
                &[
                    format!(
                        "git log --first-parent --follow --format='%h %cs %an <%ae> %s' -- {path}"
                    ),
                    format!("git log --follow --format=fuller --patch -- {path}"),
                ],
                vec![Piece::text(
                    "The first shows what reached the publishing branch, the second every draft on the way, under all names the file had. Order comes from the chain of commits, never from their dates.",
                )],
            ),
            question(
                "OnADay",
                "What stood there on a day?",
                &[
                    // As the program counts: by the days of committers where they are, and up to the
                    // first commit that is later.
                    format!(
                        "commit=$(git log --first-parent --reverse --format='%cs %H' HEAD | awk '$1 > \"{day}\" {{exit}} {{commit = $2}} END {{print commit}}')"
                    ),
                    format!("git show \"$commit\":{path}"),
                ],
                vec![Piece::text(
                    "Shows what had been committed by then. Whether it was in force is another question: look at the status, the approval and effective_from of what is printed. The day of a commit is its committer’s claim, in the time zone of the committer. A merge of a line that has a later day than the merge itself counts from that day on.",
                )],
            ),
        ]
    }
}

fn second_persons() -> Section {
    question(
        "Merges",
        "Who let it in?",
        &["git log --first-parent --merges --format='%h %cs %cn <%ce> %s'".to_owned()],
        vec![Piece::text(
            "Each line is a merge into the publishing branch and who made it. A second person is one who wrote none of what came in.",
        )],
    )
}

fn rules(atlas: &Atlas<'_>) -> Section {
    let registers = atlas.sms.registers("roles").map(|register| shell_word(&register.path));
    let mut paths = vec![crate::config::FILE.to_owned()];
    paths.extend(registers);
    let policy = &atlas.sms.trust.config;
    let keys = policy.allowed_signers.iter().chain(&policy.openpgp_keys);
    paths.extend(keys.map(|file| shell_word(&file.as_str().into())));
    question(
        "Rules",
        "Who changed the rules of the judgement?",
        &[format!("git log --first-parent --format='%h %cs %an <%ae> %s' -- {}", paths.join(" "))],
        vec![Piece::text(
            "Who may approve, how strong a proof must be and which rules run stands in these files, under the same history as everything else.",
        )],
    )
}

fn signatures(atlas: &Atlas<'_>) -> Section {
    let signers = atlas.sms.trust.signers.as_ref();
    let list = match signers {
        Some(signers) => {
            format!(" -c gpg.ssh.allowedSignersFile={}", shell_word(&signers.path))
        }
        None => String::new(),
    };
    let keys = match signers {
        Some(_) => vec![
            Piece::text(
                " checks its signature. Git is content with anybody on the list, which is on the page of the ",
            ),
            Piece::link("roles", "roles.html#Keys"),
            Piece::text(": compare whom it names in the third column with who acted."),
        ],
        None => vec![Piece::text(
            " checks its signature. Both need the keys of the signers, which nobody but their owners can vouch for.",
        )],
    };
    let mut expected = vec![
        Piece::text(
            "The second column is N where a commit has no signature, and G where it has a good one. A tag of the type ",
        ),
        Piece::code("tag"),
        Piece::text(" has an author and a message of its own; "),
        Piece::code(format!("git{list} tag --verify NAME")),
    ];
    expected.extend(keys);
    question(
        "Signatures",
        "Is anything signed?",
        &[
            format!("git{list} log --format='%h %G? %GS %s'"),
            "git for-each-ref --format='%(refname:short) %(objecttype) %(taggername) %(contents:subject)' refs/tags".to_owned(),
        ],
        expected,
    )
}

fn site(atlas: &Atlas<'_>) -> Section {
    let mut section = question(
        "Site",
        "Is this site what the record gives?",
        &[
            format!(
                "clausebook build --rev {} --as-of {} --out ../again",
                atlas.sms.head, atlas.sms.as_of
            ),
            "diff --recursive SITE ../again".to_owned(),
        ],
        vec![Piece::text(
            "Prints no difference: the same commit and day give the same bytes on any machine. Take the rules of the branch from the same clone, or they may judge otherwise.",
        )],
    );
    section.commands.push(format!(
        "cd SITE\nfind . -type f ! -name {} ! -name {} | cut -c3- | LC_ALL=C sort | xargs -d '\\n' sha256sum | sha256sum",
        audit::PATH,
        super::MARKER
    ));
    section.notes.push(vec![
        Piece::text("Prints what "),
        Piece::link(audit::PATH, audit::PATH),
        Piece::text(" names as "),
        Piece::code("site_sha256"),
        Piece::text(" (programs find its form in "),
        Piece::link(schema::FILE, schema::FILE),
        Piece::text("). Write that number down with your notes, and you can tell next year whether somebody shows you the same site."),
    ]);
    section
}
