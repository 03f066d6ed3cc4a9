"""Read what a checker reports about a probed module."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from typed_bg.check.verdicts.checker_messages import named, revealed, says_too_many
from typed_bg.checkers import revealed_type

if TYPE_CHECKING:
    from collections.abc import Iterable

    from typed_bg.check.probes.probe import Probe, ProbedModule
    from typed_bg.checkers import Diagnostic


@dataclass
class Reading:
    """What is seen of one call site."""

    keyword: bool = False
    positional: bool = False
    foreign: bool = False
    replaced: list[bool] = field(default_factory=list)
    receiver: str | None = None
    target: str | None = None

    def __str__(self) -> str:
        """Write it short: `kpTT` sees all of a call with two arguments, `!` is not revealed."""
        return (
            ("k" if self.keyword else ".")
            + ("p" if self.positional else ".")
            + "".join("T" if given else "." for given in self.replaced)
            + ("F" if self.foreign else "")
            + ("" if self.receiver is not None else "!")
        )


def read(
    probed: ProbedModule, diagnostics: Iterable[Diagnostic]
) -> tuple[dict[int, Reading], list[Diagnostic]]:
    """Return what is seen of each site, and what is said of the module itself."""
    sites: dict[int, Reading] = {}
    for asked in probed.probes:
        reading = sites.setdefault(asked.site, Reading())
        if asked.kind == "replaced":
            reading.replaced.append(False)
    own: list[Diagnostic] = []
    for diagnostic in diagnostics:
        probe = probed.probe_at(diagnostic.line, diagnostic.column)
        place = probed.original_position(diagnostic.line, diagnostic.column)
        if probe is not None:
            _take(sites[probe.site], probe, diagnostic)
        elif place is not None:
            end = (diagnostic.end_line, diagnostic.end_column)
            if diagnostic.end_line is not None and diagnostic.end_column is not None:
                end = probed.original_end(diagnostic.end_line, diagnostic.end_column)
            own.append(
                replace(
                    diagnostic, line=place[0], column=place[1], end_line=end[0], end_column=end[1]
                )
            )
    return sites, own


def _take(reading: Reading, probe: Probe, diagnostic: Diagnostic) -> None:
    answer = revealed_type(diagnostic)
    names = named(probe, diagnostic.message)
    if answer is not None and probe.kind == "receiver":
        reading.receiver = revealed(probe, answer)
    elif answer is not None and probe.kind == "target":
        reading.target = revealed(probe, answer)
    elif diagnostic.severity != "error":
        return
    elif probe.kind == "keyword":
        reading.keyword |= any(names)
    elif probe.kind == "positional":
        reading.positional |= any(names) or says_too_many(diagnostic.message)
    elif probe.kind == "replaced":
        assert probe.argument is not None
        reading.replaced[probe.argument] |= any(names)
    elif probe.kind == "class":
        reading.foreign = True
