//! The sandbox as a process of its own: `slipway-sandbox STATE [ADDRESS]`.
//!
//! Prints its endpoint and serves until it is killed; everything is on disk before it is answered. Faults and domains
//! are asked for over `/_sandbox/`. People use `slipway sandbox`, which does the same with more comfort.

use std::error::Error;
use std::io::Write;

use slipway_sandbox::{Options, start};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let state = arguments.next().ok_or("usage: slipway-sandbox STATE [ADDRESS]")?;
    let mut options = Options::new(state);
    if let Some(address) = arguments.next() {
        options.address = address.parse()?;
    }
    let sandbox = start(options).await?;
    let mut out = std::io::stdout();
    writeln!(out, "{}", sandbox.endpoint())?;
    out.flush()?;
    sandbox.wait().await;
    Ok(())
}
