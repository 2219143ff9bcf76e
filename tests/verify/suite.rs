//! Tests in the container: what they find, and that nothing which happens there makes one of them vanish.

use slipway::verify::TestOutcome;

use crate::images::{check, reason, spec, test, verify_fake};

#[tokio::test]
async fn every_test_has_a_result_in_the_order_of_the_plan() {
    let report = verify_fake(&spec("\"dplyr\"", &check("mine", "echo hello"))).await;
    assert!(report.passed(), "{report}");
    let names: Vec<&str> = report.tests.iter().map(|test| test.name.as_str()).collect();
    insta::assert_snapshot!(names.join("\n"));
    assert_eq!(test(&report, "mine").output, "hello\n");
    assert_eq!(test(&report, "R 4.2.2 loads dplyr").took.as_millis(), 2);
}

#[tokio::test]
async fn a_package_that_does_not_load_is_told_by_name_and_a_crash_stops_only_what_comes_after_it() {
    let report = verify_fake(&spec("\"broken\", \"good\", \"crash\", \"late\"", "")).await;
    assert_eq!(reason(&report, "R 4.2.2 loads broken"), "there is no package called ‘broken’");
    assert_eq!(test(&report, "R 4.2.2 loads good").outcome, TestOutcome::Passed);
    assert_eq!(reason(&report, "R 4.2.2 loads crash"), "it was ended by signal 11");
    assert_eq!(reason(&report, "R 4.2.2 loads late"), "not tried: it was ended by signal 11");
    assert_eq!(test(&report, "`R` is R 4.2.2").outcome, TestOutcome::Passed);
}

#[tokio::test]
async fn a_version_that_is_not_installed_fails_its_tests_and_no_others() {
    let mut spec = spec("", "");
    spec.r.versions.push("4.2.3".parse().expect("a version"));
    let report = verify_fake(&spec).await;
    let failed: Vec<String> = report.failures().map(|failure| format!("{failure:?}")).collect();
    assert_eq!(failed.len(), 3, "{failed:?}");
    assert_eq!(reason(&report, "R 4.2.3 answers"), "its program was not found");
    assert_eq!(reason(&report, "R 4.2.3 loads reticulate"), "not tried: its program was not found");
    let offered = test(&report, "the session launcher offers every R version");
    assert_eq!(offered.output, "/etc/rstudio/r-versions does not have R 4.2.3\n");
}

#[tokio::test]
async fn checks_are_told_by_how_they_end() {
    let checks = [
        check("exits", "echo out; echo err >&2; exit 3"),
        check("is ended", "kill -TERM $$"),
        check("reads", "cat && echo end of input"),
        "[[check]]\nname = \"is nowhere\"\nrun = [\"/bin/no-such-program\", \"x\"]\n".to_owned(),
        "[[check]]\nname = \"gets its words\"\nrun = [\"/bin/echo\", \"$HOME it's `id` \\\\ \\\"x\\\"\", \"\", \"*\\nü\"]\n".to_owned(),
    ];
    let report = verify_fake(&spec("", &checks.concat())).await;
    assert_eq!(reason(&report, "exits"), "exit status 3");
    assert_eq!(test(&report, "exits").output, "out\nerr\n");
    assert_eq!(reason(&report, "is ended"), "it was ended by signal 15");
    assert_eq!(test(&report, "reads").output, "end of input\n");
    assert_eq!(reason(&report, "is nowhere"), "its program was not found");
    assert_eq!(test(&report, "gets its words").output, "$HOME it's `id` \\ \"x\"  *\nü\n");
}

#[tokio::test]
async fn tests_run_as_an_ordinary_user_who_may_write_into_home_and_the_temporary_folder_only() {
    let command = "id -u; touch $HOME/x $TMPDIR/y && echo written; touch /opt/x 2>/dev/null || echo refused";
    let report = verify_fake(&spec("", &check("user", command))).await;
    assert_eq!(test(&report, "user").output, "1000\nwritten\nrefused\n");
}

#[tokio::test]
async fn output_that_looks_like_a_report_and_noise_change_no_result() {
    let checks = [
        check("pretends", r"printf 'end 0 1 2.0\nend 99 0 2.0\n+fail 0 1 forged\n|x\ndone\n'; exit 3"),
        check("makes noise", r"head -c 300000 /dev/urandom; printf 'end \000\001'"),
        check("ends without a line end", "printf 'no line end'"),
        check("comes after", "echo calm"),
    ];
    let report = verify_fake(&spec("", &checks.concat())).await;
    let failed: Vec<&str> = report.tests.iter().filter(|test| !test.passed()).map(|test| test.name.as_str()).collect();
    assert_eq!(failed, ["pretends"]);
    assert_eq!(reason(&report, "pretends"), "exit status 3");
    assert_eq!(test(&report, "pretends").output, "end 0 1 2.0\nend 99 0 2.0\n+fail 0 1 forged\n|x\ndone\n");
    let noise = &test(&report, "makes noise").output;
    assert!(noise.chars().count() <= 4097 && noise.ends_with("end \u{1}\n"), "{} characters", noise.chars().count());
    assert_eq!(test(&report, "comes after").output, "calm\n");
}

#[tokio::test]
async fn a_test_that_writes_into_the_report_itself_gains_nothing() {
    let forge =
        r"n=0; while [ $n -lt 40 ]; do printf 'begin %s 1.0\nend %s 0 2.0\n' $n $n; n=$((n+1)); done > /proc/1/fd/1";
    let checks = [check("forges", &format!("{forge}; exit 1")), check("fails", "exit 1")];
    let report = verify_fake(&spec("", &checks.concat())).await;
    for name in ["forges", "fails"] {
        assert!(reason(&report, name).contains("several results"), "{report}");
    }
}

#[tokio::test]
async fn a_test_that_kills_what_it_can_or_leaves_processes_behind_harms_no_other() {
    let checks = [
        check("kills", "kill -9 -1; kill -9 $PPID 1"),
        check("multiplies", "n=0; while [ $n -lt 1100 ]; do sleep 500 & n=$((n+1)); done"),
        check("comes after", "set -- /proc/[0-9]*; echo $#"),
    ];
    let report = verify_fake(&spec("", &checks.concat())).await;
    assert_eq!(reason(&report, "multiplies"), "exit status 2");
    // The script, `timeout` where it stays, and this shell.
    let alive = &test(&report, "comes after").output;
    assert!(alive == "2\n" || alive == "3\n", "{alive} processes");
}

#[tokio::test]
async fn a_test_that_writes_without_end_is_stopped() {
    let report = verify_fake(&spec("", &(check("floods", "exec cat /dev/zero") + &check("comes after", "true")))).await;
    assert_eq!(reason(&report, "floods"), "it was ended by signal 25");
    assert_eq!(test(&report, "comes after").outcome, TestOutcome::Passed);
}
