//! `slipway`: reads the command line, runs a verb, says how it ended.

use std::io::IsTerminal as _;
use std::process::ExitCode;

use clap::Parser as _;
use slipway::cli::{Cli, Color};
use slipway::commands::{self, Session};
use slipway::error::Error;

fn main() -> ExitCode {
    let cli = Cli::try_parse().unwrap_or_else(|error| exit_with_usage(&error));
    let colour = use_colour(cli.globals.color);
    prepare(colour, cli.globals.verbose);
    let session = Session::new(cli.globals);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("the system should give a process two threads");
    let ended = runtime.block_on(commands::run(cli.verb, &session));
    match ended {
        Ok(ending) => ending.into(),
        Err(error) => {
            tell(&error);
            error.exit_code().into()
        }
    }
}

/// clap's own exit code for wrong usage is 2, which here means "changes pending".
fn exit_with_usage(error: &clap::Error) -> ! {
    // The reader may have gone away; there is nobody left to tell.
    let _ = error.print();
    std::process::exit(if error.use_stderr() { 64 } else { 0 })
}

fn use_colour(color: Color) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|set| set.is_empty()),
    }
}

fn prepare(colour: bool, verbose: bool) {
    // Every TLS connection of the process uses one provider. A second call, which cannot happen, would keep the first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let theme = miette::GraphicalTheme { characters: miette::ThemeCharacters::unicode(), styles: styles(colour) };
    let width = 110;
    // Only the first hook counts, and this is the only one.
    let _ = miette::set_hook(Box::new(move |_| {
        Box::new(miette::GraphicalReportHandler::new_themed(theme.clone()).with_width(width))
    }));
    if verbose {
        let filter = tracing_subscriber::EnvFilter::new("slipway=debug,slipway_sandbox=info,warn");
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colour).init();
    }
}

fn styles(colour: bool) -> miette::ThemeStyles {
    if colour { miette::ThemeStyles::ansi() } else { miette::ThemeStyles::none() }
}

#[expect(clippy::print_stderr, reason = "the one place where errors are told")]
fn tell(error: &Error) {
    if let Error::Problems(problems) = error {
        commands::tell_problems(problems);
    }
    eprintln!("{}", error.told());
}
