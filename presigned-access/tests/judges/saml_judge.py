"""What python3-saml says of every message of the corpus: an independent judge with equivalent settings.

    saml_judge.py FOLDER

Reads `FOLDER/cases.json` and writes `FOLDER/verdicts.json`: for each message, in order, whether it was accepted, and
python3-saml's reason if it was not.
"""

import base64
import calendar
import functools
import json
import sys
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from lxml import etree
from onelogin.saml2.constants import OneLogin_Saml2_Constants
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from onelogin.saml2.utils import OneLogin_Saml2_Utils
from onelogin.saml2.xml_utils import OneLogin_Saml2_XML


@functools.cache
def schema(path):
    """Reading the schema for each message would take longer than everything else."""
    return etree.XMLSchema(etree.parse(path))


OneLogin_Saml2_XML._schema_class = lambda document: schema(document.docinfo.URL)


def plain(pem):
    """A certificate as python3-saml wants it."""
    return "".join(line for line in pem.splitlines() if not line.startswith("-----"))


def settings(ours):
    """The settings of the first provider: python3-saml knows one provider at a time."""
    provider = ours["providers"][0]
    signed = provider["signed"]
    return OneLogin_Saml2_Settings(
        {
            "strict": True,
            "sp": {"entityId": ours["entity-id"], "assertionConsumerService": {"url": ours["acs"]}},
            "idp": {
                "entityId": provider["entity-id"],
                "singleSignOnService": {"url": "https://portal.example/sso"},
                "x509certMulti": {"signing": [plain(pem) for pem in provider["certificates"]]},
            },
            "security": {
                "wantAssertionsSigned": signed in ("assertion", "both"),
                "wantMessagesSigned": signed in ("response", "both"),
                "wantAttributeStatement": True,
                "wantNameId": True,
                "rejectDeprecatedAlgorithm": True,
            },
        },
        sp_validation_only=False,
    )


def posted(message):
    """The first value of the field, as most frameworks hand it over."""
    form = message["form"]
    if message["base64"]:
        form = base64.b64decode(form).decode("latin-1")
    return parse_qs(form, keep_blank_values=True).get("SAMLResponse", [""])[0]


def judged(message, trusted):
    """Accepted or not, and why not."""
    acs = urlsplit(trusted.get_sp_data()["assertionConsumerService"]["url"])
    request = {"https": "on", "http_host": acs.netloc, "script_name": acs.path}
    now = calendar.timegm(datetime.strptime(message["now"], "%Y-%m-%dT%H:%M:%SZ").timetuple())
    OneLogin_Saml2_Utils.now = staticmethod(lambda: now)
    try:
        response = OneLogin_Saml2_Response(trusted, posted(message))
        response.is_valid(request, message["pending"], raise_exceptions=True)
        # What an application asks for next; both refuse some responses.
        response.get_nameid()
        response.get_attributes()
        return {"accepted": True, "reason": ""}
    except Exception as refusal:  # Whatever stops python3-saml is its refusal.
        return {"accepted": False, "reason": f"{type(refusal).__name__}: {refusal}"[:300]}


def main():
    folder = Path(sys.argv[1])
    corpus = json.loads((folder / "cases.json").read_text(encoding="utf-8"))
    trusts = {name: settings(ours) for name, ours in corpus["settings"].items()}
    OneLogin_Saml2_Constants.ALLOWED_CLOCK_DRIFT = corpus["settings"]["usual"]["clock-skew-seconds"]
    verdicts = [judged(message, trusts[message["trust"]]) for message in corpus["messages"]]
    (folder / "verdicts.json").write_text(json.dumps(verdicts), encoding="utf-8")


if __name__ == "__main__":
    main()
