use crate::config::types::DocType;
use crate::document::Document;
use crate::finding::{Findings, Place};
use crate::rules::sooner;
use crate::sms::Sms;
use crate::sms::hierarchy::Above;
use crate::sms::in_force::InForce;
use crate::source::listed;
use std::collections::BTreeSet;

rule!(HI002, "parent-kind-not-allowed", Error, "7.5");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for document in &sms.documents {
        let of_file = InForce::of_file(document);
        let mut told = BTreeSet::new();
        // What stands beneath the wrong document does so until the next version is in force.
        for found in [Some(of_file), sms.in_force_before_next(document)].into_iter().flatten() {
            let kind = found.text.front.text("type").map_or("", |kind| kind.value);
            let above = sms.above(found.text).filter(|it| stands_beneath(kind, it.key));
            let mut known = BTreeSet::new();
            for above in above {
                let Some(file) = above.document.filter(|it| known.insert(&it.path)) else {
                    continue;
                };
                if let Some(kind) = kind_of(sms, &found, file)
                    && (found.version.is_none() || !told.contains(&file.path))
                    && hold(sms, &found, &above, &kind, out)
                {
                    told.insert(&file.path);
                }
            }
        }
    }
}

/// Tells whether documents of a type stand beneath what a key names.
fn stands_beneath(kind: &str, key: &str) -> bool {
    match key {
        "process" => kind == "procedure",
        "procedure" => kind == "work-instruction",
        "produced_by" => kind == "record",
        _ => true,
    }
}

/// What type a document is of that stands above another.
struct Kind<'s> {
    /// The document.
    file: &'s Document,
    /// Its type.
    kind: &'s DocType,
    /// The version that says so, where that is in force and the file has the next one.
    version: Option<&'s str>,
}

impl Kind<'_> {
    fn place(&self) -> Place {
        self.file.at(if self.version.is_some() { "version" } else { "type" })
    }
}

/// Returns the type of what stands above a text: as it is in force, or, where the next versions of both
/// are being prepared, as that of the other is to be, if the text fits that.
fn kind_of<'s>(sms: &'s Sms, found: &InForce<'_>, file: &'s Document) -> Option<Kind<'s>> {
    let to_be = || Some(Kind { file, kind: sms.type_of(file)?, version: None });
    let Some(stands) = sms.in_force_before_next(file) else { return to_be() };
    let is_prepared = found.version.is_none() && !sms.state(found.file).is_in_force();
    let own = sms.type_of(found.text).filter(|_| is_prepared);
    to_be()
        .filter(|it| own.is_some_and(|own| own.may_stand_beneath(&it.kind.name)))
        .or_else(|| Some(Kind { kind: sms.type_of(stands.text)?, version: stands.version, file }))
}

/// Tells whether something was found.
fn hold(
    sms: &Sms,
    found: &InForce<'_>,
    Above { key, written, .. }: &Above<'_>,
    above: &Kind<'_>,
    out: &mut Findings,
) -> bool {
    let Some(own) = sms.type_of(found.text) else { return false };
    let Kind { file, kind, .. } = above;
    let is_itself = found.file.path == file.path;
    let id = file.called();
    if own.may_stand_beneath(&kind.name) && !is_itself {
        if !own.parents.is_empty() && found.version.is_none() {
            let statement = format!("stands beneath {id}, a document of type `{}`", kind.name);
            out.evidence(found.file.at("id"), statement);
        }
        return false;
    }
    let (expected, help) = match own.parents.as_slice() {
        [] => ("has no parent".to_owned(), format!("take `{key}` out, or correct `type`")),
        parents => {
            let parents = listed(parents.iter().map(|name| format!("`{name}`")), "or");
            let help = "name the document of such a type that it belongs to, or correct `type`";
            (format!("stands beneath one of type {parents}"), help.to_owned())
        }
    };
    let called = if *key == "parent" { "parent" } else { "document named" };
    let words = |beside: &str, version: &str| {
        let kind = &kind.name;
        let named_is = match *key {
            _ if is_itself => format!("`{key}`{beside} names the document itself"),
            "parent" => format!("the parent {id}{beside} is of type `{kind}`{version}"),
            _ => format!("`{key}`{beside} names {id}, which is of type `{kind}`{version}"),
        };
        format!("{named_is}; a document of type `{}` {expected}", own.name)
    };
    let version = above.version.map(|it| format!(" in version {it}, which is in force"));
    let version = version.unwrap_or_default();
    let place = found.place(written.span);
    let finding = found.finding(out, place, |beside| words(beside, &version));
    finding.known_by(words("", ""));
    if !is_itself {
        finding.other(above.place(), format!("the type of the {called}{version}"));
    }
    finding.help(match (found.version, found.next) {
        (None, _) => help,
        (Some(_), Some(next)) => sooner(next),
        (Some(_), None) => "approve the next version, which stands elsewhere".to_owned(),
    });
    true
}
