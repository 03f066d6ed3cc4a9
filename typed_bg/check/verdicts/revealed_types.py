"""Read the parameters out of a callable's type, as the six checkers write it.

mypy, zuban    def (to: builtins.str, n: builtins.int =, *, k: builtins.bool =) -> Any
pyright        (to: str, n: int = 0, *, k: bool = False) -> None
ty             def send(to: str, n: int = 0) -> None
pyrefly        (to: str, n: int = 0) -> None
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from typed_bg.check.calls.arguments import Argument

ParameterKind = Literal["positional-only", "positional", "variadic", "keyword-only", "keywords"]

_CALLABLE = re.compile(r"(?:bound method )?(?:(?:async )?def )?(?:[\w.]+)?(?:\[[^(]*\])? ?\(")
_NAMED = re.compile(r"(?P<name>\w+): (?P<type>.+)", re.DOTALL)
_DEFAULT = re.compile(r"\s?=.*", re.DOTALL)
_ELLIPSIS = re.compile(
    r"(?:bound method )?(?:def )?[\w.]*\(\.\.\.\)|(?:typing\.)?Callable\[\.\.\., "
)
_OVERLOADED = re.compile(r"Overload(?:ed)?[\[(]")
# So begin the types of mypy and zuban, which write a parameter's type and leave its name out.
_TYPES_ALONE = ("def (", "def [", "async def (")
_OPENING, _CLOSING = "([{", ")]}"

# What a type that says nothing is called. ty writes `@Todo` for what it does not support yet.
_ANYTHING = re.compile(r"(?:typing\.)?Any|Unknown(?:@.*)?|@Todo.*|Unannotated")
_UNION = re.compile(r"(?:typing\.)?(?P<kind>Optional|Union)\[(?P<inside>.*)\]", re.DOTALL)
_TUPLE = re.compile(r"(?:builtins\.)?[Tt]uple\[(.*)\]", re.DOTALL)
_OBJECT = re.compile(r"(?:builtins\.)?object")

# Many calls have the same target, so the same texts are read again and again.
_remembered = functools.lru_cache(maxsize=1024)


@dataclass(frozen=True, slots=True)
class RevealedParameter:
    """A parameter of a callable's type.

    Attributes:
        name: Its name; empty where the type has none.
        kind: How it is passed.
        type: Its type as the checker writes it; empty where it writes none.
        required: Whether it has no default.
    """

    name: str
    kind: ParameterKind
    type: str
    required: bool = True

    @property
    def is_untyped(self) -> bool:
        """Whether its type is unknown to the checker."""
        return not self.type or has_any_member(self.type)

    @property
    def takes_anything(self) -> bool:
        """Whether any value is correct for it, so that nothing is left unchecked."""
        return _OBJECT.fullmatch(self.type) is not None

    @property
    def takes_any_function(self) -> bool:
        """Whether it is a callable whose own parameters are not known."""
        return takes_any_arguments(self.type)


def members_of_tuple(revealed: str) -> tuple[str, ...]:
    """Return the types in a tuple's type."""
    found = _TUPLE.fullmatch(revealed)
    return () if found is None else tuple(_split(found[1]))


def is_any(revealed: str) -> bool:
    """Return whether a type is Any, or Any narrowed, as in `Unknown & ~None`."""
    text = revealed.strip()
    if text.startswith("(") and text.endswith(")") and "->" not in text:
        text = text[1:-1]
    parts = [part for part in _split(text, "&") if not part.startswith("~")]
    # ty writes what it knows besides, such as `Unknown & Top[(...) -> object]`.
    known = [part for part in parts if not _ANYTHING.fullmatch(part)]
    return len(known) < len(parts) and all(part.startswith("Top[") for part in known)


def may_be_none(revealed: str) -> bool:
    """Tell whether a type is a union with `None`."""
    return "None" in members(revealed)[:-1] or "None" in members(revealed)[1:]


def is_union(revealed: str) -> bool:
    """Tell whether a type is a union of two types or more, `None` not counted."""
    return len([member for member in members(revealed) if member != "None"]) > 1


def without_none(revealed: str) -> str:
    """Return a union's only member besides `None`, or the type as it is."""
    others = [member for member in members(revealed) if member != "None"]
    if len(others) != 1 or not may_be_none(revealed):
        return revealed
    only = others[0]
    return only[1:-1] if only.startswith("(") and _closes_at_end(only) else only


@_remembered
def members(revealed: str) -> tuple[str, ...]:
    """Return the members of a union, or the type itself."""
    union = _UNION.fullmatch(revealed)
    if union is not None:
        return (*_split(union["inside"]), *(["None"] if union["kind"] == "Optional" else []))
    parts = tuple(_split(revealed, "|"))
    # The union in `def f() -> str | None` is what is returned.
    return (revealed,) if any(len(list(_split(part, ">"))) > 1 for part in parts) else parts


