"""Attacks in the form: parts, base64, JSON, and the signature itself."""

import json

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from jwcrypto import jwe, jwk

from jwt_signers import KEYS, b64, by_hand, claims_of, public, raw_signature, token, unb64

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
HEADER = {"alg": "RS256", "kid": "one", "typ": "JWT"}
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def signed(header=None, claims=None):
    """Signed by hand with the right key, whatever the parts are."""
    return by_hand(
        header if header is not None else HEADER, claims if claims is not None else claims_of("cognito"), "one", "RS256"
    )


def around_the_limit():
    """The longest right token that is at most 8192 bytes, and the next longer one."""
    empty = len(signed(claims=claims_of("cognito", filler="")))
    first = (8192 - empty) * 3 // 4 - 4
    sized = [signed(claims=claims_of("cognito", filler="x" * (first + more))) for more in range(10)]
    short = [made for made in sized if len(made) <= 8192]
    return short[-1], sized[len(short)]


def with_loose_bits(text):
    """The same bytes in base64 that is not canonical: bits that no byte needs are set."""
    assert len(text) % 4 in (2, 3), "nothing to spare"
    return text[:-1] + ALPHABET[ALPHABET.index(text[-1]) | 1]


def spare(claims):
    """Claims as bytes whose base64 leaves bits to spare."""
    data = json.dumps(claims).encode()
    return data + b" " * (1 if len(data) % 3 == 0 else 0)


def parts(add):
    good = token("cognito")
    header, claims, signature = good.split(".")
    for name, text in (
        ("empty", ""),
        ("one part", header),
        ("two parts", f"{header}.{claims}"),
        ("four parts", f"{good}.{signature}"),
        ("a trailing dot", f"{good}."),
        ("a leading dot", f".{good}"),
        ("a doubled dot", f"{header}..{claims}.{signature}"),
        ("flattened JSON", json.dumps({"protected": header, "payload": claims, "signature": signature})),
        ("general JSON", json.dumps({"payload": claims, "signatures": [{"protected": header}]})),
    ):
        add(f"parts: {name}", "cognito", "jwt.parts", text, good)
    sealed = jwe.JWE(json.dumps(claims_of("cognito")).encode(), json.dumps({"alg": "RSA-OAEP-256", "enc": "A256GCM"}))
    sealed.add_recipient(jwk.JWK.from_json(json.dumps(public(KEYS["one"]))))
    add("an encrypted token", "cognito", "jwt.encrypted", sealed.serialize(compact=True), good)
    add("five parts of nothing", "cognito", "jwt.encrypted", "....", good)
    longest, longer = around_the_limit()
    add("a token just beyond 8192 bytes", "cognito", "jwt.too-long", longer, longest)
    add("a token of 9 KiB", "cognito", "jwt.too-long", signed(claims=claims_of("cognito", filler="x" * 6912)), good)
    add("nine KiB of dots", "cognito", "jwt.too-long", "." * 9216, good)


def base64_parts(add):
    body = spare(claims_of("cognito"))
    good = signed(claims=body)
    header, claims, signature = good.split(".")
    for name, change in (
        ("with padding", lambda part: part + "=" * (-len(part) % 4 or 4)),
        ("with a space", lambda part: part + " "),
        ("with a line break", lambda part: part[:8] + "\n" + part[8:]),
        ("with a plus", lambda part: "+" + part[1:]),
        ("with a slash", lambda part: "/" + part[1:]),
        ("with a letter too many", lambda part: part + "A" * (-len(part) % 4 + 1)),
        ("with percent encoding", lambda part: "%65" + part[1:]),
        ("with a Cyrillic letter", lambda part: "\u0430" + part[1:]),
    ):
        add(f"header {name}", "cognito", "jwt.header.base64", by_hand(change(header), claims, "one", "RS256"), good)
        add(f"claims {name}", "cognito", "jwt.claims.base64", by_hand(header, change(claims), "one", "RS256"), good)
        add(f"signature {name}", "cognito", "jwt.signature.base64", f"{header}.{claims}.{change(signature)}", good)
    loose = b64(json.dumps(HEADER).encode() + b" ")
    tight = next(text for text in (loose, b64(json.dumps(HEADER).encode())) if len(text) % 4)
    add(
        "header with loose bits",
        "cognito",
        "jwt.header.base64",
        signed(header=with_loose_bits(tight)),
        signed(header=tight),
    )
    add("claims with loose bits", "cognito", "jwt.claims.base64", signed(claims=with_loose_bits(claims)), good)
    add(
        "signature with loose bits",
        "cognito",
        "jwt.signature.base64",
        f"{header}.{claims}.{with_loose_bits(signature)}",
        good,
    )
    add("white space around", "cognito", "jwt.header.base64", f" {good}", good)
    add("a line break at the end", "cognito", "jwt.signature.base64", f"{good}\n", good)
    add("a byte order mark before", "cognito", "jwt.header.base64", f"\ufeff{good}", good)


