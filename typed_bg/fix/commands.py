"""For each finding of a check, the command that makes a change for it, if one is known."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from typed_bg.fix.kinds import KINDS
from typed_bg.fix.measure import Laboratory, MeasuredCall, found_calls
from typed_bg.fix.proposals import Proposer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from typed_bg.check.results.report import Finding, Report, ReportedCall
    from typed_bg.check.run import Outcome
    from typed_bg.fix.edits import Edit

_ABOUT_REASONS = frozenset({"unchecked-call", "unchecked-argument", "checked-directly"})
_ABOUT_CALLS = frozenset({"called-target", "wrong-argument"})


def with_commands(outcome: Outcome) -> Report:
    """Return the report of a check, with the command for each finding that has a fix.

    No checker runs for it: a finding has a command if there is an edit that can be applied to the
    code that it is about. Whether that makes the call checked, only the command finds out.
    """
    laboratory = Laboratory(outcome.job, modules=outcome.checked.modules)
    definitions = tuple(laboratory.own_forwarders())
    calls = {call.reported: call for call in found_calls(outcome.checked)}
    commands = _Commands(Proposer(laboratory, definitions, unsafe=True), calls)
    findings = [
        replace(finding, fix_command=commands.of(finding)) for finding in outcome.report.findings
    ]
    return replace(outcome.report, findings=findings)


@dataclass(slots=True)
class _Commands:
    proposer: Proposer
    calls: Mapping[ReportedCall, MeasuredCall]
    _applies: dict[Edit, bool] = field(default_factory=dict["Edit", bool])

    def of(self, finding: Finding) -> str:
        """Return the command for a finding; empty for none. Safe edits come before the others."""
        edits = [edit for edit in self._edits(finding) if self._can_apply(edit)]
        safe = any(edit.safe for edit in edits)
        reasons = {edit.reason for edit in edits if edit.safe == safe}
        kinds = ",".join(kind for kind in KINDS if kind in reasons)
        return f"typed-bg fix --select {kinds}{'' if safe else ' --unsafe'}" if kinds else ""

    def _edits(self, finding: Finding) -> Iterator[Edit]:
        if finding.rule == "untyped-forwarder":
            laboratory = self.proposer.laboratory
            for definition in self.proposer.definitions:
                path = laboratory.path_of(definition.site.module.path)
                if (path, definition.line) == (finding.place.path, finding.place.line):
                    yield from self.proposer.for_definition(definition)
        elif finding.call is not None and finding.rule in {*_ABOUT_REASONS, *_ABOUT_CALLS}:
            for reported in finding.calls or (finding.call,):
                judgements = [
                    judgement
                    for judgement in reported.judgements
                    if finding.rule in _ABOUT_REASONS and judgement.checker in finding.reported_by
                ]
                call = self.calls[reported]
                about = replace(reported, judgements=tuple(judgements))
                wrong = (finding.message,) if finding.rule == "called-target" else ()
                is_wrong = finding.rule == "wrong-argument"
                wrong_by = frozenset(finding.reported_by if is_wrong else ())
                yield from self.proposer.for_call(
                    replace(call, reported=about, wrong=wrong, wrong_by=wrong_by)
                )

    def _can_apply(self, edit: Edit) -> bool:
        if edit not in self._applies:
            content = self.proposer.laboratory.original(edit.path)
            self._applies[edit] = any(change(content) is not None for change in edit.variants)
        return self._applies[edit]
