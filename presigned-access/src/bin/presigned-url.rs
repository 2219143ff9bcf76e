//! Mints for the person whom the authorizer vouches for.

use std::process::ExitCode;
use std::sync::Arc;

use lambda_runtime::{Error, LambdaEvent, service_fn};
use presigned_access::functions::desk::Desk;
use presigned_access::functions::invocation::Invocation;
use presigned_access::functions::presigned_url::PresignedUrl;
use presigned_access::functions::start::{self, Start};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let desk = start::desk("presigned-url");
    match run(desk.clone()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => start::failed(&desk, &*error),
    }
}

async fn run(desk: Desk) -> Result<(), Error> {
    let Start { desk, aws, source } = Start::new(desk, |name| std::env::var(name).ok())?;
    let clock = desk.clock.clone();
    let function = Arc::new(PresignedUrl::start(desk, &aws, source).await?);
    let handler = service_fn(move |event: LambdaEvent<Value>| {
        let function = Arc::clone(&function);
        let invocation = Invocation::new(&event.context.request_id, event.context.deadline, clock.now());
        async move { Ok::<_, Error>(function.handle(event.payload, invocation).await) }
    });
    lambda_runtime::run(handler).await
}
