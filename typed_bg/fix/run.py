"""Run `typed-bg fix`: from a request to proven edits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from typed_bg.check.run import Request, prepare
from typed_bg.fix.changed_file import ChangedFile
from typed_bg.fix.measure import Laboratory
from typed_bg.fix.proof import Proof
from typed_bg.fix.proposals import Proposer
from typed_bg.fix.search import Search

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

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
class FixOutcome:
    """The result of `typed-bg fix`, before anything is written.

    Attributes:
        root: The project's root.
        settings: The settings in force.
        proof: The edits and what they achieve.
        changed: The files with all edits.
        search: What found them.
        unsafe_left: How many unsafe edits apply to what is left, if none were wanted.
    """

    root: Path
    settings: Settings
    proof: Proof
    changed: tuple[ChangedFile, ...]
    search: Search
    unsafe_left: int = 0

    @property
    def notes(self) -> Sequence[str]:
        """What the user should know about how it was proven."""
        return self.search.laboratory.notes


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
    unsafe = 0 if request.unsafe else _unsafe_left(request, proposer, proof)
    return FixOutcome(job.root, settings, proof, changed, search, unsafe)


def _unsafe_left(request: FixRequest, proposer: Proposer, proof: Proof) -> int:
    """Return how many unsafe edits apply to the calls that are left."""
    proposer.unsafe = True
    laboratory, after = proposer.laboratory, proof.after
    return sum(
        not edit.safe
        and (not request.select or edit.reason in request.select)
        and any(
            change(laboratory.content(edit.path, after.contents)) is not None
            for change in edit.variants
        )
        for edit in proposer.propose(after)
    )


def one_fix(outcome: FixOutcome, proven: Proven, accepted: Contents) -> ChangedFile | None:
    """Return what a fix changes on top of those that are accepted; `None` for nothing."""
    laboratory = outcome.search.laboratory
    path = proven.edit.path
    before = laboratory.content(path, accepted)
    for variant in proven.edit.variants[proven.variant :]:
        after = variant(before)
        if after is not None:
            return ChangedFile(path, before, after)
    return None


def narrowed(outcome: FixOutcome, wanted: Collection[Edit]) -> FixOutcome:
    """Return the result with only some of its fixes, proven again.

    Raises:
        MirrorError: A copy of the project cannot be made.
        ProofError: A checker fails.
    """
    proof = outcome.search.keep(wanted)
    return replace(outcome, proof=proof, changed=_changed(outcome.search.laboratory, proof))


def _changed(laboratory: Laboratory, proof: Proof) -> tuple[ChangedFile, ...]:
    return tuple(
        ChangedFile(path, laboratory.original(path), content)
        for path, content in sorted(proof.after.contents.items())
    )
