"""Over real sources, copied: the command agrees with itself, and touches nothing but docstrings."""

from __future__ import annotations

import ast
import importlib.util
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from docs_runs import docs
from support.samples import only

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCES = [
    ("typer", "sphinx"),
    *(
        pytest.param(package, style, marks=pytest.mark.full)
        for package, style in (
            *(
                ("typed_bg", "google"),
                ("fastapi", "google"),
                ("fastapi", "sphinx"),
                ("fastapi", "numpy"),
            ),
            *(("typer", "google"), ("typer", "numpy")),
        )
    ),
]


def installed(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def without_docstrings(source: bytes) -> str:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and (
            ast.get_docstring(node) is not None
        ):
            node.body[0] = ast.Pass()
    return ast.dump(tree)


@pytest.mark.parametrize(("package", "style"), SOURCES)
def test_a_second_run_changes_nothing(tmp_path: Path, package: str, style: str) -> None:
    copy = tmp_path / package
    shutil.copytree(installed(package), copy, ignore=shutil.ignore_patterns("__pycache__"))
    before = {path: path.read_bytes() for path in copy.rglob("*.py")}
    options = ["--add-docstrings", "--overwrite", "--style", style]
    first = docs(*options, copy)
    assert first.code == 0, first.err
    after = {path: path.read_bytes() for path in copy.rglob("*.py")}
    second = docs(*options, copy)
    assert {path: path.read_bytes() for path in copy.rglob("*.py")} == after
    assert second.code == 0
    assert "0 written" in second.err
    assert docs("--check", *options, copy).code == 0
    for path, source in before.items():
        if after[path] != source:
            assert b"Doc(" in source, path
        # Where a docstring was added, a statement was; all others are as they were.
        assert without_docstrings(after[path]).replace("Pass(), ", "").replace("Pass()", "") == (
            without_docstrings(source).replace("Pass(), ", "").replace("Pass()", "")
        )


@pytest.mark.parametrize("package", only(["fastapi", "typer"], "typer".__eq__))
def test_every_documented_parameter_is_in_a_docstring(tmp_path: Path, package: str) -> None:
    copy = tmp_path / package
    shutil.copytree(installed(package), copy, ignore=shutil.ignore_patterns("__pycache__"))
    assert docs("--add-docstrings", "--overwrite", copy).code == 0
    shown = [
        (f"{path.name}:{function.lineno}", argument.arg, text)
        for path in copy.rglob("*.py")
        for function, text in functions(ast.parse(path.read_bytes()))
        for argument in ast.walk(function.args)
        if isinstance(argument, ast.arg) and argument.annotation
        if "Doc(" in ast.unparse(argument.annotation)
    ]
    assert len(shown) > 50
    assert [
        (place, name) for place, name, text in shown if not re.search(rf"\n    \*?{name}: ", text)
    ] == []


def functions(module: ast.Module) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, str]]:
    """Yield the functions of a module, each with the docstring that editors show for its call."""
    for owner in ast.walk(module):
        if isinstance(owner, (ast.Module, ast.ClassDef)):
            for node in owner.body:
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    outer = owner if node.name == "__init__" else node
                    yield node, ast.get_docstring(node) or ast.get_docstring(outer) or ""
