"""The files that the checkers read here, and the environment that they read them in."""

from __future__ import annotations

import sys
from pathlib import Path

PYTHON = Path(sys.executable)

# Written byte for byte: the ending of each line, the tabs and the mark are the point.
FILES = {
    "wide.py": (
        "from starlette.background import BackgroundTasks\n"
        "def send(to: str, n: int) -> None: ...\n"
        "def later(tasks: BackgroundTasks) -> None:\n"
        '    s = "😀é"; tasks.add_task(send, s, "four")\n'
        '    "é"\t;\ttasks.add_task(send, "a", "five")\n'
        "    print()\n"
        "    tasks.add_task(\n"
        "        send,\n"
        '        "é",\n'
        '        n="ten",\n'
        "    )\n"
        "    reveal_type(send)\n"
        '    tasks.add_task(send, to="a", m=1)\n'
    ),
    "crlf.py": 'x: str = "é"; y: int = "one"\r\n\r\nz: str = 3\r\n',
    "mark.py": '\ufeffx: int = "one"\nq = 1; \x0cw: int = "two"\n',
}
