"""The examples of the site: they run, and six type checkers read them."""

from __future__ import annotations

import html
import importlib
import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from site_pages import ROOT, SITE
from support.samples import QUICK, only

from docs_build import pictures
from docs_build.code_blocks import BLOCK, with_examples
from typed_bg.checkers import CHECKERS, run

DOCS_SRC = ROOT / "docs_src"
SHOP = DOCS_SRC / "check"
EXAMPLES = sorted(
    path
    for path in DOCS_SRC.rglob("*.py")
    if path.name != "__init__.py" and SHOP not in path.parents
)
RECIPES = sorted((ROOT / "typing_tests" / "cookbook").glob("*.py"))
WRONG = "# wrong"


def ids(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))


@pytest.mark.parametrize("path", EXAMPLES, ids=ids)
def test_the_example_can_be_imported(path: Path) -> None:
    importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))


def test_the_tests_in_the_examples_pass() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-W", "ignore", "docs_src/testing"]
    ended = subprocess.run(  # noqa: S603  # this very interpreter
        command, cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stdout
    assert "3 passed" in ended.stdout


def test_every_example_is_shown() -> None:
    pages = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("docs/**/*.md"))
    hidden = [ids(path) for path in EXAMPLES if ids(path) not in pages]
    # Of these, the output is shown.
    assert hidden == ["docs_src/first_steps/wrong.py"]
    assert "output first_steps/wrong.py" in pages


@pytest.mark.parametrize("page", sorted(ROOT.glob("docs/**/*.md")), ids=ids)
def test_the_page_shows_the_examples_as_they_are(page: Path) -> None:
    markdown = page.read_text(encoding="utf-8")
    assert with_examples(markdown) == markdown, "run python -m docs_build.code_blocks"


def test_what_is_highlighted_is_code_about_tasks() -> None:
    found = 0
    for page in ROOT.glob("docs/**/*.md"):
        for block in BLOCK.finditer(page.read_text(encoding="utf-8")):
            numbers = re.search(r'hl_lines="([\d ]+)"', block["fence"])
            lines = block["code"].splitlines()
            for number in numbers[1].split() if numbers else ():
                line = lines[int(number) - 1]
                assert re.search(r"[Tt]asks?\b|task_", line), (page, block["path"], number)
                found += 1
    assert found > 10


@pytest.mark.parametrize("checker", only(CHECKERS, QUICK.__contains__))
def test_type_checkers_object_to_what_is_wrong_and_nothing_else(
    checker: str, tmp_path: Path
) -> None:
    shutil.copytree(DOCS_SRC, tmp_path / "docs_src", ignore=shutil.ignore_patterns("check"))
    outcome = run(
        CHECKERS[checker],
        tmp_path,
        paths=["docs_src"],
        python=Path(sys.executable),
        profile="default",
        python_version="3.10",
        timeout=300,
    )
    found = {
        (each.path.relative_to(tmp_path).as_posix(), each.line)
        for each in outcome.diagnostics
        if each.severity == "error"
    }
    expected = {
        (ids(path), number)
        for path in EXAMPLES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if line.endswith(WRONG)
    }
    assert expected
    assert found == expected


@pytest.mark.parametrize("path", RECIPES, ids=ids)
def test_the_right_calls_of_a_recipe_run(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    needs = re.search(r"^Needs: Python 3\.(\d+)$", text, re.MULTILINE)
    if needs and sys.version_info < (3, int(needs[1])):
        pytest.skip(needs[0])
    if "def right(" not in text:
        assert "# ok" not in text  # a definition that is wrong by itself
        return
    spec = importlib.util.spec_from_file_location(f"recipe_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.right()


def test_the_site_shows_what_an_example_prints() -> None:
    page = (SITE / "tutorial" / "order" / "index.html").read_text(encoding="utf-8")
    assert "second task: def, in a thread\nsession closed" in re.sub(r"<[^>]*>", "", page)


@pytest.mark.parametrize("name", pictures.PICTURES)
def test_the_picture_shows_what_is_said_now(name: str) -> None:
    kept = (pictures.ASSETS / f"{name}.svg").read_text(encoding="utf-8")
    assert words(kept) == words(pictures.draw(name)), "draw it anew: nox -s pictures"


def words(svg: str) -> list[str]:
    """Return the text of a picture."""
    return [html.unescape(text).strip() for text in re.findall(r"<text[^>]*>([^<]*)</text>", svg)]
