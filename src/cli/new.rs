//! `new`: the first draft of a document, with its id, in its place.

use super::find::{self, ids_elsewhere};
use super::judge::survey;
use super::terminal::Terminal;
use super::{Arguments as Global, Verdict, asking};
use crate::config::types::DocType;
use crate::document::draft::Draft;
use crate::document::fields::{RECORD_KINDS, id_misfit};
use crate::document::{DocId, Document};
use crate::repo::hand::write_file;
use crate::repo::{RepoError, Repository, create};
use crate::sms::Sms;
use crate::sms::placing::{Newcomer, with_whom};
use crate::source::{Date, Printable, RepoPath, did_you_mean, listed};
use anyhow::{Context as _, anyhow, bail};
use clap::Args;
use std::collections::BTreeSet;

/// Write the first draft of a document, with the next free id, in the right folder
///
/// The draft has the front matter that its type needs, with a word on each field, and its
/// sections. The id is one that no document has or ever had, on any branch. In a terminal you are
/// asked for what you leave out. Nothing is committed.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  clausebook new policy
  clausebook new procedure --title \"Emergency changes\" --parent PRC-CHG-001 --clauses 8.5.1.3
  clausebook new record --kind nonconformity --title \"Restore test missed\" --parent PRC-IMP-001
  clausebook new agreement --id OLA-DESK-02 --title \"Service desk\" --dry-run")]
pub(super) struct Arguments {
    /// The type: policy, process, procedure, record, ...
    #[arg(value_name = "TYPE")]
    doc_type: String,

    /// What people call it
    #[arg(long)]
    title: Option<String>,

    /// The id of the document above it; of a record, of the one it comes from
    #[arg(long, value_name = "ID")]
    parent: Option<String>,

    /// The clauses it serves: 8.5.1.3, iso27001:A.8.32
    #[arg(long, value_name = "CLAUSE", value_delimiter = ',', num_args = 1..)]
    clauses: Vec<String>,

    /// The role that answers for it
    #[arg(long, value_name = "ROLE")]
    owner: Option<String>,

    /// Of a record: what kind of record
    #[arg(long)]
    kind: Option<String>,

    /// What its id says it is about: CHG makes PRO-CHG-001 [default: as its parent says]
    #[arg(long, value_name = "WORD", conflicts_with = "id")]
    topic: Option<String>,

    /// What its id begins with, where a type has several: CON for a contract with a supplier [default:
    /// as those beneath its parent begin, else as its clauses say]
    #[arg(long, value_name = "WORD", conflicts_with = "id")]
    prefix: Option<String>,

    /// The id, instead of the next free one
    #[arg(long)]
    id: Option<String>,

    /// Show what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(
    global: &Global,
    own: &Arguments,
    terminal: &mut Terminal,
) -> anyhow::Result<Verdict> {
    let (repository, sms) = survey(&global.repository).map_err(|error| {
        match error.downcast_ref::<RepoError>() {
            Some(RepoError::Unborn) => anyhow!(
                "the repository has no commit yet; commit something, such as book.toml, then `new` writes the first document"
            ),
            _ => error,
        }
    })?;
    let day = repository.committer().ok().and_then(|who| who.date()).or_else(create::today);
    let day = day.context("cannot tell what day it is")?;
    let is_asked = asking::is_somebody_there();
    let doc_type = doc_type(&sms, &own.doc_type)?;
    let is_record = doc_type.name == "record";
    let record_kind = record_kind(own, is_record, is_asked)?;
    let title = title(own, is_asked)?;
    let parent = parent(&sms, own, doc_type, is_asked)?;
    let owner = owner(&sms, own, day, is_asked)?;
    let clauses = clauses(&sms, own, is_asked)?;
    let record_kind_word = record_kind.as_deref();
    let new = Newcomer { doc_type, record_kind: record_kind_word, parent, prefix: None, day };
    let prefix = prefix(&sms, own, new, &clauses, is_asked)?;
    let new = Newcomer { prefix: prefix.as_deref(), ..new };
    let id = id(&repository, &sms, own, new)?;
    let draft = Draft {
        id: id.clone(),
        title: title.clone(),
        doc_type,
        record_kind: record_kind.clone(),
        owner,
        clauses,
        parent: parent.and_then(Document::id),
        parent_type: parent.and_then(|it| sms.type_of(it)).map(|found| found.name.clone()),
        organization: sms.config.organization.clone(),
        day,
    };
    let text = draft.text()?;
    let path = sms.place_for(new, &id, &title);
    if own.dry_run {
        let shown = text.lines().map(|line| format!("{}\n", Printable(line)));
        let shown: String = shown.collect();
        terminal.print(&format!("would write {path}:\n\n{shown}\nnothing was written\n"))?;
        return Ok(Verdict::Clean);
    }
    write(&repository, &path, &text)?;
    let is_namesake = |it: &&Document| it.title() == title && sms.type_of(it) == Some(doc_type);
    if let Some(other) = sms.documents.iter().find(is_namesake).filter(|_| !is_record) {
        terminal.print(&format!("note: {} has this title already\n", other.called()))?;
    }
    let state = if is_record { "open" } else { "version 0.1, a draft" };
    terminal.print(&format!("wrote {path}: {id}, {state}; nothing is committed yet\n"))?;
    terminal.print(&left_open(&text))?;
    Ok(Verdict::Clean)
}

