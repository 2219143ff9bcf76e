"""Key sets, good and bad, as issuers, careless administrators and attackers would publish them."""

import json

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwcrypto import jwk

from jwt_signers import KEYS, b64, public, unb64


def private(key, **members):
    """A key with its private part."""
    return json.loads(jwk.JWK.from_pyca(key).export_private()) | members


def key_sets():
    """Name, text and verdict of each set: the ids of its usable keys, or the code of its refusal."""
    good = public(KEYS["one"], kid="good", use="sig", alg="RS256")
    curve = public(KEYS["p256"], kid="curve", use="sig", alg="ES256")
    short = public(rsa.generate_private_key(65537, 1024), kid="short")
    modulus = unb64(good["n"])
    okp = public(ed25519.Ed25519PrivateKey.generate(), kid="okp", use="sig", alg="EdDSA")
    p521 = public(ec.generate_private_key(ec.SECP521R1()), kid="p521", use="sig", alg="ES512")
    enc = public(KEYS["two"], kid="enc", use="enc", alg="RSA-OAEP")
    secret = {"kty": "oct", "k": b64(b"a shared secret, published"), "kid": "secret", "alg": "HS256"}

    def of(*keys):
        return json.dumps({"keys": list(keys)})

    def but(key, **members):
        return of({name: value for name, value in (key | members).items() if value is not ...})

    return [
        ("one key", of(good), ["good"]),
        ("two keys", of(good, curve), ["curve", "good"]),
        ("no use, no alg", but(good, use=..., alg=...), ["good"]),
        ("key_ops verify", but(good, key_ops=["verify"]), ["good"]),
        ("certificates beside", but(good, x5c=["MIIB"], x5t="abc"), ["good"]),
        ("a modulus with a leading zero", but(good, n=b64(b"\0" + modulus)), ["good"]),
        ("members that nobody knows", json.dumps({"keys": [good], "cache": {"a": 1}}), ["good"]),
        ("a key for encryption beside", of(good, enc), ["good"]),
        ("an Ed25519 key beside", of(good, okp), ["good"]),
        ("a P-521 key beside", of(p521, good), ["good"]),
        (
            "a post-quantum key beside",
            of(good, {"kty": "AKP", "alg": "ML-DSA-44", "pub": "AA", "kid": "new"}),
            ["good"],
        ),
        ("a key without an id beside", of(good, {k: v for k, v in curve.items() if k != "kid"}), ["good"]),
        ("an RSA key for ES256 beside", of(good, good | {"kid": "odd", "alg": "ES256"}), ["good"]),
        ("nothing", "", "keys.set.json"),
        ("HTML", "<!doctype html><title>Sign in</title>", "keys.set.json"),
        ("cut off", of(good)[:-5], "keys.set.json"),
        ("a member twice", of(good).replace('"kid"', '"kid": "evil", "kid"'), "keys.set.json"),
        ("`keys` twice", of(good)[:-1] + ', "keys": []}', "keys.set.json"),
        ("a list", json.dumps([good]), "keys.set.no-keys"),
        ("one key without a set", json.dumps(good), "keys.set.no-keys"),
        ("`keys` as an object", json.dumps({"keys": {"good": good}}), "keys.set.no-keys"),
        ("an address instead of a key", of("https://evil.example/jwks.json"), "keys.set.no-object"),
        ("no keys", of(), "keys.set.nothing-usable"),
        ("only a key for encryption", of(enc), "keys.set.nothing-usable"),
        ("only Ed25519", of(okp), "keys.set.nothing-usable"),
        ("only without an id", but(good, kid=...), "keys.set.nothing-usable"),
        ("only for HS256", but(good, alg="HS256"), "keys.set.nothing-usable"),
        ("only for none", but(good, alg="none"), "keys.set.nothing-usable"),
        ("only for a number", but(good, alg=256), "keys.set.nothing-usable"),
        ("`use` in capitals", but(good, use="SIG"), "keys.set.nothing-usable"),
        ("key_ops sign", but(good, key_ops=["sign"]), "keys.set.nothing-usable"),
        ("key_ops as text", but(good, key_ops="verify"), "keys.set.nothing-usable"),
        ("a curve that is not the key's algorithm", but(curve, alg="ES384"), "keys.set.nothing-usable"),
        ("an id twice", of(good, curve | {"kid": "good"}), "keys.set.duplicate"),
        ("an id twice, once for encryption", of(good, enc | {"kid": "good"}), "keys.set.duplicate"),
        ("the same key twice", of(good, good), "keys.set.duplicate"),
        ("a private RSA key", of(private(KEYS["one"], kid="good")), "keys.set.private"),
        ("a private EC key beside", of(good, private(KEYS["p256"], kid="curve")), "keys.set.private"),
        (
            "a private key for encryption beside",
            of(good, private(KEYS["two"], kid="enc", use="enc")),
            "keys.set.private",
        ),
        ("a private key without an id beside", of(good, but_id(private(KEYS["two"]))), "keys.set.private"),
        ("a shared secret beside", of(good, secret), "keys.set.private"),
        ("an RSA key of 1024 bits", of(short), "keys.set.size"),
        ("an RSA key of 1024 bits beside", of(good, short), "keys.set.size"),
        ("1024 bits made longer with zeros", but(short, n=b64(bytes(128) + unb64(short["n"]))), "keys.set.size"),
        ("2047 bits", but(good, n=b64(bytes([0x7F]) + modulus[1:])), "keys.set.size"),
        ("16384 bits", but(good, n=b64(bytes([0xFF]) * 2048)), "keys.set.size"),
        ("no modulus at all", but(good, n=""), "keys.set.size"),
        ("exponent 1", but(good, e="AQ"), "keys.set.exponent"),
        ("exponent 3", but(good, e="Aw"), "keys.set.exponent"),
        ("exponent 65536", but(good, e="AQAA"), "keys.set.exponent"),
        ("exponent of 33 bytes", but(good, e=b64(bytes([1] * 33))), "keys.set.exponent"),
        ("no exponent", but(good, e=...), "keys.set.malformed"),
        ("modulus with padding", but(good, n=good["n"] + "=="), "keys.set.malformed"),
        ("modulus as a number", but(good, n=7), "keys.set.malformed"),
        ("x too short", but(curve, x=b64(unb64(curve["x"])[:31])), "keys.set.malformed"),
        ("y too long", but(curve, y=b64(b"\0" + unb64(curve["y"]))), "keys.set.malformed"),
        ("no y", but(curve, y=...), "keys.set.malformed"),
        ("an id that is a number", but(good, kid=1), "keys.set.id"),
        ("an empty id", but(good, kid=""), "keys.set.id"),
        ("an id of 129", but(good, kid="k" * 129), "keys.set.id"),
    ]


def but_id(key):
    """Without its id."""
    return {name: value for name, value in key.items() if name != "kid"}
