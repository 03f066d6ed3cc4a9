"""The facts about a call that the search for reasons uses."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from typed_bg.check.calls.project_modules import definition_in_project
from typed_bg.check.reasons.own_modules import OwnModules
from typed_bg.check.results.report import Place, Reason

if TYPE_CHECKING:
    from pathlib import Path

    from typed_bg._source.definitions import Definition
    from typed_bg.check.calls.call_sites import CallSite
    from typed_bg.check.calls.project_modules import Located
    from typed_bg.check.verdicts.evidence import Evidence
    from typed_bg.check.verdicts.verdict import Decision


_NO_MODULES = OwnModules(tuple)


@dataclass(frozen=True, slots=True)
class Case:
    """The facts about a call that the search for reasons uses.

    Attributes:
        checker: The checker's name.
        site: The call.
        path: Its file, from the project's root.
        evidence: What the checker reports about it.
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

    @property
    def located_target(self) -> Located | None:
        """Where another module of the project defines the target, if one does."""
        target = self.site.target
        if target is None or target.form not in {"name", "attribute"}:
            return None
        module = self.site.module
        located = definition_in_project(module.path, module.tree, target.value)
        return None if located is None or located.path == module.path else located

    def in_project(self, path: Path, line: int) -> Place:
        """Return a place in any file of the project."""
        root = self.site.module.path.parents[len(self.path.parts) - 1]
        return Place(PurePosixPath(path.relative_to(root).as_posix()), line)

    def at(self, line: int) -> Place:
        """Return a place in the call's file."""
        return Place(self.path, line)
