"""Attacks on the parser: entities, charsets, what is no XML, and too much of something."""

import saml_message as m
from saml_attacks_signature import BROKEN
from saml_cases import rewritten, special
from saml_message import HONEST
from saml_signers import Signature, sign

MARKUP = "saml.xml.markup-declaration"
INSTRUCTION = "saml.xml.processing-instruction"
FORMED = "saml.xml.not-well-formed"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
SIGNED_PLACES = ("assertion", "response")


def parser(name, code, rewrite, twin=None, **options):
    """What the XML parser is given."""
    rewritten("parser", name, code, rewrite, twin_rewrite=twin, **options)


def first(new):
    return lambda text: new + text


def inside(old, new):
    """Something put before the first of a piece that the signature does not cover."""
    return lambda text: text.replace(old, new + old, 1)


with_declaration = first(DECLARATION)

# --- declarations and entities ---

BILLION = "".join(f'<!ENTITY l{n} "' + f"&l{n - 1};" * 10 + '">' for n in range(1, 10))
TYPES = {
    "doctype": "<!DOCTYPE Response>",
    "doctype-external": '<!DOCTYPE Response SYSTEM "http://127.0.0.1:9/x.dtd">',
    "doctype-public": '<!DOCTYPE Response PUBLIC "-//x//y" "http://127.0.0.1:9/x.dtd">',
    "entity": '<!DOCTYPE Response [<!ENTITY a "b">]>',
    "entity-of-a-file": '<!DOCTYPE Response [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    "entity-of-the-web": '<!DOCTYPE Response [<!ENTITY a SYSTEM "http://169.254.169.254/latest/meta-data/">]>',
    "parameter-entity": '<!DOCTYPE Response [<!ENTITY % a SYSTEM "http://127.0.0.1:9/x.dtd"> %a;]>',
    "entity-billion": f'<!DOCTYPE Response [<!ENTITY l0 "lol">{BILLION}]>',
    "id-by-type": "<!DOCTYPE Response [<!ATTLIST x A ID #REQUIRED>]>",
    "default-attribute": '<!DOCTYPE Response [<!ATTLIST Assertion ID CDATA "_assertion">]>',
    "notation": '<!DOCTYPE Response [<!NOTATION a SYSTEM "b">]>',
}
for name, kind in TYPES.items():
    parser(name, MARKUP, first(kind), with_declaration)
parser("doctype-after-the-declaration", MARKUP, first(DECLARATION + "<!DOCTYPE Response>"), with_declaration)
parser("doctype-in-lower-case", MARKUP, first("<!doctype Response>"), with_declaration)
parser(
    "entity-used",
    MARKUP,
    lambda text: f'<!DOCTYPE Response [<!ENTITY a "{m.USERNAME}">]>' + text.replace(m.USERNAME, "&a;"),
    lambda text: text.replace(m.USERNAME, f"&#x39;{m.USERNAME[1:]}"),
)
parser(
    "entity-undeclared",
    FORMED,
    lambda text: text.replace(m.USERNAME, "&nobody;"),
    lambda text: text.replace(m.USERNAME, f"&#57;{m.USERNAME[1:]}"),
)
for name, old in {
    "before-the-response": "<samlp:Response ",
    "in-the-response": "<samlp:Status>",
    "in-the-assertion": "<saml:Subject>",
    "in-signed-info": "<ds:SignatureMethod ",
}.items():
    parser(f"comment-{name}", MARKUP, inside(old, "<!-- -->"), inside("<samlp:Status>", " "))
    parser(f"instruction-{name}", INSTRUCTION, inside(old, "<?php echo?>"), inside("<samlp:Status>", "\n"))
parser("cdata-in-the-response", MARKUP, inside("<samlp:Status>", "<![CDATA[ ]]>"), inside("<samlp:Status>", "\t"))
parser("comment-at-the-end", MARKUP, lambda text: text + "<!-- -->", lambda text: text + "\n")
parser("instruction-at-the-end", INSTRUCTION, lambda text: text + "<?x?>", lambda text: text + "\r\n")
parser("style-sheet", INSTRUCTION, first('<?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?>'), with_declaration)
parser("comment-in-digest-value", MARKUP, lambda text: text.replace("</ds:DigestValue>", "<!--x--></ds:DigestValue>"))
parser(
    "comment-in-signature-value",
    MARKUP,
    lambda text: text.replace("</ds:SignatureValue>", "<!--x--></ds:SignatureValue>"),
)

