//! A plan as a person would say it.

use std::fmt;

use super::action::{Action, Blocker, DomainChange, ImagePlan, Plan};

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(reason) = &self.create_repository {
            writeln!(f, "target {}", self.target)?;
            writeln!(f, "  + {:<36}  {reason}\n", "create the repository")?;
        }
        for image in self.images.iter().filter(|image| !image.actions.is_empty() || !image.blockers.is_empty()) {
            writeln!(f, "{image}")?;
        }
        f.write_str(&self.summary())
    }
}

impl Plan {
    /// One line: how much would be done, and how much stays as it is.
    pub fn summary(&self) -> String {
        let free: Vec<&ImagePlan> = self.images.iter().filter(|image| image.blockers.is_empty()).collect();
        let count = |wanted: fn(&Action) -> bool| {
            free.iter().flat_map(|image| &image.actions).filter(|action| wanted(action)).count()
        };
        let unchanged = free.iter().filter(|image| image.actions.is_empty()).count();
        let parts = [
            (count(|action| matches!(action, Action::Build { .. })), "to build", "to build"),
            (count(|action| matches!(action, Action::CreateVersion { .. })), "new version", "new versions"),
            (count(|action| matches!(action, Action::UpdateImage { .. })), "image to update", "images to update"),
            (count(|action| matches!(action, Action::Attach { .. })), "entry to change", "entries to change"),
            (self.blocked().count(), "blocked", "blocked"),
            (unchanged, "unchanged", "unchanged"),
        ];
        let said = parts.into_iter().filter(|(number, ..)| *number > 0);
        let said: Vec<String> =
            said.map(|(number, one, many)| format!("{number} {}", if number == 1 { one } else { many })).collect();
        if self.is_empty() && self.blocked().next().is_none() {
            format!("Nothing to do for target {}: {}.", self.target, said.join(", "))
        } else {
            format!("Plan for target {}: {}.", self.target, said.join(", "))
        }
    }
}

impl fmt::Display for ImagePlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}  ({})", self.image, self.tag)?;
        for action in &self.actions {
            let (sign, what) = action.phrase();
            writeln!(f, "  {sign} {what:<36}  {}", action.reason())?;
        }
        for Blocker { message, fix } in &self.blockers {
            writeln!(f, "  ! blocked: {message}\n    {fix}")?;
        }
        Ok(())
    }
}

impl Action {
    /// A sign as in a diff, and what is done.
    fn phrase(&self) -> (char, String) {
        match self {
            Self::Build { .. } => ('+', "build, verify and push".to_owned()),
            Self::CreateImage { .. } => ('+', "create the SageMaker image".to_owned()),
            Self::UpdateImage { .. } => ('~', "update the SageMaker image".to_owned()),
            Self::CreateVersion { .. } => ('+', "create an image version".to_owned()),
            Self::CreateConfig { .. } => ('+', "create the app image config".to_owned()),
            Self::Attach { domain, change, .. } => {
                let sign = if change.from.is_none() { '+' } else { '~' };
                (sign, format!("attach to {domain}: {change}"))
            }
        }
    }
}

impl fmt::Display for DomainChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let version = |number: Option<u32>, missing: &str| {
            number.map_or_else(|| missing.to_owned(), |number| format!("version {number}"))
        };
        match self.from {
            Some(from) => write!(f, "version {from} -> {}", version(self.to, "new")),
            None => f.write_str(&version(self.to, "new version")),
        }
    }
}
