"""The text of an error: what is wrong, where, and what to write instead."""

from __future__ import annotations

import copy
import inspect
import pickle
import sys

import pytest

from typed_bg import (
    BackgroundTasks,
    TaskArgumentError,
    TaskError,
    TaskTargetError,
)


def refusal(target, *args, **kwargs):
    """Add a task that is rejected; return the error."""
    with pytest.raises(TaskError) as caught:
        BackgroundTasks().add_task(target, *args, **kwargs)
    return caught.value


def send(to, subject, /, body="", *, retries=3, delay=0): ...


def generator():
    yield


class BrokenRepr:
    def __repr__(self):
        raise RuntimeError


@pytest.mark.parametrize(
    ("args", "kwargs", "remedies"),
    [
        ((1,), {}, ["also pass subject"]),
        ((), {}, ["also pass to, subject"]),
        ((1, 2), {"retry": 1}, ["write retries=... instead of retry=..."]),
        ((1, 2), {"xyz": 1}, ["remove xyz=..., "]),
        ((1,), {"subject": 2}, ["pass subject by position: "]),
        ((1, 2, 3), {"body": 2}, ["pass body once: "]),
        ((1, 2, 3, 4), {}, ["pass retries by keyword: retries=..."]),
        (
            (1, 2, 3, 4),
            {"retries": 1, "delay": 1},
            ["remove the last 1 positional argument"],
        ),
        (
            (1, 2, 3, 4, 5),
            {"retries": 1, "delay": 1},
            ["remove the last 2 positional arguments"],
        ),
        (
            (1, 2),
            {"retry": 1, "dely": 2, "zzz": 3},
            [
                "write retries=... instead of retry=...",
                "write delay=... instead of dely=...",
                "remove zzz=..., ",
            ],
        ),
    ],
)
def test_remedies(args, kwargs, remedies):
    error = refusal(send, *args, **kwargs)
    line = send.__code__.co_firstlineno
    added, described, *said = error.details
    for text, remedy in zip(said, remedies, strict=True):
        # One that ends with a space is only the beginning.
        assert text.startswith(remedy) if remedy.endswith(" ") else text == remedy
    assert added.startswith(f"added at {__file__}:")
    assert described == (
        "the task is send(to, subject, /, body='', *, retries=3, delay=0), "
        f"defined at {__file__}:{line}"
    )
    assert str(error) == "\n  ".join([error.fact, *error.details])


def test_a_missing_keyword_is_not_asked_for_twice():
    def function(*, subject): ...

    assert refusal(function, subjekt=1).details[2:] == ("write subject=... instead of subjekt=...",)
    assert refusal(function, 1).details[2:] == ("pass subject by keyword: subject=...",)
    assert refusal(function).details[2:] == ("also pass subject=...",)


def test_a_variadic_parameter_swallows_what_it_takes():
    def takes_rest(a, *rest, key): ...
    def takes_keywords(a, **keywords): ...

    assert refusal(takes_rest, 1, 2, 3).details[2:] == ("also pass key=...",)
    assert refusal(takes_keywords, other=2).details[2:] == ("also pass a=...",)


def test_signature_is_shown_as_it_is_written():
    def annotated(a: int, b: list[str], *, c: str = "x") -> None: ...

    written = ".annotated(a: int, b: list[str], *, c: str = 'x')"
    if sys.version_info < (3, 14):  # which cannot tell an annotation that is a string
        written = ".annotated(a: 'int', b: 'list[str]', *, c: 'str' = 'x')"
    assert written in refusal(annotated).details[1]


def test_broken_repr_of_a_default_hides_nothing():
    def function(a, b=BrokenRepr(), *, c=BrokenRepr()): ...  # noqa: B008

    assert ".function(a, b=..., *, c=...), defined at" in refusal(function).details[1]


def test_broken_repr_of_an_annotation_hides_nothing():
    def function(a, b=1): ...

    function.__annotations__ = {"a": BrokenRepr()}
    assert ".function(a, b=...), defined at" in refusal(function).details[1]


def test_long_signature_is_cut():
    def function(a, b="x" * 1000): ...

    assert len(refusal(function).details[1]) < 600
    assert "..., defined at" in refusal(function).details[1]


def test_c_callable_is_shown_with_its_signature():
    assert refusal(len).details[1] == "the task is len(obj, /)"
    assert refusal([].append).details[1] == "the task is list.append(object, /)"


def test_class_without_parameters_is_shown():
    class Empty: ...

    assert refusal(Empty, 1).details[1:] == (
        "the task is Empty()",
        "remove the last 1 positional argument",
    )


# The errors themselves.


def test_errors_are_type_errors():
    assert issubclass(TaskError, TypeError)
    assert issubclass(TaskArgumentError, TaskError)
    assert issubclass(TaskTargetError, TaskError)


def pickle_and_back(error):
    return pickle.loads(pickle.dumps(error))  # noqa: S301  # written here


@pytest.mark.parametrize("target", [send, generator, None])
@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, pickle_and_back])
def test_errors_are_pickled_and_copied(target, again):
    error = refusal(target)
    error.__notes__ = ["a note"]
    other = again(error)
    assert type(other) is type(error)
    assert str(other) == str(error)
    assert (other.fact, other.target, other.details) == (error.fact, target, error.details)
    assert other.__notes__ == ["a note"]


def test_error_has_no_context_of_the_checks_own():
    error = refusal(send)
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None


def test_signature_tells_that_the_task_is_required():
    assert "(self, func: " in str(inspect.signature(BackgroundTasks.add_task))
    assert "= <required>, /, *task_args" in str(inspect.signature(BackgroundTasks.add_task))
