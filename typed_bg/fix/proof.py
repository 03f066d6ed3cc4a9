"""Find the edits that work, with the project's checkers as judges.

Edits that depend on each other are tried together: one call may need a typed decorator and an
annotated handler. An edit stays only if a call that it is for becomes checked, if nothing new is
reported anywhere, and if that is not so without it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from typed_bg._source.module import Module, parse
from typed_bg.checkers import CheckerError
from typed_bg.fix.edits import functions
from typed_bg.fix.measure import new_diagnostics

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from typed_bg.check.results.report import Report, Verdict
    from typed_bg.fix.edits import Edit
    from typed_bg.fix.measure import CallKey, Contents, Laboratory, Measurement, Reported

_ROUNDS = 5  # a fix can reveal the next reason of a call
_ATTEMPTS = 60  # measurements
_LEVELS: dict[Verdict, int] = {"arity-only": 1, "checked": 2}


class Gain(NamedTuple):
    """What an edit achieves.

    Attributes:
        call: The call.
        checker: The checker that checks it now; empty for an error that is no longer reported.
        verdict: The checker's verdict: `checked`, or `arity-only` if the function leaves types out.
    """

    call: CallKey
    checker: str
    verdict: Verdict = "checked"


@dataclass(frozen=True, slots=True)
class Proven:
    """An edit that works.

    Attributes:
        edit: The edit.
        variant: Which of its variants works.
        gains: What it achieves, alone or together with others.
    """

    edit: Edit
    variant: int
    gains: tuple[Gain, ...]


@dataclass(frozen=True, slots=True)
class Rejected:
    """An edit that was tried and does not work.

    Attributes:
        edit: The edit.
        why: Why not, in one sentence.
        calls: The calls that it was for.
    """

    edit: Edit
    why: str
    calls: frozenset[CallKey]


class ProofError(Exception):
    """A checker failed on the project as it is, so nothing can be proven."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The result of the search.

    Attributes:
        before: The project as it is.
        after: The project with the edits.
        proven: The edits that work, in the order of their files.
        rejected: Those that do not.
    """

    before: Measurement
    after: Measurement
    proven: tuple[Proven, ...]
    rejected: tuple[Rejected, ...]


@dataclass(slots=True)
class Search:
    """The search for the edits that work.

    Attributes:
        laboratory: Measures.
        propose: Returns the edits for what is still unchecked, with the calls that each is for.
    """

    laboratory: Laboratory
    propose: Callable[[Measurement], Mapping[Edit, set[CallKey]]]
    _before: Measurement = field(init=False)
    _reported: Counter[Reported] = field(init=False)
    _checkers: tuple[str, ...] = ()
    _calls: dict[Edit, set[CallKey]] = field(default_factory=dict["Edit", "set[CallKey]"])
    _chosen: dict[Edit, int] = field(default_factory=dict["Edit", int])
    _rejected: dict[Edit, str] = field(default_factory=dict["Edit", str])
    _attempts: int = 0

    def run(self, before: Measurement) -> Proof:
        """Search, from the project as it is.

        Raises:
            ProofError: A checker fails on the project as it is.
            MirrorError: A copy cannot be made.
        """
        self._before = before
        self._checkers = tuple(run.checker for run in before.report.runs if not run.failure)
        after = before
        for number in range(_ROUNDS):
            new = {e: c for e, c in self.propose(after).items() if e not in self._calls}
            if not new:
                break
            if number == 0:
                self._reported = self._all_reported({})
            self._calls |= new
            self._chosen |= dict.fromkeys(new, 0)
            after = self._settle()
        if self._chosen:
            after = self._keep_the_useful(after)
        return self._proof(after)

    def keep(self, wanted: Collection[Edit]) -> Proof:
        """Return the proof for only some of the edits that work.

        Raises:
            MirrorError: A copy cannot be made.
        """
        if set(self._chosen) <= set(wanted):
            return self._proof(self._settle())
        for edit in set(self._chosen) - set(wanted):
            self._reject(edit, "you declined it")
        after = self._settle()
        return self._proof(self._keep_the_useful(after) if self._chosen else after)

    def _proof(self, after: Measurement) -> Proof:
        gains = self._gains(after)
        proven = [
            Proven(edit, variant, self._gains_of(edit, gains))
            for edit, variant in self._chosen.items()
        ]
        proven.sort(key=lambda each: (each.edit.path, each.edit.subject))
        rejected = [
            Rejected(edit, why, frozenset(self._calls[edit]))
            for edit, why in self._rejected.items()
        ]
        return Proof(self._before, after, tuple(proven), tuple(rejected))

    def _all_reported(self, contents: Contents) -> Counter[Reported]:
        found = self.laboratory.diagnostics(contents, self._checkers)
        if isinstance(found, CheckerError):
            raise ProofError(str(found)) from found
        return found

    def contents(self, edits: Mapping[Edit, int]) -> Contents:
        """Return the files that edits change; one that does not apply is rejected."""
        contents: Contents = {}
        for edit, first in list(edits.items()):
            before = self.laboratory.content(edit.path, contents)
            new, variant = None, first
            while new is None and variant < len(edit.variants):
                new = edit.variants[variant](before)
                variant += new is None
            if new is None:
                self._reject(edit, "typed-bg cannot annotate code of this form")
                continue
            if edit in self._chosen:
                self._chosen[edit] = variant
            contents[edit.path] = new
        return contents

    def _reject(self, edit: Edit, why: str) -> None:
        self._chosen.pop(edit, None)
        self._rejected.setdefault(edit, why)

    def _settle(self) -> Measurement:
        """Change or drop edits until nothing new is reported, and measure the rest."""
        while True:
            contents = self.contents(dict(self._chosen))
            problems = self._problems(contents)
            if not problems:
                measured = self.laboratory.measure(contents)
                failed = _failures(measured.report, self._before.report)
                if not failed:
                    return measured
                problems = [failed]
            blamed = self._blamed(problems)
            if not blamed or self._attempts >= _ATTEMPTS:
                blamed = self._culprits()
            for edit in dict.fromkeys(blamed):
                self._next_variant(edit, problems)

    def _next_variant(self, edit: Edit, problems: Sequence[Reported | str]) -> None:
        variant = self._chosen[edit] + 1
        if variant < len(edit.variants):
            self._chosen[edit] = variant
        else:
            self._reject(edit, f"with it, {_shown(problems)}")

    def _problems(self, contents: Contents) -> list[Reported | str]:
        """Return what checkers report only with the edits."""
        self._attempts += 1
        found = self.laboratory.diagnostics(contents, self._checkers)
        if isinstance(found, CheckerError):
            return [f"a checker fails: {found}"]
        return [*new_diagnostics(self._reported, found)]

    def _blamed(self, problems: Iterable[Reported | str]) -> list[Edit]:
        """Return the edits of the functions and calls in which something new is reported."""
        lines = {
            (each.path, each.line) for each in problems if not isinstance(each, str) and each.line
        }
        return [
            edit
            for edit in self._chosen
            if any(edit.path == path and self._is_in(edit, line) for path, line in lines)
        ] or [
            edit
            for edit in self._chosen
            for call in self._calls[edit]
            if any(self._is_at(call, path, line) for path, line in lines)
        ]

    def _is_in(self, edit: Edit, line: int) -> bool:
        """Return whether a line of the original is in the function that an edit is about."""
        content = self.laboratory.original(edit.path)
        module = None if content is None else parse(Path(edit.path), content)
        if not isinstance(module, Module):
            return False
        name = edit.subject.partition("()")[0]
        return any(
            each == name and node.lineno <= line <= (node.end_lineno or node.lineno)
            for each, node in functions(module.tree)
        )

    def _is_at(self, call: CallKey, path: PurePosixPath, line: int) -> bool:
        if call.path != path or call not in self._before.calls:
            return False
        place = self._before.calls[call].site.place
        return place.line <= line <= (place.end_line or place.line)

    def _culprits(self) -> list[Edit]:
        """Return edits without which nothing new is reported, found by halving."""
        edits = list(self._chosen)
        while len(edits) > 1 and self._attempts < _ATTEMPTS:
            half = edits[: len(edits) // 2]
            trial = {edit: self._chosen[edit] for edit in half}
            edits = half if self._problems(self.contents(trial)) else edits[len(half) :]
        return edits[:1] if self._attempts < _ATTEMPTS else list(self._chosen)

    def _gains(self, after: Measurement) -> frozenset[Gain]:
        """Return what is better than before."""
        found: set[Gain] = set()
        for key, call in after.calls.items():
            before = self._before.calls.get(key)
            was: Mapping[str, Verdict] = {} if before is None else before.verdicts()
            found |= {
                Gain(key, checker, verdict)
                for checker, verdict in call.verdicts().items()
                if _LEVELS.get(verdict, 0) > _LEVELS.get(was.get(checker, "unchecked"), 0)
            }
            if before is not None and before.wrong and not call.wrong:
                found.add(Gain(key, ""))
        return frozenset(found)

    def _gains_of(self, edit: Edit, gains: Iterable[Gain]) -> tuple[Gain, ...]:
        return tuple(sorted(gain for gain in gains if gain.call in self._calls[edit]))

    def _keep_the_useful(self, after: Measurement) -> Measurement:
        """Drop the edits without which the same is achieved."""
        gains = self._gains(after)
        for edit in list(self._chosen):
            if not self._gains_of(edit, gains):
                self._reject(edit, "it makes no more calls checked")
        for batch in self._batches(gains):
            those = [edit for edit in batch if edit in self._chosen]
            if not those:
                continue
            rest = {edit: v for edit, v in self._chosen.items() if edit not in those}
            without = self.laboratory.measure(self.contents(rest))
            left = self._gains(without)
            for edit in those:
                if set(self._gains_of(edit, gains)) <= left:
                    self._chosen.pop(edit)
                    self._rejected[edit] = "it is not needed: the other fixes are enough"
        return self._settle() if self.contents(dict(self._chosen)) != after.contents else after

    def _batches(self, gains: Iterable[Gain]) -> list[list[Edit]]:
        """Divide the edits that share a call with others: one batch has none of the same call."""
        batches: list[tuple[list[Edit], set[CallKey]]] = []
        achieved = {gain.call for gain in gains}
        calls = {edit: self._calls[edit] & achieved for edit in self._chosen}
        for edit, own in calls.items():
            if all(edit is other or not own & others for other, others in calls.items()):
                continue
            for batch, taken in batches:
                if not taken & own:
                    batch.append(edit)
                    taken.update(own)
                    break
            else:
                batches.append(([edit], set(own)))
        return [batch for batch, _ in batches]


def _failures(after: Report, before: Report) -> str:
    failed = {run.checker: run.failure for run in after.runs if run.failure}
    for run in before.runs:
        if not run.failure and run.checker in failed:
            return f"{run.checker} fails: {failed[run.checker].splitlines()[0]}"
    return ""


def _shown(problems: Sequence[Reported | str]) -> str:
    first = problems[0]
    if isinstance(first, str):
        return first
    more = f" and {len(problems) - 1} more" if len(problems) > 1 else ""
    return f"{first.checker} reports at {first.path}:{first.line or '?'}: {first.message}{more}"
