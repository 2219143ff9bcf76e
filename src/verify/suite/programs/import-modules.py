# import-modules.py MARKS MODULE...: imports each module and notes how that went.
import importlib
import sys
import time

marks, modules = sys.argv[1], sys.argv[2:]


def note(*words):
    with open(marks, "a") as file:
        print(*words, file=file)


for number, module in enumerate(modules):
    note("start", number)
    began = time.monotonic()
    try:
        importlib.import_module(module)
        word, problem = "pass", ""
    # A module may raise anything while it is imported, SystemExit included.
    except BaseException as error:
        word, problem = "fail", " ".join(f"{type(error).__name__}: {error}".split())
    note(word, number, round((time.monotonic() - began) * 1000), ascii(problem)[1:-1][:500])
