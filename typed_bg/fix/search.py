"""Find the edits that work, with the project's checkers as judges.

Edits that depend on each other are tried together: one call may need a typed decorator and an
annotated handler. An edit stays only if a call that it is for becomes checked, if nothing new is
reported anywhere, and if that is not so without it.

A second search then tries the edits again that were rejected for a new error in a call. It accepts
the error if it is a wrong argument of a call that becomes checked, so what the user can choose is
proven too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from typed_bg._source.module import Module, parse
from typed_bg.check.verdicts.diagnostic_rules import is_call_rule
from typed_bg.checkers import CheckerError
from typed_bg.fix.attribution import needed_edits
from typed_bg.fix.edits import functions
from typed_bg.fix.measure import CallKey, new_diagnostics
from typed_bg.fix.proof import Gain, Proof, ProofError, Proven, Rejected
from typed_bg.fix.revealed import (
    LEVELS,
    Revealed,
    is_about_arguments,
    is_at,
    level,
    revealed,
    wrong_calls,
)

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import PurePosixPath

    from typed_bg.check.results.report import Report
    from typed_bg.fix.edits import Edit
    from typed_bg.fix.measure import Contents, Laboratory, Measurement, Reported

_ROUNDS = 5  # a fix can reveal the next reason of a call
_ATTEMPTS = 60  # measurements
_USELESS = "it does not make the checkers check more calls"
_ALL_WRONG = "all calls that become checked are reported as wrong, so the fix may be wrong itself"


@dataclass(slots=True)
class Search:
    """The search for the edits that work.

    Attributes:
        laboratory: Measures.
        propose: Returns the edits for what is still unchecked, with the calls that each is for.
        decorating: Returns the edits for the decorators of the functions that a line calls.
        reveal: Whether edits that reveal wrong calls are wanted.
    """

    laboratory: Laboratory
    propose: Callable[[Measurement], Mapping[Edit, set[CallKey]]]
    decorating: Callable[[PurePosixPath, int], Iterable[Edit]]
    reveal: bool = False
    _before: Measurement = field(init=False)
    _reported: Counter[Reported] | None = None
    _checkers: tuple[str, ...] = ()
    _calls: dict[Edit, set[CallKey]] = field(default_factory=dict["Edit", "set[CallKey]"])
    _others: dict[Edit, set[CallKey]] = field(default_factory=dict["Edit", "set[CallKey]"])
    _chosen: dict[Edit, int] = field(default_factory=dict["Edit", int])
    _rejected: dict[Edit, str] = field(default_factory=dict["Edit", str])
    _problems_of: dict[Edit, Sequence[Reported | str]] = field(
        default_factory=dict["Edit", "Sequence[Reported | str]"]
    )
    _accepts_wrong_calls: bool = False
    _revealed: dict[Edit, list[Revealed]] = field(default_factory=dict["Edit", "list[Revealed]"])
    _called: dict[Reported, frozenset[Edit]] = field(
        default_factory=dict["Reported", "frozenset[Edit]"]
    )
    _attempts: int = 0

    def run(self, before: Measurement) -> Proof:
        """Search, from the project as it is.

        Raises:
            ProofError: A checker fails on the project as it is.
            MirrorError: A copy cannot be made.
        """
        self._before = before
        self._checkers = tuple(run.checker for run in before.report.runs if not run.failure)
        after = self._found(before)
        hidden = self._hidden()
        if not hidden:
            return self._proof(after)
        chosen, rejected = dict(self._chosen), dict(self._rejected)
        self._accepts_wrong_calls, self._attempts = True, 0
        # The first ones are the first to be dropped, if the others are enough.
        self._chosen = {**dict.fromkeys(hidden, 0), **chosen}
        self._rejected = {edit: why for edit, why in rejected.items() if edit not in hidden}
        revealing = self._found(self._settle())
        if self.reveal:
            return self._proof(revealing)
        reveals = {
            each.edit: each.reveals
            for each in self._proof(revealing).proven
            if each.reveals and each.edit not in chosen
        }
        self._accepts_wrong_calls = False
        self._revealed.clear()
        self._chosen, self._rejected = chosen, rejected
        return self._proof(after, reveals)

    def _found(self, after: Measurement) -> Measurement:
        """Search in rounds, from the project with the chosen edits, and keep the useful ones."""
        for _ in range(_ROUNDS):
            new = {e: c for e, c in self.propose(after).items() if e not in self._calls}
            self._calls |= new
            for edit in new:
                if edit.obstacle:
                    self._reject(edit, edit.obstacle)
            new = {edit: calls for edit, calls in new.items() if not edit.obstacle}
            if not new:
                break
            self._chosen |= dict.fromkeys(new, 0)
            after = self._settle()
        return self._keep_the_useful(after) if self._chosen else after

    def _hidden(self) -> list[Edit]:
        """Return rejected edits of which all that is new may be wrong calls.

        With them, others are useful that were not.
        """
        hidden = [
            edit
            for edit, problems in self._problems_of.items()
            if edit in self._rejected and all(self._may_reveal(edit, each) for each in problems)
        ]
        calls = {call for edit in hidden for call in self._calls[edit]}
        return hidden and [
            edit
            for edit, why in self._rejected.items()
            if edit in hidden or (why == _USELESS and self._calls[edit] & calls)
        ]

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

    def _proof(
        self, after: Measurement, hidden: Mapping[Edit, tuple[Revealed, ...]] | None = None
    ) -> Proof:
        """Return the proof.

        Args:
            after: The project with the chosen edits.
            hidden: The wrong calls that rejected edits reveal, as a search for these has proven.
        """
        self._attribute(after)
        gains, reasons = self._gains(after), dict(self._rejected)
        proven = [
            Proven(edit, variant, self._gains_of(edit, gains), self._revealed_by(edit))
            for edit, variant in self._chosen.items()
        ]
        proven.sort(key=lambda each: (each.edit.path, each.edit.subject))
        hidden = hidden or {}
        reasons |= {
            edit: f"it reveals {wrong_calls(found)}. Correct them first, or use --reveal"
            for edit, found in hidden.items()
        }
        rejected = [
            Rejected(edit, why, frozenset(self._calls[edit]), hidden.get(edit, ()))
            for edit, why in reasons.items()
            if not self._is_done(edit, gains, after)
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
                self._reject(edit, "typed-bg cannot change code of this form")
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
            problems, hidden = self._problems(contents)
            if not problems:
                measured = self.laboratory.measure(contents)
                failed = _failures(measured.report, self._before.report)
                problems = [failed] if failed else [*self._reveal(hidden, measured)]
                if not problems:
                    return measured
            blamed = self._blamed(problems)
            if not blamed or self._attempts >= _ATTEMPTS:
                blamed = dict.fromkeys(self._culprits(), problems)
            for edit, those in blamed.items():
                self._next_variant(edit, those)

    def _next_variant(self, edit: Edit, problems: Sequence[Reported | str]) -> None:
        variant = self._chosen[edit] + 1
        narrowed = self._narrowed(edit)
        if variant < len(edit.variants):
            self._chosen[edit] = variant
        elif narrowed is not None:
            del self._chosen[edit]
            self._calls[narrowed] = self._calls[edit]
            self._chosen[narrowed] = 0
        else:
            self._problems_of[edit] = problems
            self._reject(edit, f"with it, {_shown(problems)}")

    def _narrowed(self, edit: Edit) -> Edit | None:
        """Return the edit that leaves suppressed what this one alone reveals."""
        if edit.narrowed is None:
            return None
        problems, _ = self._problems(self.contents({edit: self._chosen[edit]}))
        others = [each for each in problems if not self._may_reveal(edit, each)]
        rules = {each.rule for each in others if not isinstance(each, str)} - {""}
        is_by_rule = all(not isinstance(each, str) and each.rule for each in others)
        # Without the rules about arguments, nothing is gained.
        is_useful = is_by_rule and not any(rule != "misc" and is_call_rule(rule) for rule in rules)
        return edit.narrowed(sorted(rules)) if rules and is_useful else None

    def _problems(self, contents: Contents) -> tuple[list[Reported | str], list[Reported]]:
        """Return what checkers report only with the edits, and what of it may be wrong calls.

        The second list is empty unless wrong calls are accepted.
        """
        self._attempts += 1
        if self._reported is None:
            self._reported = self._all_reported({})
        found = self.laboratory.diagnostics(contents, self._checkers)
        if isinstance(found, CheckerError):
            return [f"a checker fails: {found}"], []
        new = new_diagnostics(self._reported, found)
        hidden = [
            each
            for each in new
            if self._accepts_wrong_calls
            and any(self._may_reveal(edit, each) for edit in self._chosen)
        ]
        return [each for each in new if each not in hidden], hidden

    def _may_reveal(self, edit: Edit, problem: Reported | str) -> bool:
        """Return whether a new diagnostic may be a wrong call that an edit reveals."""
        if isinstance(problem, str) or not is_about_arguments(problem):
            return False
        path, line = problem.path, problem.line
        calls = self._calls[edit] | self._without_edit()
        if any(is_at(call, path, line, self._before) for call in calls):
            return True
        if problem not in self._called:
            self._called[problem] = frozenset(self.decorating(path, line))
        return edit in self._called[problem]

    def _without_edit(self) -> set[CallKey]:
        """Return the calls that no edit is for: the edit for another call may be theirs, too."""
        return set(self._before.calls).difference(*self._calls.values())

    def _reveal(self, hidden: Iterable[Reported], after: Measurement) -> Iterator[Reported]:
        """Keep the wrong calls that the edits reveal, and yield the diagnostics that are none."""
        self._revealed = {}
        others = self._without_edit()
        for problem in hidden:
            found = {
                edit: wrong
                for edit in self._chosen
                if self._may_reveal(edit, problem)
                and (wrong := revealed(problem, self._calls[edit] | others, self._before, after))
            }
            for edit, wrong in found.items():
                self._revealed.setdefault(edit, []).append(wrong)
            if not found:
                yield problem

    def _blamed(self, problems: Iterable[Reported | str]) -> dict[Edit, list[Reported | str]]:
        """Return the edits of the functions and calls in which something new is reported.

        Args:
            problems: What is new.

        Returns:
            The edits, each with what is reported there.
        """
        by_function: dict[Edit, list[Reported | str]] = {}
        by_call: dict[Edit, list[Reported | str]] = {}
        for each in problems:
            if isinstance(each, str) or not each.line:
                continue
            path, line = each.path, each.line
            around = [e for e in self._chosen if e.path == path and self._is_in(e, line)]
            for edit in around:
                by_function.setdefault(edit, []).append(each)
            at_call = [
                edit
                for edit in self._chosen
                if any(is_at(call, path, line, self._before) for call in self._calls[edit])
            ]
            if at_call and not around:
                # Without the edit that is for the fewest calls, the others may do.
                fewest = min(at_call, key=lambda edit: len(self._calls[edit]))
                by_call.setdefault(fewest, []).append(each)
        return by_function or by_call

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

    def _culprits(self) -> list[Edit]:
        """Return edits without which nothing new is reported, found by halving."""
        edits = list(self._chosen)
        while len(edits) > 1 and self._attempts < _ATTEMPTS:
            half = edits[: len(edits) // 2]
            trial = {edit: self._chosen[edit] for edit in half}
            edits = half if self._problems(self.contents(trial))[0] else edits[len(half) :]
        return edits[:1] if self._attempts < _ATTEMPTS else list(self._chosen)

    def _gains(self, after: Measurement) -> frozenset[Gain]:
        """Return what is better than before."""
        found: set[Gain] = set()
        for key, call in after.calls.items():
            before = self._before.calls.get(key)
            found |= {
                Gain(key, checker, verdict)
                for checker, verdict in call.verdicts().items()
                if LEVELS.get(verdict, 0) > level(self._before, key, checker)
            }
            if before is not None and (
                (before.wrong and not call.wrong)
                or (before.has_plain_class and not call.has_plain_class)
            ):
                found.add(Gain(key, ""))
        return frozenset(found)

    def _gains_of(self, edit: Edit, gains: Iterable[Gain]) -> tuple[Gain, ...]:
        calls = self._calls_of(edit)
        return tuple(sorted(gain for gain in gains if gain.call in calls))

    def _is_done(self, edit: Edit, gains: Iterable[Gain], after: Measurement) -> bool:
        """Return whether other edits make every checker check all calls that an edit is for."""
        improved = {gain.call for gain in gains}
        return all(
            call in improved and set(after.calls[call].verdicts().values()) == {"checked"}
            for call in self._calls[edit]
        )

    def _calls_of(self, edit: Edit) -> set[CallKey]:
        """Return the calls that an edit is for, and the others that need it."""
        return self._calls[edit] | self._others.get(edit, set())

    def _attribute(self, after: Measurement) -> None:
        """Find out which edits the calls need that become checked, but have no edit."""
        with_edit = {call for edit in self._chosen for call in self._calls_of(edit)}
        gains = {gain for gain in self._gains(after) if gain.call not in with_edit}

        def without(dropped: frozenset[Edit]) -> frozenset[Gain]:
            rest = {edit: v for edit, v in self._chosen.items() if edit not in dropped}
            return self._gains(self.laboratory.measure(self.contents(rest)))

        for edit, calls in needed_edits(gains, list(self._chosen), without).items():
            self._others.setdefault(edit, set()).update(calls)

    def _right_calls(self, edit: Edit, gains: Iterable[Gain]) -> set[CallKey]:
        """Return the calls that become checked and are right.

        Without one, what is wrong may be the edit, for example if the decorator adds arguments.
        """
        wrong = {each.call for each in self._revealed_by(edit)}
        return {gain.call for gain in self._gains_of(edit, gains)} - wrong

    def _revealed_by(self, edit: Edit) -> tuple[Revealed, ...]:
        others = self._without_edit() - self._calls_of(edit)
        return tuple(sorted(e for e in self._revealed.get(edit, ()) if e.call not in others))

    def _keep_the_useful(self, after: Measurement) -> Measurement:
        """Drop the edits without which the same is achieved."""
        self._attribute(after)
        gains = self._gains(after)
        for edit in list(self._chosen):
            if not self._gains_of(edit, gains):
                self._reject(edit, _USELESS)
            elif self._revealed_by(edit) and not self._right_calls(edit, gains):
                self._reject(edit, _ALL_WRONG)
        for batch in self._batches(gains):
            those = [edit for edit in batch if edit in self._chosen]
            if not those:
                continue
            rest = {edit: v for edit, v in self._chosen.items() if edit not in those}
            without = self.laboratory.measure(self.contents(rest))
            left = self._gains(without)
            for edit in those:
                if all(_is_reached(gain, left) for gain in self._gains_of(edit, gains)):
                    self._chosen.pop(edit)
                    self._rejected[edit] = "it is not needed: the other fixes are enough"
        return self._settle() if self.contents(dict(self._chosen)) != after.contents else after

    def _batches(self, gains: Iterable[Gain]) -> list[list[Edit]]:
        """Divide the edits that share a call with others: one batch has none of the same call."""
        batches: list[tuple[list[Edit], set[CallKey]]] = []
        achieved = {gain.call for gain in gains}
        calls = {edit: self._calls_of(edit) & achieved for edit in self._chosen}
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


def _is_reached(gain: Gain, left: Iterable[Gain]) -> bool:
    """Return whether as much of a call is checked, or more."""
    return any(
        (other.call, other.checker) == (gain.call, gain.checker)
        and LEVELS[other.verdict] >= LEVELS[gain.verdict]
        for other in left
    )


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
