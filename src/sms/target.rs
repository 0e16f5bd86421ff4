//! What agreements promise: targets with a metric, a number, a unit and a period (8.3.3, 8.3.4).
//!
//! Two targets are compared only where there is no doubt which of them is the stronger one: the
//! same metric, a unit that can be converted, and a direction that the unit or the words tell.

use super::Sms;
use super::in_force::InForce;
use crate::document::Document;
use crate::document::front::{Node, one_or_more};
use crate::source::{Date, Span, Spanned};
use std::cmp::Ordering;
use std::fmt;

/// One target of an agreement.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceTarget<'s> {
    /// The agreement.
    pub agreement: &'s Document,
    /// Its id within the agreement.
    pub id: Option<&'s str>,
    /// What is measured.
    pub metric: Option<&'s str>,
    /// The number, as written.
    pub value: Option<&'s str>,
    /// Its unit, where it stands apart from the number.
    pub unit: Option<&'s str>,
    /// The number and its unit, if both can be read.
    pub amount: Option<Amount>,
    /// The time over which it is measured.
    pub period: Option<&'s str>,
    /// The services it holds for: its own, else those of the agreement.
    pub services: Vec<&'s str>,
    /// Where it stands.
    pub span: Span,
    /// What is written there.
    pub row: &'s Node,
    /// The whole of it, where it is one text.
    pub text: Option<&'s str>,
}

/// A number with its unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Amount {
    /// The number.
    pub number: f64,
    /// The unit, as written.
    pub unit: String,
    /// Whether it is written as an upper limit: `<= 4`.
    pub is_upper_limit: bool,
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.number, crate::source::Printable(&self.unit))
    }
}

impl Amount {
    /// Reads `99.7`, `99.7 %` or `<= 4 h`; the unit may stand apart.
    pub fn read(value: &str, unit: Option<&str>) -> Option<Self> {
        let is_sign = |c: char| matches!(c, '<' | '>' | '=' | '≤' | '≥' | ' ');
        let bare = value.trim_start_matches(is_sign);
        let sign = &value[..value.len() - bare.len()];
        let is_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',');
        let end = bare.find(|c| !is_number(c)).unwrap_or(bare.len());
        let unit = unit.unwrap_or(&bare[end..]).trim();
        let is_upper_limit = sign.contains(['<', '≤']);
        let number = number(&bare[..end])?;
        (!unit.is_empty()).then(|| Self { number, unit: unit.to_owned(), is_upper_limit })
    }

    /// Returns the seconds of a unit of time.
    fn seconds(&self) -> Option<f64> {
        let factor = match self.unit.to_lowercase().as_str() {
            "ms" | "millisecond" | "milliseconds" => 0.001,
            "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
            "min" | "mins" | "minute" | "minutes" => 60.0,
            "h" | "hr" | "hrs" | "hour" | "hours" => 3_600.0,
            "d" | "day" | "days" => 86_400.0,
            _ => return None,
        };
        Some(self.number * factor)
    }

    /// Returns both numbers in one unit.
    fn in_one_unit(&self, other: &Self) -> Option<(f64, f64)> {
        let same = self.unit.eq_ignore_ascii_case(&other.unit)
            || self.is_percentage() && other.is_percentage();
        let seconds = || Some((self.seconds()?, other.seconds()?));
        if same { Some((self.number, other.number)) } else { seconds() }
    }

    /// Tells whether it is a time; those of working days or opening hours are as well, and can be
    /// compared with their like alone.
    fn is_time(&self) -> bool {
        let unit = self.unit.to_lowercase();
        self.seconds().is_some()
            || [" days", " hours", " minutes"].iter().any(|it| unit.ends_with(it))
    }

    fn is_percentage(&self) -> bool {
        let unit = self.unit.to_lowercase();
        unit.starts_with('%') || matches!(unit.as_str(), "percent" | "per cent" | "pct")
    }
}

/// Reads a number as people write it: `1,200`, `99.7`, `99,7`.
fn number(text: &str) -> Option<f64> {
    let is_grouped = |rest: &str| rest.split(',').all(|group| group.len() == 3);
    match text.split_once(',') {
        Some((_, rest)) if !text.contains('.') && is_grouped(rest) => {
            text.replace(',', "").parse().ok()
        }
        Some((_, rest)) if !text.contains('.') && !rest.contains(',') => {
            text.replace(',', ".").parse().ok()
        }
        Some(_) => text.replace(',', "").parse().ok(),
        None => text.parse().ok(),
    }
}

/// Words in the name of a metric of which less is better.
const LESS_IS_BETTER: [&str; 11] = [
    "fail",
    "error",
    "abandon",
    "loss",
    "lost",
    "reopen",
    "late",
    "missed",
    "complaint",
    "incident",
    "outage",
];

