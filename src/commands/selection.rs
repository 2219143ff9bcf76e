//! Which images a verb works on.

use clap::Args;
use globset::Glob;

use crate::error::Error;
use crate::spec::nearest;

/// Which images a verb works on.
#[derive(Debug, Clone, Default, Args)]
pub struct Selection {
    /// Names or globs of images; all where nothing is said.
    #[arg(value_name = "IMAGE")]
    pub images: Vec<String>,
}

impl Selection {
    /// The names that are selected, in the order of `known`.
    pub fn choose(&self, known: &[String]) -> Result<Vec<String>, Error> {
        if self.images.is_empty() {
            return Ok(known.to_vec());
        }
        let mut chosen = vec![false; known.len()];
        for pattern in &self.images {
            let glob = Glob::new(pattern).map_err(|error| Error::Usage(format!("`{pattern}` is no glob: {error}")))?;
            let matcher = glob.compile_matcher();
            let mut any = false;
            for (index, _) in known.iter().enumerate().filter(|(_, name)| matcher.is_match(name)) {
                chosen[index] = true;
                any = true;
            }
            if !any {
                return Err(Error::NoSuchImage { name: pattern.clone(), hint: near(pattern, known) });
            }
        }
        Ok(known.iter().zip(chosen).filter(|(_, chosen)| *chosen).map(|(name, _)| name.clone()).collect())
    }
}

fn near(name: &str, known: &[String]) -> String {
    match nearest(name, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "`slipway new NAME` makes a first image".to_owned(),
        None => format!("there are: {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(patterns: &[&str]) -> Result<Vec<String>, Error> {
        let known = ["clinical", "demo-one", "demo-two"].map(str::to_owned);
        Selection { images: patterns.iter().map(|pattern| (*pattern).to_owned()).collect() }.choose(&known)
    }

    #[test]
    fn names_and_globs_select_in_the_order_of_the_project() -> Result<(), Error> {
        assert_eq!(choose(&[])?.len(), 3);
        assert_eq!(choose(&["demo-*"])?, ["demo-one", "demo-two"]);
        assert_eq!(choose(&["demo-two", "clinical"])?, ["clinical", "demo-two"]);
        Ok(())
    }

    #[test]
    fn a_name_that_selects_nothing_is_an_error_with_a_near_match() {
        let error = choose(&["clinicl"]).expect_err("should select nothing");
        assert_eq!(error.hint().as_deref(), Some("did you mean `clinical`?"));
    }
}
