//! The engine module against a real Docker Engine: the one at `DOCKER_HOST`, or the default socket.

#[path = "engine/building.rs"]
mod building;
#[path = "engine/fixture.rs"]
mod fixture;
#[path = "engine/layers.rs"]
mod layers;
#[path = "engine/pushing.rs"]
mod pushing;
#[path = "engine/reaching.rs"]
mod reaching;
#[path = "engine/registry.rs"]
mod registry;
#[path = "engine/scripts.rs"]
mod scripts;
