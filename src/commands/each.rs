//! One step for each of several images, side by side with a bound.

use std::future::Future;

use futures_util::stream::{self, StreamExt as _};
use serde::Serialize;

use super::Ending;
use super::output;
use super::session::Session;
use crate::error::Error;
use crate::pipeline::StepError;
use crate::plan::Wanted;

/// What a step gave for an image.
pub struct Each<'a, T> {
    /// The image.
    pub wanted: &'a Wanted,
    /// What came out.
    pub result: Result<T, StepError>,
}

/// Runs a step for each image; one failure does not stop the others. The results are in the order of the images.
pub async fn each<'a, T, F>(images: &'a [Wanted], parallel: usize, step: impl Fn(&'a Wanted) -> F) -> Vec<Each<'a, T>>
where
    F: Future<Output = Result<T, StepError>>,
{
    let step = &step;
    // Unordered, because a slow image at the head would otherwise keep the places of those that are done.
    let mut results: Vec<(usize, Each<'a, T>)> = stream::iter(images.iter().enumerate())
        .map(|(index, wanted)| async move { (index, Each { wanted, result: step(wanted).await }) })
        .buffer_unordered(parallel.max(1))
        .collect()
        .await;
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, each)| each).collect()
}

/// Tells what failed, writes what came out, and is an error where anything failed.
pub fn conclude<T: Serialize>(
    session: &Session,
    results: Vec<Each<'_, T>>,
    line: impl Fn(&Wanted, &T) -> String,
) -> Result<Ending, Error> {
    let (mut done, mut failed) = (Vec::new(), Vec::new());
    for Each { wanted, result } in results {
        match result {
            Ok(value) => {
                if !session.json() {
                    output::data(&line(wanted, &value));
                }
                done.push(value);
            }
            Err(error) => {
                output::tell_step(&error);
                failed.push(wanted.spec().name.to_string());
            }
        }
    }
    if session.json() {
        output::json(&done);
    }
    if failed.is_empty() { Ok(Ending::Done) } else { Err(Error::Images(failed)) }
}
