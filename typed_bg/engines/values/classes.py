"""Classes, by the parts that they declare or by what pydantic knows of them."""

from __future__ import annotations

import dataclasses
import enum
import functools
import json
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, PydanticUserError, RootModel, TypeAdapter
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from typing_extensions import get_type_hints, override

from typed_bg._core.binding import type_of
from typed_bg._core.messages import repr_of
from typed_bg.engines.values.base import (
    Coder,
    CoderOf,
    UnsupportedValueError,
    at,
    class_tag,
    content_of_class,
    expect,
    mismatch,
    plain_name,
    reason,
    tagged,
    untag,
)
from typed_bg.engines.values.collections import ANY, BUILTIN, as_object, pairs_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_COLLECTIONS = (list, tuple, dict, set, frozenset)
_CONFIG = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")


class EnumCoder(Coder):
    """A member by its name; of a `Flag` by its number, since a combination has no name."""

    def __init__(self, kind: Any) -> None:
        self._kind = kind
        self._is_flag = issubclass(kind, enum.Flag)

    @override
    def dump(self, value: Any) -> Any:
        if type_of(value) is not self._kind:
            raise mismatch(value, self._kind.__qualname__)
        content = value.value if self._is_flag else value.name
        return tagged(class_tag(self._kind), content)

    @override
    def load(self, data: Any) -> Any:
        content = content_of_class(data, self._kind)
        kind: Any = self._kind
        return kind(content) if self._is_flag else kind.__members__[content]


class LiteralCoder(Coder):
    """One of some values."""

    def __init__(self, values: tuple[Any, ...]) -> None:
        self._dumped = [(_coder_of_type(type(value)).dump(value), value) for value in values]

    @override
    def dump(self, value: Any) -> Any:
        for dumped, known in self._dumped:
            if type_of(value) is type(known) and value == known:
                return dumped
        raise mismatch(value, " or ".join(repr(known) for _, known in self._dumped))

    @override
    def load(self, data: Any) -> Any:
        for dumped, known in self._dumped:
            if type(dumped) is type(data) and dumped == data:
                return known
        msg = f"expected {' or '.join(repr(known) for _, known in self._dumped)}, not {data!r}"
        raise ValueError(msg)


def _coder_of_type(kind: Any) -> Coder:
    return EnumCoder(kind) if issubclass(kind, enum.Enum) else BUILTIN[kind]


class _Fields(Coder):
    """A value with named parts, each with its annotation."""

    def __init__(self, coder_of: CoderOf, kind: Any, arguments: tuple[Any, ...] = ()) -> None:
        self._coder_of = coder_of
        self.name: str = kind.__qualname__
        self._kind = kind
        self._arguments = arguments

    @functools.cached_property
    def hints(self) -> dict[str, Any]:
        """The annotation of each part, looked up when it is first needed: they may be recursive."""
        hints = get_type_hints(self._kind, include_extras=True)
        parameters = getattr(self._kind, "__parameters__", ())
        known = dict(zip(parameters, self._arguments, strict=False))
        return {name: _filled(hint, known) for name, hint in hints.items()}

    def dump_parts(self, parts: Mapping[str, Any]) -> dict[str, Any]:
        """Write parts, each by its annotation; builtin types where it has none."""
        dumped: dict[str, Any] = {}
        for name, part in parts.items():
            try:
                dumped[name] = self._coder_of(self.hints.get(name, Any)).dump(part)
            except UnsupportedValueError as error:  # noqa: PERF203  # where it failed is said
                raise at(f".{name}", error) from None
        return dumped

    def load_part(self, name: str, data: Any) -> Any:
        """Read a part by its annotation."""
        return self._coder_of(self.hints.get(name, Any)).load(data)

    def load_parts(self, parts: Any) -> dict[str, Any]:
        """Read parts, if there are any."""
        given: dict[str, Any] = parts or {}
        return {name: self.load_part(name, part) for name, part in given.items()}

    def check_kind(self, value: Any) -> None:
        """Reject a value of another class, even of one that is derived."""
        if type_of(value) is not self._kind:
            raise mismatch(value, self._kind.__qualname__)
        if hasattr(self._kind, "__mapper__"):
            raise UnsupportedValueError(
                f"is {repr_of(value)}, a row of a database: pass its key, and load it in the task"
            )


