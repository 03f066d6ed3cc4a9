"""The typing snippets at run time: good calls are added and run, bad ones end as recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
import pytest
from support.snippet_runs import Snippet, load, outcome, recorded, snippets

from typed_bg import BackgroundTasks

if TYPE_CHECKING:
    from pathlib import Path

GOOD = snippets("good")
BAD = snippets("bad")
RECORDED = recorded()


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


def test_every_recorded_outcome_has_its_snippet() -> None:
    assert sorted(RECORDED) == [snippet.name for snippet in BAD]


def test_every_bad_snippet_says_where_it_is_bad() -> None:
    assert [snippet.name for snippet in BAD if not snippet.error_lines] == []


def test_snippet_names_are_unique() -> None:
    assert {snippet.name for snippet in GOOD} & {snippet.name for snippet in BAD} == set()
