"""Parameters, as they are shown."""

from __future__ import annotations

from dataclasses import dataclass

POSITIONAL = frozenset({"POSITIONAL_ONLY", "POSITIONAL_OR_KEYWORD"})
NAMED = frozenset({"POSITIONAL_OR_KEYWORD", "KEYWORD_ONLY"})
_LONG = 60  # characters of a default


@dataclass(frozen=True)
class Parameter:
    """A parameter, as it is shown.

    Attributes:
        name: Its name.
        kind: The name of its kind in `inspect`, such as `KEYWORD_ONLY`.
        annotation: Its type as written, without what `Annotated` adds.
        default: Its default as written.
        doc: Its documentation.
        in_doc: Whether that is the text of a `Doc`.
    """

    name: str
    kind: str
    annotation: str = ""
    default: str = ""
    doc: str = ""
    in_doc: bool = False

    @property
    def shown(self) -> str:
        """It as in a signature."""
        stars = {"VAR_POSITIONAL": "*", "VAR_KEYWORD": "**"}.get(self.kind, "")
        text = f"{stars}{self.name}"
        if self.annotation:
            text += f": {self.annotation}"
        if self.default:
            text += f" = {self.default}" if self.annotation else f"={self.default}"
        return text


def short(code: str) -> str:
    """Return a default in one line, and not all of a long one."""
    line = " ".join(code.split())
    return line if len(line) <= _LONG else f"{line[: _LONG - 3]}..."
