"""Which values the declarations of parameters take.

    template_values.py CASES

CASES is JSON: a list of [name, value, declaration]. Prints those that are taken.
"""

import json
import sys

from template_render import checked


def taken(name, value, declaration):
    try:
        checked(name, value, declaration)
    except SystemExit:
        return False
    return True


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        cases = json.load(file)
    json.dump([[name, value] for name, value, declaration in cases if taken(name, value, declaration)], sys.stdout)


if __name__ == "__main__":
    main()