# --- the XML declaration and charsets ---

for name, declaration in {
    "version-1.1": '<?xml version="1.1"?>',
    "version-2.0": '<?xml version="2.0"?>',
    "latin-1": '<?xml version="1.0" encoding="ISO-8859-1"?>',
    "utf-7": '<?xml version="1.0" encoding="UTF-7"?>',
    "utf-16-in-utf-8": '<?xml version="1.0" encoding="UTF-16"?>',
    "ebcdic": '<?xml version="1.0" encoding="IBM037"?>',
    "standalone-maybe": '<?xml version="1.0" standalone="maybe"?>',
    "without-version": '<?xml encoding="UTF-8"?>',
}.items():
    parser(
        f"declaration-{name}",
        "saml.xml.declaration",
        first(declaration),
        first('<?xml version="1.0" encoding="utf-8" standalone="yes"?>'),
    )
parser("declaration-twice", INSTRUCTION, first(DECLARATION * 2), with_declaration)
parser("declaration-after-white-space", INSTRUCTION, first(" " + DECLARATION), first("<?xml version='1.0'?>\n"))
parser("declaration-within", INSTRUCTION, inside("<samlp:Status>", DECLARATION), with_declaration)
for name, code, change in [
    (
        "utf-16",
        "saml.form.response-utf-8",
        lambda text: ('<?xml version="1.0" encoding="UTF-16"?>' + text).encode("utf-16"),
    ),
    ("utf-32", "saml.xml.too-deep", lambda text: text.encode("utf-32-le")),
    ("latin-1-bytes", "saml.form.response-utf-8", lambda text: text.replace(m.NAME_ID, "Zoë@x").encode("latin-1")),
    (
        "overlong",
        "saml.form.response-utf-8",
        lambda text: text.encode().replace(b"<samlp:Status>", b"\xc0\xbcsamlp:Status>"),
    ),
    (
        "surrogate",
        "saml.form.response-utf-8",
        lambda text: text.encode().replace(b"<samlp:Status>", b"\xed\xa0\x80<samlp:Status>"),
    ),
    ("cut-character", "saml.form.response-utf-8", lambda text: text.encode() + b"\xe2\x82"),
]:
    # XML allows one byte order mark, which says UTF-8 once more.
    parser(f"charset-{name}", code, change, first("\ufeff"))
parser("byte-order-mark-twice", FORMED, first("\ufeff" * 2), first("\ufeff"))

# --- well-formedness ---

for name, change in {
    "nul": inside("<samlp:Status>", "\0"),
    "control": inside("<samlp:Status>", "\1"),
    "control-by-reference": inside("<samlp:Status>", "&#1;"),
    "nul-by-reference": inside("<samlp:Status>", "&#0;"),
    "surrogate-by-reference": inside("<samlp:Status>", "&#xD800;"),
    "huge-reference": inside("<samlp:Status>", "&#x110000;"),
    "ampersand": inside("<samlp:Status>", "&"),
    "cdata-end": inside("<samlp:Status>", "]]>"),
    "not-a-character": inside("<samlp:Status>", "\uffff"),
    "open-end": lambda text: text[:-1],
    "no-end": lambda text: text[: -len("</samlp:Response>")],
    "wrong-end": lambda text: text.replace("</samlp:Response>", "</samlp:Respond>"),
    "crossed": lambda text: text.replace(
        "</saml:Audience></saml:AudienceRestriction>", "</saml:AudienceRestriction></saml:Audience>"
    ),
    "attribute-twice": lambda text: text.replace(' Destination="', f' Destination="{m.ACS}" Destination="', 1),
    "attribute-twice-by-namespace": lambda text: text.replace(
        "<samlp:Response ", '<samlp:Response xmlns:a="urn:x" xmlns:b="urn:x" a:x="1" b:x="2" '
    ),
    "less-in-attribute": lambda text: text.replace(' Destination="', ' Consent="<" Destination="', 1),
    "attribute-without-quotes": lambda text: text.replace(' Destination="', ' Consent=x Destination="', 1),
    "attribute-without-space": lambda text: text.replace('" Destination="', '"Destination="', 1),
    "second-root": lambda text: text + "<x/>",
    "text-after-the-root": lambda text: text + "x",
    "text-before-the-root": first("x"),
    "same-response-twice": lambda text: text * 2,
    "empty": lambda text: "",
    "white-space-only": lambda text: "  ",
    "json": lambda text: "{}",
    "html": lambda text: "<html><body>" + text,
    "name-with-two-colons": lambda text: text.replace("samlp:Status", "samlp:a:Status"),
    "reference-to-nothing": inside("<samlp:Status>", "&;"),
    "end-tag-with-attribute": lambda text: text.replace("</samlp:Response>", '</samlp:Response a="b">'),
}.items():
    code = "saml.xml.colon-in-name" if "colon" in name else FORMED
    parser(name, code, change, with_declaration)
