"""Attacks with a good signature: what the right key signed is not for us, not now, or not one thing."""

import saml_message as m
from saml_cases import resigned
from saml_message import AGE, SKEW, XSI, at
from saml_signers import BOTH, ONLY_XMLSEC, Signature

RESPONSE = Signature(place="response")


# --- conditions and times ---


def conditions(name, code, start, twin=None, **options):
    """Other limits of the conditions."""
    resigned(
        "conditions", name, code, [(m.CONDITIONS_START, start)], [(m.CONDITIONS_START, twin)] if twin else [], **options
    )


def limits(begin, end):
    return f'<saml:Conditions NotBefore="{begin}" NotOnOrAfter="{end}">'


# A twin at the very edge: what is one second inside of the skew is accepted.
conditions(
    "expired-at-the-edge", "saml.conditions.expired", limits(at(-200), at(-SKEW)), limits(at(-200), at(1 - SKEW))
)
conditions("expired", "saml.conditions.expired", limits(at(-200), at(-SKEW - 1)), limits(at(-200), at(-SKEW + 1)))
conditions("not-yet-at-the-edge", "saml.conditions.not-yet", limits(at(SKEW + 1), m.ENDS), limits(at(SKEW), m.ENDS))
conditions("not-yet", "saml.conditions.not-yet", limits(at(120), m.ENDS))
conditions("order", "saml.conditions.order", limits(at(20), at(10)), limits(at(10), at(20)))
conditions("no-end", "saml.xml.attribute-missing", f'<saml:Conditions NotBefore="{m.ISSUED}">')
conditions("no-begin", "saml.xml.attribute-missing", f'<saml:Conditions NotOnOrAfter="{m.ENDS}">')
conditions("no-limits", "saml.xml.attribute-missing", "<saml:Conditions>")
resigned("conditions", "none", "saml.xml.element-missing", [(m.CONDITIONS, "")])
resigned("conditions", "two", "saml.xml.element-repeated", [(m.CONDITIONS, m.CONDITIONS * 2)])
resigned(
    "conditions",
    "second-without-limits",
    "saml.xml.element-repeated",
    [(m.CONDITIONS, m.CONDITIONS + f"<saml:Conditions>{m.RESTRICTION}</saml:Conditions>")],
)
for name, condition in {
    "unknown": '<x:Only xmlns:x="urn:x"/>',
    "unknown-of-another-type": f'<saml:Condition xmlns:x="urn:x" xmlns:xsi="{XSI}" xsi:type="x:Only"/>',
    "unknown-of-saml": "<saml:Never/>",
}.items():
    code = "saml.xml.attribute-namespace" if "xsi:type" in condition else "saml.conditions.unknown"
    resigned(
        "conditions",
        name,
        code,
        [(m.RESTRICTION, m.RESTRICTION + condition)],
        [(m.RESTRICTION, m.RESTRICTION + "<saml:OneTimeUse/>")],
    )
# The confirmation ends first, a second before the conditions would.
resigned(
    "conditions",
    "confirmation-ends-first",
    "saml.subject.expired",
    [(m.DATA, m.DATA.replace(m.ENDS, at(239)))],
    later=239 + SKEW - 1,
    attacked={"later": 239 + SKEW},
)
for element, start in {"response": m.RESPONSE_START, "assertion": m.ASSERTION_START}.items():
    for name, code, seconds, good in [
        ("future", "saml.issued.in-future", 3600, 1),
        ("future-at-the-edge", "saml.issued.in-future", SKEW + 1, SKEW),
        ("old", "saml.issued.too-long-ago", -3600, -60),
        ("old-at-the-edge", "saml.issued.too-long-ago", -AGE - SKEW, 1 - AGE - SKEW),
    ]:
        resigned(
            "conditions",
            f"issued-{name}-{element}",
            code,
            [(start, start.replace(m.ISSUED, at(seconds)))],
            [(start, start.replace(m.ISSUED, at(good)))],
        )
    resigned(
        "conditions",
        f"issued-never-{element}",
        "saml.xml.attribute-missing",
        [(start, start.replace(f' IssueInstant="{m.ISSUED}"', ""))],
    )
