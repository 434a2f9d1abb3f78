"""A parent that has imported the product: for each line it reads it forks a process that serves.

Importing takes seconds, so thirty starts would. The child is the product all the same: it runs
`commonhold serve`, opens the database itself, and nothing of it is left when it is killed.
"""

import json
import os
import sys

from app.cli import load, main


def run() -> None:
    """Serve for each order until the input ends; answer the child's id, then how it ended."""
    load("serve")
    while line := sys.stdin.readline():
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _serve(order["words"], order["environ"], log=order["log"])
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _serve(words: list[str], environ: dict[str, str], *, log: str) -> None:
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for number in (1, 2):
        os.dup2(output, number)
    os.environ.update(environ)
    sys.argv = ["commonhold", *words]
    try:
        main()
    finally:
        os._exit(0)


if __name__ == "__main__":
    run()
