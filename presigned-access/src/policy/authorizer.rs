//! What an authorizer answers API Gateway.

use super::document::{Action, Document, Statement, Target};
use super::method::MethodArn;

/// The answer for a caller who may come in: the one method, and explicitly nothing else.
///
/// An answer that only denies everything else would allow nothing, and one that only allows would be widened by the
/// API's own policy (presigned-access 1 and 4).
pub fn authorizer_answer(method: &MethodArn) -> Document {
    let invoke = || vec![Action::InvokeApi];
    Document::new(vec![
        Statement::allow("AllowThisMethod", invoke(), Target::These(vec![method.literal()])),
        Statement::deny("DenyEverythingElse", invoke(), Target::AllBut(vec![method.literal()])),
    ])
}

/// The answer for a caller who is known and may not come in: nothing at all. API Gateway makes 403 of it.
pub fn authorizer_refusal() -> Document {
    Document::new(vec![Statement::deny("DenyEverything", vec![Action::InvokeApi], Target::everything())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_method_is_allowed_and_everything_else_denied() {
        let method = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/presigned-url";
        insta::assert_json_snapshot!(authorizer_answer(&method.parse().expect("a method")));
    }

    #[test]
    fn a_refusal_denies_every_method() {
        insta::assert_json_snapshot!(authorizer_refusal());
    }
}
