"""Annotations described as JSON, so that two processes make the same ones, and what a value is.

Run as a program, it reads lines `[shape, data]`, decodes the data, and prints what it got.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import decimal
import enum
import json
import sys
import uuid
import zlib
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, Literal, NamedTuple, Optional, Union

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, create_model
from typing_extensions import TypedDict

from typed_bg.engines.argument_codec import codec_of


class Color(enum.Enum):
    RED = object()
    BLUE = (1, 2)


class Word(str, enum.Enum):
    YES = "yes"


class Access(enum.Flag):
    READ = 1
    WRITE = 2


def _doubled(value: int) -> int:
    return value * 2


Doubled = Annotated[int, AfterValidator(_doubled)]

LEAVES: dict[str, Any] = {
    "none": None,
    "bool": bool,
    "int": int,
    "float": float,
    "str": str,
    "bytes": bytes,
    "datetime": dt.datetime,
    "time": dt.time,
    "date": dt.date,
    "timedelta": dt.timedelta,
    "uuid": uuid.UUID,
    "decimal": decimal.Decimal,
    "path": Path,
    "color": Color,
    "word": Word,
    "access": Access,
    "literal": Literal["a", 1, True, None, b"x"],  # noqa: PYI061  # as it may be written
    "doubled": Doubled,
    "any": Any,
}


def hint_of(shape: Any) -> Any:
    """Return the annotation that a shape describes."""
    if isinstance(shape, str):
        return LEAVES[shape]
    kind, *parts = shape
    if kind in _CLASSES:
        return _CLASSES[kind](parts)
    hints = [hint_of(part) for part in parts]
    return {
        "list": lambda: list[hints[0]],
        "set": lambda: set[hints[0]],
        "frozenset": lambda: frozenset[hints[0]],
        "tuple": lambda: tuple[tuple(hints)],
        "tuple...": lambda: tuple[hints[0], ...],
        "dict": lambda: dict[hints[0], hints[1]],
        "sequence": lambda: Sequence[hints[0]],
        "iterable": lambda: Iterable[hints[0]],
        "abstract set": lambda: AbstractSet[hints[0]],
        "mapping": lambda: Mapping[hints[0], hints[1]],
        "optional": lambda: Optional[hints[0]],  # noqa: UP045
        "union": lambda: Union[tuple(hints)],  # noqa: UP007
    }[kind]()


def _model(parts: list[Any]) -> Any:
    fields: dict[str, Any] = {
        f"f{index}": (
            hint_of(part) or NoneType,  # pydantic 2.9 takes None for a missing annotation
            Field(default=None, alias=f"a{index}", serialization_alias=f"s{index}", exclude=True)
            if index % 2
            else Field(default=...),
        )
        for index, part in enumerate(parts)
    }
    return create_model(_name("Model", parts), __base__=_Base, **fields)


class _Base(BaseModel):
    model_config = ConfigDict(extra="allow", populate_by_name=True)
    _private: dt.date = PrivateAttr(default=dt.date(2024, 1, 1))


def _dataclass(parts: list[Any]) -> Any:
    fields = [(f"f{index}", hint_of(part)) for index, part in enumerate(parts)]
    return dataclasses.make_dataclass(
        _name("Data", parts), fields, frozen=len(parts) % 2 == 0, slots=len(parts) % 2 == 1
    )


def _typed_dict(parts: list[Any]) -> Any:
    make: Any = TypedDict
    return make(
        _name("Dict", parts), {f"f{index}": hint_of(part) for index, part in enumerate(parts)}
    )


def _named_tuple(parts: list[Any]) -> Any:
    make: Any = NamedTuple
    return make(
        _name("Named", parts), [(f"f{index}", hint_of(part)) for index, part in enumerate(parts)]
    )


def _name(kind: str, parts: list[Any]) -> str:
    return f"{kind}_{zlib.crc32(json.dumps(parts).encode())}"


_made: dict[str, Any] = {}


def _once(make: Any) -> Any:
    def once(parts: list[Any]) -> Any:
        key = json.dumps([make.__name__, parts])
        if key not in _made:
            _made[key] = make(parts)
        return _made[key]

    return once


_CLASSES = {
    "model": _once(_model),
    "dataclass": _once(_dataclass),
    "typed dict": _once(_typed_dict),
    "named tuple": _once(_named_tuple),
}


def function_of(hint: Any) -> Any:
    """Make a function with one parameter of an annotation."""

    def func(it: Any) -> None: ...

    func.__annotations__["it"] = hint
    return func


def what_is(value: Any) -> Any:
    """Describe a value by its type and state, without asking it whether it equals another."""
    kind = type(value)
    name = kind.__qualname__
    if isinstance(value, BaseModel):
        return [
            name,
            what_is(dict(vars(value))),
            sorted(value.model_fields_set),
            what_is(value.__pydantic_extra__),
            what_is(value.__pydantic_private__),
        ]
    if dataclasses.is_dataclass(value):
        fields = dataclasses.fields(value)
        return [name, [[field.name, what_is(getattr(value, field.name))] for field in fields]]
    if isinstance(value, enum.Enum):
        return [name, value.name, value.value if isinstance(value, enum.Flag) else None]
    if isinstance(value, dict):
        return [name, [[what_is(key), what_is(part)] for key, part in value.items()]]
    if isinstance(value, (set, frozenset)):
        return [name, sorted((what_is(part) for part in value), key=json.dumps)]
    if isinstance(value, (list, tuple)):
        return [name, [what_is(part) for part in value]]
    if isinstance(value, (dt.datetime, dt.time)):
        zone = value.tzinfo
        plain = value.replace(tzinfo=None, fold=0)
        named = getattr(zone, "key", None) or str(zone)
        return [name, repr(plain), value.fold, type(zone).__qualname__, named]
    return [name, repr(value)]


def main() -> None:
    """Decode what the lines of the standard input say."""
    for line in sys.stdin:
        shape, data = json.loads(line)
        ((value,), _) = codec_of(function_of(hint_of(shape))).decode([data], {})
        print(json.dumps(what_is(value)), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
