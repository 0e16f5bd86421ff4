//! The words of headings and list items: dates, people, keywords.
//!
//! Everything here takes the text after the Markdown is gone and answers with values, or with a
//! sentence about what is missing; the line is the caller's to know.

use crate::{
    repo::object::Person,
    source::{Date, did_you_mean},
};

const KEYWORDS: [&str; 3] = ["commit", "tag", "switch"];

const EXAMPLE: &str = "2026-01-10 Ada Lovelace <ada@example.org>: Subject";

/// What a heading of a story says.
pub(super) enum Heading<'a> {
    Commit { when: When, who: Person, subject: &'a str },
    Tag { name: &'a str, annotation: Option<(When, Person, &'a str)> },
    Switch { branch: &'a str },
    Title,
}

impl<'a> Heading<'a> {
    pub(super) fn parse(text: &'a str) -> Result<Self, String> {
        let (keyword, rest) = first_word(text);
        match keyword {
            "commit" => {
                let (when, who, subject) = announcement(rest).map_err(|missing| {
                    format!("a commit's heading reads `commit {EXAMPLE}`; {missing}")
                })?;
                Ok(Self::Commit { when, who, subject })
            }
            "tag" => tag(rest),
            "switch" if !rest.is_empty() && !rest.contains(' ') => {
                Ok(Self::Switch { branch: rest })
            }
            "switch" => {
                Err("`switch` takes the name of one branch, as in `switch main`".to_owned())
            }
            other => title(other, rest),
        }
    }
}

fn tag(text: &str) -> Result<Heading<'_>, String> {
    let (name, rest) = first_word(text);
    if name.is_empty() {
        return Err("a tag needs a name, as in `tag v1.0`".to_owned());
    }
    if rest.is_empty() {
        return Ok(Heading::Tag { name, annotation: None });
    }
    let annotation = announcement(rest).map_err(|missing| {
        format!("a tag's heading reads `tag v1.0`, or `tag v1.0 {EXAMPLE}`; {missing}")
    })?;
    Ok(Heading::Tag { name, annotation: Some(annotation) })
}

/// A title is free text, unless it looks very much like a heading with a slip of the pen.
fn title<'a>(word: &str, rest: &str) -> Result<Heading<'a>, String> {
    let dated = rest.split(' ').take(2).any(|word| When::parse(word).is_ok());
    match did_you_mean(word, KEYWORDS) {
        Some(meant) if dated => {
            Err(format!("`{word}` is not a keyword of a heading; did you mean `{meant}`?"))
        }
        _ => Ok(Heading::Title),
    }
}

/// Reads `2026-01-10 Ada Lovelace <ada@example.org>: What was done`.
fn announcement(text: &str) -> Result<(When, Person, &str), String> {
    let (when, rest) = first_word(text);
    let when = When::parse(when)?;
    let (who, rest) = person(rest)?;
    let subject = rest.strip_prefix(':').map(str::trim).unwrap_or_default();
    if subject.is_empty() {
        return Err("here nothing follows the address and a colon".to_owned());
    }
    Ok((when, who, subject))
}

/// Reads `Ada Lovelace <ada@example.org>` and hands back what follows.
pub(super) fn person(text: &str) -> Result<(Person, &str), String> {
    let named = text.split_once('<').and_then(|(name, rest)| {
        let (email, rest) = rest.split_once('>')?;
        let name = name.trim();
        let one_name = !name.is_empty() && !name.contains('>') && !email.contains('<');
        one_name.then(|| (Person { name: name.to_owned(), email: email.to_owned() }, rest.trim()))
    });
    named.ok_or_else(|| {
        format!("`{text}` does not begin with a person, as in `Ada Lovelace <ada@example.org>`")
    })
}

/// A day, and the time of day if one was given.
#[derive(Clone, Copy)]
pub(super) struct When {
    pub(super) date: Date,
    pub(super) time: Option<TimeOfDay>,
}

/// A time of day in some time zone.
#[derive(Clone, Copy)]
pub(super) struct TimeOfDay {
    /// Seconds since midnight.
    pub(super) seconds: i64,
    /// Minutes east of UTC.
    pub(super) offset: i32,
}

impl When {
    /// Reads `2026-01-10` or `2026-01-10T14:30:00+01:00`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (day, time) = match text.split_once('T') {
            Some((day, time)) => (day, Some(time)),
            None => (text, None),
        };
        let date = Date::parse(day).ok_or_else(|| format!("`{text}` is not a date"))?;
        let Some(time) = time else {
            return Ok(Self { date, time: None });
        };
        let read = time_of_day(time).ok_or_else(|| {
            format!("`{time}` is not a time; it reads `14:30:00+01:00`, and `Z` is UTC")
        })?;
        Ok(Self { date, time: Some(read) })
    }
}

fn time_of_day(text: &str) -> Option<TimeOfDay> {
    let zone_at = text.find(['+', '-', 'Z']).unwrap_or(text.len());
    let (clock, zone) = text.split_at(zone_at);
    let parts: Vec<i64> =
        clock.split(':').map(|part| two_digits(part, 59)).collect::<Option<_>>()?;
    let seconds = match parts[..] {
        [hour, minute] if hour < 24 => hour * 3600 + minute * 60,
        [hour, minute, second] if hour < 24 => hour * 3600 + minute * 60 + second,
        _ => return None,
    };
    Some(TimeOfDay { seconds, offset: offset_minutes(zone)? })
}

fn offset_minutes(zone: &str) -> Option<i32> {
    if zone.is_empty() || zone == "Z" {
        return Some(0);
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let digits = zone.strip_prefix(['+', '-'])?.replacen(':', "", 1);
    let (hours, minutes) = digits.split_at_checked(2)?;
    let minutes = two_digits(hours, 14)? * 60 + two_digits(minutes, 59)?;
    i32::try_from(minutes).ok().map(|minutes| sign * minutes)
}

fn two_digits(text: &str, highest: i64) -> Option<i64> {
    let well_formed = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
    let number = text.parse().ok().filter(|_| well_formed)?;
    (number <= highest).then_some(number)
}

/// Splits off the first word; the rest has no space around it.
pub(super) fn first_word(text: &str) -> (&str, &str) {
    let text = text.trim();
    match text.split_once(char::is_whitespace) {
        Some((word, rest)) => (word, rest.trim_start()),
        None => (text, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds_and_offset(text: &str) -> Option<(i64, i32)> {
        time_of_day(text).map(|time| (time.seconds, time.offset))
    }

    #[test]
    fn times_have_a_zone_or_are_utc() {
        assert_eq!(seconds_and_offset("14:30:05+01:00"), Some((52_205, 60)));
        assert_eq!(seconds_and_offset("14:30:05-0330"), Some((52_205, -210)));
        assert_eq!(seconds_and_offset("14:30Z"), Some((52_200, 0)));
        assert_eq!(seconds_and_offset("00:00"), Some((0, 0)));
    }

    #[test]
    fn times_that_do_not_exist_are_none() {
        for text in ["24:00", "9:00", "12:60", "12", "12:00+1", "12:00+ä", "12:00+15:00", "", "Z"]
        {
            assert_eq!(seconds_and_offset(text), None, "{text}");
        }
    }

    #[test]
    fn a_name_may_hold_anything_but_brackets() {
        let (who, rest) = person("Dr. A: von B <a@b.example>: x").unwrap();
        assert_eq!((who.name.as_str(), who.email.as_str()), ("Dr. A: von B", "a@b.example"));
        assert_eq!(rest, ": x");
        assert!(person("<a@b.example>").is_err());
        assert!(person("Ada").is_err());
    }
}
