"""Attacks on the form, and by sending a good response again."""

import base64
import gzip
import re
import zlib
from urllib.parse import quote, quote_plus, urlencode

import saml_message as m
from saml_attacks_parser import FORMED, with_declaration
from saml_attacks_signature import BROKEN
from saml_cases import Message, resigned, special
from saml_message import HONEST, edit
from saml_signers import encoded, sign

# --- the form ---


def posted(name, code, attack, twin=None):
    """What the browser posts: both are made of the response in base64."""

    @special("form", name, code)
    def build(signer):
        response = encoded(sign(HONEST, signer))
        made = attack(response)
        return made if isinstance(made, Message) else Message(form=made), twin(response) if twin else Message(
            form=honest(response)
        )


def honest(response, **more):
    return urlencode({"SAMLResponse": response, **more})


def field(change):
    """A form whose response is changed first."""
    return lambda response: honest(change(response))


MISSING, TWICE, ENCODING = "saml.form.response-missing", "saml.form.response-repeated", "saml.form.response-base64"
STATE = lambda response: Message(form="csrf=1&" + honest(response, RelayState="rstudio"))  # noqa: E731
posted("empty-body", MISSING, lambda response: "")
posted("other-fields-only", MISSING, lambda response: "RelayState=rstudio", STATE)
posted("lower-case", MISSING, lambda response: honest(response).replace("SAML", "saml"))
posted("array", MISSING, lambda response: honest(response).replace("SAMLResponse", "SAMLResponse%5B%5D"))
posted("white-space-in-the-name", MISSING, lambda response: "+" + honest(response))
posted("request-instead", MISSING, lambda response: honest(response).replace("SAMLResponse", "SAMLRequest"))
posted("artifact", MISSING, lambda response: "SAMLart=AAQAAA%3D%3D")
posted("json-body", MISSING, lambda response: f'{{"SAMLResponse": "{response}"}}')
posted(
    "multipart-body",
    MISSING,
    lambda response: f'--x\r\nContent-Disposition: form-data; name="SAMLResponse"\r\n\r\n{response}\r\n--x--',
)
posted("semicolons", MISSING, lambda response: "a=b;" + honest(response))
posted("twice", TWICE, lambda response: honest(response) + "&" + honest(response), STATE)
posted(
    "twice-in-disguise",
    TWICE,
    lambda response: honest(response) + "&" + honest(response).replace("SAML", "%53%41ML"),
    STATE,
)
posted("twice-once-empty", TWICE, lambda response: "SAMLResponse=&" + honest(response), STATE)
posted("empty-field", FORMED, lambda response: "SAMLResponse=")
posted("no-value", FORMED, lambda response: "SAMLResponse")
posted("alphabet-of-urls", ENCODING, field(lambda response: response.replace("P", "-", 1)))
posted("line-breaks", ENCODING, field(lambda response: re.sub(r"(.{76})", "\\1\r\n", response)))
posted("space-in-front", ENCODING, field(lambda response: " " + response))
posted("line-at-the-end", ENCODING, field(lambda response: response + "\n"))
posted(
    "no-padding",
    ENCODING,
    lambda response: honest(padded(response).rstrip("=")),
    lambda response: Message(form=honest(padded(response))),
)
posted("too-much-padding", ENCODING, field(lambda response: response + "===="))
posted(
    "after-the-padding",
    ENCODING,
    lambda response: honest(padded(response) + "PHgvPg=="),
    lambda response: Message(form=honest(padded(response))),
)
posted(
    "bits-left-over",
    ENCODING,
    lambda response: honest(left_over(padded(response))),
    lambda response: Message(form=honest(padded(response))),
)
posted("twice-encoded", "saml.xml.not-well-formed", field(lambda response: encoded(response)))
posted("not-encoded", ENCODING, field(lambda response: base64.b64decode(response).decode()))
posted("hexadecimal", "saml.form.response-utf-8", field(lambda response: base64.b64decode(response).hex()[:400]))
posted("percent-encoding-twice", ENCODING, lambda response: f"SAMLResponse={quote(quote_plus('+' + response))}")
posted("broken-percent-encoding", ENCODING, lambda response: honest(response) + "%zz")
posted("plus-not-encoded", ENCODING, lambda response: f"SAMLResponse={response[:8]}+{response[8:]}")
posted("deflated", "saml.form.response-utf-8", field(lambda response: encoded(deflate(base64.b64decode(response)))))
posted(
    "gzipped", "saml.form.response-utf-8", field(lambda response: encoded(gzip.compress(base64.b64decode(response))))
)
posted("too-large", "saml.form.too-large", lambda response: honest(response, RelayState="x" * 300_000), STATE)
posted(
    "relay-state-twice",
    "saml.form.relay-state-repeated",
    lambda response: honest(response, RelayState="a") + "&RelayState=b",
    STATE,
)
posted(
    "relay-state-long",
    "saml.form.relay-state-too-long",
    lambda response: honest(response, RelayState="x" * 2000),
    STATE,
)
IN_BASE64 = lambda response: Message(form=encoded(honest(response)), base64=True)  # noqa: E731
posted(
    "body-not-in-base64", "saml.form.base64", lambda response: Message(form=honest(response), base64=True), IN_BASE64
)
posted("body-in-base64-unannounced", MISSING, lambda response: encoded(honest(response)), IN_BASE64)
posted(
    "body-in-base64-with-lines",
    "saml.form.base64",
    lambda response: Message(form=re.sub(r"(.{76})", "\\1\n", encoded(honest(response))), base64=True),
    IN_BASE64,
)
posted(
    "body-in-another-charset",
    "saml.form.utf-8",
    lambda response: Message(form=base64.b64encode(b"a=\xff&" + honest(response).encode()).decode(), base64=True),
    IN_BASE64,
)


