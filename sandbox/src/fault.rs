//! Faults on request: what goes wrong in AWS once a month can be had here at will.
//!
//! Faults live in the process, not in the state folder: a restarted sandbox has only the ones it was started with.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::options::{AsyncState, ForeignEntry};

/// Something that goes wrong on purpose.
///
/// Operations are named `Service.Operation` (`SageMaker.CreateImage`, `ECR.PutImage`, `STS.AssumeRole`,
/// `Registry.PutManifest`); `*` stands for any text, and the service may be left out. A pattern means registry
/// requests only when it begins with `Registry.`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// `ThrottlingException` "Rate exceeded" (facts 2.6) for the next calls.
    Throttle {
        /// Pattern of the operations.
        operation: String,
        /// How many calls of each operation are refused; none means all of them.
        #[serde(default)]
        calls: Option<u32>,
        /// Refuse this share of the calls (0 to 1) instead of each one.
        #[serde(default)]
        probability: Option<f64>,
        /// Seed of the dice for `probability`.
        #[serde(default)]
        seed: u64,
    },
    /// The operation answers with this error.
    Fail {
        /// Pattern of the operations.
        operation: String,
        /// Error type, such as `ResourceLimitExceeded`.
        error: String,
        /// The words.
        message: String,
        /// How often.
        times: u32,
    },
    /// A state lasts this long, for as long as the fault is in force.
    Slow {
        /// The state.
        state: AsyncState,
        /// Its length in milliseconds.
        millis: u64,
    },
    /// The next image versions end in `CREATE_FAILED`.
    VersionFails {
        /// The `FailureReason`.
        reason: String,
        /// How often.
        times: u32,
    },
    /// Right after an `UpdateDomain` another writer, who had read the list before, puts its own list in its place.
    LostUpdate {
        /// How often.
        times: u32,
        /// What the other writer adds to the list it had read.
        #[serde(default)]
        adds: Vec<ForeignEntry>,
    },
    /// Somebody else is updating the domain from now on.
    DomainUpdating {
        /// The domain's id.
        domain: String,
        /// For how many milliseconds.
        for_ms: u64,
    },
    /// The connection breaks in the middle of a blob upload.
    CutPush {
        /// After this many bytes of one upload.
        after_bytes: u64,
        /// How often.
        times: u32,
    },
    /// The process dies after the operation's change is stored and before its answer is sent.
    AbortAfter {
        /// Pattern of the operations.
        operation: String,
        /// Which matching call, counted from 1.
        #[serde(default = "first")]
        call: u32,
    },
}

fn first() -> u32 {
    1
}

/// The faults in force.
#[derive(Debug, Default)]
pub struct FaultBook(Mutex<Vec<Armed>>);

#[derive(Debug)]
struct Armed {
    fault: Fault,
    spent: std::collections::BTreeMap<String, u32>,
    dice: fastrand::Rng,
}

/// An error that a fault asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// "Rate exceeded".
    Throttled,
    /// An error of this type with these words.
    Failed {
        /// Error type.
        error: String,
        /// The words.
        message: String,
    },
}

impl FaultBook {
    /// Puts a fault in force.
    pub fn arm(&self, fault: Fault) {
        let seed = if let Fault::Throttle { seed, .. } = &fault { *seed } else { 0 };
        let armed = Armed { fault, spent: std::collections::BTreeMap::new(), dice: fastrand::Rng::with_seed(seed) };
        self.with(|book| book.push(armed));
    }

    /// Ends all faults.
    pub fn clear(&self) {
        self.with(Vec::clear);
    }

    /// The faults in force, with what is left of them.
    pub fn list(&self) -> Vec<Fault> {
        self.with(|book| book.iter().filter_map(Armed::remaining).collect())
    }

    /// The error that a call of `operation` is to be answered with, if any.
    pub fn refusal(&self, operation: &str) -> Option<Refusal> {
        self.with(|book| book.iter_mut().find_map(|armed| armed.refuse(operation)))
    }

    /// How long `state` is to last, if a fault says so.
    pub fn slow(&self, state: AsyncState) -> Option<Duration> {
        self.with(|book| {
            book.iter().find_map(|armed| match armed.fault {
                Fault::Slow { state: slowed, millis } if slowed == state => Some(Duration::from_millis(millis)),
                _ => None,
            })
        })
    }

    /// Why the image version that is made now is to fail, if it is.
    pub fn version_failure(&self) -> Option<String> {
        self.spend(|fault| match fault {
            Fault::VersionFails { reason, times } => Some((reason.clone(), *times)),
            _ => None,
        })
    }

    /// What another writer adds while it undoes the update that just landed, if there is one.
    pub fn lost_update(&self) -> Option<Vec<ForeignEntry>> {
        self.spend(|fault| match fault {
            Fault::LostUpdate { adds, times } => Some((adds.clone(), *times)),
            _ => None,
        })
    }

    /// Whether an upload that has got `received` bytes breaks now.
    pub fn cuts(&self, received: u64) -> bool {
        let cut = self.spend(|fault| match fault {
            Fault::CutPush { after_bytes, times } if received > *after_bytes => Some(((), *times)),
            _ => None,
        });
        cut.is_some()
    }

    /// Whether the process dies now that `operation` is done.
    pub fn aborts(&self, operation: &str) -> bool {
        self.with(|book| {
            book.iter_mut().any(|armed| match &armed.fault {
                Fault::AbortAfter { operation: pattern, call } if matches(pattern, operation) => {
                    let seen = armed.spent.entry(String::new()).or_default();
                    *seen += 1;
                    *seen == *call
                }
                _ => false,
            })
        })
    }