def json_parts(add):
    good = token("cognito")
    text = json.dumps(claims_of("cognito"))
    head = json.dumps(HEADER)
    headers = {
        "empty": b"",
        "a list": b"[]",
        "a string": b'"RS256"',
        "null": b"null",
        "no JSON": b"RS256",
        "alg twice": b'{"alg":"none",' + head[1:].encode(),
        "alg twice, the good one first": head[:-1].encode() + b',"alg":"none"}',
        "kid twice": head[:-1].encode() + b',"kid":"two"}',
        "alg twice by an escape": b'{"\\u0061lg":"none",' + head[1:].encode(),
        "something after": head.encode() + b"{}",
        "a comment": b"/**/" + head.encode(),
        "single quotes": head.replace('"', "'").encode(),
        "a nested repetition": head[:-1].encode() + b',"x":{"y":1,"y":2}}',
        "UTF-16": head.encode("utf-16"),
        "a byte order mark": b"\xef\xbb\xbf" + head.encode(),
    }
    for name, data in headers.items():
        add(f"header: {name}", "cognito", "jwt.header.json", signed(header=data), good)
    cut = text[:-1].encode()
    claims = {
        "empty": b"",
        "a list": f"[{text}]".encode(),
        "a string": json.dumps(text).encode(),
        "null": b"null",
        "sub twice": cut + b',"sub":"root"}',
        "sub twice, the good one last": b'{"sub":"root",' + text[1:].encode(),
        "sub twice by an escape": cut + b',"s\\u0075b":"root"}',
        "exp twice": cut + b',"exp":9999999999}',
        "a nested repetition": cut + b',"x":[{"y":1,"y":1}]}',
        "something after": text.encode() + b"x",
        "two objects": (text + text).encode(),
        "a byte order mark": b"\xef\xbb\xbf" + text.encode(),
        "not UTF-8": cut + b',"x":"\xff"}',
        "a lone surrogate": cut + b',"x":"\\ud800"}',
        "an overlong zero": cut + b',"x":"\xc0\x80"}',
        "a raw control character": cut + b',"x":"\x00"}',
        "a trailing comma": cut + b",}",
        "a comment": cut + b"/**/}",
        "UTF-16": text.encode("utf-16"),
        "UTF-32": text.encode("utf-32"),
        "a depth of 200": cut + b',"x":' + b"[" * 200 + b"]" * 200 + b"}",
        "NaN": cut.replace(b'"exp": ', b'"exp": NaN, "was": ') + b"}",
        "Infinity": cut.replace(b'"exp": ', b'"exp": Infinity, "was": ') + b"}",
        "a hexadecimal number": cut + b',"x":0x10}',
        "a number with a leading zero": cut + b',"x":01}',
        "a number that is too large": cut + b',"x":1e999}',
    }
    for name, data in claims.items():
        add(f"claims: {name}", "cognito", "jwt.claims.json", signed(claims=data), good)


