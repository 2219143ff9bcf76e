"""What checkov finds in rendered templates, as JSON: a list of `CHECK LOGICAL-ID` with the check's words.

    template_checkov.py RENDERED...
"""

import json
import os
import sys

# Says nothing to anybody about what it judges.
os.environ.update({"CKV_SKIP_PLATFORM_INTEGRATION": "true", "BC_SKIP_MAPPING": "TRUE", "LOG_LEVEL": "ERROR"})

from checkov.cloudformation.runner import Runner  # noqa: E402
from checkov.runner_filter import RunnerFilter  # noqa: E402


def main():
    report = Runner().run(root_folder=None, files=sys.argv[1:], runner_filter=RunnerFilter(framework=["cloudformation"]))
    if report.parsing_errors:
        sys.exit(f"checkov cannot read {report.parsing_errors}")
    found = [
        {"check": record.check_id, "resource": record.resource.split(".", 1)[1], "words": record.check_name}
        for record in report.failed_checks
    ]
    json.dump({"passed": len(report.passed_checks), "found": found}, sys.stdout)


if __name__ == "__main__":
    main()
