#!/usr/bin/python3
# SPDX-License-Identifier: ISC
# A WebSocket client: websocket.py SCHEME HOST TEXT... prints what came back
# for each text.
import base64
import os
import socket
import ssl
import struct
import sys

scheme, host = sys.argv[1:3]
link = socket.create_connection((host, 443 if scheme == "wss" else 80), 10)
if scheme == "wss":
    link = ssl.create_default_context().wrap_socket(
        link, server_hostname=host)
key = base64.b64encode(os.urandom(16)).decode()
link.sendall(("GET /chat HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\n"
              "Connection: Upgrade\r\nSec-WebSocket-Key: %s\r\n"
              "Sec-WebSocket-Version: 13\r\n\r\n" % (host, key)).encode())
stream = link.makefile("rb")
status = stream.readline().decode().strip()
while stream.readline().strip():
    pass
if " 101 " not in status:
    sys.exit("no WebSocket: %s: %s" % (status, stream.read(300)))
for text in sys.argv[3:]:
    mask = os.urandom(4)
    data = bytes(b ^ mask[i % 4] for i, b in enumerate(text.encode()))
    link.sendall(struct.pack(">BB", 0x81, 0x80 | len(data)) + mask + data)
    _, size = stream.read(2)
    print(stream.read(size).decode())
