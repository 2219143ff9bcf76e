//! The sandbox over the wire: what clients see, request by request.

mod apps;
mod domains;
mod ecr;
mod faults;
mod identity;
mod images;
mod registry_manifests;
mod registry_uploads;
mod restart;
mod support;
