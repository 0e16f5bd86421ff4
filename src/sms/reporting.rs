//! What time service reports tell of, and what they leave out between them (clause 9.4).
//!
//! Reports may well stand beside each other: monthly ones and those of the quarter, one for each
//! customer, one of the year that grows from month to month. So a report is joined on to those of
//! its own series, and what another report tells the same readers of is not left out.

use super::Sms;
use crate::document::Document;
use crate::document::period::Period;
use crate::source::{Date, RepoPath};
use std::collections::{BTreeMap, BTreeSet};

/// Two reports, one after the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Seam<'s> {
    /// The earlier one.
    pub before: &'s Document,
    /// The later one.
    pub report: &'s Document,
    /// How they join.
    pub fit: Fit<'s>,
}

/// How two reports join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fit<'s> {
    /// The later one begins on the day after the earlier one ends.
    Joined,
    /// No report tells of these services in this time; where reports name none, none are named.
    Gap(Vec<&'s str>, Period),
    /// Both tell of this time.
    Overlap(Period),
}

/// What makes reports a series: of what they tell, for whom, and of how long a time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Subject<'s> {
    services: BTreeSet<&'s str>,
    audience: BTreeSet<&'s str>,
    agreements: BTreeSet<&'s str>,
    length: Length,
}

/// About how long a time a report tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Length {
    Week,
    Month,
    Quarter,
    HalfYear,
    Year,
}

#[derive(Clone, Copy, Debug)]
struct Report<'s> {
    document: &'s Document,
    period: Period,
}

/// Reports of one subject, in the order of their time.
#[derive(Debug)]
struct Series<'s> {
    subject: Subject<'s>,
    reports: Vec<Report<'s>>,
}

impl Sms {
    /// Returns how service reports join, since control start.
    pub fn seams(&self) -> Vec<Seam<'_>> {
        let all = self.series();
        let mut seams: Vec<Seam<'_>> = all.iter().flat_map(Series::joints).collect();
        seams.extend(gaps(&all));
        seams.retain(|seam| {
            let is_past = match &seam.fit {
                Fit::Joined => false,
                Fit::Gap(_, time) | Fit::Overlap(time) => self.is_before_start(time.last),
            };
            !is_past && self.is_identified(seam.before) && self.is_identified(seam.report)
        });
        seams.sort_by_key(|seam| &seam.report.path);
        seams
    }

    /// Tells whether a report, be it for whomever, tells of a day of a time of one of these services.
    pub fn is_told_to_anybody(&self, services: &[&str], time: Period) -> bool {
        let is_of_them = |subject: &Subject<'_>| {
            services.is_empty() || services.iter().any(|it| subject.may_tell_of(it))
        };
        let all = self.series().into_iter().filter(|series| is_of_them(&series.subject));
        let mut reports = all.flat_map(|series| series.reports);
        reports.any(|report| common(report.period, time).is_some())
    }

    /// Returns the service reports that give their time, by series. One that cannot be identified
    /// is there all the same.
    fn series(&self) -> Vec<Series<'_>> {
        let is_report = |record: &&Document| {
            let kind = record.front.text("kind");
            kind.is_some_and(|kind| kind.value == "service-report") && !self.is_out_of_use(record)
        };
        let mut by_subject: BTreeMap<Subject<'_>, Vec<Report<'_>>> = BTreeMap::new();
        for document in self.records().filter(is_report) {
            let Some(period) = Period::of(document) else { continue };
            let report = Report { document, period };
            by_subject.entry(Subject::of(document, period)).or_default().push(report);
        }
        let series = by_subject.into_iter().map(|(subject, mut reports)| {
            reports.sort_by_key(|report| (report.period, report.document.id()));
            Series { subject, reports }
        });
        series.collect()
    }
}

