# SPDX-License-Identifier: ISC
"""Starts a broker whose helper says nothing and whose agent goes away, and
prints what became of it: alone.py BROKER.

caps MASK...      of watcher and worker, each once
ticks N           of the processor that the worker used in two seconds after
"""
import os
import signal
import socket
import sys
import time


def start(path, helper, agent):
    pid = os.fork()
    if pid == 0:
        ends = [os.dup2(s.fileno(), 50 + n)
                for n, s in enumerate((helper, agent))]
        os.closerange(3, 50)
        for n, fd in enumerate(ends):
            os.dup2(fd, 3 + n)
        os.execv(path, ["stockade-egress"])
    helper.close()
    agent.close()
    return pid


def children(pid):
    with open("/proc/%d/task/%d/children" % (pid, pid)) as f:
        return [int(p) for p in f.read().split()]


def capabilities(pid):
    with open("/proc/%d/status" % pid) as f:
        return {line.split()[1] for line in f
                if line.startswith(("CapPrm", "CapEff"))}


def ticks(pid):
    with open("/proc/%d/stat" % pid) as f:
        return sum(map(int, f.read().rpartition(")")[2].split()[11:13]))


def main():
    kind = socket.AF_UNIX, socket.SOCK_SEQPACKET
    helper, agent = socket.socketpair(*kind), socket.socketpair(*kind)
    pid = start(sys.argv[1], helper[0], agent[0])
    helper[1].settimeout(10)
    helper[1].recv(4096)  # BROKER: the worker turns its loop
    worker = children(pid)[0]
    print("caps", *sorted(capabilities(pid) | capabilities(worker)))
    agent[1].close()
    time.sleep(0.2)
    before = ticks(worker)
    time.sleep(2)
    print("ticks", ticks(worker) - before)
    helper[1].close()
    signal.alarm(10)
    os.waitpid(pid, 0)


main()
