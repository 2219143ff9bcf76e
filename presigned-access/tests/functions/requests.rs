//! Events as API Gateway sends them, built with the public event types, which are not what the functions read with.

use aws_lambda_events::apigw::ApiGatewayProxyRequest;
use serde_json::{Value, json};

/// The address that requests come from.
pub const SOURCE_IP: &str = "10.20.30.40";
/// The endpoint that they come through.
pub const ENDPOINT: &str = "vpce-0a1b2c3d4e5f60718";
/// API Gateway's id of a request.
pub const REQUEST_ID: &str = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef";

/// A request of a REST API. The event types know no `vpceId`, so that is put in afterwards.
pub fn event(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Value {
    let mut request = ApiGatewayProxyRequest::default();
    request.http_method = method.parse().expect("a method");
    request.path = Some(path.to_owned());
    request.resource = Some(path.to_owned());
    for (name, value) in headers {
        let name: axum::http::HeaderName = name.parse().expect("a header's name");
        let value: axum::http::HeaderValue = value.parse().expect("a header's value");
        request.headers.insert(name.clone(), value.clone());
        request.multi_value_headers.append(name, value);
    }
    request.body = Some(body.to_owned());
    request.request_context.request_id = Some(REQUEST_ID.to_owned());
    request.request_context.stage = Some("prod".to_owned());
    request.request_context.identity.source_ip = Some(SOURCE_IP.to_owned());
    let mut event = serde_json::to_value(request).expect("an event is JSON");
    event["requestContext"]["identity"]["vpceId"] = json!(ENDPOINT);
    event
}

/// A response, posted by a browser.
pub fn posted(response: &str, headers: &[(&str, &str)]) -> Value {
    let mut all = vec![("content-type", "application/x-www-form-urlencoded")];
    all.extend_from_slice(headers);
    event("POST", "/saml", &all, &form(response))
}

/// The body of a post.
pub fn form(response: &str) -> String {
    form_urlencoded::Serializer::new(String::new()).append_pair("SAMLResponse", response).finish()
}

/// An answer as API Gateway reads it.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Answered {
    #[serde(rename = "statusCode")]
    pub status: u16,
    pub headers: std::collections::BTreeMap<String, String>,
    pub body: String,
}

impl Answered {
    pub fn location(&self) -> Option<&str> {
        self.headers.get("Location").map(String::as_str)
    }

    /// What the sandbox put into the address that it minted.
    pub fn minted(&self) -> Value {
        use base64::Engine;
        let (_, token) = self.location().and_then(|url| url.split_once("token=")).unwrap_or_default();
        let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(token).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }
}
