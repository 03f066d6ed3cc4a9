"""The steps of a run, as lines on standard error for the program that started the run."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

VARIABLE = "TYPED_BG_STEPS"
"""The environment variable that asks for the lines, if it is not empty."""
_MARK = "\x1e"  # no message starts with it


@dataclass(frozen=True, slots=True)
class Step:
    """A step that begins, or has ended.

    Attributes:
        name: Such as `finding calls` or `mypy`.
        outcome: Its outcome; `None` if it begins.
    """

    name: str
    outcome: str | None = None

    def line(self) -> str:
        """Return the step as a line."""
        return f"{_MARK}{json.dumps(asdict(self))}\n"


def read_step(line: str) -> Step | None:
    """Return the step that a line reports, if it is such a line."""
    return Step(**json.loads(line.removeprefix(_MARK))) if line.startswith(_MARK) else None
