//! What the tokens of each product look like, and who their subject is.
//!
//! Always an access token for a person, issued to a client that we know, with a scope that was given for this purpose.

use serde::Deserialize;

use super::claims::Claims;
use super::json::Json;
use super::{IssuerError, Refusal};

/// The kind of tokens that an issuer issues. Names and scopes are compared exactly.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum Kind {
    /// Access tokens of an Amazon Cognito user pool: `token_use`, `client_id`, `scope`, no `aud`. Subject: `sub`.
    CognitoAccess {
        /// App clients.
        client_ids: Vec<String>,
        /// The scope of the resource server, such as `studio/access`.
        scope: String,
    },
    /// Access tokens of an Okta custom authorization server: `aud`, `cid`, `scp`. Subject: `uid` unless configured.
    Okta {
        /// The audience of the authorization server.
        audience: String,
        /// Applications.
        client_ids: Vec<String>,
        /// A custom scope.
        scope: String,
        /// Which claim is the subject.
        #[serde(default)]
        subject: OktaSubject,
    },
    /// Access tokens of Microsoft Entra, version 2: `aud`, `tid`, `azp`, `scp`. Subject: `TID/OID`, because `sub`
    /// differs from application to application and `oid` alone is not unique across tenants.
    Entra {
        /// The application id of the API, a GUID in lower case.
        audience: String,
        /// The directory, a GUID in lower case.
        tenant: String,
        /// Applications that may ask for a token.
        client_ids: Vec<String>,
        /// The scope of the API, such as `access`.
        scope: String,
    },
    /// Access tokens of another `OpenID` provider: `aud` (one or several), `azp` or `client_id`, `scope` or `scp`.
    /// Subject: `sub`.
    Oidc {
        /// The audience.
        audience: String,
        /// Clients.
        client_ids: Vec<String>,
        /// The scope.
        scope: String,
    },
}

/// The claim of Okta's tokens that names a person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OktaSubject {
    /// Okta's own id of the user, which never changes and is never given to somebody else.
    #[default]
    Uid,
    /// The login name, as configured at the authorization server. It can be changed and given away.
    Sub,
}

impl Kind {
    /// Checks that the settings are complete and fit the issuer's name.
    pub(super) fn check(&self, issuer: &str) -> Result<(), IssuerError> {
        let (audience, clients, scope) = match self {
            Self::CognitoAccess { client_ids, scope } => (None, client_ids, scope),
            Self::Okta { audience, client_ids, scope, .. }
            | Self::Entra { audience, client_ids, scope, .. }
            | Self::Oidc { audience, client_ids, scope } => (Some(audience), client_ids, scope),
        };
        let wrong = |setting| Err(IssuerError::Setting { name: issuer.to_owned(), setting });
        if audience.is_some_and(|audience| !is_word(audience)) {
            return wrong("audience");
        }
        if clients.is_empty() || !clients.iter().all(|client| is_word(client)) {
            return wrong("client-ids");
        }
        if !is_word(scope) {
            return wrong("scope");
        }
        if let Self::Entra { tenant, .. } = self
            && !is_guid(tenant)
        {
            return wrong("tenant");
        }
        self.check_form(issuer)
    }

    fn check_form(&self, issuer: &str) -> Result<(), IssuerError> {
        let (fits, expected) = match self {
            Self::CognitoAccess { .. } => {
                (issuer.starts_with("https://cognito-idp."), "https://cognito-idp.REGION.amazonaws.com/POOL")
            }
            // Tokens of the org authorization server (no path) are for Okta's own API and cannot be verified by others.
            Self::Okta { .. } => (issuer.contains("/oauth2/"), "https://DOMAIN/oauth2/SERVER"),
            Self::Entra { tenant, .. } => {
                (issuer.ends_with(&format!("/{tenant}/v2.0")), "https://login.microsoftonline.com/TENANT/v2.0")
            }
            Self::Oidc { .. } => return Ok(()),
        };
        if fits { Ok(()) } else { Err(IssuerError::Form { name: issuer.to_owned(), expected }) }
    }

