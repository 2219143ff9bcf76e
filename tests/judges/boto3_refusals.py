#!/usr/bin/env python3
"""Sends a sandbox five malformed requests with boto3 and checks that it refuses them as AWS does.

botocore's own checks are switched off, so that the requests leave the machine as they are written here.

usage: boto3_refusals.py ENDPOINT
"""

import json
import sys
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ROLE = "arn:aws:iam::123456789012:role/slipway-image"

# What is wrong, service, operation, arguments, error code, words.
CASES = [
    (
        "an underscore in an image name",
        "sagemaker",
        "create_image",
        {"ImageName": "team_r", "RoleArn": ROLE},
        "ValidationException",
        "1 validation error detected: Value 'team_r' at 'imageName' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: [a-zA-Z0-9]([-.]?[a-zA-Z0-9]){0,62}",
    ),
    (
        "no role",
        "sagemaker",
        "create_image",
        {"ImageName": "team-r"},
        "ValidationException",
        "1 validation error detected: Value null at 'roleArn' failed to satisfy constraint: Member must not be null",
    ),
    (
        "an empty page in an unknown order",
        "sagemaker",
        "list_images",
        {"MaxResults": 0, "SortBy": "SIZE"},
        "ValidationException",
        "2 validation errors detected: Value '0' at 'maxResults' failed to satisfy constraint: "
        "Member must have value greater than or equal to 1; Value 'SIZE' at 'sortBy' failed to satisfy constraint: "
        "Member must satisfy enum value set: [CREATION_TIME, LAST_MODIFIED_TIME, IMAGE_NAME]",
    ),
    (
        "a version number in words",
        "sagemaker",
        "update_domain",
        {
            "DomainId": "d-abcdef123456",
            "DefaultUserSettings": {
                "RSessionAppSettings": {
                    "CustomImages": [
                        {"ImageName": "team-r", "ImageVersionNumber": "seven", "AppImageConfigName": "team-r"}
                    ]
                }
            },
        },
        "SerializationException",
        "STRING_VALUE can not be converted to an Integer",
    ),
    (
        "capital letters in a repository name",
        "ecr",
        "create_repository",
        {"repositoryName": "Sagemaker/R"},
        "InvalidParameterException",
        "Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression "
        r"'[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*''",
    ),
]


def connect(endpoint):
    """Clients that sign in as the sandbox says and check nothing themselves."""
    with urllib.request.urlopen(f"{endpoint}/_sandbox/health") as answer:
        health = json.load(answer)
    return {
        service: boto3.client(
            service,
            endpoint_url=endpoint,
            region_name=health["region"],
            aws_access_key_id=health["access_key_id"],
            aws_secret_access_key=health["secret_access_key"],
            config=Config(parameter_validation=False, retries={"total_max_attempts": 1}),
        )
        for service in ("sagemaker", "ecr")
    }


def refusal(client, operation, arguments):
    """The error that the operation ends in."""
    try:
        getattr(client, operation)(**arguments)
    except ClientError as error:
        return error
    raise AssertionError(f"{operation} was accepted")


def check(client, operation, arguments, code, message):
    """Checks class, code, words, status and request id of the error."""
    error = refusal(client, operation, arguments)
    metadata = error.response["ResponseMetadata"]
    found = (error.response["Error"]["Code"], error.response["Error"]["Message"], metadata["HTTPStatusCode"])
    assert found == (code, message, 400), f"{operation}: {found}"
    # Errors that the service's model knows have a class of their own; the others are plain client errors.
    modelled = getattr(client.exceptions, code, ClientError) if code in dir(client.exceptions) else ClientError
    assert type(error) is modelled, f"{operation}: {type(error)} is not {modelled}"
    assert metadata["RequestId"] == metadata["HTTPHeaders"]["x-amzn-requestid"], metadata
    assert metadata["HTTPHeaders"]["x-amzn-errortype"] == code, metadata


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    clients = connect(sys.argv[1])
    for what, service, operation, arguments, code, message in CASES:
        check(clients[service], operation, arguments, code, message)
        print(f"refused {what}: {code}")
    print(f"{len(CASES)} of {len(CASES)} malformed requests refused as AWS refuses them")


if __name__ == "__main__":
    main()
