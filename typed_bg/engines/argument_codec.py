"""Convert a task's arguments to JSON and back, by the annotations of its function.

This alone needs pydantic, which every engine's extra brings.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

try:
    from typed_bg.engines.values import Coder, UnsupportedValueError, coder_of, reason
except ImportError as _error:
    if (_error.name or "").partition(".")[0] != "pydantic":
        raise
    raise ModuleNotFoundError(
        "tasks go to an engine as JSON, which needs pydantic 2: install typed-bg[docket] or "
        "typed-bg[celery], or pydantic, if you use your own engine",
        name="pydantic",
    ) from _error

from typed_bg._core.annotations import Parameters, PerFunction, Unresolved
from typed_bg._core.binding import type_of
from typed_bg._core.messages import name_of, rejected, repr_of
from typed_bg.exceptions import TaskPayloadError

if TYPE_CHECKING:
    from collections.abc import Callable

_WIDE = 2**63  # wider numbers have limits of their own
_compact = json.JSONEncoder(separators=(",", ":")).encode


class Codec:
    """Writes and reads the arguments of one function."""

    def __init__(self, func: Callable[..., Any]) -> None:
        self.name: str = name_of(func)
        self.coders: dict[str, Coder] = {}
        try:
            self.parameters: Parameters = Parameters(func)
        except ValueError as error:
            raise rejected(
                TaskPayloadError,
                f"{self.name}() cannot be sent to a worker: {error}",
                "pass a function of your own that calls it, with annotations",
                target=func,
            ) from None

    def encode(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[str, str]:
        """Return the positional arguments as a JSON array, the others as an object.

        Raises:
            TaskPayloadError: One of them would not arrive unchanged.
        """
        names = self.parameters.positional_names(len(args))
        array = [self._encode(*name, value) for name, value in zip(names, args, strict=True)]
        if not kwargs:
            return f"[{','.join(array)}]", "{}"
        members = (
            f"{json.dumps(name)}:{self._encode(name, name, value)}"
            for name, value in kwargs.items()
        )
        return f"[{','.join(array)}]", f"{{{','.join(members)}}}"

    def decode(
        self, args: list[Any], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return the arguments that `encode` was called with.

        Raises:
            TaskPayloadError: One of them does not fit the function's annotations any more.
        """
        names = self.parameters.positional_names(len(args))
        decoded = (self._decode(*name, value) for name, value in zip(names, args, strict=True))
        return tuple(decoded), {
            name: self._decode(name, name, value) for name, value in kwargs.items()
        }

    def prepare(self) -> None:
        """Check that every parameter's type can be sent.

        Raises:
            TaskPayloadError: One of them cannot be carried.
        """
        for name in self.parameters.types:
            self._coder(name, name.lstrip("*") or name)

    def _encode(self, parameter: str, shown: str, value: Any) -> str:
        if _is_plain(value, self.parameters.types.get(parameter)):
            return _compact(value)
        coder = self._coder(parameter, shown)
        if issubclass(type_of(value), Iterator):  # an open file, too
            raise self._rejected(shown, value, "sending an iterator would consume it")
        try:
            return _compact(coder.dump(value))
        except UnsupportedValueError as error:
            raise self._rejected(shown, value, f"{shown}{error.path} {error.why}") from None
        except RecursionError:
            raise self._rejected(shown, value, "it contains itself") from None
        except ValueError as error:  # an `int` with more digits than Python writes
            raise self._rejected(shown, value, f"{error}") from None

    def _decode(self, parameter: str, shown: str, data: Any) -> Any:
        coder = self._coder(parameter, shown)
        try:
            return coder.load(data)
        except Exception as error:  # noqa: BLE001  # a type's own hooks can raise anything
            raise TaskPayloadError(
                f"{self.name}() does not accept the queued value of {shown}: {reason(error)}",
                target=self.name,
                details=(
                    "its annotation has probably changed since the task was queued",
                    "also accept the old type until the queue is empty, or queue the task again",
                ),
            ) from None

    def _coder(self, parameter: str, shown: str) -> Coder:
        """Return the coder for the values of a parameter."""
        found = self.coders.get(parameter)
        if found is None:
            hint = self._hint(parameter)
            try:
                found = coder_of(hint)
            except Exception as error:  # noqa: BLE001  # a type's own hooks can raise anything
                raise rejected(
                    TaskPayloadError,
                    f"{self.name}() cannot be sent to a worker: the type of its parameter "
                    f"{shown}, {_type_name(hint)}, cannot be written as JSON",
                    reason(error),
                    "pass the object's id or path, and look the object up in the worker",
                    target=self.name,
                ) from None
            self.coders[parameter] = found
        return found

    def _hint(self, parameter: str) -> Any:
        hint = self.parameters.type_of(parameter)
        if isinstance(hint, Unresolved):
            raise rejected(
                TaskPayloadError,
                f"{self.name}() cannot be sent to a worker: the annotation of its parameter "
                f"{parameter.lstrip('*')} cannot be evaluated, {hint.why}",
                "import the name at run time, not only under TYPE_CHECKING",
                target=self.name,
            )
        return hint

    def _rejected(self, shown: str, value: object, why: str) -> TaskPayloadError:
        return rejected(
            TaskPayloadError,
            f"the argument {shown} of {self.name}() cannot be sent to a worker: "
            f"it is {repr_of(value)}",
            why,
            "pass plain data, or the object's id or path",
            target=self.name,
        )


codec_of: PerFunction[Codec] = PerFunction(Codec)
"""Return the codec for the arguments of a function.

Raises:
    TaskPayloadError: Its parameters are not known.
"""


def _is_plain(value: Any, hint: Any) -> bool:
    """Return whether a value is plain JSON, which saves looking for its coder."""
    kind = type_of(value)
    if kind is not hint:
        return False
    if kind is str:
        return bool(value.isascii())  # half of a surrogate pair would not arrive
    return kind is bool or (kind is int and -_WIDE < value < _WIDE)


def _type_name(hint: Any) -> str:
    return hint.__qualname__ if isinstance(hint, type) else str(hint)
