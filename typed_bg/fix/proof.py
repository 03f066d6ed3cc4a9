"""What is known of edits once they were tried: what they achieve, or why they are rejected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typed_bg.check.results.report import Verdict
    from typed_bg.fix.edits import Edit
    from typed_bg.fix.measure import CallKey, Measurement
    from typed_bg.fix.revealed import Revealed


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
        reveals: The wrong calls among those.
    """

    edit: Edit
    variant: int
    gains: tuple[Gain, ...]
    reveals: tuple[Revealed, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """An edit that was tried and does not work.

    Attributes:
        edit: The edit.
        why: Why not, in one sentence.
        calls: The calls that it was for.
        reveals: The wrong calls that it reveals, if that is the only reason.
    """

    edit: Edit
    why: str
    calls: frozenset[CallKey]
    reveals: tuple[Revealed, ...] = ()


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
