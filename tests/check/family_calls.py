"""What each checker reports about the calls of a family, alone and with `typed-bg check`.

`python tests/check/family_calls.py NAME...` runs the checkers and writes down what they report, in
`families/outcomes.toml`.
"""

from __future__ import annotations

import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from typed_bg.check.project.settings import Settings
from typed_bg.check.run import Request, check_project
from typed_bg.checkers import CHECKERS, run

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from typed_bg.check.results.report import ReportedCall, SkippedCall

FOLDER = Path(__file__).with_name("families")
RECORD = FOLDER / "outcomes.toml"
KINDS = {"right": "!", "type": "t", "missing": "m", "keyword": "k"}
"""The calls of an API, each with the letter for an error that is reported about it."""
_FUNCTION = "def calls"
_Reported = tuple[str, int, str]
"""The file and the line of an error, and the checker that reports it."""
# pyrefly checks no argument types without a config.
_PYREFLY = 'preset = "default"\n'


class Checked(NamedTuple):
    """The results of a family, and what is seen.

    Attributes:
        sites: Its calls.
        skipped: What is taken for no call of any family.
        seen: By API and checker, the letters of the calls about which the checker reports an
            error, without and with typed-bg.
    """

    sites: list[ReportedCall]
    skipped: list[SkippedCall]
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


def check(
    names: Sequence[str], root: Path, checkers: Collection[str] = CHECKERS
) -> dict[str, Checked]:
    """Check the modules of families once with some checkers."""
    all_described = {name: family(name) for name in names}
    lines: dict[str, dict[int, tuple[str, str]]] = {}
    for name, described in all_described.items():
        for path, content in described.get("files", {}).items():
            assert not (root / path).exists(), f"two families have a file {path}"
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(content, "utf-8")
        text, lines[name] = module(described)
        (root / _file(name)).write_text(text, "utf-8")
    (root / "pyrefly.toml").write_text(_PYREFLY, "utf-8")
    alone = _reported_by_checkers_alone(root, [_file(name) for name in names], checkers)
    chosen = {each for described in all_described.values() for each in described["families"]}
    settings = Settings(
        checkers=tuple(checkers), python=sys.executable, families=tuple(sorted(chosen))
    )
    report = check_project(Request((root,), settings)).report
    assert not report.problems, report.problems
    places = {(site.place.path.name, site.place.line) for site in report.calls}
    # typed-bg reports nothing about what is no call site: there, the checkers are alone.
    together = {key for key in alone if key[:2] not in places}
    for finding in report.findings:
        if finding.rule == "wrong-argument" and finding.call is not None:
            place = finding.call.place
            together.update(
                (place.path.name, place.line, checker) for checker in finding.reported_by
            )
    checked: dict[str, Checked] = {}
    for name, described in all_described.items():
        seen: dict[str, dict[str, tuple[str, str]]] = {}
        for api in described["api"]:
            by_kind = {
                kind: (_file(name), line)
                for line, (of_api, kind) in lines[name].items()
                if of_api == api["name"]
            }
            seen[api["name"]] = {
                checker: (
                    _letters(by_kind, alone, checker),
                    _letters(by_kind, together, checker),
                )
                for checker in checkers
            }
        checked[name] = Checked(
            [site for site in report.calls if site.place.path.name == _file(name)],
            [
                call
                for call in report.skipped_calls
                if call.place.path.name == _file(name)
                and (call.place.path.name, call.place.line) not in places
            ],
            seen,
        )
    return checked


def _reported_by_checkers_alone(
    root: Path, files: Sequence[str], checkers: Collection[str]
) -> set[_Reported]:
    """Run each checker on the modules as they are, without typed-bg."""
    found: set[_Reported] = set()
    for name in checkers:
        result = run(CHECKERS[name], root, paths=files, python=Path(sys.executable))
        found.update(
            (diagnostic.path.name, diagnostic.line, name)
            for diagnostic in result.diagnostics
            # Behind a call of type `Never`, zuban reports only that the next one is unreachable.
            if diagnostic.severity == "error" and diagnostic.rule != "unreachable"
        )
    return found


def _file(name: str) -> str:
    return f"calls_{name}.py"


def is_installed(name: str) -> bool:
    """Return whether the packages of a family are installed."""
    try:
        return all(find_spec(package) for package in family(name).get("packages", ()))
    except ModuleNotFoundError:
        return False


def _letters(by_kind: dict[str, tuple[str, int]], reported: set[_Reported], checker: str) -> str:
    return "".join(
        letter if (*by_kind[kind], checker) in reported else "." for kind, letter in KINDS.items()
    )


def main(names: list[str]) -> None:
    """Run the checkers on families and record what they report."""
    whole: dict[str, Any] = tomllib.loads(RECORD.read_text("utf-8")) if RECORD.is_file() else {}
    with tempfile.TemporaryDirectory() as folder:
        found = check(names, Path(folder))
    for name, checked in found.items():
        whole[name] = checked.seen
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
