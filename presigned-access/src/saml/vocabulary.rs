//! The names that responses are made of, each with its namespace.

/// SAML 2.0 protocol.
pub const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
/// SAML 2.0 assertions.
pub const ASSERTIONS: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
/// XML signatures.
pub const SIGNATURES: &str = "http://www.w3.org/2000/09/xmldsig#";
/// Exclusive canonical XML, both as an algorithm and as the namespace of its parameters.
pub const EXCLUSIVE_C14N: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
/// Types of attribute values.
pub const SCHEMA_INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// The transform that leaves a signature out of what it signs.
pub const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

/// The algorithms of signatures that are accepted (presigned-access 3).
pub const SIGNATURE_ALGORITHMS: [&str; 3] = [
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
];

/// The digests that are accepted.
pub const DIGEST_ALGORITHMS: [&str; 3] = [
    "http://www.w3.org/2001/04/xmlenc#sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512",
];

/// The status of success.
pub const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";
/// The confirmation that whoever brings an assertion is its subject.
pub const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
/// The format of an issuer, which is also meant when none is given.
pub const ENTITY: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity";

/// An element's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name {
    /// Its namespace.
    pub namespace: &'static str,
    /// Its name in it.
    pub local: &'static str,
}

/// Declares names of one namespace.
macro_rules! names {
    ($namespace:ident: $($constant:ident = $local:literal),+ $(,)?) => {
        $(pub const $constant: Name = Name { namespace: $namespace, local: $local };)+
    };
}

names!(PROTOCOL:
    RESPONSE = "Response", EXTENSIONS = "Extensions", STATUS = "Status", STATUS_CODE = "StatusCode",
    STATUS_MESSAGE = "StatusMessage", STATUS_DETAIL = "StatusDetail",
);

names!(ASSERTIONS:
    ASSERTION = "Assertion", ISSUER = "Issuer", SUBJECT = "Subject", NAME_ID = "NameID",
    SUBJECT_CONFIRMATION = "SubjectConfirmation", SUBJECT_CONFIRMATION_DATA = "SubjectConfirmationData",
    CONDITIONS = "Conditions", AUDIENCE_RESTRICTION = "AudienceRestriction", AUDIENCE = "Audience",
    ONE_TIME_USE = "OneTimeUse", PROXY_RESTRICTION = "ProxyRestriction", ADVICE = "Advice",
    AUTHN_STATEMENT = "AuthnStatement", SUBJECT_LOCALITY = "SubjectLocality", AUTHN_CONTEXT = "AuthnContext",
    ATTRIBUTE_STATEMENT = "AttributeStatement", ATTRIBUTE = "Attribute", ATTRIBUTE_VALUE = "AttributeValue",
    ENCRYPTED_ASSERTION = "EncryptedAssertion", ENCRYPTED_ID = "EncryptedID",
    ENCRYPTED_ATTRIBUTE = "EncryptedAttribute",
);

names!(SIGNATURES:
    SIGNATURE = "Signature", SIGNED_INFO = "SignedInfo", SIGNATURE_VALUE = "SignatureValue", KEY_INFO = "KeyInfo",
    CANONICALIZATION_METHOD = "CanonicalizationMethod", SIGNATURE_METHOD = "SignatureMethod",
    REFERENCE = "Reference", TRANSFORMS = "Transforms", TRANSFORM = "Transform", DIGEST_METHOD = "DigestMethod",
    DIGEST_VALUE = "DigestValue", OBJECT = "Object", MANIFEST = "Manifest",
);

names!(EXCLUSIVE_C14N: INCLUSIVE_NAMESPACES = "InclusiveNamespaces");
