"""What is remembered of a target: enough to check it fast, and nothing that goes stale or leaks."""

from __future__ import annotations

import concurrent.futures
import functools
import gc
import os
import sys
import sysconfig
import threading
import weakref

import pytest
from support.made_functions import make, words

from typed_bg import BackgroundTask, BackgroundTasks, TaskArgumentError
from typed_bg._core import binding, locations, messages

# `nox -s free-threading` runs this module in a process without threads as well.
needs_freed_code = pytest.mark.skipif(
    bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
    and sys.version_info < (3, 14)
    and "PYTEST_XDIST_WORKER" in os.environ,
    reason="once a thread has started, this Python never frees functions, code and classes",
)


def refused(target, *args, **kwargs):
    """Add the task, and return the error's sentence, or `None` if the task was accepted."""
    try:
        BackgroundTasks().add_task(target, *args, **kwargs)
    except TaskArgumentError as error:
        return error.fact
    return None


class Default:
    """A default, an instance or an argument that can be watched."""

    def __call__(self, a): ...

    def method(self, a): ...


@needs_freed_code
def test_no_target_and_no_default_is_held():
    default = Default()

    def function(a, b=default, *, c=default): ...

    class Class:
        def __init__(self, a): ...

    class Meta(type):
        def __call__(cls, a): ...

    class OfMeta(metaclass=Meta): ...

    class Empty: ...

    @functools.cache
    def cached(a): ...

    targets = [function, functools.partial(function, 1), Class, OfMeta, cached, default]
    watched = [weakref.ref(target) for target in [*targets, Empty, Meta]]
    for target in [*targets, default.method]:
        assert refused(target, 1) is None
        assert refused(target, 1, unknown=1)
        BackgroundTask(target, 1)
    assert refused(Empty) is None
    assert refused(Empty, 1)
    del targets, target, function, default, Class, OfMeta, Meta, Empty, cached
    gc.collect()
    assert [reference() for reference in watched] == [None] * len(watched)


@needs_freed_code
def test_functions_made_by_the_thousand_leave_nothing_behind():
    gc.collect()
    before = len(binding._shapes), len(locations._locations)
    largest = 0
    for _ in range(2000):
        function = make("def f(a, b=1): ...")
        assert refused(function, 1, b=2) is None
        assert refused(function)
        del function
        largest = max(largest, len(binding._shapes))
    gc.collect()
    assert len(binding._shapes) <= before[0]
    assert len(locations._locations) <= before[1] + 3  # the places of this test
    if not sysconfig.get_config_var("Py_GIL_DISABLED"):  # only the collector frees code then
        assert largest <= before[0] + 10


@needs_freed_code
def test_places_made_by_the_thousand_leave_nothing_behind():
    def target(): ...

    gc.collect()
    before = len(locations._locations)
    tasks = BackgroundTasks()
    for number in range(500):
        adding = make("def f(tasks, target):\n    tasks.add_task(target)", f"<place {number}>")
        adding(tasks, target)
        del adding
    gc.collect()
    assert len(locations._locations) <= before
    assert [str(task._added) for task in tasks.tasks] == [
        f"<place {number}>:2, in f" for number in range(500)
    ]


def test_a_new_function_in_an_old_ones_memory_is_judged_by_itself():
    for number in range(500):
        names = ", ".join(f"p{i}" for i in range(number % 5))
        function = make(f"def f({names}): ...")
        assert refused(function, *range(number % 5)) is None
        assert refused(function, *range(number % 5 + 1)) == words(function, *range(number % 5 + 1))
        del function


def test_swapped_code():
    def function(a): ...
    def other(a, b): ...

    narrow, wide = function.__code__, other.__code__
    for code, count in [(narrow, 1), (wide, 2), (narrow, 1), (wide, 2)]:
        function.__code__ = code
        for given in range(4):
            args = (0,) * given
            assert refused(function, *args) == words(function, *args)
            assert (refused(function, *args) is None) == (given == count)


@needs_freed_code
@pytest.mark.parametrize("step", ["stub_of_function", "fastapi_defaults", "_is_generator"])
def test_code_that_is_swapped_while_it_is_looked_at(step, monkeypatch):
    """Another thread can do that. What is remembered must be of one code, and go with it."""
    gc.collect()
    before = len(binding._shapes)
    function, twin, other = (make(f"def f({names}): ...") for names in ("a", "a", "a, b"))
    twin.__code__ = function.__code__
    real = getattr(binding, step)

    def look(*args, changed=function, code=other.__code__, **kwargs):
        monkeypatch.undo()
        changed.__code__ = code
        return real(*args, **kwargs)

    monkeypatch.setattr(binding, step, look)
    refused(function, 1)
    del look
    for args in [(), (1,), (1, 2)]:
        assert refused(function, *args) == words(function, *args)
        assert refused(twin, *args) == words(twin, *args)
    del function, twin, other
    gc.collect()
    assert len(binding._shapes) == before


