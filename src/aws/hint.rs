//! The next step for the refusals that every AWS service shares.

use std::error::Error;
use std::io;

use super::failure::chain;
use super::{Failure, Refusal};

impl Failure {
    /// The next step, where the failure is one that people meet.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Refused(refusal) => refusal.hint(),
            Self::Credentials(_) => Some(
                "sign in (`aws sso login`), choose a profile (`AWS_PROFILE`), or set `AWS_ACCESS_KEY_ID` and \
                 `AWS_SECRET_ACCESS_KEY`"
                    .to_owned(),
            ),
            Self::Unreachable(cause) => Some(unreachable_hint(cause.as_ref()).to_owned()),
            Self::TimedOut(_) => Some("check the network, the proxy (`HTTPS_PROXY`) and the Region's name".to_owned()),
            Self::Request(_) | Self::Answer(_) => None,
        }
    }
}

fn unreachable_hint(cause: &(dyn Error + 'static)) -> &'static str {
    let refused = chain(cause)
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|error| error.kind() == io::ErrorKind::ConnectionRefused);
    if refused {
        "nothing listens at that address: is the sandbox or the proxy running, and is the endpoint right?"
    } else {
        "check the network, the proxy (`HTTPS_PROXY`), the certificates (`SSL_CERT_FILE`) and the Region's name"
    }
}

impl Refusal {
    /// The next step, where the refusal is one that people meet.
    pub fn hint(&self) -> Option<String> {
        let hint = match self.code.as_str() {
            "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => {
                "the credentials have expired: sign in again (`aws sso login`) or fetch new ones"
            }
            "UnrecognizedClientException" | "InvalidClientTokenId" | "InvalidAccessKeyId" => {
                "AWS does not know this access key: see which one is used with `aws sts get-caller-identity`; temporary \
                 credentials also need `AWS_SESSION_TOKEN`"
            }
            "SignatureDoesNotMatch" | "InvalidSignatureException" => {
                "the secret key does not belong to the access key, or this machine's clock is wrong"
            }
            "AccessDenied" | "AccessDeniedException" => return Some(access_hint(&self.message)),
            "Throttling"
            | "ThrottlingException"
            | "ThrottledException"
            | "TooManyRequestsException"
            | "RequestLimitExceeded" => {
                "AWS kept limiting the rate of calls although they were repeated with growing pauses: run it again \
                 later, or with fewer images at a time"
            }
            "ResourceLimitExceeded" | "LimitExceededException" => {
                "the account's quota is used up: remove what is not needed, or ask for more under Service Quotas"
            }
            _ => return None,
        };
        Some(hint.to_owned())
    }
}

/// Names the action, which AWS puts after `perform:` (IAM user guide, "Troubleshoot access denied error messages").
fn access_hint(message: &str) -> String {
    let action = message.split("perform: ").nth(1).and_then(|rest| rest.split_whitespace().next());
    match action {
        Some(action) => {
            format!("allow `{action}` in the policy of these credentials; the README lists the ones needed")
        }
        None => "the policy of these credentials lacks a permission; the README lists the ones needed".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(code: &str, message: &str) -> Refusal {
        Refusal { code: code.into(), message: message.into(), request_id: None }
    }

    #[test]
    fn a_denied_action_is_named() {
        let message = "User: arn:aws:iam::1:user/me is not authorized to perform: sagemaker:CreateImage on resource: x";
        let hint = refusal("AccessDeniedException", message).hint().expect("a hint");
        assert!(hint.contains("`sagemaker:CreateImage`"), "{hint}");
        assert!(refusal("AccessDenied", "").hint().expect("a hint").contains("permission"));
    }

    #[test]
    fn well_known_refusals_have_a_next_step() {
        let cases = [
            ("ExpiredTokenException", "sign in again"),
            ("InvalidClientTokenId", "access key"),
            ("UnrecognizedClientException", "access key"),
            ("ThrottlingException", "later"),
            ("ResourceLimitExceeded", "quota"),
        ];
        for (code, part) in cases {
            let hint = refusal(code, "").hint().unwrap_or_default();
            assert!(hint.contains(part), "`{code}` should speak of `{part}`: {hint}");
        }
        assert_eq!(refusal("SomethingNew", "").hint(), None);
    }

    #[test]
    fn a_closed_port_and_a_broken_network_are_told_apart() {
        let refused = Failure::Unreachable(Box::new(io::Error::from(io::ErrorKind::ConnectionRefused)));
        let broken = Failure::Unreachable(Box::new(io::Error::from(io::ErrorKind::HostUnreachable)));
        assert!(refused.hint().unwrap_or_default().contains("nothing listens"));
        assert!(broken.hint().unwrap_or_default().contains("network"));
    }

    #[test]
    fn the_words_of_aws_are_kept() {
        let mut refused = refusal("ValidationException", "Value 'x' failed");
        refused.request_id = Some("r-1".into());
        let failure = Failure::Refused(Box::new(refused));
        assert_eq!(failure.to_string(), "AWS answered ValidationException: Value 'x' failed (request r-1)");
    }
}
