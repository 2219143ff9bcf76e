//! Networks, domains and roles that a policy names, at least one of each.

use ipnet::IpNet;

use super::document::Literal;
use super::identifier::{Place, RoleArn};
use crate::names::DomainId;

/// The ranges of addresses that may come in; at least one, and none that is every address.
///
/// An empty list would deny nobody in some conditions and be refused by IAM in others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranges(Vec<IpNet>);

impl Ranges {
    /// The ranges, each once.
    pub fn new(ranges: impl IntoIterator<Item = IpNet>) -> Result<Self, RangesError> {
        let mut distinct = Vec::new();
        for range in ranges {
            if range.prefix_len() == 0 {
                return Err(RangesError::Everywhere(range));
            }
            if range != range.trunc() {
                return Err(RangesError::HostBits(range));
            }
            if !distinct.contains(&range) {
                distinct.push(range);
            }
        }
        if distinct.is_empty() { Err(RangesError::None) } else { Ok(Self(distinct)) }
    }

    /// The ranges, in the order they were given.
    pub fn as_slice(&self) -> &[IpNet] {
        &self.0
    }

    /// The ranges as values of a condition.
    pub(super) fn literals(&self) -> Vec<Literal> {
        self.0.iter().map(|range| Literal(range.to_string())).collect()
    }
}

/// The domains that may be entered; at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domains(Vec<DomainId>);

impl Domains {
    /// The domains, each once.
    pub fn new(domains: impl IntoIterator<Item = DomainId>) -> Result<Self, RangesError> {
        let mut distinct: Vec<DomainId> = Vec::new();
        for domain in domains {
            if !distinct.contains(&domain) {
                distinct.push(domain);
            }
        }
        if distinct.is_empty() { Err(RangesError::NoDomain) } else { Ok(Self(distinct)) }
    }

    /// Every profile of these domains.
    pub(super) fn profiles(&self, place: &Place) -> Vec<Literal> {
        self.0.iter().map(|domain| place.profiles(domain)).collect()
    }
}

/// The roles that mint, one for each way in; at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brokers(Vec<RoleArn>);

impl Brokers {
    /// The roles, each once.
    pub fn new(roles: impl IntoIterator<Item = RoleArn>) -> Result<Self, RangesError> {
        let mut distinct: Vec<RoleArn> = Vec::new();
        for role in roles {
            if !distinct.contains(&role) {
                distinct.push(role);
            }
        }
        if distinct.is_empty() { Err(RangesError::NoBroker) } else { Ok(Self(distinct)) }
    }

    /// The roles as values of a condition.
    pub(super) fn literals(&self) -> Vec<Literal> {
        self.0.iter().map(Literal::from).collect()
    }
}

/// Why networks, domains or roles cannot stand in a policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RangesError {
    /// None was given.
    #[error("at least one range of addresses is needed")]
    None,
    /// It holds every address, so it would keep nobody out.
    #[error("`{0}` is every address")]
    Everywhere(IpNet),
    /// An address was written where a range was meant, or the other way round.
    #[error("`{0}` is no range: the address has bits beyond its prefix")]
    HostBits(IpNet),
    /// No domain was given.
    #[error("at least one domain is needed")]
    NoDomain,
    /// No role was given.
    #[error("at least one role is needed")]
    NoBroker,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranges(texts: &[&str]) -> Result<Ranges, RangesError> {
        Ranges::new(texts.iter().map(|text| text.parse::<IpNet>().expect("a range")))
    }

    #[test]
    fn ranges_are_real_and_each_is_told_once() {
        let both = ranges(&["10.0.0.0/16", "2001:db8::/32", "10.0.0.0/16"]).expect("ranges");
        assert_eq!(both.as_slice().len(), 2);
        assert!(matches!(ranges(&[]), Err(RangesError::None)));
        for everywhere in ["0.0.0.0/0", "::/0"] {
            assert!(matches!(ranges(&["10.0.0.0/16", everywhere]), Err(RangesError::Everywhere(_))));
        }
        assert!(matches!(ranges(&["10.0.0.1/16"]), Err(RangesError::HostBits(_))));
        assert_eq!(Domains::new([]), Err(RangesError::NoDomain));
    }
}
