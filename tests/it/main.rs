//! All tests that look at the program from outside, in one binary.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by failing")]

#[cfg(unix)]
mod action;
mod approvals;
mod architecture;
mod audits;
mod authority;
mod beside;
mod command_line;
mod edits;
mod files;
mod fixing;
mod fixtures;
mod formats;
mod generated;
mod help;
mod hostile;
mod index;
mod ledger;
mod lsp;
mod mangled;
mod manual;
mod moved_back;
mod program;
mod report;
mod rule_pages;
mod same_bytes;
mod sample;
mod schema;
#[cfg(feature = "serve")]
mod serve;
mod signed;
mod signers;
mod site;
mod staged;
mod stories;
mod tenures;
mod waivers;
mod withdrawals;
mod writing;
