"""An identity provider for the tests of the functions: signs on request, one line of JSON in, one line of JSON out.

Keys are made when it starts and are gone when it ends, which is when its standard input does.

    {"certificates": true}                       -> {"NAME": PEM, ...}
    {"responses": [{"id": ..., ...}, ...]}       -> [BASE64, ...]
    {"key_set": true}                            -> a JSON web key set
    {"token": {CLAIM: VALUE, ...}}               -> a signed token
"""

import base64
import json
import sys

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

import saml_message as message
from saml_signers import encoded, keys, sign

KEY_ID = "functions-1"


def response(wanted):
    """A signed response in base64: the honest one, with the wanted names."""
    edits = [
        (message.USERNAME_VALUE, f"<saml:AttributeValue>{wanted['username']}</saml:AttributeValue>"),
        (message.DOMAIN_VALUE, f"<saml:AttributeValue>{wanted['domain']}</saml:AttributeValue>"),
        ('ID="_assertion"', f'ID="{wanted["id"]}"'),
    ]
    if wanted.get("request"):
        edits += message.answering(wanted["request"])
    return encoded(sign(message.edit(message.HONEST, edits), "signxml", key=wanted.get("key", "idp")))


def private_key():
    """The key that signs tokens."""
    return serialization.load_pem_private_key(keys()["idp"].key, password=None)


def b64url(content):
    """Base64 as tokens have it."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def key_set():
    """The public half of the key, as issuers publish it."""
    numbers = private_key().public_key().public_numbers()
    modulus = b64url(numbers.n.to_bytes(256, "big"))
    exponent = b64url(numbers.e.to_bytes(3, "big"))
    return {"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": KEY_ID, "n": modulus, "e": exponent}]}


def token(claims):
    """A token with these claims."""
    header = {"alg": "RS256", "kid": KEY_ID, "typ": "JWT"}
    signed = ".".join(b64url(json.dumps(part).encode()) for part in (header, claims))
    signature = private_key().sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{signed}.{b64url(signature)}"


def answer(question):
    """Does what one line asks for."""
    if "responses" in question:
        return [response(wanted) for wanted in question["responses"]]
    if "token" in question:
        return token(question["token"])
    if "key_set" in question:
        return key_set()
    return {name: pair.certificate for name, pair in keys().items()}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
