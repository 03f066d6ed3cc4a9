"""The command `typed-bg`."""

from __future__ import annotations

import sys
import traceback


def main() -> None:
    """Run the command line, or say what it needs."""
    try:
        from typed_bg.cli.app import make_app  # noqa: PLC0415  # of an extra
    except ModuleNotFoundError as error:
        needs = f"typed-bg: the command needs {error.name}: pip install 'typed-bg[check]'"
        print(needs, file=sys.stderr)  # noqa: T201  # nothing better is there to say it with
        sys.exit(2)
    try:
        make_app(sys.argv[1:])(prog_name="typed-bg")
    except Exception:  # noqa: BLE001  # 1, which Python would exit with, stands for findings
        traceback.print_exc()
        broken = "typed-bg: this is a mistake in typed-bg or in the app, and nothing was done"
        print(broken, file=sys.stderr)  # noqa: T201
        sys.exit(2)
