"""Serves a WSGI application on a loopback port, and says when it is ready."""

import os
import sys


def serve(application):
    from waitress import create_server

    token = f"Bearer {os.environ['TOKEN']}"

    def with_token(environ, start_response):
        if environ.get("HTTP_AUTHORIZATION") != token:
            start_response("401 Unauthorized", [("Content-Type", "text/html")])
            return [b"<html><body>401</body></html>"]
        return application(environ, start_response)

    server = create_server(with_token, host="127.0.0.1", port=int(os.environ["PORT"]), threads=4)
    print("ready", flush=True)
    sys.stdout.flush()
    server.run()
