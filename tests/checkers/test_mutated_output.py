"""A checker's real output with a few bytes changed is read or an error, never a clean run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from checked_files import PYTHON
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.mutations import changes, mutated

from typed_bg.checkers import Checker, CheckerError, run, runner
from typed_bg.checkers.base import Reading
from typed_bg.checkers.columns import SourceLines

if TYPE_CHECKING:
    from pathlib import Path

    from typed_bg.checkers.model import Diagnostic, Output


@pytest.fixture(scope="session")
def output(checker: Checker, folder: Path) -> Output:
    """What the checker writes about the files, as it writes it."""
    outputs: list[Output] = []
    execute = runner.execute

    def record(*args: object, **options: object) -> Output:
        outputs.append(execute(*args, **options))
        return outputs[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "execute", record)
        assert run(checker, folder, python=PYTHON, profile="default").returncode == 1
    return outputs[-1]


def read(checker: Checker, output: Output, folder: Path) -> list[Diagnostic]:
    version = runner.version_in(checker, PYTHON)
    return runner._read(checker, output, Reading(folder, version, SourceLines()))


# The function that is tried changes nothing that the fixtures hold.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes, st.sampled_from([1, 1, 1, 2, 0]))
def test_mutated_output(
    checker: Checker, folder: Path, output: Output, changes: list[object], returncode: int
) -> None:
    stdout = mutated(output.stdout.encode(), changes).decode("utf-8", "replace")
    changed = replace(output, stdout=stdout, returncode=returncode)
    try:
        found = read(checker, changed, folder)
    except CheckerError:
        return
    assert found or returncode == 0
    sorted(found, key=lambda diagnostic: diagnostic.order())  # as `run` does


def test_output_as_it_is(checker: Checker, folder: Path, output: Output) -> None:
    assert len(read(checker, output, folder)) >= 6
