//! From what the mapping holds to whether a person comes in.

use super::{Access, SessionLength};
use crate::landing::Landing;
use crate::names::DomainId;

/// Decides about a person: what was found under their name, and the domains that this installation serves.
///
/// An empty `allowed` allows no domain.
pub fn decide(found: Option<Access>, allowed: &[DomainId]) -> Result<Access, Refusal> {
    let access = found.ok_or(Refusal::Unknown)?;
    if !access.enabled {
        return Err(Refusal::Disabled);
    }
    if !allowed.contains(&access.domain) {
        return Err(Refusal::DomainNotAllowed);
    }
    Ok(access)
}

/// Access without a table: the directory's id of a person is the name of their profile, as in an application of IAM
/// Identity Center whose `username` attribute is the user's id. To be passed through [`decide`].
pub fn direct(subject: &str, domain: DomainId, landing: Landing, session: SessionLength) -> Result<Access, Refusal> {
    let profile = subject.parse().map_err(|_| Refusal::NoProfileName)?;
    Ok(Access { domain, profile, landing, session, enabled: true })
}

impl Access {
    /// Refuses where the way in named a domain, and it is another one than the mapping's.
    pub fn within(self, named: &DomainId) -> Result<Self, Refusal> {
        if self.domain == *named { Ok(self) } else { Err(Refusal::OtherDomain) }
    }

    /// Cuts the session to what is left of the one it comes from, in seconds.
    pub fn capped_at(self, seconds: i64) -> Result<Self, Refusal> {
        let session = self.session.capped_at(seconds).ok_or(Refusal::SessionTooShort)?;
        Ok(Self { session, ..self })
    }
}

/// Why the mapping does not let a person in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refusal {
    /// Nobody of that name.
    #[error("the mapping does not know this person")]
    Unknown,
    /// The entry is switched off.
    #[error("the mapping has switched this person off")]
    Disabled,
    /// The domain is none of those that this installation serves.
    #[error("the domain is not on the list of allowed domains")]
    DomainNotAllowed,
    /// The way in named another domain than the mapping does.
    #[error("the domain asked for is not the person's domain")]
    OtherDomain,
    /// The directory's id cannot be the name of a profile.
    #[error("the subject is no profile name")]
    NoProfileName,
    /// The session that the person comes from is nearly over.
    #[error("less than the shortest session is left")]
    SessionTooShort,
}

impl Refusal {
    /// Every refusal.
    pub const ALL: [Self; 6] = [
        Self::Unknown,
        Self::Disabled,
        Self::DomainNotAllowed,
        Self::OtherDomain,
        Self::NoProfileName,
        Self::SessionTooShort,
    ];

    /// The stable code for the log.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "mapping.unknown",
            Self::Disabled => "mapping.disabled",
            Self::DomainNotAllowed => "mapping.domain.not-allowed",
            Self::OtherDomain => "mapping.domain.other",
            Self::NoProfileName => "mapping.profile.invalid",
            Self::SessionTooShort => "mapping.session.too-short",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn domain(id: &str) -> DomainId {
        id.parse().expect("a domain id")
    }

    fn alice() -> Access {
        direct("alice", domain("d-one"), Landing::RStudio, SessionLength::default()).expect("a profile name")
    }

    #[test]
    fn a_known_person_of_an_allowed_domain_comes_in() {
        assert_eq!(decide(Some(alice()), &[domain("d-two"), domain("d-one")]), Ok(alice()));
    }

    #[test]
    fn everybody_else_does_not() {
        let one = [domain("d-one")];
        assert_eq!(decide(None, &one), Err(Refusal::Unknown));
        assert_eq!(decide(Some(Access { enabled: false, ..alice() }), &one), Err(Refusal::Disabled));
        assert_eq!(decide(Some(alice()), &[domain("d-one1")]), Err(Refusal::DomainNotAllowed));
        assert_eq!(decide(Some(alice()), &[]), Err(Refusal::DomainNotAllowed));
    }

    #[test]
    fn a_person_cannot_name_another_domain_than_their_own() {
        assert_eq!(alice().within(&domain("d-one")), Ok(alice()));
        assert_eq!(alice().within(&domain("d-two")), Err(Refusal::OtherDomain));
    }

    #[test]
    fn a_session_does_not_outlive_the_one_it_came_from() {
        assert_eq!(alice().capped_at(7_200).map(|access| access.session.seconds()), Ok(7_200));
        assert_eq!(alice().capped_at(60), Err(Refusal::SessionTooShort));
    }

    #[test]
    fn a_directory_id_is_never_transformed_into_a_profile() {
        for subject in ["alice@corp.example", "a.b", "*", "alice ", ""] {
            let refused = direct(subject, domain("d-one"), Landing::RStudio, SessionLength::default());
            assert_eq!(refused, Err(Refusal::NoProfileName), "{subject}");
        }
    }

    #[test]
    fn codes_are_stable_and_unique() {
        let codes: BTreeSet<&str> = Refusal::ALL.iter().map(Refusal::code).collect();
        let listed = [
            "mapping.disabled",
            "mapping.domain.not-allowed",
            "mapping.domain.other",
            "mapping.profile.invalid",
            "mapping.session.too-short",
            "mapping.unknown",
        ];
        assert_eq!(codes, BTreeSet::from(listed));
        assert_eq!(codes.len(), Refusal::ALL.len());
    }
}
