"""Writes the corpus of attacks on SAML responses, each beside its twin, with keys that are made now.

    saml_corpus.py FOLDER

`FOLDER/cases.json` holds the settings of the service provider by name and the messages: who signed it, which case and
class it belongs to, the form as a browser posts it, the circumstances, and what must become of it.
"""

import json
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import saml_attacks_canonical
import saml_attacks_content
import saml_attacks_form
import saml_attacks_keys
import saml_attacks_names
import saml_attacks_parser
import saml_attacks_protocol
import saml_attacks_signature
import saml_attacks_structure
import saml_attacks_wrapping
from saml_cases import CASES, message
from saml_message import ACS, AGE, IDP, NOW, OTHER_IDP, SKEW, SP
from saml_signers import encoded, keys

# Importing a module of attacks registers them.
CLASSES = [
    saml_attacks_signature,
    saml_attacks_keys,
    saml_attacks_structure,
    saml_attacks_canonical,
    saml_attacks_wrapping,
    saml_attacks_names,
    saml_attacks_content,
    saml_attacks_protocol,
    saml_attacks_parser,
    saml_attacks_form,
]


def settings(certificates=("idp", "next"), signed="either", idp_initiated="allow"):
    """Settings of the service provider, in the shape that it reads."""

    def provider(entity, names):
        pinned = [keys()[name].certificate for name in names]
        return {"entity-id": entity, "certificates": pinned, "signed": signed, "idp-initiated": idp_initiated}

    return {
        "entity-id": SP,
        "acs": ACS,
        "clock-skew-seconds": SKEW,
        "maximum-age-seconds": AGE,
        "providers": [provider(IDP, certificates), provider(OTHER_IDP, ["partner"])],
    }


def trusts():
    """The settings by the name that a message asks for."""
    return {
        "usual": settings(),
        "rotated": settings(certificates=["next"]),
        "signed-assertion": settings(signed="assertion"),
        "signed-response": settings(signed="response"),
        "signed-both": settings(signed="both"),
        "only-asked": settings(idp_initiated="refuse"),
    }


def refused_settings():
    """Settings that nobody may start with, by the reason."""
    return {
        "an RSA key of 1024 bits": settings(certificates=["weak"]),
        "a key on a curve": settings(certificates=["curve"]),
        "no certificate": settings(certificates=[]),
        "the same certificate twice": settings(certificates=["idp", "idp"]),
    }


def written(case, signer, side, message):
    """One message as the tests read it."""
    form = message.form
    if form is None:
        form = urlencode({"SAMLResponse": encoded(message.xml)})
    return {
        "name": case.name,
        "class": case.kind,
        "signer": signer,
        "side": side,
        "form": form if isinstance(form, str) else form.decode(),
        "base64": message.base64,
        "now": (NOW + timedelta(seconds=message.later)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "pending": message.pending,
        "trust": message.trust,
        "expected": case.code if side == "attack" else "accepted",
        "username": message.username,
        "domain": message.domain,
    }


def messages():
    """Every message of every case; a twin stands before its attack, as a replay needs it."""
    for case in CASES:
        for signer in case.signers:
            attack, twin = (message(made) for made in case.build(signer))
            if attack == twin and case.kind != "replay":
                raise ValueError(f"{case.kind}, {case.name}: attack and twin are the same")
            yield written(case, signer, "twin", twin)
            yield written(case, signer, "attack", attack)


def main():
    names = [(case.kind, case.name) for case in CASES]
    if len(set(names)) != len(names):
        raise ValueError("two cases have the same name")
    corpus = {"settings": trusts(), "refused-settings": refused_settings(), "messages": list(messages())}
    (Path(sys.argv[1]) / "cases.json").write_text(json.dumps(corpus), encoding="utf-8")


if __name__ == "__main__":
    main()