fn doc_type<'s>(sms: &'s Sms, name: &str) -> anyhow::Result<&'s DocType> {
    if let Some(found) = sms.config.doc_type(name) {
        return Ok(found);
    }
    let names = || sms.config.types.iter().map(|found| found.name.as_str());
    let meant = did_you_mean(name, names()).map(|near| format!("; did you mean `{near}`? The"));
    let meant = meant.unwrap_or_else(|| "; the".to_owned());
    bail!("there is no type `{name}`{meant} types are {}", listed(names(), "and"));
}

fn record_kind(own: &Arguments, is_record: bool, is_asked: bool) -> anyhow::Result<Option<String>> {
    match (&own.kind, is_record) {
        (Some(_), false) => bail!("`--kind` belongs to records; `{}` is none", own.doc_type),
        (Some(kind), true) => Ok(Some(kind.clone())),
        (None, false) => Ok(None),
        (None, true) => {
            let kinds = RECORD_KINDS.map(|(kind, _)| kind.to_owned());
            let chosen = if is_asked { asking::choice("Kind of record", &kinds)? } else { None };
            let chosen = chosen.map(|i| kinds[i].clone());
            let kinds = listed(kinds, "and");
            Ok(Some(chosen.with_context(|| {
                format!(
                    "`--kind` is missing: what kind of record it is. With fields of their own: {kinds}"
                )
            })?))
        }
    }
}

fn title(own: &Arguments, is_asked: bool) -> anyhow::Result<String> {
    let given = match (&own.title, is_asked) {
        (Some(title), _) => title.trim().to_owned(),
        (None, true) => asking::line("Title")?,
        (None, false) => String::new(),
    };
    if given.is_empty() {
        bail!("`--title` is missing: what people call the document");
    }
    Ok(given)
}

fn parent<'s>(
    sms: &'s Sms,
    own: &Arguments,
    doc_type: &DocType,
    is_asked: bool,
) -> anyhow::Result<Option<&'s Document>> {
    if let Some(id) = &own.parent {
        let found = find::document(sms, id)?;
        let kind = sms.type_of(found).map(|found| found.name.as_str()).unwrap_or_default();
        if !doc_type.parents.iter().any(|allowed| allowed == kind) {
            let allowed = match doc_type.parents.as_slice() {
                [] => "nothing".to_owned(),
                some => listed(some, "or"),
            };
            bail!(
                "a document of type `{}` stands beneath {allowed}, and `{id}` is of type `{kind}`",
                doc_type.name
            );
        }
        return Ok(Some(found));
    }
    if !is_asked || doc_type.parents.is_empty() {
        return Ok(None);
    }
    let may_be = |it: &&Document| {
        sms.is_identified(it)
            && !sms.is_out_of_use(it)
            && sms.type_of(it).is_some_and(|found| doc_type.parents.contains(&found.name))
    };
    let candidates: Vec<&Document> = sms.documents.iter().filter(may_be).collect();
    let names: Vec<String> =
        candidates.iter().map(|it| format!("{} {}", it.called(), it.title())).collect();
    Ok(asking::choice("The document above it", &names)?.map(|i| candidates[i]))
}

fn owner(sms: &Sms, own: &Arguments, day: Date, is_asked: bool) -> anyhow::Result<String> {
    if let Some(owner) = &own.owner {
        return Ok(owner.clone());
    }
    let roles: BTreeSet<&str> = sms.roles().names().collect();
    let roles: Vec<&str> =
        roles.into_iter().filter(|role| !sms.roles().holders(role, day).is_empty()).collect();
    let names = roles.iter().map(|role| {
        let people = sms.roles().holders(role, day);
        let people = listed(people.iter().map(|entry| entry.person.as_str()), "and");
        format!("{role} ({people})")
    });
    let names: Vec<String> = names.collect();
    let chosen =
        if is_asked { asking::choice("The role that answers for it", &names)? } else { None };
    Ok(chosen.map(|i| roles[i].to_owned()).unwrap_or_default())
}

