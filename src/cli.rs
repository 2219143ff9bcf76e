//! The command line. The environment is read here and in `main`, nowhere else.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::commands;

/// Declared RStudio images for RStudio on Amazon SageMaker: locked, built, checked, published and attached.
#[derive(Debug, Parser)]
#[command(name = "slipway", version, max_term_width = 100, disable_help_subcommand = true)]
#[command(after_help = "Start with `slipway init`. Everything runs without an AWS account in the target `sandbox`, \
which is the default; `--target NAME` chooses one of slipway.toml.")]
pub struct Cli {
    /// What every verb takes.
    #[command(flatten)]
    pub globals: Globals,
    /// The verb.
    #[command(subcommand)]
    pub verb: Verb,
}

/// What every verb takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every verb")]
pub struct Globals {
    /// Folder of the project; where nothing is said, the one that the current folder lies in.
    #[arg(long, global = true, value_name = "DIR")]
    pub project: Option<PathBuf>,
    /// Target of `slipway.toml`; where nothing is said, the sandbox.
    #[arg(long, global = true, value_name = "NAME", env = "SLIPWAY_TARGET")]
    pub target: Option<String>,
    /// Write results, and progress on stderr, as JSON.
    #[arg(long, global = true)]
    pub json: bool,
    /// Say nothing but results and errors.
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Also show what the programs that run say.
    #[arg(long, short, global = true)]
    pub verbose: bool,
    /// When to use colours.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
    /// Folder of downloads and reports.
    #[arg(long, global = true, value_name = "DIR", env = "SLIPWAY_CACHE", hide = true)]
    pub cache: Option<PathBuf>,
    /// Address of the Docker Engine.
    #[arg(long, global = true, env = "DOCKER_HOST", hide = true)]
    pub docker_host: Option<String>,
    /// Folder of certificates for the Docker Engine.
    #[arg(long, global = true, env = "DOCKER_CERT_PATH", hide = true)]
    pub docker_cert_path: Option<String>,
    /// Whether the Docker Engine's certificate is checked.
    #[arg(long, global = true, env = "DOCKER_TLS_VERIFY", hide = true)]
    pub docker_tls_verify: Option<String>,
}

/// When colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Make a project in a folder.
    Init(commands::init::Init),
    /// Make an image spec.
    New(commands::new::New),
    /// Check every spec and tell all mistakes at once.
    Validate(commands::validate::Validate),
    /// Resolve versions to digests, addresses and hashes.
    Lock(commands::lock::Lock),
    /// Write Dockerfiles.
    Render(commands::render::Render),
    /// Say what would happen, and why.
    Plan(commands::plan::Plan),
    /// Bring images all the way: build, verify, push, register, attach.
    Apply(commands::apply::Apply),
    /// Say how spec, registry, SageMaker and domains stand.
    Status(commands::status::Status),
    /// Build images in the Docker Engine.
    Build(commands::build::Build),
    /// Check built images against SageMaker's rules and their own tests.
    Verify(commands::verify::Verify),
    /// Push verified images to the registry.
    Push(commands::push::Push),
    /// Register pushed images in SageMaker.
    Register(commands::register::Register),
    /// Attach registered images to their domains.
    Attach(commands::attach::Attach),
    /// Say why a rule exists, where it comes from and how to satisfy it.
    Explain(commands::explain::Explain),
    /// Say and check who comes into a domain.
    Access(Box<commands::access::Access>),
    /// Serve the local AWS for any client.
    Sandbox(commands::sandbox::Sandbox),
    /// Print the JSON Schema of a file, for editors.
    Schema(commands::schema::Schema),
    /// Print completions for a shell.
    Completions(commands::completions::Completions),
    /// Print the manual page.
    Man(commands::man::Man),
}
