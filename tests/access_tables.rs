//! `slipway access map` and `slipway access rotate-certificate`, through the binary, against tables and parameters that
//! moto serves and boto3 reads.

#[path = "access_tables/certificates.rs"]
mod certificates;
#[path = "access_tables/cloud.rs"]
mod cloud;
#[path = "access_tables/people.rs"]
mod people;
#[path = "access_tables/reaching.rs"]
mod reaching;
