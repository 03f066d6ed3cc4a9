"""The command `typed-bg`."""

from __future__ import annotations

import sys
import traceback

from typed_bg.cli.extras import lacks


def main() -> None:
    """Run the command line, or report what it needs."""
    try:
        from typed_bg.cli.app import make_app  # noqa: PLC0415  # of an extra
    except ModuleNotFoundError as error:
        print(f"typed-bg: {lacks(error.name)}", file=sys.stderr)  # noqa: T201
        sys.exit(2)
    try:
        make_app(sys.argv[1:])(prog_name="typed-bg")
    except Exception:  # noqa: BLE001  # Python's own exit code, 1, means findings
        traceback.print_exc()
        broken = "typed-bg: internal error (a bug in typed-bg or in your app); nothing was changed"
        print(broken, file=sys.stderr)  # noqa: T201
        sys.exit(2)
