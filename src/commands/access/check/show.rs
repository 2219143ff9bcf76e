//! Verdicts for people and for programs.

use presigned_access::policy::evaluate::{Caller, Reason, Request, Source, Verdict};
use serde_json::{Value, json};

use super::way::Way;
use crate::commands::output;

/// Shows verdicts; `good` says whether all are as they should be, where that was the question.
pub fn show(judged: &[(Way, Verdict)], good: Option<bool>, as_json: bool) {
    if as_json {
        let requests: Vec<Value> = judged.iter().map(|(way, verdict)| entry(way, verdict)).collect();
        let mut document = json!({ "requests": requests });
        if let Some(good) = good {
            document["as-it-should-be"] = good.into();
        }
        output::json(&document);
    } else {
        output::data(&text(judged, good));
    }
}

fn entry(way: &Way, verdict: &Verdict) -> Value {
    let Request { caller, action, resource, .. } = &way.request;
    let source = match &way.source {
        Source::Endpoint { vpc, endpoint, address } => json!({"vpc": vpc, "endpoint": endpoint, "address": address}),
        Source::Internet { address } => json!({ "address": address }),
        Source::Untold => json!({}),
    };
    json!({
        "from": way.from.to_string(),
        "step": way.step.name(),
        "caller": name(caller),
        "action": action,
        "resource": resource,
        "source": source,
        "verdict": verdict,
    })
}

fn text(judged: &[(Way, Verdict)], good: Option<bool>) -> String {
    let mut parts = Vec::new();
    if let Some((way, _)) = judged.first() {
        let Request { caller, action, resource, .. } = &way.request;
        parts.push(format!("{} asks for {action}\non {resource}\n", name(caller)));
    }
    let mut rows = vec![["FROM", "STEP", "ADDRESS", "THROUGH", "VERDICT", "BY"].map(str::to_owned)];
    rows.extend(judged.iter().map(|(way, verdict)| row(way, verdict)));
    parts.push(output::columns(&rows));
    parts.extend(good.map(|good| {
        let said = if good { "as it should be: nobody else comes in" } else { "NOT as it should be" };
        format!("\n{said}")
    }));
    parts.join("\n")
}

fn row(way: &Way, verdict: &Verdict) -> [String; 6] {
    let (address, through) = match &way.source {
        Source::Endpoint { endpoint, address, .. } => (address.to_string(), endpoint.clone()),
        Source::Internet { address } => (address.to_string(), "internet".to_owned()),
        Source::Untold => ("-".to_owned(), "-".to_owned()),
    };
    let listed = |by: &[Reason]| by.iter().map(Reason::to_string).collect::<Vec<_>>().join(", ");
    let (said, by) = match verdict {
        Verdict::Allowed { by } => ("allowed", listed(by)),
        Verdict::Denied { by } => ("denied", listed(by)),
        Verdict::NotAllowed { silent } if silent.is_empty() => ("not allowed", "no policy says anything".to_owned()),
        Verdict::NotAllowed { silent } => ("not allowed", format!("no statement of {}", silent.join(", "))),
    };
    [way.from.to_string(), way.step.name().to_owned(), address, through, said.to_owned(), by]
}

fn name(caller: &Caller) -> &str {
    match caller {
        Caller::Anonymous => "nobody in particular",
        Caller::Arn(arn) => arn,
    }
}
