"""A value arrives in another process as exactly what it was, or is rejected when it is added."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
import subprocess
import sys
import types
import typing
import zoneinfo
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, NamedTuple, TypeVar, Union

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import (
    AfterValidator,
    AnyUrl,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    FutureDatetime,
    PrivateAttr,
    RootModel,
    TypeAdapter,
    computed_field,
    field_serializer,
    field_validator,
    model_validator,
)
from typing_extensions import TypedDict
from value_shapes import Access, Color, Word, function_of, hint_of, what_is

from typed_bg.engines.argument_codec import codec_of
from typed_bg.exceptions import TaskPayloadError

HERE = Path(__file__).parent
BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")
T = TypeVar("T")


class Decoder:
    """A second process, which decodes and describes what it got."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(  # noqa: S603  # this interpreter
            [sys.executable, str(HERE / "value_shapes.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def what_arrives(self, shape: Any, data: Any) -> Any:
        """Have it decode data."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{json.dumps([shape, data])}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    decoder = Decoder()
    yield decoder
    decoder.process.communicate(timeout=20)


TEXT = st.text(max_size=5)
ZONES = st.none() | st.sampled_from(
    [
        dt.timezone.utc,
        dt.timezone(dt.timedelta(hours=-3, minutes=-30)),
        dt.timezone(dt.timedelta(hours=1), "mine"),
        BERLIN,
        TypeAdapter(dt.datetime).validate_python("2024-01-01T00:00:00+02:00").tzinfo,
    ]
)
FOLDS = st.integers(0, 1)
BUILTINS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT | st.binary(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT | st.integers(), inner),
    max_leaves=5,
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "none": st.none(),
    "bool": st.booleans(),
    "int": st.integers() | st.booleans(),
    "float": st.floats() | st.integers(),
    "str": TEXT,
    "bytes": st.binary(max_size=5),
    "datetime": st.builds(
        lambda at, fold: at.replace(fold=fold),
        st.datetimes(timezones=ZONES, min_value=dt.datetime(1900, 1, 1))  # noqa: DTZ001
        | st.sampled_from(
            [
                dt.datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN),  # twice that day
                dt.datetime(2026, 3, 29, 2, 30, tzinfo=BERLIN),  # not at all that day
            ]
        ),
        FOLDS,
    ),
    "time": st.builds(
        lambda at, zone, fold: at.replace(tzinfo=zone, fold=fold), st.times(), ZONES, FOLDS
    ),
    "date": st.dates(),
    "timedelta": st.timedeltas(),
    "uuid": st.uuids(),
    "decimal": st.decimals(),
    "path": TEXT.filter(lambda text: "\0" not in text).map(Path),
    "color": st.sampled_from(Color),
    "word": st.sampled_from(Word),
    "access": st.sampled_from([Access(0), Access.READ, Access.READ | Access.WRITE]),
    "literal": st.sampled_from(["a", 1, True, None, b"x"]),
    "doubled": st.integers(),
    "any": BUILTINS,
}
HASHABLE = ("bool", "int", "str", "bytes", "date", "uuid", "color", "datetime")


def _pairs(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    few = st.lists(inner, min_size=1, max_size=3)
    one = st.tuples(
        st.sampled_from(["list", "tuple...", "sequence", "iterable", "optional"]), inner
    )
    of_hashable = st.tuples(
        st.sampled_from(["set", "frozenset", "abstract set"]), st.sampled_from(HASHABLE)
    )
    mapping = st.tuples(st.sampled_from(["dict", "mapping"]), st.sampled_from(HASHABLE), inner)
    many = st.builds(
        lambda kind, parts: (kind, *parts),
        st.sampled_from(
            ["tuple", "union", "model", "model", "dataclass", "typed dict", "named tuple"]
        ),
        few,
    )
    return one | of_hashable | mapping | many


SHAPES = st.recursive(st.sampled_from(sorted(VALUES)), _pairs, max_leaves=6)


def values_of(shape: Any) -> st.SearchStrategy[Any]:  # noqa: C901  # a case a kind
    """Return a strategy for what fits a shape's annotation."""
    if isinstance(shape, str):
        return VALUES[shape]
    kind, *parts = shape
    inner = [values_of(part) for part in parts]
    hint = hint_of(json.loads(json.dumps(shape)))
    if kind == "list":
        return st.lists(inner[0], max_size=3)
    if kind == "set":
        return st.sets(inner[0], max_size=3)
    if kind in ("frozenset", "abstract set"):
        return st.frozensets(inner[0], max_size=3)
    if kind == "tuple":
        return st.tuples(*inner)
    if kind == "tuple...":
        return st.lists(inner[0], max_size=3).map(tuple)
    if kind in ("sequence", "iterable"):
        items = st.lists(inner[0], max_size=3)
        return items | items.map(tuple)
    if kind in ("dict", "mapping"):
        return st.dictionaries(*inner, max_size=3)
    if kind == "optional":
        return st.none() | inner[0]
    if kind == "union":
        return st.one_of(inner)
    if kind == "model":
        return st.builds(_made_model, st.just(hint), st.tuples(*inner), st.data())
    if kind == "typed dict":
        return st.tuples(*inner).map(lambda parts: {f"f{n}": part for n, part in enumerate(parts)})
    return st.tuples(*inner).map(lambda parts: hint(*parts))


def _made_model(cls: Any, parts: tuple[Any, ...], data: st.DataObject) -> Any:
    """Make a model in some state that a model can come into."""
    names = [f"f{index}" for index in range(len(parts))]
    fields_set = {name for name in names if data.draw(st.booleans())}
    extra = data.draw(st.dictionaries(st.sampled_from(["x", "y"]), BUILTINS, max_size=2))
    made = cls.model_construct(fields_set | set(extra), **dict(zip(names, parts, strict=True)))
    made.__pydantic_extra__.update(extra)
    if data.draw(st.booleans()):
        made._private = dt.date(2025, 1, 1)
    return made


@settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=150)
@given(st.data())
def test_whatever_its_annotation_a_value_arrives_as_what_it_was(
    decoder: Decoder, data: st.DataObject
) -> None:
    shape = json.loads(json.dumps(data.draw(SHAPES)))
    value = data.draw(values_of(shape))
    before = what_is(value)
    try:
        array, _ = codec_of(function_of(hint_of(shape))).encode((value,), {})
    except TaskPayloadError as error:
        assert "surrogates" in str(error)  # noqa: PT017
        return
    assert decoder.what_arrives(shape, json.loads(array)[0]) == json.loads(json.dumps(before))


def named(value: Any) -> str:
    """Name a case; without numbers, since every process must use the same name."""
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001  # some cases are about that
        text = type(value).__qualname__
    return re.sub(r"0x[0-9a-f]+|[0-9]+", "#", text)[:50]  # shortened last: digits differ in number


def arrived(hint: Any, value: Any) -> Any:
    """Encode a value and decode it, as a worker would."""
    codec = codec_of(function_of(hint))
    array, members = codec.encode((value,), {"it": value})
    (first,), by_name = codec.decode(json.loads(array), json.loads(members))
    assert what_is(first) == what_is(by_name["it"])
    return first


class Patch(BaseModel):
    name: str | None = None
    email: str | None = None


class Outer(BaseModel):
    patch: Patch
    patches: list[Patch] = []


class Blob(BaseModel):
    data: bytes
    x: float = 0


@dataclasses.dataclass
class Point:
    x: float
    data: bytes = b""
    length: float = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        self.length = abs(self.x)
        self.made_by_init = True


class Chunk(TypedDict):
    data: bytes
    x: float


class Out(BaseModel):
    user_id: int = Field(serialization_alias="userId")
    group: int = Field(validation_alias="groupNumber", default=1)


class Growing(BaseModel):
    """Its validators change what they are given, each time."""

    count: int
    text: Annotated[str, AfterValidator(lambda text: f"{text}!")]

    @field_validator("count")
    @classmethod
    def _more(cls, value: int) -> int:
        return value + 1

    @model_validator(mode="after")
    def _never_twice(self) -> Growing:
        validated.append(self)
        return self

    @field_serializer("count")
    def _as_text(self, value: int) -> str:
        return f"number {value}"


validated: list[object] = []


class WithPrivate(BaseModel):
    shown: int
    _count: int = PrivateAttr(default=0)
    _since: dt.date | None = None
    _never_set: int = PrivateAttr()


class Tags(RootModel[list[dt.date]]):
    pass


class Cat(BaseModel):
    kind: Literal["cat"] = "cat"
    lives: int = 9


class Dog(BaseModel):
    kind: Literal["dog"] = "dog"
    lives: int = 1


class Same(BaseModel):
    it: int


class AlsoSame(BaseModel):
    it: int


class Page(BaseModel, Generic[T]):
    items: list[T]


@dataclasses.dataclass
class Box(Generic[T]):
    it: T


class Node(BaseModel):
    children: list[Node] = []
    at: dt.date = dt.date(2024, 1, 1)


class Loose(BaseModel):
    model_config = ConfigDict(extra="allow")
    it: int


class Computed(BaseModel):
    it: int

    @computed_field  # type: ignore[prop-decorator]  # pydantic's own way
    @property
    def twice(self) -> int:
        return self.it * 2

    @cached_property
    def thrice(self) -> int:
        return self.it * 3


class Pair(NamedTuple):
    first: dt.date
    second: Point | None = None


SOON = dt.datetime.now(dt.timezone.utc) + dt.timedelta(microseconds=1)
LOOSE = Loose.model_validate({"it": 1, "more": [1, (2,)]})
ZONED = TypeAdapter(AwareDatetime).validate_json('"2024-02-29T12:00:00+01:00"')
SET_LATER = Patch(name="Ann")
SET_LATER.email = None


@pytest.mark.parametrize(
    ("hint", "value"),
    [
        (Patch, Patch(name="Ann")),
        (Patch, Patch()),
        (Patch, SET_LATER),
        (Outer, Outer(patch=Patch(email=None), patches=[Patch(), Patch(name="a")])),
        (dict[str, Patch], {"a": Patch(name="b")}),
        (Patch | None, Patch(name="Ann")),
        (Any, dt.time(12, tzinfo=BERLIN)),
        (dt.time, dt.time(12, tzinfo=BERLIN)),
        (dt.datetime, dt.datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)),
        (dt.datetime, dt.datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=BERLIN)),
        (dt.datetime, dt.datetime(2026, 3, 29, 2, 30, tzinfo=BERLIN)),
        (dt.datetime, dt.datetime(2026, 3, 29, 2, 30, fold=1, tzinfo=BERLIN)),
        (dt.datetime, ZONED),
        (FutureDatetime, SOON),
        (AwareDatetime, ZONED),
        (Annotated[int, Field(gt=5)], 3),
        (Blob, Blob(data=b"\xff", x=float("inf"))),
        (Blob, Blob(data=b"text", x=float("nan"))),
        (Point, Point(float("-inf"), b"\xff")),
        (Chunk, {"data": b"\xff", "x": float("nan")}),
        (Out, Out(user_id=1)),
        (Out, Out.model_validate({"user_id": 1, "groupNumber": 3})),
        (Iterable[str], ["a"]),
        (Iterable[str], "abc"),
        (Iterable[int], {1: "one"}),
        (Collection[str], ("a",)),
        (Mapping[int, Patch], {1: Patch(name="a")}),
        (AbstractSet[int], {1}),
        (AbstractSet[int], frozenset({1})),
        (Growing, Growing(count=1, text="a")),
        (WithPrivate, WithPrivate(shown=1)),
        (Tags, Tags([dt.date(2024, 2, 29)])),
        (Annotated[Union[Cat, Dog], Field(discriminator="kind")], Dog()),  # noqa: UP007
        (Annotated[Cat | Dog, Discriminator("kind")], Cat(lives=3)),
        (list[Same | AlsoSame], [AlsoSame(it=1), Same(it=2)]),
        (Page[dt.date], Page[dt.date](items=[dt.date(2024, 2, 29)])),
        (Box[dt.date], Box(dt.date(2024, 2, 29))),
        (Node, Node(children=[Node(), Node(children=[Node()])])),
        (Loose, LOOSE),
        (Computed, Computed(it=1)),
        (Pair, Pair(dt.date(2024, 2, 29), Point(1))),
        (AnyUrl, AnyUrl("https://example.org/a?b=c")),
        (OrderedDict[int, dt.date], OrderedDict({1: dt.date(2024, 2, 29)})),
        (Counter[str], Counter("hello")),
        (deque[int], deque([1, 2])),
        (tuple[()], ()),
        (typing.Hashable, (1, dt.date(2024, 2, 29))),
        (T, dt.date(2024, 2, 29)),
    ],
    ids=named,
)
def test_it_arrives_as_what_it_was(hint: Any, value: Any) -> None:
    before = what_is(value)
    validated.clear()
    assert what_is(arrived(hint, value)) == before
    assert not validated


