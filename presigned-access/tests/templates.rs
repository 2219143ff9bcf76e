//! The templates in `infrastructure/`: judged by cfn-lint and checkov, transformed by SAM's own translator, and what
//! remains (policies, configuration, logs, limits) read and evaluated.

#[path = "templates/checkov.rs"]
mod checkov;
#[path = "templates/documents.rs"]
mod documents;
#[path = "templates/installation.rs"]
mod installation;
#[path = "templates/interface.rs"]
mod interface;
#[path = "templates/policies.rs"]
mod policies;
#[path = "templates/rendering.rs"]
mod rendering;
#[path = "templates/resources.rs"]
mod resources;
#[path = "templates/scenarios.rs"]
mod scenarios;
