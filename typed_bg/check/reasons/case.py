"""What is known around a call when the reasons for its verdict are looked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from typed_bg.check.reasons.own_modules import OwnModules
from typed_bg.check.results.report import Place, Reason

if TYPE_CHECKING:
    from pathlib import PurePosixPath

    from typed_bg._source.definitions import Definition
    from typed_bg.check.calls.call_sites import CallSite
    from typed_bg.check.verdicts.evidence import Evidence
    from typed_bg.check.verdicts.verdict import Decision


_NO_MODULES = OwnModules(tuple)


@dataclass(frozen=True, slots=True)
class Case:
    """What is known around a call when its reasons are looked for.

    Attributes:
        checker: The checker's name.
        site: The call.
        path: Its file, from the project's root.
        evidence: What the checker says of it.
        decision: The verdict.
        unresolved: The lines of the module whose import the checker cannot resolve.
        silent_file: Whether the checker answers nothing about any call of the file.
        config: Reasons that the checker's config gives for this file.
        own_modules: The project's own modules.
    """

    checker: str
    site: CallSite
    path: PurePosixPath
    evidence: Evidence
    decision: Decision
    unresolved: frozenset[int] = frozenset()
    silent_file: bool = False
    config: tuple[Reason, ...] = ()
    own_modules: OwnModules = _NO_MODULES

    @property
    def target_definition(self) -> Definition | None:
        """Where the module defines the target, unless that is a call's or a lambda's."""
        target = self.site.target
        return None if target is None or target.form in {"call", "lambda"} else target.definition

    def at(self, line: int) -> Place:
        """Return a place in the call's file."""
        return Place(self.path, line)
