//! Certificates in PEM form, as far as a test needs them.

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// The base64 body of each certificate in a file, without line breaks.
pub(super) fn bodies(pem: &str) -> impl Iterator<Item = String> {
    let complete = pem.split(BEGIN).skip(1).filter_map(|text| text.split_once(END));
    complete.map(|(body, _)| body.split_whitespace().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_may_hold_several_certificates_and_remarks() {
        let first = format!("# root\n{BEGIN}\r\nAAAA\r\nBB==\r\n{END}\r\n");
        let pem = format!("{first}# other\n{BEGIN}\nCCCC\n{END}\n{BEGIN}\ncut off");
        assert_eq!(bodies(&pem).collect::<Vec<_>>(), ["AAAABB==", "CCCC"]);
    }
}
