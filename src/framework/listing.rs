//! Reads texts that list clauses: `8.6.1 and 8.6.2`, `ISO/IEC 20000-1:2018, clauses 4 to 10`,
//! `8.6.1 Incident management, without exclusions`.
//!
//! A text is understood to its last word, or not at all: what people write beside a number takes it
//! away in more ways than can be listed (`8.6.1 was dropped`, `8.6 but not 8.6.1`, `8.6.1 next year`).

use super::{Clause, Frameworks, Pack};

/// What the names of standards begin with.
const STANDARDS: [&str; 12] =
    ["iso", "iec", "din", "en", "bs", "nist", "itil", "cobit", "pci", "gdpr", "tisax", "soc"];

/// What countries put before the name of a standard.
const NATIONAL: [&str; 3] = ["din", "en", "bs"];

/// How to audit, whatever is audited.
const GUIDELINE: &str = "iso 19011";

/// Words beside numbers that take none of them away.
const BESIDE: &str = "a an the and or of in its as well also with all whole entire full every each from \
    against following under per including conforms conforming und oder sowie mit der die das den alle \
    aller von vom aus gemäß nach et y requirement requirements control controls criterion criteria \
    anforderung anforderungen sms service services management system process processes procedure \
    procedures policy policies plan plans prozess prozesse remote remotely onsite was were is are has \
    have been audited checked examined reviewed auditiert geprüft";

/// Words behind which a bare number is one of a clause.
const ANNOUNCING: &str = "clause clauses subclause subclauses section sections chapter chapters annex \
    kapitel abschnitt abschnitte klausel klauseln § §§";

/// Words between two clauses that are both named, and between the first and the last of a row.
const JOINING: [&str; 6] = ["and", "or", "of", "und", "oder", "et"];
const UP_TO: [&str; 6] = ["to", "through", "bis", "-", "–", "…"];

/// Words that leave nothing out, before one that begins with one of these.
const NO: [&str; 5] = ["no", "without", "ohne", "kein", "keine"];
const EXCEPTION: [&str; 8] = [
    "exclusion",
    "exception",
    "finding",
    "nonconformit",
    "deviation",
    "ausschl",
    "feststellung",
    "abweichung",
];

type Listed<'f> = (&'f Pack, &'f Clause);

