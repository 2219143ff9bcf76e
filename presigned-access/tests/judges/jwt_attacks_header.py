"""Attacks in the header: algorithms, extensions, key ids, keys that come with the token, types."""

import json

from cryptography.hazmat.primitives import serialization

from jwt_signers import GONE, KEYS, LONG_ID, USUAL, by_hand, claims_of, public, raw_signature, token, with_header, b64


def unsigned(algorithm, signature=""):
    """A token that says it needs no signature."""
    message = by_hand({"alg": algorithm, "kid": "one", "typ": "JWT"}, claims_of("cognito"), "one", "RS256")
    return message.rsplit(".", 1)[0] + "." + signature


def symmetric(algorithm, secret):
    """A token authenticated with a public key taken for a shared secret."""
    return by_hand({"alg": algorithm, "kid": "one", "typ": "JWT"}, claims_of("cognito"), secret, algorithm)


def public_forms():
    """What an attacker would try as the secret: every usual form of the public key."""
    key = KEYS["one"].public_key()
    pem, der = serialization.Encoding.PEM, serialization.Encoding.DER
    spki, pkcs1 = serialization.PublicFormat.SubjectPublicKeyInfo, serialization.PublicFormat.PKCS1
    return {
        "SPKI PEM": key.public_bytes(pem, spki),
        "SPKI PEM without the last line break": key.public_bytes(pem, spki).rstrip(),
        "PKCS1 PEM": key.public_bytes(pem, pkcs1),
        "SPKI DER": key.public_bytes(der, spki),
        "JWK": json.dumps(public(KEYS["one"])).encode(),
        "modulus": key.public_numbers().n.to_bytes(256, "big"),
    }


def algorithms(add):
    for name in ("none", "None", "NONE", "nOnE", ""):
        add(f"alg {name!r} without a signature", "cognito", "jwt.alg.unsupported", unsigned(name))
    add("alg none with a signature", "cognito", "jwt.alg.unsupported", with_header("cognito", alg="none"))
    for form, secret in public_forms().items():
        add(f"HS256 with the public key as {form}", "cognito", "jwt.alg.unsupported", symmetric("HS256", secret))
    add("HS384 with the public key", "cognito", "jwt.alg.unsupported", symmetric("HS384", public_forms()["SPKI PEM"]))
    add("HS512 with an empty secret", "cognito", "jwt.alg.unsupported", symmetric("HS512", b""))
    for alg in (
        "rs256",
        "RS256 ",
        "RS256\u0000",
        "EdDSA",
        "ES256K",
        "RSA-OAEP",
        "dir",
        ["RS256"],
        {"a": 1},
        256,
        None,
        True,
    ):
        add(f"alg {alg!r}", "cognito", "jwt.alg.unsupported", with_header("cognito", alg=alg))
    add("no alg", "cognito", "jwt.alg.unsupported", with_header("cognito", alg=GONE))
    for alg in ("RS384", "RS512", "PS256"):
        add(
            f"a right {alg} signature that the issuer does not use",
            "cognito",
            "jwt.alg.not-allowed",
            token("cognito", alg=alg),
        )
    oidc = token("oidc", kid="only-rs256", key="one")
    add(
        "a right PS256 signature of a key for RS256",
        "oidc",
        "jwt.alg.key",
        token("oidc", kid="only-rs256", key="one", alg="PS256"),
        oidc,
    )
    add(
        "an RS256 signature with PS256 in the header",
        "oidc",
        "jwt.signature.wrong",
        with_header("oidc", alg="PS256", sign_with="RS256"),
        token("oidc", alg="PS256"),
    )
    add(
        "a PS256 signature with RS256 in the header",
        "oidc",
        "jwt.signature.wrong",
        with_header("oidc", sign_with="PS256"),
        token("oidc", alg="RS256"),
    )
    add(
        "ES256 with the id of an RSA key",
        "oidc",
        "jwt.alg.key",
        token("oidc", kid="oidc", key="p256", alg="ES256"),
        token("oidc", kid="p256", key="p256", alg="ES256"),
    )
    add("RS256 with the id of an EC key", "oidc", "jwt.alg.key", token("oidc", kid="p256"))
    add(
        "ES256 with the id of a P-384 key",
        "oidc",
        "jwt.alg.key",
        token("oidc", kid="p384", key="p256", alg="ES256"),
        token("oidc", kid="p384", key="p384", alg="ES384"),
    )


def extensions(add):
    for crit in (["exp"], ["b64"], [], ["http://example.com/ext"], "exp", None):
        add(f"crit {crit!r}", "cognito", "jwt.header.crit", with_header("cognito", crit=crit))
    add("crit b64 with b64 false", "cognito", "jwt.header.crit", with_header("cognito", crit=["b64"], b64=False))
    add("b64 false", "cognito", "jwt.header.b64", with_header("cognito", b64=False))
    add("b64 true", "cognito", "jwt.header.b64", with_header("cognito", b64=True))
    add("cty JWT", "cognito", "jwt.header.cty", with_header("cognito", cty="JWT"))
    add("zip", "cognito", "jwt.encrypted", with_header("cognito", zip="DEF"))
    add("enc in a signed token", "cognito", "jwt.encrypted", with_header("cognito", enc="A128GCM"))


