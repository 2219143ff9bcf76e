//! The verify module against a real Docker Engine: images that break rules, and images whose programs misbehave.

#[expect(dead_code, reason = "the fixture serves the tests of the engine too")]
#[path = "engine/fixture.rs"]
mod fixture;
#[path = "verify/images.rs"]
mod images;
#[path = "verify/rules.rs"]
mod rules;
#[path = "verify/suite.rs"]
mod suite;
