"""Run `typed-bg check` on a package as it is, and with each kind of fault."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.planted.calls import calls_of
from benchmarks.planted.command import json_of
from benchmarks.planted.faults import extra, missing, planted, wrong_type
from benchmarks.planted.results import Result
from benchmarks.planted.signatures import decidable
from typed_bg._source.files import python_files

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from benchmarks.planted.calls import Call
    from benchmarks.planted.faults import Edit, Kind
    from benchmarks.planted.packages import Package
    from benchmarks.planted.signatures import Verdict

CHECKERS = ("mypy", "pyright", "ty", "pyrefly", "zuban")
_Reported = dict["tuple[Path, int]", "set[str]"]
"""The messages about each call, by its file and its number in it."""


@dataclass(frozen=True)
class Bench:
    """How packages are checked.

    Attributes:
        folder: Where reports and caches are kept.
        python: The interpreter of the environment.
        installed: The packages that the environment has.
        kinds: The kinds of faults.
        checkers: The checkers, each of which runs alone.
    """

    folder: Path
    python: Path
    installed: Collection[str]
    kinds: Sequence[Kind]
    checkers: Sequence[str]

    def results(self, package: Package, tree: Path) -> list[Result]:
        """Return what is reported about each call of a package, by kind of fault and checker.

        Args:
            package: The package.
            tree: Its files. While it is checked, each file with calls has a copy for each kind of
                fault, and one without any, next to it: then one run of a checker is enough.
        """
        files = [path for path in python_files(tree).files if path.suffix == ".py"]
        calls = {path: found for path in files if (found := calls_of(path))}
        verdicts = {
            kind: {
                call: self._verdict(package, tree, call, kind)
                for found in calls.values()
                for call in found
            }
            for kind in self.kinds
        }
        copies: dict[Path, tuple[Kind | None, Path]] = {}
        try:
            for path, found in calls.items():
                copies[_copy(path, None)] = None, path
                _copy(path, None).write_bytes(path.read_bytes())
                for kind, of_kind in verdicts.items():
                    copies[_copy(path, kind)] = kind, path
                    edits = [_edit(c, of_kind[c], kind) for c in found if not of_kind[c].reason]
                    _copy(path, kind).write_bytes(planted(found[0].module, edits))
            return [
                result
                for checker in self.checkers
                for result in self._of_checker(package, checker, tree, copies, verdicts)
            ]
        finally:
            for path in copies:
                path.unlink()

    def _of_checker(
        self,
        package: Package,
        checker: str,
        tree: Path,
        copies: Mapping[Path, tuple[Kind | None, Path]],
        verdicts: Mapping[Kind, Mapping[Call, Verdict]],
    ) -> Iterator[Result]:
        reported = self._reported(package, checker, tree, copies)
        originals = {path for _, path in copies.values()}
        for (path, number), messages in reported.items():
            if path in originals:
                place = f"{path.relative_to(tree).as_posix()}#{number}"
                for message in messages:
                    yield Result(package.name, "none", checker, place, message)
        for kind, of_kind in verdicts.items():
            for call, verdict in of_kind.items():
                path = call.module.path
                before = reported.get((_copy(path, None), call.number), set())
                now = reported.get((_copy(path, kind), call.number), set())
                yield Result(
                    package.name,
                    kind,
                    checker,
                    _place(tree, call),
                    verdict.reason,
                    bool(now - before),
                )

    def _verdict(self, package: Package, tree: Path, call: Call, kind: Kind) -> Verdict:
        found = decidable(call, kind, self.installed)
        reason = package.left_out.get(_place(tree, call))
        return found if reason is None else found._replace(reason=reason)

    def _reported(
        self,
        package: Package,
        checker: str,
        tree: Path,
        copies: Mapping[Path, tuple[Kind | None, Path]],
    ) -> _Reported:
        """Return what findings `wrong-argument` that name the checker say of each call."""
        cache = self.folder / "cache"
        report = json_of("check", "--checker", checker, tree=tree, python=self.python, cache=cache)
        name = f"{package.name}, {checker}"
        reports = self.folder / "reports"
        reports.mkdir(exist_ok=True)
        kept = reports / f"{name.replace(', ', '.')}.json"
        kept.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
        for run in report["checkers"]:
            if run["failure"]:
                print(f"{name}: {run['failure']}", file=sys.stderr)  # noqa: T201
        # A fault may change the lines and columns, but not the order of the calls.
        files = {*copies, *(path for _, path in copies.values())}
        places = {
            (path.relative_to(tree).as_posix(), *call.place): (path, call.number)
            for path in files
            for call in calls_of(path)
        }
        found: _Reported = {}
        for finding in report["findings"]:
            if finding["rule"] == "wrong-argument" and checker in finding["reported_by"]:
                # The direct call is another one with the fault.
                message = finding["message"].partition(", checked as ")[0]
                for index in {*finding["calls"], finding["call"]} - {None}:
                    place = report["calls"][index]["place"]
                    key = places.get((place["path"], place["line"], place["column"]))
                    if key is not None:
                        found.setdefault(key, set()).add(message)
        return found


def _copy(path: Path, kind: Kind | None) -> Path:
    name = (kind or "none").replace(" ", "_")
    return path.with_name(f"{path.stem}_planted_{name}.py")


def _place(tree: Path, call: Call) -> str:
    return f"{call.module.path.relative_to(tree).as_posix()}:{call.place[0]}"


def _edit(call: Call, verdict: Verdict, kind: Kind) -> Edit:
    if kind == "extra" or verdict.value is None:
        return missing(call) if kind == "missing" else extra(call)
    return wrong_type(call, verdict.value)
