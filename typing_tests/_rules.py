"""Reads rules.toml, which maps each checker's rules to reasons."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

# basedpyright has all of pyright's rules.
_SAME_AS = {"basedpyright": "pyright"}


@dataclass(frozen=True, slots=True)
class Rules:
    """The contents of rules.toml.

    Attributes:
        reasons: The rules that report a reason, by reason and checker.
        ignored: The rules that the suite ignores, by checker, each with an explanation.
        other: Texts in messages that are about another reason than their rule, by checker.
    """

    reasons: Mapping[str, Mapping[str, frozenset[str]]]
    ignored: Mapping[str, Mapping[str, str]]
    other: Mapping[str, Sequence[str]] = field(default_factory=dict[str, "Sequence[str]"])

    def accepted(self, checker: str, reason: str) -> frozenset[str]:
        """Return the rules that a checker uses for this reason."""
        by_checker = self.reasons[reason]
        return by_checker.get(checker, by_checker.get(_SAME_AS.get(checker, ""), frozenset()))

    def is_about(self, checker: str, reason: str, rule: str, message: str) -> bool:
        """Return whether an error of a checker is about this reason."""
        others = self.other.get(checker, ())
        return rule in self.accepted(checker, reason) and not any(
            text in message for text in others
        )


def read_rules(path: Path) -> Rules:
    """Read rules.toml."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    reasons = cast("dict[str, dict[str, list[str]]]", content["reasons"])
    return Rules(
        reasons={
            reason: {checker: frozenset(rules) for checker, rules in by_checker.items()}
            for reason, by_checker in reasons.items()
        },
        ignored=cast("dict[str, dict[str, str]]", content.get("ignored", {})),
        other=cast("dict[str, list[str]]", content.get("other", {})),
    )