impl Frameworks {
    /// Returns the clauses that a text lists, in its order; `None` where it names some among words that
    /// are not understood. A number is one of the standard named last, and before any is named one of
    /// `standard`, else of the first one chosen; those of standards that are not chosen are passed over.
    /// `is_name` tells of a word whether it is a name that takes nothing away.
    pub fn clauses_listed(
        &self,
        text: &str,
        standard: Option<&str>,
        is_name: &dyn Fn(&str) -> bool,
    ) -> Option<Vec<Listed<'_>>> {
        let mut of = match standard {
            Some(standard) => self.without_standards(standard).1.pop().flatten(),
            None => Some(self.primary()),
        };
        let mut is_named = standard.is_some();
        let mut found: Vec<Listed<'_>> = Vec::new();
        let mut is_understood = true;
        for part in text.split([';', '\n']).flat_map(|part| part.split(". ")) {
            let (rest, named) = self.without_standards(part);
            if let [only] = named.as_slice() {
                // `8.6.1; 8.6.2 (both of ISO 9001)` may speak of the first as well.
                is_understood &= is_named || found.is_empty() || only.is_some();
                (of, is_named) = (*only, true);
            }
            let Some(pack) = of else { continue };
            let (listed, _) = self.read(pack, &rest, is_name);
            let (listed, is_clear) = self.read(pack, &without_titles(&listed, rest), is_name);
            // Which of several standards a number is of is not asked.
            is_understood &= is_clear && (named.len() < 2 || listed.is_empty());
            found.extend(listed);
        }
        (is_understood || found.is_empty()).then_some(found)
    }

    /// Returns the clauses of a part of a text, and whether all of its words are understood.
    fn read<'f>(
        &'f self,
        pack: &Pack,
        text: &str,
        is_name: &dyn Fn(&str) -> bool,
    ) -> (Vec<Listed<'f>>, bool) {
        let words = words(text);
        let is_one_of = |at: Option<usize>, list: &[&str]| {
            let word = at.and_then(|at| words.get(at));
            word.is_some_and(|word| list.iter().any(|it| it.eq_ignore_ascii_case(word)))
        };
        let announcing: Vec<&str> = ANNOUNCING.split_whitespace().collect();
        let beside: Vec<&str> = BESIDE.split_whitespace().collect();
        let is_number = |at: usize| words.get(at).is_some_and(|it| pack.clause(it).is_some());
        // A bare number may count something else: `10 tickets`.
        let is_clause = |at: usize| {
            let before = at.checked_sub(1);
            let follows = before.is_none_or(is_number)
                || is_one_of(before, &announcing)
                || is_one_of(before, &JOINING)
                || is_one_of(before, &UP_TO);
            let next = Some(at + 1);
            let is_titled = pack.clause(words[at]).is_some_and(|clause| {
                let behind = words[at + 1..].iter().skip_while(|word| ["-", "–"].contains(word));
                let title = clause.title.split_whitespace();
                let behind: Vec<&str> = behind.take(title.clone().count()).copied().collect();
                !behind.is_empty() && behind.join(" ").to_lowercase() == clause.title.to_lowercase()
            });
            let ends = at + 1 == words.len() || is_number(at + 1) || is_titled;
            let ends = ends || is_one_of(next, &JOINING) || is_one_of(next, &UP_TO);
            words[at].contains('.') || follows && ends
        };
        let mut listed: Vec<Listed<'f>> = Vec::new();
        let mut add = |found: Listed<'f>| {
            if !listed.iter().any(|it| std::ptr::eq(it.1, found.1)) {
                listed.push(found);
            }
        };
        let mut last: Option<Listed<'f>> = None;
        let (mut is_understood, mut is_row, mut at) = (true, false, 0);
        while at < words.len() {
            let word = words[at];
            if let Some((first, end)) = self.row(pack, word) {
                add(first);
                between(first, end).for_each(&mut add);
                add(end);
                last = Some(end);
            } else if let Some(found) = self.one(pack, word).filter(|_| is_clause(at)) {
                let first = last.filter(|_| is_row);
                first.into_iter().flat_map(|first| between(first, found)).for_each(&mut add);
                add(found);
                last = Some(found);
            } else if is_one_of(Some(at), &NO)
                && words.get(at + 1).is_some_and(|it| is_exception(it))
            {
                at += 1;
            } else {
                let follows = at > 0 && is_number(at - 1);
                let is_dash = ["-", "–"].contains(&word);
                is_understood &= follows && is_letter(word)
                    || follows && (is_number(at + 1) || is_dash) && is_one_of(Some(at), &UP_TO)
                    || is_one_of(Some(at), &beside)
                    || is_one_of(Some(at), &announcing)
                    || is_name(word);
            }
            is_row = is_one_of(Some(at), &UP_TO);
            at += 1;
        }
        (listed, is_understood)
    }

    /// Finds the clause that a word names: `8.6.1`, `iso27001:A.5.1`.
    fn one(&self, pack: &Pack, word: &str) -> Option<Listed<'_>> {
        let (id, number) = word.split_once(':').unwrap_or((&pack.id, word));
        let pack = self.pack(id)?;
        Some((pack, pack.clause(number)?))
    }

    /// Tells whether a text names one standard, and nothing is said of it.
    pub fn names_standard(&self, text: &str) -> bool {
        let (rest, named) = self.without_standards(text);
        named.len() == 1 && (named[0].is_none() || words(&rest).is_empty())
    }

    /// Reads `8.6.1-8.6.3`.
    fn row(&self, pack: &Pack, word: &str) -> Option<(Listed<'_>, Listed<'_>)> {
        let (first, last) = word.split_once('-')?;
        Some((self.one(pack, first)?, self.one(pack, last)?))
    }

    /// Returns a text without the names of standards, and which it names, each once; nothing for those
    /// that are not chosen, in this edition.
    fn without_standards(&self, text: &str) -> (String, Vec<Option<&Pack>>) {
        let mut text = text.replace('§', " § ").replace(['–', '—'], " – ");
        take_out(&mut text, GUIDELINE, &mut |rest| {
            Some(edition(rest).map_or(0, |it| it.len() + 1))
        });
        let mut named: Vec<Option<&Pack>> = Vec::new();
        let names = self.packs.iter().flat_map(|pack| {
            let own = [pack.choice(), pack.id.clone()];
            own.into_iter().chain(pack.citation.iter().cloned()).map(move |name| (name, pack))
        });
        for (name, pack) in names {
            take_out(&mut text, &name, &mut |rest| {
                if name == pack.id && rest.starts_with(':') {
                    return None;
                }
                let found = edition(rest);
                named.push(found.is_none_or(|it| it == pack.edition).then_some(pack));
                let end = found.map_or(0, |it| it.len() + 1);
                let amendment = pack.amendment.as_deref().and_then(|amendment| {
                    let beside = rest[end..].trim_start_matches([' ', '+', '/', ',']);
                    let amended = beside.get(..amendment.len())?;
                    amended
                        .eq_ignore_ascii_case(amendment)
                        .then(|| rest.len() - beside.len() + amendment.len())
                });
                Some(amendment.unwrap_or(end))
            });
        }
        let is_of_chosen =
            |word: &str| word.split_once(':').is_some_and(|(id, _)| self.pack(id).is_some());
        let is_standard = |word: &&str| {
            let begins = STANDARDS.iter().any(|name| {
                let rest = word.get(..name.len()).filter(|it| it.eq_ignore_ascii_case(name));
                rest.is_some() && !word[name.len()..].starts_with(char::is_alphabetic)
            });
            begins && !is_of_chosen(word)
        };
        if words(&text).iter().any(is_standard) {
            named.push(None);
        }
        let mut once: Vec<Option<&Pack>> = Vec::new();
        for pack in named {
            if !once.iter().any(|it| it.map(|it| &it.id) == pack.map(|it| &it.id)) {
                once.push(pack);
            }
        }
        (text, once)
    }
}

