//! Which packs a repository works with: those of the program, and those of its own.

use super::pack::Pack;
use super::{Frameworks, reading};
use crate::document::name::as_read;
use crate::source::{Position, Printable, did_you_mean, listed};
use thiserror::Error;

/// The packs inside the program, by the names `book.toml` chooses them with.
pub(super) const BUILT_IN: [(&str, &str); 6] = [
    ("iso20000-1:2018", include_str!("iso20000-1.toml")),
    ("iso27001:2022", include_str!("iso27001.toml")),
    ("iso9001:2015", include_str!("iso9001.toml")),
    ("iso22301:2019", include_str!("iso22301.toml")),
    ("soc2-tsc:2017", include_str!("soc2-tsc.toml")),
    ("nist-csf:2.0", include_str!("nist-csf.toml")),
];

impl Frameworks {
    /// Loads the chosen packs, from the program or from `own` files (name and text).
    ///
    /// A pack of one's own with the id and edition of a built-in one gives that its titles and words.
    /// All own packs are checked, chosen or not.
    pub fn load(chosen: &[String], own: &[(String, String)]) -> Result<Self, Vec<PackError>> {
        let own = read_own(own)?;
        let mut errors = Vec::new();
        let mut packs: Vec<Pack> = Vec::new();
        for (at, name) in chosen.iter().enumerate() {
            match find(name, &own) {
                None => errors.push(not_known(at, name, &own)),
                Some(pack) if packs.iter().any(|earlier| earlier.id == pack.id) => {
                    errors.push(PackError::ChosenTwice { at, name: name.clone(), id: pack.id });
                }
                Some(pack) => packs.push(pack),
            }
        }
        if chosen.is_empty() {
            errors.push(PackError::NoneChosen);
        }
        if errors.is_empty() { Ok(Self { packs }) } else { Err(errors) }
    }

    /// Loads what a branch chose that judges another one, as far as it is here: packs of the judged
    /// tree take the place of no framework of the program. Nothing, where none is here.
    pub fn of_policy(chosen: &[String], own: &[(String, String)]) -> Option<Self> {
        let mut own = read_own(own).unwrap_or_default();
        own.retain(|pack| !BUILT_IN.iter().any(|(known, _)| *known == pack.choice()));
        let packs: Vec<Pack> = chosen.iter().filter_map(|name| find(name, &own)).collect();
        (!packs.is_empty()).then_some(Self { packs })
    }
}

/// Why frameworks cannot be loaded.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PackError {
    /// A pack of one's own is not as it should be.
    #[error(
        "{}:{}:{}: {}",
        Printable(file),
        position.line,
        position.column,
        Printable(message)
    )]
    InFile {
        /// The name of its file.
        file: String,
        /// Where in the file.
        position: Position,
        /// One sentence.
        message: String,
    },
    /// A name chooses no pack.
    #[error(
        "framework `{}` is not among {}{}",
        Printable(name),
        listed(known, "and"),
        suggestion.as_ref().map_or_else(
            || "; a file with a pack of your own is named under `packs`".to_owned(),
            |name| format!("; did you mean `{name}`?")
        )
    )]
    NotKnown {
        /// Its place among those that are chosen.
        at: usize,
        /// The name.
        name: String,
        /// What was probably meant.
        suggestion: Option<String>,
        /// All names there are.
        known: Vec<String>,
    },
    /// Two chosen packs have one id, so that a prefix would not tell them apart.
    #[error("framework `{}` is chosen, but `{id}` was chosen before it", Printable(name))]
    ChosenTwice {
        /// Its place among those that are chosen.
        at: usize,
        /// The second name.
        name: String,
        /// The id both have.
        id: String,
    },
    /// There is no first framework to give bare numbers their meaning.
    #[error("no framework is chosen; the first one gives bare clause numbers their meaning")]
    NoneChosen,
}

impl PackError {
    /// Says where it stands in the file that chooses frameworks, whose names have these places.
    pub fn placed(self, file: &str, places: &[Position]) -> Self {
        let (Self::NotKnown { at, .. } | Self::ChosenTwice { at, .. }) = &self else { return self };
        match places.get(*at) {
            Some(position) => Self::InFile {
                file: file.to_owned(),
                position: *position,
                message: self.to_string(),
            },
            None => self,
        }
    }
}

