//! Makes the user profile of a mapped person.

use std::process::ExitCode;
use std::sync::Arc;

use lambda_runtime::{Diagnostic, Error, LambdaEvent, service_fn};
use presigned_access::functions::desk::Desk;
use presigned_access::functions::invocation::Invocation;
use presigned_access::functions::provision::ProvisionProfile;
use presigned_access::functions::start::{self, Start};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let desk = start::desk("provision-profile");
    match run(desk.clone()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => start::failed(&desk, &*error),
    }
}

async fn run(desk: Desk) -> Result<(), Error> {
    let Start { desk, aws, source } = Start::new(desk, |name| std::env::var(name).ok())?;
    let clock = desk.clock.clone();
    let function = Arc::new(ProvisionProfile::start(desk, &aws, source).await?);
    let handler = service_fn(move |event: LambdaEvent<Value>| {
        let function = Arc::clone(&function);
        let invocation = Invocation::new(&event.context.request_id, event.context.deadline, clock.now());
        async move {
            let provisioned = function.handle(event.payload, invocation).await;
            // Administrators invoke this themselves and may know the code.
            provisioned.map_err(|turned| Diagnostic {
                error_type: turned.refusal.code().to_owned(),
                error_message: format!("no profile; see request {} in the log", turned.request_id),
            })
        }
    });
    lambda_runtime::run(handler).await
}
