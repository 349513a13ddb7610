#!/usr/bin/python3
# SPDX-License-Identifier: ISC
# As much of a PostgreSQL server as psql wants to see, for machines that have
# psql and no server: it trusts everybody, and answers each query with 42.
import socketserver
import struct


def message(kind, body):
    return kind + struct.pack(">I", len(body) + 4) + body


READY = message(b"Z", b"I")
COLUMN = message(b"T", struct.pack(">H", 1) + b"answer\0" + struct.pack(
    ">IHIHIH", 0, 0, 23, 4, 0xffffffff, 0))
ROW = message(b"D", struct.pack(">HI", 1, 2) + b"42")


class Session(socketserver.StreamRequestHandler):
    def packet(self):
        size = struct.unpack(">I", self.rfile.read(4))[0]
        return self.rfile.read(size - 4)

    def handle(self):
        while self.packet()[:2] == b"\x04\xd2":  # may we use TLS?
            self.wfile.write(b"N")
        self.wfile.write(message(b"R", bytes(4)) + message(
            b"S", b"server_version\0" + b"15.0\0") + READY)
        while self.rfile.read(1) == b"Q":
            self.packet()
            self.wfile.write(COLUMN + ROW + message(b"C", b"SELECT 1\0") +
                             READY)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True


Server(("25.0.0.80", 5432), Session).serve_forever()
