"""What exists in the demo's AWS: a Studio domain with people, tables, parameters, and a pool of Cognito."""

import json
import secrets
import urllib.error
import urllib.request

from demo_stage import REGION, Failed

DOMAIN = "d-demodemodemo"
ALICE = "alice"
BOB = "bob"
CAROL = "carol"

# The service's name in an endpoint's credentials, and what stands before the operation in the target header.
TARGETS = {
    "sagemaker": "SageMaker",
    "dynamodb": "DynamoDB_20120810",
    "ssm": "AmazonSSM",
    "cognito-idp": "AWSCognitoIdentityProviderService",
}


class World:
    """The sandbox and moto, spoken to in AWS's own JSON protocol."""

    def __init__(self, sandbox, moto, environment):
        self.sandbox = sandbox
        self.moto = moto
        self.key = environment["AWS_ACCESS_KEY_ID"]

    def call(self, service, operation, **values):
        """One call; a refusal is an error."""
        endpoint = self.sandbox if service == "sagemaker" else self.moto
        scope = f"{self.key}/20261124/{REGION}/{service}/aws4_request"
        protocol = "1.0" if service == "dynamodb" else "1.1"
        headers = {
            "Content-Type": f"application/x-amz-json-{protocol}",
            "X-Amz-Target": f"{TARGETS[service]}.{operation}",
            "X-Amz-Date": "20261124T000000Z",
            # Neither of the two checks signatures.
            "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature={'0' * 64}",
        }
        return post(endpoint, values, headers)

    def make_studio(self):
        """A domain with the profiles of three people."""
        seed = {"id": DOMAIN, "name": "demo", "workbench_image": "rstudio-workbench-2026.08-sagemaker-1.0"}
        post(f"{self.sandbox}/_sandbox/seed", seed, {"Content-Type": "application/json"})
        for profile in (ALICE, BOB, CAROL):
            self.call("sagemaker", "CreateUserProfile", DomainId=DOMAIN, UserProfileName=profile)

    def make_replay_table(self, name):
        """The table of used assertions."""
        self._make_table(name, [("assertion", "HASH")])

    def make_mapping_table(self, name, people):
        """The table of who may enter what, with (issuer, subject, profile, enabled)."""
        self._make_table(name, [("issuer", "HASH"), ("subject", "RANGE")])
        for issuer, subject, profile, enabled in people:
            item = {
                "issuer": {"S": issuer},
                "subject": {"S": subject},
                "domain": {"S": DOMAIN},
                "profile": {"S": profile},
                "landing": {"S": "rstudio"},
                "session-seconds": {"N": "28800"},
                "enabled": {"BOOL": enabled},
            }
            self.call("dynamodb", "PutItem", TableName=name, Item=item)

    def _make_table(self, name, keys):
        self.call(
            "dynamodb",
            "CreateTable",
            TableName=name,
            KeySchema=[{"AttributeName": attribute, "KeyType": kind} for attribute, kind in keys],
            AttributeDefinitions=[{"AttributeName": attribute, "AttributeType": "S"} for attribute, _ in keys],
            BillingMode="PAY_PER_REQUEST",
        )

    def put_parameter(self, name, value):
        """A parameter of Systems Manager."""
        self.call("ssm", "PutParameter", Name=name, Value=value, Type="SecureString", Tier="Advanced", Overwrite=True)

    def make_pool(self, name):
        """A pool of Cognito with one app client."""
        pool = self.call("cognito-idp", "CreateUserPool", PoolName=name)["UserPool"]["Id"]
        flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        client = self.call(
            "cognito-idp", "CreateUserPoolClient", UserPoolId=pool, ClientName=name, ExplicitAuthFlows=flows
        )
        return Pool(self, pool, client["UserPoolClient"]["ClientId"])


class Pool:
    """A pool of Cognito."""

    def __init__(self, world, pool, client):
        self.world = world
        self.id = pool
        self.client = client
        self.issuer = f"https://cognito-idp.{REGION}.amazonaws.com/{pool}"

    def keys(self):
        """The pool's public keys."""
        with urllib.request.urlopen(f"{self.world.moto}/{self.id}/.well-known/jwks.json") as answer:
            return json.load(answer)

    def make_person(self, name):
        """Somebody who can sign in; returns their `sub` and password."""
        password = f"Aa1!{secrets.token_urlsafe(16)}"
        made = self.world.call("cognito-idp", "AdminCreateUser", UserPoolId=self.id, Username=name)
        self.world.call(
            "cognito-idp",
            "AdminSetUserPassword",
            UserPoolId=self.id,
            Username=name,
            Password=password,
            Permanent=True,
        )
        attributes = {one["Name"]: one["Value"] for one in made["User"]["Attributes"]}
        return attributes["sub"], password

    def sign_in(self, name, password):
        """The tokens of somebody who signed in."""
        answer = self.world.call(
            "cognito-idp",
            "AdminInitiateAuth",
            UserPoolId=self.id,
            ClientId=self.client,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": name, "PASSWORD": password},
        )
        return answer["AuthenticationResult"]


def post(url, values, headers):
    request = urllib.request.Request(url, json.dumps(values).encode(), headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        raise Failed(f"{headers.get('X-Amz-Target', url)}: {error.code} {error.read().decode()}") from error
