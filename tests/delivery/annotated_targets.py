"""Targets and values for the tests of payloads."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import functools
import pathlib
import uuid
from collections.abc import Callable, Sequence  # payloads look at annotations
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Literal, Optional, TypeVar, Union

from pydantic import BaseModel, Field, SecretStr
from typing_extensions import NotRequired, TypedDict, Unpack

if TYPE_CHECKING:
    from accounts import User  # type: ignore[import-not-found]

T = TypeVar("T")
UTC = dt.timezone.utc
DAY = dt.date(2024, 2, 29)
NOON = dt.datetime(2024, 2, 29, 12, 0, 0, 5, tzinfo=UTC)
ID = uuid.UUID(int=5)
ran: list[object] = []


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Word(str, enum.Enum):
    YES = "yes"


class Session:
    """As a database's: nothing that could go elsewhere."""


class Address(BaseModel):
    street: str
    since: dt.date = DAY


class Base(BaseModel):
    name: str
    addresses: list[Address] = []


class Special(Base):
    extra: int = 1


class Hidden(BaseModel):
    shown: int
    hidden: int = Field(default=0, exclude=True)


class Numbered(BaseModel, Generic[T]):
    it: T


class Options(TypedDict):
    count: NotRequired[int]
    since: NotRequired[dt.date]


@dataclass
class Plain:
    when: dt.datetime
    id: uuid.UUID
    color: Color
    level: Level
    prices: list[decimal.Decimal]
    pair: tuple[int, str]
    took: dt.timedelta
    either: int | str | None
    days: set[dt.date]
    by_day: dict[dt.date, float]


@dataclass(eq=False)
class WithoutEquality:
    it: dt.date

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WithoutEquality) and self.it == other.it

    __hash__ = None  # type: ignore[assignment]


@dataclass
class Derived(WithoutEquality):
    more: int = field(default=0)


ADDRESS = Address(street="a")
PLAIN = Plain(
    NOON,
    ID,
    Color.RED,
    Level.LOW,
    [decimal.Decimal("1.10")],
    (1, "x"),
    dt.timedelta(days=1),
    "1",
    {DAY},
    {DAY: 1.5},
)

CARRIED: list[tuple[Any, Any]] = [
    (int, 5),
    (str, "text"),
    (bool, True),
    (float, 0.1),
    (float, float("nan")),
    (float, float("-inf")),
    (list[float], [1.0, float("nan")]),
    (dict[str, float], {"a": float("nan")}),
    (bytes, b"\xff\x00"),
    (dt.datetime, NOON),
    (dt.datetime, NOON.replace(tzinfo=None)),
    (dt.date, DAY),
    (dt.time, dt.time(12, 30)),
    (dt.timedelta, dt.timedelta(seconds=1, microseconds=5)),
    (uuid.UUID, ID),
    (decimal.Decimal, decimal.Decimal("1.10")),
    (pathlib.Path, pathlib.Path("a/b")),
    (Color, Color.RED),
    (Level, Level.HIGH),
    (Word, Word.YES),
    (Literal["a", 1], 1),
    (dt.date | None, None),
    (Optional[dt.date], DAY),  # noqa: UP045  # as old code has it
    (int | str, "1"),
    (int | str, 1),
    (Union[dt.date, uuid.UUID], ID),  # noqa: UP007  # as old code has it
    (tuple[int, dt.date], (1, DAY)),
    (tuple[dt.date, ...], (DAY, DAY)),
    (set[dt.date], {DAY}),
    (frozenset[int], frozenset([1])),
    (list[uuid.UUID], [ID]),
    (dict[int, dt.date], {1: DAY}),
    (dict[uuid.UUID, list[bytes]], {ID: [b"\xfe"]}),
    (Sequence[int], [1, 2]),
    (Options, {"count": 1, "since": DAY}),
    (Address, ADDRESS),
    (Base, Base(name="a", addresses=[ADDRESS])),
    (Numbered[dt.date], Numbered[dt.date](it=DAY)),
    (Plain, PLAIN),
    (list[Plain], [PLAIN]),
    (WithoutEquality, WithoutEquality(DAY)),
    (Any, {"a": [1, None]}),
    (int, True),
    (list[int], [True]),
    (dict[str, int], {"a": True}),
    (float, 2**53 + 1),
    (Hidden, Hidden(shown=1, hidden=2)),
    (Sequence[int], (1, 2)),
    (Any, (1, 2)),
    (Any, {1: 2}),
    (Any, {"$tuple": [1]}),
    (Any, NOON),
    (Any, {DAY}),
    (str, "\ud800"),
]

REFUSED: list[tuple[Any, Any, str]] = [
    (int, "x", r"it is 'x' \(str\), but the annotation expects int"),
    (str, Word.YES, "expects str"),
    (list[str], ["a", Word.YES], r"it\[1\] is <Word.YES: 'yes'> \(Word\)"),
    (bytes, "text", "expects bytes"),
    (Base, Special(name="a"), "expects Base"),
    (list[Base], [Special(name="a")], r"it\[0\] is .*, but the annotation expects Base"),
    (WithoutEquality, Derived(DAY, 1), "expects WithoutEquality"),
    (SecretStr, SecretStr("secret"), "would arrive as"),
    (Callable[[], int], lambda: 1, "serialize unknown type"),
    (dict[str, Any], {"of": Session()}, r"it\['of'\] is .* with that class"),
    (Any, ADDRESS, "with that class"),
    (Sequence[int], {1, 2}, "expects Sequence"),
    (Sequence[int], range(2), "pass a list"),
]


def taking(hint: Any) -> Callable[[Any], None]:
    def func(it: Any) -> None: ...

    func.__annotations__["it"] = hint
    return func


def anything(it) -> None: ...  # type: ignore[no-untyped-def]


def carry(it: Plain) -> None: ...


def of_date(it: dt.date) -> None:
    ran.append(it)


async def of_date_async(it: dt.date) -> None:
    ran.append(it)


def of_two(first: int, it: dt.date) -> None: ...


def of_all_kinds(
    day: dt.date, /, *rest: int, key: uuid.UUID | None = None, **options: Unpack[Options]
) -> None: ...


def of_more(**more: dt.date) -> None: ...


def names_of_checkers(
    user: User | None = None,
    count: int = 0,
    broken: 1 + "" = 0,  # type: ignore  # noqa: PGH003, F722, RUF100
) -> User: ...


def logged(func: Any) -> Any:
    @functools.wraps(func)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return func(*args, **kwargs)

    return wrapper


@logged
def decorated(it: dt.date) -> None: ...


@functools.lru_cache
def cached(it: dt.date) -> None: ...


def _one_more(func: Any) -> Any:
    @functools.wraps(func)
    def wrapper(*args: Any) -> Any:
        return func(*args[:-1])

    return wrapper


@_one_more
def taking_one_more(it: dt.date) -> None: ...


class Methods:
    def __init__(self, it: dt.date) -> None: ...

    @classmethod
    def of_class(cls, it: dt.date) -> None: ...

    @staticmethod
    def static(it: dt.date) -> None: ...

    def bound(self, it: dt.date) -> None: ...


class Inherited(Methods): ...


@dataclass
class AsDataclass:
    it: dt.date


class _Callable:
    def __call__(self, it: dt.date) -> None: ...


CALLABLE = _Callable()