/// Words in the name of a metric of which more time is better.
const MORE_IS_BETTER: [&str; 9] = [
    "between fail",
    "between inc",
    "mtbf",
    "uptime",
    "availab",
    "retention",
    "retained",
    "service hours",
    "support hours",
];

impl ServiceTarget<'_> {
    /// Tells whether less is better, if that is beyond doubt.
    pub fn is_less_better(&self) -> Option<bool> {
        let amount = self.amount.as_ref()?;
        let metric = self.metric?.to_lowercase();
        let is_of_mishaps = || LESS_IS_BETTER.iter().any(|word| metric.contains(word));
        let is_of_service = || MORE_IS_BETTER.iter().any(|word| metric.contains(word));
        match amount {
            _ if amount.is_upper_limit => Some(true),
            _ if amount.is_time() => Some(!is_of_service()),
            _ if amount.is_percentage() => Some(is_of_mishaps()),
            _ => None,
        }
    }

    /// Reads a number that is reported of it, with a unit of its own or that of the target.
    pub fn read(&self, value: &str, unit: Option<&str>) -> Option<Amount> {
        Amount::read(value, unit.or(self.amount.as_ref().map(|amount| amount.unit.as_str())))
    }

    /// Tells whether an amount is another one than it promises, in whatever unit.
    pub fn differs_from(&self, amount: &Amount) -> bool {
        let Some(own) = &self.amount else { return false };
        let (own, other) = own.in_one_unit(amount).unwrap_or((own.number, amount.number));
        own.partial_cmp(&other) != Some(Ordering::Equal)
    }

    /// Returns the same target as another text of its agreement has it: the one with its id, and of
    /// several the one that is for a service of it.
    pub fn in_text<'t>(&self, text: &'t Document) -> Option<ServiceTarget<'t>> {
        let id = self.id?;
        let rows = text.front.rows("targets");
        let rows = rows.filter(|row| row.value.text("id").is_some_and(|own| own.value == id));
        let mut targets: Vec<ServiceTarget<'t>> = rows.map(|row| target(text, row)).collect();
        let is_for_it =
            |it: &ServiceTarget<'_>| it.services.iter().any(|one| self.services.contains(one));
        let at = targets.iter().position(is_for_it).unwrap_or_default();
        (at < targets.len()).then(|| targets.swap_remove(at))
    }

    /// Compares an amount with the target: less than it, as good, or better.
    pub fn compare(&self, amount: &Amount) -> Option<Ordering> {
        let (number, target) = amount.in_one_unit(self.amount.as_ref()?)?;
        let ordering = number.partial_cmp(&target)?;
        Some(if self.is_less_better()? { ordering.reverse() } else { ordering })
    }

    /// Tells whether an amount is better by so much that the target asks for next to nothing: a
    /// tenth of the shortfall that it allows, or a quarter of its time.
    pub fn is_far_exceeded_by(&self, amount: &Amount) -> bool {
        let Some((number, target)) =
            self.amount.as_ref().and_then(|target| amount.in_one_unit(target))
        else {
            return false;
        };
        match self.is_less_better() {
            Some(true) => number * 4.0 <= target,
            Some(false) if self.amount.as_ref().is_some_and(Amount::is_percentage) => {
                target < 100.0 && (100.0 - number) * 10.0 <= 100.0 - target
            }
            Some(false) => target * 4.0 <= number,
            None => false,
        }
    }

    /// Says what is missing for it to be measurable.
    pub fn missing(&self) -> Vec<&'static str> {
        let has_number = self.value.is_some_and(|value| Amount::read(value, Some("any")).is_some());
        let has_unit = self.unit.is_some() || self.amount.is_some();
        let parts = [
            ("a metric", self.metric.is_some()),
            ("a number", has_number),
            ("a unit", has_unit),
            ("a period", self.period.is_some()),
        ];
        parts.iter().filter(|(_, is_there)| !is_there).map(|(what, _)| *what).collect()
    }

    /// Calls it by its id, metric or text.
    pub fn called(&self) -> &str {
        self.id.or(self.metric).or(self.text).or(self.value).unwrap_or("without a name")
    }
}

impl Sms {
    /// Returns the agreements.
    pub fn agreements(&self) -> impl Iterator<Item = &Document> {
        self.maintained().filter(|document| {
            document.front.text("type").is_some_and(|kind| kind.value == "agreement")
        })
    }

    /// Tells whether an agreement is one with a supplier, external or internal.
    pub fn is_with_supplier(&self, agreement: &Document) -> bool {
        let id = agreement.id();
        let id = id.as_ref().map_or("", crate::document::DocId::as_str);
        ["OLA-", "CON-"].iter().any(|prefix| id.starts_with(prefix))
    }

