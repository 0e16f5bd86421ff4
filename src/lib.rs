//! clausebook holds every claim of a management system's documents against the Git history
//! they live in, and compiles the site an auditor reads.
//!
//! The modules are the stages of one pipeline, in this order; each imports the ones before it,
//! never those after. ARCHITECTURE.md tells the way of the data.

pub mod cli;
pub mod config;
pub mod document;
pub mod finding;
pub mod framework;
pub mod history;
pub mod index;
pub mod repo;
pub mod report;
pub mod rules;
pub mod sample;
pub mod signature;
pub mod site;
pub mod sms;
pub mod source;
pub mod story;
