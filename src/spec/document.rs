//! A TOML file whose values remember where they stand, checked against the shape of the raw types.
//!
//! serde stops at the first mistake. This walk finds all of them: values that do not fit the schema are reported
//! and taken out, so that the rest can still be read and checked for meaning.

use std::collections::BTreeMap;
use std::ops::Range;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::Problems;
use super::suggest::nearest;

/// Where the values of a file stand, by key path: `r.versions[1]`.
#[derive(Debug, Clone, Default)]
pub struct Places(BTreeMap<String, Range<usize>>);

impl Places {
    /// Where the value of a key path stands; where it is missing, its nearest parent.
    pub fn find(&self, path: &str) -> Option<Range<usize>> {
        let mut path = path;
        loop {
            if let Some(place) = self.0.get(path) {
                return Some(place.clone());
            }
            path = &path[..path.rfind(['.', '['])?];
        }
    }
}

/// The JSON Schema of a raw type: the form of its file, for editors and for [`read`].
pub fn schema_of<T: JsonSchema>() -> Json {
    let mut schema = schemars::schema_for!(T).to_value();
    drop_null(&mut schema);
    schema
}

/// TOML has no null: an optional value is a missing one.
fn drop_null(schema: &mut Json) {
    match schema {
        Json::Object(members) => {
            if let Some(Json::Array(types)) = members.get_mut("type") {
                types.retain(|kind| kind != "null");
                if let [only] = types.as_slice() {
                    let only = only.clone();
                    members.insert("type".to_owned(), only);
                }
            }
            if let Some(Json::Array(choices)) = members.get_mut("anyOf") {
                choices.retain(|choice| choice.get("type").is_none_or(|kind| kind != "null"));
                if let [Json::Object(only)] = choices.as_slice() {
                    let only = only.clone();
                    members.remove("anyOf");
                    members.extend(only);
                }
            }
            if members.get("default").is_some_and(Json::is_null) {
                members.remove("default");
            }
            members.values_mut().for_each(drop_null);
        }
        Json::Array(values) => values.iter_mut().for_each(drop_null),
        _ => {}
    }
}

/// Reads a file into its raw mirror; mistakes of form go to `problems`, and what remains is read all the same.
pub fn read<T: DeserializeOwned + Default>(text: &str, schema: &Json, problems: &mut Problems) -> (T, Places) {
    let (mut table, errors) = DeTable::parse_recoverable(text);
    let mut places = Places::default();
    for error in &errors {
        problems.error(error.span(), format!("not valid TOML: {}", error.message()), "here", None);
    }
    if !errors.is_empty() {
        return (T::default(), places);
    }
    let span = table.span();
    Walk { root: schema, problems, places: &mut places }.table(table.get_mut(), schema, "", &span);
    let raw = T::deserialize(toml::de::Deserializer::from(table)).unwrap_or_else(|error| {
        problems.error(error.span(), error.message(), "here", None);
        T::default()
    });
    (raw, places)
}

struct Walk<'a> {
    root: &'a Json,
    problems: &'a mut Problems,
    places: &'a mut Places,
}

impl<'a> Walk<'a> {
    fn table(&mut self, table: &mut DeTable<'_>, schema: &'a Json, path: &str, span: &Range<usize>) {
        let properties = schema.get("properties").and_then(Json::as_object);
        let open = schema.get("additionalProperties").filter(|open| open.is_object());
        let mut refused = Vec::new();
        for (key, value) in table.iter_mut() {
            let name = key.get_ref().to_string();
            let child = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            let fits = if let Some(schema) = properties.and_then(|known| known.get(&name)).or(open) {
                self.value(value, schema, &child)
            } else {
                self.unknown_key(key, path, properties.into_iter().flat_map(|known| known.keys()));
                false
            };
            if !fits {
                refused.push(name);
            }
        }
        self.missing_keys(table, schema, path, span);
        for name in &refused {
            table.remove(name.as_str());
        }
    }

    fn unknown_key<'k>(&mut self, key: &Spanned<impl AsRef<str>>, path: &str, known: impl Iterator<Item = &'k String>) {
        let name = key.get_ref().as_ref();
        let known: Vec<&str> = known.map(String::as_str).collect();
        let hint = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known keys: {}", known.join(", ")),
        };
        let place = if path.is_empty() { String::new() } else { format!(" in `{path}`") };
        self.problems.error(Some(key.span()), format!("unknown key `{name}`{place}"), "not known", Some(hint));
    }

    fn missing_keys(&mut self, table: &DeTable<'_>, schema: &Json, path: &str, span: &Range<usize>) {
        let required = schema.get("required").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str);
        for name in required.filter(|name| !table.iter().any(|(key, _)| key.get_ref() == name)) {
            let full = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
            let place = (!path.is_empty()).then(|| span.clone());
            let about = about(schema.get("properties").and_then(|all| all.get(name)));
            self.problems.error(place, format!("`{full}` is missing"), "in this table", about);
        }
    }

    fn value(&mut self, value: &mut Spanned<DeValue<'_>>, schema: &'a Json, path: &str) -> bool {
        let schema = self.resolve(schema);
        let span = value.span();
        self.places.0.insert(path.to_owned(), span.clone());
        let wanted = schema.get("type").and_then(Json::as_str).unwrap_or("object");
        match (value.get_mut(), wanted) {
            (DeValue::String(_), "string") | (DeValue::Integer(_), "integer") | (DeValue::Boolean(_), "boolean") => {
                true
            }
            (DeValue::Table(table), "object") => {
                self.table(table, schema, path, &span);
                true
            }
            (DeValue::Array(array), "array") => {
                let Some(items) = schema.get("items") else { return true };
                let mut fits = true;
                for (index, item) in array.iter_mut().enumerate() {
                    fits &= self.value(item, items, &format!("{path}[{index}]"));
                }
                fits
            }
            (found, wanted) => {
                self.wrong_type(found, &span, wanted, path);
                // An unquoted version is told once and then read as meant, so that nothing else is said because of it.
                let meant = unquoted(found).filter(|_| wanted == "string");
                let fits = meant.is_some();
                if let Some(text) = meant {
                    *found = DeValue::String(text.into());
                }
                fits
            }
        }
    }

    fn wrong_type(&mut self, found: &DeValue<'_>, span: &Range<usize>, wanted: &str, path: &str) {
        let hint = match (wanted, unquoted(found)) {
            ("string", Some(text)) => Some(format!("quote it: `\"{text}\"`")),
            ("array", _) => Some("put it in brackets: `[...]`".to_owned()),
            _ => None,
        };
        let found = article(found.type_str());
        let wanted = article(if wanted == "object" { "table" } else { wanted });
        self.problems.error(Some(span.clone()), format!("`{path}` is {found} and should be {wanted}"), "here", hint);
    }

    fn resolve(&self, schema: &'a Json) -> &'a Json {
        let target = schema.get("$ref").and_then(Json::as_str).and_then(|path| path.strip_prefix('#'));
        target.and_then(|pointer| self.root.pointer(pointer)).unwrap_or(schema)
    }
}

/// The text of a value that somebody forgot to quote.
fn unquoted(found: &DeValue<'_>) -> Option<String> {
    match found {
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Float(number) => Some(number.to_string()),
        DeValue::Datetime(date) => Some(date.to_string()),
        _ => None,
    }
}

/// The first line of a key's documentation.
fn about(schema: Option<&Json>) -> Option<String> {
    let text = schema?.get("description").and_then(Json::as_str)?;
    text.lines().next().map(str::to_owned)
}

fn article(kind: &str) -> String {
    let vowel = kind.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {kind}", if vowel { "an" } else { "a" })
}
