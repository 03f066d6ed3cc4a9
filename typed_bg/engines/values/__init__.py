"""Values as JSON, and back as exactly what they were: type, state and set fields.

A value is written by its own type, and an annotation names the classes that may occur. Nothing is
validated: a model is rebuilt from its state, without its validators, as `pickle` does it. But a
message can only lead to builtin types and to the classes that the annotation mentions.

| value | JSON |
|---|---|
| `None`, `bool`, `int`, `float`, `str`, `list`, `dict` with text keys | themselves |
| another builtin type | its content, tagged: `{"$date": "2024-02-29"}` |
| an object of a class | its state, tagged: `{"$shop.users:Patch": {"name": "Ann", ...}}` |
"""

from __future__ import annotations

import dataclasses
import enum
import functools
import types
import typing
from collections import Counter, OrderedDict, abc, deque
from typing import Annotated, Any, Literal, NewType, TypeVar, Union, get_args, get_origin

import typing_extensions
from pydantic import BaseModel
from typing_extensions import TypeAliasType, get_type_hints, is_typeddict

from typed_bg.engines.values.base import Coder, UnsupportedValueError, reason
from typed_bg.engines.values.classes import (
    DataclassCoder,
    EnumCoder,
    LiteralCoder,
    ModelCoder,
    Opaque,
    TypedDictCoder,
    is_made_by_object,
)
from typed_bg.engines.values.collections import (
    ABSTRACT,
    ANY,
    Abstract,
    Dict,
    Items,
    Tuple,
    UnionCoder,
)
from typed_bg.engines.values.leaves import LEAVES, NATIVE, Native

__all__ = ["Coder", "UnsupportedValueError", "coder_of", "reason"]

_OPEN = (Any, object, abc.Hashable, typing_extensions.Never)
_QUALIFIERS = (
    *(typing_extensions.Required, typing_extensions.NotRequired, typing_extensions.ReadOnly),
    *(typing.Final, typing.ClassVar, dataclasses.InitVar),
)


def coder_of(hint: Any) -> Coder:
    """Return what writes and reads the values of an annotation.

    Raises:
        Exception: A type's own hooks for pydantic can raise anything.
    """
    try:
        return _cached(hint)
    except TypeError:  # metadata of `Annotated` need not be hashable
        return _make(hint)


def _make(hint: Any) -> Coder:  # noqa: C901, PLR0912  # one case a kind of annotation
    full = hint
    while get_origin(hint) is Annotated or get_origin(hint) in _QUALIFIERS:
        hint = get_args(hint)[0]
    if isinstance(hint, NewType):
        return coder_of(hint.__supertype__)
    if isinstance(hint, TypeAliasType) or type(hint).__name__ == "TypeAliasType":
        return coder_of(hint.__value__)
    if isinstance(hint, TypeVar):
        if hint.__constraints__:
            return UnionCoder(coder_of, hint.__constraints__)
        return coder_of(hint.__bound__ or Any)
    origin, args = get_origin(hint), get_args(hint)
    if hint is None:
        hint = type(None)
    if hint in _OPEN:
        return ANY
    if hint is typing_extensions.LiteralString:
        hint = str
    if hint is int:
        return Native("int", int, bool)
    if hint is float:
        return Native("float", float, int, bool)  # as type checkers take them
    if hint in NATIVE:
        return Native(hint.__name__, hint)
    if hint in LEAVES:
        return LEAVES[hint]
    if origin in (Union, types.UnionType):
        return UnionCoder(coder_of, args)
    if origin is Literal or origin is typing_extensions.Literal:
        return LiteralCoder(args)
    if isinstance(origin, TypeAliasType) or type(origin).__name__ == "TypeAliasType":
        return coder_of(origin.__value__[args])
    kind = origin or hint
    if not isinstance(kind, type):
        return Opaque(full)
    if kind in ABSTRACT:
        return Abstract(coder_of, kind, args)
    if kind is tuple and args and args[-1] is not Ellipsis:
        return Tuple(coder_of, tuple, _numbered(args))
    if kind in (list, tuple, set, frozenset, deque):
        return Items(coder_of, kind, args[0] if args else Any)
    if kind in (dict, OrderedDict, Counter):
        value = (*args, int if kind is Counter else Any, Any)
        return Dict(coder_of, kind, value[0] if args else Any, value[1])
    if is_typeddict(kind):
        return TypedDictCoder(coder_of, kind, args)
    return _of_class(kind, args, full)


def _of_class(kind: Any, args: tuple[Any, ...], full: Any) -> Coder:
    if issubclass(kind, enum.Enum):
        return EnumCoder(kind)
    if hasattr(kind, "_fields") and kind.__mro__[-2] is tuple:
        hints = get_type_hints(kind, include_extras=True)
        items = {f".{name}": hints.get(name, Any) for name in kind._fields}
        return Tuple(coder_of, kind, items)
    if issubclass(kind, BaseModel):
        return ModelCoder(coder_of, kind)
    if dataclasses.is_dataclass(kind) and is_made_by_object(kind):
        return DataclassCoder(coder_of, kind, args)
    return Opaque(full)


def _numbered(args: tuple[Any, ...]) -> dict[str, Any]:
    if args == ((),):  # `tuple[()]`, up to Python 3.10
        return {}
    return {f"[{index}]": hint for index, hint in enumerate(args)}


_cached = functools.lru_cache(maxsize=4096, typed=True)(_make)
