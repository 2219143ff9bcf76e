#!/usr/bin/env python3
"""The demo: the released functions with Lambda's Runtime API before them, and a sandbox and moto behind.

usage: demo_story.py (see --help); scripts/access-demo knows the arguments. Fails if one claim does not hold.
"""

import argparse
import base64
import json
import pathlib
import sys
import tempfile
import urllib.parse
import zipfile
import zlib

import demo_message as message
from demo_gateway import allows, arn, question, request
from demo_stage import REGION, Failed, Function, Stage, aws
from demo_world import ALICE, BOB, CAROL, DOMAIN, World
from saml_message import edit
from saml_signers import encoded, keys, sign

CONFIGURATION = "/presigned-access/configuration"
# moto gives every access token this scope and no other one.
SCOPE = "aws.cognito.signin.user.admin"
BOLD, PLAIN = ("\033[1m", "\033[0m") if sys.stdout.isatty() else ("", "")


def main():
    arguments = parse()
    with tempfile.TemporaryDirectory() as name, Stage(pathlib.Path(name)) as stage:
        story = Story(stage, arguments)
        story.introduce()
        portal(story)
        own_login(story)
        tokens(story)
        others(story)
        books(story)
    sys.exit(story.end())


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sandbox", required=True, help="the program `slipway-sandbox`")
    parser.add_argument("--moto-python", required=True, help="a Python that has moto")
    parser.add_argument("--cargo-lambda", required=True, help="the program `cargo-lambda`")
    parser.add_argument("--repository", required=True, type=pathlib.Path)
    parser.add_argument("--archives", required=True, type=pathlib.Path, help="folder of the functions' archives")
    return parser.parse_args()


class Story:
    """The stage, set; and a list of what was claimed."""

    def __init__(self, stage, arguments):
        self.held = self.failed = 0
        self.secrets = []
        sandbox, moto = stage.sandbox(arguments.sandbox), stage.moto(arguments.moto_python)
        self.environment = aws(sandbox, moto)
        self.world = World(sandbox, moto, self.environment)
        self.world.make_studio()
        self.world.make_replay_table("assertions")
        self.pool = self.world.make_pool("company")
        self.configure()
        self.api = stage.runtime_api(arguments.cargo_lambda, arguments.repository)
        self.functions = {}
        for name in ("saml-acs", "authorizer", "presigned-url"):
            program = unpack(arguments.archives / f"{name}-x86-64.zip", stage.folder / f"{name}-task")
            environment = {**self.environment, "CONFIGURATION_PARAMETER": CONFIGURATION}
            self.functions[name] = Function(stage, name, program, self.api, environment)

    def configure(self):
        """The configuration and what it refers to, as an administrator would enter them."""
        self.people = {name: self.pool.make_person(name) for name in (ALICE, BOB, CAROL)}
        subjects = {name: subject for name, (subject, _) in self.people.items()}
        rows = [(subjects[ALICE], ALICE, True), (subjects[BOB], BOB, False)]
        self.world.make_mapping_table("people", [(self.pool.issuer, *row) for row in rows])
        self.world.put_parameter("/presigned-access/subject-key", "demo: hashes subjects in the log")
        self.world.put_parameter("/presigned-access/cookie-key", "demo: signs the cookie that remembers a request")
        self.world.put_parameter("/presigned-access/certificates/portal", keys()["idp"].certificate)
        self.world.put_parameter("/presigned-access/keys", json.dumps(self.pool.keys()))
        self.world.put_parameter(CONFIGURATION, json.dumps(configuration(self.pool)))

    def introduce(self):
        print(
            "The functions are the released programs. cargo-lambda plays Lambda's Runtime API, Slipway's sandbox plays\n"
            "SageMaker, moto plays DynamoDB, Systems Manager and Cognito. The portal's key was made a moment ago. Each line\n"
            "with `yes` is a claim that was checked just now."
        )

    def heading(self, words):
        print(f"\n{BOLD}== {words}{PLAIN}")

    def tell(self, words):
        print(f"   {words}")

    def check(self, claim, holds):
        """Says whether a claim holds."""
        print(f"   {'yes' if holds else 'NO '}  {claim}")
        self.held += bool(holds)
        self.failed += not holds

    def call(self, function, event, decision, counted):
        """Calls a function, checks its line in the log and what it counted, and prints both."""
        function = self.functions[function]
        before = len(function.lines)
        answer = function.call(event)
        lines = [json.loads(line) for line in function.written(before, 1 + len(counted))]
        made = [line for line in lines if line.get("kind") == "decision"]
        counts = [metric["Name"] for line in lines for metric in metrics(line)]
        for line in made:
            self.tell(f"log: {json.dumps(line)}")
        self.tell(f"metrics: {', '.join(counts) or 'none'}")
        self.check(f"the log says {decision}", [line["decision"] for line in made] == [decision])
        self.check(f"counted: {', '.join(counted) or 'nothing'}", counts == counted)
        return answer

    def opened(self, answer, profile):
        """Checks that an answer leads into Studio, as somebody, and prints the host alone: the address is a key."""
        location = answer.header("Location") or ""
        self.secrets.append(location)
        address = urllib.parse.urlsplit(location)
        self.tell(f"answer: {answer.body.get('statusCode')}, to the host {address.hostname}")
        self.check("the browser is sent to Studio", answer.body.get("statusCode") == 302 and is_studio(address))
        self.check(f"the session is {profile}'s", minted_for(address) == profile)
        self.check("nobody may keep the answer", answer.header("Cache-Control") == "no-store")

    def closed(self, answer, status):
        """Checks that an answer opens nothing."""
        self.tell(f"answer: {answer.body.get('statusCode')}, a page with a request id and no reason")
        page = answer.body.get("body", "")
        self.check(f"the answer is {status} and leads nowhere", answer.body.get("statusCode") == status)
        self.check("it has no address", answer.header("Location") is None and "sagemaker.aws" not in page)

    def end(self):
        print(f"\n{self.held} claims hold, {self.failed} do not.", flush=True)
        return 1 if self.failed else 0


