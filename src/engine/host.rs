//! Where the engine listens, as `DOCKER_HOST`, `DOCKER_CERT_PATH` and `DOCKER_TLS_VERIFY` say it.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

const DEFAULT_SOCKET: &str = "/var/run/docker.sock";
const PLAIN_PORT: u16 = 2375;
const TLS_PORT: u16 = 2376;

/// The address of a Docker Engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    /// A socket file on this machine.
    Unix(PathBuf),
    /// TCP without encryption.
    Tcp {
        /// Host name or address.
        host: String,
        /// TCP port.
        port: u16,
    },
    /// TCP with TLS, both sides showing certificates.
    Tls {
        /// Host name or address; the engine's certificate must carry it.
        host: String,
        /// TCP port.
        port: u16,
        /// Folder with `ca.pem`, `cert.pem` and `key.pem`.
        certificates: PathBuf,
    },
    /// The socket of another machine through the system's `ssh`.
    Ssh {
        /// Host name, or an alias from the user's ssh configuration.
        host: String,
        /// Login name, where it is not the one from the ssh configuration.
        user: Option<String>,
        /// Port, where it is not the one from the ssh configuration.
        port: Option<u16>,
    },
}

impl Host {
    /// Combines the values of the three environment variables that every Docker client reads; the caller reads them.
    ///
    /// An unset or empty `docker_host` is the default socket. A certificate folder or a non-empty `docker_tls_verify`
    /// turns TCP into TLS. Unlike Docker's own client there is no TLS without verification.
    pub fn from_values(
        docker_host: Option<&str>,
        docker_cert_path: Option<&str>,
        docker_tls_verify: Option<&str>,
    ) -> Result<Self, HostError> {
        let Some(address) = docker_host.filter(|value| !value.is_empty()) else {
            return Ok(Self::default());
        };
        let certificates = docker_cert_path.filter(|value| !value.is_empty());
        let verify = docker_tls_verify.is_some_and(|value| !value.is_empty());
        let with_default = |port| parse_tcp(address, port);
        match (address.parse()?, certificates) {
            (Self::Tcp { .. }, Some(folder)) => {
                let (host, port) = with_default(TLS_PORT)?;
                Ok(Self::Tls { host, port, certificates: PathBuf::from(folder) })
            }
            (Self::Tcp { .. }, None) if verify => Err(HostError::NoCertificates { address: address.to_owned() }),
            (host, _) => Ok(host),
        }
    }
}

impl Default for Host {
    fn default() -> Self {
        Self::Unix(PathBuf::from(DEFAULT_SOCKET))
    }
}

impl FromStr for Host {
    type Err = HostError;

    fn from_str(address: &str) -> Result<Self, HostError> {
        let invalid = || HostError::Invalid { address: address.to_owned() };
        let (scheme, rest) = address.split_once("://").ok_or_else(invalid)?;
        match scheme {
            "unix" if rest.starts_with('/') => Ok(Self::Unix(PathBuf::from(rest))),
            "tcp" | "http" => {
                let (host, port) = parse_tcp(address, PLAIN_PORT)?;
                Ok(Self::Tcp { host, port })
            }
            "ssh" => parse_ssh(rest).ok_or_else(invalid),
            _ => Err(invalid()),
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "unix://{}", path.display()),
            Self::Tcp { host, port } | Self::Tls { host, port, .. } => write!(f, "tcp://{}:{port}", bracketed(host)),
            Self::Ssh { host, user, port } => {
                f.write_str("ssh://")?;
                if let Some(user) = user {
                    write!(f, "{user}@")?;
                }
                f.write_str(host)?;
                port.map_or(Ok(()), |port| write!(f, ":{port}"))
            }
        }
    }
}

/// An IPv6 address stands in brackets when a port follows it.
fn bracketed(host: &str) -> String {
    if host.contains(':') { format!("[{host}]") } else { host.to_owned() }
}