@pytest.mark.parametrize("change", ["__code__", "__defaults__", "__kwdefaults__"])
def test_a_function_that_takes_the_arguments_once_they_are_rejected(change, monkeypatch):
    """Another thread can change it meanwhile. The error is about the function as it was."""
    function = make("def f(a, *, b): ...")
    changed = make("def f(a=1, *, b=2): ..." if change != "__code__" else "def f(*a, **b): ...")
    args, kwargs = ((), {"b": 2}) if change == "__defaults__" else ((1,), {})
    expected = words(function, *args, **kwargs)
    real = messages.arguments

    def explain(*given):
        setattr(function, change, getattr(changed, change))
        return real(*given)

    monkeypatch.setattr(messages, "arguments", explain)
    assert refused(function, *args, **kwargs) == expected
    assert words(function, *args, **kwargs) is None


@pytest.mark.filterwarnings("ignore:Assigning a code object of non-matching:DeprecationWarning")
def test_swapped_code_from_sync_to_async_and_back():
    def function(): ...
    async def other(): ...

    sync_code, async_code = function.__code__, other.__code__
    for code in (sync_code, async_code, sync_code, async_code):
        function.__code__ = code
        assert BackgroundTask(function).is_async == (code is async_code)


@pytest.mark.parametrize("calls", [[(1,), {}], [(1,), {"b": 2}], [(), {"a": 1}], [(1, 2), {}]])
def test_swapped_defaults(calls):
    args, kwargs = calls

    def function(a, b): ...

    for defaults in (None, (1,), (1, 2), (), (1,), None, (1, 2), None):
        function.__defaults__ = defaults
        assert refused(function, *args, **kwargs) == words(function, *args, **kwargs)
        assert refused(function) == words(function)


def test_swapped_keyword_defaults():
    def function(a, *, b, c): ...

    for defaults in (None, {"b": 1}, {"b": 1, "c": 2}, {"c": 2}, {}, {"b": 1, "c": 2}, None):
        function.__kwdefaults__ = defaults
        for kwargs in ({}, {"b": 1}, {"c": 1}, {"b": 1, "c": 2}):
            assert refused(function, 1, **kwargs) == words(function, 1, **kwargs)


def test_keyword_defaults_changed_in_place():
    def function(*, b=1): ...

    assert refused(function) is None
    del function.__kwdefaults__["b"]
    assert refused(function) == words(function)
    function.__kwdefaults__["b"] = 2
    assert refused(function) is None


def test_one_code_with_other_defaults_in_other_functions():
    def make_function(default):
        if default is None:

            def function(a, b): ...
        else:

            def function(a, b=default): ...

        return function

    first, second = make_function(1), make_function(2)
    assert first.__code__ is second.__code__
    second.__defaults__ = None
    for _ in range(2):
        assert refused(first, 1) is None
        assert refused(second, 1) == words(second, 1)
        assert refused(second, b=1) == words(second, b=1)


def test_more_defaults_than_parameters():
    def function(a): ...

    function.__defaults__ = (1, 2, 3)
    for args in ((), (1,), (1, 2)):
        assert refused(function, *args) == words(function, *args)


def test_both_kinds_of_one_code_are_kept_apart():
    """A class calls its `__init__` in a thread, whatever the same function is elsewhere."""

    class Class:
        async def __init__(self): ...

    for _ in range(2):
        assert BackgroundTask(Class.__init__, None).is_async
        assert not BackgroundTask(Class).is_async


def test_threads_adding_different_targets_from_different_places():
    sizes = range(1, 9)
    targets = {n: make(f"def f({', '.join(f'p{i}' for i in range(n))}): ...") for n in sizes}
    places = {
        n: make(f"{chr(10) * n}def f(tasks, target, args): tasks.add_task(target, *args)", f"<{n}>")
        for n in sizes
    }
    start = threading.Barrier(len(sizes))

    def work(place):
        tasks = BackgroundTasks()
        start.wait()
        for number in range(1500):
            size = 1 + (number + place) % len(sizes)
            target = targets[size]
            places[place](tasks, target, range(size))
            with pytest.raises(TaskArgumentError) as caught:
                places[place](tasks, target, range(size + 1))
            assert caught.value.details[0] == f"added at <{place}>:{place + 1}, in f"
            if number % 100 == 0:  # a target that is dropped while others are added
                short_lived = make("def f(a): ...")
                places[place](tasks, short_lived, (1,))
                tasks.tasks.pop()
                del short_lived
        return {str(task._added) for task in tasks.tasks}, [len(task.args) for task in tasks.tasks]

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with concurrent.futures.ThreadPoolExecutor(len(sizes)) as pool:
            results = list(pool.map(work, sizes))
    finally:
        sys.setswitchinterval(interval)
    for place, (found, counts) in zip(sizes, results, strict=True):
        assert found == {f"<{place}>:{place + 1}, in f"}
        assert counts == [1 + (number + place) % len(sizes) for number in range(1500)]
