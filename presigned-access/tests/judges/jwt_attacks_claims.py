"""Attacks in the claims: issuer, times, subject, and what each product writes."""

import json

from jwt_signers import API, COGNITO, ENTRA, GONE, LEEWAY, NOW, OBJECT, OKTA, SUBJECTS, TENANT, claims_of, token


def raw_claims(issuer, name, literal):
    """Claims in which one value is written as that literal."""
    text = json.dumps(claims_of(issuer, **{name: "@@"}))
    return text.replace('"@@"', literal).encode()


def issuer_names(add):
    add("no iss", "cognito", "jwt.issuer.missing", token("cognito", iss=GONE))
    for iss in ([COGNITO], [COGNITO, "https://evil.example"], {"a": COGNITO}, 1, None, True):
        add(f"iss {str(iss)!r}", "cognito", "jwt.issuer.malformed", token("cognito", iss=iss))
    for iss in (
        "",
        COGNITO + "/",
        COGNITO.upper(),
        COGNITO[:-1],
        COGNITO + "x",
        " " + COGNITO,
        COGNITO + "\u0000",
        COGNITO.replace("https", "http"),
        COGNITO.replace("//", "//evil.example@"),
        OKTA,
        COGNITO.replace("amazonaws.com", "amazonaws.com.evil.example"),
        COGNITO.replace("_E", "_\u0415"),
    ):
        add(f"iss {iss[-60:]!r}", "cognito", "jwt.issuer.unknown", token("cognito", iss=iss))
    add("a token of another trusted issuer", "cognito", "jwt.issuer.unknown", token("okta"), token("cognito"))
    add(
        "the key of another trusted issuer under its own id",
        "cognito",
        "jwt.kid.unknown",
        token("cognito", kid="okta", key="okta"),
    )
    add(
        "the key of another trusted issuer under our id", "cognito", "jwt.signature.wrong", token("cognito", key="okta")
    )


def times(add):
    add("no exp", "cognito", "jwt.exp.missing", token("cognito", exp=GONE))
    for claim, malformed in (("exp", "jwt.exp.malformed"), ("nbf", "jwt.nbf.malformed"), ("iat", "jwt.iat.malformed")):
        good = NOW + 600 if claim == "exp" else NOW - 10
        for literal in (
            f'"{good}"',
            f"{good}.0",
            f"{good}.5",
            f"{good // 100}e2",
            "1000000000000000000",
            "9223372036854775808",
            "99999999999999999999999999",
            "1e300",
            "-1",
            "null",
            "true",
            f"[{good}]",
            '{"a":1}',
            '"2026-12-01T00:00:00Z"',
            f"{good}000000",
            '""',
        ):
            add(
                f"{claim} {literal}",
                "cognito",
                malformed,
                token("cognito", claims=raw_claims("cognito", claim, literal)),
                token("cognito", claims=raw_claims("cognito", claim, str(good))),
            )
    add(
        "exp just passed with its leeway",
        "cognito",
        "jwt.expired",
        token("cognito", exp=NOW - LEEWAY),
        token("cognito", exp=NOW - LEEWAY + 1),
    )
    add("exp 0", "cognito", "jwt.expired", token("cognito", exp=0), token("cognito", exp=253_402_207_200))
    add("exp in milliseconds of the past", "cognito", "jwt.exp.malformed", token("cognito", exp=(NOW - 9999) * 1000))
    add(
        "nbf just beyond its leeway",
        "cognito",
        "jwt.not-yet-valid",
        token("cognito", nbf=NOW + LEEWAY + 1),
        token("cognito", nbf=NOW + LEEWAY),
    )
    add(
        "nbf tomorrow",
        "cognito",
        "jwt.not-yet-valid",
        token("cognito", nbf=NOW + 86_400, exp=NOW + 90_000),
        token("cognito", nbf=GONE),
    )
    add(
        "iat just beyond its leeway",
        "cognito",
        "jwt.iat.future",
        token("cognito", iat=NOW + LEEWAY + 1),
        token("cognito", iat=NOW + LEEWAY),
    )
    add(
        "iat next year", "cognito", "jwt.iat.future", token("cognito", iat=NOW + 31_536_000), token("cognito", iat=GONE)
    )


