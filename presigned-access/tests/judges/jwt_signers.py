"""Keys, issuers and three independent ways to sign a token: PyJWT, jwcrypto, and cryptography by hand."""

import base64
import itertools
import json

import jwt
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from jwcrypto import jwk, jws

NOW = 1_795_478_400  # 2026-11-24T00:00:00Z
LEEWAY = 30
GONE = object()  # as a value: leave the member out

COGNITO = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example"
OKTA = "https://example.okta.com/oauth2/aus4example"
TENANT = "11111111-2222-4333-8444-555555555555"
OBJECT = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
API = "99999999-8888-4777-8666-555555555555"
ENTRA = f"https://login.microsoftonline.com/{TENANT}/v2.0"
OIDC = "https://id.corp.example/realms/science"
LONG_ID = "k" * 128

RSA_KEYS = {name: rsa.generate_private_key(65537, 2048) for name in ("one", "two", "okta", "entra", "oidc", "evil")}
EC_KEYS = {"p256": ec.generate_private_key(ec.SECP256R1()), "p384": ec.generate_private_key(ec.SECP384R1())}
KEYS = RSA_KEYS | EC_KEYS


def b64(data):
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    """The bytes of base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def public(key, **members):
    """A public key as a JWK, with other members beside it."""
    exported = json.loads(jwk.JWK.from_pyca(key).export_public())
    exported.pop("kid", None)
    return exported | members


def issuers():
    """The settings of every issuer, each with its keys as a snapshot."""
    clients = {"client-ids": ["portal", "portal-two"]}
    both = public(KEYS["oidc"], use="sig")
    return {
        "cognito": {
            "issuer": COGNITO,
            "kind": {"cognito-access": clients | {"scope": "studio/access"}},
            "keys": {
                "snapshot": {
                    "keys": [
                        public(KEYS["one"], kid="one", use="sig", alg="RS256"),
                        public(KEYS["two"], kid=LONG_ID, use="sig", alg="RS256"),
                        public(KEYS["evil"], kid="for-encryption", use="enc", alg="RSA-OAEP"),
                    ]
                }
            },
        },
        "okta": {
            "issuer": OKTA,
            "kind": {"okta": clients | {"audience": "api://studio", "scope": "studio"}},
            "keys": {"snapshot": {"keys": [public(KEYS["okta"], kid="okta", use="sig", alg="RS256")]}},
        },
        "entra": {
            "issuer": ENTRA,
            "kind": {"entra": clients | {"audience": API, "tenant": TENANT, "scope": "access"}},
            "keys": {"snapshot": {"keys": [public(KEYS["entra"], kid="entra", use="sig")]}},
        },
        "oidc": {
            "issuer": OIDC,
            "kind": {"oidc": clients | {"audience": "studio", "scope": "access"}},
            "algorithms": ["RS256", "PS256", "ES256", "ES384"],
            "keys": {
                "snapshot": {
                    "keys": [
                        both | {"kid": "oidc"},
                        public(KEYS["one"], kid="only-rs256", use="sig", alg="RS256"),
                        public(KEYS["p256"], kid="p256", use="sig", alg="ES256"),
                        public(KEYS["p384"], kid="p384", use="sig"),
                    ]
                }
            },
        },
    }


SUBJECTS = {
    "cognito": "b1c2d3e4-0000-4000-8000-000000000001",
    "okta": "00u1example",
    "entra": f"{TENANT}/{OBJECT}",
    "oidc": "8f14e45f",
}

CLAIMS = {
    "cognito": {
        "iss": COGNITO,
        "sub": SUBJECTS["cognito"],
        "token_use": "access",
        "client_id": "portal",
        "scope": "openid studio/access",
        "username": "*",
    },
    "okta": {
        "iss": OKTA,
        "sub": "alice@corp.example",
        "uid": "00u1example",
        "aud": "api://studio",
        "cid": "portal",
        "scp": ["openid", "studio"],
        "ver": 1,
    },
    "entra": {
        "iss": ENTRA,
        "sub": "pairwise",
        "aud": API,
        "tid": TENANT,
        "oid": OBJECT,
        "azp": "portal",
        "scp": "access profile",
        "ver": "2.0",
    },
    "oidc": {"iss": OIDC, "sub": "8f14e45f", "aud": "studio", "azp": "portal", "scope": "openid access"},
}

# kid, alg and the private key that an issuer usually signs with.
USUAL = {
    "cognito": ("one", "RS256", "one"),
    "okta": ("okta", "RS256", "okta"),
    "entra": ("entra", "RS256", "entra"),
    "oidc": ("oidc", "RS256", "oidc"),
}


def merged(base, changes):
    """`base` with `changes`, without what is GONE."""
    return {name: value for name, value in (base | changes).items() if value is not GONE}


def claims_of(issuer, **changes):
    """Good claims of an issuer, changed."""
    times = {"iat": NOW - 60, "nbf": NOW - 60, "exp": NOW + 3600}
    return merged(CLAIMS[issuer] | times, changes)


def by_pyjwt(header, claims, key, algorithm):
    """Signs with PyJWT's JWS layer, which leaves the claims alone."""
    return jwt.PyJWS().encode(claims, KEYS[key], algorithm=algorithm, headers={"typ": None} | header)


