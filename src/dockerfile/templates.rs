//! The templates in `dockerfiles/`, embedded in the binary, and the filters that keep values from being code.

use std::collections::HashMap;
use std::sync::LazyLock;

use tera::{Tera, Value};

macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../dockerfiles/", $name)))),*]
    };
}

static TEMPLATES: LazyLock<Tera> = LazyLock::new(|| {
    let mut tera = Tera::default();
    tera.add_raw_templates(templates![
        "debian/Dockerfile.tera",
        "debian/macros.tera",
        "debian/system.tera",
        "debian/downloads.tera",
        "debian/r.tera",
        "debian/python.tera",
        "debian/drivers.tera",
        "debian/workbench.tera",
        "debian/system-packages.tera",
        "debian/r-packages.tera",
        "debian/session.tera",
        "files/Rprofile.site.tera",
        "files/r-versions.tera",
    ])
    .expect("the embedded templates should be valid");
    tera.autoescape_on(Vec::new());
    tera.register_filter("sh", |value: &Value, _: &HashMap<String, Value>| Ok(shell_quoted(text(value)?).into()));
    tera.register_filter("env", |value: &Value, _: &HashMap<String, Value>| Ok(variable_quoted(text(value)?).into()));
    tera
});

/// The embedded templates.
pub fn templates() -> &'static Tera {
    &TEMPLATES
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
    fn the_templates_are_valid() {
        assert!(templates().get_template_names().count() > 10);
    }
}