def _closes_at_end(text: str) -> bool:
    """Tell whether a text's first parenthesis is closed by its last character."""
    depth = 0
    for index, character in enumerate(text):
        depth += (character in _OPENING) - (character in _CLOSING)
        if depth == 0:
            return index == len(text) - 1
    return False


@_remembered
def has_any_member(revealed: str) -> bool:
    """Return whether a type, or one member of a union, is Any."""
    return any(map(is_any, _split(revealed, "|")))


def takes_any_arguments(revealed: str) -> bool:
    """Return whether a callable accepts any arguments: `...` or `*args, **kwargs`."""
    if _ELLIPSIS.match(revealed):
        return True
    found = parameters(revealed)
    if found is None:
        return False
    kinds = {parameter.kind for parameter in found}
    return kinds == {"variadic", "keywords"} and all(parameter.is_untyped for parameter in found)


@_remembered
def parameters(revealed: str) -> tuple[RevealedParameter, ...] | None:
    """Read the parameters of a callable's type.

    Returns:
        The parameters, or `None` where the type is no plain callable: an overload, an instance.
    """
    opening = _CALLABLE.match(revealed)
    if opening is None or revealed.startswith("Overload"):
        return None
    parts = list(_split(revealed[opening.end() :]))
    return tuple(_parameters(parts, types_alone=revealed.startswith(_TYPES_ALONE)))


def is_overloaded(revealed: str) -> bool:
    """Return whether a callable has several signatures."""
    return _OVERLOADED.match(revealed) is not None


def overloads(revealed: str) -> list[tuple[RevealedParameter, ...]]:
    """Read the parameters of each signature of an overloaded callable's type; none of another's."""
    opening = _OVERLOADED.match(revealed)
    if opening is None:
        return []
    found = map(parameters, _split(revealed[opening.end() :]))
    return [parameter for parameter in found if parameter is not None]


def parameter_of(
    argument: Argument, position: int, found: Sequence[RevealedParameter]
) -> RevealedParameter | None:
    """Return the parameter that an argument goes to.

    Args:
        argument: The argument.
        position: How many positional arguments stand before it.
        found: The callable's parameters, without a bound first one.
    """
    if argument.kind == "keyword":
        by_name = {
            parameter.name: parameter
            for parameter in found
            if parameter.kind in {"positional", "keyword-only"}
        }
        return by_name.get(argument.name or "") or _first(found, "keywords")
    if argument.kind == "positional":
        positional = [
            parameter for parameter in found if parameter.kind in {"positional-only", "positional"}
        ]
        return positional[position] if position < len(positional) else _first(found, "variadic")
    return None


def _first(found: Sequence[RevealedParameter], kind: ParameterKind) -> RevealedParameter | None:
    return next((parameter for parameter in found if parameter.kind == kind), None)


def _split(text: str, separator: str = ",") -> Iterator[str]:
    """Yield what stands between separators, up to the closing parenthesis or the end."""
    depth = start = 0
    for index, character in enumerate(text):
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING and depth == 0:
            if text[start:index].strip():
                yield text[start:index].strip()
            return
        elif character in _CLOSING:
            depth -= 1
        elif character == separator and depth == 0:
            yield text[start:index].strip()
            start = index + 1
    if text[start:].strip():
        yield text[start:].strip()


def _parameters(parts: list[str], *, types_alone: bool) -> Iterator[RevealedParameter]:
    only = parts.index("/") if "/" in parts else -1
    keyword_only = False
    for index, part in enumerate(parts):
        if part in {"*", "/"}:
            keyword_only |= part == "*"
            continue
        if part == "...":  # pyright's for `*args, **kwargs` without types
            yield RevealedParameter("", "variadic", "", required=False)
            yield RevealedParameter("", "keywords", "", required=False)
            continue
        stars = len(part) - len(part.lstrip("*"))
        text = _DEFAULT.sub("", part.lstrip("*")).strip()
        named = _NAMED.fullmatch(text)
        name, type_ = "", text
        if named:
            name, type_ = named["name"], named["type"]
        elif not types_alone:
            name, type_ = _unnamed(text)
        kind: ParameterKind = "positional"
        if stars:
            kind = "variadic" if stars == 1 else "keywords"
        elif keyword_only:
            kind = "keyword-only"
        elif index < only or not name:
            kind = "positional-only"
        keyword_only |= stars == 1
        required = not stars and _DEFAULT.search(part) is None
        yield RevealedParameter(name, kind, type_.strip(), required)


def _unnamed(text: str) -> tuple[str, str]:
    """Read a parameter without a colon: where names are written, it is a type that is missing."""
    is_type = is_any(text) or "." in text or "[" in text or "|" in text or text[:1].isupper()
    return ("", text) if is_type else (text, "")
