//! Stories through the binary, against a real Docker Engine, the test world and the sandbox. What a story ends with is
//! read back with the AWS SDK and the Docker client, never with Slipway itself.

mod chain;
mod declarations;
mod failing_builds;
mod families;
mod interrupted;
mod killed;
mod lost_answers;
mod plan_file;
mod push;
mod refusals;
mod secrets;
mod services;
mod side_by_side;
mod support;
mod usage;
