"""The places where tasks were added, stored once per place instead of once per task."""

from __future__ import annotations

import sys
import weakref
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import CodeType, FrameType

_PACKAGE = __name__.partition(".")[0]


class Location:
    """A place in the source: an instruction of a code object, which it does not keep alive."""

    __slots__ = ("_forget", "code_id", "filename", "function", "instruction", "line")

    code_id: int
    instruction: int
    filename: str
    line: int
    function: str
    _forget: weakref.ref[CodeType]

    def __init__(self, code_id: int, instruction: int, filename: str, line: int, name: str) -> None:
        self.code_id = code_id
        self.instruction = instruction
        self.filename = filename
        self.line = line
        self.function = name

    def expire_with(self, code: CodeType) -> None:
        """Be forgotten when `code` is gone, before another code object gets its id."""
        key = (self.code_id, self.instruction)
        locations = _locations  # which the module no longer has while the interpreter ends

        def forget(_: weakref.ref[CodeType]) -> None:
            locations.pop(key, None)
            self.code_id = 0

        self._forget = weakref.ref(code, forget)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the place's text alone: in another process the code object is another one."""
        return Location, (0, -1, self.filename, self.line, self.function)

    def __str__(self) -> str:
        return f"{self.filename}:{self.line}, in {self.function}"


NOWHERE = Location(0, -1, "", 0, "")

_locations: dict[tuple[int, int], Location] = {}
_has_added_tasks = False  # not the same as `_locations`, from which expired places are removed


def location_of(frame: FrameType) -> Location:
    """Return where `frame` is now; the same object each time it comes to the same place."""
    global _has_added_tasks  # noqa: PLW0603  # set once
    code = frame.f_code
    key = (id(code), frame.f_lasti)
    location = _locations.get(key)
    if location is None:
        _has_added_tasks = True
        location = Location(*key, code.co_filename, frame.f_lineno, code.co_name)
        _locations[key] = location
        location.expire_with(code)
    return location


def has_added_tasks() -> bool:
    """Return whether this process has ever added a task."""
    return _has_added_tasks


def caller() -> Location:
    """Return where the innermost frame outside this package is."""
    frame = sys._getframe(1)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # documented
    while frame.f_back and _is_own(frame.f_globals.get("__name__")):
        frame = frame.f_back
    return location_of(frame)


def _is_own(module: object) -> bool:
    return isinstance(module, str) and module.partition(".")[0] == _PACKAGE
