//! How an update changes settings (facts 2.4): what is left out stays, what is sent replaces, lists as a whole.

use serde_json::Value;

/// Members that the word `None` clears, because their patterns allow it.
const CLEARED_BY_NONE: [&str; 3] = ["SageMakerImageVersionArn", "LifecycleConfigArn", "TrainingPlanArn"];

/// Applies what was sent to what there is.
pub fn merge(current: &mut Value, sent: Value) {
    match (current, sent) {
        (Value::Object(current), Value::Object(sent)) => {
            for (name, value) in sent {
                if CLEARED_BY_NONE.contains(&name.as_str()) && value == "None" {
                    current.remove(&name);
                } else if !value.is_null() {
                    merge(current.entry(name).or_insert(Value::Null), value);
                }
            }
        }
        (current, sent) => *current = sent,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn omitted_members_stay_and_lists_are_replaced_whole() {
        let version = "arn:aws:sagemaker:eu-west-1:123456789012:image-version/r/1";
        let before = json!({
            "ExecutionRole": "role",
            "RSessionAppSettings": {
                "CustomImages": [{"ImageName": "a"}, {"ImageName": "b"}],
                "DefaultResourceSpec": {"InstanceType": "ml.t3.medium", "SageMakerImageVersionArn": version},
            },
        });
        let table = [
            (json!({}), before.clone(), "nothing sent"),
            (
                json!({"RSessionAppSettings": {"CustomImages": [{"ImageName": "c"}]}}),
                {
                    let mut after = before.clone();
                    after["RSessionAppSettings"]["CustomImages"] = json!([{"ImageName": "c"}]);
                    after
                },
                "a list",
            ),
            (
                json!({"RSessionAppSettings": {"CustomImages": []}}),
                {
                    let mut after = before.clone();
                    after["RSessionAppSettings"]["CustomImages"] = json!([]);
                    after
                },
                "an empty list",
            ),
            (
                json!({"RSessionAppSettings": {"DefaultResourceSpec": {"SageMakerImageVersionArn": "None"}}}),
                {
                    let mut after = before.clone();
                    after["RSessionAppSettings"]["DefaultResourceSpec"] = json!({"InstanceType": "ml.t3.medium"});
                    after
                },
                "a cleared scalar",
            ),
        ];
        for (sent, expected, why) in table {
            let mut current = before.clone();
            merge(&mut current, sent);
            assert_eq!(current, expected, "{why}");
        }
    }
}