fn clauses(sms: &Sms, own: &Arguments, is_asked: bool) -> anyhow::Result<Vec<String>> {
    // `--clauses "8.1, 8.2"` is two of them, and a blank.
    let given = own.clauses.iter().map(|clause| clause.trim());
    let given: Vec<&str> = given.filter(|clause| !clause.is_empty()).collect();
    for clause in &given {
        if let Err(unknown) = sms.frameworks.resolve(clause) {
            bail!("{unknown}");
        }
    }
    let mut chosen: Vec<String> = given.into_iter().map(str::to_owned).collect();
    if !is_asked || !chosen.is_empty() {
        return Ok(chosen);
    }
    let mut open: Vec<_> =
        sms.frameworks.primary().clauses().iter().filter(|clause| !clause.is_heading).collect();
    loop {
        let names: Vec<String> =
            open.iter().map(|clause| format!("{} {}", clause.number, clause.title)).collect();
        let question = match chosen.as_slice() {
            [] => "A clause it serves".to_owned(),
            some => format!("Another clause beside {}", listed(some, "and")),
        };
        let Some(i) = asking::choice(&question, &names)? else { return Ok(chosen) };
        chosen.push(open.remove(i).number.clone());
    }
}

/// Settles what the id begins with, where its type leaves a choice and no id is asked for. An id never
/// changes, and what it begins with may say whom an agreement is with.
fn prefix(
    sms: &Sms,
    own: &Arguments,
    new: Newcomer<'_>,
    clauses: &[String],
    is_asked: bool,
) -> anyhow::Result<Option<String>> {
    let all = &new.doc_type.prefixes;
    if let Some(given) = &own.prefix {
        if !all.contains(given) {
            bail!("the id of a {} begins with {}-", new.doc_type.name, listed(all, "or"));
        }
        return Ok(Some(given.clone()));
    }
    let fitting = sms.prefixes_for(new, clauses);
    let told = |prefix: &&str| match with_whom(prefix) {
        Some(whom) if new.doc_type.name == "agreement" => format!("{prefix} (with {whom})"),
        _ => (*prefix).to_owned(),
    };
    match fitting.as_slice() {
        _ if own.id.is_some() => Ok(None),
        [] => Ok(None),
        [one] => Ok(Some((*one).to_owned())),
        several => {
            let names: Vec<String> = several.iter().map(told).collect();
            let question = "What its id begins with";
            let chosen = if is_asked { asking::choice(question, &names)? } else { None };
            match chosen {
                Some(i) => Ok(Some(several[i].to_owned())),
                None => bail!(
                    "`--prefix` is missing: the id of such a document begins with {}, and an id never changes",
                    listed(names, "or")
                ),
            }
        }
    }
}

/// Settles the id: the one that is asked for, or the next that nobody ever used.
fn id(
    repository: &Repository,
    sms: &Sms,
    own: &Arguments,
    new: Newcomer<'_>,
) -> anyhow::Result<DocId> {
    let elsewhere = ids_elsewhere(repository, sms);
    let prefixes = &new.doc_type.prefixes;
    let begins_well =
        |id: &str| prefixes.iter().any(|prefix| id.split('-').next() == Some(prefix.as_str()));
    let id = match (&own.id, &own.topic) {
        (Some(id), _) => DocId::new(id.as_str()),
        (None, Some(topic)) => {
            let prefix = new.prefix.or(prefixes.first().map(String::as_str)).unwrap_or_default();
            let year = new.day.year();
            let stem = match new.record_kind {
                Some(_) => format!("{prefix}-{topic}-{year}"),
                None => format!("{prefix}-{topic}"),
            };
            sms.next_id(&stem, &elsewhere)
        }
        (None, None) => {
            let stem = sms.stem_for(new);
            let stem = stem.context(
                "`--topic` is missing: the word in the middle of the id, like CHG in POL-CHG-001",
            )?;
            sms.next_id(&stem, &elsewhere)
        }
    };
    if let Some(why) = id_misfit(&id) {
        bail!("`{id}` cannot be an id: {why}");
    }
    if !begins_well(id.as_str()) {
        bail!("the id of a {} begins with {}-", new.doc_type.name, listed(prefixes, "or"));
    }
    if sms.is_taken(&id, &elsewhere) {
        bail!(
            "`{id}`, or an id that looks like it, was used before; an id belongs to one document for ever"
        );
    }
    Ok(id)
}

fn write(repository: &Repository, path: &RepoPath, text: &str) -> anyhow::Result<()> {
    let on_disk = repository.on_disk(path)?;
    if std::fs::symlink_metadata(&on_disk).is_ok() {
        bail!("{path} is there already; nothing of yours is overwritten");
    }
    Ok(write_file(&on_disk, text.as_bytes())?)
}

/// Says what only the author knows.
fn left_open(text: &str) -> String {
    let block = text.lines().skip(1).take_while(|line| *line != "---");
    let open = block.filter_map(|line| line.strip_suffix(':').or(line.strip_suffix(": []")));
    let open = open.map(|key| format!("`{key}`"));
    let sections = text.contains("\n## ").then(|| "the sections".to_owned());
    let open: Vec<String> = open.chain(sections).collect();
    let first = match open.as_slice() {
        [] => String::new(),
        some => format!("fill in {}\n", listed(some, "and")),
    };
    format!("{first}then: clausebook check\n")
}
