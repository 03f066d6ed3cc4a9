"""The command `typed-bg`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line, or say what it needs."""
    try:
        from typed_bg.audit.command_line import app  # noqa: PLC0415  # of an extra
    except ModuleNotFoundError as error:
        needs = f"typed-bg: the command needs {error.name}: pip install 'typed-bg[check]'"
        print(needs, file=sys.stderr)  # noqa: T201  # nothing better is there to say it with
        sys.exit(2)
    app(prog_name="typed-bg")
