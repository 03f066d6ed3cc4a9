"""The arguments that a call passes in containers, as in `Thread(target=f, args=(1,))`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from typed_bg._source.scopes import is_none
from typed_bg.check.calls.arguments import Argument

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from typed_bg._source.module import Module
    from typed_bg.check.calls.arguments import ArgumentKind
    from typed_bg.check.calls.forwarders import Forwarder, Slot


class Contained(NamedTuple):
    """What a call passes to its target.

    Attributes:
        leading: The arguments of the call that are no container, among them the target.
        arguments: The target's arguments.
        hidden: Why they are not known, in a sentence without its end; empty if they are.
    """

    leading: tuple[Argument, ...]
    arguments: tuple[Argument, ...]
    hidden: str = ""


def at(given: Sequence[Argument], slot: Slot | None, skipped: int) -> Argument | None:
    """Return the argument of a call that is in a slot."""
    if slot is None:
        return None
    position = -skipped
    for argument in given:
        if argument.kind == "splat":
            break
        if argument.kind == "positional":
            if position == slot.position:
                return argument
            position += 1
    if slot.keyword is None:
        return None
    return next((argument for argument in given if argument.name == slot.keyword), None)


def contained(
    module: Module, given: Sequence[Argument], forwarder: Forwarder, skipped: int
) -> Contained:
    """Return what a call of a forwarder with containers passes to its target."""
    args, kwargs = at(given, forwarder.args, skipped), at(given, forwarder.kwargs, skipped)
    leading = tuple(
        argument for argument in given if argument is not args and argument is not kwargs
    )
    hidden = ""
    for argument in leading:
        # What is unpacked here may be a container.
        lacks = (forwarder.args is not None and args is None) or (
            forwarder.kwargs is not None and kwargs is None
        )
        if lacks and "splat" in argument.kind:
            hidden = f"`{argument.before}{_short(module, argument)}` can contain the arguments"
    arguments = [*_positional(module, args), *_keywords(module, kwargs)]
    arguments.sort(key=lambda argument: argument.span.start)
    return Contained(leading, tuple(arguments), hidden)


def _short(module: Module, argument: Argument) -> str:
    return " ".join(module.slice(argument.span).split())


def _positional(module: Module, argument: Argument | None) -> Iterator[Argument]:
    if argument is None or is_none(argument.value):
        return
    value = argument.value
    if not isinstance(value, (ast.Tuple, ast.List)):
        yield Argument("splat", None, value, argument.span)
        return
    for item in value.elts:
        inner = item.value if isinstance(item, ast.Starred) else item
        kind: ArgumentKind = "splat" if isinstance(item, ast.Starred) else "positional"
        yield Argument(kind, None, inner, module.span(inner))


def _keywords(module: Module, argument: Argument | None) -> Iterator[Argument]:
    if argument is None or is_none(argument.value):
        return
    value = argument.value
    names = _names(value) if isinstance(value, ast.Dict) else None
    if not isinstance(value, ast.Dict) or names is None:
        yield Argument("keyword splat", None, value, argument.span)
        return
    for name, item in zip(names, value.values, strict=True):
        kind: ArgumentKind = "keyword splat" if name is None else "keyword"
        yield Argument(kind, name, item, module.span(item))


def _names(node: ast.Dict) -> list[str | None] | None:
    """Return the keys of a dict, `None` for a dict that is unpacked in it, if each is a keyword."""
    names: list[str | None] = []
    for key in node.keys:
        if key is None:
            names.append(None)
        elif isinstance(key, ast.Constant) and isinstance(key.value, str):
            names.append(key.value)
        else:
            return None
    given = [name for name in names if name is not None]
    # Of a key that comes twice, the last one counts; a call would be an error.
    fits = len({*given}) == len(given) and all(name.isidentifier() for name in given)
    return names if fits else None
