use crate::config::FILE;
use crate::config::types::DocType;
use crate::document::fields::id_misfit;
use crate::document::{DocId, Document};
use crate::finding::{Findings, Place};
use crate::sms::Sms;
use crate::sms::authority::{Authority, Doubt};
use crate::sms::claimed::Claimed;
use crate::source::{RepoPath, did_you_mean};
use std::collections::BTreeMap;

rule!(AP008, "authority-unverifiable", Warning, "5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let register = sms.registers("roles").find(|it| sms.status(it) != Some("withdrawn"));
    match register.filter(|_| sms.roles().has_register) {
        None => no_register(sms, out),
        Some(register) => {
            let rows = match sms.roles().entries.len() {
                1 => "1 row".to_owned(),
                rows => format!("{rows} rows"),
            };
            out.evidence(register.at("id"), format!("says in {rows} who may approve, and when"));
            doubts(sms, register, out);
            misspelt(sms, out);
        }
    }
}

fn no_register(sms: &Sms, out: &mut Findings) {
    let claims = sms.claimed_approvals().iter().filter(|it| !it.grades.is_empty()).count();
    if claims > 0 {
        let documents = match claims {
            1 => "1 document claims".to_owned(),
            claims => format!("{claims} documents claim"),
        };
        let says = match sms.has_published_register() {
            true => {
                "the role register is out of use; what it said stands until another is approved"
            }
            false => "no role register says who may approve",
        };
        out.finding(
            Place::file(&RepoPath::from(FILE)),
            format!("{documents} to be approved, but {says}"),
        )
        .help(
            "add a register with `register_kind: roles` that says who holds which role, and from when",
        );
    }
}

/// Says each reason once, however many approvals it concerns.
fn doubts(sms: &Sms, register: &Document, out: &mut Findings) {
    let mut concerned: BTreeMap<String, (usize, &Doubt)> = BTreeMap::new();
    let rests_on_others = |claimed: &Claimed<'_>| !claimed.document.front.is_role_register();
    for claimed in sms.claimed_approvals().into_iter().filter(rests_on_others) {
        let doubt = claimed.judged().find_map(|grade| match &grade.authorised {
            Authority::Unverifiable(doubt) => Some(doubt),
            Authority::Verified(_) | Authority::Contradicted(_) => None,
        });
        if let Some(doubt) = doubt {
            concerned.entry(doubt.words()).or_insert((0, doubt)).0 += 1;
        }
    }
    for (words, (number, doubt)) in concerned {
        let (place, help) = match doubt {
            Doubt::Unapproved(id) => (
                sms.document(id.as_str()).unwrap_or(register).at("status"),
                "let the register be approved by whoever answers for it",
            ),
            Doubt::NobodyIs(_) | Doubt::NoApprover(_) => (
                register.at("entries"),
                "name the type under `approves` in the row of who approves it, or `approver` of the type in book.toml",
            ),
            Doubt::NoOwner(id) => (
                sms.document(id.as_str()).unwrap_or(register).at("status"),
                "let it be approved first: who owns it approves what stands beneath it",
            ),
            Doubt::AnotherByNow => (
                register.at("entries"),
                "merge the publishing branch: then its register can be followed, and judges",
            ),
            Doubt::SilentOn(_) => (
                register.at("entries"),
                "add the rows of who held which role then; rows of people who left stay",
            ),
            _ => continue,
        };
        let approvals = match number {
            1 => "the authority for the approval of 1 document".to_owned(),
            number => format!("the authority for the approvals of {number} documents"),
        };
        out.finding(place, format!("{approvals} cannot be told: {words}")).help(help);
    }
}

/// Says which words under `approves` name no type. One that is written like an id may name a
/// document that is still to come.
fn misspelt(sms: &Sms, out: &mut Findings) {
    let types = || sms.config.types.iter().map(|kind| kind.name.as_str());
    let is_id = |word: &str| id_misfit(&DocId::new(word)).is_none() || sms.document(word).is_some();
    let of_prefix = |word: &str| {
        let prefix = word.trim_end_matches(['*', '-']).to_uppercase();
        let has_prefix = |kind: &&DocType| kind.prefixes.contains(&prefix);
        sms.config.types.iter().find(has_prefix).map(|kind| kind.name.as_str())
    };
    for row in &sms.roles().entries {
        let is_known = |word: &String| types().any(|it| it == word) || is_id(word);
        for word in row.approves.iter().filter(|word| !is_known(word)) {
            let message = format!(
                "the row of `{}` approves `{word}`, which is neither a type nor an id",
                row.role
            );
            let finding = out.finding(row.place.clone(), message);
            match of_prefix(word).or_else(|| did_you_mean(word, types())) {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding.help("name types of documents, or ids"),
            };
        }
    }
}
