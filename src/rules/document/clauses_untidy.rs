use crate::document::Document;
use crate::document::front::Node;
use crate::finding::{Findings, Splice};
use crate::framework::Frameworks;
use crate::sms::Sms;
use crate::source::{Span, Spanned, listed};

rule!(FM013, "clauses-untidy", Note, "");

/// Where a framework stands, the clause in it, and what the list names of that: of a clause that has
/// parts, one of them.
type Rank = (usize, usize, Vec<u32>);

/// A clause of the list, and the item.
type Placed<'d> = (Rank, &'d Spanned<Node>);

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for document in sms.documents.iter().filter(|document| is_being_written(document)) {
        let Some(clauses) = document.front.get("clauses") else { continue };
        // A clause that does not exist, or is marked as left out, has no place in the order.
        let placed: Option<Vec<Placed<'_>>> = (clauses.value.items().iter())
            .map(|item| Some((place_of(&sms.frameworks, item.value.as_text()?)?, item)))
            .collect();
        let Some(placed) = placed.filter(|placed| placed.len() > 1) else { continue };
        let tidy = tidied(&placed);
        if tidy.iter().map(|(place, _)| place).eq(placed.iter().map(|(place, _)| place)) {
            let words = format!("its {} clauses stand once each, in their order", placed.len());
            out.evidence(document.at("clauses"), words);
            continue;
        }
        let words = match twice(&placed) {
            twice if twice.is_empty() => {
                let order = tidy.iter().filter_map(|(_, item)| item.value.as_text());
                format!("the clauses are not in their order, which is {}", listed(order, "and"))
            }
            twice => {
                let (clauses, stand) = match twice.len() {
                    1 => ("clause", "stands"),
                    _ => ("clauses", "stand"),
                };
                format!("{clauses} {} {stand} twice in the list", listed(twice, "and"))
            }
        };
        let finding = out.finding(document.place(clauses.span), words);
        finding.help("name each clause once, in the order of the framework");
        if let Some(splices) = tidying(document, &placed, &tidy) {
            finding.fix("put the clauses in their order, each once", splices);
        }
    }
}

/// What is decided stays as it was written, and nobody is told of its looks.
fn is_being_written(document: &Document) -> bool {
    document.is_sound() && !matches!(document.status(), Some("approved" | "withdrawn" | "closed"))
}

fn place_of(frameworks: &Frameworks, text: &str) -> Option<Rank> {
    let (pack, clause) = frameworks.resolve(text).ok()?;
    let framework = frameworks.packs().iter().position(|other| other.id == pack.id)?;
    let number = pack.clauses().iter().position(|other| other.number == clause.number)?;
    let written = text.rsplit([' ', ':', ',']).next().filter(|it| *it != clause.number);
    let part = written.into_iter().flat_map(|it| it.split('.')).filter_map(|it| it.parse().ok());
    Some((framework, number, part.collect()))
}

fn tidied<'d>(placed: &[Placed<'d>]) -> Vec<Placed<'d>> {
    let mut tidy = placed.to_vec();
    tidy.sort_by(|(one, _), (other, _)| one.cmp(other));
    tidy.dedup_by(|(one, _), (other, _)| one == other);
    tidy
}

/// Returns the clauses that stand more than once, as they are written again.
fn twice<'d>(placed: &[Placed<'d>]) -> Vec<&'d str> {
    let again = placed
        .iter()
        .enumerate()
        .filter(|(at, (place, _))| placed[..*at].iter().any(|(other, _)| other == place));
    let mut twice: Vec<&str> = again.filter_map(|(_, (_, item))| item.value.as_text()).collect();
    twice.sort_unstable();
    twice.dedup();
    twice
}

/// Writes the items in their order into the places there are, and takes out the places that are
/// left. A comment belongs to the line it stands on, so a list that has any stays.
fn tidying(document: &Document, placed: &[Placed<'_>], tidy: &[Placed<'_>]) -> Option<Vec<Splice>> {
    let text = |span: Span| document.text.get(span.start..span.end);
    let span = |at: usize| placed.get(at).map(|(_, item)| item.span);
    let (first, last) = (span(0)?, span(placed.len() - 1)?);
    if text(Span::new(first.start, last.end))?.contains('#') {
        return None;
    }
    let mut splices = Vec::new();
    for (at, (_, item)) in tidy.iter().enumerate() {
        let (now, then) = (span(at)?, text(item.span)?);
        if text(now)? != then {
            splices.push(Splice::replace(now, then));
        }
    }
    let kept = span(tidy.len().checked_sub(1)?)?;
    if kept != last {
        splices.push(Splice::remove(Span::new(kept.end, last.end)));
    }
    Some(splices)
}