def signatures(add):
    good = token("cognito")
    header, claims, signature = good.split(".")
    raw = unb64(signature)
    other = b64(json.dumps(claims_of("cognito", sub="root")).encode())
    add("no signature", "cognito", "jwt.signature.missing", f"{header}.{claims}.", good)
    message = f"{header}.{claims}".encode()
    decoded = unb64(header) + b"." + unb64(claims)

    def resigned(data, algorithm):
        return f"{header}.{claims}.{b64(raw_signature(data, 'one', algorithm))}"

    tampered = {
        "claims replaced": f"{header}.{other}.{signature}",
        "header replaced": f"{b64(json.dumps(HEADER | {'x': 1}).encode())}.{claims}.{signature}",
        "signature of another token": f"{header}.{claims}.{token('cognito', jti='another').rsplit('.', 1)[1]}",
        "another key": token("cognito", key="evil"),
        "the other key of the same issuer": token("cognito", key="two"),
        "a bit flipped": f"{header}.{claims}.{b64(raw[:-1] + bytes([raw[-1] ^ 1]))}",
        "cut short": f"{header}.{claims}.{b64(raw[:-1])}",
        "a byte more": f"{header}.{claims}.{b64(raw + bytes(1))}",
        "a zero before": f"{header}.{claims}.{b64(bytes(1) + raw)}",
        "all zeros": f"{header}.{claims}.{b64(bytes(256))}",
        "all ones": f"{header}.{claims}.{b64(bytes([255] * 256))}",
        "the number one": f"{header}.{claims}.{b64(bytes(255) + bytes([1]))}",
        "one byte": f"{header}.{claims}.AA",
        "SHA-512 inside": resigned(message, "RS512"),
        "over the claims only": resigned(claims.encode(), "RS256"),
        "over the decoded parts": resigned(decoded, "RS256"),
        "a right PS256 signature": resigned(message, "PS256"),
    }
    for name, text in tampered.items():
        add(f"signature: {name}", "cognito", "jwt.signature.wrong", text, good)


def elliptic(add):
    good = token("oidc", kid="p256", key="p256", alg="ES256")
    message, signature = good.rsplit(".", 1)
    raw = unb64(signature)
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")

    def pair(first, second):
        return (first.to_bytes(32, "big")) + (second.to_bytes(32, "big"))

    forged = {
        "DER": encode_dss_signature(r, s),
        "zeros": bytes(64),
        "r and s exchanged": raw[32:] + raw[:32],
        "r zero": pair(0, s),
        "s zero": pair(r, 0),
        "r is the order": pair(P256_ORDER, s),
        "s is the order": pair(r, P256_ORDER),
        "both one": pair(1, 1),
        "a byte more": raw + b"\0",
        "a zero before each": b"\0" + raw[:32] + b"\0" + raw[32:],
        "cut short": raw[:63],
        "doubled": raw + raw,
        "s negated without the order": pair(r, 2**256 - s),
    }
    for name, data in forged.items():
        add(f"ES256: {name}", "oidc", "jwt.signature.wrong", f"{message}.{b64(data)}", good)
    add(
        "ES256: of the P-384 key",
        "oidc",
        "jwt.signature.wrong",
        f"{message}.{b64(raw_signature(message.encode(), 'p384', 'ES384'))}",
        good,
    )


def accepted(valid):
    """ECDSA allows both (r, s) and (r, -s).

    It is the same statement of the same signer, and no check uses a token's text as its identity, so both are accepted.
    """
    message, signature = token("oidc", kid="p256", key="p256", alg="ES256").rsplit(".", 1)
    raw = unb64(signature)
    s = P256_ORDER - int.from_bytes(raw[32:], "big")
    valid("ES256: s negated", "oidc", f"{message}.{b64(raw[:32] + s.to_bytes(32, 'big'))}")
    valid("white space inside JSON", "cognito", signed(claims=json.dumps(claims_of("cognito"), indent=3).encode()))
    valid(
        "names with escapes",
        "cognito",
        signed(claims=json.dumps(claims_of("cognito")).replace('"sub"', '"s\\u0075b"').encode()),
    )
    valid(
        "nested JSON of a depth of 100",
        "cognito",
        signed(claims=json.dumps(claims_of("cognito"))[:-1].encode() + b',"x":' + b"[" * 100 + b"]" * 100 + b"}"),
    )


ALL = (parts, base64_parts, json_parts, signatures, elliptic)
