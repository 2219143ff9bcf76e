//! The private API's own policy.

use super::document::{Action, Document, Key, Literal, Operator, Statement, Target};
use super::identifier::{ApiId, EndpointId, Place, Route, Stage};

/// Which API a policy means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Api {
    /// This one.
    Id(ApiId),
    /// The id is not known yet, as in a template: in the API's own policy the API itself, in an endpoint's policy every
    /// API of the account.
    Unnamed,
}

/// A private API and what is open in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiResource {
    /// Account and Region of the API.
    pub place: Place,
    /// The API.
    pub api: Api,
    /// Its stage.
    pub stage: Stage,
    /// The one endpoint that requests may come through.
    pub endpoint: EndpointId,
    /// The routes that need no authorizer: `POST/saml`, and those of the service provider's own pages.
    pub open: Vec<Route>,
}

/// The API's resource policy: nothing from another endpoint, and only the open routes without an authorizer's word.
///
/// A route that is not open is allowed by its authorizer's answer alone.
pub fn api_resource(api: &ApiResource) -> Document {
    let invoke = || vec![Action::InvokeApi];
    let part = |end: &str| match &api.api {
        Api::Id(id) => api.place.arn("execute-api", format_args!("{id}/{end}")),
        // API Gateway completes it when the policy is saved.
        Api::Unnamed => Literal(format!("execute-api:/{end}")),
    };
    let endpoint = vec![(&api.endpoint).into()];
    let mut statements =
        vec![Statement::deny("DenyOtherEndpoints", invoke(), Target::These(vec![part("*")])).for_everybody().when(
            Operator::StringNotEquals,
            Key::SourceVpce,
            endpoint,
        )];
    if !api.open.is_empty() {
        let open = api.open.iter().map(|route| part(&format!("{}/{route}", api.stage))).collect();
        statements.push(Statement::allow("AllowOpenRoutes", invoke(), Target::These(open)).for_everybody());
    }
    Document::new(statements)
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn only_open_routes_are_allowed_and_only_through_our_endpoint() {
        insta::assert_json_snapshot!(api_resource(&samples::api()));
    }

    #[test]
    fn without_an_id_the_api_means_itself() {
        let document = api_resource(&ApiResource { api: Api::Unnamed, ..samples::api() }).to_json();
        assert_eq!(document["Statement"][0]["Resource"], "execute-api:/*");
        assert_eq!(document["Statement"][1]["Resource"], "execute-api:/prod/POST/saml");
    }

    #[test]
    fn without_open_routes_nothing_is_allowed() {
        let document = api_resource(&ApiResource { open: Vec::new(), ..samples::api() });
        assert_eq!(document.statements().len(), 1);
    }
}
