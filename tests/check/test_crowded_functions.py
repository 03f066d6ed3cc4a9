"""Functions that pyright gives up on because they hold many probes, and some that it never checks.

Without the further runs, the calls in the crowded ones were `unchecked`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from support.check_command import HEAD, check, write

if TYPE_CHECKING:
    from pathlib import Path

TRY = """\
    try:
{calls}
    except KeyError:
        pass
    except ValueError:
        pass
"""
CALLS = "\n".join(f'        tasks.add_task(send, "a", {number})' for number in range(48))
UNTYPED = CALLS.replace("add_task(send", "add_task(untyped", 1)
CROWDED = (
    f"{HEAD}def untyped(*args, **kwargs): ...\n\n\n"
    f"def later(tasks: BackgroundTasks) -> None:\n{TRY.format(calls=UNTYPED)}"
)
MODULE = f"{HEAD}tasks = BackgroundTasks()\nif __name__:\n{TRY.format(calls=CALLS)}"
BRANCHES = "".join(f"    if number == {number}:\n        print()\n" for number in range(800))
CALL = '    tasks.add_task(send, "a", 3)\n'
COMPLEX = f"{HEAD}def later(tasks: BackgroundTasks, number: int) -> None:\n{CALL}{BRANCHES}"
PART = f"def part(tasks: BackgroundTasks) -> None:\n{CALL}"
MOVED = COMPLEX.replace(CALL, "    part(tasks)\n") + "\n\n" + PART


def verdicts(root: Path, checker: str) -> dict[str, list[str]]:
    """Return the verdicts of the calls by file, each with the codes of its reasons."""
    done = check(root, "--no-cache", "--format", "json", "--fail-on", "wrong", checker=checker)
    found: dict[str, list[str]] = {}
    for site in json.loads(done.stdout)["calls"]:
        (judgement,) = site["judgements"]
        codes = [reason["code"] for reason in judgement["reasons"]]
        verdict = " ".join((judgement["verdict"], *codes))
        found.setdefault(site["place"]["path"], []).append(verdict)
    return found


@pytest.mark.full
@pytest.mark.parametrize("checker", ["pyright", "basedpyright"])
def test_each_call_gets_the_verdict_that_it_has_alone(checker: str, tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {"crowded.py": CROWDED, "module.py": MODULE, "complex.py": COMPLEX, "moved.py": MOVED},
    )
    found = verdicts(root, checker)
    first, *others = found.pop("crowded.py")
    assert first.startswith("unchecked")
    assert others == ["checked"] * 47
    assert found == {
        "module.py": ["checked"] * 48,
        # pyright skips it, with or without probes; moved into its own function, it is checked.
        "complex.py": ["unprobeable unprobeable-too-complex"],
        "moved.py": ["checked"],
    }


@pytest.mark.full
def test_also_if_pyright_does_not_say_that_it_gives_up(tmp_path: Path) -> None:
    config = "[tool.pyright]\nreportGeneralTypeIssues = false\n"
    root = write(tmp_path, {"pyproject.toml": config, "crowded.py": CROWDED})
    first, *others = verdicts(root, "pyright")["crowded.py"]
    assert first.startswith("unchecked")
    assert others == ["checked"] * 47


@pytest.mark.parametrize("checker", ["mypy", "ty", "pyrefly", "zuban"])
def test_the_others_check_crowded_functions(checker: str, tmp_path: Path) -> None:
    files = {"crowded.py": CROWDED, "module.py": MODULE, "complex.py": COMPLEX}
    root = write(tmp_path, {"pyrefly.toml": 'preset = "default"\n', **files})
    found = verdicts(root, checker)
    assert found.pop("crowded.py")[1:] == ["checked"] * 47
    assert found == {"module.py": ["checked"] * 48, "complex.py": ["checked"]}
