"""Importing the package imports what it needs to check and run tasks, and no more."""

from __future__ import annotations

import subprocess
import sys

import pytest

import typed_bg

PROGRAM = """
import sys
before = set(sys.modules)  # what the interpreter and its site-packages have loaded on their own
{statement}
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


def imported(statement):
    """List the modules that a statement loads in a fresh interpreter."""
    run = subprocess.run(  # noqa: S603  # this interpreter
        [sys.executable, "-c", PROGRAM.format(statement=statement)],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(run.stdout.split())


def own(modules):
    """Name the parts of this package among modules."""
    return {name.split(".")[1] for name in modules if name.startswith("typed_bg.")}


def test_importing_loads_no_tool_and_no_extra():
    modules = imported("from typed_bg import BackgroundTasks, TaskArgumentError, task")
    assert "typed_bg.background" in modules
    assert own(modules) == {"_core", "background", "exceptions"}  # no engine and no tool
    others = {name.partition(".")[0] for name in modules} - set(sys.stdlib_module_names)
    assert others <= ALLOWED


def test_the_package_imports_starlette_only_when_it_is_used():
    modules = imported("import typed_bg.cli")
    assert own(modules) == {"_core", "cli"}
    assert not {"starlette", "anyio", "asyncio"} & modules


def test_all_names_can_be_imported():
    modules = imported("from typed_bg import *; print(BackgroundTask, MissingCallError, task)")
    assert {"typed_bg.background", "typed_bg.exceptions"} <= modules


def test_submodules_are_attributes():
    modules = imported(
        "import typed_bg; typed_bg.background.FailedTask; typed_bg.exceptions.TaskError"
    )
    assert {"typed_bg.background", "typed_bg.exceptions"} <= modules


def test_a_name_that_is_not_there():
    assert "BackgroundTasks" in dir(typed_bg)
    with pytest.raises(
        AttributeError, match="module 'typed_bg' has no attribute 'BackgroundTask_'"
    ):
        _ = typed_bg.BackgroundTask_
