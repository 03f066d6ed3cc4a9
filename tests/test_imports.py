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
    "anyio",
    "exceptiongroup",
    "idna",
    "sniffio",
    "starlette",
    "typed_bg",
    "typing_extensions",
}
OWN = {
    "typed_bg",
    "typed_bg._core.engine",
    "typed_bg._core.locations",
    "typed_bg._core.messages",
    "typed_bg._core.registry",
    "typed_bg._core.hooks",
    "typed_bg._core.runner",
    "typed_bg._core.binders",
    "typed_bg.background",
    "typed_bg._core.binding",
    "typed_bg.exceptions",
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
    assert {name for name in modules if name.partition(".")[0] == "typed_bg"} == OWN
    others = {name.partition(".")[0] for name in modules} - set(sys.stdlib_module_names)
    assert others <= ALLOWED