fn parse_tcp(address: &str, default_port: u16) -> Result<(String, u16), HostError> {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest).trim_end_matches('/');
    split_port(rest)
        .map(|(host, port)| (host, port.unwrap_or(default_port)))
        .ok_or_else(|| HostError::Invalid { address: address.to_owned() })
}

/// No part may begin with a dash: `ssh` would take it for an option.
fn parse_ssh(rest: &str) -> Option<Host> {
    let rest = rest.trim_end_matches('/');
    let (user, place) = match rest.rsplit_once('@') {
        Some((user, place)) => (Some(user.to_owned()), place),
        None => (None, rest),
    };
    let (host, port) = split_port(place)?;
    let safe = |part: &str| !part.is_empty() && !part.starts_with('-') && !part.contains(char::is_whitespace);
    (safe(&host) && user.as_deref().is_none_or(safe)).then_some(Host::Ssh { host, user, port })
}

fn split_port(place: &str) -> Option<(String, Option<u16>)> {
    let (host, port) = match place.strip_prefix('[') {
        Some(six) => {
            let (host, after) = six.split_once(']')?;
            (host, after.strip_prefix(':'))
        }
        None => match place.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (place, None),
        },
    };
    if host.is_empty() || host.contains('/') {
        return None;
    }
    let port = port.map(str::parse).transpose().ok()?;
    Some((host.to_owned(), port))
}

/// Why an address could not be understood.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// Not one of the forms that are understood.
    #[error(
        "`{address}` is no engine address: expected `unix:///path`, `tcp://host:port` or `ssh://[user@]host[:port]`"
    )]
    Invalid {
        /// What was given.
        address: String,
    },
    /// Verification was asked for without certificates to verify with.
    #[error(
        "`DOCKER_TLS_VERIFY` is set for `{address}`, but `DOCKER_CERT_PATH` does not name a folder with certificates"
    )]
    NoCertificates {
        /// The address that was to be verified.
        address: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_addresses_that_docker_clients_know() {
        let cases = [
            ("unix:///run/user/1000/docker.sock", "unix:///run/user/1000/docker.sock"),
            ("tcp://10.0.0.5", "tcp://10.0.0.5:2375"),
            ("tcp://[::1]:4000", "tcp://[::1]:4000"),
            ("ssh://build@farm:2222", "ssh://build@farm:2222"),
            ("ssh://farm", "ssh://farm"),
        ];
        for (given, shown) in cases {
            let host: Host = given.parse().unwrap_or_else(|error| panic!("{given}: {error}"));
            assert_eq!(host.to_string(), shown);
        }
    }

    #[test]
    fn refuses_addresses_that_would_reach_the_wrong_place() {
        let cases = [
            ("/var/run/docker.sock", "no scheme"),
            ("unix://relative.sock", "a relative path depends on the working folder"),
            ("tcp://:2375", "no host"),
            ("tcp://host:port", "the port is no number"),
            ("npipe:////./pipe/docker_engine", "named pipes are Windows only"),
            ("ssh://-oProxyCommand=evil", "ssh would read it as an option"),
        ];
        for (given, why) in cases {
            assert!(given.parse::<Host>().is_err(), "{given}: {why}");
        }
    }

    #[test]
    fn certificates_turn_tcp_into_tls_with_its_own_default_port() {
        let host = Host::from_values(Some("tcp://engine"), Some("/certs"), Some("1")).expect("a valid address");
        let expected = Host::Tls { host: "engine".into(), port: 2376, certificates: "/certs".into() };
        assert_eq!(host, expected);
        assert!(matches!(
            Host::from_values(Some("tcp://engine"), None, Some("1")),
            Err(HostError::NoCertificates { .. })
        ));
    }

    #[test]
    fn nothing_set_means_the_default_socket() {
        assert_eq!(Host::from_values(None, None, None).expect("the default"), Host::default());
        assert_eq!(Host::from_values(Some(""), Some("/certs"), None).expect("the default"), Host::default());
    }
}
