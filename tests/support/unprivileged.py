"""Run a command without root's right to read and write everything."""

from __future__ import annotations

import os
import shutil

import pytest

_DROPPED = "-dac_override,-dac_read_search,-fowner,-chown"
IS_ROOT = os.name == "posix" and os.geteuid() == 0
# Before a command: nothing for a normal user, and for root a program that drops these rights.
UNPRIVILEGED: tuple[str, ...] = (
    ("setpriv", f"--bounding-set={_DROPPED}", f"--inh-caps={_DROPPED}") if IS_ROOT else ()
)

needs_unprivileged = pytest.mark.skipif(
    os.name != "posix" or (IS_ROOT and shutil.which("setpriv") is None),
    reason="root can read everything, and setpriv, which drops that right, is not installed",
)
