#!/usr/bin/python3
# SPDX-License-Identifier: ISC
# What the small internet's indexes have in stock: one package `toy' for pip,
# for npm and for apt, each in the form that its own tool wants.
#
# stock.py DIR: below DIR/www.
import base64
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile

WWW = sys.argv[1] + "/www"


def put(path, data):
    path = WWW + path
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(data if isinstance(data, bytes) else data.encode())


def pip():
    wheel, name = io.BytesIO(), "toy-1.0-py3-none-any.whl"
    info = "toy-1.0.dist-info/"
    with zipfile.ZipFile(wheel, "w") as z:
        z.writestr("toy.py", "colour = 'red'\n")
        z.writestr(info + "METADATA",
                   "Metadata-Version: 2.1\nName: toy\nVersion: 1.0\n")
        z.writestr(info + "WHEEL", "Wheel-Version: 1.0\nGenerator: test\n"
                   "Root-Is-Purelib: true\nTag: py3-none-any\n")
        z.writestr(info + "RECORD", "toy.py,,\n%sMETADATA,,\n%sWHEEL,,\n"
                   "%sRECORD,,\n" % (info, info, info))
    sum_ = hashlib.sha256(wheel.getvalue()).hexdigest()
    put("/files/" + name, wheel.getvalue())
    put("/simple/toy/index.html", '<!DOCTYPE html><html><body><a href='
        '"/files/%s#sha256=%s">%s</a></body></html>' % (name, sum_, name))


def npm():
    tar = io.BytesIO()
    manifest = {"name": "toy", "version": "1.0.0", "main": "index.js"}
    with tarfile.open(fileobj=tar, mode="w:gz") as t:
        for name, text in ("package.json", json.dumps(manifest)), \
                ("index.js", "exports.colour = 'red'\n"):
            member = tarfile.TarInfo("package/" + name)
            member.size = len(text)
            t.addfile(member, io.BytesIO(text.encode()))
    tar = tar.getvalue()
    put("/npm/toy-1.0.0.tgz", tar)
    for host in "www.example.org", "www.example.net":
        manifest["dist"] = {
            "tarball": "https://%s/npm/toy-1.0.0.tgz" % host,
            "integrity": "sha512-" + base64.b64encode(
                hashlib.sha512(tar).digest()).decode()}
        put("/npm/%s/toy" % host, json.dumps(
            {"name": "toy", "dist-tags": {"latest": "1.0.0"},
             "versions": {"1.0.0": manifest}}))


def apt():
    with tempfile.TemporaryDirectory() as tree:
        os.chmod(tree, 0o755)
        os.makedirs(tree + "/DEBIAN")
        control = "Package: toy\nVersion: 1.0\nArchitecture: all\n" \
            "Maintainer: Nobody <nobody@example.org>\nDescription: a toy\n"
        with open(tree + "/DEBIAN/control", "w", encoding="ascii") as f:
            f.write(control)
        deb = WWW + "/apt/toy_1.0_all.deb"
        os.makedirs(os.path.dirname(deb), exist_ok=True)
        subprocess.run(["dpkg-deb", "--root-owner-group", "-b", tree, deb],
                       check=True, stdout=subprocess.DEVNULL)
    with open(deb, "rb") as f:
        data = f.read()
    packages = control + "Filename: ./toy_1.0_all.deb\nSize: %d\n" \
        "SHA256: %s\n\n" % (len(data), hashlib.sha256(data).hexdigest())
    put("/apt/Packages", packages)
    put("/apt/Release", "Suite: toys\nDate: Thu, 01 Jan 2026 00:00:00 UTC\n"
        "SHA256:\n %s %d Packages\n" % (hashlib.sha256(
            packages.encode()).hexdigest(), len(packages)))


pip()
npm()
apt()
