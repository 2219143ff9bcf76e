#!/usr/bin/env python3
"""Writes tokens, each an attack or valid, and key sets, each with the verdict that it must get.

usage: jwt_cases.py CASES.json

Keys are made here and are gone afterwards. An attack comes with a valid twin: the nearest token that must be accepted.
"""

import json
import sys

import jwt_attacks_claims
import jwt_attacks_form
import jwt_attacks_header
from jwt_key_sets import key_sets
from jwt_signers import NOW, SUBJECTS, issuers, token

FAMILIES = (jwt_attacks_header, jwt_attacks_form, jwt_attacks_claims)


def main(path):
    """Collects every case and writes them."""
    attacks, accepted = [], []

    def add(name, issuer, code, attack, twin=None, scheme=None):
        value = None if scheme is None else scheme + attack
        twin = twin or token(issuer)
        attacks.append(
            {"name": name, "issuer": issuer, "code": code, "token": attack, "authorization": value, "twin": twin}
        )

    def valid(name, issuer, text, subject=None):
        accepted.append({"name": name, "issuer": issuer, "token": text, "subject": subject or SUBJECTS[issuer]})

    for family in FAMILIES:
        for group in family.ALL:
            group(add)
        family.accepted(valid)
    sets = [{"name": name, "text": text, "verdict": verdict} for name, text, verdict in key_sets()]
    cases = {
        "now": NOW,
        "issuers": issuers(),
        "subjects": SUBJECTS,
        "attacks": attacks,
        "valid": accepted,
        "key_sets": sets,
    }
    with open(path, "w", encoding="utf-8") as file:
        json.dump(cases, file)


if __name__ == "__main__":
    main(sys.argv[1])
