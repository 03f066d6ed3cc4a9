"""What each checker reports about the calls of a family, alone and with `typed-bg check`.

`python tests/check/family_calls.py NAME...` runs the checkers and writes down what they report, in
`families/outcomes.toml`.
"""

from __future__ import annotations

import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest.mock import patch

from typed_bg.check.checker_runs import Runner
from typed_bg.check.project.settings import Settings
from typed_bg.check.run import Request, check_project
from typed_bg.checkers import CHECKERS, Run

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from typed_bg.check.results.report import Report

FOLDER = Path(__file__).with_name("families")
RECORD = FOLDER / "outcomes.toml"
KINDS = {"right": "!", "type": "t", "missing": "m", "keyword": "k"}
"""The calls of an API, each with the letter for an error that is reported about it."""
_FUNCTION = "def calls"
# pyrefly checks no argument types without a config.

_PYREFLY = 'preset = "default"\n'


class Checked(NamedTuple):
    """The results of a family: its report, and what is seen.

    Attributes:
        report: The report.
        seen: By API and checker, the letters of the calls about which the checker reports an
            error, without and with typed-bg.
    """

    report: Report
    seen: dict[str, dict[str, tuple[str, str]]]


def family(name: str) -> dict[str, Any]:
    """Return the description of a family's calls."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))


def module(described: dict[str, Any]) -> tuple[str, dict[int, tuple[str, str]]]:
    """Return a module with all calls of a family, and the API and kind of the call on each line."""
    imports, marker, function = described["head"].lstrip("\n").rpartition(_FUNCTION)
    before, newline, start = imports.rpartition("\n")
    text = before + newline
    lines: dict[int, tuple[str, str]] = {}
    for number, api in enumerate(described["api"]):
        # A function for each API: pyright does not check one with too many branches.
        text += f"\n\n{start}{marker}_{number}{function}"
        for kind in KINDS:
            lines[text.count("\n") + 1] = api["name"], kind
            text += f"    {api[kind]}\n"
    return text, lines


def check(name: str, root: Path) -> Checked:
    """Check a family's module once with all checkers."""
    described = family(name)
    text, lines = module(described)
    for path, content in described.get("files", {}).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content, "utf-8")
    (root / "calls.py").write_text(text, "utf-8")
    (root / "pyrefly.toml").write_text(_PYREFLY, "utf-8")
    own: dict[tuple[int, str], bool] = defaultdict(bool)
    run_all = Runner.run_all

    def kept(self: Runner, parts: Any) -> Any:
        """Keep what is reported on lines without a call site, where nothing is added."""
        results = run_all(self, parts)
        for of_part in results:
            for checker, run in of_part.items():
                assert isinstance(run, Run), run
                for diagnostic in run.diagnostics:
                    if diagnostic.severity == "error" and diagnostic.path.name == "calls.py":
                        own[diagnostic.line, checker] = True
        return results

    settings = Settings(
        checkers=tuple(CHECKERS), python=sys.executable, families=tuple(described["families"])
    )
    with patch.object(Runner, "run_all", kept):
        report = check_project(Request((root,), settings)).report
    assert not report.problems, report.problems
    sites = {site.place.line for site in report.sites}
    alone: set[tuple[int, str]] = {key for key in own if key[0] not in sites}
    directly: set[tuple[int, str]] = set()
    for finding in report.findings:
        if finding.rule != "wrong-argument" or finding.site is None:
            continue
        found = directly if "checked as `" in finding.message else alone
        found.update((finding.site.place.line, checker) for checker in finding.reported_by)
    seen: dict[str, dict[str, tuple[str, str]]] = {}
    for api in described["api"]:
        by_kind = {kind: line for line, (name, kind) in lines.items() if name == api["name"]}
        seen[api["name"]] = {
            checker: (
                _letters(by_kind, alone, checker),
                _letters(by_kind, alone | directly, checker),
            )
            for checker in CHECKERS
        }
    return Checked(report, seen)


def _letters(by_kind: dict[str, int], reported: set[tuple[int, str]], checker: str) -> str:
    return "".join(
        letter if (by_kind[kind], checker) in reported else "." for kind, letter in KINDS.items()
    )


def main(names: list[str]) -> None:
    """Run the checkers on families and record what they report."""
    whole: dict[str, Any] = tomllib.loads(RECORD.read_text("utf-8")) if RECORD.is_file() else {}
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            whole[name] = check(name, Path(folder)).seen
    RECORD.write_text(written(whole), "utf-8")


def written(whole: dict[str, dict[str, dict[str, Any]]]) -> str:
    """Return outcomes as TOML."""
    text = "# Written by `python tests/check/family_calls.py NAME...`.\n"
    for name, apis in sorted(whole.items()):
        for api, seen in apis.items():
            text += f"\n[{name}.'{api}']\n"
            text += "".join(f'{checker} = ["{a}", "{b}"]\n' for checker, (a, b) in seen.items())
    return text


if __name__ == "__main__":
    main(sys.argv[1:])