    /// Tells whether nothing of an agreement can be changed any more: its term is over, or it is
    /// out of use.
    pub fn is_over(&self, agreement: &Document) -> bool {
        let [_, last] = agreement.front.term();
        self.is_out_of_use(agreement) || last.is_some_and(|last| last < self.as_of)
    }

    /// Returns the first and the last day of an agreement: of the version in force, where the file has
    /// the next.
    pub fn term(&self, document: &Document) -> [Option<Date>; 2] {
        match self.in_force_beside(document) {
            Some(tenure) => tenure.claims.term,
            None => document.front.term(),
        }
    }

    /// Tells where the day spoken of is none of the term of an agreement: then it binds nobody,
    /// whatever its status says.
    pub fn outside_term(&self, document: &Document) -> Option<OutsideTerm> {
        OutsideTerm::of(self.term(document), self.as_of)
    }

    /// Returns the agreements as they are in force, of those whose term has begun and not ended.
    pub fn agreements_in_force(&self) -> impl Iterator<Item = InForce<'_>> {
        self.agreements().filter_map(|agreement| {
            let found = self.as_in_force(agreement)?;
            OutsideTerm::of(found.text.front.term(), self.as_of).is_none().then_some(found)
        })
    }
}

/// How a day lies outside of the term of an agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutsideTerm {
    /// This was the last day.
    Ended(Date),
    /// This will be the first.
    Begins(Date),
}

impl OutsideTerm {
    /// Tells how a day lies outside of a term, given by its first and its last day.
    pub fn of([first, last]: [Option<Date>; 2], day: Date) -> Option<Self> {
        let over = last.filter(|last| *last < day).map(Self::Ended);
        let to_come = || first.filter(|first| *first > day).map(Self::Begins);
        over.or_else(to_come)
    }
}

impl fmt::Display for OutsideTerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ended(day) => write!(f, "ended on {day}"),
            Self::Begins(day) => write!(f, "begins on {day}"),
        }
    }
}

/// Returns the targets of an agreement, in the order written.
pub fn targets(agreement: &Document) -> Vec<ServiceTarget<'_>> {
    let Some(found) = agreement.front.get("targets") else { return Vec::new() };
    match &found.value {
        Node::Scalar { .. } => vec![target(agreement, found)],
        Node::List(rows) => rows.iter().map(|row| target(agreement, row)).collect(),
        Node::Map(entries) => entries.iter().map(|entry| target(agreement, &entry.value)).collect(),
    }
}

fn target<'s>(agreement: &'s Document, row: &'s Spanned<Node>) -> ServiceTarget<'s> {
    let text = |key| row.value.text(key).map(|found| found.value);
    let value = text("value").or_else(|| text("target"));
    let own = ["service", "services"].iter().filter_map(|key| row.value.get(key));
    let own = own.flat_map(one_or_more);
    let mut services: Vec<&str> = own.filter_map(|service| service.value.as_text()).collect();
    if services.is_empty() {
        services = agreement.front.list("services").into_iter().map(|it| it.value).collect();
    }
    ServiceTarget {
        agreement,
        id: text("id"),
        metric: text("metric"),
        value,
        unit: text("unit"),
        amount: value.and_then(|value| Amount::read(value, text("unit"))),
        period: text("period"),
        services,
        span: row.span,
        row: &row.value,
        text: row.value.as_text(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        let read = |value, unit| Amount::read(value, unit).map(|it| (it.number, it.unit));
        assert_eq!(read("99.7", Some("%")), Some((99.7, "%".to_owned())));
        assert_eq!(read("99,7 %", None), Some((99.7, "%".to_owned())));
        assert_eq!(read("1,200", Some("users")), Some((1_200.0, "users".to_owned())));
        assert!(Amount::read("<= 4 h", None).is_some_and(|it| it.is_upper_limit));
        assert_eq!(read("high", Some("%")), None);
        assert_eq!(read("4", None), None);
    }

    #[test]
    fn times_are_compared_in_one_unit() {
        let amount = |value| Amount::read(value, None).unwrap();
        assert_eq!(amount("2 h").in_one_unit(&amount("90 min")), Some((7_200.0, 5_400.0)));
        assert_eq!(amount("2 h").in_one_unit(&amount("90 %")), None);
        assert_eq!(amount("2 hrs").in_one_unit(&amount("90 mins")), Some((7_200.0, 5_400.0)));
        assert_eq!(amount("2 percent").in_one_unit(&amount("90 %")), Some((2.0, 90.0)));
        assert_eq!(amount("2 working days").in_one_unit(&amount("3 days")), None);
    }
}
