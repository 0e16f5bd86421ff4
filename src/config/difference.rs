//! What two configurations do not say alike, as far as that could change a verdict.

use super::{Config, Revoked, limits};
use crate::source::Date;
use std::collections::BTreeSet;

/// Something that two configurations do not say alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What, as the beginning of a sentence.
    pub what: String,
    /// What it is in the one; empty where that takes more than a word.
    pub here: String,
    /// What it is in the other.
    pub there: String,
}

impl Difference {
    /// Says it of a configuration beside the one that judges, which lies there: `in v1.0`.
    pub fn as_contrast(&self, there: &str) -> String {
        match self.here.is_empty() {
            true => format!("{} is not what it is {there}", self.what),
            false => format!("{} is {} here, and {} {there}", self.what, self.here, self.there),
        }
    }

    /// Says it of a configuration that follows another.
    pub fn as_change(&self) -> String {
        match self.here.is_empty() {
            true => format!("{} is another", self.what),
            false => format!("{} was {} and is {}", self.what, self.there, self.here),
        }
    }
}

impl Config {
    /// Returns what this configuration makes different from another, as far as that could change a
    /// verdict.
    pub fn differences(&self, other: &Self) -> Vec<Difference> {
        let mut found = Vec::new();
        let mut differs = |what: &str, here: String, there: String| {
            if here != there {
                found.push(Difference { what: what.to_owned(), here, there });
            }
        };
        let level = |config: &Self, rule: &str| {
            config
                .rules
                .get(rule)
                .map_or_else(|| "as it comes".to_owned(), |level| level.word().to_owned())
        };
        let rules: BTreeSet<&String> = self.rules.keys().chain(other.rules.keys()).collect();
        for rule in rules {
            differs(
                &format!("the level of the rule `{rule}`"),
                level(self, rule),
                level(other, rule),
            );
        }
        let minimum: BTreeSet<&String> = self.minimum.keys().chain(other.minimum.keys()).collect();
        for name in minimum {
            let (here, there) = (self.minimum_for(Some(name)), other.minimum_for(Some(name)));
            differs(
                &format!("the approval level asked of `{name}`"),
                here.to_string(),
                there.to_string(),
            );
        }
        for (key, _, _, limit) in limits::ALL {
            let number = |config: &Self| limit(&mut config.limits.clone()).to_string();
            differs(&format!("the limit `{key}`"), number(self), number(other));
        }
        let day =
            |day: Option<Date>| day.map_or_else(|| "not set".to_owned(), |day| day.to_string());
        let quoted = |texts: &[String]| format!("[{}]", texts.join(", "));
        let named = |file: &Option<String>| file.clone().unwrap_or_else(|| "not set".to_owned());
        let names = |config: &Self| {
            config.frameworks.iter().map(|name| name.value.clone()).collect::<Vec<_>>()
        };
        let revoked = |config: &Self| {
            let words = |one: &Revoked| {
                let from = one.from.map(|from| format!(" from {from}")).unwrap_or_default();
                let accepted = one.accepted.join(", ");
                format!("{}{from} but for [{accepted}]", one.key)
            };
            quoted(&config.revoked.iter().map(words).collect::<Vec<_>>())
        };
        let signers = |config: &Self| named(&config.allowed_signers);
        differs("the file of allowed signers", signers(self), signers(other));
        let keys = |config: &Self| named(&config.openpgp_keys);
        differs("the file of OpenPGP keys", keys(self), keys(other));
        differs("the list of revoked keys", revoked(self), revoked(other));
        differs("`verify_from`", day(self.verify_from), day(other.verify_from));
        differs("`as_of`", day(self.as_of), day(other.as_of));
        differs("`branch`", self.branch.clone(), other.branch.clone());
        differs("`src`", self.src.to_string(), other.src.to_string());
        differs("`uncontrolled`", quoted(&self.uncontrolled), quoted(&other.uncontrolled));
        differs("`other_keys`", quoted(&self.other_keys), quoted(&other.other_keys));
        differs("`frameworks`", quoted(&names(self)), quoted(&names(other)));
        differs("`packs`", quoted(&self.packs), quoted(&other.packs));
        let profile = |config: &Self| if config.is_small { "small" } else { "standard" }.to_owned();
        differs("`profile`", profile(self), profile(other));
        for doc_type in self.types.iter().filter(|own| !other.types.contains(own)) {
            let what = format!("the type `{}`", doc_type.name);
            found.push(Difference { what, here: String::new(), there: String::new() });
        }
        found
    }
}
