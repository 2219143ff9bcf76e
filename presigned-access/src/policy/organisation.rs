//! The organisation's limits.

use super::document::{Action, Document, Key, Operator, Statement, Target};
use super::ranges::Brokers;

/// The service control policy: nobody mints but the brokers, whatever else they may do.
///
/// It only denies; `FullAWSAccess` has to stand beside it.
pub fn service_control(brokers: &Brokers) -> Document {
    let mint = vec![Action::MintDomainUrl, Action::MintNotebookUrl];
    Document::new(vec![Statement::deny("OnlyTheBrokerMints", mint, Target::everything()).when(
        Operator::StringNotEquals,
        Key::PrincipalArn,
        brokers.literals(),
    )])
}

/// What every account of an organisation has from the start.
pub fn full_aws_access() -> Document {
    Document::new(vec![Statement::allow("FullAWSAccess", vec![Action::Everything], Target::everything())])
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn only_the_broker_mints() {
        insta::assert_json_snapshot!(service_control(&samples::brokers()));
    }
}
