"""Attacks on the protocol (version, status, issuer, request) and by the attributes that the application reads."""

import saml_message as m
from saml_cases import resigned
from saml_message import RESPONDER, SUCCESS, XS, XSI, answering
from saml_signers import Signature

RESPONSE = Signature(place="response")

# --- version, status ---

for name, version in {"1.1": "1.1", "2": "2", "2.00": "2.00", "white-space": " 2.0", "empty": ""}.items():
    resigned(
        "version",
        f"response-{name}",
        "saml.version",
        [('"_response" Version="2.0"', f'"_response" Version="{version}"')],
    )
    resigned(
        "version",
        f"assertion-{name}",
        "saml.version",
        [('"_assertion" Version="2.0"', f'"_assertion" Version="{version}"')],
    )
resigned("version", "response-none", "saml.xml.attribute-missing", [('"_response" Version="2.0"', '"_response"')])
resigned("version", "assertion-none", "saml.xml.attribute-missing", [('"_assertion" Version="2.0"', '"_assertion"')])


def status(name, code, new, twin=m.STATUS, **options):
    resigned("status", name, code, [(m.STATUS, new)], [(m.STATUS, twin)], **options)


MESSAGE = m.STATUS.replace("</samlp:Status>", "<samlp:StatusMessage>fine</samlp:StatusMessage></samlp:Status>")
status("responder", "saml.status.failure", m.STATUS.replace(SUCCESS, RESPONDER), MESSAGE)
status("lower-case", "saml.status.failure", m.STATUS.replace(SUCCESS, SUCCESS.lower()))
status("suffix", "saml.status.failure", m.STATUS.replace(SUCCESS, SUCCESS + "NOT"))
status("white-space", "saml.status.failure", m.STATUS.replace(SUCCESS, SUCCESS + " "))
status("empty", "saml.status.failure", m.STATUS.replace(SUCCESS, ""))
status("none", "saml.xml.element-missing", "")
status("no-code", "saml.xml.element-missing", "<samlp:Status/>")
status("no-value", "saml.xml.attribute-missing", "<samlp:Status><samlp:StatusCode/></samlp:Status>")
status("two", "saml.xml.element-repeated", m.STATUS + m.STATUS.replace(SUCCESS, RESPONDER))
CODE = f'<samlp:StatusCode Value="{SUCCESS}"/>'
status("two-codes", "saml.xml.element-repeated", m.STATUS.replace(CODE, CODE + CODE.replace(SUCCESS, RESPONDER)))
DENIED = '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:RequestDenied"/></samlp:StatusCode>'
status("success-with-a-second-status", "saml.status.nested", m.STATUS.replace(CODE, CODE.replace("/>", ">") + DENIED))
status(
    "success-beneath-a-failure",
    "saml.status.failure",
    m.STATUS.replace(CODE, f'<samlp:StatusCode Value="{RESPONDER}">{CODE}</samlp:StatusCode>'),
)
status(
    "success-as-text",
    "saml.xml.attribute-missing",
    f"<samlp:Status><samlp:StatusCode>{SUCCESS}</samlp:StatusCode></samlp:Status>",
)

# --- issuer ---

IN = f"<saml:Issuer>{m.IDP}</saml:Issuer>"
ENTITY = IN.replace("<saml:Issuer>", '<saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity">')
for where, anchor in {"response": m.RESPONSE_ISSUER, "assertion": m.ASSERTION_ISSUER}.items():
    # With another issuer of the response, both could only disagree.
    alone = [(m.RESPONSE_ISSUER, "<samlp:Status>")] if where == "assertion" else []

    def issuer(name, code, new, twin=IN, where=where, anchor=anchor, alone=alone, **options):
        """Another issuer of the response or the assertion."""
        rest = anchor[len(IN) :]
        resigned(
            "issuer",
            f"{where}-{name}",
            code,
            [*alone, (anchor, new + rest)],
            [*alone, (anchor, twin + rest)],
            signature=Signature(place="both"),
            **options,
        )

    other = "saml.issuer.unknown" if where == "assertion" else "saml.issuer.mismatch"
    issuer("other", other, IN.replace(m.IDP, "https://attacker.example"))
    issuer("partner", "saml.signature.invalid" if where == "assertion" else other, IN.replace(m.IDP, m.OTHER_IDP))
    issuer("case", other, IN.replace(m.IDP, m.IDP.upper()))
    issuer("trailing-slash", other, IN.replace(m.IDP, m.IDP + "/"))
    issuer("white-space", other, IN.replace(m.IDP, f" {m.IDP} "))
    issuer("line-breaks", other, IN.replace(m.IDP, f"\n{m.IDP}\n"))
    issuer("empty", "saml.xml.leaf-not-text", "<saml:Issuer/>")
    issuer("two", "saml.xml.element-missing", IN + IN)
    issuer("format", "saml.issuer.format", ENTITY.replace("format:entity", "format:persistent"), ENTITY)
    issuer("element", "saml.xml.leaf-not-text", IN.replace(m.IDP, m.IDP + '<x xmlns=""/>'))
    issuer("comment", "saml.xml.markup-declaration", IN.replace(m.IDP, m.IDP[:9] + "<!--x-->" + m.IDP[9:]))
