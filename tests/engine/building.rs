//! Builds.

use std::net::TcpListener;
use std::process::Command;
use std::time::{Duration, Instant};

use slipway::engine::{BuildError, Cache, DockerEngine, Network, RunOptions, Secret};
use slipway::progress::{Outcome, Reporter};

use crate::fixture::{BASE, Recorder, build, engine, process_exists, request, run, unique, within};

const SECRET: &str = "correct-horse-battery-staple";

#[tokio::test]
async fn every_step_is_a_task_with_its_log_and_its_end() {
    let engine = engine().await;
    let word = unique("word");
    let dockerfile = format!("FROM {BASE}\nRUN echo {word}; echo aside >&2\nRUN touch /done\n");
    let (recorder, reporter, _) = Recorder::new();
    let built = engine.build(&request(&dockerfile), &reporter).await.expect("an image");

    // The base may carry the name that a build at the same time gives it: the engine shares the step.
    let names: Vec<_> = built.steps.iter().map(|step| step.name.as_str()).filter(|name| name.contains("RUN")).collect();
    let run = format!("[2/3] RUN echo {word}; echo aside >&2");
    assert_eq!(names, [run.as_str(), "[3/3] RUN touch /done"]);
    let tasks = recorder.tasks();
    assert!(tasks.contains(&(run, Some(Outcome::Done))), "{tasks:?}");
    assert!(tasks.contains(&("exporting to image".into(), Some(Outcome::Done))), "{tasks:?}");
    assert!(tasks.iter().all(|(label, end)| !label.starts_with("[internal]") && end.is_some()), "{tasks:?}");
    let mut log = recorder.log();
    log.sort();
    assert_eq!(log, ["aside".to_owned(), word]);
    let image = engine.find_image(&built.id).await.expect("an answer").expect("the image");
    assert_eq!((image.os.as_str(), image.architecture.as_str()), ("linux", "amd64"));
    engine.remove_image(&built.id).await.expect("removal");
    assert_eq!(engine.find_image(&built.id).await.expect("an answer"), None);
}

#[tokio::test]
async fn a_second_build_takes_everything_from_the_cache_even_with_other_labels() {
    let engine = engine().await;
    let mut request = request(&format!("FROM {BASE}\nRUN echo {}\n", unique("cached")));
    let first = engine.build(&request, &Reporter::silent()).await.expect("an image");
    request.labels.insert("commit".into(), "abc \"quoted\" & ü".into());
    let (recorder, reporter, _) = Recorder::new();
    let second = engine.build(&request, &reporter).await.expect("an image");
    assert_eq!(second.steps[1].outcome, Outcome::Cached);
    assert!(recorder.tasks().contains(&(second.steps[1].name.clone(), Some(Outcome::Cached))));
    let image = engine.find_image(&second.id).await.expect("an answer").expect("the image");
    assert_eq!(image.labels["commit"], "abc \"quoted\" & ü");
    assert_ne!(first.id, second.id);

    // The machine is busy with other tests, so the fastest of a few says how long it takes.
    let mut fastest = Duration::MAX;
    for _ in 0..5 {
        let began = Instant::now();
        engine.build(&request, &Reporter::silent()).await.expect("an image");
        fastest = fastest.min(began.elapsed());
    }
    assert!(fastest < Duration::from_secs(1), "{fastest:?}");

    request.cache = Cache::Ignore;
    let third = engine.build(&request, &Reporter::silent()).await.expect("an image");
    assert_eq!(third.steps[1].outcome, Outcome::Done);
    for id in [first.id, second.id, third.id] {
        engine.remove_image(&id).await.expect("removal");
    }
}

