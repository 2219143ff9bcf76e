//! An image of Red Hat's family, from the same templates: dnf installs, R compiles, and the checks look into rpm.

use std::fs;
use std::process::Command;

use crate::support::cloud::Cloud;
use crate::support::project::{Project, spec};
use crate::support::run::run;

/// A spec on the test world's base image with dnf.
fn on_rocky(title: &str, packages: &[&str]) -> String {
    let spec = spec(title, packages)
        .replace("debian-12", "rocky-9")
        .replace("base/debian:12", "base/rocky:9")
        .replace("[\"tree\"]", "[\"unixODBC\"]\ncertificates = [\"company.pem\"]")
        .replace("[publish]", "[drivers]\nversion = \"2026.07.0\"\n\n[publish]");
    assert!(spec.contains("rocky:9") && spec.contains("company.pem") && spec.contains("[drivers]"), "{spec}");
    spec
}

#[test]
fn an_image_of_red_hats_family_goes_all_the_way() {
    let project = Project::new("rocky", "");
    let certificate = project.spec_folder().join("company.pem");
    make_certificate(&certificate);
    project.declare(&on_rocky("Red Hat's family", &["DBI"]));
    crate::support::world::up();
    project.run(&["lock"]).with_code(0);
    project.run(&["apply", "--yes"]).with_code(0);
    let state = Cloud::of(&project).state();
    let [version] = state.versions("rocky") else { panic!("one version: {state:#?}") };
    assert_eq!(version.status, "CREATED");

    let asked = |command: &str| {
        let output = Command::new("docker").args(["run", "--rm", &project.local_name(), "sh", "-c", command]).output();
        String::from_utf8_lossy(&output.expect("docker").stdout).into_owned()
    };
    let installed = asked("rpm --query rstudio-server R-4.2.2 rstudio-drivers epel-release unixODBC");
    assert!(!installed.contains("not installed") && installed.lines().count() == 5, "{installed}");
    assert_eq!(asked("Rscript -e 'cat(nzchar(system.file(package = \"DBI\")))'"), "TRUE");
    let body = fs::read_to_string(&certificate).expect("the certificate");
    let line = body.lines().nth(1).expect("a body");
    assert_eq!(asked(&format!("grep -c '{line}' /etc/pki/tls/certs/ca-bundle.crt")), "1\n");
    assert_eq!(asked("ls /etc/rstudio/secure-cookie-key /var/lib/rstudio-server/rstudio.sqlite 2>/dev/null"), "");
}

/// A company's root certificate.
fn make_certificate(path: &std::path::Path) {
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Company", "-keyout"]);
    run(openssl.arg("/dev/null").arg("-out").arg(path)).with_code(0);
}