class TypedDictCoder(_Fields):
    """A dictionary whose keys have annotations."""

    @override
    def dump(self, value: Any) -> Any:
        if type_of(value) is not dict:
            raise mismatch(value, self.name)
        if missing := self._kind.__required_keys__ - value.keys():
            raise mismatch(value, f"{self.name}, with {', '.join(sorted(missing))}")
        if any(type_of(key) is not str for key in value):
            raise mismatch(value, f"{self.name}, with text as keys")
        return as_object(list(self.dump_parts(value).items()), value)

    @override
    def load(self, data: Any) -> Any:
        loaded = {name: self.load_part(name, part) for name, part in pairs_of(data)}
        if missing := self._kind.__required_keys__ - loaded.keys():
            msg = f"{self.name} lacks {', '.join(sorted(missing))}"
            raise ValueError(msg)
        return loaded


class DataclassCoder(_Fields):
    """A dataclass, by its fields; `__init__` and `__post_init__` are not called again."""

    @override
    def dump(self, value: Any) -> Any:
        self.check_kind(value)
        names = [field.name for field in dataclasses.fields(value)]
        if missing := [name for name in names if not hasattr(value, name)]:
            raise mismatch(value, f"{self.name}, with {', '.join(missing)}")
        state = {name: getattr(value, name) for name in names}
        more = _beside(value, names)
        dumped = self.dump_parts(state)
        if more:
            dumped["$more"] = self.dump_parts(more)
        return tagged(class_tag(self._kind), dumped)

    @override
    def load(self, data: Any) -> Any:
        parts, (more,) = _split(content_of_class(data, self._kind), "$more")
        value = object.__new__(self._kind)
        for field in dataclasses.fields(self._kind):
            if field.name in parts:
                loaded = self.load_part(field.name, parts[field.name])
            elif isinstance(field.default, FieldInfo):  # of a dataclass of pydantic's
                loaded = field.default.get_default(call_default_factory=True)
            elif field.default is not dataclasses.MISSING:
                loaded = field.default
            elif field.default_factory is not dataclasses.MISSING:
                loaded = field.default_factory()
            else:
                msg = f"{self.name} lacks {field.name}"
                raise ValueError(msg)
            object.__setattr__(value, field.name, loaded)
        for name, part in self.load_parts(more).items():
            object.__setattr__(value, name, part)
        return value


class ModelCoder(_Fields):
    """A model of pydantic's, by its state; validators are not called again."""

    @functools.cached_property
    @override
    def hints(self) -> dict[str, Any]:
        if not self._kind.__pydantic_complete__:
            self._kind.model_rebuild()
        try:
            hints = get_type_hints(self._kind, include_extras=True)  # of private attributes, too
        except Exception:  # noqa: BLE001  # a name of an inner scope, which pydantic has found
            hints = dict[str, Any]()
        for name, field in self._kind.model_fields.items():
            hint: Any = field.annotation
            for metadata in field.metadata:
                hint = Annotated[hint, metadata]
            hints[name] = hint
        return hints

    @override
    def dump(self, value: Any) -> Any:
        self.check_kind(value)
        names: Any = self._kind.model_fields.keys()
        values: dict[str, Any] = value.__dict__
        state = {name: part for name, part in values.items() if name in names}
        if missing := names - state.keys():
            raise mismatch(value, f"{self.name}, with {', '.join(sorted(missing))}")
        dumped = self.dump_parts(state)
        if value.model_fields_set != state.keys():
            dumped["$set"] = sorted(value.model_fields_set & names)
        if more := _beside(value, names):
            dumped["$more"] = self.dump_parts(more)
        if value.__pydantic_private__ is not None:
            private: Any = value.__pydantic_private__.items()
            known = {name: part for name, part in private if part is not PydanticUndefined}
            dumped["$private"] = self.dump_parts(known)
        if value.__pydantic_extra__ is not None:
            # Some of them may have been set later.
            dumped["$extra"] = self.dump_parts(value.__pydantic_extra__)
            dumped["$set"] = sorted(value.model_fields_set)
        return tagged(class_tag(self._kind), dumped)

    @override
    def load(self, data: Any) -> Any:
        parts, (more, private, extra, fields_set) = _split(
            content_of_class(data, self._kind), "$more", "$private", "$extra", "$set"
        )
        state: dict[str, Any] = {}
        for name, field in self._kind.model_fields.items():
            if name in parts:
                state[name] = self.load_part(name, parts[name])
            elif field.is_required():
                msg = f"{self.name} lacks {name}"
                raise ValueError(msg)
            else:
                state[name] = field.get_default(call_default_factory=True)
        state |= self.load_parts(more)
        known_private = None
        if attributes := self._kind.__private_attributes__:
            defaults = {name: attribute.get_default() for name, attribute in attributes.items()}
            known_private = (
                {name: part for name, part in defaults.items() if part is not PydanticUndefined}
                if private is None
                else self.load_parts(private)
            )
        if self._kind.model_config.get("extra") == "allow":
            extra = self.load_parts(extra)
        known_set = set(parts.keys() & state.keys() if fields_set is None else fields_set)
        value = self._kind.__new__(self._kind)
        # As `pickle` does it, but by pydantic's method even if the class has another one.
        owner: Any = RootModel if issubclass(self._kind, RootModel) else BaseModel
        owner.__setstate__(
            value,
            {
                "__dict__": state,
                "__pydantic_fields_set__": known_set,
                "__pydantic_extra__": extra,
                "__pydantic_private__": known_private,
            },
        )
        return value


