//! Where `access` looks for AWS, and what it says when nobody is there.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener};

use crate::cloud::{cloud, ended, free_port, slipway};

const LIST: [&str; 5] = ["access", "map", "list", "--table", "people"];

#[test]
fn names_are_checked_before_anybody_is_asked() {
    let long = "x".repeat(257);
    let person = ["access", "map", "add", "--table", "people", "--yes"];
    for (rest, why) in [
        (["--issuer", "i", "--subject", "s", "--domain", "one", "--profile", "p"], "no domain id"),
        (["--issuer", "i", "--subject", "s", "--domain", "d-one", "--profile", "a.b"], "no profile name"),
        (["--issuer", "i", "--subject", " s", "--domain", "d-one", "--profile", "p"], "a space"),
        (["--issuer", "", "--subject", "s", "--domain", "d-one", "--profile", "p"], "no issuer"),
    ] {
        // No credentials, no Region: a question to AWS would end with 1.
        let told = ended(&mut slipway(&[&person[..], &rest].concat())).with_code(64);
        assert_eq!(told.stdout, "", "{why}");
    }
    let good = ["--issuer", "i", "--subject", "s", "--domain", "d-one", "--profile", "p"];
    for (rest, why) in [
        (vec!["--note", long.as_str()], "a long note"),
        (vec!["--session-hours", "13"], "a long session"),
        (vec!["--session-minutes", "29"], "a short session"),
        (vec!["--session-minutes", "90", "--session-hours", "1"], "two lengths"),
        (vec!["--landing", "shell"], "no landing page"),
    ] {
        let told = ended(&mut slipway(&[&person[..], &good, &rest].concat()));
        assert_eq!(told.code, Some(64), "{why}: {}", told.stderr);
    }
    ended(&mut slipway(&["access", "map", "list", "--table", "no table"])).with_code(64);
}

#[test]
fn a_missing_region_and_missing_credentials_are_told_apart() {
    let told = ended(&mut slipway(&LIST)).with_code(1);
    assert!(told.stderr.starts_with("error: no AWS Region is set\nhint: set `AWS_REGION`"), "{}", told.stderr);
    let told = ended(slipway(&LIST).env("AWS_REGION", "eu-west-1").env("AWS_ENDPOINT_URL", cloud().endpoint()));
    let told = told.with_code(1);
    assert!(told.stderr.contains("no AWS credentials could be found"), "{}", told.stderr);
    assert!(told.stderr.contains("hint: sign in"), "{}", told.stderr);
}

#[test]
fn credentials_that_aws_does_not_know_are_told_in_its_words() {
    let told = ended(cloud().command(&LIST[1..]).env("AWS_ENDPOINT_URL", a_dynamodb_that_knows_nobody())).with_code(1);
    assert!(told.stderr.contains("AWS answered UnrecognizedClientException: The security token"), "{}", told.stderr);
    assert!(told.stderr.contains("hint: AWS does not know this access key"), "{}", told.stderr);
}

/// Answers one request as DynamoDB answers an unknown access key; moto does so in the form of another service.
fn a_dynamodb_that_knows_nobody() -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        let (stream, _) = listener.accept().expect("a client");
        let mut request = BufReader::new(&stream).lines();
        // The body is short and stays unread.
        while request.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
        let body = r#"{"__type":"com.amazon.coral.service#UnrecognizedClientException","message":"The security token included in the request is invalid."}"#;
        let head = "HTTP/1.1 400 Bad Request\r\ncontent-type: application/x-amz-json-1.0\r\nconnection: close";
        write!(&stream, "{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).expect("an answer");
    });
    format!("http://{address}")
}

#[test]
fn the_endpoint_of_a_service_comes_before_that_of_all() {
    let cloud = cloud();
    let table = cloud.table("endpoints");
    let nowhere = format!("http://127.0.0.1:{}", free_port());
    let list = ["map", "list", "--table", table];
    let mut command = cloud.command(&list);
    let told = ended(command.env("AWS_ENDPOINT_URL", &nowhere).env("AWS_ENDPOINT_URL_DYNAMODB", cloud.endpoint()));
    told.with_code(0);
    let told = ended(cloud.command(&list).env("AWS_ENDPOINT_URL_DYNAMODB", &nowhere)).with_code(1);
    assert!(told.stderr.contains("cause: AWS could not be reached"), "{}", told.stderr);
    assert!(told.stderr.contains("hint: nothing listens at that address"), "{}", told.stderr);
    let certificates = ["rotate-certificate", "--list", "--parameter", "/x"];
    let told = ended(cloud.command(&certificates).env("AWS_ENDPOINT_URL_SSM", &nowhere)).with_code(1);
    assert!(told.stderr.contains("nothing listens"), "{}", told.stderr);
}

#[test]
fn a_target_is_used_where_one_is_named() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    std::fs::write(folder.path().join("slipway.toml"), PROJECT).expect("a file");
    let cloud = cloud();
    let with_target = |target: &str| {
        let mut command = cloud.command(&LIST[1..]);
        ended(command.args(["--target", target]).current_dir(folder.path()).env("AWS_REGION", "us-east-1"))
    };
    let sandbox = with_target("sandbox").with_code(1);
    assert!(sandbox.stderr.starts_with("error: the sandbox has no tables and no parameters"), "{}", sandbox.stderr);
    let wrong = with_target("research").with_code(1);
    assert!(wrong.stderr.contains("target `research` is account 111122223333"), "{}", wrong.stderr);
    // Moto's account; the Region is the target's, where the table is missing.
    let right = with_target("moto").with_code(1);
    assert!(right.stderr.contains("cannot read the table `people`"), "{}", right.stderr);
    cloud.table("people");
    with_target("moto").with_code(0);
    with_target("nowhere").with_code(64);
}

const PROJECT: &str = r#"
schema = 1

[target.research]
account = "111122223333"
region = "eu-west-1"
repository = "sagemaker-rstudio"
image-role = "arn:aws:iam::111122223333:role/image"

[target.moto]
account = "123456789012"
region = "eu-west-1"
repository = "sagemaker-rstudio"
image-role = "arn:aws:iam::123456789012:role/image"
"#;