fn read_own(files: &[(String, String)]) -> Result<Vec<Pack>, Vec<PackError>> {
    let mut packs: Vec<Pack> = Vec::new();
    let mut errors = Vec::new();
    for (file, text) in files {
        match reading::read_beside(file, text, &of_the_program) {
            Err(mut found) => errors.append(&mut found),
            Ok(pack) if packs.iter().any(|other| other.choice() == pack.choice()) => {
                errors.push(PackError::InFile {
                    file: file.clone(),
                    position: Position { line: 1, column: 1 },
                    message: format!("another pack is called `{}` as well", pack.choice()),
                });
            }
            Ok(pack) => match named_as_another(&pack) {
                Some((key, message)) => errors.push(PackError::InFile {
                    file: file.clone(),
                    position: Position::of(text.as_bytes(), place_of(text, key)),
                    message,
                }),
                None => packs.push(Pack { file: Some(file.clone()), ..pack }),
            },
        }
    }
    if errors.is_empty() { Ok(packs) } else { Err(errors) }
}

/// Finds the key by which a pack would be taken for a framework of the program, and says so: readers of
/// the site go by its name. A pack with the id and edition of one is that one, with other words.
fn named_as_another(own: &Pack) -> Option<(&'static str, String)> {
    let packs = BUILT_IN.iter().filter_map(|(name, _)| of_the_program(name));
    packs.filter(|pack| pack.choice() != own.choice()).find_map(|pack| {
        let its: Vec<String> =
            pack.citation.iter().chain(&pack.name).chain([&pack.id]).map(|it| bare(it)).collect();
        let is_its = |name: &&String| its.contains(&bare(name));
        let (choice, called) = (pack.choice(), pack.edition_name());
        if is_its(&&own.id) {
            let message = format!(
                "`{}` is the id of `{choice}`; a pack of your own has another one, or the id and edition of that, to give it titles and words",
                own.id
            );
            return Some(("id", message));
        }
        if let Some(name) = own.citation.iter().find(is_its) {
            let message = format!(
                "`{name}` cites `{choice}`; a pack that is cited so has its id and edition, or another name"
            );
            return Some(("citation", message));
        }
        let name = own.name.iter().find(is_its)?;
        let message = format!(
            "`{name}` is what readers call {called}, which is `{choice}`; name the pack for what it is"
        );
        Some(("name", message))
    })
}

