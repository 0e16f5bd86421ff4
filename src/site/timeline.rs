//! A timeline as a picture: lanes of bars over a scale of days.
//!
//! All numbers are whole, so that every machine draws the same. What the picture shows is said in
//! its description and in the table beside it as well.

use super::atlas::Atlas;
use super::terms::Term;
use crate::sms::roles::RoleEntry;
use crate::source::Date;
use serde::Serialize;

/// A timeline as a template draws it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Timeline {
    id: String,
    title: String,
    description: String,
    width: i64,
    height: i64,
    bars: Vec<Bar>,
    lines: Vec<Line>,
    words: Vec<Word>,
    marks: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Bar {
    class: &'static str,
    x: i64,
    y: i64,
    width: i64,
    height: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Line {
    class: &'static str,
    x: i64,
    y1: i64,
    y2: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Word {
    class: &'static str,
    anchor: &'static str,
    x: i64,
    y: i64,
    text: String,
}

const WIDTH: i64 = 960;
const RIGHT: i64 = 930;
const TOP: i64 = 42;
const LANE: i64 = 36;
/// About the width of a letter.
const LETTER: i64 = 6;
/// The same on a narrow screen, where letters are larger.
const WIDE_LETTER: i64 = 8;
/// What lies left of it is out of sight where a narrow screen shows the last days.
const IN_SIGHT: i64 = 560;
/// No more bars than this are drawn in one picture: beyond it nothing could be told apart.
const MOST: usize = 200;

/// What is drawn, lane by lane, before it has a scale.
pub(super) struct Plan {
    /// The name of the picture within its page: begins the ids in it.
    pub(super) id: &'static str,
    /// What it shows, in a few words.
    pub(super) title: String,
    /// What it shows, in sentences.
    pub(super) description: String,
    /// The lanes, from the top.
    pub(super) lanes: Vec<Lane>,
    /// The first day, if there is something before the first bar.
    pub(super) first: Option<Date>,
    /// The day spoken of.
    pub(super) as_of: Date,
    /// Days with a name.
    pub(super) milestones: Vec<(Date, String)>,
}

/// A row of bars.
pub(super) struct Lane {
    pub(super) name: String,
    pub(super) spans: Vec<Stretch>,
    /// Days marked at its upper edge.
    pub(super) ticks: Vec<Date>,
}

/// A bar before it has a scale. Without a first day it begins at the edge; without a last day it
/// goes on to the day spoken of.
pub(super) struct Stretch {
    pub(super) class: &'static str,
    pub(super) from: Option<Date>,
    pub(super) until: Option<Date>,
    pub(super) text: String,
}

impl Plan {
    /// Draws it; nothing, if no bar has a day.
    pub(super) fn draw(self) -> Option<Timeline> {
        let spans = || self.lanes.iter().flat_map(|lane| &lane.spans);
        if spans().count() > MOST {
            return None;
        }
        let first = spans().filter_map(|span| span.from).chain(self.first).min()?;
        let last = spans().filter_map(|span| span.until.max(span.from)).max();
        let last = last.max(Some(self.as_of))?;
        // A little room on both sides, and never a scale of no days.
        let room = ((last.days() - first.days()) / 40).max(5);
        let longest = self.lanes.iter().map(|lane| lane.name.chars().count()).max().unwrap_or(0);
        let left = (i64::try_from(longest).unwrap_or(0) * LETTER + 10).clamp(100, 260);
        let scale = Scale { left, first: first.days() - room, last: last.days() + room };
        let foot = TOP + LANE * i64::try_from(self.lanes.len()).ok()?;
        let mut drawn = Timeline {
            id: self.id.to_owned(),
            width: WIDTH,
            height: foot + 30,
            ..Timeline::default()
        };
        for (day, name) in scale.ticks() {
            let x = scale.x(day);
            drawn.lines.push(Line { class: "axis", x, y1: TOP, y2: foot });
            drawn.word("dim", "middle", x, foot + 18, name);
        }
        for (day, name) in &self.milestones {
            let x = scale.x(*day);
            if (left..=RIGHT).contains(&x) {
                drawn.lines.push(Line { class: "mile", x, y1: TOP - 20, y2: foot });
                let half = i64::try_from(name.chars().count()).unwrap_or(0) * WIDE_LETTER / 2;
                // A name stays within the picture, and above that of the day spoken of.
                let (anchor, x) = if x + half > WIDTH { ("end", WIDTH) } else { ("middle", x) };
                drawn.word("dim", anchor, x, TOP - 26, name.clone());
            }
        }
        for (at, lane) in (0..).zip(&self.lanes) {
            drawn.lane(lane, TOP + LANE * at, &scale, self.as_of);
        }
        let now = scale.x(self.as_of);
        drawn.lines.push(Line { class: "now", x: now, y1: TOP - 6, y2: foot });
        drawn.word("now-word", "middle", now, TOP - 12, "as of".to_owned());
        drawn.title = self.title;
        drawn.description = self.description;
        Some(drawn)
    }
}

impl Timeline {
    fn word(&mut self, class: &'static str, anchor: &'static str, x: i64, y: i64, text: String) {
        self.words.push(Word { class, anchor, x, y, text });
    }

    /// Says again whose lane it is, within its last bar: a narrow screen shows the last days, and
    /// has the names of the lanes out of sight.
    fn name_at_the_end(&mut self, lane: &Lane, y: i64, scale: &Scale, as_of: Date) {
        let end_of = |span: &Stretch| scale.x_of(span.until.unwrap_or(as_of).days() + 1);
        let Some(last) = lane.spans.iter().max_by_key(|span| end_of(span)) else { return };
        let (x, end) = (last.from.map_or(scale.left, |from| scale.x(from)), end_of(last));
        let width = |text: &str| {
            let letters = i64::try_from(text.chars().count());
            letters.unwrap_or(i64::MAX / 2 / WIDE_LETTER) * WIDE_LETTER
        };
        let with_person = format!("{}: {}", lane.name, last.text);
        let is_out_of_sight = x < IN_SIGHT && !last.text.is_empty();
        let ways = [is_out_of_sight.then_some(with_person), Some(lane.name.clone())];
        let begin = IN_SIGHT.max(x + width(&last.text)) + 16;
        let fitting = ways.into_iter().flatten().find(|text| begin + width(text) <= end - 8);
        if let Some(text) = fitting {
            self.word("edge", "end", end - 8, y + 21, text);
        }
    }

    fn lane(&mut self, lane: &Lane, y: i64, scale: &Scale, as_of: Date) {
        self.word("dim", "start", 0, y + 21, lane.name.clone());
        for span in &lane.spans {
            let x = span.from.map_or(scale.left, |from| scale.x(from));
            // A day ends where the next begins.
            let end = scale.x_of(span.until.unwrap_or(as_of).days() + 1).max(x + 2);
            let inset = if span.class == "wait" { 8 } else { 4 };
            self.bars.push(Bar {
                class: span.class,
                x,
                y: y + inset,
                width: end - x,
                height: LANE - 2 * inset,
            });
            let length = i64::try_from(span.text.chars().count()).unwrap_or(i64::MAX / LETTER);
            if length * LETTER + 8 <= end - x {
                self.word("", "start", x + 6, y + 21, span.text.clone());
            }
        }
        self.name_at_the_end(lane, y, scale, as_of);
        for day in &lane.ticks {
            let x = scale.x(*day);
            self.marks.push(format!("M{} {}h10l-5 7Z", x - 5, y - 2));
        }
    }
}

/// Days to places.
struct Scale {
    /// Where the first day stands, right of the names of the lanes.
    left: i64,
    first: i64,
    last: i64,
}

impl Scale {
    fn x(&self, day: Date) -> i64 {
        self.x_of(day.days())
    }

    fn x_of(&self, day: i64) -> i64 {
        let days = day.clamp(self.first, self.last) - self.first;
        self.left + days * (RIGHT - self.left) / (self.last - self.first)
    }

    /// Returns first days of months or years, few enough to be read.
    fn ticks(&self) -> Vec<(Date, String)> {
        let months = (self.last - self.first) / 30;
        let step = [1, 2, 3, 6, 12, 24, 60, 120, 240].into_iter().find(|step| months / step <= 8);
        let step = step.unwrap_or(1200);
        let year = |days| Date::of_seconds(days * 86_400, 0).map(|day| day.to_string());
        let Some(begin) =
            year(self.first).and_then(|day| Date::parse(&format!("{}-01-01", &day[..4])))
        else {
            return Vec::new();
        };
        let mut ticks = Vec::new();
        let mut day = Some(begin);
        while let Some(at) = day.filter(|at| at.days() <= self.last) {
            if at.days() >= self.first {
                let text = at.to_string();
                ticks.push((at, text[..if step < 12 { 7 } else { 4 }].to_owned()));
            }
            day = at.plus_months(u32::try_from(step).unwrap_or(12));
        }
        ticks
    }
}

/// Draws when the versions of a document were in force, and who held the roles around them.
pub(super) fn of_document(
    atlas: &Atlas<'_>,
    label: &str,
    owner: Option<&str>,
    terms: &[Term<'_>],
) -> Option<Timeline> {
    let as_of = atlas.sms.as_of;
    let mut spans = Vec::new();
    let mut sentences = Vec::new();
    for term in terms.iter().filter(|term| term.tenure.was_ever_in_force()) {
        let tenure = term.tenure;
        let begun = tenure.from.is_some_and(|from| from <= as_of);
        let class = match (term.is_proved || term.is_before_start, tenure.was_in_force_on(as_of)) {
            (false, _) => "claim",
            (true, true) => "cur",
            (true, false) if begun => "past",
            (true, false) => "wait",
        };
        if let (Some(published), Some(from)) = (tenure.published_on, tenure.from)
            && published < from
            && term.is_proved
        {
            let until = from.day_before();
            let text = String::new();
            spans.push(Stretch { class: "wait", from: Some(published), until, text });
        }
        let last = tenure.last_day_in_force();
        let until = last.or_else(|| (!begun).then_some(tenure.from).flatten());
        let text = tenure.version.clone();
        spans.push(Stretch { class, from: tenure.from, until, text });
        let from = tenure.from.map(|from| format!(" from {from}")).unwrap_or_default();
        let until = match last {
            Some(until) => format!(" to {until}"),
            None if begun => format!(" and still on {as_of}"),
            None => String::new(),
        };
        let claimed = if class == "claim" { ", by its own claim only" } else { "" };
        sentences.push(format!("Version {} in force{from}{until}{claimed}.", tenure.version));
    }
    let first = spans.iter().filter_map(|span| span.from).min()?;
    let ticks = terms.iter().filter_map(Term::approved_on).filter(|on| *on >= first).collect();
    let mut lanes = vec![Lane { name: "in force".to_owned(), spans, ticks }];
    let mut seen: Vec<&str> = Vec::new();
    let decided = terms.last().and_then(|term| term.grade?.approval.role.as_deref());
    for (what, role) in [("owner", owner), ("approver", decided)] {
        let Some(role) = role.filter(|role| !seen.contains(role)) else { continue };
        let held: Vec<&RoleEntry> =
            atlas.roles.of_role(role).filter(|entry| !entry.is_bot).collect();
        let spans: Vec<Stretch> = held
            .iter()
            .filter(|entry| entry.to.is_none_or(|to| to >= first))
            .filter(|entry| entry.from.is_none_or(|from| from <= as_of))
            .map(|entry| Stretch {
                class: "role",
                from: entry.from.max(Some(first)),
                until: entry.to.filter(|to| *to <= as_of),
                text: entry.person.clone(),
            })
            .collect();
        if spans.is_empty() {
            continue;
        }
        for entry in &held {
            sentences.push(format!(
                "As {what} {} held the role {role}{}.",
                entry.person,
                days(entry)
            ));
        }
        lanes.push(Lane { name: role.replace('-', " "), spans, ticks: Vec::new() });
        seen.push(role);
    }
    let plan = Plan {
        id: "Timeline",
        title: format!("Versions of {label} in force, up to {as_of}"),
        description: sentences.join(" "),
        lanes,
        first: Some(first),
        as_of,
        milestones: milestones(atlas),
    };
    plan.draw()
}

/// Draws who held which role when.
pub(super) fn of_roles(atlas: &Atlas<'_>) -> Option<Timeline> {
    let as_of = atlas.sms.as_of;
    let people = || atlas.roles.entries.iter().filter(|entry| !entry.is_bot && entry.is_dated);
    let mut lanes: Vec<Lane> = Vec::new();
    let mut sentences = Vec::new();
    for entry in people() {
        let name = entry.role.replace('-', " ");
        let is_unapproved = atlas.sms.is_unapproved_row(entry);
        let class = match entry.holds_on(as_of) {
            _ if is_unapproved => "claim",
            true => "cur",
            false => "past",
        };
        let begins_later = entry.from.is_some_and(|from| from > as_of);
        let stretch = Stretch {
            class: if begins_later && !is_unapproved { "wait" } else { class },
            from: entry.from,
            until: entry.to.or_else(|| entry.from.filter(|_| begins_later)),
            text: entry.person.clone(),
        };
        let by = if is_unapproved { ", by a row that is not approved" } else { "" };
        sentences.push(format!("{} held the role {name}{}{by}.", entry.person, days(entry)));
        match lanes.iter_mut().find(|lane| lane.name == name) {
            Some(lane) => lane.spans.push(stretch),
            None => lanes.push(Lane { name, spans: vec![stretch], ticks: Vec::new() }),
        }
    }
    let plan = Plan {
        id: "RolesTimeline",
        title: format!("Who held which role, up to {as_of}"),
        description: sentences.join(" "),
        lanes,
        first: None,
        as_of,
        milestones: milestones(atlas),
    };
    plan.draw()
}

/// Says from when to when a role was held.
pub(super) fn days(entry: &RoleEntry) -> String {
    match (entry.from, entry.to) {
        (Some(from), Some(to)) => format!(" from {from} to {to}"),
        (Some(from), None) => format!(" from {from}"),
        (None, Some(to)) => format!(" to {to}"),
        (None, None) => String::new(),
    }
}

/// Returns control start and the days of the certification that have come.
pub(super) fn milestones(atlas: &Atlas<'_>) -> Vec<(Date, String)> {
    let config = &atlas.sms.config;
    let start = atlas.sms.trust.config.verify_from.map(|day| (day, "control start".to_owned()));
    let stages = [("stage1", "Stage 1"), ("stage2", "Stage 2"), ("surveillance", "Surveillance")];
    let stages = stages.into_iter().filter_map(|(key, name)| {
        Some((Date::parse(config.certification.get(key)?)?, name.to_owned()))
    });
    start.into_iter().chain(stages).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn drawn(from: &str, until: &str) -> Timeline {
        let text = "1.0".to_owned();
        let (from, until) = (Some(day(from)), Some(day(until)));
        let spans = vec![Stretch { class: "past", from, until, text }];
        let lanes =
            vec![Lane { name: "in force".to_owned(), spans, ticks: vec![day("2026-01-01")] }];
        let plan = Plan {
            id: "Timeline",
            title: String::new(),
            description: String::new(),
            lanes,
            first: None,
            as_of: day("2026-03-01"),
            milestones: Vec::new(),
        };
        plan.draw().unwrap()
    }

    #[test]
    fn bars_lie_within_the_picture_whatever_the_days() {
        for (from, until) in [
            ("2026-02-01", "2026-02-10"),
            ("2026-03-01", "2026-03-01"),
            ("0001-01-01", "9999-12-31"),
            ("2026-03-05", "2026-03-01"),
        ] {
            let picture = drawn(from, until);
            let bar = &picture.bars[0];
            assert!(bar.x >= 100 && bar.width >= 2, "{bar:?}");
            assert!(bar.x + bar.width <= RIGHT + 2, "{bar:?}");
            let ticks = picture.lines.iter().filter(|line| line.class == "axis").count();
            assert!(ticks <= 12, "{from} {until}: {ticks} ticks");
        }
    }
}
