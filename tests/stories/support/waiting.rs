//! Waiting for what happens elsewhere, with an end.

use std::thread::sleep;
use std::time::{Duration, Instant};

/// The pause between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// Looks until `find` finds something; a story whose awaited moment does not come has failed.
pub fn until<T>(what: &str, limit: Duration, mut find: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = find() {
            return found;
        }
        assert!(began.elapsed() < limit, "waited {limit:?} in vain: {what}");
        sleep(PAUSE);
    }
}
