//! Where a session begins.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The application that a minted URL opens; `RStudio` where nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub enum Landing {
    /// `RStudio` (Posit Workbench).
    #[default]
    RStudio,
    /// `JupyterLab`.
    JupyterLab,
    /// Code Editor.
    CodeEditor,
    /// `SageMaker` Canvas.
    Canvas,
    /// Studio's own start page.
    Studio,
}

impl Landing {
    /// Every landing page, the default first.
    pub const ALL: [Self; 5] = [Self::RStudio, Self::JupyterLab, Self::CodeEditor, Self::Canvas, Self::Studio];

    /// The `LandingUri` of `CreatePresignedDomainUrl`, at the application's start (presigned-access 2).
    pub const fn as_uri(self) -> &'static str {
        match self {
            Self::RStudio => "app:RStudioServerPro:",
            Self::JupyterLab => "app:JupyterLab:",
            Self::CodeEditor => "app:CodeEditor:",
            Self::Canvas => "app:Canvas:",
            Self::Studio => "studio::",
        }
    }

    /// The name in our own files and tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RStudio => "rstudio",
            Self::JupyterLab => "jupyterlab",
            Self::CodeEditor => "code-editor",
            Self::Canvas => "canvas",
            Self::Studio => "studio",
        }
    }
}

impl fmt::Display for Landing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Landing {
    type Err = LandingError;

    fn from_str(text: &str) -> Result<Self, LandingError> {
        Self::ALL.into_iter().find(|landing| landing.as_str() == text).ok_or(LandingError)
    }
}

impl TryFrom<String> for Landing {
    type Error = LandingError;

    fn try_from(text: String) -> Result<Self, LandingError> {
        text.parse()
    }
}

impl From<Landing> for &'static str {
    fn from(landing: Landing) -> Self {
        landing.as_str()
    }
}

/// A text that names no landing page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a landing page: say `rstudio`, `jupyterlab`, `code-editor`, `canvas` or `studio`")]
pub struct LandingError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back_and_told_in_the_error() {
        for landing in Landing::ALL {
            assert_eq!(landing.as_str().parse(), Ok(landing));
            assert!(LandingError.to_string().contains(&format!("`{landing}`")));
            let json = serde_json::to_string(&landing).expect("JSON");
            assert_eq!(serde_json::from_str::<Landing>(&json).expect("a landing page"), landing);
        }
    }

    #[test]
    fn a_path_cannot_be_smuggled_in() {
        for bad in ["", "RStudio", "rstudio ", "app:RStudioServerPro:", "studio::../x", "https://elsewhere.example"] {
            assert_eq!(bad.parse::<Landing>(), Err(LandingError), "{bad}");
        }
    }

    #[test]
    fn people_land_in_rstudio_where_nothing_is_said() {
        assert_eq!(Landing::default().as_uri(), "app:RStudioServerPro:");
    }

    #[test]
    fn every_uri_has_the_form_that_sagemaker_declares() {
        for landing in Landing::ALL {
            let uri = landing.as_uri();
            assert!(uri.starts_with("app:") && uri.ends_with(':') || uri == "studio::", "{uri}");
        }
    }
}