def _split(data: Any, *keys: str) -> tuple[dict[str, Any], list[Any]]:
    """Return the parts of an object, and its other state."""
    parts: dict[str, Any] = dict(expect(data, dict))
    beside = [parts.pop(key, None) for key in keys]
    if unknown := [key for key in parts if key.startswith("$")]:
        msg = f"expected fields, not {', '.join(unknown)}"
        raise ValueError(msg)
    return parts, beside


def _beside(value: Any, names: Iterable[str]) -> dict[str, Any]:
    """Return the attributes beside the fields, but what a `cached_property` works out again."""
    kind: Any = type_of(value)
    return {
        name: part
        for name, part in getattr(value, "__dict__", {}).items()
        if name not in names
        and not isinstance(getattr(kind, name, None), functools.cached_property)
    }


def _filled(hint: Any, known: Mapping[Any, Any]) -> Any:
    """Put arguments in the place of a generic class's type variables."""
    if not known:
        return hint
    if hint in known:
        return known[hint]
    parameters = getattr(hint, "__parameters__", ())
    return (
        hint[tuple(known.get(parameter, parameter) for parameter in parameters)]
        if parameters
        else hint
    )


def is_made_by_object(kind: Any) -> bool:
    """Return whether a class keeps all its state in attributes, unlike one derived from `list`."""
    try:
        object.__new__(kind)
    except TypeError:
        return False
    return True


class Opaque(Coder):
    """A class that pydantic, or the class itself through pydantic's hooks, writes and reads.

    Constraints such as `FutureDatetime` are classes too, whose values are of a builtin type: these
    are carried as what they are.
    """

    def __init__(self, hint: Any) -> None:
        self._tag = f"pydantic:{plain_name(hint)}"
        self._adapter = _adapter_of(hint)

    @override
    def dump(self, value: Any) -> Any:
        if type_of(value) in BUILTIN:
            return ANY.dump(value)
        try:
            dumped = self._adapter.dump_json(
                value, by_alias=True, round_trip=True, warnings="error"
            )
            restored = self._adapter.validate_json(dumped)
        except Exception as error:  # noqa: BLE001  # a type's own hooks can raise anything
            raise UnsupportedValueError(f"is {repr_of(value)}: {reason(error)}") from None
        if not _is_same(value, restored):
            why = f"is {repr_of(value)}, and would arrive as {repr_of(restored)}"
            raise UnsupportedValueError(why)
        return tagged(self._tag, json.loads(dumped))

    @override
    def load(self, data: Any) -> Any:
        tag, content = untag(data)
        if tag == self._tag:
            return self._adapter.validate_json(json.dumps(content))
        return ANY.load(data)


def _is_same(value: Any, restored: Any) -> bool:
    """Return whether two objects have one type and one state, as far as `pickle` can tell."""
    if type_of(value) is not type_of(restored) or value != restored:
        return False
    if issubclass(type_of(value), _COLLECTIONS) and repr(value) != repr(restored):
        return False  # such as with `True` in the place of 1
    try:
        return bool(value.__reduce_ex__(4)[:3] == restored.__reduce_ex__(4)[:3])
    except TypeError:  # it cannot be pickled
        return True


def _adapter_of(hint: Any) -> TypeAdapter[Any]:
    make: Any = TypeAdapter  # of a type that is known at run time alone
    try:
        adapter: TypeAdapter[Any] = make(hint, config=_CONFIG)
    except PydanticUserError as error:
        if error.code != "type-adapter-config-unused":
            raise
        adapter = make(hint)  # such a class has a config of its own
    return adapter
