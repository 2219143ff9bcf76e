//! `slipway access policy` and `slipway access check`, through the binary.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::thread;

use serde_json::Value;

/// An installation, and what a person would write about it.
const INSTALLATION: [&str; 19] = [
    "--region=eu-west-1",
    "--account=123456789012",
    "--domain=d-abcdef123456",
    "--broker-role=arn:aws:iam::123456789012:role/broker",
    "--vpc=vpc-0a1b2c3d4e5f60718",
    "--sagemaker-endpoint=vpce-0a1b2c3d4e5f60001",
    "--studio-endpoint=vpce-0a1b2c3d4e5f60002",
    "--execute-api-endpoint=vpce-0a1b2c3d4e5f60003",
    "--function-range=10.0.1.0/24",
    "--company-range=10.20.0.0/16",
    "--company-range=192.168.0.0/20",
    "--api=a1b2c3d4e5",
    "--stage=prod",
    "--open-route=POST/saml",
    "--open-route=GET/login",
    "--open-route=GET/metadata",
    "--domain=d-second",
    "--color=never",
    "--quiet",
];

struct Told {
    code: i32,
    stdout: String,
    stderr: String,
}

fn slipway(arguments: &[&str]) -> Told {
    with_variables(arguments, &[])
}

fn with_variables(arguments: &[&str], variables: &[(&str, &str)]) -> Told {
    let mut command = Command::new(env!("CARGO_BIN_EXE_slipway"));
    command.args(arguments).env_remove("AWS_REGION").env_remove("SLIPWAY_TARGET").envs(variables.iter().copied());
    let output = command.output().expect("the binary");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Told { code: output.status.code().expect("an exit code"), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// `slipway access VERB` with the installation and more.
fn access(verb: &str, more: &[&str]) -> Told {
    slipway(&[&["access", verb], INSTALLATION.as_slice(), more].concat())
}

fn json(told: &Told) -> Value {
    serde_json::from_str(&told.stdout).expect("JSON on stdout")
}

fn decisions(told: &Told) -> Vec<String> {
    let requests = json(told)["requests"].as_array().expect("requests").clone();
    requests.iter().map(|one| one["verdict"]["decision"].as_str().expect("a decision").to_owned()).collect()
}

#[test]
fn every_policy_is_printed_as_one_object() {
    let told = access("policy", &[]);
    assert_eq!(told.code, 0, "{}", told.stderr);
    insta::assert_snapshot!(told.stdout);
}

#[test]
fn one_kind_is_the_document_itself_and_needs_only_what_it_names() {
    let role = "--broker-role=arn:aws:iam::123456789012:role/broker";
    let told = slipway(&["access", "policy", "--kind=scp", role]);
    assert_eq!(told.code, 0, "{}", told.stderr);
    insta::assert_snapshot!(told.stdout);
}

#[test]
fn what_is_missing_or_no_name_is_wrong_usage() {
    let told = slipway(&["access", "policy", "--kind=scp"]);
    assert_eq!((told.code, told.stdout.as_str()), (64, ""));
    assert_eq!(told.stderr, "error: `--broker-role` is needed for these policies\n");
    for wrong in [
        "--broker-role=arn:aws:iam::*:role/broker",
        "--broker-role=arn:aws:iam::123456789012:role/${aws:username}",
        "--domain=d-*",
        "--vpc=vpc-*",
        "--stage=*",
        "--open-route=ANY/*",
        "--company-range=anywhere",
        "--from=elsewhere",
        "--profile=*",
    ] {
        let told = slipway(&["access", "check", wrong]);
        assert_eq!((told.code, told.stdout.as_str()), (64, ""), "{wrong}");
    }
    let everywhere = access("policy", &["--company-range=0.0.0.0/0"]);
    assert_eq!(everywhere.stderr, "error: `--company-range`: `0.0.0.0/0` is every address\n");
}

#[test]
fn without_a_place_the_good_and_the_bad_cases_are_shown_together() {
    let told = access("check", &[]);
    assert_eq!(told.code, 0, "{}", told.stderr);
    insta::assert_snapshot!(told.stdout);
}

#[test]
fn an_administrator_and_the_studio_role_mint_nowhere() {
    for who in ["console-admin", "studio-execution-role", "arn:aws:iam::123456789012:user/eve"] {
        let told = access("check", &["--as", who, "--json"]);
        assert_eq!((told.code, decisions(&told)), (0, vec!["denied".to_owned(); 3]), "{who}: {}", told.stderr);
    }
    insta::assert_snapshot!(access("check", &["--as=console-admin"]).stdout);
}

#[test]
fn the_exit_code_answers_for_one_place() {
    for (place, code, decision) in [
        ("corporate", 0, "allowed"),
        ("10.20.7.7", 0, "allowed"),
        ("192.168.3.4", 0, "allowed"),
        ("10.0.1.9", 0, "allowed"),
        ("10.99.0.1", 3, "denied"),
        ("203.0.113.9", 3, "denied"),
        ("internet", 3, "denied"),
        ("foreign-vpc", 3, "denied"),
    ] {
        let told = access("check", &["--from", place, "--json"]);
        assert_eq!(told.code, code, "{place}: {} {}", told.stdout, told.stderr);
        assert!(decisions(&told).iter().all(|one| one == decision), "{place}: {}", told.stdout);
    }
}

#[test]
fn another_domain_is_not_entered() {
    let told = access("check", &["--from=corporate", "--into=d-other"]);
    assert_eq!(told.code, 3);
    insta::assert_snapshot!(told.stdout);
}

#[test]
fn the_api_is_checked_by_its_own_policies() {
    let open = access("check", &["--action=execute-api:Invoke"]);
    assert_eq!(open.code, 0, "{}", open.stderr);
    insta::assert_snapshot!(open.stdout);
    let closed = access("check", &["--action=execute-api:Invoke", "--route=GET/presigned-url", "--from=corporate"]);
    assert_eq!(closed.code, 3);
    assert!(closed.stdout.contains("not allowed  no statement of api"), "{}", closed.stdout);
}

#[test]
fn json_tells_the_same() {
    let told = access("check", &["--json"]);
    assert_eq!(told.code, 0, "{}", told.stderr);
    insta::assert_snapshot!(told.stdout);
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("a file");
    path.to_str().expect("a path").to_owned()
}

#[test]
fn policies_in_files_are_judged_in_place_of_rendered_ones() {
    let folder = tempfile::tempdir().expect("a folder");
    let printed = write(folder.path(), "all.json", &access("policy", &[]).stdout);
    let told = access("check", &["--policy", &printed]);
    assert_eq!((told.code, told.stdout), (0, access("check", &[]).stdout));

    let range_only = r#"{"Version": "2012-10-17", "Statement": [{"Sid": "RangeOnly", "Effect": "Allow",
        "Action": "sagemaker:CreatePresignedDomainUrl", "Resource": "*",
        "Condition": {"IpAddress": {"aws:VpcSourceIp": ["10.0.1.0/24", "10.20.0.0/16"]}}}]}"#;
    let weak = format!("broker={}", write(folder.path(), "weak.json", range_only));
    let told = access("check", &["--policy", &weak]);
    assert_eq!(told.code, 3, "a range alone admits a foreign VPC that reuses it");
    insta::assert_snapshot!(told.stdout);
}

