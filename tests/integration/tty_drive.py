# SPDX-License-Identifier: ISC
"""Runs a command on a terminal of our own and plays the human at it.

tty_drive.py MODE COMMAND...   prints what came, then "status N" and whether
the terminal was left as it was found. MODE: plain; resize, ctrl-c, ctrl-d,
type (after the word "ready" came).
"""
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time


def set_size(fd, rows, cols):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))


def act(mode, master, pid):
    time.sleep(0.2)
    if mode == "resize":
        set_size(master, 44, 122)
    elif mode == "ctrl-c":
        os.write(master, b"\x03")
    elif mode == "ctrl-d":
        os.write(master, b"\x04")
    elif mode == "type":
        os.write(master, b"typed words\r")
    elif mode == "hangup":
        os.kill(pid, signal.SIGHUP)


def drain(master, mode, pid):
    got, acted, end = b"", False, time.time() + 20
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
        elif os.waitid(os.P_PID, pid,
                       os.WEXITED | os.WNOHANG | os.WNOWAIT):
            break
        if not acted and b"ready" in got:
            acted = True
            act(mode, master, pid)
    else:
        os.kill(pid, signal.SIGKILL)
        got += b"\nhung\n"
    return got


def main():
    mode, argv = sys.argv[1], sys.argv[2:]
    master, slave = pty.openpty()
    set_size(master, 33, 101)
    before = termios.tcgetattr(slave)
    pid = os.fork()
    if pid == 0:
        os.close(master)
        os.login_tty(slave) if hasattr(os, "login_tty") else login(slave)
        os.execvp(argv[0], argv)
    got = drain(master, mode, pid)
    _, status = os.waitpid(pid, 0)
    sys.stdout.write(got.decode(errors="replace").replace("\r", ""))
    print("\nstatus", os.waitstatus_to_exitcode(status))
    print("terminal", "restored" if termios.tcgetattr(slave) == before
          else "changed")


def login(slave):
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for fd in (0, 1, 2):
        os.dup2(slave, fd)
    os.close(slave)


main()
