//! The repository, read: the only place (with `story`) that knows git2.

pub mod object;
