"""Attacks by identifiers, by namespaces, and by the number and kind of assertions."""

import re

import saml_message as m
from saml_attacks_signature import LACKS, UNEXPECTED
from saml_cases import resigned, rewritten, special
from saml_message import ASSERTION, HONEST, PROTOCOL, edit
from saml_signers import ONLY_XMLSEC, Signature, sign

DUPLICATE = "saml.xml.id-repeated"
ID = "saml.xml.id"
ROOT = "saml.response.root"
NO_ASSERTION = "saml.assertion.missing"
REPEATED = "saml.assertion.repeated"
NO_ATTRIBUTE = "saml.xml.attribute-missing"
WITH_NAMESPACE = "saml.xml.attribute-namespace"
FORMED = "saml.xml.not-well-formed"
RESPONSE = Signature(place="response")


# --- identifiers ---


def renamed(name, code, new, uri="#_assertion", ids=("ID",), twin=Signature()):
    """The assertion's identifier is another attribute, and the signature refers to that."""

    @special("identifiers", name, code, ONLY_XMLSEC)
    def build(signer):
        text = edit(HONEST, [('Assertion ID="_assertion"', f"Assertion {new}")])
        return sign(text, signer, uri=uri, ids=ids), sign(HONEST, signer, twin)


renamed("xml-id", WITH_NAMESPACE, 'xml:id="_assertion"', ids=())
renamed("xml-id-beside-id", WITH_NAMESPACE, 'xml:id="_signed" ID="_assertion"', uri="#_signed", ids=())
renamed("id-with-a-namespace", WITH_NAMESPACE, 'saml:ID="_assertion"')
renamed(
    "id-with-a-foreign-namespace",
    WITH_NAMESPACE,
    'xmlns:u="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd" u:Id="_assertion"',
    ids=("Id",),
)
renamed("id-in-title-case", NO_ATTRIBUTE, 'Id="_assertion"', ids=("Id",))
renamed("id-in-lower-case", NO_ATTRIBUTE, 'id="_assertion"', ids=("id",))
renamed("assertion-id-of-saml-1", NO_ATTRIBUTE, 'AssertionID="_assertion"', ids=("AssertionID",))

STRANGE = {
    "space": "_a b",
    "digit-first": "1assertion",
    "quote": "a'b",
    "hash": "a#b",
    "parenthesis": "_a')]",
    "colon": "a:b",
    "slash": "_a/b",
    "percent": "_a%20",
    "empty": "",
    "line": "_a&#10;b",
    "dash-first": "-a",
    "dot-first": ".a",
}
for name, value in STRANGE.items():
    resigned(
        "identifiers",
        f"strange-{name}",
        ID,
        [('ID="_assertion"', f'ID="{value}"')],
        [('ID="_assertion"', 'ID="_a-B.9_"')],
        signature=RESPONSE,
    )
resigned("identifiers", "no-id-of-the-assertion", NO_ATTRIBUTE, [('ID="_assertion" ', "")], signature=RESPONSE)
resigned("identifiers", "no-id-of-the-response", NO_ATTRIBUTE, [('ID="_response" ', "")])
resigned(
    "identifiers", "long", ID, [('ID="_assertion"', f'ID="_{"a" * 3000}"')], [('ID="_assertion"', f'ID="_{"a" * 100}"')]
)

rewritten(
    "identifiers",
    "same-on-response-and-assertion",
    DUPLICATE,
    lambda text: text.replace('ID="_response"', 'ID="_assertion"'),
)
for name, attribute in {
    "same": "ID",
    "same-as-xml-id": "xml:id",
    "same-in-title-case": "Id",
    "same-in-lower-case": "id",
}.items():
    holder = '<samlp:Extensions><x xmlns="urn:x" {}="{}"/></samlp:Extensions><samlp:Status>'

    @special("identifiers", f"{name}-in-extensions", WITH_NAMESPACE if ":" in attribute else DUPLICATE)
    def twice(signer, attribute=attribute, holder=holder):
        """A second element claims the identifier that the signature refers to."""
        signed = sign(HONEST, signer)
        same, other = holder.format(attribute, "_assertion"), holder.format("ID", "_else")
        return signed.replace("<samlp:Status>", same), signed.replace("<samlp:Status>", other)


# --- namespaces ---

