"""The typing snippets at run time: good calls are added and run, bad ones end as recorded."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import anyio
import pytest
from support.snippet_runs import (
    Snippet,
    has_wrong_types,
    load,
    outcome,
    recorded,
    recorded_wrong_types,
    snippets,
    types_checked,
)

from typed_bg import BackgroundTasks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Coroutines are among the arguments, and not every task runs.
pytestmark = pytest.mark.filterwarnings(
    "ignore:coroutine .* was never awaited", "ignore::pytest.PytestUnraisableExceptionWarning"
)
GOOD = snippets("good")
BAD = snippets("bad")
RECORDED = recorded()


@pytest.fixture(autouse=True, scope="module")
def _garbage_of_this_module_only() -> Iterator[None]:
    yield
    gc.collect()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Snippets that write files do it where no one minds."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def skip_if_too_new(snippet: Snippet) -> None:
    if not snippet.runs_here:
        pytest.skip(f"needs Python 3.{snippet.minor_version}")


@pytest.mark.parametrize("snippet", BAD, ids=lambda snippet: snippet.name)
def test_bad_snippet_ends_as_recorded(snippet: Snippet, folder: Path) -> None:
    skip_if_too_new(snippet)
    ended = outcome(snippet, folder)
    assert ended == RECORDED[snippet.name], (
        "if the new outcome is right, record it: python tests/support/snippet_runs.py --accept"
    )


@pytest.mark.parametrize("snippet", GOOD, ids=lambda snippet: snippet.name)
def test_good_snippet_is_added_and_runs(snippet: Snippet, folder: Path) -> None:
    skip_if_too_new(snippet)
    tasks = BackgroundTasks()
    load(snippet, folder).main(tasks)
    anyio.run(tasks)


@pytest.mark.parametrize("snippet", GOOD, ids=lambda snippet: snippet.name)
def test_no_good_snippet_is_rejected_for_its_types(snippet: Snippet, folder: Path) -> None:
    skip_if_too_new(snippet)
    pytest.importorskip("typeguard", exc_type=ImportError)
    with types_checked() as tasks:
        load(snippet, folder).main(tasks)


@pytest.mark.parametrize("snippet", BAD, ids=lambda snippet: snippet.name)
def test_bad_snippet_is_rejected_for_its_types_as_recorded(snippet: Snippet, folder: Path) -> None:
    skip_if_too_new(snippet)
    pytest.importorskip("typeguard", exc_type=ImportError)
    assert has_wrong_types(snippet, folder) == (snippet.name in recorded_wrong_types())


def test_every_recorded_outcome_has_its_snippet() -> None:
    assert sorted(RECORDED) == [snippet.name for snippet in BAD]


def test_every_bad_snippet_says_where_it_is_bad() -> None:
    assert [snippet.name for snippet in BAD if not snippet.error_lines] == []


def test_snippet_names_are_unique() -> None:
    assert {snippet.name for snippet in GOOD} & {snippet.name for snippet in BAD} == set()