impl<'s> Subject<'s> {
    fn of(document: &'s Document, period: Period) -> Self {
        let front = &document.front;
        let list = |key| front.list(key).into_iter().map(|found| found.value.trim());
        let of_rows = |key, name| {
            let rows = front.rows(key);
            rows.filter_map(move |row| Some(row.value.text(name)?.value.trim()))
        };
        let targets = of_rows("targets", "agreement");
        Self {
            services: list("services").chain(of_rows("services", "id")).collect(),
            audience: list("audience").collect(),
            agreements: targets.chain(of_rows("actuals", "agreement")).collect(),
            length: Length::of(period),
        }
    }

    /// Tells whether the reports of another subject may tell of a service. Those that name none may
    /// tell of all.
    fn may_tell_of(&self, service: &str) -> bool {
        service.is_empty() || self.services.is_empty() || self.services.contains(service)
    }

    /// Tells whether reports of another subject may be for a reader of these. Those that say for nobody
    /// may be for all.
    fn may_share_readers(&self, other: &Self) -> bool {
        let may_share = |own: &BTreeSet<&str>, other: &BTreeSet<&str>| {
            own.is_empty() || other.is_empty() || !own.is_disjoint(other)
        };
        may_share(&self.audience, &other.audience) && may_share(&self.agreements, &other.agreements)
    }
}

impl Length {
    fn of(period: Period) -> Self {
        match days(period) {
            ..=10 => Self::Week,
            11..=45 => Self::Month,
            46..=120 => Self::Quarter,
            121..=250 => Self::HalfYear,
            _ => Self::Year,
        }
    }
}

impl<'s> Series<'s> {
    /// Returns the reports that join on to the one before, and those that tell of its time as well.
    /// Two of one time may be for different readers, unless both say for whom they are.
    fn joints(&self) -> Vec<Seam<'s>> {
        let Subject { audience, agreements, .. } = &self.subject;
        let is_for_somebody = !audience.is_empty() || !agreements.is_empty();
        let mut joints = Vec::new();
        let mut reports = self.reports.iter();
        let Some(mut latest) = reports.next() else { return joints };
        for report in reports {
            let is_slip =
                report.period == latest.period || !are_beside(report.period, latest.period);
            let fit = match common(report.period, latest.period) {
                Some(time) => (is_for_somebody && is_slip).then_some(Fit::Overlap(time)),
                None => is_next(latest.period, report.period).then_some(Fit::Joined),
            };
            let (before, later) = (latest.document, report.document);
            joints.extend(fit.map(|fit| Seam { before, report: later, fit }));
            if report.period.last > latest.period.last {
                latest = report;
            }
        }
        joints
    }

    /// Tells whether what another series tells of is not left out in this one: it may be for the same
    /// readers, or does not run beside it. Where no two reports of this one join, they are made now and
    /// then, and those of another length tell of the time between.
    fn is_filled_by(&self, other: &Self) -> bool {
        let is_of_length = self.subject.length == other.subject.length;
        self.subject.may_share_readers(&other.subject)
            || !self.is_regular() && !is_of_length
            || !self.runs_beside(other)
    }

    fn is_regular(&self) -> bool {
        self.reports.windows(2).any(|pair| is_next(pair[0].period, pair[1].period))
    }

    /// Tells whether this series runs beside another, so that neither stands in for the other.
    fn runs_beside(&self, other: &Self) -> bool {
        let is_beside_any = |report: &Report<'_>| {
            other.reports.iter().any(|it| are_beside(report.period, it.period))
        };
        self.reports.iter().any(is_beside_any)
    }
}

/// Returns the times between two reports of one service, and of about the same length, of which no
/// report tells.
fn gaps<'s>(all: &[Series<'s>]) -> Vec<Seam<'s>> {
    let mut found: BTreeMap<(&RepoPath, Period), (Ends<'s>, BTreeSet<&'s str>)> = BTreeMap::new();
    for series in all {
        let is_of_line = |it: &&Series<'s>| std::ptr::eq(*it, series) || series.is_filled_by(it);
        let line: Vec<&Series<'s>> = all.iter().filter(is_of_line).collect();
        // Reports that name no service are asked as well.
        let no_service = series.subject.services.is_empty().then_some("");
        for service in series.subject.services.iter().copied().chain(no_service) {
            let line = line.iter().filter(|it| it.subject.may_tell_of(service));
            let line: Vec<&Series<'s>> = line.copied().collect();
            for gap in left_out(&line) {
                let Some(ends) = ends(&line, series.subject.length, gap) else { continue };
                let key = (&ends.after.path, gap);
                found.entry(key).or_insert((ends, BTreeSet::new())).1.insert(service);
            }
        }
    }
    let seams = found.into_iter().map(|((_, time), (ends, services))| {
        let services = services.into_iter().filter(|service| !service.is_empty()).collect();
        Seam { before: ends.before, report: ends.after, fit: Fit::Gap(services, time) }
    });
    seams.collect()
}