def by_jwcrypto(header, claims, key, algorithm):
    """Signs with jwcrypto."""
    token = jws.JWS(claims)
    token.add_signature(jwk.JWK.from_pyca(KEYS[key]), None, json.dumps({"alg": algorithm} | header))
    return token.serialize(compact=True)


def raw_signature(message, key, algorithm):
    """Signs bytes with cryptography; for HMAC `key` is the secret."""
    if algorithm.startswith("HS"):
        mac = hmac.HMAC(key, {"HS256": hashes.SHA256(), "HS384": hashes.SHA384(), "HS512": hashes.SHA512()}[algorithm])
        mac.update(message)
        return mac.finalize()
    digest = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}[algorithm[2:]]
    private = KEYS[key] if isinstance(key, str) else key
    if algorithm.startswith("RS"):
        return private.sign(message, padding.PKCS1v15(), digest)
    if algorithm.startswith("PS"):
        return private.sign(message, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
    r, s = decode_dss_signature(private.sign(message, ec.ECDSA(digest)))
    width = private.curve.key_size // 8
    return r.to_bytes(width, "big") + s.to_bytes(width, "big")


def encoded(part):
    """A part of a token: text is taken as it is, bytes and objects are encoded."""
    if isinstance(part, str):
        return part
    return b64(part if isinstance(part, bytes) else json.dumps(part).encode())


def by_hand(header, claims, key, algorithm):
    """Signs any header and any claims, however malformed."""
    message = f"{encoded(header)}.{encoded(claims)}"
    return f"{message}.{b64(raw_signature(message.encode(), key, algorithm))}"


TURNS = itertools.cycle([by_pyjwt, by_jwcrypto])


def token(issuer, claims=None, signer=None, kid=None, key=None, alg=None, **changes):
    """A token of an issuer, good but for what is said; the signers take turns."""
    usual_kid, usual_alg, usual_key = USUAL[issuer]
    body = json.dumps(claims_of(issuer, **changes)).encode() if claims is None else claims
    return (signer or next(TURNS))({"kid": kid or usual_kid}, body, key or usual_key, alg or usual_alg)


def with_header(issuer, claims=None, key=None, sign_with=None, **changes):
    """A token with a changed header, signed by hand with the usual algorithm unless another is named."""
    kid, alg, usual_key = USUAL[issuer]
    header = merged({"kid": kid, "alg": alg, "typ": "JWT"}, changes)
    return by_hand(header, claims or claims_of(issuer), key or usual_key, sign_with or alg)
