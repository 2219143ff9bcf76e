//! Settings, checked once: whatever stands in a [`Trust`] can be relied upon for every response.

use bergshamra_dsig::DsigContext;
use bergshamra_keys::KeysManager;
use jiff::{SignedDuration, Timestamp};

use super::certificate::{Certificate, CertificateError, CertificateState};
use super::settings::{IdentityProvider, IdpInitiated, ServiceProvider, Signed};

/// The longest entity id (SAML 2.0 core 8.3.6) and address.
const LONGEST_NAME: usize = 1024;

/// More certificates at once are no rotation, and each is tried for a forged signature.
const MOST_CERTIFICATES: usize = 8;

/// The checked settings of this service provider.
#[derive(Debug)]
pub struct Trust {
    pub(super) entity_id: String,
    pub(super) acs: String,
    pub(super) clock_skew: SignedDuration,
    pub(super) maximum_age: SignedDuration,
    pub(super) session_cap: Option<SignedDuration>,
    providers: Vec<Provider>,
}

/// One identity provider with its keys.
#[derive(Debug)]
pub struct Provider {
    pub(super) verifier: DsigContext,
    pub(super) idp_initiated: IdpInitiated,
    pub(super) signed: Signed,
    pub(super) username_attribute: String,
    pub(super) domain_attribute: String,
    entity_id: String,
    sign_in: Option<String>,
    certificates: Vec<Certificate>,
}

/// A pinned certificate that an administrator should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The entity id of its provider.
    pub provider: String,
    /// SHA-256 of the certificate, in hexadecimal.
    pub fingerprint: String,
    /// The end of its validity.
    pub not_after: Timestamp,
    /// What is the matter; never [`CertificateState::Valid`].
    pub state: CertificateState,
}

impl Trust {
    /// Checks settings and reads the keys.
    ///
    /// # Errors
    ///
    /// The first setting that cannot be relied upon.
    pub fn new(settings: ServiceProvider) -> Result<Self, SettingsError> {
        name("entity-id", &settings.entity_id)?;
        address("acs", &settings.acs)?;
        within("clock-skew-seconds", settings.clock_skew_seconds, 0, 300)?;
        within("maximum-age-seconds", settings.maximum_age_seconds, 30, 3600)?;
        if let Some(cap) = settings.session_cap_seconds {
            within("session-cap-seconds", cap, 1800, 43_200)?;
        }
        if settings.providers.is_empty() {
            return Err(SettingsError::NoProvider);
        }
        let mut providers = Vec::<Provider>::with_capacity(settings.providers.len());
        for provider in settings.providers {
            if providers.iter().any(|known| known.entity_id == provider.entity_id) {
                return Err(SettingsError::ProviderRepeated { provider: provider.entity_id });
            }
            providers.push(Provider::new(provider)?);
        }
        let seconds = |count: u32| SignedDuration::from_secs(i64::from(count));
        Ok(Self {
            entity_id: settings.entity_id,
            acs: settings.acs,
            clock_skew: seconds(settings.clock_skew_seconds),
            maximum_age: seconds(settings.maximum_age_seconds),
            session_cap: settings.session_cap_seconds.map(seconds),
            providers,
        })
    }

    /// The provider with this entity id.
    pub fn provider(&self, entity_id: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.entity_id == entity_id)
    }

    /// All providers, in the order of the settings.
    pub fn providers(&self) -> &[Provider] {
        &self.providers
    }

    /// Our entity id.
    pub fn entity_id(&self) -> &str {
        &self.entity_id
    }

    /// The address of the assertion consumer service.
    pub fn acs(&self) -> &str {
        &self.acs
    }

    /// Pinned certificates that are over, not valid yet, or end within thirty days. They verify all the same.
    pub fn notices(&self, now: Timestamp) -> Vec<Notice> {
        let of = |provider: &Provider| {
            let name = provider.entity_id.clone();
            provider.certificates.clone().into_iter().map(move |certificate| Notice {
                provider: name.clone(),
                fingerprint: certificate.fingerprint().to_owned(),
                not_after: certificate.not_after(),
                state: certificate.state(now),
            })
        };
        self.providers.iter().flat_map(of).filter(|notice| notice.state != CertificateState::Valid).collect()
    }
}

