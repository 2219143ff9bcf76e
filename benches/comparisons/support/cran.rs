//! A CRAN-like server: the test world's packages, and made-up ones that nobody has installed before.
//!
//! A made-up package whose name contains `slow` is answered after [`DELAY`]: it stands for what costs an image build
//! most of its time in life, waiting for somebody else's server, and for what a machine of two cores can do side by side.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::world::World;
use crate::Failure;

/// How long a slow package takes to be answered.
pub const DELAY: Duration = Duration::from_secs(6);

/// The port does not change from run to run: it stands in the Dockerfiles, above layers that are to be found cached.
pub const PORT: u16 = 5019;

static SERVED: OnceLock<Packages> = OnceLock::new();

#[derive(Debug)]
struct Packages {
    /// Folder of the world's package archives.
    folder: PathBuf,
    /// The index of those, in the form of R.
    index: String,
    /// Names of the made-up packages.
    made_up: Mutex<BTreeSet<String>>,
}

/// Serves the world's packages and the named ones, until the process ends.
pub fn offer(world: &World, made_up: impl IntoIterator<Item = String>) -> Result<(), Failure> {
    let packages = match SERVED.get() {
        Some(packages) => packages,
        None => start(world)?,
    };
    packages.made_up().extend(made_up);
    Ok(())
}

fn start(world: &World) -> Result<&'static Packages, Failure> {
    let folder =
        PathBuf::from(world.value("WORLD")?).join("mirror/cran").join(world.value("SNAPSHOT")?).join("src/contrib");
    let index = std::fs::read_to_string(folder.join("PACKAGES"))?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, PORT))
        .map_err(|error| format!("port {PORT} is needed for the package server: {error}"))?;
    let packages = SERVED.get_or_init(|| Packages { folder, index, made_up: Mutex::default() });
    std::thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            std::thread::spawn(move || packages.answer(connection));
        }
    });
    Ok(packages)
}

impl Packages {
    /// One request for each connection; a client that goes away gets nothing, and needs nothing.
    fn answer(&self, mut connection: TcpStream) -> std::io::Result<()> {
        let mut head = Vec::new();
        for line in BufReader::new(connection.try_clone()?).lines() {
            let line = line?;
            if line.is_empty() {
                break;
            }
            head.push(line);
        }
        let request = head.first().cloned().unwrap_or_default();
        let (method, path) = request.split_once(' ').unwrap_or_default();
        let file = path.split(' ').next().and_then(|path| path.rsplit('/').next()).unwrap_or_default();
        let (status, body) = match self.file(file) {
            Some(body) => ("200 OK", body),
            None => ("404 Not Found", Vec::new()),
        };
        write!(connection, "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len())?;
        if method == "GET" {
            connection.write_all(&body)?;
        }
        connection.flush()
    }

    fn file(&self, name: &str) -> Option<Vec<u8>> {
        match name {
            "PACKAGES" => Some(self.listing().into_bytes()),
            "PACKAGES.gz" => gzip(self.listing().as_bytes()).ok(),
            _ => match name.strip_suffix("_1.0.0.tar.gz").filter(|package| self.made_up().contains(*package)) {
                Some(package) => {
                    if package.contains("slow") {
                        std::thread::sleep(DELAY);
                    }
                    archive(package).ok()
                }
                None => std::fs::read(self.folder.join(name)).ok(),
            },
        }
    }

    fn made_up(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.made_up.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn listing(&self) -> String {
        let mut index = self.index.trim_end().to_owned();
        for package in self.made_up().iter() {
            index.push_str("\n\n");
            index.push_str(description(package).trim_end());
        }
        index.push('\n');
        index
    }
}

fn description(package: &str) -> String {
    format!("Package: {package}\nVersion: 1.0.0\nLicense: Apache-2.0\nNeedsCompilation: no\n")
}

/// A package with nothing in it: installing it costs little more than starting R.
fn archive(package: &str) -> std::io::Result<Vec<u8>> {
    let described = format!(
        "{}Title: A Package\nDescription: Nothing.\nAuthor: Nobody\nMaintainer: Nobody <nobody@example.com>\n",
        description(package)
    );
    let files = [("DESCRIPTION", described), ("NAMESPACE", "# exports nothing\n".to_owned())];
    let mut archive = tar::Builder::new(Vec::new());
    for (path, content) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        // R's own tar knows no files without a type.
        header.set_entry_type(tar::EntryType::Regular);
        archive.append_data(&mut header, format!("{package}/{path}"), content.as_bytes())?;
    }
    gzip(&archive.into_inner()?)
}

fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes)?;
    encoder.finish()
}