#[test]
fn files_that_are_no_policies_are_errors_and_never_verdicts() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = folder.path().join("missing.json").to_str().expect("a path").to_owned();
    let misspelt = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*",
        "Conditions": {}}]}"#;
    for (file, said) in [
        (missing, "cannot read"),
        (write(folder.path(), "text.json", "text"), "is not JSON"),
        (write(folder.path(), "bare.json", misspelt), "which is no kind of policy"),
        (format!("broker={}", write(folder.path(), "misspelt.json", misspelt)), "IAM knows no such key"),
    ] {
        let told = access("check", &["--policy", &file]);
        assert_eq!((told.code, told.stdout.as_str()), (1, ""), "{file}");
        assert!(told.stderr.contains(said), "{file}: {}", told.stderr);
    }
}

/// What IAM answers where the first of the policies that it was given decides (the shape of its model, version
/// 2010-05-08).
fn simulated(decision: &str) -> String {
    format!(
        "<SimulateCustomPolicyResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><SimulateCustomPolicyResult>\
         <IsTruncated>false</IsTruncated><EvaluationResults><member>\
         <EvalActionName>sagemaker:CreatePresignedDomainUrl</EvalActionName><EvalDecision>{decision}</EvalDecision>\
         <MatchedStatements><member><SourcePolicyId>PolicyInputList.1</SourcePolicyId></member></MatchedStatements>\
         </member></EvaluationResults></SimulateCustomPolicyResult></SimulateCustomPolicyResponse>"
    )
}

/// Reads one request to its end, and answers it on a connection that is closed then.
fn answer(stream: TcpStream, decision: &str) -> String {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a line of the head");
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length");
        }
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("the body");
    let said = simulated(decision);
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\ncontent-length: {}\r\n", said.len());
    write!(reader.into_inner(), "{head}connection: close\r\n\r\n{said}").expect("somebody should read the answer");
    String::from_utf8(body).expect("a form")
}

#[test]
fn iam_itself_can_be_asked() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    let serving = thread::spawn(move || {
        let calls = listener.incoming().take(3).map(|stream| answer(stream.expect("a connection"), "allowed"));
        calls.collect::<Vec<String>>()
    });
    let variables = [
        ("AWS_ENDPOINT_URL_IAM", endpoint.as_str()),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", "id"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
    ];
    let arguments = [["access", "check"].as_slice(), &INSTALLATION, &["--live", "--from=10.0.1.9"]].concat();
    let told = with_variables(&arguments, &variables);
    assert_eq!(told.code, 0, "{} {}", told.stdout, told.stderr);
    let said = "allowed  broker: MintThroughOurEndpoints, scp: FullAWSAccess, sagemaker-endpoint: UseByOurAccount";
    assert!(told.stdout.contains(said), "{}", told.stdout);
    let calls = serving.join().expect("three calls");
    assert!(calls.iter().all(|call| call.starts_with("Action=SimulateCustomPolicy&")), "{calls:?}");
}