/// Takes a name out of a text wherever it stands as a word, in any case, with what countries put before
/// it and as much of the `rest` behind it as `further` says; nothing where that says so.
fn take_out(text: &mut String, name: &str, further: &mut dyn FnMut(&str) -> Option<usize>) {
    let (plain, name) = (text.to_ascii_lowercase(), name.to_ascii_lowercase());
    let mut left = String::new();
    let (mut taken, mut from) = (0, 0);
    while let Some(at) = plain[from..].find(&name) {
        let start = from + at;
        from = start + name.len();
        let rest = &text[from..];
        let is_word = !text[..start].ends_with(char::is_alphanumeric)
            && !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-');
        let Some(more) = is_word.then(|| further(rest)).flatten() else { continue };
        left.push_str(&text[taken..start]);
        while let Some(shorter) = NATIONAL.iter().find_map(|it| without_word(&left, it)) {
            left.truncate(shorter);
        }
        left.push(' ');
        from += more;
        taken = from;
    }
    left.push_str(&text[taken..]);
    *text = left;
}

/// Returns how long a text is without the word that it ends with.
fn without_word(text: &str, word: &str) -> Option<usize> {
    let text = text.trim_end();
    let at = text.len().checked_sub(word.len()).filter(|at| text.is_char_boundary(*at))?;
    let (before, last) = text.split_at(at);
    let is_it = last.eq_ignore_ascii_case(word) && !before.ends_with(char::is_alphanumeric);
    is_it.then_some(at)
}

/// Returns the edition that follows the name of a standard: `:2018`.
fn edition(rest: &str) -> Option<&str> {
    let rest = rest.strip_prefix(':')?;
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
    Some(rest[..end].trim_end_matches('.'))
}

