//! The claims that every token has, and access to those that only some issuers use.

use jiff::Timestamp;

use super::json::{Json, Object};
use super::{Leeway, Refusal};

/// The claims of a token.
#[derive(Debug)]
pub(super) struct Claims {
    members: Object,
}

impl Claims {
    pub(super) fn new(members: Object) -> Self {
        Self { members }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Json> {
        self.members.get(name)
    }

    /// A claim that is text; other kinds of values count as absent.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Json::text)
    }

    /// `iss`, which has to be one string: a list would match more than one configuration.
    pub(super) fn issuer(&self) -> Result<&str, Refusal> {
        self.get("iss").ok_or(Refusal::IssuerMissing)?.text().ok_or(Refusal::IssuerMalformed)
    }

    /// A claim that stands for the subject: 1 to 255 printable ASCII characters (`OpenID` Connect Core, section 2).
    pub(super) fn subject(&self, name: &str) -> Result<&str, Refusal> {
        let subject = self.get(name).ok_or(Refusal::SubjectMissing)?.text().ok_or(Refusal::SubjectMalformed)?;
        let printable = subject.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
        if (1..=255).contains(&subject.len()) && printable { Ok(subject) } else { Err(Refusal::SubjectMalformed) }
    }

    /// Checks `exp`, `nbf` and `iat` against `now` and returns `exp`. Only `exp` must be there.
    pub(super) fn check_times(&self, now: Timestamp, leeway: Leeway) -> Result<Timestamp, Refusal> {
        let leeway = leeway.seconds();
        let expires = self.time("exp", Refusal::ExpiryMalformed)?.ok_or(Refusal::ExpiryMissing)?;
        if now.as_second() >= expires.as_second() + leeway {
            return Err(Refusal::Expired);
        }
        let latest = now.as_second() + leeway;
        let after = |time: Timestamp| time.as_second() > latest;
        if self.time("nbf", Refusal::NotBeforeMalformed)?.is_some_and(after) {
            return Err(Refusal::NotYetValid);
        }
        if self.time("iat", Refusal::IssuedAtMalformed)?.is_some_and(after) {
            return Err(Refusal::IssuedInFuture);
        }
        Ok(expires)
    }

    /// Seconds since 1970 as a date. RFC 7519 would allow fractions; no issuer here writes them.
    fn time(&self, name: &str, malformed: Refusal) -> Result<Option<Timestamp>, Refusal> {
        match self.get(name) {
            None => Ok(None),
            Some(&Json::Whole(seconds)) if seconds >= 0 => {
                Timestamp::from_second(seconds).map(Some).map_err(|_| malformed)
            }
            Some(_) => Err(malformed),
        }
    }
}
