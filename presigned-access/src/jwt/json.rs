//! JSON in which no member stands twice. Two readers of one token must not see two tokens.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// The members of an object.
pub(super) type Object = BTreeMap<String, Json>;

/// Any JSON value; objects with a repeated member do not parse, at any depth.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json {
    /// Text.
    Text(String),
    /// A number without fraction or exponent that fits.
    Whole(i64),
    /// A list.
    List(Vec<Json>),
    /// An object.
    Object(Object),
    /// Everything that no check accepts: null, true, false, other numbers.
    Other,
}

impl Json {
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn list(&self) -> Option<&[Json]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Json;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_i64<E>(self, number: i64) -> Result<Json, E> {
        Ok(Json::Whole(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json, E> {
        Ok(i64::try_from(number).map_or(Json::Other, Json::Whole))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Json, E> {
        Ok(Json::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let mut object = Object::new();
        while let Some((name, value)) = members.next_entry::<String, Json>()? {
            if object.contains_key(&name) {
                return Err(A::Error::custom("a member stands twice in one object"));
            }
            object.insert(name, value);
        }
        Ok(Json::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_that_stands_twice_is_refused_at_any_depth() {
        for (text, good) in [
            (r#"{"a":1,"b":1}"#, true),
            (r#"{"a":1,"A":1}"#, true),
            (r#"{"a":1,"a":1}"#, false),
            // The same name, written with an escape.
            (r#"{"sub":1,"s\u0075b":2}"#, false),
            (r#"{"x":{"a":1,"a":2}}"#, false),
            (r#"{"x":[[{"a":1,"a":2}]]}"#, false),
            (r#"{"exp":NaN}"#, false),
            (r#"{"exp":1e999}"#, false),
            (r#"{"a":1}{"a":1}"#, false),
            (r#"{"a":"\ud800"}"#, false),
        ] {
            assert_eq!(serde_json::from_str::<Json>(text).is_ok(), good, "{text}");
        }
    }

    #[test]
    fn only_whole_numbers_that_fit_are_numbers() {
        for (text, expected) in [
            ("1", Json::Whole(1)),
            ("-1", Json::Whole(-1)),
            ("1.0", Json::Other),
            ("1e3", Json::Other),
            ("18446744073709551615", Json::Other),
            ("99999999999999999999999", Json::Other),
            ("null", Json::Other),
            ("true", Json::Other),
        ] {
            assert_eq!(serde_json::from_str::<Json>(text).expect("a value should parse"), expected, "{text}");
        }
    }
}
