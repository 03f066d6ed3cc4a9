"""`--check`, `--diff`, findings and exit codes, as a person and CI see them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from docs_runs import IMPORTS, docs, docs_command

if TYPE_CHECKING:
    from pathlib import Path

needs_patch = pytest.mark.skipif(shutil.which("patch") is None, reason="patch is not installed")
AGREES = f'''{IMPORTS}
def f(a, b: Annotated[int, Doc("The b.")]):
    """Do.

    Args:
        a: By hand.
        b: The b.

    Raises:
        ValueError: Never.
    """
'''
MISSING = AGREES.replace("        b: The b.\n", "")
STALE = AGREES.replace("b: The b.", "b: Another.")
STRANGER = AGREES.replace("a: By hand.", "a: By hand.\n        gone: By hand.")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "module.py"


def test_agreement(path: Path) -> None:
    path.write_text(AGREES)
    run = docs_command("--check", path)
    assert (run.code, run.out) == (0, "")


@needs_patch
@pytest.mark.parametrize("source", [MISSING, STALE, STRANGER])
def test_check_fails_with_a_diff_that_makes_the_file_agree(path: Path, source: str) -> None:
    path.write_text(source)
    run = docs_command("--check", path)
    assert run.code == 1, run.err
    assert path.read_text() == source
    patch = ["patch", "--silent", str(path)]
    subprocess.run(patch, input=run.out, text=True, check=True)  # noqa: S603
    assert path.read_text() == AGREES
    assert docs("--check", path).code == 0


def test_a_missing_section_is_no_finding(path: Path) -> None:
    path.write_text(MISSING)
    run = docs("--check", path)
    assert "1 to be written, 0 findings" in run.err
    assert docs(path).code == 0
    assert path.read_text() == AGREES


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (STALE, r"module\.py:5: f: the text for `b` differs"),
        (STRANGER, r"module\.py:5: f: `gone` is not .*`a`, `b`"),
    ],
)
def test_doc_wins_only_with_overwrite(path: Path, source: str, words: str) -> None:
    path.write_text(source)
    run = docs(path)
    assert run.code == 1
    assert re.search(words, run.err)
    assert path.read_text() == source
    assert docs("--overwrite", path).code == 0
    assert path.read_text() == AGREES


def test_overwriting_keeps_what_is_about_other_parameters(path: Path) -> None:
    source = STALE.replace("a: By hand.", "a: By hand.\n        Note: kept.\n        (kept, too)")
    path.write_text(source)
    assert docs("--overwrite", path).code == 0
    assert path.read_text() == source.replace("Another.", "The b.")


def test_keywords_may_be_documented_that_are_no_parameters(path: Path) -> None:
    path.write_text(
        STRANGER.replace("f(a,", "f(a, **kw,").replace("**kw, b", "b").replace(")]):", ")], **kw):")
    )
    assert docs("--check", path).code == 0


def test_a_shared_entry(path: Path) -> None:
    path.write_text(AGREES.replace("a: By hand.\n        b: The b.", "a, b: Both."))
    for option in ("--check", "--overwrite"):
        run = docs(option, path)
        assert run.code == 1
        assert re.search("`a, b` share .* for `b`", run.err)
    assert "a, b: Both." in path.read_text()


def test_another_style_is_not_joined_by_a_second_section(path: Path) -> None:
    path.write_text(AGREES)
    run = docs("--style", "numpy", path)
    assert run.code == 1
    assert "documented in google style" in run.err
    assert path.read_text() == AGREES


def test_diff_shows_what_would_be_written(path: Path) -> None:
    path.write_text(MISSING + STALE)
    run = docs_command("--diff", path)
    assert run.code == 0
    assert re.findall(r"^[+-] .*", run.out, re.MULTILINE) == ["+        b: The b."]
    assert "b` differs from its Doc()" in run.err
    assert path.read_text() == MISSING + STALE


@needs_patch
def test_a_diff_of_a_last_line_without_newline(path: Path) -> None:
    path.write_text(IMPORTS + 'def f(x: Annotated[int, Doc("The x.")]): "Do."')
    run = docs("--check", path)
    patch = ["patch", "--silent", str(path)]
    subprocess.run(patch, input=run.out, text=True, check=True)  # noqa: S603
    assert docs("--check", path).code == 0


def test_text_that_is_computed_is_said(path: Path) -> None:
    path.write_text(AGREES.replace('Doc("The b.")', 'Doc(f"The {__name__}.")'))
    run = docs("--check", path)
    assert run.code == 0
    assert "note: f: the Doc() of `b` was skipped" in run.err


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"Doc(", "was never closed"),
        (b"Doc\xff", "invalid or missing encoding declaration"),
        (b"# coding: nothing\nDoc", "unknown encoding: nothing"),
        (b"Doc\0", "null bytes"),
        (None, "no such file"),
    ],
)
@pytest.mark.parametrize("option", ["--check", "--diff", "--overwrite"])
def test_a_file_that_cannot_be_read(
    path: Path, tmp_path: Path, raw: bytes | None, words: str, option: str
) -> None:
    if raw is not None:
        path.write_bytes(raw)
    (tmp_path / "other.py").write_text(MISSING)
    run = docs(option, path, tmp_path / "other.py")
    assert run.code == 2
    assert words in run.err
    # The others are not left out.
    assert ("b: The b." in run.out) is (option != "--overwrite")


def test_a_file_that_has_nothing_to_do_with_doc_is_not_parsed(path: Path) -> None:
    path.write_text("not python (")
    assert docs("--check", path).code == 0


def test_folders(tmp_path: Path) -> None:
    for name in ("a.py", "inner/b.py", ".hidden/c.py", "node_modules/d.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(MISSING)
    assert docs(tmp_path, tmp_path / "a.py").code == 0
    seen = {
        p.relative_to(tmp_path).as_posix()
        for p in tmp_path.rglob("*.py")
        if p.read_text() == AGREES
    }
    assert seen == {"a.py", "inner/b.py"}


def test_without_its_extra_the_command_says_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_text(MISSING)
    for name in ("typed_bg.docstrings.run", "typed_bg.docstrings.names"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "griffe", None)
    run = docs("--check", path)
    assert run.code == 2
    assert run.err == "typed-bg: this command needs griffe: pip install 'typed-bg[docs]'\n"


def test_where_doc_is_only_a_word(path: Path) -> None:
    source = MISSING.replace("Doc", "Other") + "# Doc\n"
    path.write_text(source)
    assert docs("--check", path).code == 0
    assert docs("--check", "--add-docstrings", path).out == ""
