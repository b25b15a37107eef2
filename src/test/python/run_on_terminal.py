"""Runs a program whose output is a terminal, and prints what the terminal gets as a JSON string.

    python run_on_terminal.py COMMAND...

The exit code is the program's.
"""

from __future__ import annotations

import json
import os
import pty
import sys


def main() -> None:
    process, terminal = pty.fork()
    if process == 0:
        os.execvp(sys.argv[1], sys.argv[1:])
    output = b""
    while True:
        try:
            chunk = os.read(terminal, 4096)
        except OSError:  # Linux's end of a terminal
            break
        if not chunk:
            break
        output += chunk
    _, status = os.waitpid(process, 0)
    print(json.dumps(output.decode()))
    sys.exit(os.waitstatus_to_exitcode(status))


main()
