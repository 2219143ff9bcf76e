"""Attacks on the shape of the signature: references, transforms, canonical forms, and where a signature stands."""

import saml_message as m
from saml_attacks_signature import BROKEN, LACKS, NOT_TEXT, SIGNATURE, UNEXPECTED, VALUE, swap
from saml_cases import rewritten, signed_otherwise, special
from saml_message import DS, HONEST
from saml_signers import (
    ENVELOPED,
    EXCLUSIVE,
    ONLY_XMLSEC,
    Signature,
    reference,
    sign,
)

REFERENCE = "saml.signature.reference"
TRANSFORMS = "saml.signature.transforms"
CANONICAL = "saml.signature.canonicalization"
REPEATED = "saml.xml.element-repeated"
OBJECTS = "saml.signature.object"
PLACE = "saml.signature.place"
KIND = "signature structure"


def transform(algorithm, inner=""):
    """One transform."""
    return f'<ds:Transform Algorithm="{algorithm}">{inner}</ds:Transform>'


def with_xmlsec(name, code, edits=(), twin=Signature(), **changes):
    """What only python-xmlsec can be told to sign."""
    signed_otherwise(KIND, name, code, Signature(**changes), twin, edits=edits, signers=ONLY_XMLSEC)


# --- references ---

for place in ("assertion", "response"):
    with_xmlsec(f"empty-uri-{place}", REFERENCE, place=place, uri="", twin=Signature(place=place))
with_xmlsec("no-uri-twice", REPEATED, references=reference("") * 2)
with_xmlsec("two-references-to-the-same", REPEATED, references=reference("#_assertion") * 2)
with_xmlsec("two-references", REPEATED, references=reference("#_assertion") + reference("#_response"))
with_xmlsec(
    "response-refers-to-the-assertion-as-well",
    REPEATED,
    place="response",
    references=reference("#_response") + reference("#_assertion"),
    twin=Signature(place="both"),
)
with_xmlsec(
    "response-refers-to-the-assertion", REFERENCE, place="response", uri="#_assertion", twin=Signature(place="response")
)
with_xmlsec("assertion-refers-to-the-response", REFERENCE, uri="#_response", twin=Signature(place="response"))
with_xmlsec("xpointer-id", REFERENCE, uri="#xpointer(id('_assertion'))")
with_xmlsec("xpointer-root", REFERENCE, uri="#xpointer(/)", place="response", twin=Signature(place="response"))
rewritten(KIND, "no-reference", LACKS, swap(r"(?s)<ds:Reference .*?</ds:Reference>", lambda _: ""))
rewritten(KIND, "reference-without-uri", REFERENCE, lambda text: text.replace(' URI="#_assertion"', ""))
rewritten(KIND, "reference-to-nothing", REFERENCE, lambda text: text.replace('URI="#_assertion"', 'URI="#_nobody"'))
rewritten(KIND, "reference-without-hash", REFERENCE, lambda text: text.replace('URI="#_assertion"', 'URI="_assertion"'))
rewritten(KIND, "reference-with-two-hashes", REFERENCE, lambda text: text.replace('URI="#', 'URI="##'))
rewritten(
    KIND, "reference-with-white-space", REFERENCE, lambda text: text.replace('URI="#_assertion"', 'URI="#_assertion "')
)
rewritten(KIND, "reference-in-percent-encoding", REFERENCE, lambda text: text.replace('URI="#_', 'URI="#%5F'))
rewritten(
    KIND, "reference-in-upper-case", REFERENCE, lambda text: text.replace('URI="#_assertion"', 'URI="#_ASSERTION"')
)
rewritten(
    KIND, "reference-with-host", REFERENCE, lambda text: text.replace('URI="#_assertion"', f'URI="{m.ACS}#_assertion"')
)
rewritten(
    KIND, "reference-to-a-file", REFERENCE, lambda text: text.replace('URI="#_assertion"', 'URI="file:///etc/passwd"')
)
rewritten(
    KIND,
    "reference-to-a-web-page",
    REFERENCE,
    lambda text: text.replace('URI="#_assertion"', 'URI="http://127.0.0.1:9/"'),
)
MANIFEST = f'<ds:Object><ds:Manifest Id="_manifest">{reference("#_assertion")}</ds:Manifest></ds:Object>'
with_xmlsec(
    "manifest",
    OBJECTS,
    references=reference("#_manifest", transform(EXCLUSIVE), attributes=f' Type="{DS}Manifest"'),
    more=MANIFEST,
    ids=("ID", "Id"),
)

# --- transforms and canonical forms ---

INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
XPATH = transform(
    "http://www.w3.org/TR/1999/REC-xpath-19991116", '<ds:XPath>not(ancestor-or-self::*[local-name()="X"])</ds:XPath>'
)
FILTER = transform(
    "http://www.w3.org/2002/06/xmldsig-filter2",
    '<f:XPath xmlns:f="http://www.w3.org/2002/06/xmldsig-filter2" Filter="intersect">//*[@ID="_assertion"]</f:XPath>',
)
FORMS = {
    "inclusive": INCLUSIVE,
    "inclusive-with-comments": INCLUSIVE + "#WithComments",
    "inclusive-1.1": "http://www.w3.org/2006/12/xml-c14n11",
    "exclusive-with-comments": EXCLUSIVE + "WithComments",
}
for name, form in FORMS.items():
    with_xmlsec(f"{name}-in-signed-info", CANONICAL, canonical=f'<ds:CanonicalizationMethod Algorithm="{form}"/>')
    with_xmlsec(f"{name}-as-transform", TRANSFORMS, transforms=transform(ENVELOPED) + transform(form))
with_xmlsec("no-canonical-transform", TRANSFORMS, transforms=transform(ENVELOPED))
with_xmlsec("enveloped-twice", TRANSFORMS, transforms=transform(ENVELOPED) * 2 + transform(EXCLUSIVE))
with_xmlsec("exclusive-twice", TRANSFORMS, transforms=transform(ENVELOPED) + transform(EXCLUSIVE) * 2)
with_xmlsec("xpath", TRANSFORMS, transforms=transform(ENVELOPED) + XPATH + transform(EXCLUSIVE))
with_xmlsec(
    "xpath-hides-what-is-added",
    TRANSFORMS,
    transforms=transform(ENVELOPED) + XPATH + transform(EXCLUSIVE),
    place="response",
    twin=Signature(place="response"),
)
with_xmlsec("xpath-filter", TRANSFORMS, transforms=FILTER + transform(ENVELOPED) + transform(EXCLUSIVE))
TWO = f'<ds:Transform Algorithm="{ENVELOPED}"/><ds:Transform Algorithm="{EXCLUSIVE}"/>'
for name, change in {
    "in-another-order": lambda text: text.replace(
        TWO, f'<ds:Transform Algorithm="{EXCLUSIVE}"/><ds:Transform Algorithm="{ENVELOPED}"/>'
    ),
    "not-enveloped": lambda text: text.replace(f'<ds:Transform Algorithm="{ENVELOPED}"/>', ""),
    "xslt": lambda text: text.replace(
        f'Algorithm="{ENVELOPED}"/>',
        'Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116">'
        '<x:stylesheet xmlns:x="http://www.w3.org/1999/XSL/Transform"/></ds:Transform>',
    ),
    "base64": lambda text: text.replace(ENVELOPED, DS + "base64"),
    "unknown": lambda text: text.replace(ENVELOPED, "urn:none"),
}.items():
    rewritten(KIND, f"transform-{name}", TRANSFORMS, change)
rewritten(KIND, "no-transforms", LACKS, swap(r"<ds:Transforms>.*</ds:Transforms>", lambda _: ""))
rewritten(KIND, "transforms-twice", REPEATED, swap(r"<ds:Transforms>.*</ds:Transforms>", lambda found: found * 2))
rewritten(
    KIND,
    "canonicalization-unknown",
    CANONICAL,
    lambda text: text.replace(
        f'CanonicalizationMethod Algorithm="{EXCLUSIVE}"', 'CanonicalizationMethod Algorithm="urn:none"'
    ),
)
PREFIXES = Signature(prefixes=("xs",))
rewritten(
    KIND,
    "prefix-list-changed",
    BROKEN,
    lambda text: text.replace('PrefixList="xs"', 'PrefixList="xs saml"', 1),
    signature=PREFIXES,
)

# --- what a signature holds ---