resigned(
    "conditions",
    "signed-in-in-the-future",
    "saml.authn.in-future",
    [(m.AUTHN_START, m.AUTHN_START.replace(m.ISSUED, at(SKEW + 1)))],
    [(m.AUTHN_START, m.AUTHN_START.replace(m.ISSUED, at(SKEW)))],
)
resigned("conditions", "session-over", "saml.authn.session-over", [(m.SESSION_ENDS, at(0))], [(m.SESSION_ENDS, at(1))])
resigned("conditions", "no-authn-statement", "saml.authn.missing", [(m.AUTHN, "")])

# --- times that are no times ---

TIMES = {
    "offset-zero": at(240)[:-1] + "+00:00",
    "offset": "2026-11-24T11:04:00+02:00",
    "offset-hides-expiry": "2026-11-24T09:04:00+12:00",
    "no-zone": at(240)[:-1],
    "small-z": at(240)[:-1] + "z",
    "small-t": at(240).replace("T", "t"),
    "space": at(240).replace("T", " "),
    "date": "2026-11-25",
    "date-with-zone": "2026-11-25Z",
    "midnight-24": "2026-11-24T24:00:00Z",
    "leap-second": "2026-11-24T09:03:60Z",
    "second-61": "2026-11-24T09:03:61Z",
    "month-13": "2026-13-24T09:04:00Z",
    "day-31": "2026-11-31T09:04:00Z",
    "hour-25": "2026-11-24T25:04:00Z",
    "year-0": "0000-11-24T09:04:00Z",
    "year-10000": "10000-11-24T09:04:00Z",
    "negative": "-2026-11-24T09:04:00Z",
    "plus": "+2026-11-24T09:04:00Z",
    "white-space": f" {at(240)} ",
    "comma": "2026-11-24T09:04:00,5Z",
    "point": "2026-11-24T09:04:00.Z",
    "short": "2026-11-24T9:4:0Z",
    "no-seconds": "2026-11-24T09:04Z",
    "compact": "20261124T090400Z",
    "week": "2026-W48-2T09:04:00Z",
    "empty": "",
    "number": "1795511040",
    "never": "INF",
    "digits-of-another-script": "２０２６-11-24T09:04:00Z",
    "zone-name": "2026-11-24T09:04:00Z[UTC]",
    "two-zones": "2026-11-24T09:04:00ZZ",
    "long-fraction": f"2026-11-24T09:04:00.{'0' * 400}Z",
}
for name, time in TIMES.items():
    # The twin has a fraction, as many providers write it. The year 0 is a time, long ago.
    code = "saml.conditions.order" if name == "year-0" else "saml.time"
    conditions(f"time-{name}", code, limits(m.ISSUED, time), limits(m.ISSUED, "2026-11-24T09:04:00.123Z"))
for name, old in {"issued": m.ASSERTION_START, "confirmation": m.DATA, "authn": m.AUTHN_START}.items():
    when = m.ENDS if name == "confirmation" else m.ISSUED
    resigned(
        "conditions",
        f"time-offset-of-{name}",
        "saml.time",
        [(old, old.replace(when, when[:-1] + "+00:00"))],
        [(old, old.replace(when, when[:-1] + ".5Z"))],
    )
resigned(
    "conditions",
    "time-offset-of-session",
    "saml.time",
    [(m.SESSION_ENDS, m.SESSION_ENDS[:-1] + "+00:00")],
    [(m.SESSION_ENDS, m.SESSION_ENDS[:-1] + ".999999Z")],
)

# --- subject ---


def subject(name, code, old, new, twin_old=None, twin_new=None, **options):
    """Another subject."""
    resigned("subject", name, code, [(old, new)], [(twin_old, twin_new)] if twin_old else [], **options)


def named(text):
    return (m.NAME, m.NAME.replace(m.NAME_ID, text))


