use crate::finding::Findings;
use crate::sms::Sms;
use crate::sms::authority::SIGNED;
use crate::sms::signatures::Signer;

rule!(AP006, "approval-unsigned", Warning, "7.5.2");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for claimed in sms.claimed_approvals() {
        let document = claimed.document;
        for (grade, commit) in claimed.shown() {
            if let Some(signer) = grade.signer.as_ref().filter(|signer| signer.counts()) {
                let by = grade.approval.by.as_deref().unwrap_or_default();
                let words =
                    format!("{} of the approval by {by} is {}", signer.object(), signer.words());
                out.evidence(document.at("id"), words).commit(commit);
            }
        }
        let Some(grade) = claimed.decides.filter(|_| claimed.before_start.is_none()) else {
            continue;
        };
        // Who did not act cannot have signed, and what is contradicted is said elsewhere.
        let has_acted = grade.act.is_some() && grade.contradictions.is_empty();
        if claimed.minimum < SIGNED
            || !has_acted
            || grade.signer.as_ref().is_some_and(Signer::counts)
        {
            continue;
        }
        let by = grade.approval.by.as_deref().unwrap_or_default();
        let kind = document.front.text("type").map_or("document", |kind| kind.value);
        let words = match &grade.signer {
            Some(signer) => format!(
                "the signature on {} does not count as that of {by}: {}",
                signer.object(),
                signer.words()
            ),
            None => format!("the approval by {by} is not signed, which the type `{kind}` needs"),
        };
        let finding = claimed.finding(out, &grade.approval, "by", words);
        if let Some(commit) = grade.acted_in() {
            finding.commit(commit).note(format!("approved in {}", sms.commit_words(commit)));
        }
        if let Some(key) = grade.signer.as_ref().and_then(|signer| signer.key.as_ref()) {
            finding.note(format!("the key is {key}"));
        }
        for note in sms.tags_that_do_not_count(document, grade) {
            finding.note(note);
        }
        finding.help(match &sms.trust.signers {
            Some(signers) => format!(
                "let {by} sign the commit, or a tag on it that names the document, with the key that `{}` lists for {by} by name",
                signers.path
            ),
            None => "name a file of `allowed_signers` in book.toml of the publishing branch".to_owned(),
        });
    }
}