#[tokio::test]
async fn a_secret_reaches_its_step_and_nothing_else() {
    let engine = engine().await;
    let word = unique("secret");
    let dockerfile = format!(
        "FROM {BASE}\nRUN --mount=type=secret,id=token,required=true \
         echo {word}; echo \"it is $(cat /run/secrets/token)\"; sha256sum < /run/secrets/token > /sum\n"
    );
    let mut request = request(&dockerfile);
    request.secrets.push(Secret { id: "token".into(), value: SECRET.into() });
    assert!(!format!("{request:?}").contains(SECRET));
    let (recorder, reporter, _) = Recorder::new();
    let built = engine.build(&request, &reporter).await.expect("an image");

    assert!(recorder.log().contains(&"it is ***".to_owned()), "{:?}", recorder.log());
    let outcome = engine.run_script(&built.id, "cat /sum", &RunOptions::default()).await.expect("an outcome");
    let expected = run(Command::new("sh").args(["-c", &format!("printf %s {SECRET} | sha256sum")]));
    assert_eq!(outcome.stdout, expected);
    let found = Command::new("sh").args(["-c", &format!("docker save {} | grep -a -c {SECRET}", built.id)]).output();
    assert_eq!(String::from_utf8_lossy(&found.expect("a search").stdout).trim(), "0");
    engine.remove_image(&built.id).await.expect("removal");
}

#[tokio::test]
async fn a_secret_that_was_not_given_fails_the_step_that_needs_it() {
    let engine = engine().await;
    let dockerfile = format!("FROM {BASE}\nRUN --mount=type=secret,id=absent,required=true echo {}\n", unique("no"));
    let error = engine.build(&request(&dockerfile), &Reporter::silent()).await.expect_err("a failure");
    let BuildError::Step(step) = error else { panic!("{error}") };
    assert!(step.message.contains("absent"), "{step:?}");
}

#[tokio::test]
async fn a_failing_step_is_told_with_its_instruction_place_and_last_lines() {
    let engine = engine().await;
    let word = unique("fails");
    let dockerfile = format!(
        "FROM {BASE} AS tools\nRUN sleep 600\nFROM {BASE} AS result\n\
         RUN echo {word}; i=0; while test $i -lt 40; do echo line $i; i=$((i+1)); done; printf last >&2; exit 3\n\
         COPY --from=tools /etc /tools\n"
    );
    let (recorder, reporter, _) = Recorder::new();
    let error = engine.build(&request(&dockerfile), &reporter).await.expect_err("a failure");
    let transient = error.is_transient();
    let BuildError::Step(step) = error else { panic!("{error}") };
    assert!(step.instruction.starts_with(&format!("RUN echo {word};")), "{step:?}");
    let place = step.place.as_ref().expect("a place").to_string();
    assert_eq!(place, "result 2/3");
    assert!(step.message.ends_with("exit code: 3"), "{step:?}");
    assert_eq!((step.log.len(), step.log[29].as_str(), step.log[28].as_str()), (30, "last", "line 39"));
    assert!(!transient);
    let tasks = recorder.tasks();
    let ended =
        |start: &str, outcome| tasks.iter().any(|(label, end)| label.starts_with(start) && *end == Some(outcome));
    assert!(ended("[result 2/3] RUN", Outcome::Failed) && ended("[tools 2/2] RUN", Outcome::Cancelled), "{tasks:?}");
}

#[tokio::test]
async fn a_dockerfile_that_cannot_be_parsed_is_refused_in_the_engines_words() {
    let engine = engine().await;
    let dockerfile = format!("FROM {BASE}\nRUNN true\n");
    let error = engine.build(&request(&dockerfile), &Reporter::silent()).await.expect_err("a failure");
    assert!(matches!(&error, BuildError::Refused { message } if message.contains("RUNN")), "{error:?}");
}

#[tokio::test]
async fn a_missing_base_image_is_told_by_name() {
    let engine = engine().await;
    let dockerfile = "FROM 127.0.0.1:1/nothing/here:1\n";
    let error = engine.build(&request(dockerfile), &Reporter::silent()).await.expect_err("a failure");
    let BuildError::Step(step) = &error else { panic!("{error}") };
    assert!(step.instruction.contains("127.0.0.1:1/nothing/here:1"), "{step:?}");
    assert!(error.is_transient(), "a registry that refuses connections may come back: {step:?}");
}

