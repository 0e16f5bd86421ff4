//! A table of book.toml while it is read: values by the kind that is expected, mistakes by place.
//!
//! All mistakes of the file are told at once, so reading goes on after each.

use super::Revoked;
use crate::source::{Date, Span, Spanned, did_you_mean, listed};
use toml::de::{DeTable, DeValue};

/// A mistake in book.toml.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Where.
    pub span: Span,
    /// What, as one sentence.
    pub message: String,
}

/// One table being read: what was asked for is known, the rest is a mistake.
pub(super) struct Table<'a, 'm> {
    name: String,
    /// Where its name stands.
    span: Span,
    table: &'a DeTable<'a>,
    known: Vec<String>,
    mistakes: &'m mut Vec<Mistake>,
}

impl<'a, 'm> Table<'a, 'm> {
    pub(super) fn find(
        parent: &'a DeTable<'a>,
        name: &str,
        mistakes: &'m mut Vec<Mistake>,
    ) -> Option<Self> {
        let (key, value) = parent.iter().find(|(key, _)| key.get_ref() == name)?;
        let Some(table) = value.get_ref().as_table() else {
            let message = format!("`{name}` is {}, a table was expected", kind_of(value.get_ref()));
            mistakes.push(Mistake { span: value.span().into(), message });
            return None;
        };
        let span = key.span().into();
        Some(Self { name: name.to_owned(), span, table, known: Vec::new(), mistakes })
    }

    /// Takes keys as known whose values nobody here asks for.
    pub(super) fn allow(&mut self, keys: &[&str]) {
        self.known.extend(keys.iter().map(|&key| key.to_owned()));
    }

    pub(super) fn keys(&self) -> Vec<String> {
        self.table.iter().map(|(key, _)| key.get_ref().to_string()).collect()
    }

    fn value(&mut self, key: &str) -> Option<(&'a DeValue<'a>, Span)> {
        self.known.push(key.to_owned());
        let (_, value) = self.table.iter().find(|(name, _)| name.get_ref() == key)?;
        Some((value.get_ref(), value.span().into()))
    }

    pub(super) fn mistake_at(&mut self, key: &str, message: &str) {
        let found = self.table.iter().find(|(name, _)| name.get_ref() == key);
        let span = found.map(|(_, value)| Span::from(value.span())).unwrap_or_default();
        self.mistakes.push(Mistake { span, message: message.to_owned() });
    }

    /// Reports a mistake of one of the items of a list.
    pub(super) fn mistake_in(&mut self, span: Span, message: String) {
        self.mistakes.push(Mistake { span, message });
    }

    /// Reports a mistake of the table as such.
    pub(super) fn mistake(&mut self, message: String) {
        self.mistakes.push(Mistake { span: self.span, message });
    }

    fn not_a(&mut self, key: &str, value: &DeValue<'_>, expected: &str) {
        let message = format!("`{key}` is {}, {expected} was expected", kind_of(value));
        self.mistake_at(key, &message);
    }

    pub(super) fn optional_text(&mut self, key: &str, into: &mut Option<String>) {
        self.optional_word(key, "text in quotes", into);
    }

    /// Reads a text; `expected` says which ones there are.
    pub(super) fn optional_word(&mut self, key: &str, expected: &str, into: &mut Option<String>) {
        match self.value(key) {
            None => {}
            Some((DeValue::String(text), _)) => *into = Some(text.to_string()),
            // A date without quotes is as good as one with them.
            Some((DeValue::Datetime(date), _)) => *into = Some(date.to_string()),
            Some((other, _)) => self.not_a(key, other, expected),
        }
    }

    pub(super) fn text(&mut self, key: &str, into: &mut String) {
        let mut found = None;
        self.optional_text(key, &mut found);
        if let Some(text) = found {
            *into = text;
        }
    }

    pub(super) fn spanned_text(&mut self, key: &str, into: &mut Spanned<String>) {
        let span = self.value(key).map(|(_, span)| span).unwrap_or_default();
        let mut text = into.value.clone();
        self.text(key, &mut text);
        *into = Spanned::new(text, span);
    }

    pub(super) fn spanned_texts(&mut self, key: &str, into: &mut Vec<Spanned<String>>) {
        let Some((value, _)) = self.value(key) else {
            return;
        };
        let Some(items) = value.as_array() else {
            return self.not_a(key, value, "a list of texts");
        };
        into.clear();
        for item in items {
            match item.get_ref().as_str() {
                Some(text) => into.push(Spanned::new(text.to_owned(), item.span().into())),
                None => self.not_a(key, item.get_ref(), "text in quotes"),
            }
        }
    }

    pub(super) fn texts(&mut self, key: &str, into: &mut Vec<String>) {
        let mut found: Vec<_> =
            into.iter().map(|text| Spanned::new(text.clone(), Span::default())).collect();
        self.spanned_texts(key, &mut found);
        *into = found.into_iter().map(|text| text.value).collect();
    }

