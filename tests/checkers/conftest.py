"""One run of each checker over the same few files, shared by the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from checked_files import FILES, PYTHON

from typed_bg.checkers import CHECKERS, Checker, Run, run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(
    scope="session",
    params=[pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in CHECKERS],
)
def checker(request: pytest.FixtureRequest) -> Checker:
    """Each of the six."""
    return CHECKERS[request.param]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files."""
    folder = tmp_path_factory.mktemp("sources")
    for name, text in FILES.items():
        (folder / name).write_bytes(text.encode())
    return folder.resolve()


@pytest.fixture(scope="session")
def reading(checker: Checker, folder: Path) -> Run:
    """What the checker says about the files."""
    return run(checker, folder, python=PYTHON, profile="default")
