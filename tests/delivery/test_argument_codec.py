"""Arguments are converted to JSON and back by their annotations, or rejected."""

from __future__ import annotations

import asyncio
import functools
import json
import re
import subprocess
import sys
import typing

import annotated_targets as targets
import pytest
from annotated_targets import Color, Level, Plain, anything, carry
from hypothesis import given
from hypothesis import strategies as st

from typed_bg import TaskArgumentError, TaskPayloadError, UnknownTaskError
from typed_bg.engines.argument_codec import codec_of
from typed_bg.engines.message import dumps, loads
from typed_bg.engines.worker import execute


def id_of(case):
    """Return the same id in every process."""
    return re.sub(r" at 0x\w+", "", repr(case))


def round_trip(func, *args, **kwargs):
    """Return the arguments as they arrive."""
    codec = codec_of(func)
    array, members = codec.encode(args, kwargs)
    text = dumps("1", "name", (array, members), {}, {})
    read = json.loads(text)
    return codec.decode(read["args"], read["kwargs"])


@pytest.mark.parametrize("case", targets.CARRIED, ids=id_of)
def test_arguments_arrive_as_what_they_were(case):
    hint, value = case
    func = targets.taking(hint)
    ((arrived,), _) = round_trip(func, value)
    _, by_keyword = round_trip(func, it=value)
    for result in (arrived, by_keyword["it"]):
        assert type(result) is type(value)
        assert result == value or ("nan" in repr(value) and repr(result) == repr(value))


@pytest.mark.parametrize("case", targets.REFUSED, ids=id_of)
def test_what_would_not_arrive_as_what_it_was_is_refused(case):
    hint, value, why = case
    with pytest.raises(TaskPayloadError, match=why) as caught:
        round_trip(targets.taking(hint), value)
    fact = caught.value.fact
    assert fact.startswith("the argument it of taking.<locals>.func() cannot be sent")
    assert f"({type(value).__qualname__})" in fact
    assert f"added at {__file__}:" in str(caught.value)


def test_what_has_no_form_in_json_is_refused_by_its_annotation():
    with pytest.raises(TaskPayloadError, match=r"parameter it, Session, cannot") as caught:
        round_trip(targets.taking(targets.Session), targets.Session())
    assert "look the object up" in caught.value.details[-1]


@pytest.mark.parametrize("value", [lambda: 1, targets.Session(), {"of": targets.Session()}])
def test_what_has_no_annotation_takes_what_json_has(value):
    assert round_trip(anything, {"a": [1, 2.5, None, "x"]}) == (({"a": [1, 2.5, None, "x"]},), {})
    with pytest.raises(TaskPayloadError, match="the argument it of anything"):
        round_trip(anything, value)


def test_an_iterator_is_refused_before_it_is_used_up(tmp_path):
    iterator = iter([1, 2])
    with pytest.raises(TaskPayloadError, match="consume"):
        round_trip(targets.taking(typing.Iterable[int]), iterator)
    assert list(iterator) == [1, 2]
    (tmp_path / "file").write_text("text")
    with (tmp_path / "file").open() as file:
        with pytest.raises(TaskPayloadError, match="consume"):
            round_trip(anything, file)
        assert file.read() == "text"


@pytest.mark.parametrize(
    ("args", "kwargs"),
    [
        ((targets.DAY,), {}),
        ((targets.DAY, 1, 2), {}),
        ((targets.DAY,), {"key": targets.ID, "since": targets.DAY}),
        ((targets.DAY, 1), {"key": None, "count": 1}),
    ],
)
def test_all_kinds_of_parameters(args, kwargs):
    assert round_trip(targets.of_all_kinds, *args, **kwargs) == (args, kwargs)


def test_the_argument_is_named_in_the_words_of_the_function():
    with pytest.raises(TaskPayloadError, match=r"the argument rest\[1\] of of_all_kinds\(\)"):
        round_trip(targets.of_all_kinds, targets.DAY, 1, "x")
    with pytest.raises(TaskPayloadError, match=r"the argument since of of_all_kinds\(\)"):
        round_trip(targets.of_all_kinds, targets.DAY, since="x")
    with pytest.raises(TaskPayloadError, match=r"the argument more of of_more\(\)"):
        round_trip(targets.of_more, more="x")
    assert round_trip(targets.of_more, more=targets.DAY) == ((), {"more": targets.DAY})


