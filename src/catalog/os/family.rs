//! Families of operating systems: they share templates, a form of packages, and the names of most packages.

/// Operating systems that share templates and the form of their packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// apt and deb.
    Debian,
    /// dnf or yum, and rpm.
    RedHat,
}

/// What installs packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PackageTool {
    /// Debian and Ubuntu.
    Apt,
    /// Red Hat Enterprise Linux 8 and newer, and what is built from it.
    Dnf,
    /// Amazon Linux 2.
    Yum,
}

impl PackageTool {
    /// The command.
    pub fn command(self) -> &'static str {
        match self {
            Self::Apt => "apt-get",
            Self::Dnf => "dnf",
            Self::Yum => "yum",
        }
    }

    /// The family of its packages.
    pub fn family(self) -> Family {
        match self {
            Self::Apt => Family::Debian,
            Self::Dnf | Self::Yum => Family::RedHat,
        }
    }
}

impl Family {
    /// Every family.
    pub const ALL: [Self; 2] = [Self::Debian, Self::RedHat];

    /// Its name in templates, and the folder below `dockerfiles/` that holds its own.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Debian => "debian",
            Self::RedHat => "rhel",
        }
    }

    /// The folder whose certificates the system trusts, and the ending that they need there.
    pub fn trust_anchors(self) -> (&'static str, &'static str) {
        match self {
            // update-ca-certificates reads only files that end in .crt.
            Self::Debian => ("/usr/local/share/ca-certificates", "crt"),
            Self::RedHat => ("/etc/pki/ca-trust/source/anchors", "pem"),
        }
    }

    /// The file with all certificates that the system trusts.
    pub fn trusted_certificates(self) -> &'static str {
        match self {
            Self::Debian => "/etc/ssl/certs/ca-certificates.crt",
            Self::RedHat => "/etc/pki/tls/certs/ca-bundle.crt",
        }
    }

    /// unixODBC with its headers, which the Pro Drivers and the R package `odbc` need (facts 3.5).
    pub fn odbc_packages(self) -> &'static [&'static str] {
        match self {
            Self::Debian => &["odbcinst", "unixodbc", "unixodbc-dev"],
            Self::RedHat => &["unixODBC", "unixODBC-devel"],
        }
    }

    /// Packages of every image of the family.
    pub(super) fn base_packages(self) -> &'static [&'static str] {
        match self {
            Self::Debian => &[
                "build-essential",
                "ca-certificates",
                "curl",
                "gfortran",
                "git",
                "libcurl4-openssl-dev",
                "libpng-dev",
                "libssl-dev",
                "libxml2-dev",
                "locales",
                "sudo",
                "tzdata",
                "unzip",
                "xz-utils",
                "zlib1g-dev",
            ],
            // No curl: every image of the family brings one, and on release 9 the package `curl` conflicts with it.
            Self::RedHat => &[
                "ca-certificates",
                "gcc",
                "gcc-c++",
                "gcc-gfortran",
                "git",
                "glibc-langpack-en",
                "libcurl-devel",
                "libpng-devel",
                "libxml2-devel",
                "make",
                "openssl-devel",
                "sudo",
                "tzdata",
                "unzip",
                "which",
                "xz",
                "zlib-devel",
            ],
        }
    }
}
