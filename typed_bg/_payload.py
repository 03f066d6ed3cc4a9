"""A task's arguments as JSON, by the annotations of its function, and back.

This alone needs pydantic, which every engine's extra brings.
"""

from __future__ import annotations

import inspect
import json
import weakref
from typing import (
    TYPE_CHECKING,
    Any,
    ParamSpecArgs,
    ParamSpecKwargs,
    get_args,
    get_origin,
    get_type_hints,
)

from pydantic import ConfigDict, PydanticUserError, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError
from typing_extensions import Unpack

from typed_bg._locations import caller
from typed_bg._refusals import name_of
from typed_bg.exceptions import TaskPayloadError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FORMAT = 1
_CONFIG = ConfigDict(
    ser_json_bytes="base64",
    val_json_bytes="base64",
    ser_json_inf_nan="constants",
)
_ANY: Any = Any


class Codec:
    """Writes and reads the arguments of one function."""

    def __init__(self, func: Callable[..., Any]) -> None:
        self.name = name_of(func)
        self.signature, self.hints = _signature(func)
        self.adapters: dict[str, TypeAdapter[Any]] = {}

    def encode(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[str, str]:
        """Return the positional arguments as a JSON array, the others as an object.

        Raises:
            TaskPayloadError: One of them would not arrive as what it is.
        """
        names = self._names(args)
        array = [self._encode(*name, value) for name, value in zip(names, args, strict=True)]
        members = [
            f"{json.dumps(it)}:{self._encode(it, it, value)}" for it, value in kwargs.items()
        ]
        return f"[{','.join(array)}]", f"{{{','.join(members)}}}"

    def decode(
        self, args: list[Any], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return what `encode` was given.

        Raises:
            TaskPayloadError: One of them does not fit the function's annotations any more.
        """
        names = self._names(args)
        decoded = (self._decode(*name, value) for name, value in zip(names, args, strict=True))
        return tuple(decoded), {it: self._decode(it, it, value) for it, value in kwargs.items()}

    def prepare(self) -> None:
        """Look at every parameter's type.

        Raises:
            TaskPayloadError: One of them cannot be carried.
        """
        names: list[str] = [""] if isinstance(self.hints, NameError) else list(self.hints)
        for name in names:
            self._adapter(name, name.lstrip("*"))

    def _names(self, args: Any) -> Iterator[tuple[str, str]]:
        """Name the positional arguments: the parameter each goes to, and how a person calls it."""
        by_position = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        left = len(args)
        for parameter in self.signature.parameters.values():
            if parameter.kind is parameter.VAR_POSITIONAL:
                yield from (
                    (f"*{parameter.name}", f"{parameter.name}[{index}]") for index in range(left)
                )
            elif left and parameter.kind in by_position:
                left -= 1
                yield parameter.name, parameter.name

    def _encode(self, parameter: str, shown: str, value: Any) -> str:
        adapter = self._adapter(parameter, shown)
        try:
            encoded = adapter.dump_json(value, warnings="error")
            restored = adapter.validate_json(encoded)
        except (PydanticSerializationError, ValidationError, ValueError, TypeError) as error:
            raise self._refused(shown, value, _first_line(error)) from None
        if not _same(value, restored):
            raise self._refused(shown, value, f"it would arrive as {_shown(restored)}")
        return encoded.decode()

    def _decode(self, parameter: str, shown: str, value: Any) -> Any:
        try:
            return self._adapter(parameter, shown).validate_json(json.dumps(value))
        except ValidationError as error:
            raise TaskPayloadError(
                f"{self.name}() cannot take the {shown} that was queued: {_first_line(error)}",
                target=self.name,
                details=(
                    "its annotation was changed since, most likely",
                    "take the old type as well until the queue is empty, or queue the task anew",
                ),
            ) from None

    def _adapter(self, parameter: str, shown: str) -> TypeAdapter[Any]:
        """Return what knows the type of a parameter."""
        found = self.adapters.get(parameter)
        if found is None:
            hint = self._hint(parameter)
            try:
                found = _adapter_of(hint)
            except Exception as error:  # noqa: BLE001  # a type's own hooks can raise anything
                raise TaskPayloadError(
                    f"{self.name}() cannot be handed to a worker: the type of its parameter "
                    f"{shown}, {_type_name(hint)}, cannot be written as JSON",
                    target=self.name,
                    details=(
                        f"added at {caller()}",
                        _first_line(error),
                        (
                            "pass what identifies the object (an id, a path), and look it up in the "
                            "task"
                        ),
                    ),
                ) from None
            self.adapters[parameter] = found
        return found

    def _hint(self, parameter: str) -> Any:
        if isinstance(self.hints, NameError):
            raise TaskPayloadError(
                f"{self.name}() cannot be handed to a worker: its annotations cannot be evaluated, "
                f"{self.hints}",
                target=self.name,
                details=(
                    f"added at {caller()}",
                    "import the name at run time, not under TYPE_CHECKING alone",
                ),
            )
        return self.hints.get(parameter, self.hints.get("**", _ANY))

    def _refused(self, shown: str, value: object, why: str) -> TaskPayloadError:
        annotated = shown.partition("[")[0] in self.signature.parameters and (
            self.signature.parameters[shown.partition("[")[0]].annotation
            is not inspect.Parameter.empty
        )
        return TaskPayloadError(
            f"the argument {shown} of {self.name}() cannot be carried to a worker: "
            f"it is {_shown(value)}",
            target=self.name,
            details=(
                f"added at {caller()}",
                why,
                "pass plain data, or what identifies the object (an id, a path)"
                if annotated
                else f"annotate {shown}: without, it takes only what JSON itself has",
            ),
        )


def write(
    call_id: str, name: str, arguments: tuple[str, str], options: dict[str, Any], context: Any
) -> str:
    """Compose what `typed_bg.executing` reads: JSON text.

    Args:
        call_id: The task's own id.
        name: The function's name.
        arguments: What `Codec.encode` made of the arguments.
        options: What is asked of the engine and differs from the defaults.
        context: What goes with the task beside its arguments.
    """
    head: dict[str, Any] = {"typed_bg": FORMAT, "id": call_id, "task": name}
    if options:
        head["options"] = options
    if context:
        head["context"] = context
    array, members = arguments
    return f'{json.dumps(head, separators=(",", ":"))[:-1]},"args":{array},"kwargs":{members}}}'


_codecs: weakref.WeakKeyDictionary[Callable[..., Any], Codec] = weakref.WeakKeyDictionary()


def codec_of(func: Callable[..., Any]) -> Codec:
    """Return what writes and reads the arguments of a function."""
    try:
        return _codecs[func]
    except KeyError:
        codec = _codecs[func] = Codec(func)
        return codec


def _signature(func: Callable[..., Any]) -> tuple[inspect.Signature, Any]:
    """Return a function's parameters and their types; those of what a decorator wraps."""
    signature = inspect.signature(func)
    described: Any = inspect.unwrap(func)
    if isinstance(described, type):
        described = vars(described).get("__init__", described)
    try:
        hints = get_type_hints(described, include_extras=True)
    except NameError as error:
        return signature, error
    named: dict[str, Any] = {}
    for name, parameter in signature.parameters.items():
        hint = hints.get(name, _ANY)
        if isinstance(hint, (ParamSpecArgs, ParamSpecKwargs)):
            hint = _ANY
        if parameter.kind is parameter.VAR_POSITIONAL:
            named[f"*{name}"] = hint
        elif parameter.kind is not parameter.VAR_KEYWORD:
            named[name] = hint
        elif get_origin(hint) is Unpack:
            named |= get_type_hints(get_args(hint)[0], include_extras=True)
        else:
            named["**"] = hint
    return signature, named


def _adapter_of(hint: Any) -> TypeAdapter[Any]:
    make: Any = TypeAdapter  # of a type that is known at run time alone
    try:
        adapter: TypeAdapter[Any] = make(hint, config=_CONFIG)
    except PydanticUserError as error:
        if error.code != "type-adapter-config-unused":
            raise
        adapter = make(hint)  # a model brings its own
    return adapter


def _same(value: Any, restored: Any) -> bool:
    """Tell whether a value has arrived as what it was; an `int` may arrive as a `float`."""
    if type(value) is not type(restored) and not (type(value) is int and type(restored) is float):
        return False
    return bool(value == restored) or (value != value and restored != restored)  # noqa: PLR0124  # NaN


def _shown(value: object) -> str:
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001  # a broken __repr__ must not hide the refusal
        text = "..."
    return f"{text[:60]} ({type(value).__qualname__})"


def _type_name(hint: Any) -> str:
    return hint.__qualname__ if isinstance(hint, type) else str(hint)


def _first_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return str(error.errors(include_url=False)[0]["msg"])
    return str(error).strip().partition("\n")[0] or type(error).__qualname__