def subjects(add):
    add("no sub", "cognito", "jwt.subject.missing", token("cognito", sub=GONE))
    for sub in (
        "",
        "s" * 256,
        "al\u00efce",
        "alice\u202e",
        "\u0430lice",
        "alice\u0000",
        "alice\nroot",
        "alice\t",
        "\u7231",
    ):
        add(f"sub {sub[:20]!r} of {len(sub)}", "cognito", "jwt.subject.malformed", token("cognito", sub=sub))
    for sub in (["alice"], {"a": "alice"}, 7, None, True):
        add(f"sub {sub!r}", "cognito", "jwt.subject.malformed", token("cognito", sub=sub))


def cognito(add):
    add("an id token", "cognito", "jwt.use", token("cognito", token_use="id", aud="portal", client_id=GONE, scope=GONE))
    for use in (GONE, "Access", "access ", ["access"], None, "refresh"):
        add(
            f"token_use {'absent' if use is GONE else repr(use)}", "cognito", "jwt.use", token("cognito", token_use=use)
        )
    for aud in ("portal", ["portal"], "", None):
        add(f"aud {aud!r} in an access token", "cognito", "jwt.audience.unexpected", token("cognito", aud=aud))
    add("no client", "cognito", "jwt.client.missing", token("cognito", client_id=GONE, azp="portal", cid="portal"))
    for client in ("other", "Portal", "portal ", "portal-three", "port", ["portal"], "", None, "portal,portal-two"):
        add(
            f"client {client!r}",
            "cognito",
            "jwt.client.other",
            token("cognito", client_id=client),
            token("cognito", client_id="portal-two"),
        )
    for scope in (GONE, ["studio/access"], None, {"studio/access": True}, 1):
        add(
            f"scope {'absent' if scope is GONE else repr(scope)}",
            "cognito",
            "jwt.scope.missing",
            token("cognito", scope=scope),
        )
    for scope in (
        "",
        "studio/accessory",
        "xstudio/access",
        "access",
        "studio",
        "studio/Access",
        "openid,studio/access",
        "openid\tstudio/access",
        "studio /access",
        "studio/access\u0000",
        "studio/access\n",
        "studio/*",
        "other/access",
    ):
        add(
            f"scope {scope!r}",
            "cognito",
            "jwt.scope.other",
            token("cognito", scope=scope),
            token("cognito", scope="studio/access"),
        )
    add("a program's token", "cognito", "jwt.subject.client", token("cognito", sub="portal", username=GONE))


def okta(add):
    add("a token of the org server", "okta", "jwt.issuer.unknown", token("okta", iss="https://example.okta.com"))
    add("no aud", "okta", "jwt.audience.missing", token("okta", aud=GONE))
    for aud in (
        "api://studi",
        "api://studio/",
        "API://studio",
        ["api://studio"],
        ["api://studio", "api://other"],
        None,
        "",
        1,
    ):
        add(f"aud {aud!r}", "okta", "jwt.audience.other", token("okta", aud=aud))
    add("no cid", "okta", "jwt.client.missing", token("okta", cid=GONE, azp="portal"))
    add("another cid", "okta", "jwt.client.other", token("okta", cid="other"))
    for scp in (GONE, "studio", ["studio", 1], [["studio"]], None):
        add(f"scp {'absent' if scp is GONE else repr(scp)}", "okta", "jwt.scope.missing", token("okta", scp=scp))
    for scp in ([], ["studios"], ["openid studio"], ["Studio"]):
        add(f"scp {scp!r}", "okta", "jwt.scope.other", token("okta", scp=scp))
    add("no uid: a program's token", "okta", "jwt.subject.missing", token("okta", uid=GONE, sub="portal"))
    add("uid null", "okta", "jwt.subject.malformed", token("okta", uid=None))


