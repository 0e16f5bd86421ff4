//! The JSON Schema of everything we write as JSON, made from the types themselves.

use super::audit::Audit;
use super::changes::Changes;
use super::document::Shown;
use super::json::{self, Document, JsonClause};
use super::pull_request::PullRequest;
use super::tenure::{Log, ShownThen};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;

/// The name of the file: on the site, and in the manual.
pub const FILE: &str = "schema.json";

/// A schema that knows each output by a definition of its own.
#[derive(Serialize)]
struct Whole {
    #[serde(rename = "$schema")]
    dialect: &'static str,
    title: String,
    description: &'static str,
    #[serde(rename = "anyOf")]
    any_of: Vec<Schema>,
    #[serde(rename = "$defs")]
    definitions: serde_json::Map<String, serde_json::Value>,
}

/// Writes the schema.
///
/// # Errors
/// Never; serde's signature allows it.
pub fn text() -> serde_json::Result<String> {
    let mut generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let any_of = vec![
        of::<Document>(&mut generator),
        json::describe_line(&mut generator),
        of::<Clauses>(&mut generator),
        of::<Shown>(&mut generator),
        of::<ShownThen>(&mut generator),
        of::<Log>(&mut generator),
        of::<Changes>(&mut generator),
        of::<Audit>(&mut generator),
        of::<PullRequest>(&mut generator),
    ];
    json::to_text(&Whole {
        dialect: "https://json-schema.org/draft/2020-12/schema",
        title: format!("What clausebook writes as JSON, format {}", json::SCHEMA_VERSION),
        description: "Each command has a definition of its own. Within a major version of the format names \
            stay, values keep their meaning, and new names may come.",
        any_of,
        definitions: generator.take_definitions(true),
    })
}

fn of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// What `clauses --format json` prints.
#[derive(Serialize, JsonSchema)]
struct Clauses(Vec<JsonClause>);
