//! The ways that a request can take.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use presigned_access::policy::evaluate::{Request, Source};
use presigned_access::policy::{IpNet, Ranges};

use super::caller::Who;
use super::{Check, INVOKE, MINT};
use crate::commands::access::installation::Kind;
use crate::error::Error;

/// An address of the internet that belongs to nobody (RFC 5737).
const PUBLIC: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(198, 51, 100, 7));

/// A VPC and an endpoint of somebody else.
const FOREIGN_VPC: &str = "vpc-0f0f0f0f0f0f0f0f0";
const FOREIGN_ENDPOINT: &str = "vpce-0f0f0f0f0f0f0f0f0";

/// Where a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// Our network.
    Corporate,
    /// The internet.
    Internet,
    /// Somebody else's VPC, with the same addresses as ours.
    ForeignVpc,
    /// An address.
    Address(IpAddr),
}

impl FromStr for From {
    type Err = FromError;

    fn from_str(text: &str) -> Result<Self, FromError> {
        match text {
            "corporate" => Ok(Self::Corporate),
            "internet" => Ok(Self::Internet),
            "foreign-vpc" => Ok(Self::ForeignVpc),
            address => address.parse().map(Self::Address).map_err(|_| FromError),
        }
    }
}

impl fmt::Display for From {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Corporate => f.write_str("corporate"),
            Self::Internet => f.write_str("internet"),
            Self::ForeignVpc => f.write_str("foreign-vpc"),
            Self::Address(address) => address.fmt(f),
        }
    }
}

/// A text that is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("say `corporate`, `internet`, `foreign-vpc` or an address")]
pub struct FromError;

/// A request, and the way it takes.
#[derive(Debug, Clone)]
pub struct Way {
    /// Where it comes from.
    pub from: From,
    /// At which step of a login, where there are several.
    pub step: Step,
    /// Its source, as policies see it.
    pub source: Source,
    /// The request.
    pub request: Request,
}

/// The step of a login that a request belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The functions mint a URL.
    Minting,
    /// A browser uses the session; the policies are asked again, with the browser's source.
    Session,
    /// Any other call.
    Call,
}

impl Step {
    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Minting => "minting",
            Self::Session => "session",
            Self::Call => "call",
        }
    }
}

/// A step, with an address and an endpoint of our network.
struct Station {
    step: Step,
    address: IpAddr,
    endpoint: String,
}

impl Check {
    /// The ways that are asked about.
    pub(super) fn ways(&self) -> Result<Vec<Way>, Error> {
        let all = [From::Corporate, From::Internet, From::ForeignVpc];
        let places = self.from.as_ref().map_or(all.as_slice(), std::slice::from_ref);
        let stations = self.stations()?;
        let request = self.request()?;
        let mut ways = Vec::new();
        for from in places {
            for (step, source) in self.sources(*from, &stations)? {
                ways.push(Way { from: *from, step, request: request.clone().from(&source), source });
            }
        }
        Ok(ways)
    }

    fn request(&self) -> Result<Request, Error> {
        let resource = if self.action == INVOKE {
            format!("{}/{}/{}", self.installation.api_arn()?, self.installation.stage(), self.route)
        } else {
            let place = self.installation.place()?;
            let domain = self.into.as_ref().map_or_else(|| self.installation.first_domain(), Ok)?;
            let (region, account) = (&place.region, &place.account);
            format!("arn:{}:sagemaker:{region}:{account}:user-profile/{domain}/{}", region.partition(), self.profile)
        };
        Ok(Request::new(self.who().caller(&self.installation)?, self.action.as_str(), resource))
    }

    /// The steps of our own network. A person's is the last.
    fn stations(&self) -> Result<Vec<Station>, Error> {
        let station = |step, ranges: &Ranges, kind| {
            let endpoint = self.installation.endpoint(kind)?.to_string();
            Ok::<_, Error>(Station { step, address: first_host(ranges), endpoint })
        };
        let company = self.installation.company_ranges()?;
        if self.action == INVOKE {
            return Ok(vec![station(Step::Call, &company, Kind::ExecuteApiEndpoint)?]);
        }
        if self.action != MINT || self.who() != Who::Broker {
            return Ok(vec![station(Step::Call, &company, Kind::SagemakerEndpoint)?]);
        }
        let functions = self.installation.function_ranges()?;
        Ok(vec![
            station(Step::Minting, &functions, Kind::SagemakerEndpoint)?,
            station(Step::Session, &company, Kind::StudioEndpoint)?,
        ])
    }

    fn sources(&self, from: From, stations: &[Station]) -> Result<Vec<(Step, Source)>, Error> {
        let ours = |station: &Station, address| {
            let vpc = self.installation.vpc()?.to_string();
            Ok((station.step, Source::Endpoint { vpc, endpoint: station.endpoint.clone(), address }))
        };
        let foreign = |station: &Station| {
            let (vpc, endpoint) = (FOREIGN_VPC.to_owned(), FOREIGN_ENDPOINT.to_owned());
            (station.step, Source::Endpoint { vpc, endpoint, address: station.address })
        };
        let public = |address| stations.last().map(|person| (person.step, Source::Internet { address }));
        Ok(match from {
            From::Corporate => {
                stations.iter().map(|station| ours(station, station.address)).collect::<Result<_, Error>>()?
            }
            From::ForeignVpc => stations.iter().map(foreign).collect(),
            From::Internet => public(PUBLIC).into_iter().collect(),
            From::Address(address) if is_private(address) => {
                let functions = stations.len() > 1 && self.is_of_the_functions(address)?;
                let station = if functions { stations.first() } else { stations.last() };
                station.map(|station| ours(station, address)).transpose()?.into_iter().collect()
            }
            From::Address(address) => public(address).into_iter().collect(),
        })
    }

    fn is_of_the_functions(&self, address: IpAddr) -> Result<bool, Error> {
        Ok(self.installation.function_ranges()?.as_slice().iter().any(|range| range.contains(&address)))
    }
}

fn first_host(ranges: &Ranges) -> IpAddr {
    let first = ranges.as_slice().first().expect("ranges should hold at least one: their constructor checks it");
    IpNet::hosts(first).next().unwrap_or_else(|| first.addr())
}

/// Addresses that come through a VPC: private, shared (RFC 6598) or unique local ones.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_private() || matches!(address.octets(), [100, 64..=127, ..]),
        IpAddr::V6(address) => address.is_unique_local(),
    }
}