def test_private_attributes_that_were_set_arrive() -> None:
    value = WithPrivate(shown=1)
    value._count, value._since, value._never_set = 5, dt.date(2024, 2, 29), 7
    assert what_is(arrived(WithPrivate, value)) == what_is(value)


def test_what_a_property_has_cached_is_worked_out_again() -> None:
    value = Computed(it=2)
    assert value.thrice == 6
    assert "thrice" not in vars(arrived(Computed, value))


class Special(Patch):
    more: int = 1


class Row(BaseModel):
    """As SQLModel makes a table's class."""

    __mapper__: typing.ClassVar[object] = object()
    it: int = 1


class MyList(list[int]):
    pass


class Zone(dt.tzinfo):
    def utcoffset(self, _at: dt.datetime | None) -> dt.timedelta:
        return dt.timedelta(hours=1)


CYCLE: list[Any] = []
CYCLE.append(CYCLE)
LOCKED = WithPrivate(shown=1)
LOCKED._since = typing.cast("Any", object())


@pytest.mark.parametrize(
    ("hint", "value", "why"),
    [
        (Patch, Special(), "expects Patch"),
        (Outer, Outer.model_construct(patch=Special()), r"it\.patch is Special"),
        (Outer, Outer.model_construct(), "with patch"),
        (Patch, Patch.model_construct(name=5), r"it\.name is 5 \(int\)"),
        (Page[int], Page(items=[1]), r"expects Page\[int\]"),
        (WithPrivate, LOCKED, r"it\._since is <object object"),
        (Row, Row(), "database: pass its key"),
        (list[int], MyList([1]), r"is \[1\] \(MyList\)"),
        (dt.datetime, dt.datetime(2024, 1, 1, tzinfo=Zone()), r"use a zoneinfo\.ZoneInfo"),
        (defaultdict[str, int], defaultdict(lambda: 0, {"a": 1}), "would arrive as"),
        (deque[int], deque([1], maxlen=3), "maxlen"),
        (Any, CYCLE, "contains itself"),
        (int, 10**5000, "Exceeds the limit"),
        (Literal[1], True, "expects 1"),
        (Chunk, {"data": b""}, "expects Chunk, with x"),
    ],
    ids=named,
)
def test_what_would_not_arrive_as_what_it_was_is_rejected(hint: Any, value: Any, why: str) -> None:
    with pytest.raises(TaskPayloadError, match=why):
        arrived(hint, value)


