"""The result of `typed-bg check`, from which every report is made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from typed_bg.check.results.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import PurePosixPath

    from typed_bg._source.files import SkippedFile
    from typed_bg.check.results.reason_codes import ReasonCode
    from typed_bg.check.results.rules import Level, RuleId

Verdict = Literal["checked", "arity-only", "checked-directly", "unchecked", "unprobeable"]
"""What one checker does with one call.

`checked`: a wrong argument is reported. `arity-only`: names and count are checked, the type of one
argument or more is not. `checked-directly`: nothing is, but `typed-bg check` had the checker check
the call `target(*arguments)` instead. `unchecked`: nothing is. `unprobeable`: the call cannot be
asked about.
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A range of the source.

    Attributes:
        path: The file, from the project's root.
        line: The 1-based line.
        column: The 1-based column, in code points.
        end_line: The line on which it ends.
        end_column: The column just after its end.
    """

    path: PurePosixPath
    line: int
    column: int = 1
    end_line: int | None = None
    end_column: int | None = None

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a checker does not check a call, or an argument.

    Attributes:
        code: The kind of reason, such as `untyped-decorator`.
        fact: What is so, in one sentence.
        fix: What to change, in one sentence; empty if nothing is known to help.
        place: The line to change, where it is known; a config file counts.
    """

    code: ReasonCode
    fact: str
    fix: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """One checker's verdict on one call.

    Attributes:
        checker: The checker's name.
        verdict: The verdict.
        unseen: The arguments whose type it does not check, as they are written; if
            `checked-directly`, those whose type it does not check in the direct call either.
        reasons: Why, for every verdict but `checked`.
        unexplained: What is known if no reason was found, in one sentence.
    """

    checker: str
    verdict: Verdict
    unseen: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    unexplained: str = ""


@dataclass(frozen=True, slots=True)
class ReportedCall:
    """A call that hands a target and its arguments over, with every checker's verdict.

    Attributes:
        place: Where it stands.
        function: The qualified name of the function around it; empty at module level.
        source: The call's first line, as it is written, without indentation.
        callee: What is called, such as `tasks.add_task`.
        target: The target, as it is written.
        arguments: The target's arguments, as they are written.
        judgements: One for each checker that worked.
    """

    place: Place
    function: str
    source: str
    callee: str
    target: str
    arguments: tuple[str, ...]
    judgements: tuple[Judgement, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something for a person to look at.

    Attributes:
        rule: What it is about.
        place: Where.
        message: What is so, in one sentence.
        call: The call that it is about.
        source: The line of the source that `place` begins on, without its line break.
        reasons: Why, and what to change.
        reported_by: The checkers that report it, or that do not check the call.
        silent: The other checkers that worked.
        fingerprint: Tells the finding from others and stays the same when lines move.
        calls: All calls that have the same cause, if there are several; `call` is the first.
        fix_command: The command that makes a change for it and proves that it works; empty if it
            knows none.
    """

    rule: RuleId
    place: Place
    message: str
    source: str
    call: ReportedCall | None = None
    reasons: tuple[Reason, ...] = ()
    reported_by: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    fingerprint: str = ""
    calls: tuple[ReportedCall, ...] = ()
    fix_command: str = ""

    @property
    def level(self) -> Level:
        """The level of the rule."""
        return RULES[self.rule].level


@dataclass(frozen=True, slots=True)
class CheckerRun:
    """How one checker's run went.

    Attributes:
        checker: The checker's name.
        version: Its version; empty where it could not be asked.
        command: The command, with the paths of the copy that it ran in.
        config: The config file that it used, from the project's root; empty for none.
        seconds: How long it ran.
        failure: Why it counts for nothing; empty where it worked.
    """

    checker: str
    version: str = ""
    command: tuple[str, ...] = ()
    config: str = ""
    seconds: float = 0.0
    failure: str = ""


SkippedCallWhy = Literal["another-class", "unknown-receiver"]
"""Why a candidate is not a background-task call.

`another-class`: a checker says that what it is called on is something else. `unknown-receiver`: no
checker knows its type, and neither the module's imports nor its name say what it is.
"""


@dataclass(frozen=True, slots=True)
class SkippedCall:
    """A call that only looks like a background-task call.

    Attributes:
        place: Where it stands.
        callee: What is called, such as `progress.add_task`.
        why: Why it is skipped.
        type: The type of what it is called on, as a checker writes it; empty where none does.
        is_background: Whether it looks like a background-task call. The methods of the other
            families have names that many classes use.
    """

    place: Place
    callee: str
    why: SkippedCallWhy
    type: str = ""
    is_background: bool = True


@dataclass(frozen=True, slots=True)
class AlsoFound:
    """Calls of a family that was not chosen, by the name of what they call.

    Attributes:
        family: The family.
        name: The last part of the name of the function, method or class.
        calls: How many.
    """

    family: str
    name: str
    calls: int


@dataclass(frozen=True, slots=True)
class Report:
    """All results of one run.

    Attributes:
        root: The project's root, as it was named.
        runs: The checkers, in the order in which they were asked for.
        calls: The calls, in the order of their places.
        findings: What fails first, then by the number of calls; without those in the baseline.
        skipped_files: The files that were not looked at.
        files: How many files were searched for calls.
        suppressed: How many findings the baseline holds.
        problems: What kept the run from being a check at all, such as that there is no call.
        skipped_calls: The calls that only look like one, and so have no verdict, in the order of
            their places.
        notes: How the calls were checked, one sentence each.
        also_found: The calls of families that were not chosen, the most frequent first.
    """

    root: str
    runs: Sequence[CheckerRun]
    calls: Sequence[ReportedCall]
    findings: Sequence[Finding]
    skipped_files: Sequence[SkippedFile] = ()
    files: int = 0
    suppressed: int = 0
    problems: Sequence[str] = field(default=())
    skipped_calls: Sequence[SkippedCall] = field(default=())
    notes: Sequence[str] = field(default=())
    also_found: Sequence[AlsoFound] = field(default=())

    def count(self, checker: str, verdict: Verdict) -> int:
        """Return how many calls a checker has given a verdict."""
        return sum(
            judgement.checker == checker and judgement.verdict == verdict
            for call in self.calls
            for judgement in call.judgements
        )
