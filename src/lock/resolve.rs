//! Resolves a spec: the only place that asks the network what is current.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};

use super::agreement::sha256_of;
use super::{
    BaseError, Download, DownloadCache, DownloadError, FetchPolicy, Lock, Locked, LockedBase, LockedPython,
    LockedSnapshot, addresses, base,
};
use crate::progress::{Outcome, Reporter, Stage};
use crate::spec::name::{Digest, NameError};
use crate::spec::{ImageSpec, Sources};

/// How many files are downloaded side by side.
const PARALLEL_DOWNLOADS: usize = 4;

/// Why a spec cannot be resolved.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// The base image.
    #[error(transparent)]
    Base(#[from] BaseError),
    /// A file.
    #[error("cannot resolve `{field}`")]
    Download {
        /// The key in `image.toml`.
        field: String,
        /// Why.
        #[source]
        source: DownloadError,
    },
    /// A value that the lock cannot hold.
    #[error("cannot resolve `{field}`")]
    Value {
        /// The key in `image.toml`.
        field: String,
        /// Why.
        #[source]
        source: NameError,
    },
}

impl ResolveError {
    /// What to do next.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Base(source) => source.hint().map(str::to_owned),
            Self::Download { source, .. } => source.hint(),
            Self::Value { .. } => None,
        }
    }
}

/// What is resolved again although the lock has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Update {
    /// The digest of the base image's tag.
    Base,
    /// The files of R, Workbench, Python and drivers.
    Downloads,
    /// Everything.
    All,
}

/// Resolves specs against download hosts and registries.
#[derive(Debug)]
pub struct Resolver {
    /// Download hosts.
    pub sources: Sources,
    /// Downloaded files.
    pub cache: DownloadCache,
    /// What to resolve again.
    pub update: BTreeSet<Update>,
}

/// A file that a spec needs, and the key that asks for it.
struct Wanted {
    field: String,
    url: String,
}

impl Resolver {
    /// Resolves a spec; what `previous` has resolved from the same values is kept, except what is to be updated.
    pub async fn resolve(
        &self,
        spec: &ImageSpec,
        previous: Option<&Lock>,
        reporter: &Reporter,
    ) -> Result<Lock, ResolveError> {
        let previous = previous.filter(|lock| lock.by_hand.is_none());
        let (digest, files, ()) = tokio::try_join!(
            self.base_digest(spec, previous, reporter),
            self.files(spec, previous, reporter),
            self.snapshot_answers(spec, previous, reporter),
        )?;
        let file = |url: String| files.get(&url).cloned().expect("every wanted address should have been downloaded");
        let (sources, os) = (&self.sources, spec.base.os);
        let r = spec.r.versions.iter().map(|version| (*version, file(addresses::r_build(sources, os, *version))));
        let python = spec.python.as_ref().map(|python| -> Result<_, ResolveError> {
            let download = file(addresses::python_build(sources, os, python.version));
            let requirements = sha256_of(&python.requirements.content);
            Ok(LockedPython {
                build: Locked { version: python.version, download },
                requirements: requirements
                    .parse()
                    .map_err(|source| ResolveError::Value { field: "python.requirements".to_owned(), source })?,
                index: sources.pypi.to_string(),
            })
        });
        Ok(Lock {
            by_hand: None,
            base: LockedBase { image: spec.base.image.to_string(), digest },
            workbench: Locked {
                version: spec.workbench.clone(),
                download: file(addresses::workbench(sources, os, &spec.workbench)),
            },
            r: r.collect(),
            cran: LockedSnapshot {
                date: spec.r.snapshot,
                repository: addresses::cran_snapshot(sources, os, spec.r.snapshot),
            },
            python: python.transpose()?,
            drivers: spec.drivers.as_ref().map(|version| Locked {
                version: version.clone(),
                download: file(addresses::drivers(sources, os, version)),
            }),
        })
    }

