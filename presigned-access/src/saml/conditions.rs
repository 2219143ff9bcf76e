//! When and for whom an assertion is valid (SAML 2.0 core 2.5).

use jiff::Timestamp;

use super::Refusal;
use super::element::{Element, any, at_least_once};
use super::instant::{self, Clock};
use super::vocabulary::{AUDIENCE, AUDIENCE_RESTRICTION, CONDITIONS, ONE_TIME_USE, PROXY_RESTRICTION};

/// Checks the conditions. Returns the end of validity.
///
/// Known besides audiences are `OneTimeUse`, which every assertion is here, and `ProxyRestriction`, which limits
/// assertions that we would issue, and we issue none.
pub(super) fn check(conditions: Element<'_>, audience: &str, clock: Clock) -> Result<Timestamp, Refusal> {
    let not_before = instant::required(conditions, CONDITIONS, "NotBefore")?;
    let not_on_or_after = instant::required(conditions, CONDITIONS, "NotOnOrAfter")?;
    if not_before >= not_on_or_after {
        return Err(Refusal::ConditionsOrder);
    }
    if !clock.has_reached(not_before) {
        return Err(Refusal::NotYetValid);
    }
    if clock.is_over(not_on_or_after) {
        return Err(Refusal::Expired);
    }
    let children = conditions
        .sequence(CONDITIONS, &[any(&[AUDIENCE_RESTRICTION, ONE_TIME_USE, PROXY_RESTRICTION])])
        .map_err(|refusal| match refusal {
            Refusal::ElementUnexpected { .. } => Refusal::ConditionUnknown,
            other => other,
        })?;
    let mut restricted = false;
    for restriction in children.all(AUDIENCE_RESTRICTION) {
        restricted = true;
        check_audience(restriction, audience)?;
    }
    if restricted { Ok(not_on_or_after) } else { Err(Refusal::AudienceMissing) }
}

/// One of the audiences must be us; of several restrictions each one says so.
fn check_audience(restriction: Element<'_>, audience: &str) -> Result<(), Refusal> {
    let children = restriction.sequence(AUDIENCE_RESTRICTION, &[at_least_once(&[AUDIENCE])])?;
    let mut ours = false;
    for named in children.all(AUDIENCE) {
        ours |= named.text(AUDIENCE)? == audience;
    }
    if ours { Ok(()) } else { Err(Refusal::Audience) }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{AUDIENCE as US, at, clock, with_element};
    use super::*;

    fn checked(times: &str, inside: &str) -> Result<Timestamp, Refusal> {
        let xml = format!("<Conditions {times}>{}</Conditions>", inside.replace("US", US));
        with_element(&xml, |conditions| check(conditions, US, clock()))
    }

    const TIMES: &str = "NotBefore='2026-11-24T11:59:00Z' NotOnOrAfter='2026-11-24T12:05:00Z'";
    const AUDIENCES: &str = "<AudienceRestriction><Audience>US</Audience></AudienceRestriction>";

    #[test]
    fn holds_within_its_times_and_for_its_audiences() {
        let other = "<AudienceRestriction><Audience>x</Audience><Audience>US</Audience></AudienceRestriction>";
        for inside in [
            AUDIENCES.to_owned(),
            other.to_owned(),
            format!("{AUDIENCES}{other}<OneTimeUse/><ProxyRestriction Count='0'/>"),
        ] {
            assert_eq!(checked(TIMES, &inside), Ok(at("2026-11-24T12:05:00Z")), "{inside}");
        }
        let skewed = "NotBefore='2026-11-24T12:01:00Z' NotOnOrAfter='2026-11-24T12:05:00Z'";
        assert!(checked(skewed, AUDIENCES).is_ok());
        let skewed = "NotBefore='2026-11-24T11:00:00Z' NotOnOrAfter='2026-11-24T11:59:00.001Z'";
        assert!(checked(skewed, AUDIENCES).is_ok());
    }

    #[test]
    fn refuses_other_times() {
        for (times, refusal) in [
            ("NotBefore='2026-11-24T12:01:00.001Z' NotOnOrAfter='2026-11-24T12:05:00Z'", Refusal::NotYetValid),
            ("NotBefore='2026-11-24T11:00:00Z' NotOnOrAfter='2026-11-24T11:59:00Z'", Refusal::Expired),
            ("NotBefore='2026-11-24T12:05:00Z' NotOnOrAfter='2026-11-24T12:05:00Z'", Refusal::ConditionsOrder),
            (
                "NotBefore='2026-11-24T12:00:00Z'",
                Refusal::AttributeMissing { element: "Conditions", attribute: "NotOnOrAfter" },
            ),
            (
                "NotOnOrAfter='2026-11-24T12:05:00Z'",
                Refusal::AttributeMissing { element: "Conditions", attribute: "NotBefore" },
            ),
            (
                "NotBefore='2026-11-24T12:00:00' NotOnOrAfter='2026-11-24T12:05:00Z'",
                Refusal::Time { attribute: "NotBefore" },
            ),
        ] {
            assert_eq!(checked(times, AUDIENCES), Err(refusal), "{times}");
        }
    }

    #[test]
    fn refuses_other_audiences_and_conditions() {
        for (inside, refusal) in [
            ("", Refusal::AudienceMissing),
            ("<OneTimeUse/>", Refusal::AudienceMissing),
            ("<AudienceRestriction><Audience>US/</Audience></AudienceRestriction>", Refusal::Audience),
            ("<AudienceRestriction><Audience> US</Audience></AudienceRestriction>", Refusal::Audience),
            (
                "<AudienceRestriction><Audience>https://STUDIO.corp.example/saml</Audience></AudienceRestriction>",
                Refusal::Audience,
            ),
            (
                "<AudienceRestriction><Audience>US</Audience></AudienceRestriction>\
                 <AudienceRestriction><Audience>x</Audience></AudienceRestriction>",
                Refusal::Audience,
            ),
            ("<AudienceRestriction/>", Refusal::ElementMissing { parent: "AudienceRestriction", child: "Audience" }),
            (
                "<AudienceRestriction><Audience>US<b/></Audience></AudienceRestriction>",
                Refusal::LeafNotText { element: "Audience" },
            ),
            (
                "<AudienceRestriction><Audience>US</Audience></AudienceRestriction><Condition/>",
                Refusal::ConditionUnknown,
            ),
            ("<AudienceRestriction xmlns='urn:x'/>", Refusal::ConditionUnknown),
            ("US", Refusal::TextUnexpected { parent: "Conditions" }),
        ] {
            assert_eq!(checked(TIMES, inside), Err(refusal), "{inside}");
        }
    }
}