NO_XMLNS = f'xmlns:saml="{ASSERTION}"'
resigned("namespaces", "protocol-of-saml-1", ROOT, [(PROTOCOL, "urn:oasis:names:tc:SAML:1.0:protocol")])
resigned("namespaces", "protocol-in-upper-case", ROOT, [(PROTOCOL, PROTOCOL.upper())])
resigned("namespaces", "protocol-with-a-slash", ROOT, [(PROTOCOL, PROTOCOL + "/")])
resigned(
    "namespaces",
    "response-in-the-assertion-namespace",
    ROOT,
    [("<samlp:Response", "<saml:Response"), ("</samlp:Response", "</saml:Response")],
)
resigned(
    "namespaces",
    "response-in-no-namespace",
    ROOT,
    [("<samlp:Response", "<Response"), ("</samlp:Response", "</Response")],
)


for name, code in {
    "Assertion": NO_ASSERTION,
    "NameID": LACKS,
    "Conditions": LACKS,
    "AuthnStatement": UNEXPECTED,
    "AttributeStatement": UNEXPECTED,
    "Audience>": LACKS,
}.items():
    clean = name.rstrip(">")
    opening, closing = f"<saml:{name}", f"</saml:{clean}>"
    if clean == name:
        opening += " " if name != "AttributeStatement" else ">"
    rest = opening[len("<saml:") + len(clean) :]
    resigned(
        "namespaces",
        f"{clean}-elsewhere",
        code,
        [(opening, f'<x:{clean} xmlns:x="urn:x"{rest}'), (closing, f"</x:{clean}>")],
        [(opening, f'<x:{clean} xmlns:x="{ASSERTION}"{rest}'), (closing, f"</x:{clean}>")],
        signature=RESPONSE,
    )
resigned(
    "namespaces",
    "attribute-names-with-a-namespace",
    WITH_NAMESPACE,
    [('<saml:Attribute Name="username">', '<saml:Attribute saml:Name="username">')],
)
resigned(
    "namespaces", "recipient-with-a-namespace", WITH_NAMESPACE, [(f'Recipient="{m.ACS}"', f'saml:Recipient="{m.ACS}"')]
)
resigned(
    "namespaces",
    "version-with-a-namespace",
    WITH_NAMESPACE,
    [('ID="_assertion" Version="2.0"', 'ID="_assertion" saml:Version="2.0"')],
)
resigned(
    "namespaces",
    "not-on-or-after-with-a-namespace",
    WITH_NAMESPACE,
    [(m.CONDITIONS_START, m.CONDITIONS_START.replace(" NotOn", " saml:NotOn"))],
)
resigned(
    "namespaces",
    "destination-with-a-namespace",
    WITH_NAMESPACE,
    [("Destination=", "samlp:Destination=")],
    signature=RESPONSE,
)
rewritten("namespaces", "prefix-bound-to-nothing", FORMED, lambda text: text.replace(f' xmlns:saml="{ASSERTION}"', ""))
rewritten(
    "namespaces",
    "prefix-unbound-by-version-1.1",
    "saml.xml.namespace-declaration",
    lambda text: text.replace("<saml:Assertion ", '<saml:Assertion xmlns:saml="" '),
)
rewritten(
    "namespaces",
    "prefix-rebound",
    UNEXPECTED,
    lambda text: text.replace("<saml:AttributeStatement>", '<saml:AttributeStatement xmlns:saml="urn:x">'),
)
rewritten(
    "namespaces",
    "xml-prefix-rebound",
    FORMED,
    lambda text: text.replace("<samlp:Response ", '<samlp:Response xmlns:xml="urn:x" '),
)
rewritten(
    "namespaces",
    "xmlns-prefix-bound",
    FORMED,
    lambda text: text.replace("<samlp:Response ", '<samlp:Response xmlns:xmlns="urn:x" '),
)


@special("namespaces", "prefixes-exchanged", ROOT)
def exchanged(signer):
    """`samlp` and `saml` may mean each other; a reader of prefixes is lost."""
    swapped = re.sub(
        r"\b(samlp|saml):(?=[A-Z])", lambda found: {"samlp:": "saml:", "saml:": "samlp:"}[found.group()], HONEST
    )
    bindings = f'xmlns:samlp="{PROTOCOL}" xmlns:saml="{ASSERTION}"'
    exchanged = f'xmlns:saml="{PROTOCOL}" xmlns:samlp="{ASSERTION}"'
    return sign(swapped, signer, place="response"), sign(swapped.replace(bindings, exchanged), signer)


