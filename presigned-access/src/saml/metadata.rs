//! The document that an identity provider's administrator imports.

use super::escape::Escaped;
use super::settings::ServiceProvider;

/// The service provider's metadata (SAML 2.0 metadata 2.4.4): our entity id, the address for responses by HTTP-POST,
/// and that assertions must be signed.
///
/// The name id's format is left unspecified: the person comes from an attribute, and the name id is only shown.
pub fn metadata(settings: &ServiceProvider) -> String {
    format!(
        concat!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
            "<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"{entity_id}\">\n",
            "  <md:SPSSODescriptor AuthnRequestsSigned=\"false\" WantAssertionsSigned=\"true\"",
            " protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">\n",
            "    <md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified</md:NameIDFormat>\n",
            "    <md:AssertionConsumerService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\"",
            " Location=\"{acs}\" index=\"0\" isDefault=\"true\"/>\n",
            "  </md:SPSSODescriptor>\n",
            "</md:EntityDescriptor>\n",
        ),
        entity_id = Escaped(&settings.entity_id),
        acs = Escaped(&settings.acs),
    )
}

#[cfg(test)]
mod tests {
    use super::super::samples::{provider, settings};
    use super::*;

    #[test]
    fn tells_an_administrator_what_to_enter() {
        let mut settings = settings(provider());
        settings.entity_id = "https://studio.corp.example/saml?a=1&b=\"2\"".to_owned();
        let metadata = metadata(&settings);
        insta::assert_snapshot!(metadata);
        uppsala::parse(&metadata).expect("the metadata should be well-formed");
    }
}
