"""A docs site that reads `Doc()` and docstrings shows one section about parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import griffe
import pytest

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = '''
from typing import Annotated
from typing_extensions import Doc

def f(a: Annotated[int, Doc("The a.")], b: int, *c: Annotated[int, Doc("The c.")]) -> None:
    """Do.

    Args:
        a: The a.
        b: By hand.
        *c: The c.
    """

class A:
    """A class.

    Args:
        x: The x.
    """

    def __init__(self, x: Annotated[int, Doc("The x.")]) -> None: ...

    def m(self, y: Annotated[int, Doc("The y.")]) -> None:
        """Do."""
'''
SITE = "griffe_typingdoc"
OURS = "typed_bg.griffe"


def sections(folder: Path, *extensions: str) -> dict[str, list[list[tuple[str, str]]]]:
    """Return the sections about parameters that a site would show."""
    (folder / "package").mkdir()
    (folder / "package/__init__.py").write_text("")
    (folder / "package/module.py").write_text(SOURCE)
    package = griffe.load(
        "package",
        search_paths=[folder],
        extensions=griffe.load_extensions(*extensions),
        docstring_parser="google",
        allow_inspection=False,
    )
    shown: dict[str, list[list[tuple[str, str]]]] = {}
    for name in ("f", "A", "A.__init__", "A.m"):
        docstring = package[f"module.{name}"].docstring
        shown[name] = [
            [(each.name, each.description) for each in section.value]
            for section in (docstring.parsed if docstring else ())
            if isinstance(section, griffe.DocstringSectionParameters)
        ]
    return shown


def test_without_the_extension_there_are_two(tmp_path: Path) -> None:
    assert len(sections(tmp_path, SITE)["f"]) == 2


def test_with_it_there_is_one(tmp_path: Path) -> None:
    assert sections(tmp_path, SITE, OURS) == {
        "f": [[("a", "The a."), ("b", "By hand."), ("*c", "The c.")]],
        "A": [],
        "A.__init__": [[("x", "The x.")]],
        "A.m": [[("y", "The y.")]],
    }


@pytest.mark.parametrize("extensions", [(), (OURS,)])
def test_without_a_reader_of_doc_the_docstring_is_shown(
    tmp_path: Path, extensions: tuple[str, ...]
) -> None:
    shown = sections(tmp_path, *extensions)
    assert shown["f"] == [[("a", "The a."), ("b", "By hand."), ("*c", "The c.")]]
    assert shown["A"] == [[("x", "The x.")]]
