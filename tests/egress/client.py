#!/usr/bin/python3
# SPDX-License-Identifier: ISC
# Asks the network for one thing and prints what became of it: one word
# (data, closed, reset, refused, timeout, unreachable, or an errno's name),
# whole milliseconds, and what came, if anything did.
#
#   tcp HOST PORT [TEXT]      connects, sends, reads until something comes
#   half HOST PORT [TEXT]     the same, and ends its half of the connection
#   late HOST PORT SECONDS [TEXT]  sends only after so many seconds
#   end HOST PORT [TEXT]      reads all until the other side ends
#   rst HOST PORT [TEXT]      sends, waits for an answer, ends with a reset
#   drip HOST PORT            sends a head's bytes, four a second
#   udp HOST PORT [TEXT]      the quickest of five
#   dns SERVER NAME [TYPE [tcp]]   the code of the answer, and its addresses
#   icmp HOST                 one echo request by a raw socket
#   many HOST PORT N          N connections at one time, held until a line
#                             comes on stdin; how many of each word
#   mptcp HOST PORT [TEXT]    as tcp, by a multipath socket
import errno
import os
import socket
import struct
import sys
import time

WAIT = 30
WORD = {errno.ECONNREFUSED: "refused", errno.ECONNRESET: "reset",
        errno.ETIMEDOUT: "timeout", errno.EPIPE: "reset",
        errno.ENETUNREACH: "unreachable", errno.EHOSTUNREACH: "unreachable"}


def word(e):
    if isinstance(e, socket.gaierror):
        return "noname"
    if isinstance(e, TimeoutError):
        return "timeout"
    return WORD.get(e.errno) or errno.errorcode.get(e.errno, str(e))


def say(what, start, data=b""):
    text = data.decode("latin-1").replace("\r", "").replace("\n", "|")
    print(what, int((time.monotonic() - start) * 1000), text, flush=True)


def unescape(text):
    return text.encode().decode("unicode_escape").encode("latin-1")


def tcp(how, host, port, *rest):
    start = time.monotonic()
    pause = float(rest[0]) if how == "late" else 0
    text = unescape(rest[-1]) if len(rest) > (how == "late") else b""
    data = b""
    try:
        address = socket.getaddrinfo(host, int(port), socket.AF_INET)[0][4]
        s = socket.socket(socket.AF_INET, socket.SOCK_STREAM,
                          262 if how == "mptcp" else 0)
        s.settimeout(WAIT)
        s.connect(address)
        time.sleep(pause)
        if how == "drip":
            drip(s)
        s.sendall(text)
        if how == "half":
            s.shutdown(socket.SHUT_WR)
        while part := s.recv(65536):
            data += part
            if how not in ("end", "half"):
                break
        if how == "rst":
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                         struct.pack("ii", 1, 0))
            s.close()
        say("data" if data else "closed", start, data)
    except OSError as e:
        say(word(e), start, data)


def drip(s):
    s.settimeout(0.25)
    for byte in b"GET / HTTP/1.1\r\nX: " + b"x" * 200:
        s.send(bytes([byte]))
        try:
            s.recv(1, socket.MSG_PEEK)
            return
        except TimeoutError:
            pass


def udp(host, port, text="hello"):
    best = None
    for _ in range(5):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.settimeout(2)
        start = time.monotonic()
        try:
            s.connect((host, int(port)))
            s.send(text.encode())
            what = "data" if s.recv(999) else "closed"
        except OSError as e:
            what = word(e)
        took = time.monotonic() - start
        best = min(best or (took, what), (took, what))
        if what == "timeout":
            break
    print("%s %.2f" % (best[1], best[0] * 1000))


def dns(server, name, kind="1", how="udp"):
    labels = b"".join(bytes([len(x)]) + x for x in
                      unescape(name).split(b".")) + b"\0"
    query = struct.pack(">HHHHHH", os.getpid() & 65535, 0x100, 1, 0, 0, 0) \
        + labels + struct.pack(">HH", int(kind), 1)
    start = time.monotonic()
    try:
        s = socket.socket(socket.AF_INET, socket.SOCK_STREAM
                          if how == "tcp" else socket.SOCK_DGRAM)
        s.settimeout(5)
        s.connect((server, 53))
        if how == "tcp":
            s.sendall(struct.pack(">H", len(query)) + query)
            stream = s.makefile("rb")
            answer = stream.read(2)
            if answer:
                answer = stream.read(struct.unpack(">H", answer)[0])
        else:
            s.send(query)
            answer = s.recv(4096)
    except OSError as e:
        return say(word(e), start)
    if len(answer) < 12:
        return say("closed", start)
    code, count = answer[3] & 15, struct.unpack(">H", answer[6:8])[0]
    found = socket.inet_ntoa(answer[-4:]) if count else ""
    return say("rcode%d" % code, start, found.encode())


def icmp(host):
    start = time.monotonic()
    try:
        s = socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)
        s.settimeout(1)
        s.connect((host, 0))
        s.send(struct.pack(">BBHHH", 8, 0, 0xf7ff, 0, 0))
        while s.recv(999)[20] != 0:
            pass
        say("data", start)
    except OSError as e:
        say(word(e), start)


def many(host, port, n):
    held, words = [], {}
    for _ in range(int(n)):
        try:
            s = socket.create_connection((host, int(port)), WAIT)
            s.settimeout(WAIT)
            s.sendall(b"x")
            what = "data" if s.recv(9) else "closed"
            held.append(s)
        except OSError as e:
            what = word(e)
        words[what] = words.get(what, 0) + 1
    print(*("%s=%d" % w for w in sorted(words.items())), flush=True)
    sys.stdin.readline()


command, *words = sys.argv[1:]
if command in ("udp", "dns", "icmp", "many"):
    globals()[command](*words)
else:
    tcp(command, *words)