resigned(
    "issuer",
    "assertion-none",
    "saml.xml.element-missing",
    [(m.ASSERTION_ISSUER, "<saml:Subject>")],
    [(m.RESPONSE_ISSUER, "<samlp:Status>")],
)

# --- request ---

ON_DATA = (f'Recipient="{m.ACS}"/>', f'Recipient="{m.ACS}" InResponseTo="{m.REQUEST}"/>')
ON_RESPONSE = (f'Destination="{m.ACS}">', f'Destination="{m.ACS}" InResponseTo="{m.REQUEST}">')


def request(name, code, attack, twin=None, pending=m.REQUEST, **options):
    resigned("in response to", name, code, attack, answering() if twin is None else twin, pending=pending, **options)


request("another-request", "saml.request.other", answering("_another"))
request("case", "saml.request.other", answering(m.REQUEST.upper()))
request("longer", "saml.request.other", answering(m.REQUEST + "0"))
request("shorter", "saml.request.other", answering(m.REQUEST[:-1]))
request("white-space", "saml.request.other", answering(f" {m.REQUEST}"))
request("empty", "saml.request.other", answering(""))
request(
    "confirmation-of-another",
    "saml.request.mismatch",
    [(ON_DATA[0], ON_DATA[1].replace(m.REQUEST, "_another")), ON_RESPONSE],
)
request(
    "response-to-another",
    "saml.request.mismatch",
    [ON_DATA, (ON_RESPONSE[0], ON_RESPONSE[1].replace(m.REQUEST, "_another"))],
)
request("only-in-the-response", "saml.request.mismatch", [ON_RESPONSE])
request("only-in-the-confirmation", "saml.request.mismatch", [ON_DATA])
request("neither-where-the-portal-may-not-start", "saml.request.none", [], trust="only-asked")
request("nothing-pending", "saml.request.other", answering(), attacked={"pending": None})
request(
    "nothing-pending-where-the-portal-may-not-start",
    "saml.request.other",
    answering(),
    attacked={"pending": None},
    trust="only-asked",
)
request(
    "unasked-where-the-portal-may-not-start", "saml.request.none", [], attacked={"pending": None}, trust="only-asked"
)
request("other-pending", "saml.request.other", answering(), attacked={"pending": "_" + "0123456789" * 4})

# --- what the application reads ---

GROUPS = "<saml:AttributeValue>a</saml:AttributeValue><saml:AttributeValue>b</saml:AttributeValue>"
EXTRA = f'<saml:Attribute Name="groups">{GROUPS}</saml:Attribute>'
GOOD = [(m.USERNAME_ATTRIBUTE, m.USERNAME_ATTRIBUTE + EXTRA)]


def attribute(name, code, attack, twin=GOOD, **options):
    resigned("attributes", name, code, attack, twin, **options)


ADMIN_VALUE = m.USERNAME_VALUE.replace(m.USERNAME, m.ADMINISTRATOR)
ADMIN_ATTRIBUTE = m.USERNAME_ATTRIBUTE.replace(m.USERNAME, m.ADMINISTRATOR)
attribute("username-twice", "saml.username.repeated", [(m.USERNAME_ATTRIBUTE, m.USERNAME_ATTRIBUTE + ADMIN_ATTRIBUTE)])
attribute("username-twice-the-same", "saml.username.repeated", [(m.USERNAME_ATTRIBUTE, m.USERNAME_ATTRIBUTE * 2)])
attribute(
    "username-twice-with-formats",
    "saml.username.repeated",
    [(m.USERNAME_ATTRIBUTE, m.USERNAME_ATTRIBUTE + ADMIN_ATTRIBUTE.replace(' Name="', ' NameFormat="urn:x" Name="'))],
    [
        (
            m.USERNAME_ATTRIBUTE,
            m.USERNAME_ATTRIBUTE.replace(
                ' Name="', ' NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic" Name="'
            ),
        )
    ],
)
attribute("username-with-two-values", "saml.username.repeated", [(m.USERNAME_VALUE, m.USERNAME_VALUE + ADMIN_VALUE)])
attribute(
    "username-in-two-statements",
    "saml.username.repeated",
    [(m.ATTRIBUTES, m.ATTRIBUTES + f"<saml:AttributeStatement>{ADMIN_ATTRIBUTE}</saml:AttributeStatement>")],
)
attribute("username-without-a-value", "saml.xml.element-missing", [(m.USERNAME_VALUE, "")])
attribute("username-missing", "saml.username.missing", [(m.USERNAME_ATTRIBUTE, "")])
attribute(
    "username-as-friendly-name",
    "saml.username.missing",
    [('Name="username"', 'Name="uid" FriendlyName="username"')],
    [('Name="username"', 'Name="username" FriendlyName="administrator"')],
)
attribute("username-in-another-case", "saml.username.missing", [('Name="username"', 'Name="Username"')])
attribute("username-with-white-space", "saml.username.missing", [('Name="username"', 'Name=" username"')])
attribute(
    "domain-twice",
    "saml.domain.repeated",
    [(m.DOMAIN_ATTRIBUTE, m.DOMAIN_ATTRIBUTE + m.DOMAIN_ATTRIBUTE.replace(m.DOMAIN, "d-zyxwvutsrqpo"))],
)
attribute("domain-with-two-values", "saml.domain.repeated", [(m.DOMAIN_VALUE, m.DOMAIN_VALUE * 2)])
attribute("domain-missing", "saml.domain.missing", [(m.DOMAIN_ATTRIBUTE, "")])
attribute("no-attributes", "saml.username.missing", [(m.ATTRIBUTES, "")])
for name, value in {
    "path": "d-abc/../d-xyz",
    "star": "*",
    "upper-case": m.DOMAIN.upper(),
    "white-space": f" {m.DOMAIN}",
    "empty": "",
    "url": f"https://{m.DOMAIN}",
    "long": "d-" + "a" * 70,
    "other-script": "d-abcdеfghijkl",
    "trailing-dash": "d-abc-",
}.items():
    attribute(
        f"domain-{name}",
        "saml.domain.unacceptable" if value else "saml.xml.leaf-not-text",
        [(m.DOMAIN_VALUE, m.DOMAIN_VALUE.replace(m.DOMAIN, value))],
    )
