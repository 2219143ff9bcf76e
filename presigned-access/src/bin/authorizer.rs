//! Decides for API Gateway whether the bearer of a token may call a method.

use std::process::ExitCode;
use std::sync::Arc;

use lambda_runtime::{Diagnostic, Error, LambdaEvent, service_fn};
use presigned_access::functions::authorizer::Authorizer;
use presigned_access::functions::desk::Desk;
use presigned_access::functions::invocation::Invocation;
use presigned_access::functions::start::{self, Start};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let desk = start::desk("authorizer");
    match run(desk.clone()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => start::failed(&desk, &*error),
    }
}

async fn run(desk: Desk) -> Result<(), Error> {
    let Start { desk, aws, source } = Start::new(desk, |name| std::env::var(name).ok())?;
    let clock = desk.clock.clone();
    let function = Arc::new(Authorizer::start(desk, &aws, source).await?);
    let handler = service_fn(move |event: LambdaEvent<Value>| {
        let function = Arc::clone(&function);
        let invocation = Invocation::new(&event.context.request_id, event.context.deadline, clock.now());
        async move {
            let verdict = function.handle(event.payload, invocation).await;
            // API Gateway reads the message, which is the whole difference between 401 and 500.
            verdict.map_err(|error| Diagnostic {
                error_type: "AuthorizerError".to_owned(),
                error_message: error.to_string(),
            })
        }
    });
    lambda_runtime::run(handler).await
}
