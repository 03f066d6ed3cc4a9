"""Builtin types that hold no others."""

from __future__ import annotations

import base64
import datetime as dt
import decimal
import uuid
import zoneinfo
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from pydantic_core import TzInfo
from typing_extensions import override

from typed_bg._core.binding import type_of
from typed_bg.engines.values.base import (
    Coder,
    UnsupportedValueError,
    check_text,
    content_of,
    expect,
    mismatch,
    tagged,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NATIVE = (type(None), bool, int, float, str)


class Native(Coder):
    """What JSON has: the values themselves."""

    def __init__(self, name: str, *kinds: type) -> None:
        self.name = name
        self._kinds = kinds

    @override
    def dump(self, value: Any) -> Any:
        kind = type_of(value)
        if kind not in self._kinds:
            raise mismatch(value, self.name)
        if kind is str and not value.isascii():
            check_text(value)
        return value

    @override
    def load(self, data: Any) -> Any:
        return expect(data, *self._kinds)


class LeafCoder(Coder):
    """A builtin type, by a function that writes a value and one that reads it."""

    def __init__(
        self, kind: type, dump: Callable[[Any], Any], load: Callable[[Any], Any], name: str = ""
    ) -> None:
        self.name: str = name or kind.__name__
        self._kind = kind
        self._dump = dump
        self._load = load

    @override
    def dump(self, value: Any) -> Any:
        if type_of(value) is not self._kind:
            raise mismatch(value, self.name)
        return tagged(self.name, self._dump(value))

    @override
    def load(self, data: Any) -> Any:
        return self._load(content_of(data, self.name))


def _text_of(kind: Callable[[str], Any]) -> Callable[[Any], Any]:
    return lambda data: kind(expect(data, str))


def _dump_time(value: Any) -> Any:
    """Write a `datetime` or `time` as text, and apart from it what text cannot have."""
    zone = value.tzinfo
    if not value.fold and (zone is None or (type(zone) is dt.timezone and _is_unnamed(zone))):
        return value.isoformat()
    members: dict[str, Any] = {"at": value.replace(tzinfo=None, fold=0).isoformat()}
    if value.fold:
        members["fold"] = value.fold
    if type(zone) is zoneinfo.ZoneInfo and getattr(zone, "key", None) is not None:
        members["zone"] = zone.key
    elif type(zone) is TzInfo:
        members["pydantic"] = _seconds(zone)
    elif type(zone) is dt.timezone:
        members["offset"] = _seconds(zone)
        members["name"] = None if _is_unnamed(zone) else zone.tzname(None)
    elif zone is not None:
        why = (
            f"has a time zone of the type {type(zone).__module__}.{type(zone).__qualname__}: use "
            "a zoneinfo.ZoneInfo or datetime.timezone.utc instead"
        )
        raise UnsupportedValueError(why)
    return members


def _is_unnamed(zone: dt.timezone) -> bool:
    return zone.tzname(None) == dt.timezone(_offset(zone)).tzname(None)


def _offset(zone: dt.tzinfo) -> dt.timedelta:
    return zone.utcoffset(None) or dt.timedelta()


def _seconds(zone: dt.tzinfo) -> float:
    return _offset(zone).total_seconds()


def _load_time(kind: Any) -> Callable[[Any], Any]:
    def load(data: Any) -> Any:
        if type(data) is str:
            # Python 3.10 reads fractions of three or six digits alone, which `isoformat` writes.
            return kind.fromisoformat(data)
        members = expect(data, dict)
        zone: dt.tzinfo | None = None
        if "zone" in members:
            zone = zoneinfo.ZoneInfo(members["zone"])
        elif "pydantic" in members:
            zone = TzInfo(members["pydantic"])
        elif "offset" in members:
            offset = dt.timedelta(seconds=members["offset"])
            named = members["name"]
            zone = dt.timezone(offset) if named is None else dt.timezone(offset, named)
        at = kind.fromisoformat(members["at"])
        return at.replace(tzinfo=zone, fold=members.get("fold", 0))

    return load


def _dump_path(value: PurePath) -> str:
    text = str(value)
    check_text(text)
    return text


def _dump_bytes(value: Any) -> str:
    return base64.b64encode(value).decode()


def _load_bytes(kind: Callable[[bytes], Any]) -> Callable[[Any], Any]:
    return lambda data: kind(base64.b64decode(expect(data, str), validate=True))


def _leaves() -> Iterator[tuple[type, Coder]]:
    yield from (
        (dt.datetime, LeafCoder(dt.datetime, _dump_time, _load_time(dt.datetime))),
        (dt.time, LeafCoder(dt.time, _dump_time, _load_time(dt.time))),
        (dt.date, LeafCoder(dt.date, dt.date.isoformat, _text_of(dt.date.fromisoformat))),
        (
            dt.timedelta,
            LeafCoder(
                dt.timedelta,
                lambda value: [value.days, value.seconds, value.microseconds],
                lambda data: dt.timedelta(*expect(data, list)),
            ),
        ),
        (uuid.UUID, LeafCoder(uuid.UUID, str, _text_of(uuid.UUID))),
        (decimal.Decimal, LeafCoder(decimal.Decimal, str, _text_of(decimal.Decimal))),
    )
    for kind in (bytes, bytearray):
        yield kind, LeafCoder(kind, _dump_bytes, _load_bytes(kind))
    path = LeafCoder(type(Path()), _dump_path, _text_of(Path), "Path")
    yield from ((Path, path), (type(Path()), path))


LEAVES: dict[Any, Coder] = dict(_leaves())
