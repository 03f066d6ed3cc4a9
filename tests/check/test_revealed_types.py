"""Parameters are read out of types as each checker writes them."""

from __future__ import annotations

import ast

import pytest

from typed_bg._source.module import Span
from typed_bg.check.calls.arguments import Argument
from typed_bg.check.verdicts.revealed_types import (
    RevealedParameter,
    has_any_member,
    is_any,
    may_be_none,
    parameter_of,
    parameters,
    takes_any_arguments,
    without_none,
)


@pytest.mark.parametrize(
    "revealed",
    [
        "def (to: builtins.str, n: builtins.int =, *, k: builtins.bool =) -> Any",
        '(to: str, n: int = 0, *, k: bool = False) -> dict[str, "a, b"]',
        "def send(to: str, n: int = 0, *, k: bool = False) -> None",
        "bound method Mail.send(to: str, n: int = 0, *, k: bool = False) -> None",
        "async def send(to: str, n: int = 0, *, k: bool = False) -> None",
    ],
)
def test_plain_callables(revealed: str) -> None:
    """Names and kinds are the same in every notation."""
    found = parameters(revealed)
    assert found is not None
    assert [(parameter.name, parameter.kind) for parameter in found] == [
        ("to", "positional"),
        ("n", "positional"),
        ("k", "keyword-only"),
    ]
    assert not any(parameter.is_untyped or parameter.takes_anything for parameter in found)
    assert [parameter.required for parameter in found] == [True, False, False]


def test_variadics_and_nested_commas() -> None:
    """Brackets hold what is in them together; what follows `*args` is for keywords only."""
    found = parameters("(a: dict[str, int], /, *args: Any, b, **kw: object) -> None")
    assert found == (
        RevealedParameter("a", "positional-only", "dict[str, int]"),
        RevealedParameter("args", "variadic", "Any", required=False),
        RevealedParameter("b", "keyword-only", ""),
        RevealedParameter("kw", "keywords", "object", required=False),
    )
    assert [parameter.is_untyped for parameter in found] == [False, True, True, False]
    assert [parameter.takes_anything for parameter in found] == [False, False, False, True]


def test_arguments_find_their_parameters() -> None:
    """By name, by position, and by what takes the rest."""
    found = parameters("(a: int, b: str, *rest: bytes, c: bool, **more: float)")
    assert found is not None
    positional = _argument("positional", None)
    names = [parameter_of(positional, position, found) for position in range(3)]
    assert [parameter and parameter.name for parameter in names] == ["a", "b", "rest"]
    by_name = [parameter_of(_argument("keyword", name), 0, found) for name in ("b", "c", "z")]
    assert [parameter and parameter.name for parameter in by_name] == ["b", "c", "more"]
    assert parameter_of(_argument("splat", None), 0, found) is None


@pytest.mark.parametrize(
    ("revealed", "type_"),
    [
        ("((int) -> None) | None", "(int) -> None"),
        ("(def (*Any, **Any) -> Any) | None", "def (*Any, **Any) -> Any"),
        ("Union[def (int), None]", "def (int)"),
        ("(() -> int) | (() -> str) | None", "(() -> int) | (() -> str) | None"),
    ],
)
def test_a_union_with_none(revealed: str, type_: str) -> None:
    """The other member is what is called once `None` is ruled out."""
    assert may_be_none(revealed)
    assert without_none(revealed) == type_
    assert not may_be_none("(a: int) -> (str | None)")


def test_pyright_writes_untyped_variadics_as_an_ellipsis() -> None:
    """After other parameters; alone, it is a callable that takes anything."""
    found = parameters("(job_id: str, ...) -> None")
    assert found is not None
    assert [parameter.kind for parameter in found] == ["positional", "variadic", "keywords"]
    assert not takes_any_arguments("(job_id: str, ...) -> None")


@pytest.mark.parametrize(
    "revealed",
    [
        *("Any", "typing.Any", "Unknown", "@Todo(x)", " Any ", "Unknown & ~None"),
        "Unknown & Top[(...) -> object]",
    ],
)
def test_any(revealed: str) -> None:
    """Each checker has its own word for it."""
    assert is_any(revealed)
    assert has_any_member(f"{revealed} | (() -> None)")


@pytest.mark.parametrize(
    "revealed", ["AnyStr", "list[Any]", "(a: Any) -> Any", "None", "Tasks & Any", "Tasks & ~None"]
)
def test_not_any(revealed: str) -> None:
    """A type that has Any within is another one."""
    assert not is_any(revealed)
    assert not has_any_member(revealed)


@pytest.mark.parametrize(
    ("revealed", "takes"),
    [
        ("(...) -> None", True),
        ("def (*Any, **Any)", True),
        ("Callable[..., None]", True),
        ("bound method Mail.send(...) -> None", True),
        ("(*args: Unknown, **kwargs: Unknown) -> None", True),
        ("(*args: int, **kwargs: Any) -> None", False),
        ("(a: Any) -> None", False),
        ("functools.partial[None]", False),
        ("Overload[(a: int) -> None, (...) -> None]", False),
    ],
)
def test_takes_any_arguments(revealed: str, takes: bool) -> None:  # noqa: FBT001
    """Only what takes any number and any type of both kinds."""
    assert takes_any_arguments(revealed) is takes


@pytest.mark.parametrize("revealed", ["functools.partial[None]", "Any", "Overload[() -> None]"])
def test_what_is_no_plain_callable_has_no_parameters(revealed: str) -> None:
    """Its parameters cannot be told from the text."""
    assert parameters(revealed) is None


def _argument(kind: str, name: str | None) -> Argument:
    return Argument(kind, name, ast.Constant(1), Span(0, 1))  # type: ignore[arg-type]


def test_mypy_writes_types_without_names() -> None:
    found = parameters("def (object, str, Any)")
    assert found is not None
    assert [(parameter.name, parameter.type) for parameter in found] == [
        ("", "object"),
        ("", "str"),
        ("", "Any"),
    ]
    assert [parameter.takes_anything for parameter in found] == [True, False, False]
