#!/usr/bin/python3
# SPDX-License-Identifier: ISC
# Speaks TLS and HTTP, well and badly, in pieces of any size, and prints in a
# few words what became of it:
#
#   data ...        what the server said (of TLS: the SNI and Host it saw)
#   STATUS REASON   of each response of HTTP, with its X-Stockade-Egress or -
#   alert N         of TLS
#   closed, reset, refused, timeout   without an answer; then milliseconds
#
#   tls HOST PORT [KEY=VALUE]...    a handshake, and a request
#       sni=NAME|none  pieces=BYTES  records=BYTES  alpn=BYTES  path=PATH
#   hello HOST PORT KIND [KEY=VALUE]...   one ClientHello, made by hand: good,
#       ech, two-names, sni-twice, trailing, interrupted, literal, ssl2, huge;
#       part=BYTES of it, then nothing; drip=SECONDS between its bytes
#   http HOST PORT TEXT [KEY=VALUE]...   that text, with \r\n escapes
#       pieces=BYTES  drip=SECONDS  then=TEXT, once something came (untold)
#   batch FILE      lines of LABEL and one of the above; LABEL<tab>RESULT
#
# via=HOST:PORT: by CONNECT at the gate's own port.
import re
import shlex
import socket
import ssl
import struct
import sys
import time

PROXY = ("192.0.2.1", 3128)
WAIT = 15


class Refused(Exception):
    """What the proxy said."""


def dial(host, port, keys):
    where = PROXY if "via" in keys else (host, int(port))
    s = socket.create_connection(where, WAIT)
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if "via" in keys:
        s.sendall(b"CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n" %
                  ((keys["via"].encode(),) * 2))
        answer = b""
        while b"\r\n\r\n" not in answer and (part := s.recv(4096)):
            answer += part
        if not answer.startswith(b"HTTP/1.1 200 "):
            raise Refused(responses(answer))
    return s


def send(s, data, keys):
    """Cut up, and slowly, as asked for; a refusal may come amid it."""
    data = data[:int(keys.get("part", len(data)))]
    size = int(keys.get("pieces", len(data) if "drip" not in keys else 1))
    for at in range(0, len(data), max(size, 1)):
        s.sendall(data[at:at + size])
        if "drip" in keys:
            s.settimeout(float(keys["drip"]))
            try:
                s.recv(1, socket.MSG_PEEK)
                break
            except TimeoutError:
                pass
    s.settimeout(WAIT)


def receive(s):
    """All that comes; a server that waits for more has a second."""
    data = b""
    try:
        while part := s.recv(65536):
            data += part
            s.settimeout(1)
    except TimeoutError:
        if not data:
            raise
    except ConnectionResetError:
        if not data:
            raise
    return data


def responses(data):
    heads = re.findall(rb"HTTP/1\.[01] (\d+) .*?\r\n(.*?)\r\n\r\n", data,
                       re.S)
    if not heads:
        return "data " + data[:80].decode("latin-1").strip()
    said = []
    for status, fields in heads:
        why = re.search(rb"(?i)^x-stockade-egress: *(\S+)", fields, re.M)
        said.append("%s %s" % (status.decode(),
                               why[1].decode() if why else "-"))
    return ", ".join(said)


def answer(data, start):
    if data[:1] == b"\x15" and len(data) >= 7:
        return "alert %d" % data[6]
    if data[:1] == b"\x16":
        return "data handshake"
    if not data:
        return "closed %d" % ((time.monotonic() - start) * 1000)
    return responses(data)


# --- TLS -----------------------------------------------------------------

def record(data, kind=22):
    return struct.pack(">BBBH", kind, 3, 1, len(data)) + data


def records(data, size):
    """The handshake in data, in records of that size."""
    joined = b""
    while data:
        n = struct.unpack(">H", data[3:5])[0]
        joined, data = joined + data[5:5 + n], data[5 + n:]
    return b"".join(record(joined[i:i + size])
                    for i in range(0, len(joined), size))


def protocols(size):
    """Names to offer, of so many bytes in all; one that there is first."""
    names = ["http/1.1"]
    while size > 0:
        names.append("%04d" % len(names) + "a" * 246)
        size -= 251
    return names


