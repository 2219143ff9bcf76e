//! Wall times, and the median of several.

use std::time::{Duration, Instant};

use crate::Failure;

/// How long `work` takes, and what comes out of it.
pub fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let began = Instant::now();
    let value = work();
    (began.elapsed(), value)
}

/// The median wall time of `runs` runs, after one that warms the caches.
pub fn median_of(runs: usize, mut work: impl FnMut() -> Result<(), Failure>) -> Result<Duration, Failure> {
    work()?;
    let mut times = Vec::with_capacity(runs);
    for _ in 0..runs {
        let (time, result) = timed(&mut work);
        result?;
        times.push(time);
    }
    Ok(median(times))
}

/// The middle one; the lower of the two middle ones of an even number.
pub fn median<T: Ord + Copy + Default>(mut values: Vec<T>) -> T {
    values.sort_unstable();
    values.get(values.len().saturating_sub(1) / 2).copied().unwrap_or_default()
}
