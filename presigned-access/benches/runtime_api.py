"""Lambda's Runtime API for one function at a time, with a clock: as thin as it can be, and the same for every language.

cargo-lambda's Runtime API, which `make access-demo` uses, answers without a Content-Type, and the native client of
Lambda's Python runtime does not survive that. It would also be measured along with the functions.
"""

import json
import queue
import socket
import threading
import time
import uuid

LONGEST_CALL = 30


class RuntimeApi:
    """Hands events to whoever asks for the next one, and takes the answers."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        self.events = queue.Queue()
        self.answers = queue.Queue()
        # When the function asked for the first time.
        self.asked_at = None
        threading.Thread(target=self._accept, daemon=True).start()

    def call(self, event):
        """Sends an event; returns the answer and when the function had the event and gave the answer, in seconds."""
        self.events.put(json.dumps(event).encode())
        return self.answers.get(timeout=LONGEST_CALL)

    def close(self):
        """Takes no further connections."""
        self.listener.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            self._answer(connection)
        except ConnectionError:
            # The function was ended.
            return

    def _answer(self, connection):
        with connection, connection.makefile("rb") as incoming:
            while (request := read(incoming)) is not None:
                method, path, body = request
                if method == "GET" and path.endswith("/runtime/invocation/next"):
                    self.asked_at = self.asked_at or time.perf_counter()
                    event = self.events.get()
                    self.given = time.perf_counter()
                    connection.sendall(next_event(event))
                else:
                    answered = time.perf_counter()
                    connection.sendall(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
                    self.answers.put((path.rsplit("/", 1)[1], json.loads(body), self.given, answered))


def next_event(event):
    """What Lambda answers to `GET next`, with the headers that it always has."""
    deadline = int((time.time() + LONGEST_CALL) * 1000)
    head = (
        "HTTP/1.1 200 OK\r\n"
        "Content-Type: application/json\r\n"
        f"Content-Length: {len(event)}\r\n"
        f"Lambda-Runtime-Aws-Request-Id: {uuid.uuid4()}\r\n"
        f"Lambda-Runtime-Deadline-Ms: {deadline}\r\n"
        "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:eu-west-1:123456789012:function:compared\r\n"
        "Lambda-Runtime-Trace-Id: Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0\r\n"
        "\r\n"
    )
    return head.encode() + event


def read(incoming):
    """One request: method, path and body; None when the connection ends."""
    first = incoming.readline()
    if not first:
        return None
    method, path, _ = first.decode().split(" ", 2)
    headers = {}
    while (line := incoming.readline().strip()) != b"":
        name, value = line.split(b":", 1)
        headers[name.strip().lower()] = value.strip()
    if headers.get(b"transfer-encoding") == b"chunked":
        return method, path, chunks(incoming)
    return method, path, incoming.read(int(headers.get(b"content-length", 0)))


def chunks(incoming):
    body = b""
    while (size := int(incoming.readline().split(b";")[0], 16)) > 0:
        body += incoming.read(size)
        incoming.readline()
    incoming.readline()
    return body
