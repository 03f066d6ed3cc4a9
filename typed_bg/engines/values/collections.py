"""Collections, and annotations that allow several types."""

from __future__ import annotations

from collections import Counter, OrderedDict, abc, deque
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from typed_bg._core.binding import type_of
from typed_bg._core.messages import repr_of
from typed_bg.engines.values.base import (
    Coder,
    CoderOf,
    UnsupportedValueError,
    at,
    class_tag,
    content_of,
    content_of_class,
    expect,
    mismatch,
    tagged,
    untag,
)
from typed_bg.engines.values.leaves import LEAVES, NATIVE, Native

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ABSTRACT: set[Any] = {
    *(abc.Iterable, abc.Container, abc.Collection, abc.Reversible, abc.Sequence),
    *(abc.MutableSequence, abc.Set, abc.MutableSet, abc.Mapping, abc.MutableMapping),
}


class Items(Coder):
    """A collection whose items have one annotation: a list, a set, ..."""

    def __init__(self, coder_of: CoderOf, kind: Any, item: Any) -> None:
        self._coder_of = coder_of
        self._kind: Any = kind
        self._item = item

    @override
    def dump(self, value: Any) -> Any:
        if type_of(value) is not self._kind:
            raise mismatch(value, self._kind.__name__)
        if self._kind is deque and value.maxlen is not None:
            raise UnsupportedValueError("is a deque with a maxlen, which would be lost")
        item = self._coder_of(self._item)
        dumped: list[Any] = []
        for index, part in enumerate(value):
            try:
                dumped.append(item.dump(part))
            except UnsupportedValueError as error:  # noqa: PERF203  # where it failed is said
                raise at(f"[{index}]", error) from None
        content: Any = dumped
        return content if self._kind is list else tagged(self._kind.__name__, content)

    @override
    def load(self, data: Any) -> Any:
        item = self._coder_of(self._item)
        content = data if self._kind is list else content_of(data, self._kind.__name__)
        kind: Any = self._kind
        made: Any = kind(item.load(part) for part in expect(content, list))
        return made


class Tuple(Coder):
    """A tuple of known length, or a named tuple."""

    def __init__(self, coder_of: CoderOf, kind: Any, items: Mapping[str, Any]) -> None:
        self._coder_of = coder_of
        self._kind = kind
        self._items = items

    @override
    def dump(self, value: Any) -> Any:
        if type_of(value) is not self._kind or len(value) != len(self._items):
            expected = self._kind.__qualname__
            if self._kind is tuple:
                expected = f"tuple, with {len(self._items)} items"
            raise mismatch(value, expected)
        dumped: list[Any] = []
        for (part, hint), item in zip(self._items.items(), value, strict=True):
            try:
                dumped.append(self._coder_of(hint).dump(item))
            except UnsupportedValueError as error:  # noqa: PERF203  # where it failed is said
                raise at(part, error) from None
        return tagged("tuple" if self._kind is tuple else class_tag(self._kind), dumped)

    @override
    def load(self, data: Any) -> Any:
        is_plain = self._kind is tuple
        content = content_of(data, "tuple") if is_plain else content_of_class(data, self._kind)
        hints = self._items.values()
        defaults = getattr(self._kind, "_field_defaults", {})
        items: list[Any] = [
            self._coder_of(hint).load(item)
            for hint, item in zip(hints, expect(content, list), strict=False)
        ]
        items += [defaults[part[1:]] for part in list(self._items)[len(items) :]]
        if len(content) > len(items):
            msg = f"expected {len(items)} items, not {len(content)}"
            raise ValueError(msg)
        builtin: Any = tuple
        return builtin.__new__(self._kind, items)


class Dict(Coder):
    """A dictionary: an object if its keys are text, else a list of pairs."""

    def __init__(self, coder_of: CoderOf, kind: Any, key: Any, value: Any) -> None:
        self._coder_of = coder_of
        self._kind: Any = kind
        self._key = key
        self._value = value

    @override
    def dump(self, value: Any) -> Any:
        if type_of(value) is not self._kind:
            raise mismatch(value, self._kind.__name__)
        key, item = self._coder_of(self._key), self._coder_of(self._value)
        pairs: list[tuple[Any, Any]] = []
        for name, part in value.items():
            try:
                pairs.append((key.dump(name), item.dump(part)))
            except UnsupportedValueError as error:  # noqa: PERF203  # where it failed is said
                raise at(f"[{repr(name)[:40]}]", error) from None
        dumped = as_object(pairs, value)
        return dumped if self._kind is dict else tagged(self._kind.__name__, dumped)

    @override
    def load(self, data: Any) -> Any:
        content = data if self._kind is dict else content_of(data, self._kind.__name__)
        key, item = self._coder_of(self._key), self._coder_of(self._value)
        loaded = {key.load(name): item.load(part) for name, part in pairs_of(content)}
        kind: Any = self._kind
        return kind(loaded)