# The classic: a reader that stops at the comment sees another name than the one that was signed.
for name, code, inside, joined in [
    (
        "comment",
        "saml.xml.markup-declaration",
        "root@corp.example<!---->.attacker.example",
        "root@corp.example.attacker.example",
    ),
    ("comment-first", "saml.xml.markup-declaration", "<!--x-->root@corp.example", "root@corp.example"),
    ("cdata", "saml.xml.markup-declaration", "root<![CDATA[@corp.example]]>", "root@corp.example"),
    (
        "instruction",
        "saml.xml.processing-instruction",
        "root@corp.example<?x?>.attacker.example",
        "root@corp.example.attacker.example",
    ),
    (
        "element",
        "saml.xml.leaf-not-text",
        'root@corp.example<x xmlns=""/>.attacker.example',
        "root@corp.example.attacker.example",
    ),
]:
    # signxml reads the document anew, and loses what a CDATA section was.
    signers = ONLY_XMLSEC if name == "cdata" else BOTH
    resigned("subject", f"name-id-with-{name}", code, [named(inside)], [named(joined)], signers=signers)
    username = "alice" + inside.partition("example")[2] if "example<" in inside else None
    if username:
        resigned(
            "subject",
            f"username-with-{name}",
            code,
            [(m.USERNAME_VALUE, m.USERNAME_VALUE.replace(m.USERNAME, username))],
            [(m.USERNAME_VALUE, m.USERNAME_VALUE.replace(m.USERNAME, "alice.attacker.example"))],
            username="alice.attacker.example",
        )
resigned(
    "subject",
    "name-id-comment-added-after-signing",
    "saml.xml.markup-declaration",
    [named("a<!-- -->b")],
    [named("ab")],
)
for name, value in {
    "empty": "",
    "white-space": " ",
    "leading-white-space": f" {m.NAME_ID}",
    "trailing-line": f"{m.NAME_ID}&#10;",
    "control": "a&#9;b",
    "long": "a" * 5000,
}.items():
    resigned(
        "subject",
        f"name-id-{name}",
        "saml.name-id.unacceptable" if value else "saml.xml.leaf-not-text",
        [named(value)],
        [named("Zoë &amp; co")],
    )
subject("no-name-id", "saml.xml.element-missing", m.NAME, "")
subject("two-name-ids", "saml.xml.element-repeated", m.NAME, m.NAME + m.NAME.replace(m.NAME_ID, "root@corp.example"))
subject("base-id", "saml.xml.element-missing", m.NAME, m.NAME.replace("NameID", "BaseID"))
subject("none", "saml.xml.element-missing", m.SUBJECT, "")
subject("two", "saml.xml.element-repeated", m.SUBJECT, m.SUBJECT * 2)
for method in ("holder-of-key", "sender-vouches", "BEARER", ""):
    subject(
        f"method-{method or 'none'}",
        "saml.subject.confirmation-missing",
        m.BEARER,
        "urn:oasis:names:tc:SAML:2.0:cm:" + method,
    )
OTHER = '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:sender-vouches"/>'
subject(
    "only-other-confirmations",
    "saml.subject.confirmation-missing",
    m.CONFIRMATION,
    OTHER * 2,
    m.CONFIRMATION,
    OTHER + m.CONFIRMATION,
)
subject("no-confirmation", "saml.subject.confirmation-missing", m.CONFIRMATION, "")
subject("no-confirmation-data", "saml.xml.element-missing", m.DATA, "")
subject("no-method", "saml.xml.attribute-missing", f' Method="{m.BEARER}"', "")
subject(
    "confirmation-expired",
    "saml.subject.expired",
    m.DATA,
    m.DATA.replace(m.ENDS, at(-SKEW)),
    m.DATA,
    m.DATA.replace(m.ENDS, at(1 - SKEW)),
)
subject("confirmation-without-end", "saml.xml.attribute-missing", f'NotOnOrAfter="{m.ENDS}" Recipient', "Recipient")
subject(
    "confirmation-with-begin",
    "saml.subject.not-before",
    m.DATA,
    m.DATA.replace(" NotOn", f' NotBefore="{m.ISSUED}" NotOn'),
    m.DATA,
    m.DATA.replace(" NotOn", ' Address="10.0.0.7" NotOn'),
)
RECIPIENTS = {
    "other": "https://attacker.example/prod/saml",
    "prefix": m.ACS + ".attacker.example",
    "trailing-slash": m.ACS + "/",
    "query": m.ACS + "?a=b",
    "fragment": m.ACS + "#a",
    "case": m.ACS.replace("access", "ACCESS"),
    "http": m.ACS.replace("https", "http"),
    "port": m.ACS.replace(".example", ".example:443"),
    "empty": "",
    "white-space": m.ACS + " ",
    "dots": m.ACS.replace("prod", "x/../prod"),
    "percent": m.ACS.replace("saml", "s%61ml"),
    "user": m.ACS.replace("//", "//a@"),
    "embedded": f"https://attacker.example/?{m.ACS}",
}
for name, recipient in RECIPIENTS.items():
    resigned("recipient", name, "saml.subject.recipient", [(f'Recipient="{m.ACS}"', f'Recipient="{recipient}"')])
    resigned("destination", name, "saml.destination.other", [(f'Destination="{m.ACS}"', f'Destination="{recipient}"')])
    resigned(
        "destination",
        f"{name}-signed",
        "saml.destination.other",
        [(f'Destination="{m.ACS}"', f'Destination="{recipient}"')],
        signature=RESPONSE,
    )
