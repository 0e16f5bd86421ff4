use crate::finding::Findings;
use crate::sms::Sms;

rule!(EV002, "evidence-stale", Note, "");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for pack in sms.frameworks.packs() {
        for clause in pack.clauses().iter().filter(|clause| !clause.is_heading) {
            let Some(months) = clause.cadence_months else { continue };
            let Some((day, record)) = sms.newest_record(&pack.id, &clause.number) else { continue };
            let is_recent = day.plus_months(months).is_none_or(|until| until >= sms.as_of);
            let every = if months == 1 { "month".to_owned() } else { format!("{months} months") };
            let number = &clause.number;
            if is_recent {
                let words = format!(
                    "the newest record about clause {number} is of {day}, and one is expected every {every}"
                );
                out.evidence(record.at("id"), words);
                continue;
            }
            let newest = format!("the newest record about clause {number} is of {day}");
            out.finding(record.at("date"), format!("{newest}, and one is expected every {every}"))
                .help("bring in the records since then, if the work was done");
        }
    }
}
