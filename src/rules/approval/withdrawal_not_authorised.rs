use crate::finding::{Findings, Place};
use crate::sms::Sms;
use crate::sms::authority::Lack;
use crate::sms::withdrawing::{Hand, Withdrawing};
use crate::source::listed;

rule!(AP013, "withdrawal-not-authorised", Warning, "5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for document in sms.maintained() {
        let Some(withdrawing) = sms.withdrawing(document) else { continue };
        if let Some((hand, mandate)) = withdrawing.authorised() {
            let words = format!("{} could take it out of use: {}", hand.by, mandate.words());
            out.evidence(document.at("id"), words).commit(withdrawing.first);
            continue;
        }
        let Some(lacks) = withdrawing.lacks() else { continue };
        if let Some(record) = sms.answers_for_withdrawal(&withdrawing) {
            let version = &withdrawing.tenure.version;
            let words = format!("{record} answers for the withdrawal of version {version}");
            out.evidence(document.at("id"), words).commit(withdrawing.first);
            continue;
        }
        report(sms, document.at("status"), &withdrawing, lacks, out);
    }
}

fn report(
    sms: &Sms,
    place: Place,
    withdrawing: &Withdrawing<'_>,
    lacks: Vec<(&Hand, &Lack)>,
    out: &mut Findings,
) {
    let Withdrawing { id, tenure, first, taken_in, .. } = withdrawing;
    let version = &tenure.version;
    let mut people: Vec<&str> = Vec::new();
    let mut why: Vec<String> = Vec::new();
    for (hand, lack) in lacks {
        let words = lack.words_of_withdrawal(&hand.by);
        if !people.contains(&hand.by.as_str()) {
            people.push(&hand.by);
        }
        if !why.contains(&words) {
            why.push(words);
        }
    }
    let who = match people.as_slice() {
        [only] => format!("{only}, who could not approve it"),
        people => format!("{}, none of whom could approve it", listed(people, "and")),
    };
    let words = format!("version {version} was withdrawn by {who}");
    let to_come = tenure.withdrawn_as_of(sms.as_of);
    let finding = match to_come {
        Some(day) => {
            let announced = format!(
                "version {version} is to be withdrawn on {day}, which was announced by {who}"
            );
            out.finding(place, announced).known_by(words)
        }
        None => out.finding(place, words),
    };
    finding.of_version(Some(version));
    let how = if to_come.is_some() { "announced" } else { "withdrawn" };
    finding.commit(first).note(format!("{how} in {}", sms.commit_words(*first)));
    if let Some(commit) = taken_in {
        finding.note(format!("taken over in {}", sms.commit_words(*commit)));
    }
    why.into_iter().for_each(|words| {
        finding.note(words);
    });
    let is_being_made = sms.is_being_made(taken_in.unwrap_or(*first));
    finding.help(match is_being_made {
        true => "let somebody who may approve it withdraw it (`clausebook withdraw`)".to_owned(),
        false if to_come.is_some() => "let somebody who may approve it decide: take `withdrawn_on` and `withdrawal_reason` out again, and if it is to end, announce that anew (`clausebook withdraw --on`)".to_owned(),
        false => format!(
            "let somebody who may approve it decide: have it approved anew if it is still needed, else say in a nonconformity or waiver that names `{id}@{version}` that it was right to withdraw it"
        ),
    });
}
