//! Rules for a domain's settings that the shapes do not tell (facts 2.4, the table of error texts), and the list of
//! `RSession` images inside them.

use serde_json::{Map, Value, json};

use super::image_versions::is_usable;
use super::{Studio, domains};
use crate::aws::ApiError;
use crate::clock::Moment;

/// What `UpdateDomain` is sent, in the words of `DescribeDomain`: some members have another name in updates.
pub fn as_settings(mut sent: Map<String, Value>) -> Value {
    if let Some(Value::Object(mut settings)) = sent.remove("DomainSettingsForUpdate") {
        if let Some(rstudio) = settings.remove("RStudioServerProDomainSettingsForUpdate") {
            settings.insert("RStudioServerProDomainSettings".to_owned(), rstudio);
        }
        sent.insert("DomainSettings".to_owned(), Value::Object(settings));
    }
    Value::Object(sent)
}

/// The list of `RSession` images.
pub fn custom_images(settings: &Value) -> Vec<Value> {
    let list = settings.pointer("/DefaultUserSettings/RSessionAppSettings/CustomImages").and_then(Value::as_array);
    list.cloned().unwrap_or_default()
}

/// Settings that hold nothing but a list of `RSession` images.
pub fn with_custom_images(list: &[Value]) -> Value {
    json!({ "DefaultUserSettings": { "RSessionAppSettings": { "CustomImages": list } } })
}

/// Refuses a new domain's settings that AWS refuses.
pub fn check_new(studio: &Studio, settings: &Value, now: Moment) -> Result<(), ApiError> {
    check_user_group(settings)?;
    check_network(&Value::Null, settings)?;
    check_images(studio, &[], &custom_images(settings), now)
}

/// Refuses an update that AWS refuses.
pub fn check_update(studio: &Studio, id: &str, sent: &Value, now: Moment) -> Result<(), ApiError> {
    let current = &domains::find(studio, id, now)?.settings;
    check_user_group(sent)?;
    check_network(current, sent)?;
    let rstudio = "/DomainSettings/RStudioServerProDomainSettings";
    if sent.pointer(rstudio).is_some() && studio.apps.values().any(|app| app.domain == id && app.is_alive(now)) {
        return Err(ApiError::validation(format!(
            "Unable to update Domain [{id}] with InService App. Delete all InService apps in the domain including \
             shared Apps for [domain-shared] User Profile"
        )));
    }
    if sent.get("AppSecurityGroupManagement").is_some() && current.pointer(rstudio).is_none() {
        return Err(ApiError::validation("AppSecurityGroupManagement can only be set for Rstudio enabled domains"));
    }
    check_images(studio, &custom_images(current), &custom_images(sent), now)
}

fn check_user_group(settings: &Value) -> Result<(), ApiError> {
    let rstudio = settings.pointer("/DefaultUserSettings/RStudioServerProAppSettings");
    let disabled =
        rstudio.is_some_and(|rstudio| rstudio["AccessStatus"] == "DISABLED" && rstudio["UserGroup"].is_string());
    if disabled {
        let words = "UserGroup cannot be set in RStudioServerProAppSettings. Make sure AccessStatus is set to ENABLED";
        return Err(ApiError::validation(words));
    }
    Ok(())
}

fn check_network(current: &Value, sent: &Value) -> Result<(), ApiError> {
    let known = |name: &str| sent.get(name).or_else(|| current.get(name)).is_some();
    if sent.get("AppNetworkAccessType").is_some_and(|kind| kind == "VpcOnly") && !(known("VpcId") && known("SubnetIds"))
    {
        return Err(ApiError::validation("VpcId and Subnet IDs are required for updating domains to VpcOnly mode"));
    }
    Ok(())
}

/// Entries that a list did not have before must name what exists; older ones may dangle, since nothing protects an
/// image or a config that is in use. (How AWS checks is not known.)
fn check_images(studio: &Studio, before: &[Value], sent: &[Value], now: Moment) -> Result<(), ApiError> {
    for entry in sent.iter().filter(|entry| !before.contains(entry)) {
        let text = |name: &str| entry[name].as_str().unwrap_or_default();
        let (image, config) = (text("ImageName"), text("AppImageConfigName"));
        let version = entry["ImageVersionNumber"].as_u64().and_then(|number| u32::try_from(number).ok());
        if !is_usable(studio, image, version, now) {
            let version = version.map(|number| format!("/{number}")).unwrap_or_default();
            return Err(ApiError::not_found(format!("ImageVersion {image}{version} does not exist or is not CREATED")));
        }
        if !studio.app_image_configs.contains_key(config) {
            return Err(ApiError::not_found(format!("AppImageConfig {config} does not exist")));
        }
    }
    Ok(())
}
