"""Attacks on the canonical form: what looks the same and is not, beside what looks different and is the same."""

import unicodedata

import saml_message as m
from saml_attacks_signature import BROKEN
from saml_cases import rewritten
from saml_message import XS
from saml_signers import Signature

KIND = "canonical form"


def replaced(old, new):
    """A rewriting of one piece."""
    return lambda text: text.replace(old, new, 1)


def note(name, label, value, attack, twin, code=BROKEN):
    """A further attribute, whose label or value is the matter; `value` is XML."""
    attribute = f'<saml:Attribute Name="note" FriendlyName="{label}"><saml:AttributeValue>{value}</saml:AttributeValue>'
    before = [(m.DOMAIN_ATTRIBUTE, f"{attribute}</saml:Attribute>{m.DOMAIN_ATTRIBUTE}")]
    rewritten(KIND, name, code, replaced(*attack), before=before, twin_rewrite=replaced(*twin))


# Line ends: a parser makes one character of two, unless they are written as references.
note("carriage-return-in-text", "", "a&#13;b", ("a&#13;b", "a\rb"), ("a&#13;b", "a&#xD;b"))
note("line-ends-in-text", "", "a\nb", ("a\nb", "a&#13;\nb"), ("a\nb", "a\r\nb"))
# XML makes a space of a line end or a tab in an attribute; where a parser does not, the canonical form is another.
LINE = "saml.xml.line-in-attribute"
note("line-feed-in-an-attribute", "a&#10;b", "", ("a&#10;b", "a\nb"), ("a&#10;b", "a&#xA;b"), code=LINE)
note("tab-in-an-attribute", "a&#9;b", "", ("a&#9;b", "a\tb"), ("a&#9;b", "a&#x9;b"), code=LINE)
note("carriage-return-in-an-attribute", "a&#13;b", "", ("a&#13;b", "a\rb"), ("a&#13;b", "a&#x0D;b"), code=LINE)
note("line-feed-instead-of-a-space", "a b", "", ("a b", "a\nb"), ("a b", "a&#32;b"), code=LINE)
note("space-in-an-attribute", "a b", "", ("a b", "a  b"), ("a b", "a&#x20;b"))
# Characters that have several spellings, and some that only look alike.
note("markup-in-text", "", "&lt;a&gt;&amp;\"'", ("&lt;a", "&amp;lt;a"), ('&lt;a&gt;&amp;"', "&#60;a>&#38;&quot;"))
note(
    "markup-in-an-attribute", "&lt;a&gt;&amp;&quot;'", "", ("&amp;&quot;", "&amp;&amp;quot;"), ("&gt;&amp;", ">&#x26;")
)
note(
    "composed-letters", "", unicodedata.normalize("NFC", "é"), ("é", unicodedata.normalize("NFD", "é")), ("é", "&#233;")
)
note("letters-of-another-script", "", "paypal", ("paypal", "p\u0430ypal"), ("paypal", "p&#97;ypal"))
note("beyond-the-first-plane", "\U0001f600", "\U0001f600", ("\U0001f600", "\U0001f601"), ("\U0001f600", "&#x1F600;"))
note("zero-width", "", "left-right", ("left-right", "left-\u200bright"), ("left-right", "left-&#114;ight"))
note("last-characters", "", "\ud7ff\ue000\ufffd\U0010fffd", ("\ufffd", "\ufffc"), ("\ufffd", "&#xFFFD;"))
# Namespaces: declared where they are used, and taken away again.
note(
    "default-namespace-taken-away",
    "",
    '<x xmlns="urn:x"><y xmlns=""/></x>',
    ('<y xmlns=""/>', "<y/>"),
    ('<y xmlns=""/>', '<y xmlns="" />'),
)
note(
    "default-namespace-again",
    "",
    '<x xmlns="urn:x"><y/></x>',
    ("<y/>", '<y xmlns=""/>'),
    ("<y/>", '<y xmlns="urn:x"></y>'),
)
note(
    "namespace-of-a-value", "", '<a:x xmlns:a="urn:a" xmlns:b="urn:b"/>', ('"urn:a"', '"urn:b"'), ('"urn:b"', '"urn:c"')
)
note(
    "order-of-attributes",
    "",
    '<x xmlns="urn:x" b="1" a="2"/>',
    ('b="1" a="2"', 'b="2" a="1"'),
    ('b="1" a="2"', 'a="2" b="1"'),
)
note(
    "empty-element",
    "",
    '<x xmlns="urn:x"/>',
    ('<x xmlns="urn:x"/>', '<x xmlns="urn:x"> </x>'),
    ('<x xmlns="urn:x"/>', '<x xmlns="urn:x"></x>'),
)
note(
    "white-space-in-a-tag",
    "a",
    "b",
    ('FriendlyName="a"', 'FriendlyName=" a"'),
    ('FriendlyName="a"', 'FriendlyName = "a" '),
)
SUBJECT = "<saml:Subject>"
REDECLARED = f'<saml:Subject xmlns:saml="{m.ASSERTION}">'
rewritten(
    KIND,
    "declared-again",
    BROKEN,
    replaced(SUBJECT, REDECLARED.replace("xmlns:saml", "a")),
    twin_rewrite=replaced(SUBJECT, REDECLARED),
)
DECLARED = ("<samlp:Response ", f'<samlp:Response xmlns:xs="{XS}" ')
rewritten(
    KIND,
    "declared-outside",
    BROKEN,
    replaced(f'xmlns:xs="{XS}"', 'xmlns:xs="urn:x"'),
    before=[DECLARED],
    twin_rewrite=replaced(DECLARED[0], DECLARED[0] + 'xmlns:y="urn:y" '),
    signers=("xmlsec",),
    signature=Signature(prefixes=("xs",)),
)
