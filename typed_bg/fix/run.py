"""Run `typed-bg fix`: from a request to proven edits, and to the files."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from typed_bg._source.file_access import exists, read_file, replace_file
from typed_bg._source.files import repository_of
from typed_bg._source.git import run_git
from typed_bg._source.module import Module, parse
from typed_bg.check.results.proposed_fix import FileChange
from typed_bg.check.run import Request, prepare
from typed_bg.fix.line_map import line_edits
from typed_bg.fix.measure import Laboratory
from typed_bg.fix.proof import Proof
from typed_bg.fix.proposals import Proposer
from typed_bg.fix.search import Search

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import PurePosixPath

    from typed_bg.check.project.settings import Settings
    from typed_bg.fix.edits import Edit
    from typed_bg.fix.measure import CallKey, Contents, Measurement
    from typed_bg.fix.proof import Proven


@dataclass(frozen=True, slots=True)
class FixRequest:
    """The arguments of the command line.

    Attributes:
        check: What to check.
        select: The reasons to fix; empty for all.
        unsafe: Whether edits that can change what the code does are wanted.
        reveal: Whether edits are wanted with which checkers report wrong calls that were hidden.
    """

    check: Request
    select: frozenset[str] = frozenset()
    unsafe: bool = False
    reveal: bool = False


@dataclass(frozen=True, slots=True)
class Changed:
    """A file with its edits.

    Attributes:
        path: The file, from the project's root.
        before: Its content; `None` if it is a new file.
        after: Its new content.
    """

    path: PurePosixPath
    before: bytes | None
    after: bytes

    @property
    def change(self) -> FileChange | None:
        """The change by lines; `None` if the file's encoding cannot be told."""
        texts = _text(self.path, self.before or b""), _text(self.path, self.after)
        if texts[0] is None or texts[1] is None:
            return None
        return FileChange(self.path, line_edits(texts[0], texts[1]))

    def diff(self) -> str:
        """Return the change as a unified diff."""
        before = _lines(self.before or b"")
        name = f"a/{self.path}" if self.before is not None else "/dev/null"
        lines = difflib.unified_diff(before, _lines(self.after), name, f"b/{self.path}")
        return "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            for line in lines
        )


@dataclass(frozen=True, slots=True)
class FixOutcome:
    """The result of `typed-bg fix`, before anything is written.

    Attributes:
        root: The project's root.
        settings: The settings in force.
        proof: The edits and what they achieve.
        changed: The files with all edits.
        search: What found them.
    """

    root: Path
    settings: Settings
    proof: Proof
    changed: tuple[Changed, ...]
    search: Search

    @property
    def notes(self) -> Sequence[str]:
        """What the user should know about how it was proven."""
        return self.search.laboratory.notes


class WritingError(Exception):
    """A file must not be written, for example because it was changed meanwhile."""


def find_fixes(
    request: FixRequest,
    progress: Callable[[str, str | None], None] = lambda _phase, _end: None,
) -> FixOutcome:
    """Find the edits that make calls checked, and prove them. Nothing is written.

    Raises:
        ConfigError: The request or a config is invalid.
        MirrorError: A copy of the project cannot be made.
        ProofError: A checker fails on the project as it is.
    """
    job, settings, _ = prepare(request.check)
    laboratory = Laboratory(job, progress)
    definitions = laboratory.own_forwarders()
    laboratory.forwarders = tuple(
        {found.forwarder.name: found.forwarder for found in definitions}.values()
    )
    proposer = Proposer(laboratory, tuple(definitions), request.unsafe)

    def propose(measurement: Measurement) -> Mapping[Edit, set[CallKey]]:
        found = proposer.propose(measurement)
        return {
            edit: calls
            for edit, calls in found.items()
            if (edit.safe or request.unsafe)
            and (not request.select or edit.reason in request.select)
        }

    search = Search(laboratory, propose, proposer.decorating, request.reveal)
    before = laboratory.measure({})
    if any(run.failure for run in before.report.runs) or not before.report.calls:
        proof = Proof(before, before, (), ())
    else:
        proof = search.run(before)
    changed = _changed(laboratory, proof)
    return FixOutcome(job.root, settings, proof, changed, search)


def one_fix(outcome: FixOutcome, proven: Proven, accepted: Contents) -> Changed | None:
    """Return what a fix changes on top of those that are accepted; `None` for nothing."""
    laboratory = outcome.search.laboratory
    path = proven.edit.path
    before = laboratory.content(path, accepted)
    for variant in proven.edit.variants[proven.variant :]:
        after = variant(before)
        if after is not None:
            return Changed(path, before, after)
    return None


def narrowed(outcome: FixOutcome, wanted: Collection[Edit]) -> FixOutcome:
    """Return the result with only some of its fixes, proven again.

    Raises:
        MirrorError: A copy of the project cannot be made.
        ProofError: A checker fails.
    """
    proof = outcome.search.keep(wanted)
    return replace(outcome, proof=proof, changed=_changed(outcome.search.laboratory, proof))


def _changed(laboratory: Laboratory, proof: Proof) -> tuple[Changed, ...]:
    return tuple(
        Changed(path, laboratory.original(path), content)
        for path, content in sorted(proof.after.contents.items())
    )


def require_clean(root: Path, paths: Collection[PurePosixPath]) -> None:
    """Check that git has no uncommitted change in files, so that each edit can be undone.

    Raises:
        WritingError: It has.
    """
    repository = repository_of(root)
    if not paths or not exists(repository / ".git"):
        return
    names = (f"./{path}" for path in sorted(paths))
    done = run_git(root, "status", "--porcelain", "--", *names)
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        message = f"git status failed: {said}. `--allow-dirty` skips this check"
        raise WritingError(message)
    dirty = [line[3:] for line in done.stdout.decode("utf-8", "replace").splitlines()]
    if dirty:
        message = (
            f"not committed: {', '.join(dirty)}. Commit or stash the changes first, so that you "
            "can undo the fixes, or pass --allow-dirty"
        )
        raise WritingError(message)


def write_changed(root: Path, changed: Changed) -> None:
    """Write a file.

    Raises:
        WritingError: It has changed since it was read.
        OSError: It cannot be written.
    """
    path = root / changed.path
    if changed.before is None:
        if exists(path):
            message = f"{changed.path}: it was created meanwhile: run the command again"
            raise WritingError(message)
        with path.open("xb") as file:
            file.write(changed.after)
        return
    if not path.resolve().is_relative_to(root.resolve()):
        message = f"{changed.path}: it is a link out of the project: fix it there"
        raise WritingError(message)
    if read_file(path) != changed.before:
        message = f"{changed.path}: it was changed meanwhile: run the command again"
        raise WritingError(message)
    replace_file(path, changed.after)


def _text(path: PurePosixPath, content: bytes) -> str | None:
    if path.suffix == ".py":
        module = parse(Path(path), content)
        return module.text if isinstance(module, Module) else None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _lines(content: bytes) -> list[str]:
    """Split where a diff does: at line feeds only."""
    text = content.decode("utf-8", "backslashreplace")
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
