# SPDX-License-Identifier: ISC
"""Runs a command on a terminal of our own and answers its questions.

ask_drive.py ANSWER[,ANSWER...] COMMAND...   each "denied) " is answered by the
next one; prints what came, and "status N" at the end. An answer ^C is typed as
that key, - is none.
"""
import os
import pty
import select
import sys
import time


def main():
    answers = sys.argv[1].split(",")
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
        if got.count(b"denied) ") > asked:
            asked += 1
            answer = answers.pop(0) if answers else "d"
            if answer == "^C":
                os.write(master, b"\x03")
            elif answer != "-":
                os.write(master, answer.encode() + b"\n")
    _, status = os.waitpid(pid, 0)
    sys.stdout.write(got.decode("utf-8", "replace").replace("\r", ""))
    print("asked %d" % asked)
    print("status %d" % os.waitstatus_to_exitcode(status))


main()
