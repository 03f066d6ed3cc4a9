"""The command `typed-bg`."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

from typed_bg.cli.extras import lacks

_STDERR = 2


def main() -> None:
    """Run the command line, or report which packages it needs."""
    _open_closed_streams()
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


def _open_closed_streams() -> None:
    """Discard what is written to a closed stdout or stderr, such as with `2>&-`."""
    # Else the next file that is opened would get the stream's number.
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= _STDERR:
        pass
    os.close(descriptor)
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
