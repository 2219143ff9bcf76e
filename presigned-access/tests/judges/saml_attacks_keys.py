"""Attacks with other keys and other algorithms."""

import base64

from cryptography import x509

import saml_message as m
from saml_attacks_signature import BROKEN, PLACES, UNEXPECTED
from saml_cases import rewritten, signed_otherwise, special
from saml_message import HONEST
from saml_signers import DIGESTS, METHODS, ONLY_XMLSEC, Signature, keys, sign, x509_info

# --- keys: somebody signed it, but who? ---

for place in PLACES:
    signed_otherwise(
        "keys", f"attacker-{place}", BROKEN, Signature(place=place, key="attacker"), Signature(place=place)
    )
    signed_otherwise(
        "keys",
        f"attacker-with-own-certificate-{place}",
        BROKEN,
        lambda place=place: Signature(place=place, key="attacker", key_info=x509_info("attacker")),
        lambda place=place: Signature(place=place, key_info=x509_info("attacker")),
    )
signed_otherwise(
    "keys",
    "attacker-with-the-right-certificate",
    BROKEN,
    lambda: Signature(key="attacker", key_info=x509_info("idp")),
    lambda: Signature(key_info=x509_info("idp")),
)
signed_otherwise(
    "keys",
    "attacker-with-both-certificates",
    BROKEN,
    lambda: Signature(key="attacker", key_info=x509_info("idp") + x509_info("attacker")),
    lambda: Signature(key_info=x509_info("attacker") + x509_info("idp")),
)
signed_otherwise(
    "keys",
    "attacker-named-as-the-right-key",
    BROKEN,
    Signature(key="attacker", key_info=f"<ds:KeyName>{m.IDP}</ds:KeyName>"),
    Signature(key_info="<ds:KeyName>attacker</ds:KeyName>"),
)
FETCHED = '<ds:RetrievalMethod URI="https://attacker.example/key.pem" Type="http://www.w3.org/2000/09/xmldsig#rawX509Certificate"/>'
signed_otherwise(
    "keys", "key-to-be-fetched", BROKEN, Signature(key="attacker", key_info=FETCHED), Signature(key_info=FETCHED)
)


def key_value(name):
    """A KeyInfo with a bare RSA key."""
    numbers = x509.load_pem_x509_certificate(keys()[name].certificate.encode()).public_key().public_numbers()
    number = lambda value: base64.b64encode(value.to_bytes((value.bit_length() + 7) // 8)).decode()  # noqa: E731
    return (
        f"<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>{number(numbers.n)}</ds:Modulus>"
        f"<ds:Exponent>{number(numbers.e)}</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>"
    )


signed_otherwise(
    "keys",
    "attacker-with-key-value",
    BROKEN,
    lambda: Signature(key="attacker", key_info=key_value("attacker")),
    lambda: Signature(key_info=key_value("attacker")),
)
signed_otherwise("keys", "key-of-another-provider", BROKEN, Signature(key="partner"), Signature(key="idp"))
signed_otherwise("keys", "retired-after-rotation", BROKEN, Signature(key="idp"), Signature(key="next"), trust="rotated")
signed_otherwise(
    "keys",
    "outer-by-attacker-inner-right",
    BROKEN,
    lambda: Signature(place="both", key="attacker"),
    Signature(place="both", key="next"),
)
signed_otherwise("keys", "rsa-1024", BROKEN, Signature(key="weak"), Signature(key="next"))
signed_otherwise("keys", "curve", "saml.signature.algorithm", Signature(key="curve", method="ecdsa-sha256"))
signed_otherwise(
    "keys",
    "hmac-with-the-public-key",
    "saml.signature.algorithm",
    lambda: Signature(method="hmac-sha256", secret=keys()["idp"].public),
)
signed_otherwise(
    "keys",
    "hmac-with-the-certificate",
    "saml.signature.algorithm",
    lambda: Signature(method="hmac-sha256", secret=keys()["idp"].certificate.encode()),
)
signed_otherwise(
    "keys",
    "hmac-with-the-certificate-in-der",
    "saml.signature.algorithm",
    lambda: Signature(method="hmac-sha256", secret=base64.b64decode(keys()["idp"].der)),
)
signed_otherwise(
    "keys", "hmac-with-an-empty-key", "saml.signature.algorithm", Signature(method="hmac-sha256", secret=b"\0")
)


@special("keys", "assertion-of-another-issuer", BROKEN)
def other_issuer(signer):
    """The partner may sign for itself, not for the identity provider beside it."""
    partner = HONEST.replace(m.IDP, m.OTHER_IDP)
    return sign(HONEST, signer, key="partner"), sign(partner, signer, key="partner")


@special("keys", "half-signed-by-each-provider", BROKEN)
def half(signer):
    inner = sign(HONEST, signer, place="assertion", key="idp")
    return sign(inner, signer, place="response", key="partner"), sign(inner, signer, place="response", key="next")


# --- algorithms ---

for place in PLACES:
    signed_otherwise(
        "algorithms",
        f"rsa-sha1-{place}",
        "saml.signature.algorithm",
        Signature(place=place, method="rsa-sha1"),
        Signature(place=place, method="rsa-sha384"),
    )
    signed_otherwise(
        "algorithms",
        f"digest-sha1-{place}",
        "saml.signature.digest",
        Signature(place=place, digest="sha1"),
        Signature(place=place, digest="sha512"),
    )
signed_otherwise(
    "algorithms",
    "everything-sha1",
    "saml.signature.algorithm",
    Signature(method="rsa-sha1", digest="sha1"),
    Signature(method="rsa-sha512", digest="sha512"),
)
signed_otherwise(
    "algorithms", "rsa-sha224", "saml.signature.algorithm", Signature(method="rsa-sha224"), Signature(digest="sha384")
)
signed_otherwise(
    "algorithms", "digest-sha224", "saml.signature.digest", Signature(digest="sha224"), Signature(digest="sha384")
)
signed_otherwise("algorithms", "rsa-pss", "saml.signature.algorithm", Signature(method="rsa-pss"), signers=ONLY_XMLSEC)


@special("algorithms", "sha1-beside-sha256", "saml.signature.algorithm")
def mixed(signer):
    inner = sign(HONEST, signer, method="rsa-sha1")
    return sign(inner, signer, place="response"), sign(
        sign(HONEST, signer), signer, place="response", method="rsa-sha512"
    )


for name, new in {
    "unknown": 'Algorithm="urn:none"',
    "empty": 'Algorithm=""',
    "absent": "",
    "white-space": f'Algorithm="{METHODS["rsa-sha256"]} "',
    "none": 'Algorithm="none"',
}.items():
    absent = "saml.xml.attribute-missing" if name == "absent" else None
    rewritten(
        "algorithms",
        f"method-{name}",
        absent or "saml.signature.algorithm",
        lambda text, new=new: text.replace(f'Algorithm="{METHODS["rsa-sha256"]}"', new),
    )
    rewritten(
        "algorithms",
        f"digest-method-{name}",
        absent or "saml.signature.digest",
        lambda text, new=new: text.replace(f'Algorithm="{DIGESTS["sha256"]}"', new.replace("rsa-sha", "sha")),
    )
rewritten(
    "algorithms",
    "hmac-output-length",
    UNEXPECTED,
    lambda text: text.replace(
        f'"{METHODS["rsa-sha256"]}"/>',
        f'"{METHODS["rsa-sha256"]}"><ds:HMACOutputLength>0</ds:HMACOutputLength></ds:SignatureMethod>',
    ),
)
