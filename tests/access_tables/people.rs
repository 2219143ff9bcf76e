//! The mapping table.

use serde_json::{Value, json};

use crate::cloud::cloud;

const IDP: &str = "https://idp.example";

/// The beginning of every call, with a person.
fn call<'a>(verb: &'a str, table: &'a str, subject: &'a str, rest: &[&'a str]) -> Vec<&'a str> {
    let person = ["map", verb, "--table", table, "--issuer", IDP, "--subject", subject];
    [&person, rest].concat()
}

fn add<'a>(table: &'a str, subject: &'a str, rest: &[&'a str]) -> Vec<&'a str> {
    call("add", table, subject, rest)
}

#[test]
fn an_entry_is_added_changed_kept_and_removed_and_boto3_sees_each() {
    let (cloud, table) = (cloud(), cloud().table("lifecycle"));
    let alice = add(table, "Al*ice/1", &["--domain", "d-one", "--profile", "Alice", "--yes"]);
    let added = cloud.slipway(&alice).with_code(0);
    assert_eq!(added.stdout, "added Al*ice/1 of https://idp.example\n");
    let item = json!({
        "issuer": {"S": IDP}, "subject": {"S": "Al*ice/1"}, "domain": {"S": "d-one"}, "profile": {"S": "Alice"},
        "landing": {"S": "rstudio"}, "session-seconds": {"N": "43200"}, "enabled": {"BOOL": true},
    });
    assert_eq!(cloud.item(table, IDP, "Al*ice/1"), item);

    let kept = cloud.slipway(&alice).with_code(0);
    assert_eq!((kept.stdout.as_str(), kept.stderr.as_str()), ("kept Al*ice/1 of https://idp.example\n", ""));

    let other = ["--domain", "d-one", "--profile", "Bob", "--landing", "jupyterlab", "--session-minutes", "90"];
    let other = [&other[..], &["--disabled", "--note", "on loan", "--yes"]].concat();
    let changed = cloud.slipway(&add(table, "Al*ice/1", &other)).with_code(0);
    insta::assert_snapshot!(changed.stderr, @r"
    ~ Al*ice/1 of https://idp.example
        domain           d-one
        profile          Alice -> Bob
        landing          rstudio -> jupyterlab
        session-seconds  43200 -> 5400
        enabled          true -> false
        note             nothing -> on loan
    ");
    let item = cloud.item(table, IDP, "Al*ice/1");
    assert_eq!((&item["enabled"], &item["session-seconds"]), (&json!({"BOOL": false}), &json!({"N": "5400"})));
    assert_eq!(item["note"], json!({"S": "on loan"}));

    cloud.slipway(&call("remove", table, "Al*ice/1", &["--yes"])).with_code(0);
    assert_eq!(cloud.item(table, IDP, "Al*ice/1"), Value::Null);
}

#[test]
fn nothing_is_written_without_a_yes() {
    let (cloud, table) = (cloud(), cloud().table("unasked"));
    let told = cloud.slipway(&add(table, "alice", &["--domain", "d-one", "--profile", "alice"])).with_code(1);
    assert!(told.stderr.contains("+ alice of https://idp.example"), "{}", told.stderr);
    assert!(told.stderr.ends_with("there is no terminal to ask on\nhint: `--yes` says it\n"), "{}", told.stderr);
    assert_eq!(cloud.item(table, IDP, "alice"), Value::Null);
}

#[test]
fn a_person_is_asked_on_a_terminal_and_their_yes_counts() {
    let (cloud, table) = (cloud(), cloud().table("asked"));
    let unrelated = ["put", table, r#"{"issuer": "other", "subject": "x"}"#];
    let asked = add(table, "alice", &["--domain", "d-one", "--profile", "alice"]);
    let (code, said) = cloud.while_asked(&unrelated, &asked);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("Write this entry? Only `yes` is taken as one:"), "{said}");
    assert_eq!(cloud.item(table, IDP, "alice")["profile"], json!({"S": "alice"}));
}

#[test]
fn a_change_by_somebody_else_is_never_overwritten() {
    let (cloud, table) = (cloud(), cloud().table("concurrent"));
    let theirs = |subject: &str, note: &str| {
        json!({"issuer": IDP, "subject": subject, "domain": "d-one", "profile": "theirs", "enabled": false, "note": note})
            .to_string()
    };
    let ours = ["--domain", "d-one", "--profile", "ours"];
    cloud.slipway(&add(table, "changed", &[&ours[..], &["--yes"]].concat())).with_code(0);
    cloud.slipway(&add(table, "removed", &[&ours[..], &["--yes"]].concat())).with_code(0);
    let cases = [
        ("new", add(table, "new", &ours), "made by two at once"),
        ("changed", add(table, "changed", &[&ours[..], &["--disabled"]].concat()), "changed by two at once"),
        ("removed", call("remove", table, "removed", &[]), "changed while it was removed"),
    ];
    for (subject, arguments, why) in cases {
        let (code, said) = cloud.while_asked(&["put", table, &theirs(subject, why)], &arguments);
        assert_eq!(code, 1, "{why}: {said}");
        assert!(said.contains("somebody else changed the entry"), "{why}: {said}");
        assert!(said.contains("hint: run it again"), "{why}: {said}");
        let item = cloud.item(table, IDP, subject);
        assert_eq!((&item["profile"], &item["note"]), (&json!({"S": "theirs"}), &json!({"S": why})));
    }
    // What is the same afterwards is no conflict: an answer that got lost is asked for again.
    let same = json!({"issuer": IDP, "subject": "twin", "domain": "d-one", "profile": "ours", "landing": "rstudio",
        "session-seconds": 43_200, "enabled": true});
    let (code, said) = cloud.while_asked(&["put", table, &same.to_string()], &add(table, "twin", &ours));
    assert_eq!(code, 0, "{said}");
}

#[test]
fn somebody_who_is_not_there_cannot_be_removed() {
    let (cloud, table) = (cloud(), cloud().table("absent"));
    let told = cloud.slipway(&call("remove", table, "Alice", &["--yes"])).with_code(1);
    assert!(told.stderr.starts_with("error: the table has no entry for `Alice`"), "{}", told.stderr);
    assert!(told.stderr.contains("compared exactly"), "{}", told.stderr);
}

#[test]
fn every_page_of_a_large_table_is_read() {
    let (cloud, table) = (cloud(), cloud().table("large"));
    cloud.judge(&["fill", table, "900", "1500"]);
    let pages: u32 = cloud.judge(&["pages", table]).trim().parse().expect("a number");
    assert!(pages > 1, "the table should be larger than one answer of 1 MiB");
    let list = ["map", "list", "--table", table, "--json"];
    let all = cloud.slipway(&list).with_code(0).json();
    let subjects: Vec<_> = all.as_array().expect("a list").iter().map(|line| line["subject"].clone()).collect();
    let wanted: Vec<_> = (0..900).map(|number| json!(format!("person-{number:05}"))).collect();
    assert_eq!(subjects, wanted);
    let small = cloud.slipway(&[&list[..], &["--page-size", "7"]].concat()).with_code(0).json();
    assert_eq!(small, all);
}

#[test]
fn lists_are_filtered_and_tell_what_is_odd() {
    let (cloud, table) = (cloud(), cloud().table("listed"));
    for (subject, domain, profile) in [("a", "d-one", "Team"), ("b", "d-one", "team"), ("c", "d-two", "team")] {
        cloud.slipway(&add(table, subject, &["--domain", domain, "--profile", profile, "--yes"])).with_code(0);
    }
    let broken = json!({"issuer": IDP, "subject": "z\u{1b}[31m", "domain": "d-one", "profile": "z", "enable": true});
    cloud.judge(&["put", table, &broken.to_string()]);
    let told = cloud.slipway(&["map", "list", "--table", table]).with_code(0);
    insta::assert_snapshot!(told.stdout, @r"
    ISSUER               SUBJECT      DOMAIN  PROFILE  LANDING  SESSION  STATE    NOTE
    https://idp.example  a            d-one   Team     rstudio  12 h     enabled  -
    https://idp.example  b            d-one   team     rstudio  12 h     enabled  -
    https://idp.example  c            d-two   team     rstudio  12 h     enabled  -
    https://idp.example  z\u{1b}[31m  -       -        -        -        refused  -
    ");
    assert!(told.stderr.contains("`a` shares profile `Team` of d-one with 1 other"), "{}", told.stderr);
    assert!(told.stderr.contains("is refused: the item has no `enabled`"), "{}", told.stderr);
    let subjects = |filter: &[&str]| {
        let listed =
            cloud.slipway(&[&["map", "list", "--table", table, "--json"], filter].concat()).with_code(0).json();
        let lines = listed.as_array().expect("a list").clone();
        lines.iter().map(|line| line["subject"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(subjects(&["--domain", "d-one"]), ["a", "b"]);
    assert_eq!(subjects(&["--profile", "TEAM"]), ["a", "b", "c"]);
    assert_eq!(subjects(&["--domain", "d-two", "--profile", "team"]), ["c"]);
    let json = cloud.slipway(&["map", "list", "--table", table, "--json"]).with_code(0).json();
    assert_eq!(json[0]["shares-profile-with"], json!([{"issuer": IDP, "subject": "b"}]));
    assert_eq!(json[3]["problem"], json!("the item has no `enabled`"));
}

#[test]
fn a_shared_profile_is_warned_of_before_it_is_written() {
    let (cloud, table) = (cloud(), cloud().table("shared"));
    cloud.slipway(&add(table, "alice", &["--domain", "d-one", "--profile", "Team", "--yes"])).with_code(0);
    let told = cloud.slipway(&add(table, "bob", &["--domain", "d-one", "--profile", "team", "--yes"])).with_code(0);
    assert!(told.stderr.contains("profile `team` of d-one is also that of `alice`"), "{}", told.stderr);
    let elsewhere = cloud.slipway(&add(table, "carol", &["--domain", "d-two", "--profile", "team", "--yes"]));
    assert!(!elsewhere.with_code(0).stderr.contains("also that of"));
}

#[test]
fn a_damaged_entry_is_shown_and_mended() {
    let (cloud, table) = (cloud(), cloud().table("damaged"));
    let damaged = json!({"issuer": IDP, "subject": "alice", "domain": "d-one", "profile": "a.b", "groups": ["x"]});
    cloud.judge(&["put", table, &damaged.to_string()]);
    let told = cloud.slipway(&add(table, "alice", &["--domain", "d-one", "--profile", "alice", "--yes"])).with_code(0);
    assert!(told.stderr.contains("profile          a.b -> alice"), "{}", told.stderr);
    assert!(told.stderr.contains("groups           (a list) -> nothing"), "{}", told.stderr);
    assert_eq!(cloud.item(table, IDP, "alice").get("groups"), None);
}

#[test]
fn a_table_that_is_missing_or_another_one_is_told_with_the_way_out() {
    let cloud = cloud();
    let told = cloud.slipway(&["map", "list", "--table", "not-there"]).with_code(1);
    assert!(told.stderr.starts_with("error: cannot read the table `not-there`"), "{}", told.stderr);
    assert!(told.stderr.contains("AttributeName=issuer,KeyType=HASH"), "{}", told.stderr);
    cloud.slipway(&add("not-there", "a", &["--domain", "d-one", "--profile", "a", "--yes"])).with_code(1);
}