def as_read(hint: Any, data: Any) -> Any:
    """Decode what an older release queued."""
    ((value,), _) = codec_of(function_of(hint)).decode([data], {})
    return value


def test_an_annotation_may_take_more_types_than_the_release_before() -> None:
    """And fewer: what fits both arrives."""
    day = dt.date(2024, 2, 29)
    (old,) = json.loads(codec_of(function_of(dt.date)).encode((day,), {})[0])
    assert as_read(dt.date | str, old) == day
    assert as_read(str | dt.date | None, old) == day
    (more,) = json.loads(codec_of(function_of(dt.date | dt.time)).encode((day,), {})[0])
    assert as_read(dt.date, more) == day
    (model,) = json.loads(codec_of(function_of(Patch)).encode((Patch(name="a"),), {})[0])
    assert as_read(Cat | Patch | None, model).model_fields_set == {"name"}


PATCH = "test_values:Patch"


def test_a_field_may_be_new_or_gone() -> None:
    for tag in (PATCH, "module_before:Patch"):
        read = as_read(Patch, {f"${tag}": {"name": "a", "gone": 1}})
        assert read == Patch(name="a")
        assert read.model_fields_set == {"name"}
    assert as_read(Pair, {"$test_values:Pair": [{"$date": "2024-02-29"}]}) == Pair(
        dt.date(2024, 2, 29)
    )
    with pytest.raises(TaskPayloadError, match="Outer lacks patch"):
        as_read(Outer, {"$test_values:Outer": {}})
    with pytest.raises(TaskPayloadError, match="Point lacks x"):
        as_read(Point, {"$test_values:Point": {}})


def test_a_class_of_the_same_name_is_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "modules", {**sys.modules, "other": types.SimpleNamespace(Patch=Cat)})
    with pytest.raises(TaskPayloadError, match="expected Patch"):
        as_read(Patch, {"$other:Patch": {}})


@pytest.mark.parametrize(
    ("hint", "data"),
    [
        (int, "5"),
        (dt.date, "2024-02-29"),
        (list[int], {"a": 1}),
        (Any, {"$os.system": "x"}),
        (Patch, {"$Special": {}}),
        (Patch, {"$test_values:Special": {}}),
        (Patch, {f"${PATCH}": {"$new": 1}}),
        (Color, {"$value_shapes:Color": "GREEN"}),
        (tuple[int, int], {"$tuple": [1]}),
        (tuple[int, int], {"$tuple": [1, 2, 3]}),
        (bytes, {"$bytes": "%"}),
        (Literal["a"], "b"),
        (Collection[int], 5),
        (Patch | None, 5),
    ],
    ids=named,
)
def test_what_does_not_fit_any_more_is_an_error(hint: Any, data: Any) -> None:
    with pytest.raises(TaskPayloadError, match="queued value of it"):
        as_read(hint, data)
