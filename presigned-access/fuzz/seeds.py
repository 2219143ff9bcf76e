#!/usr/bin/env python3
"""Makes what fuzzing starts from, and what it trusts: fuzz/seeds and fuzz/trust.

Documents and tokens are signed by signers that share no code with the verifier. The private keys are never written:
afterwards nobody, fuzzer included, can sign anything new. Run it with a Python that has
tests/judges/requirements-saml.txt.
"""

import base64
import json
import pathlib
import sys
import urllib.parse

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "judges"))

import saml_message as message  # noqa: E402
from saml_signers import encoded, keys, sign  # noqa: E402

REQUEST = "_0123456789abcdef0123456789abcdef01234567"
NOW = int(message.NOW.timestamp())
POOL = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example"
SERVER = "https://corp.okta.example/oauth2/studio"


def main():
    write_saml()
    write_tokens()
    write_forms()


def write_saml():
    trust = {
        "entity-id": message.SP,
        "acs": message.ACS,
        "providers": [
            {
                "entity-id": message.IDP,
                "certificates": [keys()["idp"].certificate],
                "idp-initiated": "allow",
                "signed": "either",
            }
        ],
    }
    write("trust/saml.json", json.dumps(trust, indent=2) + "\n")
    answer = message.edit(message.HONEST, message.answering(REQUEST))
    for name, xml in {
        "assertion-signed.xml": sign(message.HONEST, "signxml"),
        "response-signed.xml": sign(message.HONEST, "xmlsec", place="response"),
        "both-signed.xml": sign(message.HONEST, "xmlsec", place="both", method="rsa-sha512", digest="sha384"),
        "answer.xml": sign(answer, "signxml"),
        # Refused ones lead the fuzzer to what lies behind each refusal.
        "unsigned.xml": message.HONEST,
        "other-key.xml": sign(message.HONEST, "xmlsec", key="attacker"),
        "prefixes.xml": sign(message.HONEST, "xmlsec", prefixes=("samlp",)),
        "wrapped.xml": wrapped(sign(message.HONEST, "signxml")),
    }.items():
        write(f"seeds/saml/{name}", xml)


def wrapped(xml):
    """The signed assertion moves into the extensions of the response; an unsigned one takes its place."""
    start, end = xml.index("<saml:Assertion"), xml.index("</saml:Assertion>") + len("</saml:Assertion>")
    signed = xml[start:end]
    forged = message.edit(
        message.SAML_ASSERTION, [('ID="_assertion"', 'ID="_forged"'), (message.USERNAME, message.ADMINISTRATOR)]
    )
    return f"{xml[:start]}<samlp:Extensions>{signed}</samlp:Extensions>{forged}{xml[end:]}"


def write_tokens():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    curve = ec.generate_private_key(ec.SECP256R1())
    numbers, point = key.public_key().public_numbers(), curve.public_key().public_numbers()
    rsa_jwk = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "first", "n": number(numbers.n), "e": number(numbers.e)}
    ec_jwk = {"kty": "EC", "crv": "P-256", "kid": "second", "x": number(point.x, 32), "y": number(point.y, 32)}
    trust = [
        {
            "issuer": POOL,
            "kind": {"cognito-access": {"client-ids": ["4example"], "scope": "studio/access"}},
            "keys": {"snapshot": {"keys": [rsa_jwk]}},
        },
        {
            "issuer": SERVER,
            "kind": {"okta": {"audience": "studio", "client-ids": ["0oaexample"], "scope": "studio"}},
            "keys": {"snapshot": {"keys": [ec_jwk, rsa_jwk | {"kid": "third"}]}},
            "algorithms": ["ES256"],
        },
    ]
    write("trust/token.json", json.dumps(trust, indent=2) + "\n")
    write("seeds/token/key-set.json", json.dumps({"keys": [rsa_jwk, ec_jwk]}))
    times = {"iat": NOW - 10, "nbf": NOW - 10, "exp": NOW + 600}
    cognito = times | {
        "iss": POOL,
        "sub": "0e2f1c1a-7d0e-4bfb-9f7f-2f6d4c8f1b11",
        "client_id": "4example",
        "token_use": "access",
        "scope": "openid studio/access",
    }
    okta = times | {
        "iss": SERVER,
        "sub": "alice@corp.example",
        "uid": "00uexample",
        "aud": "studio",
        "cid": "0oaexample",
        "scp": ["openid", "studio"],
    }

    def rs256(data):
        return key.sign(data, padding.PKCS1v15(), hashes.SHA256())

    def es256(data):
        r, s = utils.decode_dss_signature(curve.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32) + s.to_bytes(32)

    for name, header, claims, signer in [
        ("cognito", {"alg": "RS256", "kid": "first", "typ": "JWT"}, cognito, rs256),
        ("okta", {"alg": "ES256", "kid": "second"}, okta, es256),
        ("other-key", {"alg": "RS256", "kid": "third"}, okta, rs256),
        ("none", {"alg": "none", "kid": "first"}, cognito, lambda _: b"none"),
        ("confused", {"alg": "HS256", "kid": "first", "crit": ["b64"], "b64": False}, cognito, rs256),
    ]:
        header, claims = (json.dumps(part, separators=(",", ":")) for part in (header, claims))
        signed = ".".join(map(base64url, (header.encode(), claims.encode())))
        signature = base64url(signer(signed.encode()))
        write(f"seeds/token/{name}.jwt", f"{signed}.{signature}")
        write(f"seeds/token/{name}.parts", f"{header}\n{claims}\n{signature}")


def write_forms():
    posted = urllib.parse.quote(encoded("<a>ü</a>"), safe="")
    for name, form in {
        "plain": f"SAMLResponse={posted}",
        "relay": f"SAMLResponse={posted}&RelayState=https%3A%2F%2Faccess.corp.example%2F",
        "twice": f"SAMLResponse={posted}&%53AMLResponse={posted}",
        "others": f"csrf=1&SAMLResponse={posted}&RelayState=a+b&=&x",
    }.items():
        write(f"seeds/form/{name}", form)
        write(f"seeds/form/{name}.base64", base64.b64encode(form.encode()).decode())


def number(value, length=None):
    return base64url(value.to_bytes(length or (value.bit_length() + 7) // 8))


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def write(name, text):
    path = HERE / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


if __name__ == "__main__":
    main()
