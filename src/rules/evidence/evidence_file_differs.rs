use crate::document::Document;
use crate::document::front::{Entry, Node};
use crate::finding::Findings;
use crate::sms::Sms;
use crate::sms::evidence::FoundFile;
use crate::source::{Printable, Spanned, certainly_meant};

rule!(EV003, "evidence-file-differs", Error, "7.5.3");

/// What people call the path and the hash of a file that they cite.
const OTHER_NAMES: [(&str, &[&str]); 2] = [
    ("path", &["file", "filename", "file_name", "filepath", "file_path"]),
    ("sha256", &["sha", "sha256sum", "hash", "checksum", "digest", "sha-256", "sha_256"]),
];

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for document in sms.documents.iter().filter(|document| document.is_sound()) {
        for key in misspelt_keys(document) {
            let message = format!("the key `{}` of cited evidence is not known", key.value);
            out.finding(document.place(key.span), message).help(
                "a file is cited as `{path: FILE, sha256: HASH}`; nothing else is held against it",
            );
        }
        for cited in sms.cited_files(document) {
            let path = Printable(cited.path.value);
            let place = document.place(cited.path.span);
            let hash = match cited.found {
                FoundFile::Outside => continue,
                FoundFile::Missing => {
                    out.finding(place, format!("the evidence `{path}` does not exist"))
                        .help("correct the path, or put the file under version control");
                    continue;
                }
                FoundFile::Uncontrolled => {
                    let words = format!("the evidence `{path}` is no file under version control");
                    out.finding(place, words).help("add the file itself, and commit it");
                    continue;
                }
                FoundFile::Folder => {
                    match cited.sha256 {
                        None => {
                            let words = format!("the evidence `{path}` is a folder that is there");
                            out.evidence(document.at("id"), words);
                        }
                        Some(_) => {
                            let words =
                                format!("the evidence `{path}` is a folder, which has no hash");
                            out.finding(place, words)
                                .help("cite the files in it, each with its hash");
                        }
                    }
                    continue;
                }
                FoundFile::Hashed(hash) => hash,
            };
            let Some(written) = cited.sha256 else {
                out.evidence(document.at("id"), format!("the evidence `{path}` is there"));
                continue;
            };
            let claimed = written.value.strip_prefix("sha256:").unwrap_or(written.value);
            if claimed.eq_ignore_ascii_case(hash) {
                let words = format!("the evidence `{path}` is the file whose hash is written");
                out.evidence(document.at("id"), words);
            } else {
                out.finding(
                    document.place(written.span),
                    // A file that is exchanged once more is another finding.
                    format!(
                        "the evidence `{path}` is not the file that was cited: its hash begins with {}",
                        hash.get(..10).unwrap_or(hash)
                    ),
                )
                .note(format!("the SHA-256 of the file as Git has it is {hash}"))
                .help("find out who changed the file and why; bring it back, or cite the new one with its own hash");
            }
        }
    }
}

/// Returns the keys of cited evidence that stand for its path or its hash and are none.
fn misspelt_keys(document: &Document) -> Vec<&Spanned<String>> {
    let mut mappings = Vec::new();
    if let Some(evidence) = document.front.get("evidence") {
        collect_mappings(&evidence.value, &mut mappings);
    }
    let is_meant = |key: &str, name: &str, others: &[&str]| {
        others.contains(&key.to_lowercase().as_str()) || certainly_meant(key, [name]).is_some()
    };
    let mut misspelt = Vec::new();
    for mapping in mappings {
        for (name, others) in OTHER_NAMES {
            if mapping.iter().any(|it| it.key.value == name) {
                continue;
            }
            let keys = mapping.iter().map(|entry| &entry.key);
            misspelt.extend(keys.filter(|key| is_meant(&key.value, name, others)));
        }
    }
    misspelt
}

fn collect_mappings<'d>(node: &'d Node, out: &mut Vec<&'d [Entry]>) {
    if !node.entries().is_empty() {
        out.push(node.entries());
    }
    node.items().iter().for_each(|item| collect_mappings(&item.value, out));
    node.entries().iter().for_each(|entry| collect_mappings(&entry.value.value, out));
}
