"""API Gateway, as far as the functions see it: the requests that it sends, and what it makes of a policy."""

import fnmatch
import uuid

API = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod"
HOST = "studio.corp.example"


def request(method, path, body=None, headers=None, query=None, authorizer=None):
    """A request of a person inside the company's network."""
    headers = {"Host": HOST, **(headers or {})}
    if body is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    context = {
        "requestId": str(uuid.uuid4()),
        "stage": "prod",
        "identity": {"sourceIp": "10.20.1.7", "vpceId": "vpce-0123456789abcdef0"},
    }
    if authorizer is not None:
        # API Gateway hands every value on as text.
        context["authorizer"] = {name: str(value) for name, value in authorizer.items()}
    return {
        "resource": path,
        "path": path,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": query,
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} if query else None,
        "requestContext": context,
        "body": body,
        "isBase64Encoded": False,
    }


def question(method, path, token):
    """What an authorizer is asked before a request with a token goes on."""
    asked = request(method, path, headers={"Authorization": f"Bearer {token}"})
    return {**asked, "type": "REQUEST", "methodArn": arn(method, path)}


def arn(method, path):
    """The name of a method of the API."""
    return f"{API}/{method}{path}"


def allows(policy, method_arn):
    """Whether a policy lets a call through, by IAM's rules: one Allow, and no Deny."""
    effects = {one["Effect"] for one in policy["Statement"] if concerns(one, method_arn)}
    return effects == {"Allow"}


def concerns(statement, method_arn):
    if not matches(statement["Action"], "execute-api:Invoke"):
        return False
    if "NotResource" in statement:
        return not matches(statement["NotResource"], method_arn)
    return matches(statement["Resource"], method_arn)


def matches(patterns, value):
    patterns = [patterns] if isinstance(patterns, str) else patterns
    return any(fnmatch.fnmatchcase(value, pattern) for pattern in patterns)
