//! The search: a script file with what can be found, and a page that is a plain list without it.

use super::atlas::{Atlas, clause_page};
use super::views::{Frame, Piece, Section, shown};
use super::{Page, SiteError, template};
use crate::source::counted;
use serde::Serialize;
use std::collections::BTreeSet;

#[derive(Serialize)]
struct View {
    frame: Frame,
    sections: Vec<Section>,
}

/// One thing that can be found. Names are short because there are many.
#[derive(Serialize)]
struct Entry {
    /// Address.
    u: String,
    /// Id, number or code.
    i: String,
    /// Title.
    t: String,
    /// What it is, and its state.
    k: String,
    /// Headings.
    h: String,
    /// Words of the text, each once.
    w: String,
}

/// How many different words of a text can be searched.
const WORDS: usize = 2_000;

/// Renders the page.
pub(super) fn page(atlas: &Atlas<'_>) -> Result<Page, SiteError> {
    let mut documents = Section::titled("Documents", "All documents and records");
    let mut cards: Vec<_> = atlas.sms.documents.iter().zip(&atlas.cards).collect();
    cards.retain(|(_, card)| !card.standing.is_obsolete());
    cards.sort_by(|a, b| a.1.label.cmp(&b.1.label));
    documents.list = cards
        .iter()
        .map(|(document, card)| {
            let mut line = vec![
                Piece::id_link(&card.label, &card.page),
                Piece::text(" "),
                Piece::voice(atlas.shown_of(document).title()),
                Piece::text(" "),
            ];
            line.extend(atlas.state("", document));
            line
        })
        .collect();
    let mut clauses = Section::titled("Clauses", "All clauses");
    clauses.list = atlas
        .sms
        .frameworks
        .primary()
        .clauses()
        .iter()
        .map(|clause| {
            vec![
                Piece::id_link(&clause.number, clause_page(&clause.number)),
                Piece::text(format!(" {}", clause.title)),
            ]
        })
        .collect();
    let view = View {
        frame: atlas.frame("search.html", "search.html", "Search"),
        sections: vec![documents, clauses],
    };
    template::fill("search.html", "search.html", &view)
}

/// Renders the script file the search reads.
pub(super) fn index(atlas: &Atlas<'_>) -> Result<Page, SiteError> {
    let mut entries: Vec<Entry> = Vec::new();
    for (document, card) in atlas.sms.documents.iter().zip(&atlas.cards) {
        if card.standing.is_obsolete() {
            continue;
        }
        let standing = atlas.standing(document);
        let document = atlas.shown_of(document);
        let headings: Vec<&str> =
            document.body.headings.iter().map(|heading| heading.text.as_str()).collect();
        entries.push(Entry {
            u: card.page.clone(),
            i: card.label.clone(),
            t: shown(&document.title()),
            k: standing.piece().text,
            h: headings.join(" "),
            w: words(document.body.text.iter().map(|passage| passage.text.as_str())),
        });
    }
    for clause in atlas.sms.frameworks.primary().clauses() {
        entries.push(Entry {
            u: clause_page(&clause.number),
            i: clause.number.clone(),
            t: clause.title.clone(),
            k: "clause".to_owned(),
            h: clause.also_called.join(" "),
            w: words(clause.must_show.as_deref().into_iter().chain(clause.operation.as_deref())),
        });
    }
    for (id, page) in &atlas.services {
        entries.push(Entry {
            u: page.clone(),
            i: id.clone(),
            t: atlas
                .rows("services")
                .find(|(_, row)| row.text("id").is_some_and(|own| own.value == id))
                .and_then(|(_, row)| row.text("name").map(|name| name.value.to_owned()))
                .unwrap_or_default(),
            k: "service".to_owned(),
            h: String::new(),
            w: String::new(),
        });
    }
    for rule in crate::rules::ALL {
        entries.push(Entry {
            u: super::checks::rule_page(rule.name),
            i: format!("{} {}", rule.name.code, rule.name.name),
            t: rule.title().to_owned(),
            k: "rule".to_owned(),
            h: String::new(),
            w: String::new(),
        });
    }
    let path = "search-index.js".to_owned();
    let json = serde_json::to_string(&entries)
        .map_err(|error| SiteError::Template { page: path.clone(), why: error.to_string() })?;
    // One entry a line, so that two builds can be compared.
    let json = json.replace("},{\"u\":", "},\n{\"u\":");
    let note = counted(entries.len(), "thing") + " to find";
    Ok(Page { path, bytes: format!("// {note}.\nglobalThis.clausebookIndex = {json};\n").into() })
}

/// Returns the different words of texts, small, in order.
fn words<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    let all: BTreeSet<String> = texts
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric() && c != '-' && c != '.'))
        .map(|word| word.trim_matches(['-', '.']).to_lowercase())
        .filter(|word| word.chars().count() > 2)
        .take(100_000)
        .collect();
    all.into_iter().take(WORDS).collect::<Vec<_>>().join(" ")
}