parser(
    "attribute-added",
    BROKEN,
    lambda text: text.replace("<saml:Audience>", '<saml:Audience a="1">'),
    lambda text: text.replace("<saml:Audience>", "<saml:Audience\n >").replace('"_response"', "'_response'"),
)
parser(
    "line-ends",
    BROKEN,
    lambda text: text.replace("</saml:Audience>", "&#13;</saml:Audience>"),
    lambda text: text.replace("\n", "\r\n") + "\r\n",
    before=[("<saml:Subject>", "\n<saml:Subject>")],
)


@special("parser", "indented", BROKEN)
def indented(signer):
    """White space between elements is part of what is signed, and a provider may write some."""
    spread = lambda text: text.replace("><saml:", ">\n  <saml:").replace("></saml:", ">\n</saml:")  # noqa: E731
    return spread(sign(HONEST, signer)), sign(spread(HONEST), signer)


parser(
    "text-between-elements",
    "saml.xml.text-unexpected",
    inside("<samlp:Status>", "words"),
    inside("<samlp:Status>", " \n\t"),
)
parser(
    "include",
    "saml.xml.element-missing",
    inside(
        "<saml:Assertion ",
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>',
    ),
)

# --- too much of something ---

HOLD = ("<samlp:Extensions>", "</samlp:Extensions>")


def extensions(content):
    return inside("<samlp:Status>", HOLD[0] + content + HOLD[1])


FEW = extensions('<x xmlns="urn:x" a="1"><y/></x>')
parser("deep", "saml.xml.too-deep", extensions("<x>" * 2000 + "</x>" * 2000), FEW)
parser("very-deep", "saml.xml.too-deep", extensions("<x>" * 20_000 + "</x>" * 20_000), FEW)
parser("deep-and-open", "saml.xml.too-deep", lambda text: "<x>" * 40_000, FEW)
parser("many-elements", "saml.xml.too-many-tags", extensions('<x xmlns="urn:x"/>' * 10 + "<samlp:x/>" * 15_000), FEW)
parser(
    "many-attributes",
    "saml.xml.too-many-attributes",
    extensions("<x" + "".join(f' a{n}=""' for n in range(10_000)) + "/>"),
    FEW,
)
parser(
    "many-namespaces",
    "saml.xml.too-many-attributes",
    extensions("<x" + "".join(f' xmlns:a{n}="urn:{n}"' for n in range(5_000)) + "/>"),
    FEW,
)
parser(
    "huge-value",
    "saml.form.too-large",
    extensions(f'<x xmlns="urn:x">{"a" * 300_000}</x>'),
    extensions(f'<x xmlns="urn:x">{"a" * 30_000}</x>'),
)
parser(
    "huge-attribute",
    "saml.form.too-large",
    extensions(f'<x xmlns="urn:x" a="{"a" * 300_000}"/>'),
    extensions(f'<x xmlns="urn:x" a="{"a" * 30_000}"/>'),
)
parser("huge-white-space", "saml.form.too-large", lambda text: text + " " * 300_000, lambda text: text + " " * 30_000)
parser(
    "huge-signature-value",
    "saml.signature.encoding",
    lambda text: text.replace("</ds:SignatureValue>", "A" * 100_000 + "</ds:SignatureValue>"),
)
parser(
    "huge-prefix-list",
    "saml.signature.prefix-list",
    lambda text: text.replace('PrefixList="xs"', f'PrefixList="{" ".join(f"p{n}" for n in range(9_000))}"', 1),
    signature=Signature(prefixes=("xs",)),
)
