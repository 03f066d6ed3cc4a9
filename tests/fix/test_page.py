"""The pages about `typed-bg fix` show what it does."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from fix_runs import fix
from support.check_command import run, write

pytestmark = pytest.mark.xdist_group("fix")

_ROOT = Path(__file__).parents[2]
_PAGE = _ROOT / "docs" / "fix.md"
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
            if " import BackgroundTasks" in before or " import shared_task" in before:
                name = f"{section['kind']}_{number}.py".replace("-", "_")
                found[name] = before, after
    return found


def test_each_example_is_what_the_command_does(tmp_path: Path) -> None:
    examples = _examples()
    assert len(examples) == 14
    root = write(tmp_path, {name: before for name, (before, _) in examples.items()})
    limits = "checker_limit_0.py"  # what ty checks
    fixes = fix(root, "--write", "--unsafe", "--checker", "ty")["fixes"]
    fixes += fix(root, "--write", "--unsafe", "--checker", "zuban", limits)["fixes"]
    celery = ("--family", "celery", "--checker", "ty", "argument_container_0.py")
    fixes += fix(root, "--write", "--unsafe", *celery)["fixes"]
    kinds = {(each["path"].rpartition("_")[0].replace("_", "-"), each["reason"]) for each in fixes}
    assert all(name == reason for name, reason in kinds)
    for name, (_, after) in examples.items():
        assert (root / name).read_text("utf-8") == after, name


@pytest.mark.full
def test_an_old_project_in_ten_minutes(tmp_path: Path) -> None:
    """The steps of docs/tutorial/check.md, in its example, with a faster checker."""
    root, checker = shutil.copytree(_ROOT / "docs_src" / "check", tmp_path / "shop"), "ty"
    done = run(root, "check", "--checker", checker)
    assert done.returncode == 1
    assert "error[wrong-argument]" in done.stdout
    assert "  fix:     typed-bg fix --select untyped-decorator\n" in done.stdout
    done = run(root, "fix", "--write", "--checker", checker)
    assert "not fixed: app/tracing.py" in done.stderr
    assert "app/signup.py:13" in done.stderr
    signup = root / "app" / "signup.py"
    signup.write_text(signup.read_text("utf-8").replace("retry=5", "retries=5"), "utf-8")
    done = run(root, "fix", "--write", "--checker", checker)
    assert done.returncode == 0, done.stderr
    line = "def traced(function: Callable[P, R]) -> Callable[P, R]:\n"
    assert line in (root / "app" / "tracing.py").read_text("utf-8")
    assert f"+{line}" in (_ROOT / "docs" / "tutorial" / "check.md").read_text("utf-8")
    baseline = ("--baseline", "typed-bg.json")
    assert run(root, "check", "--checker", checker, *baseline, "--update-baseline").returncode == 0
    assert run(root, "check", "--checker", checker, *baseline).returncode == 0
