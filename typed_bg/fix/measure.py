"""What the checkers make of a project with some files changed: verdicts, and all diagnostics."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from typed_bg._source.files import python_files
from typed_bg._source.module import Module, Sources
from typed_bg.check.calls.project_scan import scan
from typed_bg.check.calls.wrappers import forwarder_definitions
from typed_bg.check.checker_runs import Runner
from typed_bg.check.job import Job, module_name
from typed_bg.check.pipeline import check
from typed_bg.check.project.module_bases import module_bases
from typed_bg.check.project.workspace import mirror
from typed_bg.checkers import CheckerError
from typed_bg.fix.line_map import LineMap, line_map

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from typed_bg.check.calls.call_sites import CallSite
    from typed_bg.check.calls.forwarders import Forwarder
    from typed_bg.check.calls.project_scan import ModuleSites
    from typed_bg.check.calls.wrappers import ForwarderDefinition
    from typed_bg.check.checker_runs import Part
    from typed_bg.check.conclusions import Checked
    from typed_bg.check.project.checker_choice import CheckerToRun
    from typed_bg.check.project.workspace import Mirror
    from typed_bg.check.results.report import Report, ReportedCall, Verdict
    from typed_bg.checkers import Diagnostic, Run


Contents = dict[PurePosixPath, bytes]
"""The new content of files, by their path from the project's root."""

_WRONG = frozenset({"wrong-argument", "called-target", "never-runs"})
_PLAIN_CLASS = "plain-class"
_LINE_IN_MESSAGE = re.compile(r"\bline \d+")
_QUOTED = re.compile(r"`[^`]*`|\"[^\"]*\"")
# Rules that only change their words when a part of a signature gets a type.
_REWORDED = re.compile(r"no-untyped-|reportUnknown|reportMissing|reportUntyped|no-any-")


class CallKey(NamedTuple):
    """A call, by where it is in the original."""

    path: PurePosixPath
    line: int
    number: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


class Reported(NamedTuple):
    """A diagnostic, by where it is in the original."""

    checker: str
    path: PurePosixPath
    line: int
    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class MeasuredCall:
    """A call of the project with some files changed.

    Attributes:
        site: The call in the source.
        reported: The call in the report, with its verdicts.
        wrong: What is reported about it: the messages of the findings that are errors.
        wrong_by: The checkers that report a wrong argument of it.
        has_plain_class: Whether it is the first call on tasks of FastAPI's own class.
    """

    site: CallSite
    reported: ReportedCall
    wrong: tuple[str, ...]
    wrong_by: frozenset[str] = frozenset()
    has_plain_class: bool = False

    def verdicts(self) -> dict[str, Verdict]:
        """Return the verdict of each checker."""
        return {judgement.checker: judgement.verdict for judgement in self.reported.judgements}


@dataclass(frozen=True, slots=True)
class Measurement:
    """The verdicts about a project with some files changed.

    Attributes:
        contents: What is changed.
        report: The report of the check.
        calls: The calls, by where they are in the original.
    """

    contents: Contents
    report: Report
    calls: Mapping[CallKey, MeasuredCall]