def entra(add):
    v1 = f"https://sts.windows.net/{TENANT}/"
    other = TENANT.replace("1", "2")
    add("a version 1 token", "entra", "jwt.issuer.unknown", token("entra", iss=v1, ver="1.0"))
    add("version 1 under the name of version 2", "entra", "jwt.use", token("entra", ver="1.0"))
    add("version as a number", "entra", "jwt.use", token("entra", ver=2.0))
    add(
        "the name of another tenant",
        "entra",
        "jwt.issuer.unknown",
        token("entra", iss=ENTRA.replace(TENANT, other), tid=other),
    )
    add("the name of every tenant", "entra", "jwt.issuer.unknown", token("entra", iss=ENTRA.replace(TENANT, "common")))
    for tid in (other, GONE, TENANT.upper() + "x", "", None, [TENANT]):
        add(f"tid {'absent' if tid is GONE else repr(tid)}", "entra", "jwt.tenant", token("entra", tid=tid))
    add("no aud", "entra", "jwt.audience.missing", token("entra", aud=GONE))
    for aud in ("00000003-0000-0000-c000-000000000000", f"api://{API}", [API], API.upper() + " "):
        add(f"aud {aud!r}", "entra", "jwt.audience.other", token("entra", aud=aud))
    add("another azp", "entra", "jwt.client.other", token("entra", azp="other"))
    add("no azp", "entra", "jwt.client.missing", token("entra", azp=GONE, appid="portal"))
    add(
        "an id token, or a program's token: no scp",
        "entra",
        "jwt.scope.missing",
        token("entra", scp=GONE, roles=["access"]),
    )
    for scp in ("accessory", "Access", "access_as_user", "profile"):
        add(f"scp {scp!r}", "entra", "jwt.scope.other", token("entra", scp=scp))
    add("no oid", "entra", "jwt.subject.missing", token("entra", oid=GONE))
    for oid in (f"{OBJECT}/x", OBJECT.upper(), "alice", f"../{OBJECT}", "", None):
        add(f"oid {oid!r}", "entra", "jwt.subject.malformed", token("entra", oid=oid))


def oidc(add):
    for aud in (["other"], [], ["studio", 1], [["studio"]], {"studio": 1}, "studio2", "studio other", None):
        add(
            f"aud {aud!r}",
            "oidc",
            "jwt.audience.other",
            token("oidc", aud=aud),
            token("oidc", aud=["account", "studio"]),
        )
    add("no aud", "oidc", "jwt.audience.missing", token("oidc", aud=GONE))
    add(
        "azp known, client_id not",
        "oidc",
        "jwt.client.other",
        token("oidc", client_id="other"),
        token("oidc", client_id="portal-two"),
    )
    add("no client", "oidc", "jwt.client.missing", token("oidc", azp=GONE), token("oidc", azp=GONE, client_id="portal"))
    add(
        "the scope as a substring",
        "oidc",
        "jwt.scope.other",
        token("oidc", scope="openid accessory"),
        token("oidc", scope=GONE, scp=["access"]),
    )
    add("a program's token", "oidc", "jwt.subject.client", token("oidc", sub="portal"))


def accepted(valid):
    for issuer in SUBJECTS:
        for turn in ("first", "second"):
            valid(f"a usual token of {issuer}, the {turn} signer", issuer, token(issuer))
    longest = "s" * 255
    valid("the longest subject", "cognito", token("cognito", sub=longest), longest)
    valid("a subject with special characters", "cognito", token("cognito", sub="a*b?c/d e"), "a*b?c/d e")


ALL = (issuer_names, times, subjects, cognito, okta, entra, oidc)
