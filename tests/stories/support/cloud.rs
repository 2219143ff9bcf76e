//! A sandbox beside the binary, on the port and with the state of a project.

use std::path::Path;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use slipway::aws::{Aws, Connection, StaticCredentials};
use slipway_sandbox::{
    ACCESS_KEY_ID, DomainSeed, Fault, ForeignEntry, Options, SECRET_ACCESS_KEY, Sandbox, StatsReport, start,
};
use tokio::runtime::Runtime;

use super::project::{DOMAIN, Project};

/// The Workbench release of the specs here.
const WORKBENCH: &str = "rstudio-workbench-2026.08-sagemaker-1.0";
/// The entry of a domain's list that nobody here may touch.
pub const FOREIGN: &str = "another-team";

/// A running sandbox.
pub struct Cloud {
    runtime: Runtime,
    sandbox: Sandbox,
    pub(super) aws: Aws,
}

impl Cloud {
    /// Serves a project's sandbox, as `slipway` itself would, until it is dropped.
    pub fn of(project: &Project) -> Self {
        Self::with(project, WORKBENCH, Vec::new())
    }

    /// The same, with faults.
    pub fn with_faults(project: &Project, faults: Vec<Fault>) -> Self {
        Self::with(project, WORKBENCH, faults)
    }

    /// The same, with another Workbench in the domain.
    pub fn with_workbench(project: &Project, workbench: &str) -> Self {
        Self::with(project, workbench, Vec::new())
    }

    fn with(project: &Project, workbench: &str, faults: Vec<Fault>) -> Self {
        Self::start(&project.cloud_folder(), project.port, workbench, faults)
    }

    fn start(state: &Path, port: u16, workbench: &str, faults: Vec<Fault>) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let mut options = Options::new(state);
        options.address.set_port(port);
        options.faults = faults;
        options.seeds = vec![DomainSeed {
            id: DOMAIN.to_owned(),
            name: "demo".to_owned(),
            workbench_image: workbench.to_owned(),
            foreign: vec![ForeignEntry {
                image: FOREIGN.to_owned(),
                version: Some(3),
                app_image_config: FOREIGN.to_owned(),
            }],
        }];
        let sandbox = runtime.block_on(start(options)).expect("a sandbox");
        let aws = runtime.block_on(Aws::connect(&connection(&sandbox.endpoint())));
        Self { runtime, sandbox, aws }
    }

    /// Its URL.
    pub fn endpoint(&self) -> String {
        self.sandbox.endpoint()
    }

    /// What it was asked for since it was started.
    pub fn stats(&self) -> StatsReport {
        let url = format!("{}/_sandbox/stats", self.endpoint());
        let body = self.wait_for(async {
            let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
            let request = Request::get(url).body(Full::default()).expect("a request");
            let answer = client.request(request).await.expect("an answer");
            answer.into_body().collect().await.expect("an answer").to_bytes()
        });
        serde_json::from_slice(&body).expect("the sandbox's counters")
    }

    /// Ends it; its port and its state are free afterwards.
    pub fn close(self) {
        self.runtime.block_on(self.sandbox.stop());
    }

    /// Waits for an answer.
    pub(super) fn wait_for<T>(&self, answer: impl Future<Output = T>) -> T {
        self.runtime.block_on(answer)
    }
}

fn connection(endpoint: &str) -> Connection {
    Connection {
        region: "eu-west-1".parse().expect("a Region"),
        endpoint: Some(endpoint.to_owned()),
        credentials: Some(StaticCredentials {
            access_key_id: ACCESS_KEY_ID.to_owned(),
            secret_access_key: SECRET_ACCESS_KEY.to_owned(),
        }),
        profile: None,
        assume_role: None,
    }
}