/// Returns a text without the titles of clauses, and of those above them.
fn without_titles(listed: &[Listed<'_>], mut text: String) -> String {
    for &(pack, clause) in listed {
        for clause in std::iter::once(clause).chain(pack.ancestors(&clause.number)) {
            for title in std::iter::once(&clause.title).chain(&clause.also_called) {
                if !title.is_empty() {
                    take_out(&mut text, title, &mut |_| Some(0));
                }
            }
        }
    }
    text
}

/// Returns the clauses between two of one framework, in its order.
fn between<'f>(first: Listed<'f>, last: Listed<'f>) -> impl Iterator<Item = Listed<'f>> {
    let ((pack, first), (other, last)) = (first, last);
    let is_one = pack.id == other.id;
    let between = if is_one { pack.between(&first.number, &last.number) } else { &[] };
    between.iter().map(move |clause| (pack, clause))
}

fn words(text: &str) -> Vec<&str> {
    let is_mark = |c: char| c.is_whitespace() || ",()\"“”„/&+".contains(c);
    let words = text.split(is_mark).map(|word| word.trim_end_matches(['.', ':', '\'']));
    words.filter(|word| !word.is_empty()).collect()
}

fn is_exception(word: &str) -> bool {
    let word = word.to_lowercase();
    EXCEPTION.iter().any(|it| word.starts_with(it))
}

fn is_letter(word: &str) -> bool {
    matches!(word.as_bytes(), [b'a'..=b'm'])
}

#[cfg(test)]
mod tests {
    use super::super::tests::load;

    #[test]
    fn a_text_is_understood_to_its_last_word_or_not_at_all() {
        let frameworks = load(&["iso20000-1:2018", "iso27001:2022"]);
        let is_name = |word: &str| word == "PRC-INC-001";
        let of = |standard: Option<&str>, text: &str| {
            let listed = frameworks.clauses_listed(text, standard, &is_name)?;
            let listed = listed.into_iter().map(|(pack, clause)| match &*pack.id {
                "iso20000-1" => clause.number.clone(),
                id => format!("{id}:{}", clause.number),
            });
            Some(listed.collect::<Vec<_>>().join(" "))
        };
        for (text, listed) in [
            ("8.6.1", "8.6.1"),
            ("8", "8"),
            ("clause 8", "8"),
            ("Clauses 8.6.1 and 8.6.2", "8.6.1 8.6.2"),
            ("8.6.1, 8.6.2", "8.6.1 8.6.2"),
            ("8.6.1 to 8.6.3", "8.6.1 8.6.2 8.6.3"),
            ("8.6.1-8.6.3", "8.6.1 8.6.2 8.6.3"),
            ("8.6.1 – 8.6.3", "8.6.1 8.6.2 8.6.3"),
            ("8.6.1 bis 8.6.3", "8.6.1 8.6.2 8.6.3"),
            ("8.6.3 to 8.6.1", "8.6.3 8.6.1"),
            ("8.6.1-8.6.1", "8.6.1"),
            ("8.6.1 – Incident management", "8.6.1"),
            ("8 Operation of the service management system", "8"),
            ("4 Context of the organization, 10", "4 10"),
            ("7.5.4 b)", "7.5.4"),
            ("ISO/IEC 20000-1:2018, 8.6.1", "8.6.1"),
            ("DIN EN ISO/IEC 20000-1:2018 + Amd 1:2024, 8.6.1", "8.6.1"),
            ("8.6.1 of ISO/IEC 20000-1", "8.6.1"),
            ("8.6.1 Incident management (PRC-INC-001)", "8.6.1"),
            ("8.6.1 Incident management: no findings", "8.6.1"),
            ("8.6 Resolution and fulfilment, no exclusions", "8.6"),
            ("8.6 ohne Ausschlüsse", "8.6"),
            ("8.6.1 and 8.6.2, following ISO 19011:2018", "8.6.1 8.6.2"),
            ("iso27001:A.5.1 and 8.6.1", "iso27001:A.5.1 8.6.1"),
            ("ISO/IEC 27001:2022, A.5.1", "iso27001:A.5.1"),
            ("ISO/IEC 20000-1, 8.6.1; ISO/IEC 27001, A.5.1", "8.6.1 iso27001:A.5.1"),
            ("ISO/IEC 20000-1:2018, 8.6.1; ISO 9001:2015, 8.4", "8.6.1"),
            ("ISO 9001:2015, 8.6", ""),
            ("ISO/IEC 20000-1:2011, 8.6", ""),
            ("8.6 (ISO 9001)", ""),
            ("Management system and support, site Carrow", ""),
        ] {
            assert_eq!(of(None, text).as_deref(), Some(listed), "{text}");
        }
        for text in [
            "All of 8.6 except 8.6.1",
            "Not audited this time: 8.6.1",
            "8.6.1 was dropped",
            "8.6.1 moved to 2027",
            "8.6.1: cancelled, auditor ill",
            "8.6.1 (entfällt)",
            "8.6.1 to audit",
            "[ ] 8.6.1",
            "8.6.1, 10 tickets",
            "8.6.1; this one next year",
            "8.6.1 Change management",
            "8.6.1; 8.6.2 (both of ISO 9001)",
            "ISO/IEC 20000-1, 8.6.1 and ISO/IEC 27001, A.5.1",
        ] {
            assert_eq!(of(None, text), None, "{text}");
        }
        assert_eq!(of(Some("iso27001"), "A.5.1").as_deref(), Some("iso27001:A.5.1"));
        assert_eq!(of(Some("ISO 9001:2015"), "8.6").as_deref(), Some(""));
    }
}
