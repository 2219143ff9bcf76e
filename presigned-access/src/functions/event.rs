//! What API Gateway sends to a function: a proxy request of a REST API (payload version 1.0), or the same for a request
//! authorizer.
//!
//! Read here and not with the public event types, for two reasons: those know no `vpceId`, and of two headers whose names
//! differ by case they keep the last, where a second `Authorization` has to be noticed.

use serde::Deserialize;
use serde_json::{Map, Value};

/// A request.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Event {
    http_method: Option<String>,
    resource: Option<String>,
    path: Option<String>,
    headers: Option<Map<String, Value>>,
    multi_value_headers: Option<Map<String, Value>>,
    query_string_parameters: Option<Map<String, Value>>,
    multi_value_query_string_parameters: Option<Map<String, Value>>,
    body: Option<String>,
    is_base64_encoded: Option<bool>,
    method_arn: Option<String>,
    request_context: RequestContext,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RequestContext {
    request_id: Option<String>,
    stage: Option<String>,
    identity: Identity,
    authorizer: Option<Map<String, Value>>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Identity {
    source_ip: Option<String>,
    vpce_id: Option<String>,
}

/// Where a request came from, as API Gateway saw it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Network {
    /// The address of the browser, or of the last proxy.
    pub source_ip: Option<String>,
    /// The interface endpoint that a private API was called through.
    pub vpc_endpoint: Option<String>,
}

impl Event {
    /// Reads an event.
    ///
    /// # Errors
    /// It is no request of API Gateway. What is wrong with it is not told, because that could quote it.
    pub fn read(event: Value) -> Result<Self, EventError> {
        // A list would be read as the members of an event in their order.
        let object = Some(event).filter(Value::is_object).ok_or(EventError::Malformed)?;
        serde_json::from_value(object).map_err(|_| EventError::Malformed)
    }

    /// The method in capitals; empty if there is none.
    pub fn method(&self) -> &str {
        self.http_method.as_deref().unwrap_or_default()
    }

    /// The path below the API, without the stage or the base path of a custom domain.
    pub fn route(&self) -> &str {
        if let Some(resource) = self.resource.as_deref().filter(|resource| !resource.contains('{')) {
            return resource;
        }
        let path = self.path.as_deref().unwrap_or_default();
        let stage = self.request_context.stage.as_deref().unwrap_or_default();
        let below = path.strip_prefix('/').and_then(|path| path.strip_prefix(stage));
        below.filter(|below| !stage.is_empty() && below.starts_with('/')).unwrap_or(path)
    }

    /// Every value of a header, whatever the case of its name.
    pub fn header(&self, name: &str) -> Vec<&str> {
        values(self.multi_value_headers.as_ref(), self.headers.as_ref(), |key| key.eq_ignore_ascii_case(name))
    }

    /// Every value of a parameter in the query.
    pub fn query(&self, name: &str) -> Vec<&str> {
        let (several, single) = (&self.multi_value_query_string_parameters, &self.query_string_parameters);
        values(several.as_ref(), single.as_ref(), |key| key == name)
    }

    /// The body as it came.
    pub fn body(&self) -> &str {
        self.body.as_deref().unwrap_or_default()
    }

    /// Whether API Gateway encoded the body in base64.
    pub fn is_base64(&self) -> bool {
        self.is_base64_encoded.unwrap_or_default()
    }

    /// The method's ARN, which only an authorizer is told.
    pub fn method_arn(&self) -> Option<&str> {
        self.method_arn.as_deref()
    }

    /// API Gateway's id of the request, the same for the authorizer and for the function behind it.
    pub fn request_id(&self) -> Option<&str> {
        self.request_context.request_id.as_deref()
    }

    /// A value that the authorizer put into its context. API Gateway hands numbers on as text.
    pub fn authorized(&self, name: &str) -> Option<&Value> {
        self.request_context.authorizer.as_ref()?.get(name)
    }

    /// Where it came from.
    pub fn network(&self) -> Network {
        let Identity { source_ip, vpce_id } = self.request_context.identity.clone();
        Network { source_ip, vpc_endpoint: vpce_id }
    }
}

/// The values under the names that match: of the map that can hold several, or else of the one that cannot.
fn values<'a>(
    several: Option<&'a Map<String, Value>>,
    single: Option<&'a Map<String, Value>>,
    matches: impl Fn(&str) -> bool,
) -> Vec<&'a str> {
    let named = |map: &'a Map<String, Value>| map.iter().filter(|(key, _)| matches(key)).map(|(_, value)| value);
    let found: Vec<&Value> = several.into_iter().flat_map(named).collect();
    let found = if found.is_empty() { single.into_iter().flat_map(named).collect() } else { found };
    found.into_iter().flat_map(texts).collect()
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text.as_str()],
        Value::Array(values) => values.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Why an event is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// Not the shape that API Gateway sends.
    #[error("the event is no request of API Gateway")]
    Malformed,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(value: Value) -> Event {
        Event::read(value).expect("an event")
    }

    #[test]
    fn a_route_is_found_with_and_without_a_stage() {
        for (value, expected) in [
            (json!({"resource": "/saml", "path": "/access/saml"}), "/saml"),
            (json!({"resource": "/{proxy+}", "path": "/saml", "requestContext": {"stage": "prod"}}), "/saml"),
            (json!({"path": "/prod/saml", "requestContext": {"stage": "prod"}}), "/saml"),
            (json!({"path": "/production/saml", "requestContext": {"stage": "prod"}}), "/production/saml"),
            (json!({"path": "/saml"}), "/saml"),
            (json!({"path": null}), ""),
        ] {
            assert_eq!(event(value.clone()).route(), expected, "{value}");
        }
    }

    #[test]
    fn every_value_of_a_header_is_seen() {
        let twice = json!({"Authorization": ["Bearer a"], "authorization": ["Bearer b"], "Cookie": null});
        let read = event(json!({"headers": {"Authorization": "Bearer a"}, "multiValueHeaders": twice}));
        assert_eq!(read.header("AUTHORIZATION"), ["Bearer a", "Bearer b"]);
        assert!(read.header("cookie").is_empty());
        let single = event(json!({"headers": {"AUTHORIZATION": "a", "authorization": "b"}, "multiValueHeaders": null}));
        assert_eq!(single.header("authorization").len(), 2);
    }

    #[test]
    fn names_in_the_query_keep_their_case() {
        let read = event(json!({"multiValueQueryStringParameters": {"provider": ["a", "b"], "Provider": ["c"]}}));
        assert_eq!(read.query("provider"), ["a", "b"]);
    }

    #[test]
    fn something_else_is_no_event() {
        for value in [json!([]), json!("x"), json!({"body": 1}), json!({"requestContext": "x"})] {
            assert_eq!(Event::read(value.clone()).err(), Some(EventError::Malformed), "{value}");
        }
    }
}
