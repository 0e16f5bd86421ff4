use crate::finding::Findings;
use crate::rules::sooner;
use crate::sms::Sms;
use crate::sms::in_force::of_version;
use crate::source::Date;

rule!(RV001, "review-overdue", Error, "7.5.2");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for document in sms.maintained().filter(|document| sms.state(document).is_in_force()) {
        let (Some(next), Some(look)) = (sms.next_review(document), sms.last_look(document)) else {
            continue;
        };
        let looked = look.words();
        if next >= sms.as_of {
            out.evidence(document.at("id"), format!("{looked}, next review due by {next}"));
            continue;
        }
        let version = document.front.text("version").map_or("it", |version| version.value);
        out.finding(
            document.at("review_months"),
            format!("the review was due by {next} and is overdue on {}", sms.as_of),
        )
        .of_version(Some(version))
        .known_by(lasting(next))
        .note(format!("last {looked}"))
        .help(format!(
            "review it: a record of the kind `document-review` says that {version} stands as it is, an approval that the next version takes its place"
        ));
    }
    for document in sms.maintained().filter(|document| !sms.state(document).is_in_force()) {
        let (Some(id), Some(tenure)) = (document.id(), sms.in_force_beside(document)) else {
            continue;
        };
        let Some(next) = sms.next_review_of(&id, tenure) else { continue };
        let version = &tenure.version;
        let to_come = sms.next_approved(document);
        if next >= sms.as_of {
            let words = format!("version {version} is in force, its next review due by {next}");
            out.evidence(document.at("id"), words);
            continue;
        }
        out.finding(
            document.at("version"),
            format!(
                "the review of {}, was due by {next} and is overdue on {}",
                of_version(version, to_come),
                sms.as_of
            ),
        )
        .of_version(Some(version))
        .known_by(lasting(next))
        .help(format!(
            "{}, or record with a `document-review` that {version} stands as it is until then",
            match to_come {
                None => "approve the next version".to_owned(),
                Some(next) => sooner(next),
            }
        ));
    }
}

/// The sentence by which it is known on other days, and while the next version is written.
fn lasting(next: Date) -> String {
    format!("the review was due by {next}")
}