OBJECT = "<ds:Object>anything</ds:Object>"
with_xmlsec("object", OBJECTS, more=OBJECT)
rewritten(KIND, "object-added", OBJECTS, lambda text: text.replace("</ds:Signature>", OBJECT + "</ds:Signature>"))
rewritten(KIND, "element-added", UNEXPECTED, lambda text: text.replace("</ds:Signature>", "<x/></ds:Signature>"))
rewritten(
    KIND, "text-added", "saml.xml.text-unexpected", lambda text: text.replace("</ds:Signature>", "text</ds:Signature>")
)
rewritten(KIND, "signed-info-twice", REPEATED, swap(r"(?s)<ds:SignedInfo>.*</ds:SignedInfo>", lambda found: found * 2))
rewritten(
    KIND,
    "signature-value-twice",
    REPEATED,
    swap(r"(?s)<ds:SignatureValue>.*</ds:SignatureValue>", lambda found: found * 2),
)
rewritten(
    KIND, "digest-value-twice", REPEATED, swap(r"(?s)<ds:DigestValue>.*</ds:DigestValue>", lambda found: found * 2)
)
rewritten(KIND, "method-twice", REPEATED, swap(r"<ds:SignatureMethod [^>]*>", lambda found: found * 2))
rewritten(KIND, "element-in-signature-value", NOT_TEXT, swap(VALUE, lambda value: value[:9] + "<x/>" + value[9:]))
rewritten(
    KIND,
    "garbage-in-signature-value",
    "saml.signature.encoding",
    swap(VALUE, lambda value: value[:9] + "!!" + value[9:]),
)
rewritten(
    KIND,
    "element-in-digest-value",
    NOT_TEXT,
    swap(r"(?<=<ds:DigestValue>)[^<]*", lambda value: value[:9] + "<x/>" + value[9:]),
)
rewritten(KIND, "two-signatures-in-the-assertion", "saml.signature.repeated", swap(SIGNATURE, lambda found: found * 2))
rewritten(
    KIND,
    "two-signatures-in-the-response",
    "saml.signature.repeated",
    swap(SIGNATURE, lambda found: found * 2),
    signature=Signature(place="response"),
)


@special(KIND, "attackers-signature-beside-the-right-one", "saml.signature.repeated")
def beside(signer):
    right, wrong = (SIGNATURE.search(sign(HONEST, signer, key=key)).group() for key in ("idp", "attacker"))
    return HONEST.replace("<saml:Subject>", wrong + right + "<saml:Subject>"), sign(HONEST, signer)


@special(KIND, "both-keys-of-a-rotation-sign", "saml.signature.repeated")
def rotation(signer):
    """Two good signatures of one place are still one too many."""
    one, two = (SIGNATURE.search(sign(HONEST, signer, key=key)).group() for key in ("idp", "next"))
    return HONEST.replace("<saml:Subject>", one + two + "<saml:Subject>"), sign(HONEST, signer, key="next")


# --- where a signature stands ---

EXTENSIONS = '<samlp:Extensions><x xmlns="urn:x"/></samlp:Extensions>'
ADVICE = '<saml:Advice><x xmlns="urn:x"/></saml:Advice>'
for name, anchor, around in [
    ("extensions", "<samlp:Status>", ("<samlp:Extensions>", "</samlp:Extensions><samlp:Status>")),
    ("status-detail", "</samlp:Status>", ("<samlp:StatusDetail>", "</samlp:StatusDetail></samlp:Status>")),
    ("advice", "<saml:AuthnStatement ", ("<saml:Advice>", "</saml:Advice><saml:AuthnStatement ")),
]:

    @special(KIND, f"signature-in-{name}", PLACE)
    def moved(signer, anchor=anchor, around=around):
        """The signature is there, but it is not the child of what it signs."""
        signature = SIGNATURE.search(sign(HONEST, signer)).group()
        middle = '<x xmlns="urn:x"/>'
        twin = HONEST.replace(anchor, around[0] + middle + around[1], 1)
        return HONEST.replace(anchor, around[0] + signature + around[1], 1), sign(twin, signer)


for name, parent in {
    "subject": "//saml:Subject",
    "conditions": "//saml:Conditions",
    "attribute-value": "//saml:Attribute[1]/saml:AttributeValue",
    "status": "//samlp:Status",
    "confirmation-data": "//saml:SubjectConfirmationData",
    "authn-context": "//saml:AuthnContext",
}.items():
    with_xmlsec(f"signature-in-{name}", PLACE, parent=parent)
with_xmlsec("assertion-signed-from-the-response", REFERENCE, parent="/samlp:Response", twin=Signature(place="response"))
with_xmlsec(
    "response-signed-from-the-assertion",
    REFERENCE,
    place="response",
    parent="//saml:Assertion",
    twin=Signature(place="assertion"),
)


@special(KIND, "second-signature-elsewhere", PLACE)
def elsewhere(signer):
    """The assertion is signed well; a second signature hides in the extensions."""
    signature = SIGNATURE.search(sign(HONEST, signer, key="attacker")).group()
    start, end = "<samlp:Extensions>", "</samlp:Extensions><samlp:Status>"
    return (
        sign(HONEST, signer).replace("<samlp:Status>", start + signature + end),
        sign(HONEST.replace("<samlp:Status>", start + '<x xmlns="urn:x"/>' + end), signer),
    )


@special(KIND, "signature-signs-a-signature", OBJECTS, ONLY_XMLSEC)
def countersigned(signer):
    signed = sign(HONEST, signer)
    inner = SIGNATURE.search(signed).group().replace("<ds:Signature ", '<ds:Signature Id="_inner" ')
    signed = signed.replace("</ds:Signature>", "<ds:Object>" + inner + "</ds:Object></ds:Signature>")
    return signed, sign(HONEST, signer, place="both")
