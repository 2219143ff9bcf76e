//! Answers to a browser: a redirect, a page in plain words, and the headers that every answer carries.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::mint::StudioUrl;
use super::refusal::Fault;

const PAGE: &str = include_str!("page.html");

/// What API Gateway makes an HTTP answer of.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    status_code: u16,
    headers: BTreeMap<&'static str, String>,
    body: String,
    is_base64_encoded: bool,
}

impl Answer {
    /// Sends the browser into Studio. The address was checked when it was made a [`StudioUrl`].
    pub fn studio(url: &StudioUrl) -> Self {
        Self::new(302, "text/plain; charset=utf-8", String::new()).with("Location", url.expose().to_owned())
    }

    /// Sends the browser to an identity provider, whose address is configured.
    pub fn sign_in(url: String) -> Self {
        Self::new(302, "text/plain; charset=utf-8", String::new()).with("Location", url)
    }

    /// A JSON document.
    pub fn json(value: &serde_json::Value) -> Self {
        Self::new(200, "application/json", value.to_string())
    }

    /// The service provider's metadata.
    pub fn metadata(xml: String) -> Self {
        Self::new(200, "application/samlmetadata+xml", xml)
    }

    /// The page for somebody who does not come in. It says the same to everybody; `request_id` leads to the log.
    pub fn page(fault: Fault, request_id: &str) -> Self {
        let (status, title, text) = match fault {
            Fault::Request => (400, REFUSED_TITLE, REFUSED_TEXT),
            Fault::Person => (403, REFUSED_TITLE, REFUSED_TEXT),
            Fault::Ours => (500, FAILED_TITLE, FAILED_TEXT),
            Fault::Passing => (503, FAILED_TITLE, FAILED_TEXT),
        };
        let page = PAGE.replace("{title}", title).replace("{text}", text).replace("{request}", &shown(request_id));
        Self::new(status, "text/html; charset=utf-8", page)
    }

    /// The same with one header more.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: String) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.status_code
    }

    fn new(status_code: u16, content_type: &'static str, body: String) -> Self {
        let headers = [
            ("Content-Type", content_type),
            ("Cache-Control", "no-store"),
            ("Content-Security-Policy", &CONTENT_SECURITY_POLICY),
            ("Referrer-Policy", "no-referrer"),
            ("Strict-Transport-Security", "max-age=31536000"),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
        ];
        let headers = headers.map(|(name, value)| (name, value.to_owned())).into();
        Self { status_code, headers, body, is_base64_encoded: false }
    }
}

const REFUSED_TITLE: &str = "This sign-in was not accepted";
const REFUSED_TEXT: &str =
    "Nothing was opened. Close this page, go back to your company's portal and open the application there once more.";
const FAILED_TITLE: &str = "This did not work just now";
const FAILED_TEXT: &str = "Nothing was opened. Wait a minute, go back to your company's portal and open the application \
                           there once more.";

/// Nothing is loaded and nothing runs; the one style sheet is known by its digest.
static CONTENT_SECURITY_POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = PAGE.split_once("<style>").and_then(|(_, rest)| rest.split_once("</style>"));
    let (style, _) = style.expect("the page should have a style sheet");
    let digest = STANDARD.encode(Sha256::digest(style));
    format!(
        "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
});

/// A request id as it may stand in a page: API Gateway's are letters, digits and dashes.
fn shown(request_id: &str) -> String {
    let plain = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
    request_id.chars().filter(plain).take(64).collect()
}

/// Answers carry addresses that open a session; only the status is shown.
impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer").field("status_code", &self.status_code).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_nothing_but_a_constant_and_the_request() {
        insta::assert_json_snapshot!(Answer::page(Fault::Person, "f3c0a1-\"><script>alert(1)</script>"));
    }

    #[test]
    fn every_fault_has_its_status() {
        let faults = [(Fault::Request, 400), (Fault::Person, 403), (Fault::Ours, 500), (Fault::Passing, 503)];
        for (fault, status) in faults {
            assert_eq!(Answer::page(fault, "id").status(), status);
        }
    }

    #[test]
    fn an_address_does_not_come_out_of_debug() {
        let answer = Answer::sign_in("https://idp.example/?SAMLRequest=secret".to_owned());
        assert!(!format!("{answer:?}").contains("secret"));
    }
}
