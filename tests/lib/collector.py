# SPDX-License-Identifier: ISC
"""A collector of OTLP/HTTP: collector.py FILE [MODE]. Prints its port; writes
each request to FILE, a line {path, headers, body} each. MODE deaf: accepts and
never answers; busy: 503 first, then well; wrong: 400 to all."""
import http.server
import json
import socket
import sys
import time

FILE = sys.argv[1]
MODE = sys.argv[2] if len(sys.argv) > 2 else ""
seen = set()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = 200
        if MODE == "busy" and self.path not in seen:
            seen.add(self.path)
            status = 503
        elif MODE == "wrong":
            status = 400
        with open(FILE, "a", encoding="utf-8") as log:
            log.write(json.dumps({
                "path": self.path, "status": status,
                "headers": {k.lower(): v for k, v in self.headers.items()},
                "body": json.loads(body)}) + "\n")
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *args):
        pass


if MODE == "deaf":
    server = socket.create_server(("127.0.0.1", 0))
    print(server.getsockname()[1], flush=True)
    time.sleep(600)
else:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()
