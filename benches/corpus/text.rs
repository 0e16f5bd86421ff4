//! Words by the dice: sentences that read like a procedure and say nothing.

/// A row of numbers that look random and are the same every time (splitmix64).
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: usize) -> Self {
        Self(seed as u64)
    }

    /// Throws a number less than `sides`; zero where there is no side.
    pub(super) fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let high = (x ^ (x >> 31)) >> 32;
        // The high half times the sides, shifted back: at most `sides - 1`.
        ((high * sides as u64) >> 32) as usize
    }

    pub(super) fn pick<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[self.below(texts.len())]
    }
}

/// Writes a paragraph, a list or a small table: 20 to 70 words.
pub(super) fn paragraph(dice: &mut Dice) -> String {
    let sentences: Vec<String> = (0..=dice.below(4) + 1).map(|_| sentence(dice)).collect();
    match dice.below(10) {
        0..6 => sentences.join(" "),
        6..9 => sentences.iter().map(|text| format!("- {text}")).collect::<Vec<_>>().join("\n"),
        _ => {
            let rows = sentences.iter().map(|text| format!("| {} | {text} |", dice.pick(&ROLES)));
            format!("| Role | Duty |\n| --- | --- |\n{}", rows.collect::<Vec<_>>().join("\n"))
        }
    }
}

/// Writes a sentence of about twelve words.
pub(super) fn sentence(dice: &mut Dice) -> String {
    format!("{} {} {} {}.", dice.pick(&WHO), dice.pick(&DOES), dice.pick(&WHAT), dice.pick(&WHEN))
}

pub(super) const FIRST_NAMES: [&str; 10] =
    ["Ada", "Bela", "Chidi", "Dora", "Emil", "Fatima", "Goran", "Hana", "Ivo", "Jun"];
pub(super) const LAST_NAMES: [&str; 7] =
    ["Lovelace", "Okafor", "Silva", "Haas", "Rossi", "Lund", "Patel"];

/// Roles that own documents.
pub(super) const ROLES: [&str; 6] = [
    "sms-manager",
    "change-manager",
    "service-desk-manager",
    "problem-manager",
    "supplier-manager",
    "security-manager",
];

const WHO: [&str; 8] = [
    "The process owner",
    "The service desk",
    "Every support team",
    "The change authority",
    "Whoever closes the ticket",
    "The supplier's contact person",
    "The second agent on duty",
    "The customer's representative",
];
const DOES: [&str; 8] = [
    "records",
    "reviews and confirms",
    "compares with last month",
    "keeps for three years",
    "escalates to the manager on call",
    "announces in the `#operations` channel",
    "prints and signs",
    "checks against the agreed target",
];
const WHAT: [&str; 8] = [
    "the results of the last test",
    "every unresolved major incident",
    "the *agreed* service level targets",
    "the risks to the services",
    "each interface to another party",
    "the list of access rights",
    "the forecast of demand and capacity",
    "what was learnt from the last release",
];
const WHEN: [&str; 8] = [
    "before the release is deployed",
    "within two working days",
    "after each **major** incident",
    "once in a quarter",
    "unless the owner decides otherwise",
    "as part of the monthly report",
    "whenever the supplier changes",
    "and says so in the record",
];
