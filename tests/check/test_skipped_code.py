"""Conditions that a checker rules out by an annotation, and those that it does not."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from typed_bg._source.module import Module, parse
from typed_bg.check.calls.call_sites import find_sites
from typed_bg.check.reasons.skipped_code import ruled_out_by


def condition(annotation: str, test: str) -> str | None:
    text = (
        f"def view(tasks: BackgroundTasks, x: {annotation} = None, ready: bool = False):\n"
        f"    if {test}:\n"
        "        tasks.add_task(send)\n"
    )
    module = parse(Path("app.py"), text.encode())
    assert isinstance(module, Module)
    (site,) = find_sites(module)
    found = ruled_out_by(site)
    return None if found is None else ast.unparse(found.test)


@pytest.mark.parametrize("test", ["not x", "x is None", "x == None", "ready.now and (not x)"])
def test_a_condition_that_the_annotation_contradicts(test: str) -> None:
    assert condition("UploadFile", test) is not None


@pytest.mark.parametrize(
    "test",
    [
        "x",
        "x is not None",
        "x is None or ready.now",
        "not (x and ready.now)",
        "x.size and not x.open",
    ],
)
def test_a_condition_that_can_hold(test: str) -> None:
    assert condition("UploadFile", test) is None


@pytest.mark.parametrize("annotation", ["UploadFile | None", "Optional[UploadFile]", "Any"])
def test_an_annotation_that_allows_none(annotation: str) -> None:
    assert condition(annotation, "not x") is None