def configuration(pool):
    """What an administrator writes; secrets and certificates are parameters of their own."""
    provider = {
        "entity-id": message.PORTAL,
        "sign-in": message.SIGN_IN,
        "certificates": [{"parameters-under": "/presigned-access/certificates"}],
        "idp-initiated": "allow",
        "signed": "assertion",
    }
    issuer = {
        "issuer": pool.issuer,
        "kind": {"cognito-access": {"client-ids": [pool.client], "scope": SCOPE}},
        "keys": {"snapshot": {"json-parameter": "/presigned-access/keys"}},
    }
    return {
        "audit": {"subject-key": {"parameter": "/presigned-access/subject-key"}},
        "domains": [DOMAIN],
        "people": {"table": "people"},
        "saml": {
            "service-provider": {"entity-id": message.SERVICE, "acs": message.ACS, "providers": [provider]},
            "people": {"attributes": {"landing": "rstudio", "session-seconds": 28_800}},
            "cookie-key": {"parameter": "/presigned-access/cookie-key"},
            "replay-table": "assertions",
        },
        "tokens": {"issuers": [issuer]},
    }


def portal(story):
    """Design A: a tile of the company's portal."""
    story.heading("1. Alice clicks the tile of the portal, which signs an assertion (signer: signxml)")
    honest = message.response(ALICE, DOMAIN)
    form = message.form(honest, "signxml")
    story.secrets.append(form)
    story.opened(story.call("saml-acs", request("POST", "/saml", form), "minted", ["Minted"]), ALICE)

    story.heading("2. Somebody has recorded that assertion and sends it again")
    answer = story.call("saml-acs", request("POST", "/saml", form), "replay.seen", ["Refused", "Replayed"])
    story.closed(answer, 403)

    story.heading("3. Somebody signs an assertion for Alice with a key of their own (signer: python-xmlsec)")
    forged = message.form(message.response(ALICE, DOMAIN), "xmlsec", key="attacker")
    answer = story.call("saml-acs", request("POST", "/saml", forged), "saml.signature.invalid", ["Refused"])
    story.closed(answer, 403)

    story.heading("4. Bob's own assertion, with Alice's name written over his")
    signed = sign(message.response(BOB, DOMAIN), "xmlsec")
    altered = edit(signed, [(f"<saml:AttributeValue>{BOB}<", f"<saml:AttributeValue>{ALICE}<")])
    form = urllib.parse.urlencode({"SAMLResponse": encoded(altered)})
    answer = story.call("saml-acs", request("POST", "/saml", form), "saml.signature.invalid", ["Refused"])
    story.closed(answer, 403)

    story.heading("5. A signed assertion for a domain that is not on the list")
    form = message.form(message.response(ALICE, "d-somebodyelses"), "signxml")
    answer = story.call("saml-acs", request("POST", "/saml", form), "mapping.domain.not-allowed", ["Refused"])
    story.closed(answer, 403)


def own_login(story):
    """The login that starts at the application."""
    story.heading("6. Alice follows a bookmark: the login starts here and comes back signed")
    sent = story.call("saml-acs", request("GET", "/login"), "login.sent", [])
    address = urllib.parse.urlsplit(sent.header("Location") or "")
    story.tell(f"answer: {sent.body.get('statusCode')}, to the host {address.hostname}, with a cookie")
    asked = authn_request(address)
    story.check("the browser is sent to the portal, which is asked to answer here", f'"{message.ACS}"' in asked)
    cookie = sent.header("Set-Cookie") or ""
    flags = ("__Host-", "Secure", "HttpOnly", "SameSite=None")
    story.check("a cookie remembers the request", all(flag in cookie for flag in flags))
    number = asked.partition(' ID="')[2].partition('"')[0]
    form = message.form(message.response(ALICE, DOMAIN, request=number), "signxml")

    story.heading("7. The answer arrives in the browser of somebody else")
    answer = story.call("saml-acs", request("POST", "/saml", form), "saml.request.other", ["Refused"])
    story.closed(answer, 403)

    story.heading("8. The answer arrives in Alice's browser")
    event = request("POST", "/saml", form, headers={"Cookie": cookie.partition(";")[0]})
    story.opened(story.call("saml-acs", event, "minted", ["Minted"]), ALICE)


