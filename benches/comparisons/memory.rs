//! How much memory the process needs for the whole chain, for a small image and for a large one.
//!
//! The large one starts from a base image with a layer of random bytes, which cannot be compressed away. The sandbox is
//! a process of its own, as AWS would be.

use std::fs::File;
use std::io::{BufWriter, Write as _};

use super::Failure;
use super::builds::warm;
use super::chain::{apply, told};
use super::support::command::{output, script};
use super::support::docker::docker;
use super::support::registry::Registry;
use super::support::slipway::Watched;
use super::support::table::{Goal, Quantity, Row};
use super::support::world::World;

/// Bytes of the large image's extra layer.
const PADDING: u64 = 1_500_000_000;

/// How much more the large image may need: what a few more events and a longer run leave behind, not its layers.
const GROWTH: f64 = 1.25;

/// The peak for either image.
pub fn compare() -> Result<Vec<Row>, Failure> {
    let world = World::find()?;
    println!("lower layers were ready after {:.1} s", warm(&world)?.as_secs_f64());
    let small = apply(&world, None)?;
    println!("small image, {} MB sent: {}", sent(&small) / 1_000_000, told(&small));
    let registry = Registry::serve()?;
    let base = padded_base(&world, &registry)?;
    let large = apply(&world, Some(&base))?;
    println!("large image, {} MB sent: {}", sent(&large) / 1_000_000, told(&large));
    if sent(&large) < sent(&small) + PADDING {
        return Err("the large image was not pushed with its large layer".into());
    }
    println!("largest resident memory of the process, in bytes of 10^6; other: the small image");
    let limit = Goal::Below(Quantity::Memory(60_000_000));
    let (small, large) = (Quantity::Memory(small.peak), Quantity::Memory(large.peak));
    Ok(vec![
        Row::alone("memory: small image", small, limit),
        Row::alone("memory: image of 1.5 GB more", large, limit),
        Row::beside("memory: growth with the image", large, small, Goal::Ratio(GROWTH)),
    ])
}

/// Bytes of the layers that a run pushed, as the engine counts them: before it compresses them.
fn sent(watched: &Watched) -> u64 {
    watched.results["images"][0]["published"]["bytes_sent"].as_u64().unwrap_or_default()
}

/// The world's base image with a large layer on it, in a registry of our own. The bytes are the same in every run: the
/// engine's cache holds them once, however often it is measured.
fn padded_base(world: &World, registry: &Registry) -> Result<String, Failure> {
    let folder = tempfile::tempdir()?;
    std::fs::write(
        folder.path().join("Dockerfile"),
        format!("FROM {}\nCOPY padding /opt/padding\n", world.value("BASE")?),
    )?;
    write_padding(File::create(folder.path().join("padding"))?)?;
    let name = format!("127.0.0.1:{}/base/padded:1", registry.port);
    output(script("cli-builds.sh").env("BUILD_ARGS", format!("--tag {name}")).arg("1").arg(folder.path()))?;
    let pushed = output(docker().args(["push", "--quiet", &name]));
    output(docker().args(["image", "rm", &name]))?;
    pushed?;
    Ok(name)
}

/// Bytes without any pattern, by the generator xorshift64*.
fn write_padding(file: File) -> std::io::Result<()> {
    let mut file = BufWriter::with_capacity(1 << 20, file);
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..PADDING / 8 {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        file.write_all(&state.wrapping_mul(0x2545_f491_4f6c_dd1d).to_le_bytes())?;
    }
    file.flush()
}