def tls(host, port, **keys):
    name = keys.get("sni", host)
    context = ssl.create_default_context()
    if name == "none":
        name, context.check_hostname = None, False
        context.verify_mode = ssl.CERT_NONE
    if "alpn" in keys:
        context.set_alpn_protocols(protocols(int(keys["alpn"])))
    start = time.monotonic()
    s = dial(host, port, keys)
    came, goes = ssl.MemoryBIO(), ssl.MemoryBIO()
    o = context.wrap_bio(came, goes, server_hostname=name)
    first = True
    while True:
        try:
            o.do_handshake()
            break
        except ssl.SSLWantReadError:
            data = goes.read()
            if first and "records" in keys:
                data = records(data, int(keys["records"]))
            send(s, data, keys if first else {})
            data = s.recv(65536)
            if first and data[:1] != b"\x16":
                return answer(data, start)
            came.write(data)
            first = False
    o.write(b"GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n" %
            (keys.get("path", "/echo").encode(), (name or host).encode()))
    s.sendall(goes.read())
    text = b""
    while b"}" not in text:
        try:
            text += o.read(65536)
        except ssl.SSLWantReadError:
            data = s.recv(65536)
            if not data:
                break
            came.write(data)
    sni = re.search(rb'"sni": "?([^",]*)', text)
    seen = re.search(rb'"host": "([^"]*)', text)
    return "data %s %s" % (sni[1].decode() if sni else "-",
                           seen[1].decode() if seen else "-")


def extension(kind, data):
    return struct.pack(">HH", kind, len(data)) + data


def server_name(*names):
    data = b"".join(struct.pack(">BH", 0, len(n)) + n for n in names)
    return extension(0, struct.pack(">H", len(data)) + data)


def made(kind, name):
    """A hello of TLS 1.2 that a server answers, or one that nobody should."""
    if kind == "ssl2":
        return (b"\x80\x2e\1\3\1\0\x15\0\0\0\x10" + b"\0\0\5" * 7 + b"c" * 16)
    extensions = (extension(10, b"\0\4\0\x17\0\x1d") +
                  extension(11, b"\1\0") +
                  extension(13, b"\0\6\4\3\5\3\4\1"))
    names = {"two-names": server_name(name, b"other.example.net"),
             "sni-twice": server_name(name) + server_name(b"other.test"),
             "literal": server_name(b"25.0.0.80")}
    extensions += names.get(kind, server_name(name))
    if kind == "ech":
        extensions += extension(0xfe0d, b"\0\0\1\0\1\7\0\x20" + b"e" * 32 +
                                b"\0\x10" + b"p" * 16)
    if kind == "huge":
        extensions += extension(21, bytes(33000))
    body = (b"\3\3" + b"r" * 32 + b"\0" + b"\0\4\xc0\x2b\xc0\x2f" + b"\1\0" +
            struct.pack(">H", len(extensions)) + extensions)
    whole = b"\1" + struct.pack(">I", len(body))[1:] + body
    if kind == "trailing":
        return record(whole + b"\0")
    if kind == "interrupted":
        return record(whole[:30]) + record(b"\1", 20) + record(whole[30:])
    return b"".join(record(whole[i:i + 16384])
                    for i in range(0, len(whole), 16384))


def hello(host, port, kind, **keys):
    start = time.monotonic()
    s = dial(host, port, keys)
    send(s, made(kind, host.encode()), keys)
    return answer(receive(s), start)


# --- HTTP ----------------------------------------------------------------

def unescape(text):
    return text.encode("latin-1").decode("unicode_escape").encode("latin-1")


def http(host, port, text, then="", **keys):
    start = time.monotonic()
    s = dial(host, port, keys)
    send(s, unescape(text), keys)
    if then:
        s.recv(65536)
        s.sendall(unescape(then))
    return answer(receive(s), start)


# --- all of it -----------------------------------------------------------

def run(words):
    plain = [w for w in words[1:] if not re.match(r"[a-z]+=", w)]
    keys = dict(w.split("=", 1) for w in words[1:] if w not in plain)
    start = time.monotonic()
    try:
        return {"tls": tls, "hello": hello, "http": http}[words[0]](
            *plain, **keys)
    except Refused as e:
        return str(e)
    except ssl.SSLError as e:
        return "tls %s" % e.reason
    except (TimeoutError, ConnectionError) as e:
        word = {"ConnectionResetError": "reset", "BrokenPipeError": "reset",
                "ConnectionRefusedError": "refused",
                "TimeoutError": "timeout"}.get(type(e).__name__, str(e))
        return "%s %d" % (word, (time.monotonic() - start) * 1000)
    except OSError as e:
        return str(e)


if sys.argv[1] == "batch":
    for line in open(sys.argv[2], encoding="latin-1"):
        label, *words = shlex.split(line)
        print(label, run(words), sep="\t", flush=True)
else:
    print(run(sys.argv[1:]))