/// Returns what is left of a name without its edition, as readers tell names apart: `ISO/IEC 20000-1:2018`
/// is `isoiec200001`.
fn bare(name: &str) -> String {
    let read = as_read(name);
    let read = read.split([':', '+', '(']).next().unwrap_or_default().trim();
    let is_edition = |word: &str| {
        let is_year = word.len() == 4 && (word.starts_with("19") || word.starts_with("20"));
        (is_year || word.contains('.')) && word.chars().all(|c| c.is_ascii_digit() || c == '.')
    };
    let read = match read.rsplit_once(' ') {
        Some((before, last)) if is_edition(last) => before,
        _ => read,
    };
    read.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Returns where a key of the head begins in the text of a pack.
fn place_of(text: &str, key: &str) -> usize {
    let is_of_key = |line: &&str| {
        line.trim_start().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    let line = text.lines().find(is_of_key);
    line.map_or(0, |line| line.as_ptr().addr() - text.as_ptr().addr())
}

/// Own packs answer to their id alone. Built-in ones do not: an edition that is not named would
/// change with the program, and every verdict with it.
fn find(name: &str, own: &[Pack]) -> Option<Pack> {
    if let Some(pack) = own.iter().find(|pack| pack.choice() == name) {
        return Some(pack.clone());
    }
    if let Some(pack) = of_the_program(name) {
        return Some(pack);
    }
    let mut with_that_id = own.iter().filter(|pack| pack.id == name);
    let pack = with_that_id.next()?;
    with_that_id.next().is_none().then(|| pack.clone())
}

/// Returns the pack of the program that a name with an edition chooses.
fn of_the_program(choice: &str) -> Option<Pack> {
    let (name, text) = BUILT_IN.iter().find(|(known, _)| *known == choice)?;
    Some(reading::read(name, text).expect("the packs of the program are read by its tests"))
}

fn not_known(at: usize, name: &str, own: &[Pack]) -> PackError {
    let built_in = BUILT_IN.iter().map(|(name, _)| (*name).to_owned());
    let mut known: Vec<String> = built_in.chain(own.iter().map(Pack::choice)).collect();
    known.sort();
    known.dedup();
    let id = name.split(':').next().unwrap_or(name);
    let other_edition = known.iter().find(|known| known.split(':').next() == Some(id));
    let suggestion = match other_edition {
        Some(known) => Some(known.clone()),
        None => did_you_mean(name, known.iter().map(String::as_str)).map(str::to_owned),
    };
    PackError::NotKnown { at, name: name.to_owned(), suggestion, known }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_pack_reads_and_has_the_name_that_chooses_it() {
        for (name, text) in BUILT_IN {
            assert_eq!(reading::read(name, text).unwrap().choice(), name);
        }
    }

    #[test]
    fn names_that_choose_nothing() {
        let errors = |chosen: &[&str]| {
            let chosen: Vec<String> = chosen.iter().map(|&name| name.to_owned()).collect();
            let errors = Frameworks::load(&chosen, &[]).unwrap_err();
            errors.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let known = "iso20000-1:2018, iso22301:2019, iso27001:2022, iso9001:2015, nist-csf:2.0 \
                     and soc2-tsc:2017";
        assert_eq!(
            errors(&["iso20000-1", "iso20071:2022", "zzz"]),
            [
                format!(
                    "framework `iso20000-1` is not among {known}; did you mean `iso20000-1:2018`?"
                ),
                format!(
                    "framework `iso20071:2022` is not among {known}; did you mean `iso27001:2022`?"
                ),
                format!(
                    "framework `zzz` is not among {known}; a file with a pack of your own is named under `packs`"
                ),
            ]
        );
        assert_eq!(
            errors(&["iso9001:2015", "iso9001:2015"]),
            ["framework `iso9001:2015` is chosen, but `iso9001` was chosen before it"]
        );
        assert_eq!(errors(&[]).len(), 1);
    }

    #[test]
    fn a_pack_in_the_place_of_a_built_in_one_gives_words_alone() {
        let load = |edition: &str, rest: &str| {
            let text = format!(
                "id = \"iso20000-1\"\nedition = \"{edition}\"\ntitle = \"Unsere\"\ncitation = [\"ISO 20k\"]\n{rest}"
            );
            let chosen = format!("iso20000-1:{edition}");
            Frameworks::load(&[chosen], &[("iso.toml".to_owned(), text)])
        };
        let words = "[[clause]]\nnumber = \"8.6.1\"\ntitle = \"Störungen\"\nmandatory = \"no\"\n";
        let frameworks = load("2018", words).unwrap();
        let pack = frameworks.primary();
        assert_eq!((pack.clauses().len(), pack.mandatory.len()), (80, 37));
        assert_eq!(pack.file.as_deref(), Some("iso.toml"));
        assert_eq!(pack.clause("8.6.1").unwrap().title, "Störungen");
        assert!(pack.clause("8.6.1").unwrap().must_show.is_some());
        for name in ["ISO 20k", "ISO/IEC 20000-1"] {
            assert_eq!(frameworks.citations(&format!("{name}, 8.6.1")).len(), 1, "{name}");
        }
        let mistakes = |edition: &str, rest: &str| {
            let errors = load(edition, rest).unwrap_err();
            errors.iter().map(|error| format!("{error}\n")).collect::<String>()
        };
        let more = "exclusions = true\n[[clause]]\nnumber = \"8.8\"\n[[plan_item]]\nletter = \"x\"\ncontent = \"c\"\nchecks = \"c\"\n";
        assert_eq!(
            mistakes("2018", more),
            "iso.toml:5:14: this pack takes the place of `iso20000-1:2018` and gives it titles and words; which clauses of ISO/IEC 20000-1:2018 may be left out is not its to say\n\
             iso.toml:7:10: clause 8.8 is not in `iso20000-1:2018`, to which this pack gives titles and words\n\
             iso.toml:8:1: plan item `x` is not in `iso20000-1:2018`, to which this pack gives titles and words\n"
        );
        let text = "id = \"sms\"\nedition = \"1\"\ntitle = \"T\"\ncitation = [\"iso/iec 20000-1\"]\n[[clause]]\nnumber = \"1\"\n";
        let own = [("sms.toml".to_owned(), text.to_owned())];
        let errors = Frameworks::load(&["sms".to_owned()], &own).unwrap_err();
        assert_eq!(
            errors[0].to_string(),
            "sms.toml:4:1: `iso/iec 20000-1` cites `iso20000-1:2018`; a pack that is cited so has its id and edition, or another name"
        );
    }

    #[test]
    fn a_pack_of_ones_own_is_not_called_like_one_of_the_program() {
        let refused = |id: &str, edition: &str, name: &str| {
            let text = format!(
                "id = \"{id}\"\nedition = \"{edition}\"\ntitle = \"Ours\"\ncitation = [\"HBK\"]\nname = \"{name}\"\n[[clause]]\nnumber = \"1\"\n"
            );
            let chosen = format!("{id}:{edition}");
            let read = Frameworks::load(&[chosen], &[("own.toml".to_owned(), text)]);
            read.err().map(|errors| errors[0].to_string())
        };
        let id = |id: &str| {
            format!(
                "own.toml:1:1: `{id}` is the id of `iso20000-1:2018`; a pack of your own has another one, or the id and edition of that, to give it titles and words"
            )
        };
        assert_eq!(refused("iso20000-1", "2019", "Handbook"), Some(id("iso20000-1")));
        assert_eq!(refused("iso-20000-1", "2018", "Handbook"), Some(id("iso-20000-1")));
        for name in [
            "ISO/IEC 20000-1:2018",
            "iso / iec 20000-1",
            "ISO 20000\u{2011}1:2019",
            "ISO/IEC 20000-1 2018",
            "ISO/IEC 20000-1 (extract)",
            "ISO/IEC 20000-1:2018 + Amd 1:2024",
        ] {
            let message = format!(
                "own.toml:5:1: `{name}` is what readers call ISO/IEC 20000-1:2018, which is `iso20000-1:2018`; name the pack for what it is"
            );
            assert_eq!(refused("handbook", "3", name), Some(message));
        }
        for name in ["Handbook 3", "ISO/IEC 20000-10:2018", "How we read ISO/IEC 20000-1"] {
            assert_eq!(refused("handbook", "3", name), None, "{name}");
        }
    }

    #[test]
    fn packs_of_ones_own() {
        let pack = |id: &str, edition: &str| {
            format!(
                "id = \"{id}\"\nedition = \"{edition}\"\ntitle = \"Ours\"\ncitation = [\"HBK\"]\n\
                 [[clause]]\nnumber = \"H.1\"\ntitle = \"Doors and windows\"\n"
            )
        };
        let file = |name: &str, text: String| (name.to_owned(), text);
        let handbook = file("handbook.toml", pack("handbook", "3"));
        let both = ["iso20000-1:2018".to_owned(), "handbook".to_owned()];
        let frameworks = Frameworks::load(&both, std::slice::from_ref(&handbook)).unwrap();
        assert!(frameworks.resolve("handbook:H.1").is_ok());
        assert_eq!(frameworks.citations("see HBK, H.1 Doors and windows").len(), 1);

        let names = ["nowhere".to_owned(), "iso20000-1:2018".to_owned()];
        let words = pack("iso20000-1", "2018").replace("H.1", "8.1");
        let instead = file("iso.toml", words);
        let of_policy = Frameworks::of_policy(&names, &[instead]).unwrap();
        assert_eq!(of_policy.packs().len(), 1);
        assert_eq!(of_policy.resolve("8.1").unwrap().1.title, "Operational planning and control");
        assert_eq!(Frameworks::of_policy(&names[..1], &[]), None);

        let again = file("again.toml", pack("handbook", "3"));
        let broken = file("broken.toml", "id = 1\n".to_owned());
        let errors = Frameworks::load(&both, &[handbook, again, broken]).unwrap_err();
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(
            errors,
            [
                "again.toml:1:1: another pack is called `handbook:3` as well",
                "broken.toml:1:6: found integer `1`, expected a string"
            ]
        );
    }
}
