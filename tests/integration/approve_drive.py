# SPDX-License-Identifier: ISC
"""Runs a command on a terminal of our own and answers what it asks.

approve_drive.py ANSWER[|ANSWER...] COMMAND...   each question about a call,
or about the network, is answered by the next one; prints what came, "asked N" and "status N" at the end. An answer ^C is typed as that
key.
"""
import os
import pty
import re
import select
import sys
import time

QUESTION = re.compile(rb"(may follow\)|the rest): |then it is denied\) ")


def main():
    answers = sys.argv[1].split("|")
    pid, master = pty.fork()
    if pid == 0:
        os.execvp(sys.argv[2], sys.argv[2:])
    got, asked, end = b"", 0, time.time() + 90
    while time.time() < end:
        ready, _, _ = select.select([master], [], [], 0.1)
        if ready:
            try:
                piece = os.read(master, 65536)
            except OSError:
                break
            if not piece:
                break
            got += piece
        if len(QUESTION.findall(got)) > asked:
            asked += 1
            answer = answers.pop(0) if answers else "n"
            if answer == "^C":
                os.write(master, b"\x03")
            else:
                os.write(master, answer.encode() + b"\n")
    _, status = os.waitpid(pid, 0)
    sys.stdout.write(got.decode("utf-8", "replace").replace("\r", ""))
    print("asked %d" % asked)
    print("status %d" % os.waitstatus_to_exitcode(status))


main()
