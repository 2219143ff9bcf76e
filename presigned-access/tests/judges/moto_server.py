"""An AWS for the tests of the functions: moto on a free port, which is printed. Ends when its standard input does.

Requests are answered one at a time. What moto does inside of one is not atomic, and DynamoDB's conditional writes are.
"""

import io
import os
import sys
import threading

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import BaseWSGIServer, ThreadedWSGIServer, WSGIRequestHandler

ONE_AT_A_TIME = threading.Lock()


class Quiet(WSGIRequestHandler):
    """Keeps connections and writes no log."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log(self, type, message, *args):
        pass


def one_at_a_time(application):
    """The application, with each request answered whole before the next one."""

    def answer(environ, start_response):
        # The body first: a slow client must not hold up everybody else.
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        with ONE_AT_A_TIME:
            environ["wsgi.input"] = io.BytesIO(body)
            return list(application(environ, start_response))

    return answer


def end_with_parent():
    """Waits until whoever started this is gone."""
    sys.stdin.read()
    os._exit(0)


def main():
    """Serves until the end of standard input."""
    BaseWSGIServer.request_queue_size = 4096
    application = one_at_a_time(DomainDispatcherApplication(create_backend_app))
    server = ThreadedWSGIServer("127.0.0.1", 0, application, handler=Quiet)
    threading.Thread(target=end_with_parent, daemon=True).start()
    print(server.port, flush=True)
    server.serve_forever()


main()
