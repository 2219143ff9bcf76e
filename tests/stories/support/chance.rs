//! Chance that can be had again: the seed is printed, and `SLIPWAY_STORY_SEED` sets it.

use std::time::{SystemTime, UNIX_EPOCH};

/// Random numbers by `SplitMix64`, which is small and good enough for choosing moments.
pub struct Chance(u64);

impl Chance {
    /// A chance with a new seed, unless the environment says one.
    pub fn new(story: &str) -> Self {
        let given = std::env::var("SLIPWAY_STORY_SEED").ok().map(|seed| seed.parse().expect("a seed is a number"));
        let now = || SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970").subsec_nanos().into();
        let seed = given.unwrap_or_else(now);
        println!("{story}: SLIPWAY_STORY_SEED={seed}");
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A share, from 0 up to 1.
    pub fn share(&mut self) -> f64 {
        f64::from(u32::try_from(self.next() >> 32).unwrap_or_default()) / f64::from(u32::MAX)
    }

    /// The same things in another order, which makes an instruction that no build has in its cache.
    pub fn shuffled<'a>(&mut self, things: &[&'a str]) -> Vec<&'a str> {
        let mut keyed: Vec<(u64, &str)> = things.iter().map(|thing| (self.next(), *thing)).collect();
        keyed.sort_unstable();
        keyed.into_iter().map(|(_, thing)| thing).collect()
    }
}
