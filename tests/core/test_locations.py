"""Where a task was added: the line of the caller, not one of the library."""

from __future__ import annotations

import _thread
import functools
import inspect
import time

import pytest

from typed_bg import BackgroundTask, BackgroundTasks, TaskArgumentError
from typed_bg._core.locations import NOWHERE, location_of


def target(a=1): ...


def here():
    """Return the caller's line as a location is written."""
    frame = inspect.currentframe().f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}, in {frame.f_code.co_name}"


def place_of(task):
    return str(task._added)


def test_each_line_has_its_place():
    tasks = BackgroundTasks()
    first = (tasks.add_task(target), here())[1]
    second = (tasks.add_task(target), here())[1]
    task, third = BackgroundTask(target), here()
    assert [place_of(task) for task in (*tasks.tasks, task)] == [first, second, third]
    assert len({first, second, third}) == 3


def test_the_same_place_is_one_object():
    tasks = BackgroundTasks()
    for _ in range(3):
        tasks.add_task(target)
    assert len({id(task._added) for task in tasks.tasks}) == 1


def test_two_targets_at_one_place_and_one_target_at_two_places():
    tasks = BackgroundTasks()
    for func in (target, len, target, here):
        place = (tasks.add_task(func, *([[]] if func is len else [])), here())[1]
    for _ in range(2):
        tasks.add_task(target)
    assert {place_of(task) for task in tasks.tasks[:4]} == {place}
    assert len({place_of(task) for task in tasks.tasks}) == 2


def test_a_call_over_several_lines():
    line = inspect.currentframe().f_lineno
    tasks = BackgroundTasks()
    tasks.add_task(
        target,
        a=2,
    )
    (task,) = tasks.tasks
    assert line + 2 <= task._added.line <= line + 5


def test_the_error_names_the_callers_line():
    tasks = BackgroundTasks()
    for add in (tasks.add_task, BackgroundTask):
        with pytest.raises(TaskArgumentError) as caught:
            add(target, 1, 2)
        line = next(e.lineno for e in caught.traceback if str(e.path) == __file__) + 1
        assert caught.value.details[0] == (
            f"added at {__file__}:{line}, in test_the_error_names_the_callers_line"
        )


def test_added_by_way_of_a_partial():
    tasks = BackgroundTasks()
    place = (functools.partial(tasks.add_task, target)(), here())[1]
    assert place_of(tasks.tasks[0]) == place


def test_subclass_of_a_task_names_the_line_of_its_own():
    class Own(BackgroundTask):
        def __init__(self, *args):
            super().__init__(*args)

    assert place_of(Own(target)).endswith(", in __init__")


def test_added_on_the_bare_start_of_a_thread():
    """Nothing written in Python has called `add_task` there."""
    tasks = BackgroundTasks()
    _thread.start_new_thread(tasks.add_task, (target,))
    for _ in range(200):
        if tasks.tasks:
            break
        time.sleep(0.01)
    assert [task.func for task in tasks.tasks] == [target]


def test_code_without_a_module_name():
    tasks = BackgroundTasks()
    namespace = {"add": tasks.add_task, "make": BackgroundTask, "target": target}
    exec(compile("add(target)\nmade = make(target)", "<bare>", "exec"), namespace)  # noqa: S102
    assert place_of(tasks.tasks[0]) == "<bare>:1, in <module>"
    assert place_of(namespace["made"]) == "<bare>:2, in <module>"


def test_a_module_name_that_is_none():
    namespace = {"__name__": None, "make": BackgroundTask, "target": target}
    exec(compile("made = make(target)", "<none>", "exec"), namespace)  # noqa: S102
    assert place_of(namespace["made"]) == "<none>:1, in <module>"


def test_a_package_with_a_similar_name_is_another_one():
    namespace = {"__name__": "typed_bg_extras.more", "make": BackgroundTask, "target": target}
    exec(compile("made = make(target)", "<similar>", "exec"), namespace)  # noqa: S102
    assert place_of(namespace["made"]) == "<similar>:1, in <module>"


def test_location_of_a_frame():
    frame = inspect.currentframe()
    location = location_of(frame)
    assert (location.filename, location.function) == (__file__, "test_location_of_a_frame")
    assert location.line < frame.f_lineno
    assert str(location) != str(NOWHERE)
