"""The parameters that a template declares, as JSON.

    template_parameters.py TEMPLATE
"""

import json
import sys

from cfnlint.decode import cfn_yaml


def main():
    json.dump(json.loads(json.dumps(cfn_yaml.load(sys.argv[1])["Parameters"])), sys.stdout)


if __name__ == "__main__":
    main()