    async fn base_digest(
        &self,
        spec: &ImageSpec,
        previous: Option<&Lock>,
        reporter: &Reporter,
    ) -> Result<Digest, ResolveError> {
        let known = previous.filter(|lock| lock.base.image == spec.base.image.as_str());
        if let Some(lock) = known.filter(|_| !self.updates(Update::Base)) {
            return Ok(lock.base.digest.clone());
        }
        let task = reporter.start(Stage::Lock, spec.base.image.as_str());
        let digest = base::resolve(&spec.base.image).await?;
        task.finish_with(Outcome::Done, digest.as_str());
        Ok(digest)
    }

    async fn files(
        &self,
        spec: &ImageSpec,
        previous: Option<&Lock>,
        reporter: &Reporter,
    ) -> Result<BTreeMap<String, Download>, ResolveError> {
        let policy = if self.updates(Update::Downloads) { FetchPolicy::Revalidate } else { FetchPolicy::Reuse };
        let known: BTreeMap<&str, &Download> = match policy {
            FetchPolicy::Reuse => {
                previous.into_iter().flat_map(Lock::downloads).map(|file| (file.url.as_str(), file)).collect()
            }
            FetchPolicy::Revalidate => BTreeMap::new(),
        };
        let (kept, wanted): (Vec<Wanted>, Vec<Wanted>) =
            wanted_files(&self.sources, spec).into_iter().partition(|wanted| known.contains_key(wanted.url.as_str()));
        let fetch = |wanted: Wanted| async move {
            let file = self.cache.fetch(&wanted.url, policy, reporter).await;
            let field = wanted.field;
            file.map(|file| (wanted.url, file)).map_err(|source| ResolveError::Download { field, source })
        };
        let mut files: BTreeMap<String, Download> =
            stream::iter(wanted).map(fetch).buffer_unordered(PARALLEL_DOWNLOADS).try_collect().await?;
        files.extend(kept.into_iter().map(|wanted| {
            let file = (*known[wanted.url.as_str()]).clone();
            (wanted.url, file)
        }));
        Ok(files)
    }

    /// A snapshot that does not answer would be noticed only in the middle of a build.
    async fn snapshot_answers(
        &self,
        spec: &ImageSpec,
        previous: Option<&Lock>,
        reporter: &Reporter,
    ) -> Result<(), ResolveError> {
        let repository = addresses::cran_snapshot(&self.sources, spec.base.os, spec.r.snapshot);
        if previous.is_some_and(|lock| lock.cran.repository == repository) {
            return Ok(());
        }
        let url = format!("{repository}/src/contrib/PACKAGES.gz");
        let task = reporter.start(Stage::Lock, &url);
        self.cache
            .probe(&url)
            .await
            .map_err(|source| ResolveError::Download { field: "r.snapshot".to_owned(), source })?;
        task.finish(Outcome::Done);
        Ok(())
    }

    fn updates(&self, what: Update) -> bool {
        self.update.contains(&what) || self.update.contains(&Update::All)
    }
}

impl Lock {
    /// Every file that the lock names.
    pub fn downloads(&self) -> impl Iterator<Item = &Download> {
        let python = self.python.as_ref().map(|python| &python.build.download);
        let drivers = self.drivers.as_ref().map(|drivers| &drivers.download);
        self.r.values().chain([&self.workbench.download]).chain(python).chain(drivers)
    }
}

fn wanted_files(sources: &Sources, spec: &ImageSpec) -> Vec<Wanted> {
    let os = spec.base.os;
    let wanted = |field: &str, url| Wanted { field: field.to_owned(), url };
    let r = spec.r.versions.iter().enumerate().map(|(index, version)| Wanted {
        field: format!("r.versions[{index}]"),
        url: addresses::r_build(sources, os, *version),
    });
    r.chain([wanted("workbench.version", addresses::workbench(sources, os, &spec.workbench))])
        .chain(
            spec.python
                .iter()
                .map(|python| wanted("python.version", addresses::python_build(sources, os, python.version))),
        )
        .chain(spec.drivers.iter().map(|version| wanted("drivers.version", addresses::drivers(sources, os, version))))
        .collect()
}