    fn spend<T>(&self, pick: impl Fn(&Fault) -> Option<(T, u32)>) -> Option<T> {
        self.with(|book| {
            book.iter_mut().find_map(|armed| {
                let (value, times) = pick(&armed.fault)?;
                armed.spend("", times).then_some(value)
            })
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut Vec<Armed>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Armed {
    fn refuse(&mut self, operation: &str) -> Option<Refusal> {
        match self.fault.clone() {
            Fault::Throttle { operation: pattern, calls, probability, .. } if matches(&pattern, operation) => {
                let hit = probability.is_none_or(|share| self.dice.f64() < share);
                (hit && calls.is_none_or(|calls| self.spend(operation, calls))).then_some(Refusal::Throttled)
            }
            Fault::Fail { operation: pattern, error, message, times } if matches(&pattern, operation) => {
                self.spend("", times).then_some(Refusal::Failed { error, message })
            }
            _ => None,
        }
    }

    fn spend(&mut self, purse: &str, times: u32) -> bool {
        let spent = self.spent.entry(purse.to_owned()).or_default();
        let left = *spent < times;
        *spent += u32::from(left);
        left
    }

    fn remaining(&self) -> Option<Fault> {
        let mut fault = self.fault.clone();
        let spent = self.spent.get("").copied().unwrap_or_default();
        match &mut fault {
            Fault::Fail { times, .. }
            | Fault::VersionFails { times, .. }
            | Fault::LostUpdate { times, .. }
            | Fault::CutPush { times, .. } => {
                *times -= spent.min(*times);
                (*times > 0).then_some(fault)
            }
            Fault::Throttle { .. } | Fault::Slow { .. } | Fault::DomainUpdating { .. } | Fault::AbortAfter { .. } => {
                Some(fault)
            }
        }
    }
}

/// Whether `pattern` means `operation`, which is written `Service.Operation`.
fn matches(pattern: &str, operation: &str) -> bool {
    if operation.starts_with("Registry.") && !pattern.starts_with("Registry.") {
        return false;
    }
    let bare = operation.split_once('.').map_or(operation, |(_, bare)| bare);
    glob(pattern.as_bytes(), operation.as_bytes()) || glob(pattern.as_bytes(), bare.as_bytes())
}

fn glob(pattern: &[u8], text: &[u8]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some((b'*', rest)) => (0..=text.len()).any(|skipped| glob(rest, &text[skipped..])),
        Some((letter, rest)) => text.split_first().is_some_and(|(first, text)| first == letter && glob(rest, text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_name_operations_with_and_without_their_service() {
        let table = [
            ("*", "SageMaker.CreateImage", true),
            ("CreateImage", "SageMaker.CreateImage", true),
            ("CreateImage", "SageMaker.CreateImageVersion", false),
            ("Create*", "ECR.CreateRepository", true),
            ("ECR.*", "SageMaker.CreateImage", false),
            ("*", "Registry.PutManifest", false),
            ("Registry.*", "Registry.PutManifest", true),
        ];
        for (pattern, operation, expected) in table {
            assert_eq!(matches(pattern, operation), expected, "{pattern} {operation}");
        }
    }

    #[test]
    fn a_throttle_counts_each_operation_by_itself() {
        let book = FaultBook::default();
        book.arm(Fault::Throttle { operation: "*".to_owned(), calls: Some(1), probability: None, seed: 0 });
        for operation in ["SageMaker.ListImages", "ECR.PutImage"] {
            assert_eq!(book.refusal(operation), Some(Refusal::Throttled));
            assert_eq!(book.refusal(operation), None);
        }
    }

    #[test]
    fn a_probability_is_repeatable() {
        let run = || {
            let book = FaultBook::default();
            book.arm(Fault::Throttle { operation: "*".to_owned(), calls: None, probability: Some(0.5), seed: 7 });
            (0..32).map(|_| book.refusal("STS.AssumeRole").is_some()).collect::<Vec<_>>()
        };
        let first = run();
        assert_eq!(first, run());
        assert!(first.contains(&true) && first.contains(&false));
    }

    #[test]
    fn a_spent_fault_is_not_listed() {
        let book = FaultBook::default();
        book.arm(Fault::VersionFails { reason: "InternalFailure".to_owned(), times: 1 });
        assert_eq!(book.version_failure().as_deref(), Some("InternalFailure"));
        assert_eq!(book.version_failure(), None);
        assert_eq!(book.list(), []);
    }

    #[test]
    fn a_process_dies_at_the_named_call_only() {
        let book = FaultBook::default();
        book.arm(Fault::AbortAfter { operation: "UpdateDomain".to_owned(), call: 2 });
        let dies = |operation| book.aborts(operation);
        assert!(!dies("SageMaker.UpdateDomain"));
        assert!(!dies("SageMaker.CreateImage"));
        assert!(dies("SageMaker.UpdateDomain"));
        assert!(!dies("SageMaker.UpdateDomain"));
    }

    #[test]
    fn faults_read_as_people_write_them() -> Result<(), serde_json::Error> {
        for text in [
            r#"{"fault":"throttle","operation":"*","calls":3}"#,
            r#"{"fault":"fail","operation":"CreateImage","error":"ResourceLimitExceeded","message":"no","times":1}"#,
            r#"{"fault":"slow","state":"image_version","millis":5000}"#,
            r#"{"fault":"lost_update","times":1}"#,
            r#"{"fault":"domain_updating","domain":"d-1","for_ms":500}"#,
            r#"{"fault":"cut_push","after_bytes":1000000,"times":1}"#,
            r#"{"fault":"abort_after","operation":"UpdateDomain"}"#,
        ] {
            serde_json::from_str::<Fault>(text)?;
        }
        Ok(())
    }
}