def deflate(data):
    """As the redirect binding compresses."""
    return zlib.compress(data)[2:-4]


def padded(response):
    """The response with white space at its end, so that its base64 ends in `==`."""
    raw = base64.b64decode(response)
    return encoded(raw + b" " * ((1 - len(raw)) % 3))


def left_over(response):
    """The same bytes, written with a bit that means nothing."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return response[:-3] + alphabet[alphabet.index(response[-3]) + 1] + "=="


# --- the same assertion again: accepted by `verify`, and then known by its issuer and identifier ---

AGAIN = {
    "as-it-was": lambda text: text + "",
    "with-white-space": lambda text: text.replace("<samlp:Status>", "\n<samlp:Status>") + "\n",
    "in-another-response": lambda text: text.replace('ID="_response"', 'ID="_fresh"'),
    "with-another-issue-instant": lambda text: text.replace(
        f'"_response" Version="2.0" IssueInstant="{m.ISSUED}"', f'"_response" Version="2.0" IssueInstant="{m.at(0)}"'
    ),
    "with-other-quotes": lambda text: text.replace('Assertion ID="_assertion"', "Assertion ID='_assertion'"),
    "with-a-character-reference": lambda text: text.replace(
        'Assertion ID="_assertion"', 'Assertion ID="&#95;assertion"'
    ),
    "with-other-key-info": lambda text: text.replace(
        "</ds:Signature>", "<ds:KeyInfo><ds:KeyName>x</ds:KeyName></ds:KeyInfo></ds:Signature>"
    ),
    "with-extensions": lambda text: text.replace(
        "<samlp:Status>", '<samlp:Extensions><x xmlns="urn:x"/></samlp:Extensions><samlp:Status>'
    ),
    "with-a-declaration": with_declaration,
}
for name, again in AGAIN.items():

    @special("replay", name, "replayed")
    def build(signer, again=again):
        """The twin comes first; the attack is the same assertion in another wrapping."""
        signed = sign(HONEST, signer)
        return again(signed), signed


@special("replay", "with-a-second-signature", "replayed")
def second_signature(signer):
    """A provider that signs the response again does not make the assertion new."""
    signed = sign(HONEST, signer)
    return sign(signed.replace('"_response"', '"_fresh"'), signer, place="response"), signed


@special("replay", "with-the-type-rebound", "replayed")
def rebound(signer):
    """Nothing covers the prefix of a type; whatever it is bound to, the same person signs in again."""
    typed = f'<saml:AttributeValue xmlns:xs="{m.XS}" xmlns:xsi="{m.XSI}" xsi:type="xs:string">'
    signed = sign(edit(HONEST, [(m.USERNAME_VALUE, m.USERNAME_VALUE.replace("<saml:AttributeValue>", typed))]), signer)
    return signed.replace(f'xmlns:xs="{m.XS}"', 'xmlns:xs="urn:x"'), signed


resigned("replay", "after-its-end", "saml.subject.expired", [], attacked={"later": 240 + 60})
resigned("replay", "a-day-later", "saml.issued.too-long-ago", [], attacked={"later": 86_400})
tampered_id = [('Assertion ID="_assertion"', 'Assertion ID="_fresh"')]


@special("replay", "under-another-identifier", "saml.signature.reference")
def another_identifier(signer):
    return edit(sign(HONEST, signer), tampered_id), sign(edit(HONEST, tampered_id), signer)


@special("replay", "under-another-identifier-with-its-reference", BROKEN)
def another_identifier_and_reference(signer):
    return sign(HONEST, signer).replace("_assertion", "_fresh"), sign(edit(HONEST, tampered_id), signer)
