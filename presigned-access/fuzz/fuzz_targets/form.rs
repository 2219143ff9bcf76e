//! The body that a browser posts: no panic, and one meaning only.
//!
//! What is read can be written as a form again, and that form says the same; wrapping a body in base64, as API Gateway
//! may do, changes nothing.

#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use libfuzzer_sys::fuzz_target;
use presigned_access::saml::form::{LARGEST_BODY, Posted, response};

fuzz_target!(|body: &str| {
    // Whatever is no base64 is refused; whatever is, is a form inside.
    let _ = response(body, true);
    let read = response(body, false);

    let wrapped = STANDARD.encode(body);
    if wrapped.len() <= LARGEST_BODY {
        assert_eq!(response(&wrapped, true), read, "base64 around the body changed its meaning");
    }
    if let Ok(posted) = read {
        assert!(body.len() <= LARGEST_BODY, "a body that is too large was read");
        let written = write(&posted);
        if written.len() <= LARGEST_BODY {
            assert_eq!(response(&written, false).as_ref(), Ok(&posted), "the form does not say what was read from it");
        }
    }
});

fn write(posted: &Posted) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("SAMLResponse", &STANDARD.encode(&posted.xml));
    if let Some(relay_state) = &posted.relay_state {
        form.append_pair("RelayState", relay_state);
    }
    form.finish()
}
