"""What the functions stand on when there is no AWS: a sandbox, moto, Lambda's Runtime API, and the functions themselves.

Everything listens on the loopback address and ends with the program that started it.
"""

import http.client
import json
import os
import socket
import subprocess
import threading
import time
import urllib.request

REGION = "eu-west-1"
PATIENCE = 30


class Failed(Exception):
    """The stage cannot be set up."""


def free_port():
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Stage:
    """Processes of one run, with their logs in one folder."""

    def __init__(self, folder):
        self.folder = folder
        self.processes = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            stop(process)

    def start(self, name, command, environment=None, **options):
        """Starts a process; its output goes to NAME.log."""
        with open(self.folder / f"{name}.log", "ab") as log:
            process = subprocess.Popen(
                command,
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=options.pop("stdout", log),
                stderr=log,
                **options,
            )
        self.processes.append(process)
        return process

    def serve(self, name, command, port, **options):
        """Starts a server and waits until it accepts connections."""
        process = self.start(name, command, **options)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return process
            except OSError:
                # Nobody tells when a socket opens; the processor is better left to who opens it.
                time.sleep(0.02)
        words = (self.folder / f"{name}.log").read_text(errors="replace")
        raise Failed(f"{name} does not answer at port {port}:\n{words}")

    def sandbox(self, program):
        """Starts the sandbox; returns its endpoint."""
        port = free_port()
        self.serve("sandbox", [program, str(self.folder / "sandbox"), f"127.0.0.1:{port}"], port)
        return f"http://127.0.0.1:{port}"

    def moto(self, python):
        """Starts moto; returns its endpoint."""
        port = free_port()
        command = [python, "-c", "from moto.server import main; main()", "-H", "127.0.0.1", "-p", str(port)]
        self.serve("moto", command, port)
        return f"http://127.0.0.1:{port}"

    def runtime_api(self, cargo_lambda, repository):
        """Starts cargo-lambda's Runtime API; returns its address."""
        port = free_port()
        command = [cargo_lambda, "lambda", "watch", "--only-lambda-apis"]
        self.serve("runtime-api", [*command, "-A", "127.0.0.1", "-P", str(port)], port, cwd=repository)
        return f"127.0.0.1:{port}"


def stop(process):
    """Ends a process and waits for it."""
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def aws(sandbox, moto):
    """The environment in which AWS's libraries find the stage; the credentials are the sandbox's and no secret."""
    with urllib.request.urlopen(f"{sandbox}/_sandbox/health") as answer:
        health = json.load(answer)
    return {
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": health["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": health["secret_access_key"],
        "AWS_ENDPOINT_URL_SAGEMAKER": sandbox,
        "AWS_ENDPOINT_URL_DYNAMODB": moto,
        "AWS_ENDPOINT_URL_SSM": moto,
        "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": moto,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


class Function:
    """A function that runs against the Runtime API, as Lambda would run it."""

    def __init__(self, stage, name, program, runtime_api, environment):
        self.name = name
        self.runtime_api = runtime_api
        self.lines = []
        self.more = threading.Condition()
        self.process = stage.start(
            name,
            [program],
            {
                **environment,
                "AWS_LAMBDA_RUNTIME_API": f"http://{runtime_api}/.rt/{name}",
                "AWS_LAMBDA_FUNCTION_NAME": name,
                "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
                "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}",
                "AWS_LAMBDA_LOG_STREAM_NAME": "stage",
            },
            stdout=subprocess.PIPE,
            text=True,
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            with self.more:
                self.lines.append(line.rstrip("\n"))
                self.more.notify_all()

    def written(self, since, count):
        """Lines that the function wrote since it had written `since`; waits until there are `count`."""
        with self.more:
            self.more.wait_for(lambda: len(self.lines) >= since + count, PATIENCE)
            return self.lines[since:]

    def call(self, event):
        """Sends one event and returns the answer."""
        host, port = self.runtime_api.split(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=PATIENCE)
        connection.request(
            "POST",
            f"/2015-03-31/functions/{self.name}/invocations",
            json.dumps(event),
            {"Content-Type": "application/json"},
        )
        try:
            answer = connection.getresponse()
        except TimeoutError as error:
            raise Failed(f"{self.name} does not answer: {self.lines}") from error
        body = json.loads(answer.read() or b"null")
        connection.close()
        return Answer(answer.status == 200, body)

    def stop(self):
        """Ends the function and returns all lines that it wrote."""
        stop(self.process)
        self.reader.join(PATIENCE)
        return self.lines


class Answer:
    """What a function answered: a value, or the error that API Gateway would turn into a status."""

    def __init__(self, succeeded, body):
        self.succeeded = succeeded
        self.body = body

    def header(self, name):
        """A header of an answer to a browser, whichever way it is written."""
        several = self.body.get("multiValueHeaders") or {}
        headers = {**{key: value[0] for key, value in several.items() if value}, **(self.body.get("headers") or {})}
        return {key.lower(): value for key, value in headers.items()}.get(name.lower())
