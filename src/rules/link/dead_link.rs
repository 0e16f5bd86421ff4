use crate::document::Document;
use crate::document::markdown::Target;
use crate::document::name::look_alike;
use crate::finding::Findings;
use crate::rules::in_next_version;
use crate::sms::Sms;
use crate::sms::reference::Resolution;
use crate::source::RepoPath;

rule!(LN001, "dead-link", Error, "7.5.3", also_by_document);

/// For how many dead links of a run it is asked whether only the case is wrong.
const FEW: usize = 100;

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let mut looked_for = 0;
    for document in &sms.documents {
        check_links(sms, document, &mut looked_for, out);
    }
}

pub(crate) fn check_document(sms: &Sms, document: &Document, out: &mut Findings) {
    check_links(sms, document, &mut 0, out);
}

fn check_links(sms: &Sms, document: &Document, looked_for: &mut usize, out: &mut Findings) {
    let mut led = 0;
    let when = in_next_version(sms, document);
    for link in &document.body.links {
        let Target::Path { path, .. } = &link.target else { continue };
        let place = document.place(link.span);
        match sms.resolve(document, &link.target) {
            Resolution::Missing { path: missing, suggestion } => {
                let finding = out
                    .finding(place, format!("the link leads to `{missing}`, which does not exist"));
                match suggestion {
                    Some(near) if look_alike(&missing.to_string(), &near.to_string()) => finding.help(format!(
                        "`{near}` is there, and its letters only look like these or are composed otherwise: copy the name of the file into the link{when}"
                    )),
                    Some(near) => finding.help(format!("did you mean `{near}`?{when}")),
                    None => finding.help(format!("correct the path, or take the link out{when}")),
                };
                // To look for a path in other letters is to look at all of them.
                let is_one_of_few = *looked_for < FEW;
                *looked_for += 1;
                if let Some(found) = spelt_otherwise(sms, &missing).filter(|_| is_one_of_few)
                    && let Some((written, meant)) = tails(path, &missing, found)
                    && let Some(splice) = document.exchange(link.span, written, meant)
                {
                    finding.fix(format!("write `{meant}`"), vec![splice]);
                }
            }
            Resolution::Outside => {
                out.finding(place, format!("the link `{path}` leads out of the repository"))
                    .help("bring the target into the repository, or cite it by its web address");
            }
            Resolution::NotShown { path: hidden, why } => {
                out.finding(place, format!("the link leads to `{hidden}`, {why}"))
                    .help("link to a file that the repository holds under version control");
            }
            _ => led += 1,
        }
    }
    if led > 0 {
        let links = if led == 1 { "link leads" } else { "links lead" };
        out.evidence(document.at("id"), format!("{led} {links} to files of the repository"));
    }
}

/// Returns the only path that differs in capitals alone.
fn spelt_otherwise<'s>(sms: &'s Sms, missing: &RepoPath) -> Option<&'s RepoPath> {
    let is_it = |path: &&RepoPath| path.as_bytes().eq_ignore_ascii_case(missing.as_bytes());
    let mut alike = sms.snapshot.files.keys().filter(is_it);
    let only = alike.next()?;
    alike.next().is_none().then_some(only)
}

/// Returns the end of a path as a link writes it, and as it is, if they have the folder in common
/// that it is seen from.
fn tails<'p>(
    written: &'p str,
    missing: &RepoPath,
    found: &'p RepoPath,
) -> Option<(&'p str, &'p str)> {
    let mut tail = written;
    while let Some(rest) = tail.strip_prefix("../").or_else(|| tail.strip_prefix("./")) {
        tail = rest;
    }
    let (missing, found) = (missing.as_str()?, found.as_str()?);
    let folder = missing.strip_suffix(tail)?;
    Some((tail, found.strip_prefix(folder)?))
}
