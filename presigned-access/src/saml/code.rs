//! The stable names of refusals.

use super::Refusal;

impl Refusal {
    /// The stable code for logs, metrics and the operations guide.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BodyTooLarge => "saml.form.too-large",
            Self::BodyBase64 => "saml.form.base64",
            Self::BodyUtf8 => "saml.form.utf-8",
            Self::ResponseMissing => "saml.form.response-missing",
            Self::ResponseRepeated => "saml.form.response-repeated",
            Self::RelayStateRepeated => "saml.form.relay-state-repeated",
            Self::RelayStateTooLong => "saml.form.relay-state-too-long",
            Self::ResponseBase64 => "saml.form.response-base64",
            Self::ResponseUtf8 => "saml.form.response-utf-8",
            Self::DocumentTooLarge => "saml.xml.too-large",
            Self::MarkupDeclaration => "saml.xml.markup-declaration",
            Self::ProcessingInstruction => "saml.xml.processing-instruction",
            Self::XmlDeclaration => "saml.xml.declaration",
            Self::TooManyTags => "saml.xml.too-many-tags",
            Self::TooManyAttributes => "saml.xml.too-many-attributes",
            Self::LineInAttribute => "saml.xml.line-in-attribute",
            Self::TooDeep => "saml.xml.too-deep",
            Self::NotWellFormed => "saml.xml.not-well-formed",
            Self::ColonInName => "saml.xml.colon-in-name",
            Self::NamespaceDeclaration => "saml.xml.namespace-declaration",
            Self::AttributeNamespace => "saml.xml.attribute-namespace",
            Self::Id => "saml.xml.id",
            Self::IdRepeated => "saml.xml.id-repeated",
            Self::ElementUnexpected { .. } => "saml.xml.element-unexpected",
            Self::ElementMissing { .. } => "saml.xml.element-missing",
            Self::ElementRepeated { .. } => "saml.xml.element-repeated",
            Self::AttributeMissing { .. } => "saml.xml.attribute-missing",
            Self::TextUnexpected { .. } => "saml.xml.text-unexpected",
            Self::LeafNotText { .. } => "saml.xml.leaf-not-text",
            Self::Root => "saml.response.root",
            Self::ResponseNested => "saml.response.nested",
            Self::AssertionMissing => "saml.assertion.missing",
            Self::AssertionRepeated => "saml.assertion.repeated",
            Self::AssertionPlace => "saml.assertion.place",
            Self::Encrypted => "saml.encrypted",
            Self::SignatureMissing => "saml.signature.missing",
            Self::SignatureOfResponseMissing => "saml.signature.response-missing",
            Self::SignatureOfAssertionMissing => "saml.signature.assertion-missing",
            Self::SignaturePlace => "saml.signature.place",
            Self::SignatureRepeated => "saml.signature.repeated",
            Self::SignatureObject => "saml.signature.object",
            Self::Canonicalization => "saml.signature.canonicalization",
            Self::SignatureAlgorithm => "saml.signature.algorithm",
            Self::DigestAlgorithm => "saml.signature.digest",
            Self::ReferenceTarget => "saml.signature.reference",
            Self::Transforms => "saml.signature.transforms",
            Self::PrefixList => "saml.signature.prefix-list",
            Self::SignatureEncoding => "saml.signature.encoding",
            Self::SignatureInvalid => "saml.signature.invalid",
            Self::SignatureCoverage => "saml.signature.coverage",
            Self::Version { .. } => "saml.version",
            Self::DestinationMissing => "saml.destination.missing",
            Self::Destination => "saml.destination.other",
            Self::IssuerFormat => "saml.issuer.format",
            Self::IssuerUnknown => "saml.issuer.unknown",
            Self::IssuerMismatch => "saml.issuer.mismatch",
            Self::Status => "saml.status.failure",
            Self::StatusNested => "saml.status.nested",
            Self::Time { .. } => "saml.time",
            Self::IssuedInFuture { .. } => "saml.issued.in-future",
            Self::IssuedTooLongAgo { .. } => "saml.issued.too-long-ago",
            Self::IdpInitiated => "saml.request.none",
            Self::InResponseTo => "saml.request.other",
            Self::InResponseToMismatch => "saml.request.mismatch",
            Self::ConfirmationMissing => "saml.subject.confirmation-missing",
            Self::Recipient => "saml.subject.recipient",
            Self::ConfirmationNotBefore => "saml.subject.not-before",
            Self::ConfirmationExpired => "saml.subject.expired",
            Self::ConditionsOrder => "saml.conditions.order",
            Self::NotYetValid => "saml.conditions.not-yet",
            Self::Expired => "saml.conditions.expired",
            Self::AudienceMissing => "saml.audience.missing",
            Self::Audience => "saml.audience.other",
            Self::ConditionUnknown => "saml.conditions.unknown",
            Self::AuthnStatementMissing => "saml.authn.missing",
            Self::AuthnInFuture => "saml.authn.in-future",
            Self::SessionOver => "saml.authn.session-over",
            Self::UsernameMissing => "saml.username.missing",
            Self::UsernameRepeated => "saml.username.repeated",
            Self::Username => "saml.username.unacceptable",
            Self::DomainMissing => "saml.domain.missing",
            Self::DomainRepeated => "saml.domain.repeated",
            Self::Domain => "saml.domain.unacceptable",
            Self::NameId => "saml.name-id.unacceptable",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    #[test]
    fn every_code_is_unique_and_dotted() {
        let source = include_str!("code.rs");
        let codes: Vec<&str> =
            source.lines().filter_map(|line| line.trim().strip_prefix("Self::")?.split('"').nth(1)).collect();
        assert!(codes.len() > 70, "the codes should be found in this file");
        let shape = |code: &str| {
            code.starts_with("saml.")
                && code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-".contains(&b))
        };
        for code in &codes {
            assert!(shape(code), "{code}");
        }
        assert_eq!(codes.iter().collect::<HashSet<_>>().len(), codes.len());
        insta::assert_snapshot!(codes.join("\n"));
    }
}
