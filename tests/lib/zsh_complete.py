# SPDX-License-Identifier: ISC
"""What zsh completes: zsh_complete.py DIRECTORY LINE, LINE typed and a tab."""
import os
import pty
import select
import sys


def read_until(fd, text, seconds=20):
    seen = b""
    while text not in seen:
        ready, _, _ = select.select([fd], [], [], seconds)
        if not ready:
            break
        try:
            piece = os.read(fd, 4096)
        except OSError:
            break
        if not piece:
            break
        seen += piece
    return seen


def main():
    directory, line = sys.argv[1:3]
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.update(TERM="dumb", PS1="", ZDOTDIR="/nonexistent")
        os.execvp("zsh", ["zsh", "-f", "-i"])
    setup = (
        f"fpath=({directory} $fpath); autoload -U compinit; compinit -u -D; "
        "unset zle_bracketed_paste; PS1=; LISTMAX=999; "
        # One key does both: a second one might come while zsh completes.
        "tell() { zle expand-or-complete; print -r -- \"[$BUFFER]\"; exit }; "
        "zle -N tell; bindkey '^I' tell; print rea''dy\n"
    )
    os.write(fd, setup.encode())
    read_until(fd, b"ready")
    os.write(fd, line.encode() + b"\t")
    seen = read_until(fd, b"]")
    os.close(fd)
    os.waitpid(pid, 0)
    text = seen.decode(errors="replace")
    start = text.rfind("[stockade")
    print(text[start + 1:text.rfind("]")].rstrip() if start >= 0 else text)


main()
