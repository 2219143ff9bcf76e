//! A thousand people at once, ten of them with somebody else's assertion.

use std::collections::HashMap;

use futures_util::future::join_all;

use crate::Outcome;
use crate::outside::{Wanted, responses};
use crate::requests::posted;
use crate::world::{World, answered, invocation};

const LOGINS: usize = 1_000;
const REPLAYS: usize = 10;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_thousand_parallel_logins_each_assertion_opens_one_session() -> Outcome {
    let world = World::new().await?;
    let people: Vec<_> = (0..20).map(|number| format!("person-{number}")).collect();
    for person in &people {
        world.profile(person).await?;
    }
    let function = world.saml_acs(&world.saml_configuration().await?).await?;
    let wanted: Vec<_> = (0..LOGINS - REPLAYS).map(|number| Wanted::of(&people[number % people.len()])).collect();
    let mut assertions = responses(&wanted)?;
    // Copies of the first, the last and some between, far from their originals and beside them.
    for copy in 0..REPLAYS {
        let original = assertions[copy * 97].clone();
        let place = if copy % 2 == 0 { copy * 97 + 1 } else { assertions.len() - copy };
        assertions.insert(place, original);
    }
    let logins = assertions.iter().map(|assertion| function.handle(posted(assertion, &[]), invocation()));
    let answers = join_all(logins).await;
    let mut opened: HashMap<&str, usize> = HashMap::new();
    for (assertion, answer) in assertions.iter().zip(&answers) {
        let answer = answered(answer);
        assert!(matches!(answer.status, 302 | 403), "{}: {:?}", answer.status, world.log.codes().last());
        *opened.entry(assertion).or_default() += usize::from(answer.status == 302);
    }
    assert_eq!(opened.len(), LOGINS - REPLAYS);
    assert!(opened.values().all(|sessions| *sessions == 1), "exactly one session for each assertion");
    assert_eq!(world.mints().await?, (LOGINS - REPLAYS) as u64, "as SageMaker counts");
    let codes = world.log.codes();
    let count = |code: &str| codes.iter().filter(|found| *found == code).count();
    assert_eq!((codes.len(), count("minted"), count("replay.seen")), (LOGINS, LOGINS - REPLAYS, REPLAYS));
    let secrets: Vec<&str> = assertions.iter().take(20).map(String::as_str).collect();
    world.log.keeps(&secrets);
    Ok(())
}
