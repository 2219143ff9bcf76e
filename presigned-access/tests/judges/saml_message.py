"""The one honest response that every case starts from, and the edits that make a case of it."""

from datetime import UTC, datetime, timedelta

IDP = "https://portal.sso.eu-central-1.amazonaws.com/saml/assertion/MTIzNDU2Nzg5MDEy"
OTHER_IDP = "https://login.partner.example/saml/metadata"
SP = "https://access.corp.example/prod/metadata"
ACS = "https://access.corp.example/prod/saml"
REQUEST = "_5f2f4d8e6c3b4a1d9e0f7a6b5c4d3e2f01a2b3c4"

USERNAME = "90676e2a1b-3c5d7f90-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
ADMINISTRATOR = "administrator"
NAME_ID = "alice@corp.example"
DOMAIN = "d-abcdefghijkl"

NOW = datetime(2026, 11, 24, 9, 0, 0, tzinfo=UTC)
# What the settings of the corpus allow: seconds of disagreement between clocks, and of age of a message.
SKEW = 60
AGE = 300

PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion"
DS = "http://www.w3.org/2000/09/xmldsig#"
EC = "http://www.w3.org/2001/10/xml-exc-c14n#"
XS = "http://www.w3.org/2001/XMLSchema"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
RESPONDER = "urn:oasis:names:tc:SAML:2.0:status:Responder"


def at(seconds, now=NOW):
    """The time `seconds` after the case's now, as SAML writes it."""
    return (now + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


ISSUED = at(-5)
ENDS = at(240)
SESSION_ENDS = at(8 * 3600)

# Pieces that edits name. Each occurs once in the honest response.
RESPONSE_START = f'ID="_response" Version="2.0" IssueInstant="{ISSUED}" Destination="{ACS}">'
RESPONSE_ISSUER = f"<saml:Issuer>{IDP}</saml:Issuer><samlp:Status>"
STATUS = f'<samlp:Status><samlp:StatusCode Value="{SUCCESS}"/></samlp:Status>'
ASSERTION_START = f'<saml:Assertion ID="_assertion" Version="2.0" IssueInstant="{ISSUED}">'
ASSERTION_ISSUER = f"<saml:Issuer>{IDP}</saml:Issuer><saml:Subject>"
NAME = f'<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">{NAME_ID}</saml:NameID>'
DATA = f'<saml:SubjectConfirmationData NotOnOrAfter="{ENDS}" Recipient="{ACS}"/>'
CONFIRMATION = f'<saml:SubjectConfirmation Method="{BEARER}">{DATA}</saml:SubjectConfirmation>'
SUBJECT = f"<saml:Subject>{NAME}{CONFIRMATION}</saml:Subject>"
AUDIENCE = f"<saml:Audience>{SP}</saml:Audience>"
RESTRICTION = f"<saml:AudienceRestriction>{AUDIENCE}</saml:AudienceRestriction>"
CONDITIONS_START = f'<saml:Conditions NotBefore="{ISSUED}" NotOnOrAfter="{ENDS}">'
CONDITIONS = f"{CONDITIONS_START}{RESTRICTION}</saml:Conditions>"
CONTEXT = (
    "<saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified"
    "</saml:AuthnContextClassRef></saml:AuthnContext>"
)
AUTHN_START = (
    f'<saml:AuthnStatement AuthnInstant="{ISSUED}" SessionIndex="_session" SessionNotOnOrAfter="{SESSION_ENDS}">'
)
AUTHN = f"{AUTHN_START}{CONTEXT}</saml:AuthnStatement>"
USERNAME_VALUE = f"<saml:AttributeValue>{USERNAME}</saml:AttributeValue>"
USERNAME_ATTRIBUTE = f'<saml:Attribute Name="username">{USERNAME_VALUE}</saml:Attribute>'
DOMAIN_VALUE = f"<saml:AttributeValue>{DOMAIN}</saml:AttributeValue>"
DOMAIN_ATTRIBUTE = f'<saml:Attribute Name="domain-id">{DOMAIN_VALUE}</saml:Attribute>'
ATTRIBUTES = f"<saml:AttributeStatement>{USERNAME_ATTRIBUTE}{DOMAIN_ATTRIBUTE}</saml:AttributeStatement>"
CLAIM = f"<saml:Issuer>{IDP}</saml:Issuer>{SUBJECT}{CONDITIONS}{AUTHN}{ATTRIBUTES}"
SAML_ASSERTION = f"{ASSERTION_START}{CLAIM}</saml:Assertion>"

HONEST = (
    f'<samlp:Response xmlns:samlp="{PROTOCOL}" xmlns:saml="{ASSERTION}" {RESPONSE_START}'
    f"<saml:Issuer>{IDP}</saml:Issuer>{STATUS}{SAML_ASSERTION}</samlp:Response>"
)


def answering(request=REQUEST):
    """Edits that make the honest response answer a request."""
    return [
        (f'Destination="{ACS}">', f'Destination="{ACS}" InResponseTo="{request}">'),
        (f'Recipient="{ACS}"/>', f'Recipient="{ACS}" InResponseTo="{request}"/>'),
    ]


def edit(text, edits):
    """Applies (old, new) pairs; an `old` that is not there exactly once is a mistake in the corpus."""
    for old, new in edits:
        if text.count(old) != 1:
            raise ValueError(f"{text.count(old)} places for {old!r} in {text!r}")
        text = text.replace(old, new)
    return text