def key_ids(add):
    add("no kid", "cognito", "jwt.kid.missing", with_header("cognito", kid=GONE))
    for kid in ({"kid": "one"}, 1, ["one"], None, True, "", "k" * 129, "k" * 200, "\u00e9" * 65):
        add(
            f"kid {str(kid)[:30]!r} ({type(kid).__name__}, {len(str(kid))} characters)",
            "cognito",
            "jwt.kid.malformed",
            with_header("cognito", kid=kid, key="two"),
            token("cognito", kid=LONG_ID, key="two"),
        )
    for kid in (
        "unknown",
        "../../../../dev/null",
        "/dev/null",
        "' UNION SELECT 'key",
        "https://evil.example/jwks.json",
        "One",
        "one ",
        " one",
        "one\u0000",
        "o\u200bne",
        "\uff4fne",
        "k" * 127,
        "okta",
        "0",
        "keys",
        "one\n",
    ):
        add(f"kid {kid[:40]!r}", "cognito", "jwt.kid.unknown", with_header("cognito", kid=kid))
    add(
        "the id of a key for encryption, with its signature",
        "cognito",
        "jwt.kid.unknown",
        token("cognito", kid="for-encryption", key="evil"),
    )


def brought_keys(add):
    evil = public(KEYS["evil"], kid="one")
    for name, value in (
        ("jwk", evil),
        ("jku", "https://evil.example/jwks.json"),
        ("x5u", "https://evil.example/c.pem"),
        ("x5c", ["MIIB"]),
        ("jwk", None),
        ("jku", ""),
    ):
        add(
            f"{name} {str(value)[:20]!r} in the header, signed with the key that it brings",
            "cognito",
            "jwt.header.key",
            with_header("cognito", key="evil", **{name: value}),
        )
    add(
        "jku in a token that is otherwise right",
        "cognito",
        "jwt.header.key",
        with_header("cognito", jku="https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example/jwks.json"),
    )


def types(add):
    for typ in (
        "JOSE",
        "JWE",
        "dpop+jwt",
        "id+jwt",
        "logout+jwt",
        "secevent+jwt",
        "application/okta-internal-at+jwt",
        "",
        " JWT",
        "JWT;x=y",
        "text/at+jwt",
        1,
        None,
        ["JWT"],
    ):
        add(f"typ {typ!r}", "cognito", "jwt.header.typ", with_header("cognito", typ=typ))


def accepted(valid):
    for typ in ("JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt", GONE):
        name = "absent" if typ is GONE else repr(typ)
        valid(f"typ {name}", "cognito", with_header("cognito", typ=typ))
    valid("thumbprints and members that nobody knows", "cognito", with_header("cognito", x5t="abc", other={"a": [1]}))
    for alg, kid in (("RS256", "oidc"), ("PS256", "oidc"), ("ES256", "p256"), ("ES384", "p384")):
        key = "oidc" if kid == "oidc" else kid
        valid(f"{alg} of a configured key", "oidc", token("oidc", kid=kid, key=key, alg=alg))


def bearers(add):
    """Whole `Authorization` values; the twin is the token alone."""
    good = token("cognito")
    other = by_hand({"alg": "RS256", "kid": USUAL["cognito"][0]}, claims_of("cognito"), "evil", "RS256")
    add("no scheme", "cognito", "jwt.bearer.missing", good, scheme="")
    add("scheme Basic", "cognito", "jwt.bearer.missing", good, scheme="Basic ")
    add("scheme and tab", "cognito", "jwt.bearer.missing", good, scheme="Bearer\t")
    add("scheme before another scheme", "cognito", "jwt.bearer.malformed", good, scheme="Bearer Bearer ")
    add("two tokens joined with a comma", "cognito", "jwt.bearer.malformed", f"{other}, Bearer {good}", good, "Bearer ")
    add("two tokens after one scheme", "cognito", "jwt.bearer.malformed", f"{good} {other}", good, "Bearer ")
    add(
        "two tokens joined with a dot",
        "cognito",
        "jwt.parts",
        f"{good}.{b64(raw_signature(b'', 'evil', 'RS256'))}",
        good,
        "Bearer ",
    )
    add("a quoted token", "cognito", "jwt.bearer.malformed", f'"{good}"', good, "Bearer ")
    add(
        "a token with a line break and another header",
        "cognito",
        "jwt.bearer.malformed",
        f"{good}\r\nX-User: root",
        good,
        "Bearer ",
    )


ALL = (algorithms, extensions, key_ids, brought_keys, types, bearers)
