"""What the server keeps while a module is edited."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("pygls")

from parso.cache import parser_cache
from window import HEAD, MAIL

from typed_bg.lsp.jedi_access import parse_cache
from typed_bg.lsp.projects import EditorOptions, Projects
from typed_bg.lsp.signature_help import signature_help

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FIRST = "def function_0() -> None: ...\n"
MODULE = "".join(f"def function_{number}() -> None: ...\n" for number in range(500)) + HEAD
EDITS = 20


@pytest.fixture
def edit(tmp_path: Path) -> Iterator[Callable[[int], None]]:
    """Edit a module and ask for signature help there, without the garbage collector."""
    (tmp_path / "mail.py").write_text(MAIL, encoding="utf-8")
    path = tmp_path / "signup.py"

    def edit(number: int) -> None:
        text = f"{MODULE}# edit {number}\n    tasks.add_task(send_email, "
        place = text.count("\n") + 1, len(text.rpartition("\n")[2])
        found = signature_help(analysis, text, path, place)
        assert found is not None
        assert found.signatures[0].name == "send_email"

    with parse_cache(tmp_path / "cache"):
        analysis = Projects((), EditorOptions(), pytest.fail).analysis(path)
        for number in range(5):
            edit(number)
        gc.collect()
        gc.disable()
        try:
            yield edit
        finally:
            gc.enable()


def _kept(is_of_module: Callable[[Any], bool]) -> int:
    return sum(is_of_module(each) for each in gc.get_objects())


def _are_lines(value: object) -> bool:
    lines = type(value) is list and bool(value) and type(value[0]) is str
    return lines and value[0] == FIRST


def _are_names(value: object) -> bool:
    return type(value) is dict and "function_0" in value and "function_499" in value


def test_the_text_before_an_edit_is_freed_at_once(edit: Callable[[int], None]):
    before = _kept(_are_lines), _kept(_are_names)
    assert min(before) > 0
    for number in range(10, 10 + EDITS):
        edit(number)
    assert _kept(_are_lines) <= before[0] + 1
    assert _kept(_are_names) <= before[1] + 1


def test_nothing_else_is_kept_for_each_edit(edit: Callable[[int], None]):
    before = len(gc.get_objects()), sum(map(len, parser_cache.values()))
    for number in range(10, 10 + EDITS):
        edit(number)
    gc.collect()
    after = len(gc.get_objects()), sum(map(len, parser_cache.values()))
    assert after[0] - before[0] < EDITS
    assert after[1] == before[1]
