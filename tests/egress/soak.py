#!/usr/bin/python3
# SPDX-License-Identifier: ISC
# Many connections, some allowed and some not: soak.py N AT-A-TIME LISTED
# UNLISTED LITERAL. Counts, as JSON: ok (every byte came back), broken (a
# listed one that did not), refused, leaked (an unlisted one that got bytes).
import asyncio
import json
import socket
import sys

N, TOGETHER = map(int, sys.argv[1:3])
LISTED, UNLISTED, LITERAL = sys.argv[3:]
count = {"ok": 0, "broken": 0, "refused": 0, "leaked": 0}


async def talk(host, text):
    reader, writer = await asyncio.open_connection(host, 7)
    try:
        writer.write(text)
        await writer.drain()
        return await asyncio.wait_for(reader.readexactly(len(text)), 20)
    finally:
        writer.close()


async def one(i, hosts, places):
    host = hosts[i % 4]
    text = b"%d " % i * 50
    async with places:
        try:
            got = await talk(host, text) if host else b""
        except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError):
            got = b""
    if i % 4 < 2:
        count["ok" if got == text else "broken"] += 1
    else:
        count["leaked" if got else "refused"] += 1


def address(name):
    return socket.getaddrinfo(name, 7, socket.AF_INET)[0][4][0]


async def main():
    hosts = [address(LISTED), address(LISTED), address(UNLISTED), LITERAL]
    places = asyncio.Semaphore(TOGETHER)
    await asyncio.gather(*(one(i, hosts, places) for i in range(N)))
    print(json.dumps(count))

asyncio.run(main())