    /// Checks the claims that only this kind has and returns the subject for the mapping.
    pub(super) fn subject(&self, claims: &Claims) -> Result<String, Refusal> {
        let sub = claims.subject("sub")?;
        match self {
            Self::CognitoAccess { client_ids, scope } => {
                expect(claims, "token_use", "access")?;
                if claims.get("aud").is_some() {
                    return Err(Refusal::AudienceUnexpected);
                }
                let client = check_client(claims, &["client_id"], client_ids)?;
                check_scope(claims.text("scope").map(words), scope)?;
                person(sub, client)
            }
            Self::Okta { audience, client_ids, scope, subject } => {
                check_audience(claims, audience, Several::Refused)?;
                let client = check_client(claims, &["cid"], client_ids)?;
                check_scope(claims.get("scp").and_then(texts), scope)?;
                match subject {
                    OktaSubject::Uid => person(claims.subject("uid")?, client),
                    OktaSubject::Sub => person(sub, client),
                }
            }
            Self::Entra { audience, tenant, client_ids, scope } => {
                expect(claims, "ver", "2.0")?;
                check_audience(claims, audience, Several::Refused)?;
                if claims.text("tid") != Some(tenant) {
                    return Err(Refusal::Tenant);
                }
                check_client(claims, &["azp"], client_ids)?;
                check_scope(claims.text("scp").map(words), scope)?;
                let object = claims.subject("oid")?;
                if is_guid(object) { Ok(format!("{tenant}/{object}")) } else { Err(Refusal::SubjectMalformed) }
            }
            Self::Oidc { audience, client_ids, scope } => {
                check_audience(claims, audience, Several::Allowed)?;
                let client = check_client(claims, &["azp", "client_id"], client_ids)?;
                let given = claims.text("scope").map(words).or_else(|| claims.get("scp").and_then(texts));
                check_scope(given, scope)?;
                person(sub, client)
            }
        }
    }
}

/// Whether a token for us may be for others too.
#[derive(Clone, Copy)]
enum Several {
    Allowed,
    Refused,
}

fn expect(claims: &Claims, name: &str, value: &str) -> Result<(), Refusal> {
    if claims.text(name) == Some(value) { Ok(()) } else { Err(Refusal::Use) }
}

fn check_audience(claims: &Claims, audience: &str, several: Several) -> Result<(), Refusal> {
    let written = claims.get("aud").ok_or(Refusal::AudienceMissing)?;
    let ours = match (written, several) {
        (Json::Text(one), _) => one == audience,
        (list @ Json::List(_), Several::Allowed) => texts(list).is_some_and(|all| all.contains(&audience)),
        _ => false,
    };
    if ours { Ok(()) } else { Err(Refusal::AudienceOther) }
}

/// Every one of `names` that is there has to be a client on the list, and one has to be there.
fn check_client<'a>(claims: &'a Claims, names: &[&str], allowed: &[String]) -> Result<&'a str, Refusal> {
    let mut client = None;
    for written in names.iter().filter_map(|name| claims.get(name)) {
        let known = written.text().filter(|one| allowed.iter().any(|allowed| allowed == one));
        client = Some(known.ok_or(Refusal::ClientOther)?);
    }
    client.ok_or(Refusal::ClientMissing)
}

fn check_scope(given: Option<Vec<&str>>, required: &str) -> Result<(), Refusal> {
    let given = given.ok_or(Refusal::ScopeMissing)?;
    if given.contains(&required) { Ok(()) } else { Err(Refusal::ScopeOther) }
}

/// Client-credential grants give tokens in which the client is its own subject.
fn person(subject: &str, client: &str) -> Result<String, Refusal> {
    if subject == client { Err(Refusal::SubjectIsClient) } else { Ok(subject.to_owned()) }
}

/// Scopes in one string are separated by single spaces (RFC 6749, section 3.3).
fn words(text: &str) -> Vec<&str> {
    text.split(' ').collect()
}

/// A list of nothing but texts.
fn texts(list: &Json) -> Option<Vec<&str>> {
    list.list()?.iter().map(Json::text).collect()
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.len() <= 255 && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Lower case, as Entra writes them.
fn is_guid(text: &str) -> bool {
    let groups: Vec<usize> = text.split('-').map(str::len).collect();
    let hex = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-'));
    groups == [8, 4, 4, 4, 12] && hex
}
