#!/usr/bin/python3
# SPDX-License-Identifier: ISC
# A small internet: name server, web, git, package indexes, WebSocket and odd
# TCP services, all on every address of the network namespace it runs in.
#
# internet.py DIR: DIR/zone says which names there are, DIR/www is served,
# DIR/cert.pem and DIR/key.pem are everyone's certificate. Each connection,
# request and query is a line of JSON in DIR/log; DIR/ready says that it began.
import asyncio
import base64
import hashlib
import ipaddress
import json
import os
import resource
import socket
import ssl
import struct
import sys
import urllib.parse

DIR = sys.argv[1]
LOG = os.open(DIR + "/log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
turn = {}  # a name's turn among its lines of the zone


def log(**what):
    os.write(LOG, (json.dumps(what) + "\n").encode())


# --- names ---------------------------------------------------------------

def zone(name):
    """Lines are `NAME ADDRESS...'; several of one name take turns: an answer
    that changes. NAME may be `*'. ADDRESS may be nxdomain, servfail, silent."""
    lines, default = [], []
    for line in open(DIR + "/zone", encoding="ascii"):
        word = line.split()
        if word and word[0] == name:
            lines.append(word[1:])
        elif word and word[0] == "*":
            default.append(word[1:])
    lines = lines or default
    if not lines:
        return ["nxdomain"]
    turn[name] = turn.get(name, -1) + 1
    return lines[turn[name] // 2 % len(lines)]  # A and AAAA: one turn


def dns_answer(query):
    if len(query) < 17:
        return None
    at, labels = 12, []
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode("latin-1"))
        at += 1 + query[at]
    kind = struct.unpack(">H", query[at + 1:at + 3])[0]
    question, name = query[12:at + 5], ".".join(labels).lower()
    log(service="dns", name=name, type=kind)
    found, code, records = zone(name), 0, b""
    if "silent" in found:
        return None
    if found[0] in ("nxdomain", "servfail"):
        code, found = {"nxdomain": 3, "servfail": 2}[found[0]], []
    count = 0
    for address in map(ipaddress.ip_address, found):
        if kind == {4: 1, 6: 28}[address.version]:
            records += struct.pack(">HHHIH", 0xc00c, kind, 1, 1,
                                   len(address.packed)) + address.packed
            count += 1
    return query[:2] + struct.pack(">HHHHH", 0x8580 | code, 1, count, 0, 0) \
        + question + records


class Udp(asyncio.DatagramProtocol):
    """Says everything back."""
    def connection_made(self, transport):
        self.out = transport

    def datagram_received(self, data, addr):
        log(service="udp", data=data[:64].decode("latin-1"))
        self.out.sendto(data, addr)


class Names(asyncio.DatagramProtocol):
    def connection_made(self, transport):
        self.out = transport

    def datagram_received(self, data, addr):
        answer = dns_answer(data)
        if answer:
            self.out.sendto(answer, addr)


async def dns_tcp(reader, writer, said):
    size = struct.unpack(">H", await reader.readexactly(2))[0]
    answer = dns_answer(await reader.readexactly(size))
    if answer:
        writer.write(struct.pack(">H", len(answer)) + answer)


# --- the web -------------------------------------------------------------

async def head(reader):
    first = (await reader.readline()).decode("latin-1").strip()
    fields = []
    while first:
        line = (await reader.readline()).decode("latin-1").strip()
        if not line:
            break
        name, _, value = line.partition(":")
        fields.append([name.strip(), value.strip()])
    return first, fields


def field(fields, name, default=""):
    return next((v for k, v in fields if k.lower() == name), default)


async def body(reader, fields, each):
    if "chunked" in field(fields, "transfer-encoding").lower():
        while True:
            left = int((await reader.readline()).split(b";")[0], 16)
            if not left:
                break
            each(await reader.readexactly(left))
            await reader.readline()
        await reader.readline()
        return
    left = int(field(fields, "content-length", "0"))
    while left:
        part = await reader.read(min(left, 1 << 18))
        if not part:
            break
        each(part)
        left -= len(part)


async def reply(writer, status, text, kind="application/octet-stream"):
    text = text if isinstance(text, bytes) else text.encode()
    writer.write(b"HTTP/1.1 %d x\r\nContent-Type: %s\r\nContent-Length: %d"
                 b"\r\n\r\n" % (status, kind.encode(), len(text)) + text)
    await writer.drain()


async def git(reader, writer, said, fields):
    """git http-backend, as a CGI program."""
    path, _, query = said["path"].partition("?")
    env = dict(os.environ, GIT_PROJECT_ROOT=DIR + "/repos", REMOTE_USER="u",
               GIT_HTTP_EXPORT_ALL="1", PATH_INFO=path[len("/git"):],
               QUERY_STRING=query, REQUEST_METHOD=said["method"],
               REMOTE_ADDR="192.0.2.9",
               CONTENT_TYPE=field(fields, "content-type"),
               GIT_PROTOCOL=field(fields, "git-protocol"))
    if field(fields, "content-encoding"):
        env["HTTP_CONTENT_ENCODING"] = field(fields, "content-encoding")
    sent = []
    await body(reader, fields, sent.append)
    child = await asyncio.create_subprocess_exec(
        "git", "http-backend", env=env, stdin=-1, stdout=-1)
    out = (await child.communicate(b"".join(sent)))[0]
    top, _, rest = out.partition(b"\r\n\r\n")
    status = 200
    for line in top.decode().split("\r\n"):
        if line.lower().startswith("status:"):
            status = int(line.split()[1])
    writer.write(b"HTTP/1.1 %d x\r\nContent-Length: %d\r\n" %
                 (status, len(rest)) + top + b"\r\n\r\n" + rest)
    await writer.drain()


async def websocket(reader, writer, fields):
    """Echoes text frames until it is asked to close."""
    key = field(fields, "sec-websocket-key")
    seal = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                        .encode()).digest()
    writer.write(b"HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: "
                 b"Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n" %
                 base64.b64encode(seal))
    while True:
        one, two = await reader.readexactly(2)
        size, mask = two & 127, await reader.readexactly(4)
        data = await reader.readexactly(size)
        data = bytes(b ^ mask[i % 4] for i, b in enumerate(data))
        log(service="websocket", text=data.decode("latin-1"))
        writer.write(bytes([one, len(data)]) + data)
        await writer.drain()
        if one & 15 == 8:
            return