@dataclass(slots=True)
class Laboratory:
    """Measures a project with changed files, in copies of it.

    Attributes:
        job: What to check.
        progress: Is told of each phase.
        forwarders: The project's own functions that pass a target on: their callers are calls too.
        modules: The modules with calls of the project as it is; `None` to look for them.
        notes: What the user should know about the proof.
    """

    job: Job
    progress: Callable[[str, str | None], None] = lambda _phase, _end: None
    forwarders: tuple[Forwarder, ...] = ()
    modules: Sequence[ModuleSites] | None = None
    notes: list[str] = field(default_factory=list[str])
    _folders: dict[PurePosixPath, PurePosixPath] = field(
        default_factory=dict[PurePosixPath, PurePosixPath]
    )
    _project: Contents = field(default_factory=Contents)
    _sources: Sources = field(default_factory=Sources)

    def folder_of(self, path: PurePosixPath) -> PurePosixPath:
        """Return the folder that the checkers of a file run in, from the project's root."""
        if path not in self._folders:
            self._folders[path] = self.job.parts([path])[0].folder
        return self._folders[path]

    def original(self, path: PurePosixPath) -> bytes | None:
        """Return the content of a file before any edit; `None` if it does not exist."""
        raw = self._sources.raw(self.job.root / path)
        return raw if isinstance(raw, bytes) else None

    def content(self, path: PurePosixPath, contents: Mapping[PurePosixPath, bytes]) -> bytes | None:
        """Return the content of a file with some files changed."""
        return contents[path] if path in contents else self.original(path)

    def measure(self, contents: Contents) -> Measurement:
        """Check the project with some files changed.

        Raises:
            MirrorError: The copy cannot be made.
        """
        edits = {self.job.root / path: content for path, content in contents.items()}
        forwarders = (*self.job.forwarders, *self.forwarders)
        job = replace(self.job, edits=edits, forwarders=forwarders)
        checked = check(job, self.progress)
        return Measurement(contents, checked.report, self._calls(contents, checked))

    def own_forwarders(self) -> list[ForwarderDefinition]:
        """Return the project's functions that pass a target on without its types."""
        return [
            definition
            for module, sites in self.unchanged()
            for definition in forwarder_definitions(sites, module_name(self.job.root, module.path))
            if not definition.typed
        ]

    def path_of(self, file: Path) -> PurePosixPath:
        """Return the path of a file from the project's root."""
        return PurePosixPath(file.relative_to(self.job.root).as_posix())

    def diagnostics(
        self, contents: Contents, checkers: Collection[str]
    ) -> Counter[Reported] | CheckerError:
        """Return what some checkers report in the whole project with some files changed.

        Args:
            contents: What is changed.
            checkers: The checkers, by name.

        Returns:
            Errors and warnings; or the failure of a checker.

        Raises:
            MirrorError: The copy cannot be made.
        """
        if not self._project:
            files = python_files(self.job.root).files
            contents_of = {self.path_of(file): self.original(self.path_of(file)) for file in files}
            self._project = {path: it for path, it in contents_of.items() if it is not None}
        paths = {self.path_of(module.path) for module, _ in self.unchanged()}
        python = {path for path in contents if path.suffix == ".py"}
        found: Counter[Reported] = Counter()
        maps = {path: self._lines(path, content) for path, content in contents.items()}
        with mirror(self.job.root, {**self._project, **contents}) as copy:
            for part in self.job.parts(sorted(paths | python)):
                for asked in (*part.checkers, *part.instead):
                    if asked.name not in checkers:
                        continue
                    run = self._run(copy, part, asked)
                    if isinstance(run, CheckerError):
                        return run
                    found.update(_read(copy, run.diagnostics, maps))
        return found

    def _run(self, copy: Mirror, part: Part, asked: CheckerToRun) -> Run | CheckerError:
        """Run a checker on all that its config says, or on the files with calls."""
        options = self.job.options
        # What mypy keeps of probed files would not fit.
        cache = None if options.cache is None else options.cache / "fix"
        whole = Runner(
            copy,
            _everything,
            self._bases,
            self.progress,
            replace(options, cache=cache),
        )
        result = whole.run_one(part, asked)
        if not isinstance(result, CheckerError):
            return result
        note = (
            f"{asked.name} cannot check the whole project ({result.kind}): only the files with "
            "calls and the changed files were searched for new errors"
        )
        if note not in self.notes:
            self.notes.append(note)
        return replace(whole, excluded=_nothing).run_one(part, asked)

    def _bases(self, part: Part, _checker: CheckerToRun) -> Sequence[PurePosixPath]:
        trees = {
            path: module.tree
            for path in part.paths
            if isinstance(module := self._sources.module(self.job.root / path), Module)
        }
        files = [self.path_of(path) for path in self.job.project() or self.job.paths]
        return list(module_bases(self.job.root, part.folder, trees, files))

    def unchanged(self) -> Sequence[ModuleSites]:
        """Return the modules with calls of the project as it is, which are found once."""
        if self.modules is None:
            job = self.job

            def name(path: Path) -> str:
                return module_name(job.root, path)

            self.modules = scan(job.paths, job.forwarders, module_name=name).modules
        return self.modules

    def _lines(self, path: PurePosixPath, content: bytes) -> LineMap:
        before = self.original(path) or b""
        return line_map(before.decode("latin-1"), content.decode("latin-1"))

    def _calls(self, contents: Contents, checked: Checked) -> dict[CallKey, MeasuredCall]:
        maps = {path: self._lines(path, content) for path, content in contents.items()}
        calls: dict[CallKey, MeasuredCall] = {}
        numbers: Counter[tuple[PurePosixPath, int]] = Counter()
        for call in found_calls(checked):
            place = call.reported.place
            lines = maps.get(place.path)
            line = place.line if lines is None else lines.original(place.line)
            calls[CallKey(place.path, line, numbers[place.path, line])] = call
            numbers[place.path, line] += 1
        return calls


def found_calls(checked: Checked) -> list[MeasuredCall]:
    """Return the calls of a project that was checked."""
    wrong: dict[ReportedCall, list[str]] = {}
    wrong_by: dict[ReportedCall, set[str]] = {}
    for finding in checked.report.findings:
        if finding.call is not None and finding.rule in _WRONG:
            wrong.setdefault(finding.call, []).append(finding.message)
            if finding.rule == "wrong-argument":
                wrong_by.setdefault(finding.call, set()).update(finding.reported_by)
    plain = {finding.call for finding in checked.report.findings if finding.rule == _PLAIN_CLASS}
    return [
        MeasuredCall(
            site,
            reported,
            tuple(wrong.get(reported, ())),
            frozenset(wrong_by.get(reported, ())),
            reported in plain,
        )
        for site, reported in zip(checked.sites, checked.report.calls, strict=True)
    ]


def _everything(_checker: CheckerToRun, _folder: PurePosixPath, _path: PurePosixPath) -> bool:
    return True


def _nothing(_checker: CheckerToRun, _folder: PurePosixPath, _path: PurePosixPath) -> bool:
    return False


def _read(
    copy: Mirror, diagnostics: Iterable[Diagnostic], maps: Mapping[PurePosixPath, LineMap]
) -> Iterable[Reported]:
    for one in diagnostics:
        path = copy.original(one.path)
        if path is None or one.severity == "note":
            continue
        line = maps[path].original(one.line) if path in maps else one.line
        message = _LINE_IN_MESSAGE.sub("line", one.message.splitlines()[0])
        yield Reported(one.checker, path, line, one.rule or "", message)


def new_diagnostics(before: Counter[Reported], after: Counter[Reported]) -> list[Reported]:
    """Return what is reported only after an edit, whatever its line is called.

    An error that names another type than before is still the same error.
    """
    new, gone = after - before, before - after
    spare = Counter(map(_without_names, gone.elements()))
    found: list[Reported] = []
    for one in sorted(new.elements()):
        key = _without_names(one)
        if spare[key]:
            spare[key] -= 1
        else:
            found.append(one)
    return found


def _without_names(reported: Reported) -> Reported:
    """Return a diagnostic without the names and types in its message."""
    is_reworded = _REWORDED.match(reported.rule) is not None
    message = "" if is_reworded else _QUOTED.sub("", reported.message)
    return reported._replace(message=message)
