"""Responses of a portal, as it would send them now."""

import secrets
import urllib.parse
from datetime import datetime, timedelta, timezone

from saml_message import ASSERTION, BEARER, PROTOCOL, SUCCESS
from saml_signers import encoded, sign

PORTAL = "https://portal.sso.eu-west-1.amazonaws.com/saml/assertion/demo"
SIGN_IN = "https://portal.sso.eu-west-1.amazonaws.com/saml/login/demo"
SERVICE = "https://studio.corp.example/prod/metadata"
ACS = "https://studio.corp.example/prod/saml"
UNSPECIFIED = "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified"


def response(username, domain, request=None):
    """An unsigned response of this moment; with the request that it answers, or as from the portal's tile."""
    now = datetime.now(timezone.utc)
    issued, ends, session = (written(now + delta) for delta in (timedelta(), timedelta(minutes=5), timedelta(hours=8)))
    answers = f' InResponseTo="{request}"' if request else ""
    return (
        f'<samlp:Response xmlns:samlp="{PROTOCOL}" xmlns:saml="{ASSERTION}" ID="_{secrets.token_hex(20)}" Version="2.0"'
        f' IssueInstant="{issued}" Destination="{ACS}"{answers}><saml:Issuer>{PORTAL}</saml:Issuer>'
        f'<samlp:Status><samlp:StatusCode Value="{SUCCESS}"/></samlp:Status>'
        f'<saml:Assertion ID="_{secrets.token_hex(20)}" Version="2.0" IssueInstant="{issued}">'
        f"<saml:Issuer>{PORTAL}</saml:Issuer><saml:Subject><saml:NameID>{username}@corp.example</saml:NameID>"
        f'<saml:SubjectConfirmation Method="{BEARER}"><saml:SubjectConfirmationData NotOnOrAfter="{ends}"'
        f' Recipient="{ACS}"{answers}/></saml:SubjectConfirmation></saml:Subject>'
        f'<saml:Conditions NotBefore="{issued}" NotOnOrAfter="{ends}"><saml:AudienceRestriction>'
        f"<saml:Audience>{SERVICE}</saml:Audience></saml:AudienceRestriction></saml:Conditions>"
        f'<saml:AuthnStatement AuthnInstant="{issued}" SessionIndex="_{secrets.token_hex(20)}"'
        f' SessionNotOnOrAfter="{session}"><saml:AuthnContext><saml:AuthnContextClassRef>{UNSPECIFIED}'
        "</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement>"
        f'<saml:Attribute Name="username"><saml:AttributeValue>{username}</saml:AttributeValue></saml:Attribute>'
        f'<saml:Attribute Name="domain-id"><saml:AttributeValue>{domain}</saml:AttributeValue></saml:Attribute>'
        "</saml:AttributeStatement></saml:Assertion></samlp:Response>"
    )


def written(moment):
    """A time as SAML writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def form(xml, signer=None, **how):
    """The form that the portal makes the browser post; signed if a signer is named."""
    signed = sign(xml, signer, **how) if signer else xml
    return urllib.parse.urlencode({"SAMLResponse": encoded(signed)})
