use crate::finding::Findings;
use crate::framework::TitleMismatch;
use crate::sms::Sms;

rule!(CT001, "citation-title-differs", Error, "");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for (document, citations) in sms.citations() {
        let mut fit = 0;
        for cited in citations {
            let citation = &cited.citation;
            let (Some(title), Ok((pack, _))) =
                (cited.title, sms.frameworks.resolve_citation(citation))
            else {
                continue;
            };
            let Err(mismatch) = sms.frameworks.title_fits(citation) else {
                fit += 1;
                continue;
            };
            let TitleMismatch { number, expected, found, suggestion } = mismatch;
            let message = format!(
                "clause {number} of {} is `{expected}`, not `{found}`",
                pack.edition_name()
            );
            out.finding(document.place(cited.number), message)
                .other(document.place(title), format!("the title of {suggestion}"))
                .help(format!("did you mean {suggestion}? If not, write the title of {number}"));
        }
        if fit > 0 {
            let titles =
                if fit == 1 { "cited clause has a title" } else { "cited clauses have titles" };
            let statement = format!("{fit} {titles} beside the number that no other clause has");
            out.evidence(document.at("id"), statement);
        }
    }
}