@pytest.mark.parametrize(
    "func",
    [
        targets.decorated,
        targets.cached,
        targets.Methods.of_class,
        targets.Methods.static,
        targets.Methods(targets.DAY).bound,
        targets.Methods,
        targets.Inherited,
        targets.AsDataclass,
        targets.CALLABLE,
        functools.partial(targets.of_two, 1),
    ],
)
def test_annotations_of_all_kinds_of_targets(func):
    assert round_trip(func, targets.DAY) == ((targets.DAY,), {})
    assert round_trip(func, targets.DAY) == ((targets.DAY,), {})  # from the cache
    with pytest.raises(TaskPayloadError):
        round_trip(func, "no date")


def test_a_decorator_may_take_more_than_what_it_wraps():
    assert round_trip(targets.taking_one_more, targets.DAY, "one more") == (
        (targets.DAY, "one more"),
        {},
    )
    with pytest.raises(TaskPayloadError, match=r"the argument args\[1\]"):
        round_trip(targets.taking_one_more, targets.DAY, targets.ADDRESS)


def test_a_builtin_without_a_signature_is_refused():
    with pytest.raises(TaskPayloadError, match="no signature found") as caught:
        codec_of(min)
    assert caught.value.fact.startswith("min() ")


def test_only_the_annotations_of_what_is_passed_matter():
    assert round_trip(targets.names_of_checkers, count=1) == ((), {"count": 1})
    with pytest.raises(TaskPayloadError, match="parameter user cannot be evaluated") as caught:
        round_trip(targets.names_of_checkers, "x")
    assert "NameError: name 'User'" in caught.value.fact
    assert "not only under TYPE_CHECKING" in caught.value.details[-1]
    with pytest.raises(TaskPayloadError, match="parameter broken cannot be evaluated"):
        round_trip(targets.names_of_checkers, broken=1)
    with pytest.raises(TaskPayloadError, match="parameter user cannot be evaluated"):
        codec_of(targets.names_of_checkers).prepare()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_what_json_has_arrives_without_annotations(value):
    try:
        ((arrived,), _) = round_trip(anything, value)
    except TaskPayloadError as error:
        assert any("\ud800" <= character <= "\udfff" for character in str(value)), error  # noqa: PT017
    else:
        assert repr(arrived) == repr(value)


@given(
    st.builds(
        Plain,
        when=st.datetimes(timezones=st.none() | st.just(targets.UTC)),
        id=st.uuids(),
        color=st.sampled_from(Color),
        level=st.sampled_from(Level),
        prices=st.lists(st.decimals(allow_nan=False, allow_infinity=False)),
        pair=st.tuples(st.integers(), st.text(st.characters(exclude_categories=["Cs"]))),
        took=st.timedeltas(),
        either=st.integers() | st.text(st.characters(exclude_categories=["Cs"])) | st.none(),
        days=st.sets(st.dates()),
        by_day=st.dictionaries(st.dates(), st.floats(allow_nan=False, allow_infinity=False)),
    )
)
def test_dataclasses_arrive_equal(value):
    ((arrived,), _) = round_trip(carry, value)
    assert arrived == value
    assert [*map(type, vars(arrived).values())] == [*map(type, vars(value).values())]


DAY = {"$date": "2024-02-29"}


def payload(task, args=(), kwargs=None, **more):
    return json.dumps(
        {"typed_bg": 1, "id": "1", "task": task, "args": args, "kwargs": kwargs or {}, **more}
    )


@pytest.mark.parametrize(
    ("name", "args", "kwargs", "error", "text"),
    [
        ("of_date", [{"$date": "no date"}], {}, TaskPayloadError, "queued value of it"),
        ("of_date", [], {"it": 5.5}, TaskPayloadError, "queued value of it"),
        ("of_date", [], {}, TaskArgumentError, "missing 1 required positional argument"),
        (
            "of_date",
            [DAY, 1],
            {},
            TaskArgumentError,
            "takes 1 positional argument but 2",
        ),
        (
            "of_date",
            [DAY],
            {"x": 1},
            TaskArgumentError,
            "unexpected keyword argument 'x'",
        ),
        ("no_such", [], {}, UnknownTaskError, "no task 'annotated_targets:no_such' here"),
        ("names_of_checkers", [1], {}, TaskPayloadError, "cannot be evaluated"),
    ],
)
def test_what_was_queued_and_fits_no_more(name, args, kwargs, error, text):
    with pytest.raises(error, match=text):
        asyncio.run(execute(payload(f"annotated_targets:{name}", args, kwargs)))


