//! The numbers that rules measure by: days, months and counts that an organization may set.

/// What rules measure by, unless `[preprocessor.clausebook.limits]` says otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many days ahead a review is announced.
    pub review_notice_days: u32,
    /// How long a waiver may last, in months.
    pub waiver_months: u32,
    /// How many days a process may be in force before a record of it is expected.
    pub first_record_days: u32,
    /// How long the edition of an external document may go unchecked, in months.
    pub edition_check_months: u32,
    /// How long a record is kept at least, in months.
    pub record_retention_months: u32,
    /// How many service reports in a row tell whether a target is realistic.
    pub reports_compared: u32,
}

/// One limit: its key, the least and the most it may be, and where it stands.
pub(super) type Limit = (&'static str, u32, u32, fn(&mut Limits) -> &mut u32);

/// The limits there are.
pub(super) const ALL: [Limit; 6] = [
    ("review_notice_days", 0, 365, |limits| &mut limits.review_notice_days),
    ("waiver_months", 1, 120, |limits| &mut limits.waiver_months),
    ("first_record_days", 1, 1000, |limits| &mut limits.first_record_days),
    ("edition_check_months", 1, 120, |limits| &mut limits.edition_check_months),
    ("record_retention_months", 1, 1200, |limits| &mut limits.record_retention_months),
    ("reports_compared", 2, 120, |limits| &mut limits.reports_compared),
];

impl Default for Limits {
    fn default() -> Self {
        Self {
            review_notice_days: 30,
            waiver_months: 12,
            first_record_days: 90,
            edition_check_months: 12,
            record_retention_months: 36,
            reports_compared: 6,
        }
    }
}
