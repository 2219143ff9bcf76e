"""What cfn-lint finds in templates, as JSON: a list of texts, empty when they are clean.

    template_lint.py TEMPLATE...
"""

import json
import pathlib
import sys

from cfnlint.api import lint
from cfnlint.config import ManualArgs

REGIONS = ["eu-west-1", "eu-central-1", "us-east-1"]


def main():
    found = []
    for path in map(pathlib.Path, sys.argv[1:]):
        for match in lint(path.read_text(encoding="utf-8"), config=ManualArgs(regions=REGIONS)):
            found.append(f"{path.name}:{match.linenumber}: {match.rule.id} {match.message}")
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
