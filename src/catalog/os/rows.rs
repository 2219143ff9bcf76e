//! The table. A new operating system is one row here.

use super::{PackageTool, PublishedFor};

/// What is known of an operating system.
pub struct Row {
    pub(super) name: &'static str,
    pub(super) tool: PackageTool,
    pub(super) published_for: PublishedFor,
    /// Folder of R and Python builds (facts 3.1, 3.7): `centos-8` for release 8 of Red Hat's family, `centos-7` for
    /// Amazon Linux 2.
    pub(super) builds: &'static str,
    /// Folder of Workbench packages (facts 3.2); newer Debian-family systems use the `jammy` package (facts 1.3).
    pub(super) workbench: &'static str,
    /// Distribution of binary packages on Posit Package Manager (facts 3.6).
    pub(super) package_manager: &'static str,
    /// Packages beside the family's: the JDK 11 that SageMaker's image requirements ask for (facts 1.1).
    pub(super) packages: &'static [&'static str],
    /// Commands that enable further repositories (facts 3.1: EPEL, and the one with development packages).
    pub(super) repositories: &'static [&'static str],
}

const DEBIAN_FAMILY: Row = Row {
    name: "",
    tool: PackageTool::Apt,
    published_for: PublishedFor::PositOnly,
    builds: "",
    workbench: "jammy",
    package_manager: "",
    packages: &["openjdk-11-jdk-headless"],
    repositories: &[],
};

const RELEASE_8: Row = Row {
    name: "",
    tool: PackageTool::Dnf,
    published_for: PublishedFor::PositOnly,
    builds: "centos-8",
    workbench: "rhel8",
    package_manager: "centos8",
    packages: &["java-11-openjdk-devel"],
    repositories: &[
        "dnf install --assumeyes dnf-plugins-core epel-release",
        "dnf config-manager --set-enabled powertools",
    ],
};

const RELEASE_9: Row = Row {
    builds: "rhel-9",
    workbench: "rhel9",
    package_manager: "rhel9",
    repositories: &["dnf install --assumeyes dnf-plugins-core epel-release", "dnf config-manager --set-enabled crb"],
    ..RELEASE_8
};

/// Every operating system.
pub(super) static ROWS: [Row; 11] = [
    Row { name: "ubuntu-20.04", builds: "ubuntu-2004", workbench: "focal", package_manager: "focal", ..DEBIAN_FAMILY },
    // The only base that AWS documents for any version alive today (facts 1.1).
    Row {
        name: "ubuntu-22.04",
        published_for: PublishedFor::SageMaker,
        builds: "ubuntu-2204",
        package_manager: "jammy",
        ..DEBIAN_FAMILY
    },
    Row { name: "ubuntu-24.04", builds: "ubuntu-2404", package_manager: "noble", ..DEBIAN_FAMILY },
    Row {
        name: "debian-12",
        builds: "debian-12",
        package_manager: "bookworm",
        // Debian 12 ships no JDK 11.
        packages: &["openjdk-17-jdk-headless"],
        ..DEBIAN_FAMILY
    },
    Row {
        name: "rhel-8",
        // Red Hat's own has no package `epel-release`, and needs a subscription for the development packages.
        repositories: &[
            "dnf install --assumeyes dnf-plugins-core \
             https://dl.fedoraproject.org/pub/epel/epel-release-latest-8.noarch.rpm",
            "dnf config-manager --set-enabled codeready-builder-for-rhel-8-x86_64-rpms",
        ],
        ..RELEASE_8
    },
    Row { name: "rocky-8", ..RELEASE_8 },
    Row { name: "alma-8", ..RELEASE_8 },
    Row {
        name: "rhel-9",
        repositories: &[
            "dnf install --assumeyes dnf-plugins-core \
             https://dl.fedoraproject.org/pub/epel/epel-release-latest-9.noarch.rpm",
            "dnf config-manager --set-enabled codeready-builder-for-rhel-9-x86_64-rpms",
        ],
        ..RELEASE_9
    },
    Row { name: "rocky-9", ..RELEASE_9 },
    Row { name: "alma-9", ..RELEASE_9 },
    Row {
        name: "amazonlinux-2",
        tool: PackageTool::Yum,
        published_for: PublishedFor::PositOnly,
        builds: "centos-7",
        workbench: "al2",
        package_manager: "centos7",
        packages: &["java-11-amazon-corretto", "tar"],
        repositories: &["amazon-linux-extras install -y epel"],
    },
];
