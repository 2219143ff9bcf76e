"""The portal login as a careful Python function: what `saml-acs` is compared with.

python3-saml verifies in strict mode, a conditional put in DynamoDB refuses replays, boto3 mints, the host of the URL is
checked, one audit line is written, and the person is redirected. Settings, certificate and clients are made once, when
the function starts, as AWS recommends.
"""

import base64
import hashlib
import hmac
import json
import os
import re
import sys
import time
import urllib.parse
from datetime import datetime, timezone

import boto3
from botocore.exceptions import ClientError
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from onelogin.saml2.utils import OneLogin_Saml2_Utils

CONFIGURATION = json.loads(os.environ["CONFIGURATION"])
ACS = urllib.parse.urlsplit(CONFIGURATION["acs"])
DOMAINS = frozenset(CONFIGURATION["domains"])
REPLAY_TABLE = CONFIGURATION["replay-table"]
LARGEST_BODY = 256 * 1024
DOMAIN_ID = re.compile(r"d-(-*[a-z0-9]){1,61}")
PROFILE_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")
STUDIO_HOST = re.compile(r"d-[a-z0-9-]+\.studio\.[a-z0-9-]+\.sagemaker\.aws")
HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}

SETTINGS = OneLogin_Saml2_Settings(
    {
        "strict": True,
        "sp": {
            "entityId": CONFIGURATION["entity-id"],
            "assertionConsumerService": {"url": CONFIGURATION["acs"]},
        },
        "idp": {
            "entityId": CONFIGURATION["issuer"],
            "singleSignOnService": {"url": CONFIGURATION["sign-in"]},
            "x509cert": OneLogin_Saml2_Utils.format_cert(CONFIGURATION["certificate"], heads=False),
        },
        "security": {
            "wantAssertionsSigned": True,
            "wantNameId": True,
            "rejectDeprecatedAlgorithm": True,
            "rejectUnsolicitedResponsesWithInResponseTo": True,
            "failOnAuthnContextMismatch": False,
        },
    }
)
DYNAMODB = boto3.client("dynamodb")
SAGEMAKER = boto3.client("sagemaker")


class Refused(Exception):
    """The login ends here; the code goes to the log, never to the person."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def handle(event, context):
    """A form that the portal makes the browser post, answered with a redirect to Studio."""
    audit = {"time": datetime.now(timezone.utc).isoformat(), "request": context.aws_request_id}
    try:
        location = login(event, audit)
    except Refused as refused:
        record(audit, refused.code)
        count("Refused")
        return {"statusCode": 403, "headers": HEADERS, "body": f"You cannot be signed in. {context.aws_request_id}"}
    record(audit, "minted")
    count("Minted")
    return {"statusCode": 302, "headers": {**HEADERS, "Location": location}, "body": ""}


def login(event, audit):
    response = verified(form(event))
    audit["issuer"] = CONFIGURATION["issuer"]
    attributes = response.get_attributes()
    profile = only(attributes, "username", PROFILE_NAME)
    domain = only(attributes, "domain-id", DOMAIN_ID)
    audit.update(subject=hashed(profile), domain=domain, profile=profile)
    if domain not in DOMAINS:
        raise Refused("domain")
    remember(response.get_assertion_id(), response.get_assertion_not_on_or_after())
    return mint(domain, profile)


def form(event):
    """The one field that is read."""
    body = event["body"] or ""
    if len(body) > LARGEST_BODY:
        raise Refused("size")
    if event.get("isBase64Encoded"):
        body = base64.b64decode(body, validate=True).decode()
    values = urllib.parse.parse_qs(body).get("SAMLResponse", [])
    if len(values) != 1:
        raise Refused("form")
    return values[0]


def verified(encoded):
    """A response that python3-saml has nothing against."""
    request = {"https": "on", "http_host": ACS.netloc, "script_name": ACS.path, "get_data": {}, "post_data": {}}
    response = OneLogin_Saml2_Response(SETTINGS, encoded)
    if not response.is_valid(request):
        raise Refused("saml")
    return response


def hashed(subject):
    return hmac.new(CONFIGURATION["subject-key"].encode(), subject.encode(), hashlib.sha256).hexdigest()


def only(attributes, name, pattern):
    values = attributes.get(name, [])
    if len(values) != 1 or not pattern.fullmatch(values[0]) or len(values[0]) > 63:
        raise Refused(name)
    return values[0]


def remember(assertion, expires):
    """Refuses an assertion that was used before."""
    try:
        DYNAMODB.put_item(
            TableName=REPLAY_TABLE,
            Item={
                CONFIGURATION["replay-key"]: {"S": f"{CONFIGURATION['issuer']} {assertion}"},
                "expires": {"N": str(expires or int(time.time()) + 3600)},
            },
            ConditionExpression="attribute_not_exists(#key)",
            ExpressionAttributeNames={"#key": CONFIGURATION["replay-key"]},
        )
    except ClientError as error:
        if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
            raise Refused("replay") from error
        raise


def mint(domain, profile):
    """A URL that is good for a moment, and leads where it should."""
    url = SAGEMAKER.create_presigned_domain_url(
        DomainId=domain,
        UserProfileName=profile,
        ExpiresInSeconds=CONFIGURATION["url-seconds"],
        SessionExpirationDurationInSeconds=CONFIGURATION["session-seconds"],
        LandingUri="app:RStudioServerPro:",
    )["AuthorizedUrl"]
    if not STUDIO_HOST.fullmatch(urllib.parse.urlsplit(url).hostname or ""):
        raise Refused("location")
    return url


def record(audit, code):
    """One line, without the assertion and without the URL."""
    json.dump({**audit, "code": code}, sys.stdout)
    sys.stdout.write("\n")
    sys.stdout.flush()


def count(metric):
    """A metric in CloudWatch's embedded format."""
    metrics = [{"Name": metric, "Unit": "Count"}]
    directive = {"Namespace": "PresignedAccess", "Dimensions": [["Function"]], "Metrics": metrics}
    at = int(time.time() * 1000)
    json.dump({"_aws": {"Timestamp": at, "CloudWatchMetrics": [directive]}, "Function": "python", metric: 1}, sys.stdout)
    sys.stdout.write("\n")
    sys.stdout.flush()