/// The reports before and after a gap.
#[derive(Clone, Copy)]
struct Ends<'s> {
    before: &'s Document,
    after: &'s Document,
}

/// Finds the reports of a length between which a gap lies. Before the first and after the last is none.
fn ends<'s>(line: &[&Series<'s>], length: Length, gap: Period) -> Option<Ends<'s>> {
    let of_length = || line.iter().filter(|it| it.subject.length == length);
    let reports = || of_length().flat_map(|it| &it.reports);
    let before = reports().filter(|it| it.period.last < gap.first);
    let after = reports().filter(|it| it.period.first > gap.last);
    Some(Ends {
        before: before.max_by_key(|it| it.period.last)?.document,
        after: after.min_by_key(|it| it.period.first)?.document,
    })
}

/// Returns the times between reports of which none tells. Days off at the end of a week are not
/// left out.
fn left_out(line: &[&Series<'_>]) -> Vec<Period> {
    let reports = line.iter().flat_map(|it| &it.reports);
    let mut told: Vec<Period> = reports.map(|report| report.period).collect();
    told.sort_unstable();
    let mut left_out = Vec::new();
    let mut until: Option<Date> = None;
    for period in told {
        let gap = until.and_then(Date::day_after).zip(period.first.day_before());
        let gap = gap.map(|(first, last)| Period { first, last }).filter(|it| it.first <= it.last);
        left_out.extend(gap.filter(|gap| !is_weekend(*gap)));
        until = until.max(Some(period.last));
    }
    left_out
}

fn is_weekend(period: Period) -> bool {
    // The first of January 1970 was a Thursday.
    (period.first.days()..=period.last.days()).all(|day| (day + 3).rem_euclid(7) >= 5)
}

fn days(period: Period) -> i64 {
    period.last.days() - period.first.days() + 1
}

fn common(a: Period, b: Period) -> Option<Period> {
    let time = Period { first: a.first.max(b.first), last: a.last.min(b.last) };
    (time.first <= time.last).then_some(time)
}

/// Tells whether two reports stand beside each other: they share so much of their time that it is
/// meant.
fn are_beside(a: Period, b: Period) -> bool {
    common(a, b).is_some_and(|time| 2 * days(time) >= days(a).min(days(b)))
}

fn is_next(before: Period, after: Period) -> bool {
    before.last.day_after() == Some(after.first)
}

#[cfg(test)]
mod tests {
    use super::Fit;
    use crate::sms::reading;
    use crate::story::{Story, replay};

    /// Tells what reports leave out and tell twice, each given as `PERIOD SERVICES AUDIENCE`.
    fn told(reports: &[&str]) -> Vec<String> {
        let mut text = String::new();
        for (number, report) in reports.iter().enumerate() {
            let mut words = report.split_whitespace();
            let mut next = || words.next().unwrap_or_default();
            let (period, services, audience) = (next(), next(), next());
            text.push_str(&format!(
                "```md docs/r{number}.md\n---\nid: REC-SRV-{number}\ntype: record\nkind: service-report\n\
                 period: {period}\nservices: [{services}]\naudience: [{audience}]\n---\n```\n\n"
            ));
        }
        let recording = replay(&Story::parse(&text).unwrap(), &|_| None).unwrap();
        let head = recording.head_commit().unwrap();
        let sms = reading::of_commit(&recording, head, &[]).unwrap();
        let seams = sms.seams().into_iter().filter_map(|seam| {
            let report = seam.report.called();
            Some(match seam.fit {
                Fit::Joined => return None,
                Fit::Gap(of, time) => {
                    format!("{report}: no {} {}..{}", of.join("+"), time.first, time.last)
                }
                Fit::Overlap(time) => format!("{report}: twice {}..{}", time.first, time.last),
            })
        });
        seams.collect()
    }

    #[test]
    fn a_time_that_no_report_tells_of_is_left_out() {
        let gap = "REC-SRV-1: no A 2026-02-01..2026-02-28";
        assert_eq!(told(&["2026-01 A", "2026-03 A"]), [gap]);
        assert_eq!(told(&["2026-01 A", "2026-03 A", "2026-02 B"]), [gap]);
        // The readers changed, and the services.
        assert_eq!(told(&["2026-01 A acme", "2026-03 A,B acme,bolt"]), [gap]);
        let none = "REC-SRV-1: no  2026-02-01..2026-02-28";
        assert_eq!(told(&["2026-01", "2026-03"]), [none]);
        // Those of the quarter are for others, and another customer has one.
        let beside = ["2026-01 A acme", "2026-03 A acme", "2026-04 A acme", "2026-Q1 A board"];
        assert_eq!(told(&beside), [gap]);
        let customers = ["2026-01 A acme", "2026-03 A acme", "2026-01 A bolt", "2026-02 A bolt"];
        assert_eq!(told(&customers), [gap]);
        let both = "REC-SRV-1: no A+B 2026-02-01..2026-02-28";
        assert_eq!(told(&["2026-01 A,B", "2026-03 A,B"]), [both]);
    }

    #[test]
    fn what_another_report_tells_of_is_not_left_out() {
        for reports in [
            &["2026-01 A", "2026-02 A", "2026-04..2026-06 B"][..],
            // Months of which the report of the quarter tells, for one of the same readers.
            &["2026-01 A", "2026-03 A", "2026-04 A", "2026-Q1 A", "2026-Q2 A"],
            &["2026-04 A acme", "2026-Q2 A acme,board", "2026-07 A acme"],
            // Late, or begun later than others.
            &["2026-Q1 A", "2026-05 A", "2026-06 A"],
            // Two months in one, and a time of quarters.
            &["2026-01 A", "2026-02..2026-03 A", "2026-04 A"],
            &["2025-12 A", "2026-Q1 A", "2026-Q2 A", "2026-07 A"],
            // Beside those of the month, two that are made when something happened.
            &["2026-01 A", "2026-02 A", "2026-01-07..2026-01-08 A", "2026-02-11..2026-02-12 A"],
            // Services told of together and apart, and where none is named.
            &["2026-01 A,B", "2026-02 A", "2026-02 B", "2026-03 A,B"],
            &["2026-01 A", "2026-02", "2026-03 A"],
            // The year so far, the last three months, working weeks, two customers.
            &["2026-01 A acme", "2026-01..2026-02 A acme", "2026-01..2026-03 A acme"],
            &["2026-01..2026-03 A acme", "2026-02..2026-04 A acme", "2026-03..2026-05 A acme"],
            &["2026-07-06..2026-07-10 A", "2026-07-13..2026-07-17 A"],
            &["2026-01 A acme", "2026-01 A bolt"],
            &["2026-01 A", "2026-01 A"],
        ] {
            assert_eq!(told(reports), [""; 0], "{reports:?}");
        }
    }

    #[test]
    fn what_two_reports_tell_of_for_the_same_readers_is_told_twice() {
        assert_eq!(
            told(&["2026-01 A acme", "2026-01-25..2026-02-28 A acme"]),
            ["REC-SRV-1: twice 2026-01-25..2026-01-31"]
        );
        assert_eq!(
            told(&["2026-01 A acme", "2026-01-01..2026-01-31 A acme"]),
            ["REC-SRV-1: twice 2026-01-01..2026-01-31"]
        );
    }
}
