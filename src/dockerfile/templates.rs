//! The templates in `dockerfiles/`, embedded in the binary, and the filters that keep values from being code.

use std::collections::HashMap;
use std::sync::LazyLock;

use tera::{Tera, Value};

use crate::catalog::Family;

macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../dockerfiles/", $name)))),*]
    };
}

/// What every family shares.
const SHARED: [(&str, &str); 11] = templates![
    "Dockerfile.tera",
    "shared/downloads.tera",
    "shared/r.tera",
    "shared/python.tera",
    "shared/drivers.tera",
    "shared/workbench.tera",
    "shared/system-packages.tera",
    "shared/r-packages.tera",
    "shared/session.tera",
    "files/Rprofile.site.tera",
    "files/r-versions.tera",
];

/// A family's own, which the shared ones find as `family/...`.
const DEBIAN: [(&str, &str); 2] = templates!["debian/packages.tera", "debian/system.tera"];
const RED_HAT: [(&str, &str); 2] = templates!["rhel/packages.tera", "rhel/system.tera"];

static OF_DEBIAN: LazyLock<Tera> = LazyLock::new(|| family(&DEBIAN));
static OF_RED_HAT: LazyLock<Tera> = LazyLock::new(|| family(&RED_HAT));

/// The embedded templates of a family.
pub fn templates(family: Family) -> &'static Tera {
    match family {
        Family::Debian => &OF_DEBIAN,
        Family::RedHat => &OF_RED_HAT,
    }
}

fn family(own: &[(&'static str, &'static str)]) -> Tera {
    let mut tera = Tera::default();
    let renamed = own.iter().map(|(path, text)| {
        let (_, name) = path.split_once('/').expect("a family's template should lie in its folder");
        (format!("family/{name}"), *text)
    });
    let shared = SHARED.iter().map(|(name, text)| ((*name).to_owned(), *text));
    tera.add_raw_templates(shared.chain(renamed)).expect("the embedded templates should be valid");
    tera.autoescape_on(Vec::new());
    tera.register_filter("sh", |value: &Value, _: &HashMap<String, Value>| Ok(shell_quoted(text(value)?).into()));
    tera.register_filter("env", |value: &Value, _: &HashMap<String, Value>| Ok(variable_quoted(text(value)?).into()));
    tera
}

fn text(value: &Value) -> tera::Result<&str> {
    value.as_str().ok_or_else(|| tera::Error::msg("only a text can be quoted"))
}

/// A text as one word of a POSIX shell.
fn shell_quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-:+=@,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// A text as the value of `ENV` or `LABEL`, where quotes, backslashes and dollars mean something.
fn variable_quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\' | '$') {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_is_code() {
        assert_eq!(shell_quoted("libgdal-dev"), "libgdal-dev");
        assert_eq!(shell_quoted("a b; rm -rf $HOME"), "'a b; rm -rf $HOME'");
        assert_eq!(shell_quoted("it's"), r"'it'\''s'");
        assert_eq!(variable_quoted(r#"a "b" $C \d"#), r#""a \"b\" \$C \\d""#);
    }

    #[test]
    fn the_templates_of_every_family_are_valid() {
        for family in Family::ALL {
            assert_eq!(templates(family).get_template_names().count(), 13);
        }
    }
}