def as_object(pairs: list[tuple[Any, Any]], keys: Iterable[Any]) -> Any:
    """Write pairs as an object if its keys are text, else as a list."""
    if all(type_of(key) is str for key in keys):
        members = dict(pairs)
        if untag(members)[0] is None:  # otherwise, it would be read as a tagged value
            return members
    return tagged("items", [list(pair) for pair in pairs])


def pairs_of(data: Any) -> Iterable[tuple[Any, Any]]:
    """Read what `as_object` has written."""
    tag, content = untag(data)
    pairs: Any = content if tag == "items" else expect(data, dict).items()
    return [(key, value) for key, value in pairs]


class AnyCoder(Coder):
    """Builtin types, in one another: where there is no annotation, or one that allows them all."""

    @override
    def dump(self, value: Any) -> Any:
        coder = BUILTIN.get(type_of(value))
        if coder is None:
            why = f"is {repr_of(value)}: annotate it with that class, or pass builtin types"
            raise UnsupportedValueError(why)
        return coder.dump(value)

    @override
    def load(self, data: Any) -> Any:
        return BUILTIN[kind_of(data)].load(data)


ANY = AnyCoder()


def _any_of(_hint: Any) -> Coder:
    return ANY


SEQUENCES = (list, tuple, set, frozenset, deque)
MAPPINGS = (dict, OrderedDict, Counter)
BUILTIN: dict[Any, Coder] = {
    **{kind: Native(kind.__name__, kind) for kind in NATIVE},
    **{kind: leaf for kind, leaf in LEAVES.items() if kind is not Path},
    **{kind: Items(_any_of, kind, Any) for kind in SEQUENCES},
    **{kind: Dict(_any_of, kind, Any, Any) for kind in MAPPINGS},
}
_TAGS: dict[str, Any] = {"Path": type(Path()), **{kind.__name__: kind for kind in BUILTIN}}


def kind_of(data: Any) -> Any:
    """Return the builtin type of what data say.

    Raises:
        LookupError: It is no builtin type.
    """
    tag, _ = untag(data)
    return type_of(data) if tag is None or tag == "items" else _TAGS[tag]


class Abstract(Coder):
    """`Sequence`, `Iterable`, `Mapping`, ...: whichever builtin collection the value is."""

    def __init__(self, coder_of: CoderOf, origin: Any, args: tuple[Any, ...]) -> None:
        self._coder_of = coder_of
        self._origin: Any = origin
        self._args = args

    @override
    def dump(self, value: Any) -> Any:
        kind: Any = type_of(value)
        if not issubclass(kind, self._origin):
            raise mismatch(value, self._origin.__name__)
        coder = self._concrete(kind)
        if coder is None:
            why = f"is {repr_of(value)}: pass a list, tuple, set or dict instead"
            raise UnsupportedValueError(why)
        return coder.dump(value)

    @override
    def load(self, data: Any) -> Any:
        kind = kind_of(data)
        coder = self._concrete(kind)
        if coder is None or not issubclass(kind, self._origin):
            msg = f"expected {self._origin.__name__}, not {repr_of(data)}"
            raise ValueError(msg)
        return coder.load(data)

    def _concrete(self, kind: Any) -> Coder | None:
        if kind in (str, bytes, bytearray):
            return BUILTIN[kind]
        if kind in SEQUENCES:
            return Items(self._coder_of, kind, self._args[0] if self._args else Any)
        if kind in MAPPINGS:
            key, value = (*self._args, Any, Any)[:2]  # of `Iterable[int]`, the keys alone
            return Dict(self._coder_of, kind, key, value)
        return None


class UnionCoder(Coder):
    """A value of one of several annotations: the first that it fits."""

    def __init__(self, coder_of: CoderOf, hints: tuple[Any, ...]) -> None:
        self._coders = [coder_of(hint) for hint in hints]

    @override
    def dump(self, value: Any) -> Any:
        errors: list[UnsupportedValueError] = []
        for coder in self._coders:
            try:
                return coder.dump(value)
            except UnsupportedValueError as error:  # noqa: PERF203  # the next one may fit
                errors.append(error)
        raise max(errors, key=lambda error: len(error.path))  # the one that fitted furthest

    @override
    def load(self, data: Any) -> Any:
        # Data say their type, so that whichever annotation takes them reads the same value.
        errors: list[Exception] = []
        for coder in self._coders:
            try:
                return coder.load(data)
            except (ValueError, TypeError, LookupError) as error:  # noqa: PERF203
                errors.append(error)
        raise errors[0]
