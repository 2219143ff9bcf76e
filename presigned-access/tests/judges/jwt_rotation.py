#!/usr/bin/env python3
"""Writes what an identity provider publishes before and after it rotates its keys, with a token of each time.

usage: jwt_rotation.py ROTATION.json
"""

import json
import sys

from jwt_key_sets import private
from jwt_signers import KEYS, NOW, issuers, public, token


def rotation(issuer, first, second):
    """Two sets of one issuer that have no key in common, and tokens that live for a day."""
    settings = issuers()[issuer]
    del settings["keys"]
    sets = [
        json.dumps({"keys": [public(KEYS[key], kid=f"kid-{key}", use="sig", alg="RS256")]}) for key in (first, second)
    ]
    tokens = [token(issuer, kid=f"kid-{key}", key=key, exp=NOW + 86_400) for key in (first, second)]
    return {"settings": settings, "sets": sets, "tokens": tokens}


def main(path):
    """Writes the rotations of two issuers, and a set that no issuer should publish."""
    careless = json.dumps({"keys": [private(KEYS["one"], kid="kid-one")]})
    written = {
        "now": NOW,
        "cognito": rotation("cognito", "one", "two"),
        "okta": rotation("okta", "okta", "oidc"),
        "careless": careless,
    }
    with open(path, "w", encoding="utf-8") as file:
        json.dump(written, file)


if __name__ == "__main__":
    main(sys.argv[1])
