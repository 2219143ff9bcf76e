"""Attacks on what is signed: it is changed, or the signature is taken away."""

import base64
import hashlib
import re

from lxml import etree

import saml_message as m
from saml_cases import Message, rewritten, signed_otherwise, special, tampered
from saml_message import DS, HONEST, edit
from saml_signers import (
    PARSER,
    Signature,
    sign,
)

PLACES = ("assertion", "response")
BROKEN = "saml.signature.invalid"
LACKS = "saml.xml.element-missing"
UNEXPECTED = "saml.xml.element-unexpected"
NOT_TEXT = "saml.xml.leaf-not-text"
SIGNATURE = re.compile(r"<ds:Signature .*?</ds:Signature>", re.DOTALL)
VALUE = re.compile(r"(?<=<ds:SignatureValue>)[^<]*")
DIGEST = re.compile(r"(?<=<ds:DigestValue>)[^<]*")


def without_signature(text, count=0):
    """Cuts signatures out."""
    return SIGNATURE.sub("", text, count=count)


def swap(pattern, change, count=1):
    """A rewriting of what a pattern finds."""
    return lambda text: re.sub(pattern, lambda found: change(found.group()), text, count=count)


# --- tampering: what was signed is changed afterwards ---

for place in PLACES:
    at_place = Signature(place=place)
    as_admin = {"username": m.ADMINISTRATOR}
    changed = m.USERNAME_VALUE.replace(m.USERNAME, m.ADMINISTRATOR)
    tampered("tampering", f"username-{place}", BROKEN, [(m.USERNAME_VALUE, changed)], signature=at_place, **as_admin)
    domain = m.DOMAIN_VALUE.replace(m.DOMAIN, "d-zyxwvutsrqpo")
    tampered(
        "tampering", f"domain-{place}", BROKEN, [(m.DOMAIN_VALUE, domain)], signature=at_place, domain="d-zyxwvutsrqpo"
    )
    tampered("tampering", f"session-{place}", BROKEN, [(m.SESSION_ENDS, m.at(12 * 3600))], signature=at_place)
    tampered(
        "tampering", f"white-space-{place}", BROKEN, [("</saml:Conditions>", "</saml:Conditions> ")], signature=at_place
    )

tampered("tampering", "name-id", BROKEN, [(m.NAME_ID, "root@corp.example")])
tampered("tampering", "conditions", BROKEN, [(m.CONDITIONS_START, m.CONDITIONS_START.replace(m.ENDS, m.at(280)))])
tampered("tampering", "confirmation", BROKEN, [(m.DATA, m.DATA.replace(m.ENDS, m.at(280)))])
tampered("tampering", "authn-context", BROKEN, [("ac:classes:unspecified", "ac:classes:Kerberos")])
tampered(
    "tampering",
    "attribute-added",
    BROKEN,
    [
        (
            "<saml:AttributeStatement>",
            '<saml:AttributeStatement><saml:Attribute Name="role"><saml:AttributeValue>'
            "owner</saml:AttributeValue></saml:Attribute>",
        )
    ],
)
tampered(
    "tampering",
    "prefix-of-the-assertion",
    BROKEN,
    [("<saml:Subject>", f'<a:Subject xmlns:a="{m.ASSERTION}">'), ("</saml:Subject>", "</a:Subject>")],
)
tampered(
    "tampering",
    "destination",
    BROKEN,
    [('/prod/saml"><saml:Issuer>', '/prod/saml" Consent="urn:x"><saml:Issuer>')],
    signature=Signature(place="response"),
)


@special("tampering", "request-moved-to-another", BROKEN)
def request_moved(signer):
    """A response to one request is made to look like the response to another."""
    stolen = sign(edit(HONEST, m.answering("_someone-elses")), signer).replace("_someone-elses", m.REQUEST)
    return Message(stolen, pending=m.REQUEST), Message(sign(edit(HONEST, m.answering()), signer), pending=m.REQUEST)


@special("tampering", "identifier-and-reference", BROKEN)
def identifier_and_reference(signer):
    renamed = sign(HONEST, signer).replace("_assertion", "_fresh")
    return renamed, sign(HONEST.replace('ID="_assertion"', 'ID="_fresh"'), signer)


