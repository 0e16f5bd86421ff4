use crate::document::Document;
use crate::finding::Findings;
use crate::rules::in_next_version;
use crate::sms::Sms;

rule!(ST007, "table-cell-dropped", Warning, "7.5.2", by_document);

pub(crate) fn check_document(sms: &Sms, document: &Document, out: &mut Findings) {
    let tables = &document.body.tables;
    for table in tables {
        let Some(first) = table.beyond.first() else { continue };
        let times = match table.beyond.len() {
            1 => String::new(),
            rows => format!(", the first of {rows} such rows of the table"),
        };
        let message = format!(
            "this row has more cells than the table has columns, so this is not shown{times}"
        );
        out.finding(document.place(*first), message).help(format!(
            "give the head of the table a column more, or write a `|` that belongs to the text as `\\|`, also in code{}",
            in_next_version(sms, document)
        ));
    }
    let rows: usize = tables.iter().map(|table| table.rows).sum();
    if rows > 0 && tables.iter().all(|table| table.beyond.is_empty()) {
        let rows = if rows == 1 { "the one row".to_owned() } else { format!("all {rows} rows") };
        out.evidence(document.at("id"), format!("{rows} of tables can be read in full"));
    }
}
