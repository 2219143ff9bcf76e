#!/usr/bin/env python3
"""Compares `saml-acs` with a Python function that does the same: start, warm calls, memory, size of the archive.

Both get portal logins signed by python-xmlsec, each with an assertion of its own, claim the assertion in moto's
DynamoDB and mint in the sandbox. Both have their configuration in the environment. Fails if a goal is missed.
"""

import argparse
import os
import pathlib
import statistics
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "judges"))

import demo_message as message  # noqa: E402
from contestants import base_size, python, rust  # noqa: E402
from demo_gateway import request  # noqa: E402
from demo_stage import Stage, aws, stop  # noqa: E402
from demo_world import ALICE, DOMAIN, World  # noqa: E402
from runtime_api import RuntimeApi  # noqa: E402

MEBIBYTE = 1024 * 1024
TICKS = os.sysconf("SC_CLK_TCK")


def main():
    arguments = parse()
    with tempfile.TemporaryDirectory() as name, Stage(pathlib.Path(name)) as stage:
        folder = pathlib.Path(name)
        contestants = [rust(arguments.archive, folder), python(arguments.base_python, folder)]
        measured = measure(contestants, stage, arguments)
        with_base = contestants[1].size + base_size(arguments.base_python, folder)
    ours, theirs = measured
    report(ours, theirs, with_base, arguments)
    sys.exit(0 if judge(ours, theirs) else 1)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sandbox", required=True, help="the program `slipway-sandbox`")
    parser.add_argument("--moto-python", required=True, help="a Python that has moto")
    parser.add_argument("--base-python", required=True, help="a Python that has what Lambda's base brings along")
    parser.add_argument("--archive", required=True, type=pathlib.Path, help="the archive of `saml-acs`")
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--starts", type=int, default=15)
    return parser.parse_args()


class Measured:
    """The figures of one function; times in milliseconds, memory and size in MiB."""

    def __init__(self, contestant):
        self.name = contestant.name
        self.size = contestant.size / MEBIBYTE
        self.readies = []
        self.starts = []
        self.calls = []
        self.processor = None
        self.first_memory = None
        self.memory = None

    @property
    def ready(self):
        return statistics.median(self.readies)

    @property
    def start(self):
        return statistics.median(self.starts)

    def percentile(self, percent):
        ordered = sorted(self.calls)
        return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def measure(contestants, stage, arguments):
    sandbox, moto = stage.sandbox(arguments.sandbox), stage.moto(arguments.moto_python)
    environment = aws(sandbox, moto)
    world = World(sandbox, moto, environment)
    world.make_studio()
    for contestant in contestants:
        world.make_replay_table(contestant.table)
    measured = [Measured(contestant) for contestant in contestants]
    # In turns, so that whatever else the machine does meets both. The first ones fill caches and do not count.
    for number in range(arguments.starts + 1):
        for contestant, figures in zip(contestants, measured):
            start(contestant, figures, stage, environment, counts=number > 0)
    for contestant, figures in zip(contestants, measured):
        stay_warm(contestant, figures, stage, environment, arguments.calls)
    return measured


def start(contestant, figures, stage, environment, counts):
    """One cold start: from nothing to the first answer, with the event waiting."""
    waiting = login()
    api = RuntimeApi()
    began = time.perf_counter()
    process = launch(contestant, stage, environment, api)
    answered = checked(api.call(waiting))[1]
    if counts:
        figures.readies.append((api.asked_at - began) * 1000)
        figures.starts.append((answered - began) * 1000)
    stop(process)
    api.close()


def stay_warm(contestant, figures, stage, environment, calls):
    """Many calls of one process."""
    api = RuntimeApi()
    process = launch(contestant, stage, environment, api)
    for _ in range(100):
        checked(api.call(login()))
    figures.first_memory = memory(process)
    before = processor(process)
    for _ in range(calls):
        given, answered = checked(api.call(login()))
        figures.calls.append((answered - given) * 1000)
    figures.processor = (processor(process) - before) * 1000 / calls
    figures.memory = memory(process)
    stop(process)
    api.close()


def launch(contestant, stage, environment, api):
    variables = {
        **environment,
        **contestant.environment,
        "AWS_LAMBDA_RUNTIME_API": api.address,
        "AWS_LAMBDA_FUNCTION_NAME": "compared",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/compared",
        "AWS_LAMBDA_LOG_STREAM_NAME": "compared",
    }
    return stage.start(contestant.name, contestant.command, variables)


def checked(call):
    """A redirect into Studio, or this is no comparison; returns when the event was given and answered."""
    kind, answer, given, answered = call
    location = answer.get("headers", {}).get("Location", "") if kind == "response" else ""
    if answer.get("statusCode") != 302 or not location.startswith(f"https://{DOMAIN}.studio."):
        sys.exit(f"comparison: a login was not let in: {answer}")
    return given, answered


def login():
    """What API Gateway sends for a login from the portal's tile."""
    return request("POST", "/saml", message.form(message.response(ALICE, DOMAIN), "xmlsec"))


def memory(process):
    """The most physical memory that the process has had, in MiB."""
    for line in pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    sys.exit("comparison: this system does not tell how much memory a process has had")


def processor(process):
    """Processor time of the process so far, in seconds."""
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def report(ours, theirs, with_base, arguments):
    def row(words, our, their, unit):
        ratio = f"1/{their / our:.1f}" if our else ""
        print(f"{words:<48}{our:>10.2f} {their:>10.2f} {unit:<4}{ratio:>8}")

    print(f"{'a verified portal login, end to end':<48}{ours.name:>10} {theirs.name:>10}")
    row(f"start: ready for an event (median of {arguments.starts})", ours.ready, theirs.ready, "ms")
    row(f"start: first answer (median of {arguments.starts})", ours.start, theirs.start, "ms")
    row(f"warm, p50 of {arguments.calls} calls, moto and sandbox included", *percentiles(ours, theirs, 50), "ms")
    row(f"warm, p99 of {arguments.calls} calls, moto and sandbox included", *percentiles(ours, theirs, 99), "ms")
    row("processor time of a warm call", ours.processor, theirs.processor, "ms")
    row("peak memory after 100 calls", ours.first_memory, theirs.first_memory, "MiB")
    row(f"peak memory after {arguments.calls} calls", ours.memory, theirs.memory, "MiB")
    row("archive", ours.size, theirs.size, "MiB")
    row("archive with boto3 and what else the base has", ours.size, with_base / MEBIBYTE, "MiB")


def percentiles(ours, theirs, percent):
    return ours.percentile(percent), theirs.percentile(percent)


def judge(ours, theirs):
    """Whether every goal is reached; says so for each, with both figures."""
    print()
    goals = [
        ("first answer, at most 1/20 of Python's", ours.start, theirs.start / 20, "ms"),
        ("peak memory, at most 1/8 of Python's", ours.memory, theirs.memory / 8, "MiB"),
        ("archive", ours.size, 3.0, "MiB"),
        ("processor time of a login, everything included", ours.processor, 2.0, "ms"),
    ]
    for words, figure, limit, unit in goals:
        word = "reached" if figure <= limit else "MISSED"
        print(f"goal: {words}: {figure:.2f} of {limit:.2f} {unit}: {word}")
    return all(figure <= limit for _, figure, limit, _ in goals)


if __name__ == "__main__":
    main()