async def static(writer, path):
    path = urllib.parse.unquote(path.partition("?")[0])
    if path.endswith("/"):
        path += "index.html"
    file = os.path.realpath(DIR + "/www" + path)
    if not file.startswith(DIR + "/www/") or not os.path.isfile(file):
        await reply(writer, 404, "no " + path + "\n", "text/plain")
        return
    with open(file, "rb") as f:
        kind = "text/html" if file.endswith(".html") else \
            "application/json" if file.endswith(".json") else \
            "application/octet-stream"
        await reply(writer, 200, f.read(), kind)


async def bytes_down(writer, n):
    writer.write(b"HTTP/1.1 200 x\r\nContent-Length: %d\r\n\r\n" % n)
    part = bytes(1 << 18)
    while n:
        writer.write(part[:min(n, len(part))])
        await writer.drain()
        n -= min(n, len(part))


async def request(reader, writer, said):
    first, fields = await head(reader)
    if len(first.split()) != 3:
        return False
    said["method"], said["path"], _ = first.split()
    said["host"] = field(fields, "host")
    said["fields"] = fields
    log(**said)
    if field(fields, "expect"):
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    if "websocket" in field(fields, "upgrade").lower() and \
            not said["path"].startswith("/echo"):
        await websocket(reader, writer, fields)
        return False
    if said["path"].startswith("/git/"):
        await git(reader, writer, said, fields)
    elif said["path"].startswith("/bytes/"):
        await bytes_down(writer, int(said["path"][len("/bytes/"):]))
    elif said["path"] == "/count":
        n = [0]
        await body(reader, fields, lambda p: n.append(n.pop() + len(p)))
        await reply(writer, 200, "%d\n" % n[0])
    elif said["path"].startswith("/echo"):
        await body(reader, fields, lambda p: None)
        await reply(writer, 200, json.dumps(said) + "\n")
    else:
        await static(writer, said["path"])
    return field(fields, "connection").lower() != "close"