@pytest.mark.parametrize(
    "text",
    [
        *("", "x", "[]", "1", "null", "{}", '{"typed_bg": 1}'),
        '{"typed_bg": 1, "id": "1", "task": 1, "args": [], "kwargs": {}}',
        '{"typed_bg": 1, "id": "1", "task": "os:system", "args": {}, "kwargs": {}}',
        '{"typed_bg": 1, "id": "1", "task": "os:system", "args": [], "kwargs": []}',
    ],
)
def test_what_is_no_task_of_ours(text):
    for read in (lambda text: asyncio.run(execute(text)), loads):
        with pytest.raises(TaskPayloadError, match="not a task of"):
            read(text)


def test_another_format_is_refused():
    text = payload("annotated_targets:of_date", typed_bg=2)
    with pytest.raises(TaskPayloadError, match=r"format 2, .* reads format 1"):
        asyncio.run(execute(text))


def test_options_that_are_not_known_are_refused():
    assert loads(payload("x", options={"retries": 2})).options.retries == 2
    with pytest.raises(TaskPayloadError, match=r"options .*'priority'"):
        loads(payload("x", options={"priority": 2}))


def test_a_worker_runs_what_was_queued():
    targets.ran.clear()
    asyncio.run(execute(payload("annotated_targets:of_date", [DAY])))
    asyncio.run(execute(payload("annotated_targets:of_date_async", [], {"it": DAY})))
    assert targets.ran == [targets.DAY, targets.DAY]


WITHOUT_PYDANTIC = """
import sys
sys.modules["pydantic"] = None  # as if it were not installed
import typed_bg, typed_bg.engines
from typed_bg import BackgroundTasks, TaskOptionError
from starlette.applications import Starlette

class Engine:
    supports = frozenset()
    async def submit(self, calls): ...

engine = Engine()
for configure in (
    lambda: typed_bg.engines.use(Starlette(), engine),
    lambda: BackgroundTasks(engine=engine),
    lambda: typed_bg.task(engine=engine),
):
    try:
        configure()
    except ImportError as error:
        print(error)
try:
    BackgroundTasks().add(print, key="x")()
except TaskOptionError as error:
    print(error.fact)
"""


def test_without_pydantic_an_engine_is_refused_with_the_remedy():
    done = subprocess.run(  # noqa: S603  # this interpreter
        [sys.executable, "-c", WITHOUT_PYDANTIC], capture_output=True, text=True, check=True
    )
    *refused, option = done.stdout.splitlines()
    assert len(refused) == 3
    assert all("typed-bg[docket] or typed-bg[celery]" in text for text in refused)
    assert option.startswith("print() sets key='x', which is not supported by the web process")


@pytest.mark.parametrize("value", [10**5000, -(10**5000)], ids=["up", "down"])
def test_a_number_of_more_digits_than_text_may_have_is_refused(value: int) -> None:
    def count(number: int) -> None: ...

    with pytest.raises(TaskPayloadError, match="the argument number of"):
        codec_of(count).encode((value,), {})


@pytest.mark.parametrize("value", [2**63 - 1, 2**63, 10**300, -(2**70)])
def test_wide_numbers_arrive(value: int) -> None:
    def count(number: int) -> None: ...

    codec = codec_of(count)
    array, _ = codec.encode((value,), {})
    assert codec.decode(json.loads(array), {}) == ((value,), {})


@pytest.mark.parametrize("value", ["", '\x00"\\\x7f', "é", "😀", "\u2028"])
def test_texts_arrive(value: str) -> None:
    def send(to: str) -> None: ...

    codec = codec_of(send)
    array, _ = codec.encode((value,), {})
    assert codec.decode(json.loads(array), {}) == ((value,), {})


def test_surrogates_that_json_would_join_are_refused() -> None:
    def send(to: str) -> None: ...

    with pytest.raises(TaskPayloadError, match="the argument to of"):
        codec_of(send).encode(("\ud83d\ude00",), {})
