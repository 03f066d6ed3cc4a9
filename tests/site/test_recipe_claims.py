"""What the recipes say about alternatives, for which there is no snippet: six checkers confirm it.

Each program in recipe_claims/ has a sentence of a recipe as its docstring. `# reported by:` names
the checkers that report an error on a line.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

from typed_bg.checkers import CHECKERS, run

FOLDER = Path(__file__).parent / "recipe_claims"
COOKBOOK = Path(__file__).parents[2] / "docs" / "cookbook"
PROGRAMS = sorted(FOLDER.glob("*.py"))
EXPECTED = re.compile(r"# reported by: (.+)$")
RULES = {"mypy": "empty-body", "zuban": "empty-body"}
"""Their rules about functions without a body, which keep the programs short."""


def recipe_of(program: Path) -> Path:
    """Return the recipe: `forwarder_names.py` is about `forwarder.md`."""
    names = sorted((path.stem for path in COOKBOOK.glob("*.md")), key=len)
    name = next(name for name in reversed(names) if program.stem.startswith(name))
    return COOKBOOK / f"{name}.md"


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.stem)
def test_the_recipe_says_so(program: Path) -> None:
    claim = ast.get_docstring(ast.parse(program.read_text("utf-8")))
    assert claim
    assert claim in " ".join(recipe_of(program).read_text("utf-8").split())


@pytest.mark.parametrize("checker", CHECKERS)
def test_the_checkers_do_as_the_recipes_say(checker: str) -> None:
    expected: dict[tuple[str, int], bool] = {}
    for program in PROGRAMS:
        for number, line in enumerate(program.read_text("utf-8").splitlines(), 1):
            if found := EXPECTED.search(line):
                named = found[1].split(", ")
                assert named in (["all"], ["none"]) or {*named} <= {*CHECKERS}
                expected[program.stem, number] = named == ["all"] or checker in named
    outcome = run(
        CHECKERS[checker],
        FOLDER.parent,
        paths=[FOLDER.name],
        python=Path(sys.executable),
        profile="default",
        python_version="3.13",
        timeout=300,
    )
    reported = {
        (each.path.stem, each.line)
        for each in outcome.diagnostics
        if each.severity == "error" and each.rule != RULES.get(checker)
    }
    assert {place for place in expected if place in reported} == {
        place for place, is_reported in expected.items() if is_reported
    }