impl Provider {
    fn new(settings: IdentityProvider) -> Result<Self, SettingsError> {
        name("entity-id of a provider", &settings.entity_id)?;
        if let Some(sign_in) = &settings.sign_in {
            address("sign-in", sign_in)?;
        }
        name("username-attribute", &settings.username_attribute)?;
        name("domain-attribute", &settings.domain_attribute)?;
        if settings.username_attribute == settings.domain_attribute {
            return Err(SettingsError::SameAttribute { provider: settings.entity_id });
        }
        let certificates = read_certificates(&settings)?;
        let mut keys = KeysManager::new();
        keys.add_keys(certificates.iter().map(Certificate::key));
        Ok(Self {
            // The constructor's defaults are the strict ones: pinned keys only, no key from the document.
            verifier: DsigContext::new(keys),
            idp_initiated: settings.idp_initiated,
            signed: settings.signed,
            username_attribute: settings.username_attribute,
            domain_attribute: settings.domain_attribute,
            entity_id: settings.entity_id,
            sign_in: settings.sign_in,
            certificates,
        })
    }

    /// Its entity id.
    pub fn entity_id(&self) -> &str {
        &self.entity_id
    }

    /// Where `GET /login` sends people, if a login may start here.
    pub fn sign_in(&self) -> Option<&str> {
        self.sign_in.as_deref()
    }

    /// Its pinned certificates.
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }
}

fn read_certificates(settings: &IdentityProvider) -> Result<Vec<Certificate>, SettingsError> {
    let provider = || settings.entity_id.clone();
    if settings.certificates.is_empty() || settings.certificates.len() > MOST_CERTIFICATES {
        return Err(SettingsError::CertificateCount { provider: provider() });
    }
    let mut read = Vec::<Certificate>::new();
    for (index, pem) in settings.certificates.iter().enumerate() {
        let number = index + 1;
        let certificate = Certificate::from_pem(pem).map_err(|source| SettingsError::Certificate {
            provider: provider(),
            number,
            source,
        })?;
        if read.iter().any(|known| known.fingerprint() == certificate.fingerprint()) {
            return Err(SettingsError::CertificateRepeated { provider: provider(), number });
        }
        read.push(certificate);
    }
    Ok(read)
}

/// A name that is compared with documents: not empty, no white space that hides, no control characters.
fn name(setting: &'static str, value: &str) -> Result<(), SettingsError> {
    let plain = !value.chars().any(|c| c.is_whitespace() || c.is_control());
    if value.is_empty() || value.len() > LONGEST_NAME || !plain {
        return Err(SettingsError::Name { setting });
    }
    Ok(())
}

/// An address that browsers are sent to or that providers send to.
fn address(setting: &'static str, value: &str) -> Result<(), SettingsError> {
    name(setting, value)?;
    let host = value.strip_prefix("https://").map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let plain = value.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte));
    if host.is_none_or(|host| host.is_empty() || host.contains('@')) || !plain || value.contains('#') {
        return Err(SettingsError::Address { setting });
    }
    Ok(())
}

fn within(setting: &'static str, value: u32, least: u32, most: u32) -> Result<(), SettingsError> {
    if (least..=most).contains(&value) { Ok(()) } else { Err(SettingsError::OutOfRange { setting, least, most }) }
}

/// Why settings cannot be relied upon.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// Empty, too long, or with white space.
    #[error("`{setting}` must be 1 to 1024 characters without white space")]
    Name {
        /// The setting.
        setting: &'static str,
    },
    /// No address that browsers reach by TLS.
    #[error("`{setting}` must be an address that begins with `https://`, without a fragment or a user name")]
    Address {
        /// The setting.
        setting: &'static str,
    },
    /// A number outside of its bounds.
    #[error("`{setting}` must be {least} to {most}")]
    OutOfRange {
        /// The setting.
        setting: &'static str,
        /// The least value.
        least: u32,
        /// The greatest value.
        most: u32,
    },
    /// Nobody is trusted.
    #[error("`providers` is empty")]
    NoProvider,
    /// The same provider twice: which keys would count?
    #[error("provider `{provider}` is configured twice")]
    ProviderRepeated {
        /// Its entity id.
        provider: String,
    },
    /// One attribute cannot be both.
    #[error("provider `{provider}` has one attribute for the user name and the domain")]
    SameAttribute {
        /// Its entity id.
        provider: String,
    },
    /// None, or more than a rotation needs.
    #[error("provider `{provider}` needs 1 to 8 certificates")]
    CertificateCount {
        /// Its entity id.
        provider: String,
    },
    /// The same certificate twice.
    #[error("certificate {number} of provider `{provider}` stands there already")]
    CertificateRepeated {
        /// Its entity id.
        provider: String,
        /// Which one, from 1.
        number: usize,
    },
    /// A certificate that cannot be pinned.
    #[error("certificate {number} of provider `{provider}` cannot be pinned")]
    Certificate {
        /// Its entity id.
        provider: String,
        /// Which one, from 1.
        number: usize,
        /// Why not.
        #[source]
        source: CertificateError,
    },
}