@special("namespaces", "default-namespace-lost", NO_ASSERTION)
def default(signer):
    """The assertion as the default namespace, and then as none."""
    plain = (
        HONEST.replace("<saml:", "<")
        .replace("</saml:", "</")
        .replace(f' xmlns:saml="{ASSERTION}"', f' xmlns="{ASSERTION}"')
    )
    none = plain.replace("<Assertion ", '<Assertion xmlns="" ')
    return sign(none, signer, place="response"), sign(plain, signer)


# --- how many assertions, and of what kind ---

SECOND = m.SAML_ASSERTION.replace("_assertion", "_second").replace(m.USERNAME, m.ADMINISTRATOR)
END = "</samlp:Response>"
resigned("assertions", "none", NO_ASSERTION, [(m.SAML_ASSERTION, "")], signature=RESPONSE)
resigned("assertions", "two-in-a-signed-response", REPEATED, [(END, SECOND + END)], signature=RESPONSE)
resigned("assertions", "second-unsigned", REPEATED, [(END, SECOND + END)])
resigned(
    "assertions",
    "first-unsigned",
    REPEATED,
    [("</samlp:Status>", "</samlp:Status>" + SECOND)],
    signers=ONLY_XMLSEC,
    signature=Signature(parent='//saml:Assertion[@ID="_assertion"]', uri="#_assertion"),
)
rewritten(
    "assertions",
    "the-same-twice",
    DUPLICATE,
    lambda text: re.sub(r"(?s)<saml:Assertion .*</saml:Assertion>", lambda found: found.group() * 2, text),
)
IN_ADVICE = [("<saml:AuthnStatement ", f"<saml:Advice>{SECOND}</saml:Advice><saml:AuthnStatement ")]
REFERS = [
    (
        "<saml:AuthnStatement ",
        "<saml:Advice><saml:AssertionIDRef>_x</saml:AssertionIDRef></saml:Advice><saml:AuthnStatement ",
    )
]
resigned("assertions", "in-advice", REPEATED, IN_ADVICE, REFERS)


def encrypted(kind):
    """Something encrypted, in place of an assertion, an identifier or an attribute."""
    return (
        f'<saml:{kind}><xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#"><xenc:CipherData>'
        f"<xenc:CipherValue>AAAA</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData></saml:{kind}>"
    )


for name, edits in {
    "assertion-alone": [(m.SAML_ASSERTION, encrypted("EncryptedAssertion"))],
    "assertion-beside": [(END, encrypted("EncryptedAssertion") + END)],
    "id": [(m.NAME, encrypted("EncryptedID"))],
    "attribute": [(m.DOMAIN_ATTRIBUTE, m.DOMAIN_ATTRIBUTE + encrypted("EncryptedAttribute"))],
}.items():
    resigned("assertions", f"encrypted-{name}", "saml.encrypted", edits, signature=RESPONSE)
resigned(
    "assertions",
    "deeper",
    "saml.assertion.place",
    [(m.SAML_ASSERTION, f"<samlp:Extensions>{m.SAML_ASSERTION}</samlp:Extensions>")],
    signature=RESPONSE,
)
resigned(
    "assertions",
    "response-in-response",
    "saml.response.nested",
    [
        (
            "<samlp:Status>",
            f"<samlp:Extensions>{HONEST.replace('_response', '_r').replace(m.SAML_ASSERTION, '')}"
            "</samlp:Extensions><samlp:Status>",
        )
    ],
    [("<samlp:Status>", '<samlp:Extensions><x xmlns="urn:x"/></samlp:Extensions><samlp:Status>')],
    signature=RESPONSE,
)


@special("assertions", "bare-assertion", ROOT)
def bare(signer):
    """An assertion without a response around it."""
    signed = sign(HONEST, signer)
    alone = re.search(r"(?s)<saml:Assertion .*</saml:Assertion>", signed).group()
    return alone.replace("<saml:Assertion ", f'<saml:Assertion xmlns:saml="{ASSERTION}" '), signed
