//! The `Authorization` header of a request.

use super::Refusal;

/// The token in an `Authorization` header's value: `Bearer`, in any case (RFC 9110, 11.1), one space, one token.
///
/// # Errors
/// [`Refusal::BearerMissing`] for another scheme or nothing, [`Refusal::BearerMalformed`] for anything beside one
/// token, such as a second value that a gateway joined with a comma.
pub fn bearer(value: &str) -> Result<&str, Refusal> {
    let (scheme, token) = value.split_once(' ').ok_or(Refusal::BearerMissing)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Refusal::BearerMissing);
    }
    let of_a_token = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'=' | b'+' | b'/');
    if token.is_empty() || !token.bytes().all(of_a_token) {
        return Err(Refusal::BearerMalformed);
    }
    Ok(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_token_after_the_scheme_is_taken() {
        for (value, expected) in [
            ("Bearer a.b.c", Ok("a.b.c")),
            ("bearer a.b.c", Ok("a.b.c")),
            ("BEARER a.b-_c", Ok("a.b-_c")),
            // Padding is for the token reader to refuse, which says so more exactly.
            ("Bearer a.b.c=", Ok("a.b.c=")),
            ("", Err(Refusal::BearerMissing)),
            ("Bearer", Err(Refusal::BearerMissing)),
            ("a.b.c", Err(Refusal::BearerMissing)),
            ("Basic a.b.c", Err(Refusal::BearerMissing)),
            (" Bearer a.b.c", Err(Refusal::BearerMissing)),
            ("Bearer\ta.b.c", Err(Refusal::BearerMissing)),
            ("Bearer:a.b.c", Err(Refusal::BearerMissing)),
            ("BearerBearer a.b.c", Err(Refusal::BearerMissing)),
            ("Bearer ", Err(Refusal::BearerMalformed)),
            ("Bearer  a.b.c", Err(Refusal::BearerMalformed)),
            ("Bearer a.b.c ", Err(Refusal::BearerMalformed)),
            ("Bearer a.b.c d.e.f", Err(Refusal::BearerMalformed)),
            ("Bearer a.b.c,Bearer d.e.f", Err(Refusal::BearerMalformed)),
            ("Bearer Bearer a.b.c", Err(Refusal::BearerMalformed)),
            ("Bearer \"a.b.c\"", Err(Refusal::BearerMalformed)),
            ("Bearer a.b.c\r\nX: y", Err(Refusal::BearerMalformed)),
            ("Bearer a.b.\u{0441}", Err(Refusal::BearerMalformed)),
        ] {
            assert_eq!(bearer(value), expected, "{value:?}");
        }
    }
}
