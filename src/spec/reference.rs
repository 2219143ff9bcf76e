//! The reference of the two files, in Markdown, made from the JSON Schema that reads them: it cannot say anything else.

use std::fmt::Write as _;

use serde_json::Value as Json;

use super::load::{image_schema, project_schema};

const HEAD: &str = "# Reference of `image.toml` and `slipway.toml`

<!-- Written by `slipway schema --markdown`. A test compares the two; change the doc comments in src/spec/raw.rs. -->

Both files are TOML. `slipway validate` tells every mistake of every file at once, each with its line and a fix.
Unknown keys are mistakes. Versions and days are texts: `\"4.5.1\"`, not `4.5`.
`slipway schema` and `slipway schema project` print the JSON Schema of each file for editors.
";

const VALUES: &str = "
## Values

| value | rule |
|---|---|
| name of an image (the spec's folder), a target, a domain | lower-case letters and digits, single hyphens between them, at most 63 |
| `schema` | 1 |
| `title`, `description`, `owner`, name of a check | one line without space at the ends; at most 128, 512, 256 and 128 characters |
| `base.image` | repository and tag, usually with a registry, no digest: `public.ecr.aws/ubuntu/ubuntu:22.04` |
| versions of R and Python | three numbers: `4.5.1` |
| `workbench.version` | `2026.08.2+200.pro1`; a domain takes images of its own release (`2026.08`) only |
| `drivers.version` | `2026.07.0` |
| `r.snapshot` | a day: `2026-08-01` |
| files (`requirements`, `certificates`) | a path below the spec's folder, of letters, digits, `.`, `_`, `-` and `/` |
| `limits.size` | a whole number and a unit (kB, MB, GB, TB), decimal as `docker image ls` counts: `8 GB` |
| `sources` | `http://` or `https://`, host and path, without query |
| `repository` | lower case, at most 128 characters, contains `sagemaker` |
| values in `environment` | any text without line breaks and other control characters |

## Example

The spec `image-specs/clinical` of this repository:

```toml
";

/// The whole page: both files, the rules of their values and an example.
pub fn reference_page() -> String {
    let mut page = String::from(HEAD);
    page.push_str(&reference(image_schema()));
    page.push_str(&reference(project_schema()));
    page.push_str(VALUES);
    page.push_str(include_str!("../../image-specs/clinical/image.toml"));
    page.push_str("```\n");
    page
}

/// One file: a Markdown table for each of its tables.
pub fn reference(schema: &Json) -> String {
    let mut reference = Reference { root: schema, text: String::new() };
    let title = schema.get("title").and_then(Json::as_str).unwrap_or_default();
    let _ = write!(reference.text, "\n## `{title}`\n\n{}\n", described(schema));
    reference.table(schema, "");
    reference.text
}

/// What a key holds.
enum Kind<'a> {
    /// One value, or a list of values, in words.
    Value(&'static str),
    /// A table of its own.
    Table(&'a Json),
    /// Any number of tables, as `[[key]]`.
    Tables(&'a Json),
    /// A table for each name that the user chooses.
    TablesByName(&'a Json),
}

impl Kind<'_> {
    /// The type in words; tables say how they are written.
    fn words(&self, path: &str) -> String {
        match self {
            Self::Value(words) => (*words).to_owned(),
            Self::Table(_) => format!("table `[{path}]`"),
            Self::Tables(_) => format!("tables `[[{path}]]`"),
            Self::TablesByName(_) => format!("tables `[{path}.NAME]`"),
        }
    }
}

struct Reference<'a> {
    root: &'a Json,
    text: String,
}

impl<'a> Reference<'a> {
    fn table(&mut self, schema: &'a Json, path: &str) {
        self.text.push_str("\n| key | type | required | meaning |\n|---|---|---|---|\n");
        let mut inner = Vec::new();
        for (key, value, required) in rows(schema) {
            let full = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            let kind = self.kind(value);
            let required = if required { "yes" } else { "" };
            let (words, meaning) = (kind.words(&full), described(value).replace('|', "\\|"));
            let _ = writeln!(self.text, "| `{key}` | {words} | {required} | {meaning} |");
            inner.push((full, value, kind));
        }
        for (path, value, kind) in inner {
            let (heading, path, schema) = match kind {
                Kind::Value(_) => continue,
                Kind::Table(schema) => (format!("[{path}]"), path, schema),
                Kind::Tables(schema) => (format!("[[{path}]]"), path, schema),
                Kind::TablesByName(schema) => (format!("[{path}.NAME]"), format!("{path}.NAME"), schema),
            };
            let _ = write!(self.text, "\n### `{heading}`\n\n{}\n", described(value));
            self.table(schema, &path);
        }
    }

    fn kind(&self, value: &'a Json) -> Kind<'a> {
        let value = self.resolve(value);
        match value.get("type").and_then(Json::as_str) {
            Some("string") => Kind::Value("text"),
            Some("integer") => Kind::Value("number"),
            Some("array") => match value.get("items").map(|items| self.resolve(items)) {
                Some(items) if items.get("properties").is_some() => Kind::Tables(items),
                _ => Kind::Value("list of texts"),
            },
            _ => match value.get("additionalProperties").filter(|open| open.is_object()).map(|open| self.resolve(open))
            {
                Some(open) if open.get("properties").is_some() => Kind::TablesByName(open),
                Some(_) => Kind::Value("table of texts by name"),
                None => Kind::Table(value),
            },
        }
    }

    fn resolve(&self, schema: &'a Json) -> &'a Json {
        let target = schema.get("$ref").and_then(Json::as_str).and_then(|path| path.strip_prefix('#'));
        target.and_then(|pointer| self.root.pointer(pointer)).unwrap_or(schema)
    }
}

/// Keys with their schemas and whether they are required; the required ones first.
fn rows(schema: &Json) -> Vec<(&String, &Json, bool)> {
    let required: Vec<&str> =
        schema.get("required").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str).collect();
    let properties = schema.get("properties").and_then(Json::as_object).into_iter().flatten();
    let mut rows: Vec<_> = properties.map(|(key, value)| (key, value, required.contains(&key.as_str()))).collect();
    // Whether a JSON object keeps its order is a feature that other crates switch on, so the order is said here.
    rows.sort_by_key(|(key, _, required)| (!required, key.as_str()));
    rows
}

/// What the doc comment of a type or a field says, on one line.
fn described(schema: &Json) -> String {
    let text = schema.get("description").and_then(Json::as_str).unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_kind_of_key_has_its_row_and_every_table_its_section() {
        let schema = json!({
            "title": "x.toml",
            "description": "A file.",
            "required": ["name"],
            "properties": {
                "list": { "type": "array", "items": { "type": "string" }, "description": "a | b" },
                "many": { "type": "array", "items": { "$ref": "#/$defs/Deep" }, "description": "Tables." },
                "name": { "type": "string", "description": "A\ntext." },
                "named": {
                    "type": "object",
                    "additionalProperties": { "$ref": "#/$defs/Deep" },
                    "description": "By name.",
                },
                "deep": { "$ref": "#/$defs/Deep", "description": "A table." },
                "pairs": { "type": "object", "additionalProperties": { "type": "string" } },
            },
            "$defs": { "Deep": { "type": "object", "properties": { "size": { "type": "integer" } } } },
        });
        insta::assert_snapshot!(reference(&schema));
    }

    #[test]
    fn the_page_in_docs_is_the_one_that_the_schema_gives() {
        let kept = include_str!("../../docs/spec.md");
        assert!(kept == reference_page(), "docs/spec.md is old: `slipway schema --markdown > docs/spec.md` writes it");
    }
}
