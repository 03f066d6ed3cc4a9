"""docs/fix.md shows code before and after: the command makes the one of the other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fix_runs import fix
from support.check_command import write

pytestmark = pytest.mark.xdist_group("fix")

_PAGE = Path(__file__).parents[2] / "docs" / "fix.md"
_SECTION = re.compile(r"^### (?P<kind>[\w-]+)\n(?P<text>.*?)(?=^##)", re.MULTILINE | re.DOTALL)
_DIFF = re.compile(r"^```diff\n(?P<diff>.*?)^```$", re.MULTILINE | re.DOTALL)


def _side(diff: str, marks: str) -> str:
    lines = (line for line in diff.splitlines() if line[:1] in marks or not line)
    return "".join(f"{line[1:]}\n" for line in lines)


def _examples() -> dict[str, tuple[str, str]]:
    """Return what is shown as a whole module, before and after."""
    found = {}
    for section in _SECTION.finditer(_PAGE.read_text("utf-8")):
        for number, match in enumerate(_DIFF.finditer(section["text"])):
            before, after = _side(match["diff"], " -"), _side(match["diff"], " +")
            if "import BackgroundTasks" in before:
                name = f"{section['kind']}_{number}.py".replace("-", "_")
                found[name] = before, after
    return found


def test_each_example_is_what_the_command_does(tmp_path: Path) -> None:
    examples = _examples()
    assert len(examples) == 8
    root = write(tmp_path, {name: before for name, (before, _) in examples.items()})
    limits = "checker_limit_0.py"  # what ty checks
    fixes = fix(root, "--write", "--unsafe", "--checker", "ty")["fixes"]
    fixes += fix(root, "--write", "--unsafe", "--checker", "zuban", limits)["fixes"]
    kinds = {(each["path"].rpartition("_")[0].replace("_", "-"), each["reason"]) for each in fixes}
    assert all(name == reason for name, reason in kinds)
    for name, (_, after) in examples.items():
        assert (root / name).read_text("utf-8") == after, name