resigned("recipient", "none", "saml.xml.attribute-missing", [(f' Recipient="{m.ACS}"', "")])
resigned(
    "destination", "none-signed", "saml.destination.missing", [(f' Destination="{m.ACS}"', "")], signature=RESPONSE
)

# --- audience ---

AUDIENCES = {
    "other": "https://attacker.example/metadata",
    "prefix": m.SP + ".attacker.example",
    "trailing-slash": m.SP + "/",
    "case": m.SP.upper(),
    "empty": "",
    "part": m.SP[:-1],
    "white-space": f" {m.SP} ",
    "two-in-one": f"{m.SP} https://attacker.example",
    "acs": m.ACS,
    "star": "*",
}
for name, audience in AUDIENCES.items():
    resigned(
        "audience",
        name,
        "saml.audience.other" if audience else "saml.xml.leaf-not-text",
        [(m.AUDIENCE, f"<saml:Audience>{audience}</saml:Audience>")],
        [(m.AUDIENCE, f"<saml:Audience>https://else.example</saml:Audience>{m.AUDIENCE}")],
    )
ELSE = "<saml:AudienceRestriction><saml:Audience>https://else.example</saml:Audience></saml:AudienceRestriction>"
WIDE = f"<saml:AudienceRestriction><saml:Audience>https://else.example</saml:Audience>{m.AUDIENCE}</saml:AudienceRestriction>"
resigned(
    "audience",
    "second-restriction-for-others",
    "saml.audience.other",
    [(m.RESTRICTION, m.RESTRICTION + ELSE)],
    [(m.RESTRICTION, m.RESTRICTION + WIDE)],
)
resigned(
    "audience",
    "first-restriction-for-others",
    "saml.audience.other",
    [(m.RESTRICTION, ELSE + m.RESTRICTION)],
    [(m.RESTRICTION, WIDE + m.RESTRICTION)],
)
resigned("audience", "no-restriction", "saml.audience.missing", [(m.RESTRICTION, "")])
resigned(
    "audience",
    "only-one-time-use",
    "saml.audience.missing",
    [(m.RESTRICTION, "<saml:OneTimeUse/>")],
    [(m.RESTRICTION, m.RESTRICTION + "<saml:OneTimeUse/>")],
)
resigned("audience", "empty-restriction", "saml.xml.element-missing", [(m.AUDIENCE, "")])
resigned(
    "audience",
    "in-a-proxy-restriction",
    "saml.audience.missing",
    [(m.RESTRICTION, m.RESTRICTION.replace("AudienceRestriction", "ProxyRestriction"))],
    [(m.RESTRICTION, m.RESTRICTION + '<saml:ProxyRestriction Count="0"/>')],
)
resigned(
    "audience",
    "with-an-element",
    "saml.xml.leaf-not-text",
    [(m.AUDIENCE, m.AUDIENCE.replace(m.SP, m.SP + "<x xmlns=''/>.attacker.example"))],
)
resigned(
    "audience",
    "with-a-comment",
    "saml.xml.markup-declaration",
    [(m.AUDIENCE, m.AUDIENCE.replace(m.SP, m.SP + "<!---->.attacker.example"))],
)
