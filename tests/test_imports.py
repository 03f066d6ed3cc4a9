"""Importing the package imports what it needs to check and run tasks, and no more."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
before = set(sys.modules)  # what the interpreter and its site-packages have loaded on their own
import typed_bg
print(*sorted(set(sys.modules) - before), sep="\\n")
"""

# What starlette.background and anyio import themselves, and what the package lists.
ALLOWED = {
    "_missing_stdlib_info",  # of the standard library of Python 3.15, which does not list it
    "anyio",
    "exceptiongroup",
    "idna",
    "sniffio",
    "starlette",
    "typed_bg",
    "typing_extensions",
}


def imported():
    """List the modules that `import typed_bg` loads in a fresh interpreter."""
    run = subprocess.run(  # noqa: S603  # this interpreter
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    return set(run.stdout.split())


def test_importing_loads_no_tool_and_no_extra():
    modules = imported()
    assert "typed_bg.background" in modules
    own = {name.split(".")[1] for name in modules if name.startswith("typed_bg.")}
    assert own == {"_core", "background", "exceptions"}  # no engine and no tool
    others = {name.partition(".")[0] for name in modules} - set(sys.stdlib_module_names)
    assert others <= ALLOWED
