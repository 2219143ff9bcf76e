"""The two functions that are compared, unpacked from their archives as Lambda does it."""

import json
import pathlib
import subprocess
import zipfile

import demo_message as message
from demo_world import DOMAIN
from saml_signers import keys

HERE = pathlib.Path(__file__).resolve().parent / "python"
URL_SECONDS = 5
SESSION_SECONDS = 28_800


class Contestant:
    """A function, how it is started, and what its archive weighs."""

    def __init__(self, name, table, command, environment, size):
        self.name = name
        self.table = table
        self.command = command
        self.environment = environment
        self.size = size


def rust(archive, folder):
    """`saml-acs` as it is released."""
    table = "used-by-rust"
    provider = {
        "entity-id": message.PORTAL,
        "certificates": [keys()["idp"].certificate],
        "idp-initiated": "allow",
        "signed": "assertion",
    }
    configuration = {
        "audit": {"subject-key": "compared-with-python"},
        "domains": [DOMAIN],
        "minting": {"url-seconds": URL_SECONDS},
        "saml": {
            "service-provider": {"entity-id": message.SERVICE, "acs": message.ACS, "providers": [provider]},
            "people": {"attributes": {"landing": "rstudio", "session-seconds": SESSION_SECONDS}},
            "replay-table": table,
        },
    }
    task = folder / "rust"
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(task)
    program = task / "bootstrap"
    program.chmod(0o755)
    return Contestant("Rust", table, [str(program)], inline(configuration), archive.stat().st_size)


def python(base_python, folder):
    """The Python function. Its modules are compiled in advance, which Lambda does not do for an archive."""
    table = "used-by-python"
    configuration = {
        "issuer": message.PORTAL,
        "sign-in": message.SIGN_IN,
        "certificate": keys()["idp"].certificate,
        "entity-id": message.SERVICE,
        "acs": message.ACS,
        "domains": [DOMAIN],
        "replay-table": table,
        "replay-key": "assertion",
        "url-seconds": URL_SECONDS,
        "session-seconds": SESSION_SECONDS,
        "subject-key": "compared-with-python",
    }
    task = folder / "python"
    install(base_python, HERE / "requirements.txt", task)
    (task / "handler.py").write_bytes((HERE / "handler.py").read_bytes())
    size = packed(task)
    subprocess.run([base_python, "-m", "compileall", "-q", str(task)], check=True)
    environment = inline(configuration) | {"PYTHONPATH": str(task)}
    command = [base_python, "-m", "awslambdaric", "handler.handle"]
    return Contestant("Python", table, command, environment, size)


def base_size(base_python, folder):
    """What boto3 and the rest of Lambda's base would add to the archive."""
    task = folder / "base"
    install(base_python, HERE / "requirements-base.txt", task)
    return packed(task)


def install(python_program, requirements, task):
    subprocess.run(
        [python_program, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile", "--no-deps"]
        + ["--target", str(task), "--requirement", str(requirements)],
        check=True,
    )


def packed(task):
    """The size of a folder as an archive, packed as tightly as zip can."""
    archive = task.with_suffix(".zip")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed_archive:
        for path in sorted(task.rglob("*")):
            if path.is_file():
                packed_archive.write(path, path.relative_to(task))
    return archive.stat().st_size


def inline(configuration):
    return {"CONFIGURATION": json.dumps(configuration)}
