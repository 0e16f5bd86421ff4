use crate::finding::Findings;
use crate::sms::Sms;

rule!(GI004, "work-tree-dirty", Note, "7.5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    const NAMED: usize = 8;
    let told: Vec<String> = sms.uncommitted().iter().map(ToString::to_string).collect();
    if told.is_empty() {
        out.evidence(sms.source_folder(), "what is judged is what the commit holds");
        return;
    }
    let words = match told.len() {
        1 => "one document is judged as the work tree has it, not as it is committed".to_owned(),
        count => format!(
            "{count} documents are judged as the work tree has them, not as they are committed"
        ),
    };
    let finding = out.finding(sms.source_folder(), words);
    for line in told.iter().take(NAMED) {
        finding.note(line.clone());
    }
    if told.len() > NAMED {
        finding.note(format!("and {} more", told.len() - NAMED));
    }
    finding.help("commit what is meant to stay: until then nobody else can see what was judged");
}
