//! Scripts in containers.

use std::process::Command;
use std::time::Duration;

use slipway::engine::{DockerEngine, EngineError, Exit, RunOptions};

use crate::fixture::{BASE, engine, process_exists, run, unique, within};

/// Containers whose environment carries `mark`, running or not.
fn containers(mark: &str) -> usize {
    let ids = run(Command::new("docker").args(["ps", "-aq", "--filter", "label=slipway.deadline"]));
    let inspect = |id: &&str| {
        let output = Command::new("docker").args(["inspect", "--format", "{{.Config.Env}}", id]).output();
        String::from_utf8_lossy(&output.expect("docker").stdout).contains(mark)
    };
    ids.lines().filter(inspect).count()
}

/// Options whose container can be told from those of other tests.
fn marked() -> (String, RunOptions) {
    let mark = unique("mark");
    let environment = [("MARK".to_owned(), mark.clone())].into();
    (mark, RunOptions { environment, ..RunOptions::default() })
}

async fn outcome(engine: &DockerEngine, script: &str, options: &RunOptions) -> (Exit, String, String) {
    let outcome = engine.run_script(BASE, script, options).await.expect("an outcome");
    (outcome.exit, outcome.stdout, outcome.stderr)
}

#[tokio::test]
async fn a_script_returns_its_status_and_both_outputs_and_leaves_no_container() {
    let (engine, (mark, options)) = (engine().await, marked());
    let script = "echo \"out $MARK\"\necho 'err \"$x\" ü' >&2\ncat\nexit 7\n";
    let (exit, stdout, stderr) = outcome(&engine, script, &options).await;
    assert_eq!((exit, stdout, stderr), (Exit::Code(7), format!("out {mark}\n"), "err \"$x\" ü\n".to_owned()));
    assert_eq!(containers(&mark), 0);
}

#[tokio::test]
async fn a_script_of_many_pieces_arrives_whole() {
    let engine = engine().await;
    let script = format!("echo begin\n{}echo end\n", "# ähnlich wie ein Kommentar\n".repeat(20_000));
    let (exit, stdout, _) = outcome(&engine, &script, &RunOptions::default()).await;
    assert_eq!((exit, stdout.as_str()), (Exit::Code(0), "begin\nend\n"));
    let error = engine.run_script(BASE, &"#".repeat(2 << 20), &RunOptions::default()).await.expect_err("too long");
    assert!(matches!(error, EngineError::ScriptTooLong { .. }), "{error:?}");
}

#[tokio::test]
async fn a_script_has_no_network_no_writable_root_and_no_capabilities() {
    let engine = engine().await;
    let script = "ls /sys/class/net\n\
                  touch /bin/x 2>/dev/null || echo read-only\n\
                  for folder in /tmp /run /var/tmp /home /root; do touch $folder/x || echo $folder; done\n\
                  chown 5:5 /tmp/x 2>/dev/null || echo no chown\n";
    let (exit, stdout, stderr) = outcome(&engine, script, &RunOptions::default()).await;
    assert_eq!((exit, stdout.as_str(), stderr.as_str()), (Exit::Code(0), "lo\nread-only\nno chown\n", ""));
}

#[tokio::test]
async fn a_script_runs_as_the_user_that_was_asked_for() {
    let engine = engine().await;
    let options = RunOptions { user: Some("1234:5678".into()), ..RunOptions::default() };
    let (_, stdout, _) = outcome(&engine, "id -u; id -g; touch /home/mine", &options).await;
    assert_eq!(stdout, "1234\n5678\n");
}

#[tokio::test]
async fn a_script_that_takes_too_long_is_stopped_and_its_output_kept() {
    let (engine, (mark, options)) = (engine().await, marked());
    let options = RunOptions { timeout: Duration::from_secs(1), ..options };
    let (exit, stdout, _) = outcome(&engine, "echo before; sleep 500", &options).await;
    assert_eq!((exit, stdout.as_str()), (Exit::TimedOut, "before\n"));
    assert_eq!(containers(&mark), 0);
}

#[tokio::test]
async fn a_script_that_uses_too_much_memory_is_told_from_one_that_fails() {
    let engine = engine().await;
    let options = RunOptions { memory: 32 << 20, ..RunOptions::default() };
    let (exit, ..) = outcome(&engine, "exec dd if=/dev/zero of=/dev/null bs=200M count=1", &options).await;
    assert_eq!(exit, Exit::OutOfMemory);
}

#[tokio::test]
async fn output_beyond_the_limit_is_counted_and_not_kept() {
    let engine = engine().await;
    let options = RunOptions { output_limit: 1000, ..RunOptions::default() };
    let script = "head -c 5000000 /dev/zero | tr '\\0' x; echo done >&2";
    let outcome = engine.run_script(BASE, script, &options).await.expect("an outcome");
    assert_eq!((outcome.stdout.len(), outcome.dropped), (1000, 4_999_000));
    assert_eq!(outcome.stderr, "done\n");
}

#[tokio::test]
async fn dropping_a_run_removes_its_container() {
    let (engine, (mark, options)) = (engine().await, marked());
    let seconds = format!("{}.25", 200_000 + std::process::id());
    {
        let script = format!("sleep {seconds}");
        let mut run = std::pin::pin!(engine.run_script(BASE, &script, &options));
        let started = within(Duration::from_secs(10), async || {
            let step = tokio::time::timeout(Duration::from_millis(50), &mut run).await;
            assert!(step.is_err(), "{step:?}");
            process_exists(&seconds)
        });
        assert!(started.await, "the script should run");
    }
    engine.settle().await;
    assert_eq!(containers(&mark), 0);
}

#[tokio::test]
async fn an_image_without_a_shell_is_an_error_and_leaves_no_container() {
    let (engine, (mark, options)) = (engine().await, marked());
    let id = crate::fixture::build(&engine, &format!("FROM scratch\nCOPY Dockerfile /{}\n", unique("file"))).await;
    let error = engine.run_script(&id, "true", &options).await.expect_err("no shell");
    assert!(matches!(error, EngineError::RunScript { step: "start", .. }), "{error:?}");
    engine.settle().await;
    assert_eq!(containers(&mark), 0);
    engine.remove_image(&id).await.expect("removal");
}

#[tokio::test]
async fn a_container_of_a_killed_process_is_removed_once_its_time_is_over() {
    let (engine, mark) = (engine().await, unique("overdue"));
    let environment = format!("MARK={mark}");
    let create = ["create", "--label", "slipway.deadline=1000", "--env", &environment, BASE, "/bin/true"];
    run(Command::new("docker").args(create));
    // The run of another test may be the one that removes it, so only its absence can be observed.
    engine.remove_overdue().await.expect("removal");
    assert!(within(Duration::from_secs(5), async || containers(&mark) == 0).await);
}