def flip(value):
    """Changes one bit in the middle."""
    raw = bytearray(base64.b64decode(value))
    raw[len(raw) // 2] ^= 1
    return base64.b64encode(bytes(raw)).decode()


def inner(text, rewrite):
    """Rewrites the assertion only."""
    start = text.index("<saml:Assertion")
    return text[:start] + rewrite(text[start:])


for place in PLACES:
    at_place = Signature(place=place)
    rewritten("tampering", f"signature-value-{place}", BROKEN, swap(VALUE, flip), signature=at_place)
    rewritten("tampering", f"digest-value-{place}", BROKEN, swap(DIGEST, flip), signature=at_place)
rewritten("tampering", "outer-of-two-signatures", BROKEN, swap(VALUE, flip), signature=Signature(place="both"))
rewritten(
    "tampering",
    "inner-of-two-signatures",
    BROKEN,
    lambda text: inner(text, swap(VALUE, flip)),
    signature=Signature(place="both"),
)
rewritten(
    "tampering",
    "signature-value-cut",
    BROKEN,
    swap(VALUE, lambda value: base64.b64encode(base64.b64decode(value)[:-1]).decode()),
)
rewritten(
    "tampering",
    "signature-value-longer",
    BROKEN,
    swap(VALUE, lambda value: base64.b64encode(b"\0" + base64.b64decode(value)).decode()),
)
rewritten("tampering", "signature-value-zero", BROKEN, swap(VALUE, lambda value: base64.b64encode(bytes(256)).decode()))
rewritten(
    "tampering", "signature-value-one", BROKEN, swap(VALUE, lambda value: base64.b64encode(bytes(255) + b"\1").decode())
)
rewritten("tampering", "method-relabelled", BROKEN, lambda text: text.replace("more#rsa-sha256", "more#rsa-sha512"))
rewritten("tampering", "digest-method-relabelled", BROKEN, lambda text: text.replace("xmlenc#sha256", "xmlenc#sha512"))
rewritten(
    "tampering",
    "prefix-list-after-signing",
    BROKEN,
    lambda text: text.replace('PrefixList="saml"', 'PrefixList="samlp"', 1),
    signature=Signature(prefixes=("saml",)),
)


@special("tampering", "digest-recomputed", BROKEN)
def digest_recomputed(signer):
    """The digest fits the changed content; only the signature over SignedInfo says otherwise."""
    edits = [(m.USERNAME_VALUE, m.USERNAME_VALUE.replace(m.USERNAME, m.ADMINISTRATOR))]
    attack = edit(sign(HONEST, signer), edits)
    bare = etree.fromstring(without_signature(attack).encode(), PARSER)
    assertion = next(bare.iter(f"{{{m.ASSERTION}}}Assertion"))
    covered = etree.tostring(assertion, method="c14n", exclusive=True, with_comments=False)
    digest = base64.b64encode(hashlib.sha256(covered).digest()).decode()
    twin = Message(sign(edit(HONEST, edits), signer), username=m.ADMINISTRATOR)
    return DIGEST.sub(digest, attack), twin


# --- exclusion: the signature is gone, or nothing of it is left ---

MISSING = "saml.signature.missing"
for place in ("assertion", "response", "both"):
    rewritten("exclusion", f"removed-{place}", MISSING, without_signature, signature=Signature(place=place))
rewritten(
    "exclusion",
    "removed-and-changed",
    MISSING,
    lambda text: without_signature(text).replace(m.USERNAME, m.ADMINISTRATOR),
)
rewritten("exclusion", "empty-signature", LACKS, lambda text: SIGNATURE.sub(f'<ds:Signature xmlns:ds="{DS}"/>', text))
rewritten("exclusion", "no-signed-info", LACKS, swap(r"(?s)<ds:SignedInfo>.*</ds:SignedInfo>", lambda _: ""))
rewritten(
    "exclusion", "no-signature-value", LACKS, swap(r"(?s)<ds:SignatureValue>.*</ds:SignatureValue>", lambda _: "")
)
rewritten("exclusion", "empty-signature-value", NOT_TEXT, swap(VALUE, lambda _: ""))
rewritten("exclusion", "empty-digest-value", NOT_TEXT, swap(DIGEST, lambda _: ""))
rewritten(
    "exclusion",
    "signature-in-no-namespace",
    LACKS,
    lambda text: text.replace(f' xmlns="{DS}"', ""),
    signature=Signature(prefix=""),
)
rewritten("exclusion", "signature-in-another-namespace", LACKS, lambda text: text.replace(f'"{DS}"', '"urn:ds"'))
rewritten(
    "exclusion",
    "signature-in-lower-case",
    LACKS,
    lambda text: text.replace("<ds:Signature ", "<ds:signature ").replace("</ds:Signature>", "</ds:signature>"),
)
signed_otherwise(
    "exclusion",
    "response-alone-where-the-assertion-must-be-signed",
    "saml.signature.assertion-missing",
    Signature(place="response"),
    Signature(place="both"),
    trust="signed-assertion",
)
signed_otherwise(
    "exclusion",
    "assertion-alone-where-the-response-must-be-signed",
    "saml.signature.response-missing",
    Signature(place="assertion"),
    Signature(place="both"),
    trust="signed-response",
)
rewritten(
    "exclusion",
    "outer-removed-where-both-must-be-signed",
    "saml.signature.response-missing",
    lambda text: without_signature(text, 1),
    signature=Signature(place="both"),
    trust="signed-both",
)
