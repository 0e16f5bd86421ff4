//! The templates, inside the program, and the one way to fill them.
//!
//! No function or filter of ours is added: a template arranges what a view holds. Names end in
//! `.html`, so everything is escaped but what a template marks as safe.

use super::{Page, SiteError};
use serde::Serialize;
use std::sync::LazyLock;
use tera::{Context, Tera};

/// The templates by name.
const TEMPLATES: [(&str, &str); 11] = [
    ("parts.html", include_str!("../../templates/parts.html")),
    ("base.html", include_str!("../../templates/base.html")),
    ("sprite.html", include_str!("../../templates/sprite.html")),
    ("front.html", include_str!("../../templates/front.html")),
    ("register.html", include_str!("../../templates/register.html")),
    ("clauses.html", include_str!("../../templates/clauses.html")),
    ("clause.html", include_str!("../../templates/clause.html")),
    ("document.html", include_str!("../../templates/document.html")),
    ("sections.html", include_str!("../../templates/sections.html")),
    ("search.html", include_str!("../../templates/search.html")),
    ("preview.html", include_str!("../../templates/preview.html")),
];

/// The style sheet.
pub(super) const STYLE: &str = include_str!("../../templates/site.css");
/// The script; every page is whole without it.
pub(super) const SCRIPT: &str = include_str!("../../templates/site.js");

static TERA: LazyLock<Tera> = LazyLock::new(|| {
    let mut tera = Tera::default();
    tera.add_raw_templates(TEMPLATES).expect("the templates of the program are read by its tests");
    tera
});

/// Fills a template.
pub(super) fn fill(
    template: &str,
    path: impl Into<String>,
    view: &impl Serialize,
) -> Result<Page, SiteError> {
    let path = path.into();
    let bytes =
        Context::from_serialize(view)
            .and_then(|context| TERA.render(template, &context))
            .map_err(|error| SiteError::Template { page: path.clone(), why: reasons(&error) })?;
    Ok(Page { path, bytes: bytes.into_bytes() })
}

fn reasons(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
