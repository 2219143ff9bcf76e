//! Why a token is refused.

/// Declares the refusals once: variant, code and message, and the list of all of them.
macro_rules! refusals {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal, $message:literal;)+) => {
        /// A check that a token did not pass. The code goes to the log and never to the person.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
        pub enum Refusal {
            $($(#[doc = $doc])+ #[error($message)] $name,)+
        }

        impl Refusal {
            /// Every refusal, in the order of the checks.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The stable name of the check, for logs and metrics.
            pub fn code(&self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }
        }
    };
}

refusals! {
    /// No `Authorization` header with the scheme `Bearer`.
    BearerMissing = "jwt.bearer.missing", "no bearer token";
    /// Something beside one token follows the scheme.
    BearerMalformed = "jwt.bearer.malformed", "the authorization header holds more or less than one token";
    /// Longer than [`LONGEST_TOKEN`](super::LONGEST_TOKEN).
    TooLong = "jwt.too-long", "the token is too long";
    /// Five parts, or a header that names an encryption or compression.
    Encrypted = "jwt.encrypted", "the token is encrypted or compressed";
    /// Not three parts.
    Parts = "jwt.parts", "the token has not three parts";
    /// The first part is not strict base64url.
    HeaderBase64 = "jwt.header.base64", "the header is not base64url";
    /// The first part is no JSON object, or names a member twice.
    HeaderJson = "jwt.header.json", "the header is no JSON object with distinct members";
    /// `crit` is present: no extension is understood here.
    Critical = "jwt.header.crit", "the header demands an extension";
    /// `b64` is present: the payload may not be what was signed.
    UnencodedPayload = "jwt.header.b64", "the header speaks of an unencoded payload";
    /// The header brings a key, a certificate or an address of one.
    EmbeddedKey = "jwt.header.key", "the header brings its own key";
    /// `cty` is present: a token in a token.
    Nested = "jwt.header.cty", "the token contains another one";
    /// `typ` is neither `JWT` nor `at+jwt`.
    Type = "jwt.header.typ", "the token is of another type";
    /// `alg` is absent, `none`, symmetric, misspelt or unknown.
    AlgorithmUnsupported = "jwt.alg.unsupported", "the algorithm is not supported";
    /// No `kid`.
    KeyIdMissing = "jwt.kid.missing", "the token names no key";
    /// `kid` is no string of 1 to 128 bytes.
    KeyIdMalformed = "jwt.kid.malformed", "the name of the key is malformed";
    /// The second part is not strict base64url.
    ClaimsBase64 = "jwt.claims.base64", "the claims are not base64url";
    /// The second part is no JSON object, or names a member twice, at any depth.
    ClaimsJson = "jwt.claims.json", "the claims are no JSON object with distinct members";
    /// The third part is not strict base64url.
    SignatureBase64 = "jwt.signature.base64", "the signature is not base64url";
    /// The third part is empty.
    SignatureMissing = "jwt.signature.missing", "the token has no signature";
    /// No `iss`.
    IssuerMissing = "jwt.issuer.missing", "the token names no issuer";
    /// `iss` is not a string.
    IssuerMalformed = "jwt.issuer.malformed", "the name of the issuer is malformed";
    /// `iss` is no configured issuer, or not the one whose keys are at hand.
    IssuerUnknown = "jwt.issuer.unknown", "the issuer is not trusted";
    /// `alg` is none that is configured for the issuer.
    AlgorithmNotAllowed = "jwt.alg.not-allowed", "the issuer does not use the algorithm";
    /// No keys of the issuer could be had.
    KeysUnavailable = "jwt.keys.unavailable", "the keys of the issuer are not available";
    /// `kid` is in no key set of the issuer.
    KeyUnknown = "jwt.kid.unknown", "the issuer has no such key";
    /// The key is of another type, or made for another algorithm.
    KeyOfOtherAlgorithm = "jwt.alg.key", "the key is not for the algorithm";
    /// The signature does not verify.
    SignatureWrong = "jwt.signature.wrong", "the signature is wrong";
    /// No `exp`.
    ExpiryMissing = "jwt.exp.missing", "the token has no end";
    /// `exp` is no whole number of seconds that is a date.
    ExpiryMalformed = "jwt.exp.malformed", "the end of the token is malformed";
    /// `exp` has passed.
    Expired = "jwt.expired", "the token has expired";
    /// `nbf` is no whole number of seconds that is a date.
    NotBeforeMalformed = "jwt.nbf.malformed", "the beginning of the token is malformed";
    /// `nbf` is still to come.
    NotYetValid = "jwt.not-yet-valid", "the token is not valid yet";
    /// `iat` is no whole number of seconds that is a date.
    IssuedAtMalformed = "jwt.iat.malformed", "the time of issue is malformed";
    /// `iat` is still to come.
    IssuedInFuture = "jwt.iat.future", "the token was issued in the future";
    /// No `sub`, or none of the claims that stand for it.
    SubjectMissing = "jwt.subject.missing", "the token names nobody";
    /// The subject is not 1 to 255 printable ASCII characters (`OpenID` Connect Core, section 2), or no GUID at Entra.
    SubjectMalformed = "jwt.subject.malformed", "the name of the subject is malformed";
    /// The subject is the client itself: a program, not a person.
    SubjectIsClient = "jwt.subject.client", "the token speaks for a program";
    /// `token_use` or `ver` says that this is another kind of token.
    Use = "jwt.use", "the token is for another use";
    /// No `aud`.
    AudienceMissing = "jwt.audience.missing", "the token names no audience";
    /// `aud` is someone else, or not of the form that the issuer uses.
    AudienceOther = "jwt.audience.other", "the token is for another audience";
    /// `aud` is present in a token that should have none.
    AudienceUnexpected = "jwt.audience.unexpected", "the token is bound to an audience";
    /// No claim names the client.
    ClientMissing = "jwt.client.missing", "the token names no client";
    /// The client is not on the list.
    ClientOther = "jwt.client.other", "the token was issued to another client";
    /// No scopes at all, or not in the form that the issuer uses.
    ScopeMissing = "jwt.scope.missing", "the token carries no scopes";
    /// The required scope is not among them.
    ScopeOther = "jwt.scope.other", "the token lacks the scope";
    /// `tid` is not the configured tenant.
    Tenant = "jwt.tenant", "the token is of another tenant";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_distinct_and_dotted_lower_case() {
        let codes: BTreeSet<&str> = Refusal::ALL.iter().map(Refusal::code).collect();
        assert_eq!(codes.len(), Refusal::ALL.len());
        for code in codes {
            assert!(code.starts_with("jwt."), "{code}");
            assert!(code.bytes().all(|byte| byte.is_ascii_lowercase() || b"0123456789.-".contains(&byte)), "{code}");
        }
    }
}
