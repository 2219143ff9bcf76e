//! STS in the query protocol: who am I, and let me be somebody else.

use std::collections::HashMap;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;

use crate::aws;
use crate::clock::Moment;
use crate::cloud::Cloud;
use crate::identity::{self, Caller, SECRET_ACCESS_KEY, SESSION_KEY_ID, Session, Stranger};

const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";
const USER_ID: &str = "AIDASLIPWAYSANDBOX00";
const ROLE_ID: &str = "AROASLIPWAYSANDBOX00";
/// Lifetime of a session where the caller names none.
const SESSION_SECONDS: u64 = 3600;

struct Refusal {
    code: String,
    message: String,
    status: StatusCode,
}

impl Refusal {
    fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into(), status: StatusCode::BAD_REQUEST }
    }
}

/// Serves a form.
pub fn serve(cloud: &Cloud, headers: &HeaderMap, body: &[u8], request_id: &str) -> Response {
    let form: HashMap<String, String> = form_urlencoded::parse(body).into_owned().collect();
    let action = form.get("Action").map_or("", String::as_str);
    let (status, document) = match call(cloud, headers, action, &form) {
        Ok(result) => (StatusCode::OK, success(action, &result, request_id)),
        Err(refusal) => (refusal.status, failure(&refusal, request_id)),
    };
    let mut response = Response::new(Body::from(document));
    *response.status_mut() = status;
    response.headers_mut().insert("content-type", HeaderValue::from_static("text/xml"));
    if let Ok(id) = HeaderValue::from_str(request_id) {
        response.headers_mut().insert("x-amzn-requestid", id);
    }
    response
}

fn call(cloud: &Cloud, headers: &HeaderMap, action: &str, form: &HashMap<String, String>) -> Result<String, Refusal> {
    let caller = identity::caller(headers).map_err(stranger)?;
    let operation = format!("STS.{action}");
    cloud.admit(&operation).map_err(aws::refused).map_err(|error| match error.code() {
        // The query protocol has its own name for it.
        "ThrottlingException" => Refusal::new("Throttling", error.message()),
        code => Refusal::new(code, error.message()),
    })?;
    let result = match action {
        "GetCallerIdentity" => Ok(caller_identity(cloud, &caller)),
        "AssumeRole" => assume_role(form),
        _ => Err(Refusal::new("InvalidAction", format!("Could not find operation {action} for version 2011-06-15"))),
    }?;
    cloud.done(&operation);
    Ok(result)
}

fn caller_identity(cloud: &Cloud, caller: &Caller) -> String {
    let (arn, id, account) = match caller {
        Caller::User => {
            let arn = format!("arn:aws:iam::{}:user/sandbox", cloud.account);
            (arn, USER_ID.to_owned(), cloud.account.as_str())
        }
        Caller::Role(session) => {
            let account = account_of(&session.role_arn).unwrap_or(&cloud.account);
            (assumed_arn(session), format!("{ROLE_ID}:{}", session.name), account)
        }
    };
    element("Arn", &arn) + &element("UserId", &id) + &element("Account", account)
}

fn assume_role(form: &HashMap<String, String>) -> Result<String, Refusal> {
    let value = |name: &str| form.get(name).filter(|value| !value.is_empty());
    let missing = |name: &str| {
        let message = format!(
            "1 validation error detected: Value null at '{name}' failed to satisfy constraint: Member must not be null"
        );
        Refusal::new("ValidationError", message)
    };
    let role_arn = value("RoleArn").ok_or_else(|| missing("roleArn"))?.clone();
    let name = value("RoleSessionName").ok_or_else(|| missing("roleSessionName"))?.clone();
    if account_of(&role_arn).is_none() {
        return Err(Refusal::new("ValidationError", format!("{role_arn} is invalid")));
    }
    let seconds = value("DurationSeconds").and_then(|text| text.parse().ok()).unwrap_or(SESSION_SECONDS);
    let expires = Moment::now().plus(Duration::from_secs(seconds)).seconds();
    let session = Session { role_arn, name, expires };
    let expiration = i64::try_from(expires).ok().and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    let expiration = expiration.ok_or_else(|| Refusal::new("ValidationError", "DurationSeconds is out of range"))?;
    let credentials = element("AccessKeyId", SESSION_KEY_ID)
        + &element("SecretAccessKey", SECRET_ACCESS_KEY)
        + &element("SessionToken", &session.token())
        + &element("Expiration", &expiration.to_string());
    let user =
        element("AssumedRoleId", &format!("{ROLE_ID}:{}", session.name)) + &element("Arn", &assumed_arn(&session));
    Ok(format!("<Credentials>{credentials}</Credentials><AssumedRoleUser>{user}</AssumedRoleUser>"))
}

/// `arn:aws:iam::ACCOUNT:role/PATH/NAME` as the session's ARN, which drops the path.
fn assumed_arn(session: &Session) -> String {
    let account = account_of(&session.role_arn).unwrap_or_default();
    let role = session.role_arn.rsplit('/').next().unwrap_or_default();
    format!("arn:aws:sts::{account}:assumed-role/{role}/{}", session.name)
}

fn account_of(role_arn: &str) -> Option<&str> {
    let (account, role) = role_arn.strip_prefix("arn:aws:iam::")?.split_once(":role/")?;
    let digits = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    (digits && !role.is_empty()).then_some(account)
}

fn stranger(stranger: Stranger) -> Refusal {
    let (code, message) = match stranger {
        Stranger::Unsigned => ("MissingAuthenticationToken", "Request is missing Authentication Token"),
        Stranger::UnknownKey => ("InvalidClientTokenId", "The security token included in the request is invalid."),
        Stranger::Expired => ("ExpiredToken", "The security token included in the request is expired"),
    };
    Refusal { status: StatusCode::FORBIDDEN, ..Refusal::new(code, message) }
}

fn success(action: &str, result: &str, request_id: &str) -> String {
    let metadata = element("RequestId", request_id);
    format!(
        "<{action}Response xmlns=\"{NAMESPACE}\"><{action}Result>{result}</{action}Result>\
         <ResponseMetadata>{metadata}</ResponseMetadata></{action}Response>"
    )
}

fn failure(refusal: &Refusal, request_id: &str) -> String {
    let error = element("Type", "Sender") + &element("Code", &refusal.code) + &element("Message", &refusal.message);
    format!(
        "<ErrorResponse xmlns=\"{NAMESPACE}\"><Error>{error}</Error>{}</ErrorResponse>",
        element("RequestId", request_id)
    )
}

fn element(name: &str, text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<{name}>{text}</{name}>")
}