def tokens(story):
    """Design B: an access token of Cognito."""
    story.heading("9. Alice's application calls with an access token of Cognito (moto's)")
    given = story.pool.sign_in(ALICE, story.people[ALICE][1])
    story.secrets += [given["AccessToken"], given["IdToken"]]
    event = question("GET", "/presigned-url", given["AccessToken"])
    verdict = story.call("authorizer", event, "authorized", ["Authorized"])
    policy = verdict.body["policyDocument"]
    story.tell(f"policy: {json.dumps(policy)}")
    story.check("the policy lets this method through", allows(policy, arn("GET", "/presigned-url")))
    event = request("GET", "/presigned-url", authorizer=verdict.body["context"])
    story.opened(story.call("presigned-url", event, "minted", ["Minted"]), ALICE)

    story.heading("10. The same verdict, which API Gateway keeps for a while, for Bob's address or anything else")
    for method, path in (("GET", f"/presigned-url/{BOB}"), ("POST", "/presigned-url"), ("GET", "/*")):
        story.check(f"the policy does not let {method} {path} through", not allows(policy, arn(method, path)))

    story.heading("11. The same token with Bob's name written over hers, and a token that is not for access")
    head, claims, signature = given["AccessToken"].split(".")
    altered = json.loads(base64.urlsafe_b64decode(claims + "=="))
    altered["sub"] = story.people[BOB][0]
    written = base64.urlsafe_b64encode(json.dumps(altered).encode()).rstrip(b"=").decode()
    for words, token, decision in (
        ("Bob's name", f"{head}.{written}.{signature}", "jwt.signature.wrong"),
        ("Alice's id token", given["IdToken"], "jwt.use"),
    ):
        story.tell(f"{words}:")
        refused = story.call("authorizer", question("GET", "/presigned-url", token), decision, ["Refused"])
        story.check("API Gateway is told `Unauthorized`", refused.body.get("errorMessage") == "Unauthorized")


def others(story):
    """Somebody else's profile."""
    story.heading("12. Alice's token, and Bob's profile in the path, the query, a header and the body")
    context = {"issuer": story.pool.issuer, "subject": story.people[ALICE][0], "expires": 4_102_444_800}
    event = request(
        "GET",
        "/presigned-url",
        body=f"profile={BOB}",
        headers={"X-Profile": BOB},
        query={"profile": BOB, "UserProfileName": BOB},
        authorizer=context,
    )
    event["path"] = f"/presigned-url/{BOB}"
    story.opened(story.call("presigned-url", event, "minted", ["Minted"]), ALICE)

    for number, name, why, decision in (
        (13, BOB, "is switched off in the mapping", "mapping.disabled"),
        (14, CAROL, "has a good token, a profile, and no place in the mapping", "mapping.unknown"),
    ):
        story.heading(f"{number}. {name.title()} {why}")
        given = story.pool.sign_in(name, story.people[name][1])["AccessToken"]
        story.secrets.append(given)
        verdict = story.call("authorizer", question("GET", "/presigned-url", given), "authorized", ["Authorized"])
        event = request("GET", "/presigned-url", authorizer=verdict.body["context"])
        story.closed(story.call("presigned-url", event, decision, ["Refused"]), 403)


def books(story):
    """What the logs keep."""
    story.heading("15. What the logs of this demo do not hold")
    text = "\n".join(line for function in story.functions.values() for line in function.stop())
    subjects = [subject for subject, _ in story.people.values()]
    story.check("no assertion, no token, no address that opens a session", not any(one in text for one in story.secrets))
    story.check("no subject of a token, only keyed hashes", not any(one in text for one in subjects))
    story.check("no e-mail address", "@corp.example" not in text)


def metrics(line):
    directives = line.get("_aws", {}).get("CloudWatchMetrics", [])
    return [metric for directive in directives for metric in directive["Metrics"]]


def is_studio(address):
    return address.scheme == "https" and address.netloc == f"{DOMAIN}.studio.{REGION}.sagemaker.aws"


def minted_for(address):
    """The sandbox writes into an address what it was made for."""
    token = urllib.parse.parse_qs(address.query).get("token", [""])[0]
    try:
        return json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))["profile"]
    except (ValueError, KeyError):
        return None


def authn_request(address):
    """The request in a redirect to the portal: deflated, in base64."""
    value = urllib.parse.parse_qs(address.query).get("SAMLRequest", [""])[0]
    try:
        return zlib.decompress(base64.b64decode(value), -15).decode()
    except (ValueError, zlib.error):
        return ""


def unpack(archive, folder):
    """The program of a function, as Lambda would unpack it."""
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    program = folder / "bootstrap"
    program.chmod(0o755)
    return str(program)


if __name__ == "__main__":
    try:
        main()
    except Failed as error:
        sys.exit(f"access-demo: {error}")