async def web(reader, writer, said):
    tls = writer.get_extra_info("ssl_object")
    if tls:
        said["sni"] = names.pop(tls, None)
        said["service"] = "https"
    turn_of = 0
    while True:
        turn_of += 1
        said["request"] = turn_of
        if not await request(reader, writer, said):
            return


# --- odd services --------------------------------------------------------

async def echo(reader, writer, said):
    while data := await reader.read(1 << 16):
        log(**said, data=data[:64].decode("latin-1"))
        writer.write(data)
        await writer.drain()


async def count(reader, writer, said):
    """Says how much came, once the other side has ended its half."""
    n = 0
    while data := await reader.read(1 << 18):
        n += len(data)
    writer.write(b"%d\n" % n)


async def first(reader, writer, said):
    """Speaks first, ends its half, and hears the rest."""
    writer.write(b"220 welcome\n")
    await writer.drain()
    writer.write_eof()
    data = await reader.read()
    log(**said, data=data.decode("latin-1"))


async def greet(reader, writer, said):
    """Speaks first, and echoes."""
    writer.write(b"220 welcome\n")
    await echo(reader, writer, said)


async def reset(reader, writer, said):
    """Ends with a reset at the first byte."""
    await reader.read(1)
    writer.get_extra_info("socket").setsockopt(
        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def hold(reader, writer, said):
    """Says nothing for a long time, and reads nothing."""
    await asyncio.sleep(600)


def served(name, how):
    async def one(reader, writer):
        said = {"service": name,
                "dst": writer.get_extra_info("sockname")[0],
                "port": writer.get_extra_info("sockname")[1],
                "src": writer.get_extra_info("peername")[0]}
        said["dst"] = said["dst"].removeprefix("::ffff:")
        log(**said, accepted=True)
        try:
            await how(reader, writer, said)
            if writer.can_write_eof():
                await writer.drain()
            said["end"] = "done"
        except (OSError, asyncio.IncompleteReadError, ValueError) as e:
            said["end"] = type(e).__name__
        finally:
            log(service=name, ended=said["end"], port=said["port"])
            writer.close()
    return one


PORTS = {7: ("echo", echo), 9: ("count", count), 13: ("first", first),
         14: ("greet", greet), 15: ("reset", reset), 16: ("hold", hold),
         21: ("ftp", greet), 25: ("smtp", greet), 53: ("dns", dns_tcp),
         80: ("http", web), 443: ("https", web), 853: ("dot", echo),
         8080: ("http", web), 8443: ("https", web)}
names = {}


def tls_context():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(DIR + "/cert.pem", DIR + "/key.pem")
    context.sni_callback = lambda s, name, c: names.__setitem__(s, name)
    return context


async def main():
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 8192), most))
    loop = asyncio.get_running_loop()
    context = tls_context()
    for port, (name, how) in PORTS.items():
        await asyncio.start_server(
            served(name, how), ssl=context if name == "https" else None,
            sock=socket.create_server(("::", port), family=socket.AF_INET6,
                                      backlog=4096, dualstack_ipv6=True))
    await loop.create_datagram_endpoint(Names, ("25.0.0.53", 53))
    for port in 443, 4444:
        await loop.create_datagram_endpoint(Udp, ("25.0.0.80", port))
    open(DIR + "/ready", "w", encoding="ascii").close()
    await asyncio.sleep(1e9)

asyncio.run(main())