for name, value in {
    "empty": "",
    "white-space": " ",
    "leading-white-space": f" {m.USERNAME}",
    "trailing-line": f"{m.USERNAME}&#10;",
    "control": "a&#9;b",
    "wide-space": f"{m.USERNAME}&#xA0;",
    "long": "a" * 5000,
    "reversed": "&#x202E;ecila",
}.items():
    attribute(
        f"username-value-{name}",
        "saml.username.unacceptable" if value else "saml.xml.leaf-not-text",
        [(m.USERNAME_VALUE, m.USERNAME_VALUE.replace(m.USERNAME, value))],
    )
NESTED = {
    "element": '<x xmlns="">administrator</x>',
    "name-id": f"<saml:NameID>{m.ADMINISTRATOR}</saml:NameID>",
    "mixed": f'{m.USERNAME}<x xmlns=""/>',
    "value-in-value": ADMIN_VALUE,
    "text-around": f'{m.USERNAME[:5]}<x xmlns="">y</x>{m.USERNAME[5:]}',
}
for name, value in NESTED.items():
    attribute(
        f"username-nested-{name}",
        "saml.xml.leaf-not-text",
        [(m.USERNAME_VALUE, m.USERNAME_VALUE.replace(m.USERNAME, value))],
    )
TYPED = m.USERNAME_VALUE.replace(
    "<saml:AttributeValue>", f'<saml:AttributeValue xmlns:xs="{XS}" xmlns:xsi="{XSI}" xsi:type="xs:string">'
)
AS_STRING = [(m.USERNAME_VALUE, TYPED)]
# The declaration of a type's prefix is not covered by exclusive C14N, so that nothing may depend on a type.
NUMBER = TYPED.replace("xs:string", "xs:integer").replace(m.USERNAME, "5")
attribute(
    "type-of-two-values",
    "saml.username.repeated",
    [(m.USERNAME_VALUE, TYPED + NUMBER)],
    [(m.USERNAME_ATTRIBUTE, f'{m.USERNAME_ATTRIBUTE}<saml:Attribute Name="number">{NUMBER}</saml:Attribute>')],
)
attribute(
    "type-of-a-name-id-as-value",
    "saml.xml.leaf-not-text",
    [(m.USERNAME_VALUE, TYPED.replace("xs:string", "xs:anyType").replace(m.USERNAME, m.NAME))],
    AS_STRING,
)
attribute(
    "type-of-a-number",
    "saml.username.unacceptable",
    [(m.USERNAME_VALUE, NUMBER.replace(">5<", ">&#9;5<"))],
    [(m.USERNAME_VALUE, NUMBER)],
    username="5",
)
attribute(
    "nil",
    "saml.xml.attribute-namespace",
    [(m.USERNAME_VALUE, TYPED.replace('xsi:type="xs:string"', 'xsi:nil="true"'))],
    AS_STRING,
)
attribute(
    "type-of-the-assertion",
    "saml.xml.attribute-namespace",
    [("<saml:Assertion ", f'<saml:Assertion xmlns:xsi="{XSI}" xsi:type="saml:AssertionType" ')],
    AS_STRING,
)
attribute(
    "type-of-the-name-id",
    "saml.xml.attribute-namespace",
    [("<saml:NameID ", f'<saml:NameID xmlns:xsi="{XSI}" xsi:type="saml:NameIDType" ')],
    AS_STRING,
)
attribute(
    "schema-location",
    "saml.xml.attribute-namespace",
    [
        (
            "<saml:Assertion ",
            f'<saml:Assertion xmlns:xsi="{XSI}" xsi:schemaLocation="{m.ASSERTION} http://127.0.0.1:9/x.xsd" ',
        )
    ],
    AS_STRING,
)
