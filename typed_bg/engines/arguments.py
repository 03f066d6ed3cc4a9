"""Convert a task's arguments to JSON and back, by the annotations of its function.

This alone needs pydantic, which every engine's extra brings.
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
import json
import sys
import weakref
from collections.abc import Iterator
from types import MethodType, SimpleNamespace
from typing import TYPE_CHECKING, Any, ParamSpecArgs, ParamSpecKwargs, get_args, get_origin

from typing_extensions import Unpack, get_type_hints

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

from typed_bg._core.binding import type_of
from typed_bg._core.messages import name_of, rejected, repr_of
from typed_bg._core.signatures import signature_of
from typed_bg.exceptions import TaskPayloadError

if TYPE_CHECKING:
    from collections.abc import Callable

_ANY: Any = Any
_WIDE = 2**63  # wider numbers have limits of their own
_compact = json.JSONEncoder(separators=(",", ":")).encode


class Codec:
    """Writes and reads the arguments of one function."""

    def __init__(self, func: Callable[..., Any]) -> None:
        self.name: str = name_of(func)
        self.signature: inspect.Signature
        self.hints: dict[str, Any]
        self.signature, self.hints = _signature(func)
        self.coders: dict[str, Coder] = {}
        self.named: dict[int, tuple[tuple[str, str], ...]] = {}

    def encode(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[str, str]:
        """Return the positional arguments as a JSON array, the others as an object.

        Raises:
            TaskPayloadError: One of them would not arrive as what it is.
        """
        count = len(args)
        names = self.named.get(count)
        if names is None:
            names = tuple(self._names(args))
            if count <= len(self.signature.parameters):  # `*args` can have any number
                self.named[count] = names
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
        names = self._names(args)
        decoded = (self._decode(*name, value) for name, value in zip(names, args, strict=True))
        return tuple(decoded), {
            name: self._decode(name, name, value) for name, value in kwargs.items()
        }

    def prepare(self) -> None:
        """Check that every parameter's type can be sent.

        Raises:
            TaskPayloadError: One of them cannot be carried.
        """
        for name in self.hints:
            self._coder(name, name.lstrip("*") or name)

    def _names(self, args: Any) -> Iterator[tuple[str, str]]:
        """Yield the parameter and the displayed name of each positional argument."""
        by_position = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        left = len(args)
        for parameter in self.signature.parameters.values():
            if parameter.kind is parameter.VAR_POSITIONAL:
                yield from (
                    (f"*{parameter.name}", f"{parameter.name}[{index}]") for index in range(left)
                )
                return
            if left and parameter.kind in by_position:
                left -= 1
                yield parameter.name, parameter.name
        # Of a decorator's, or more than the function takes by now, as its call will say.
        yield from (("", f"args[{len(args) - left_over}]") for left_over in range(left, 0, -1))

    def _encode(self, parameter: str, shown: str, value: Any) -> str:
        if _is_plain(value, self.hints.get(parameter)):
            return _compact(value)
        coder = self._coder(parameter, shown)
        if issubclass(type_of(value), Iterator):  # an open file, too
            raise self._rejected(shown, value, "an iterator would be used up by writing it down")
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
                f"{self.name}() cannot take the {shown} that was queued: {reason(error)}",
                target=self.name,
                details=(
                    "its annotation has probably changed since",
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
                    "pass an id or a path of the object, and look it up in the worker",
                    target=self.name,
                ) from None
            self.coders[parameter] = found
        return found

    def _hint(self, parameter: str) -> Any:
        hint = self.hints.get(parameter, self.hints.get("**", _ANY) if parameter else _ANY)
        if isinstance(hint, _Unresolved):
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
            "pass plain data, or an id or a path of the object",
            target=self.name,
        )


_codecs: weakref.WeakKeyDictionary[Callable[..., Any], Codec] = weakref.WeakKeyDictionary()
_of_methods: weakref.WeakKeyDictionary[Callable[..., Any], Codec] = weakref.WeakKeyDictionary()


def codec_of(func: Callable[..., Any]) -> Codec:
    """Return the codec for the arguments of a function.

    Raises:
        TaskPayloadError: Its parameters are not known.
    """
    # A bound method is made anew each time it is asked for.
    codecs, key = (_of_methods, func.__func__) if isinstance(func, MethodType) else (_codecs, func)
    try:
        return codecs[key]
    except TypeError:  # neither hashed nor weakly held
        return Codec(func)
    except KeyError:
        codec = codecs[key] = Codec(func)
        return codec


@dataclasses.dataclass(frozen=True)
class _Unresolved:
    """Replaces an annotation that cannot be evaluated."""

    why: str


def _signature(func: Callable[..., Any]) -> tuple[inspect.Signature, dict[str, Any]]:
    """Return a function's parameters and types; for a wrapper, those of the wrapped function."""
    try:
        signature = signature_of(func)
    except ValueError as error:
        raise rejected(
            TaskPayloadError,
            f"{name_of(func)}() cannot be sent to a worker: {error}",
            "pass a function of your own that calls it, with annotations",
            target=func,
        ) from None
    described = _described(func)
    hints: dict[str, Any] = {}
    for name, parameter in signature.parameters.items():
        hint = _evaluated(parameter.annotation, described)
        if parameter.kind is parameter.VAR_POSITIONAL:
            hints[f"*{name}"] = hint
        elif parameter.kind is not parameter.VAR_KEYWORD:
            hints[name] = hint
        elif get_origin(hint) is Unpack:
            fields = get_type_hints(get_args(hint)[0], include_extras=True)
            hints |= fields
        else:
            hints["**"] = hint
    return signature, hints


def _described(func: Any) -> Any:
    """Return the function in whose module the names in its annotations are defined."""
    func = inspect.unwrap(func)
    while isinstance(func, functools.partial):
        func = inspect.unwrap(func.func)
    if isinstance(func, type):
        return inspect.unwrap(func.__init__)  # type: ignore[misc]
    return func if hasattr(func, "__globals__") else inspect.unwrap(type(func).__call__)


def _evaluated(annotation: Any, described: Any) -> Any:
    """Return the type of one annotation, so that a bad return annotation does not matter."""
    if annotation is inspect.Parameter.empty:
        return _ANY
    names = getattr(described, "__globals__", None)
    if names is None:
        names = vars(sys.modules.get(getattr(described, "__module__", ""), SimpleNamespace()))
    holder: Any = SimpleNamespace(
        __annotations__={"it": annotation},
        __type_params__=getattr(described, "__type_params__", ()),
    )
    try:
        hint = get_type_hints(holder, names, include_extras=True)["it"]
    except Exception as error:  # noqa: BLE001  # an annotation can be any expression
        return _Unresolved(f"{type(error).__name__}: {error}")
    return _ANY if isinstance(hint, (ParamSpecArgs, ParamSpecKwargs)) else hint


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
