#!/usr/bin/env python3
"""Looks at a sandbox with boto3, a client that knows nothing of Slipway, and says plainly what it sees.

usage: boto3_judge.py ENDPOINT
"""

import json
import sys
import urllib.request

import boto3


def connect(endpoint):
    """A SageMaker client that signs in as the sandbox says."""
    with urllib.request.urlopen(f"{endpoint}/_sandbox/health") as answer:
        health = json.load(answer)
    return boto3.client(
        "sagemaker",
        endpoint_url=endpoint,
        region_name=health["region"],
        aws_access_key_id=health["access_key_id"],
        aws_secret_access_key=health["secret_access_key"],
    )


def all_of(client, operation, member, **arguments):
    """Every item of a list operation, page by page."""
    pages = client.get_paginator(operation).paginate(**arguments)
    return [item for page in pages for item in page[member]]


def show_images(client):
    """Prints each image with its newest version."""
    images = all_of(client, "list_images", "Images", SortBy="IMAGE_NAME", SortOrder="ASCENDING")
    print(f"{len(images)} image(s)")
    for image in images:
        name = image["ImageName"]
        print(f"  {name}: {image['ImageStatus']}, {image.get('DisplayName', 'no display name')}")
        versions = all_of(
            client, "list_image_versions", "ImageVersions", ImageName=name, SortBy="VERSION", SortOrder="DESCENDING"
        )
        if versions:
            newest = client.describe_image_version(ImageName=name, Version=versions[0]["Version"])
            print(f"    version {newest['Version']} of {len(versions)}: {newest['ImageVersionStatus']}")
            print(f"    container image {newest.get('ContainerImage', 'unknown')}")
            if "FailureReason" in newest:
                print(f"    failed: {newest['FailureReason']}")


def show_domains(client):
    """Prints each domain with the images its users can launch."""
    domains = all_of(client, "list_domains", "Domains")
    print(f"{len(domains)} domain(s)")
    for listed in domains:
        domain = client.describe_domain(DomainId=listed["DomainId"])
        print(f"  {domain['DomainId']} {domain['DomainName']}: {domain['Status']}")
        settings = domain["DefaultUserSettings"].get("RSessionAppSettings", {})
        for entry in settings.get("CustomImages", []):
            version = entry.get("ImageVersionNumber", "latest")
            print(f"    {entry['ImageName']} version {version}, config {entry['AppImageConfigName']}")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    client = connect(sys.argv[1])
    show_images(client)
    show_domains(client)


if __name__ == "__main__":
    main()