    /// Reads a text, or a list of texts.
    pub(super) fn one_or_more(&mut self, key: &str, into: &mut Vec<String>) {
        match self.value(key) {
            Some((DeValue::String(text), _)) if text.is_empty() => into.clear(),
            Some((DeValue::String(text), _)) => *into = vec![text.to_string()],
            _ => self.texts(key, into),
        }
    }

    pub(super) fn date(&mut self, key: &str, into: &mut Option<Date>) {
        let mut text = None;
        self.optional_text(key, &mut text);
        let Some(text) = text else { return };
        *into = Date::parse(&text);
        if into.is_none() {
            self.mistake_at(
                key,
                &format!("`{key}` is `{text}`, a day like 2026-05-11 was expected"),
            );
        }
    }

    pub(super) fn number(&mut self, key: &str, least: u32, most: u32) -> Option<u32> {
        let (value, _) = self.value(key)?;
        let number = value.as_integer().and_then(|number| number.as_str().parse::<u32>().ok());
        let fits = number.filter(|number| (least..=most).contains(number));
        if fits.is_none() {
            self.mistake_at(key, &format!("`{key}` must be a whole number from {least} to {most}"));
        }
        fits
    }

    pub(super) fn one_of(&mut self, key: &str, value: &str, words: &[&str]) {
        if !words.contains(&value) {
            let words = listed(words.iter().map(|word| format!("\"{word}\"")), "or");
            self.mistake_at(key, &format!("`{key}` is \"{value}\", expected {words}"));
        }
    }

    pub(super) fn table(&mut self, key: &str) -> Option<Table<'a, '_>> {
        self.known.push(key.to_owned());
        Table::find(self.table, key, self.mistakes)
    }

    pub(super) fn read_revoked(&mut self, into: &mut Vec<Revoked>) {
        let Some((value, _)) = self.value("revoked") else { return };
        let Some(items) = value.as_array() else {
            return self.not_a("revoked", value, "a list of tables");
        };
        for item in items {
            let Some(table) = item.get_ref().as_table() else {
                self.not_a("revoked", item.get_ref(), "a table with `key`");
                continue;
            };
            let name = "revoked".to_owned();
            let (span, mistakes) = (item.span().into(), &mut *self.mistakes);
            let mut one = Table { name, span, table, known: Vec::new(), mistakes };
            let mut revoked = Revoked { key: String::new(), from: None, accepted: Vec::new() };
            one.text("key", &mut revoked.key);
            one.date("from", &mut revoked.from);
            one.texts("accepted", &mut revoked.accepted);
            if !is_fingerprint(&revoked.key) {
                let message = "a revoked `key` is given by its fingerprint, as `ssh-keygen -l` prints it: `SHA256:` and 43 letters, digits, `+` or `/`, and nothing else";
                one.mistake(message.to_owned());
            }
            if into.iter().any(|other| other.key == revoked.key) {
                let message = "this key is revoked in a row above already; one row says all there is of a key";
                one.mistake_at("key", message);
            }
            for id in &revoked.accepted {
                if id.len() != 40 || !id.bytes().all(|b| b.is_ascii_hexdigit()) {
                    one.mistake_at(
                        "accepted",
                        &format!(
                            "`{id}` is not the full id of a commit or a tag, 40 hexadecimal digits"
                        ),
                    );
                }
            }
            one.finish();
            into.push(revoked);
        }
    }

    /// Reports the keys nobody asked for.
    pub(super) fn finish(self) {
        for (key, _) in self.table {
            if self.known.iter().any(|known| known == key.get_ref()) {
                continue;
            }
            let known: Vec<&str> = self.known.iter().map(String::as_str).collect();
            let meant = suggestion(key.get_ref(), &known);
            let message = format!("`{}` has no key `{}`{meant}", self.name, key.get_ref());
            self.mistakes.push(Mistake { span: key.span().into(), message });
        }
    }
}

/// Tells whether a text can be the fingerprint of a key: what only looks like one revokes nothing.
fn is_fingerprint(text: &str) -> bool {
    const LENGTH: usize = 43;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let sum = text.strip_prefix("SHA256:");
    sum.is_some_and(|sum| sum.len() == LENGTH && sum.bytes().all(is_plain))
}

/// Says what a value is, for people who never read about TOML.
fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a day or a time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// Returns where the value of the last of some keys stands, each of which is in the table of the one
/// before; of the last one that is there.
pub(super) fn place_of(root: &DeTable<'_>, keys: &[&str]) -> Span {
    let (mut table, mut span) = (Some(root), Span::default());
    for key in keys {
        let Some((_, value)) = table.and_then(|it| it.iter().find(|(it, _)| it.get_ref() == key))
        else {
            break;
        };
        (table, span) = (value.get_ref().as_table(), value.span().into());
    }
    span
}

/// Says what was probably meant by a word, as the end of a sentence.
pub(super) fn suggestion(word: &str, candidates: &[&str]) -> String {
    match did_you_mean(word, candidates.iter().copied()) {
        Some(meant) => format!("; did you mean `{meant}`?"),
        None => String::new(),
    }
}