#[tokio::test]
async fn the_host_network_is_the_machines_own_and_the_default_network_is_not() {
    let engine = engine().await;
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let word = unique("network");
    let dockerfile = format!("FROM {BASE}\nRUN echo {word}; cat /proc/net/tcp > /listening\n");
    let mut request = request(&dockerfile);
    let mut sees_listener = async |network| {
        request.network = network;
        let built = engine.build(&request, &Reporter::silent()).await.expect("an image");
        let outcome = engine.run_script(&built.id, "cat /listening", &RunOptions::default()).await;
        engine.remove_image(&built.id).await.expect("removal");
        outcome.expect("an outcome").stdout.contains(&format!(" 0100007F:{port:04X} "))
    };
    assert!(!sees_listener(Network::Default).await);
    assert!(sees_listener(Network::Host).await);
}

#[tokio::test]
async fn dropping_a_build_stops_its_running_step() {
    let engine = engine().await;
    let seconds = format!("{}.5", 100_000 + std::process::id());
    let dockerfile = format!("FROM {BASE}\nRUN echo {} started; sleep {seconds}\n", unique("cancel"));
    let (recorder, reporter, mut lines) = Recorder::new();
    let request = request(&dockerfile);
    {
        let build = engine.build(&request, &reporter);
        tokio::select! {
            ended = build => panic!("{ended:?}"),
            line = lines.recv() => assert!(line.is_some_and(|line| line.ends_with("started"))),
        }
        assert!(within(Duration::from_secs(3), async || process_exists(&seconds)).await, "the step should run");
    }
    let gone = within(Duration::from_secs(3), async || !process_exists(&seconds)).await;
    assert!(gone, "the step should have ended");
    let cancelled = |(_, end): &(String, Option<Outcome>)| *end == Some(Outcome::Cancelled);
    assert!(recorder.tasks().iter().any(cancelled));
}

#[tokio::test]
async fn builds_side_by_side_do_not_mix_their_events() {
    let engine = engine().await;
    let words: Vec<_> = (0..4).map(|_| unique("parallel")).collect();
    let one = async |word: &String| {
        let (recorder, reporter, _) = Recorder::new();
        let dockerfile = format!("FROM {BASE}\nRUN echo {word}\n");
        let built = engine.build(&request(&dockerfile), &reporter).await.expect("an image");
        assert_eq!(recorder.log(), std::slice::from_ref(word));
        built.id
    };
    let ids = tokio::join!(one(&words[0]), one(&words[1]), one(&words[2]), one(&words[3]));
    for id in [ids.0, ids.1, ids.2, ids.3] {
        engine.remove_image(&id).await.expect("removal");
    }
}

#[tokio::test]
async fn a_tag_names_the_result_and_can_be_taken_over() {
    let engine = engine().await;
    let tag = unique("slipway-fixture");
    let mut first = request(&format!("FROM {BASE}\nRUN echo {}\n", unique("first")));
    first.tag = Some(format!("{tag}:latest"));
    let first = engine.build(&first, &Reporter::silent()).await.expect("an image");
    let second = build(&engine, &format!("FROM {BASE}\nRUN echo {}\n", unique("second"))).await;
    assert_eq!(id_of(&engine, &tag).await, first.id);
    engine.tag(&second, &tag, "latest").await.expect("a tag");
    assert_eq!(id_of(&engine, &tag).await, second);
    engine.remove_image(&tag).await.expect("removal");
    engine.remove_image(&first.id).await.expect("removal");
}

async fn id_of(engine: &DockerEngine, name: &str) -> String {
    engine.find_image(name).await.expect("an answer").expect("the image").id
}
