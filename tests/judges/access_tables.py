"""Plays AWS for `slipway access`, and looks at its tables and parameters as any other client would.

    serve PORT                    moto's server; ends with its standard input
    create-table NAME             the table of infrastructure/access-foundation.yaml
    put TABLE JSON                an item as it is given
    get TABLE ISSUER SUBJECT      an item as JSON in DynamoDB's own notation, or null
    fill TABLE COUNT BYTES        that many entries with notes of that size
    pages TABLE                   into how many answers a scan of the table falls
    parameter NAME VALUE          a parameter of the type String
    read NAME                     its value as it is, or nothing
    delete NAME                   no such parameter any more
    certificate KIND              a self-signed certificate in PEM, and its SHA-256 as OpenSSL would print it
    while-asked CHANGE -- COMMAND runs a command on a terminal; when it asks, makes a change as above, then says yes
"""

import datetime
import json
import os
import pty
import sys
import threading

import boto3


def serve(port):
    from moto.server import main

    def end_with_input():
        sys.stdin.buffer.read()
        os._exit(0)

    threading.Thread(target=end_with_input, daemon=True).start()
    main(["-H", "127.0.0.1", "-p", port])


def create_table(name):
    boto3.client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "issuer", "AttributeType": "S"},
            {"AttributeName": "subject", "AttributeType": "S"},
        ],
        KeySchema=[
            {"AttributeName": "issuer", "KeyType": "HASH"},
            {"AttributeName": "subject", "KeyType": "RANGE"},
        ],
    )


def put(table, item):
    boto3.resource("dynamodb").Table(table).put_item(Item=json.loads(item))


def get(table, issuer, subject):
    key = {"issuer": {"S": issuer}, "subject": {"S": subject}}
    answer = boto3.client("dynamodb").get_item(TableName=table, Key=key, ConsistentRead=True)
    print(json.dumps(answer.get("Item")))


def fill(table, count, size):
    with boto3.resource("dynamodb").Table(table).batch_writer() as batch:
        for number in range(int(count)):
            batch.put_item(
                Item={
                    "issuer": "https://idp.example",
                    "subject": f"person-{number:05}",
                    "domain": "d-filled",
                    "profile": f"profile-{number:05}",
                    "enabled": True,
                    "note": "n" * int(size),
                }
            )


def pages(table):
    paginator = boto3.client("dynamodb").get_paginator("scan")
    print(sum(1 for _ in paginator.paginate(TableName=table)))


def parameter(name, value):
    boto3.client("ssm").put_parameter(Name=name, Value=value, Type="String", Overwrite=True)


def read(name):
    found = boto3.client("ssm").get_parameters(Names=[name])["Parameters"]
    print("".join(parameter["Value"] for parameter in found))


def delete(name):
    boto3.client("ssm").delete_parameter(Name=name)


def certificate(kind):
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    bits = {"weak": 1024, "large": 3072}.get(kind, 2048)
    key = ec.generate_private_key(ec.SECP256R1()) if kind == "elliptic" else rsa.generate_private_key(65537, bits)
    now = datetime.datetime.now(datetime.timezone.utc)
    days = {"over": (-800, -70), "future": (20, 1000)}.get(kind, (-10, 1825))
    first, last = (now + datetime.timedelta(days=count) for count in days)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"{kind} signing")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), first, last)
    made = builder.sign(key, hashes.SHA256())
    pem = made.public_bytes(serialization.Encoding.PEM).decode()
    if kind == "key":
        form = serialization.PrivateFormat.PKCS8
        pem += key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()
    print(json.dumps({"pem": pem, "sha256": made.fingerprint(hashes.SHA256()).hex(":").upper()}))


def while_asked(*arguments):
    at = arguments.index("--")
    change, command = arguments[:at], arguments[at + 1 :]
    child, terminal = pty.fork()
    if child == 0:
        os.execv(command[0], command)
    said = b""
    while True:
        try:
            piece = os.read(terminal, 4096)
        except OSError:  # how Linux says that the other side of a terminal is gone
            piece = b""
        if not piece:
            break
        asked_before = b"taken as one:" in said
        said += piece
        if b"taken as one:" in said and not asked_before:
            COMMANDS[change[0]](*change[1:])
            os.write(terminal, b"yes\n")
    _, status = os.waitpid(child, 0)
    print(json.dumps({"said": said.decode(), "code": os.waitstatus_to_exitcode(status)}))


COMMANDS = {
    "serve": serve,
    "create-table": create_table,
    "put": put,
    "get": get,
    "fill": fill,
    "pages": pages,
    "parameter": parameter,
    "read": read,
    "delete": delete,
    "certificate": certificate,
    "while-asked": while_asked,
}

if __name__ == "__main__":
    COMMANDS[sys.argv[1]](*sys.argv[2:])