#[cfg(test)]
mod tests {
    use super::super::samples::{
        BY_KEY_THAT_IS_OVER, CURRENT, CURVE, NEXT, OVER, SHORT, now, provider, settings, trust_in,
    };
    use super::super::verify;
    use super::*;

    fn refused(change: impl FnOnce(&mut ServiceProvider)) -> String {
        let mut settings = settings(provider());
        change(&mut settings);
        let error = Trust::new(settings).expect_err("the settings should be refused");
        match std::error::Error::source(&error) {
            Some(source) => format!("{error}: {source}"),
            None => error.to_string(),
        }
    }

    #[test]
    fn refuses_settings_that_cannot_be_relied_upon() {
        let refusals = [
            refused(|s| s.entity_id.clear()),
            refused(|s| s.entity_id.push(' ')),
            refused(|s| s.acs = "http://studio.corp.example/saml".to_owned()),
            refused(|s| s.acs = "https:///saml".to_owned()),
            refused(|s| s.acs = "https://corp.example@evil.example/saml".to_owned()),
            refused(|s| s.acs = "https://corp.example/saml#x".to_owned()),
            refused(|s| s.providers[0].sign_in = Some("javascript:alert(1)".to_owned())),
            refused(|s| s.clock_skew_seconds = 301),
            refused(|s| s.maximum_age_seconds = 29),
            refused(|s| s.session_cap_seconds = Some(43_201)),
            refused(|s| s.providers.clear()),
            refused(|s| s.providers.push(provider())),
            refused(|s| s.providers[0].domain_attribute = "username".to_owned()),
            refused(|s| s.providers[0].certificates.clear()),
            refused(|s| s.providers[0].certificates.push(CURRENT.to_owned())),
            refused(|s| s.providers[0].certificates.push("no certificate".to_owned())),
            refused(|s| s.providers[0].certificates[0].push_str(NEXT)),
            refused(|s| s.providers[0].certificates[0] = SHORT.to_owned()),
            refused(|s| s.providers[0].certificates[0] = CURVE.to_owned()),
        ];
        insta::assert_snapshot!(refusals.join("\n"));
    }

    #[test]
    fn reads_the_settings_an_administrator_writes_and_no_unknown_ones() {
        let mut json = serde_json::json!({
            "entity-id": "https://studio.corp.example/saml",
            "acs": "https://api.corp.example/prod/saml",
            "providers": [{
                "entity-id": "https://idp.corp.example",
                "certificates": [CURRENT],
                "idp-initiated": "allow",
                "signed": "assertion",
            }],
        });
        let read: ServiceProvider = serde_json::from_value(json.clone()).expect("the settings should be read");
        let trust = Trust::new(read).expect("the settings should hold");
        let provider = trust.provider("https://idp.corp.example").expect("the provider should be known");
        assert_eq!((provider.idp_initiated, provider.signed), (IdpInitiated::Allow, Signed::Assertion));
        assert_eq!((&*provider.username_attribute, &*provider.domain_attribute), ("username", "domain-id"));
        assert!(trust.provider("https://IDP.corp.example").is_none(), "names are compared as they are written");

        json["providers"][0]["want-signed"] = true.into();
        assert!(serde_json::from_value::<ServiceProvider>(json).is_err());
    }

    #[test]
    fn a_pinned_certificate_that_is_over_verifies_and_is_reported() {
        let mut provider = provider();
        provider.certificates = vec![CURRENT.to_owned(), OVER.to_owned()];
        let trust = trust_in(provider);
        verify(&trust, BY_KEY_THAT_IS_OVER, None, now()).expect("the pin should be trusted");
        let notices = trust.notices(now());
        assert_eq!(notices.len(), 1);
        assert_eq!(notices[0].state, CertificateState::Over);
        assert_eq!(notices[0].fingerprint, trust.providers()[0].certificates()[1].fingerprint());
        assert_eq!(trust.notices("2031-11-10T00:00:00Z".parse().expect("a time"))[0].state, CertificateState::EndsSoon);
        assert_eq!(trust.notices("2020-01-01T00:00:00Z".parse().expect("a time")).len(), 2, "not valid yet");
    }
}
