"""Write the call that a forwarder makes later, `target(*arguments)`.

A checker checks it even if it does not check the call of the forwarder: because the receiver has no
type, because the forwarder accepts anything, or because the checker does not follow the import.
"""

from __future__ import annotations

import ast
import copy
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from typed_bg.check.calls.candidates import is_wrapped
from typed_bg.check.calls.own_options import own_options
from typed_bg.check.calls.unpacked import unpacked
from typed_bg.check.probes.flatten import flatten

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from typed_bg._source.module import Span
    from typed_bg.check.calls.arguments import Argument, ArgumentKind
    from typed_bg.check.calls.call_sites import CallSite
    from typed_bg.check.calls.unpacked import Unpacked

# A call there changes nothing for the code behind it, which checkers would take for unreachable
# behind a statement that calls `sys.exit`. In a tuple, no type is expected of what it returns.
_BEFORE_CALL, _AFTER_CALL = "__name__ or (", ",)"
_FORMS = frozenset({"name", "attribute", "lambda"})
# What may do something when it is evaluated, or makes a function of its own.
_NOT_A_TARGET = (ast.Await, ast.Lambda, ast.NamedExpr, ast.Yield, ast.YieldFrom)
_LITERAL = (
    *(ast.Constant, ast.JoinedStr, ast.FormattedValue, ast.List, ast.Tuple, ast.Set, ast.Dict),
    *(ast.UnaryOp, ast.unaryop, ast.expr_context),
)


@dataclass(frozen=True, slots=True)
class DirectArgument:
    """An argument of the direct call.

    Attributes:
        index: The argument of the call site that it comes from.
        kind: How it is passed.
        before: What stands before the value: the keyword, or stars.
        node: The value.
        value: The same on one line.
        span: Where the value stands in the module; of a value from elsewhere, where the argument
            stands.
        is_verbatim: Whether `value` is the text of the span.
        is_unknown: Whether the value is left out: anything fits.
        written: What is left out, on one line.
    """

    index: int
    kind: ArgumentKind
    before: str
    node: ast.expr
    value: str
    span: Span
    is_verbatim: bool
    is_unknown: bool = False
    written: str = ""

    @property
    def shown(self) -> str:
        """The argument as it is written in messages."""
        return self.before + (self.written or self.value)

    @property
    def text(self) -> str:
        """The argument as it is written in the direct call."""
        return self.before + self.value

    @property
    def is_hidden(self) -> bool:
        """Whether it is unpacked, so that the text does not show what is passed."""
        return "splat" in self.kind


@dataclass(frozen=True, slots=True, eq=False)
class DirectCall:
    """The call of a target with its arguments.

    Attributes:
        callee: The target on one line.
        arguments: The arguments.
        target: Where the target stands in the module.
        shown: The call in messages.
        before: What stands before it in a probe.
        is_outside: Whether it stands at the level of the module.
        is_plain: Whether it calls the target without its decorators.
        is_declared: Whether it can only be called if the copy declares it: a string names it, or it
            is a task that takes other arguments than its function.
        first: What the forwarder's package passes before the arguments.
        last: What it passes behind them.
    """

    callee: str
    arguments: tuple[DirectArgument, ...]
    target: Span
    shown: str
    before: str = _BEFORE_CALL
    is_outside: bool = False
    is_plain: bool = False
    is_declared: bool = False
    first: str = ""
    last: str = ""

    def probe(self, arguments: Iterable[str]) -> str:
        """Write a probe with other arguments."""
        given = ", ".join(filter(None, (self.first, *arguments, self.last)))
        return f"{self.before}{self.callee}({given}){_AFTER_CALL}"

    @property
    def end_of_positional(self) -> int:
        """The index before which another positional argument can be written."""
        return next(
            (
                number
                for number, argument in enumerate(self.arguments)
                if argument.kind in {"keyword", "keyword splat"}
            ),
            len(self.arguments),
        )

    def source_of(self, offset: int) -> tuple[int, DirectArgument | None]:
        """Return what stands at an offset of its probe.

        Returns:
            The offset in the module, and the argument, or `None` for the target or the call.
        """
        start = len(self.before) + len(self.callee) + 1
        start += len(f"{self.first}, ") if self.first else 0
        for argument in self.arguments:
            end = start + len(argument.text)
            if start <= offset < end:
                within = max(offset - start - len(argument.before), 0)
                return argument.span.start + (within if argument.is_verbatim else 0), argument
            start = end + len(", ")
        return self.target.start, None


def direct_call(site: CallSite, anything: str) -> DirectCall | None:
    """Return the direct call of a call site's target, if it can be written.

    Args:
        site: The call site.
        anything: An expression of type `Any`.

    Raises:
        FlattenError: A part of it cannot be written on one line.
    """
    target = site.target
    name = site.target_name
    if site.shape != "call" or target is None or site.hidden:
        return None
    if name is None and (target.form not in _FORMS or site.forwarder.is_by_name_only):
        return None
    is_lambda = isinstance(target.value, ast.Lambda)
    if not is_lambda and any(isinstance(node, _NOT_A_TARGET) for node in ast.walk(target.value)):
        return None
    options = own_options(site)
    if options is None:
        return None
    passed = [
        (index, argument)
        for index, argument in enumerate(site.arguments)
        if argument.name not in options
    ]
    arguments = [
        each for index, argument in passed for each in _direct(site, index, argument, anything)
    ]
    callee = re.split(r"[.:]", name)[-1] if name else flatten(site.module, target.value)
    ordered = tuple(_ordered(arguments))
    shown = f"({callee})" if is_lambda else callee
    supplied = site.forwarder.supplied
    texts = [*("..." for name in supplied if not name), *(argument.shown for argument in ordered)]
    texts += [f"{name}=..." for name in supplied if name]
    shown += f"({', '.join(texts)})"
    if isinstance(target.value, ast.Lambda):
        # What is wrong in its body is no error of its call.
        callee = stand_in(target.value.args, anything)
    return DirectCall(
        callee,
        ordered,
        target.span,
        shown,
        is_declared=name is not None
        or (site.forwarder.is_task and not is_wrapped(site.receiver, site.forwarder)),
        first=", ".join(anything for name in supplied if not name),
        last=", ".join(f"{name}={anything}" for name in supplied if name),
    )


def stand_in(parameters: ast.arguments, anything: str) -> str:
    """Return a lambda that has the names and the number of a function's parameters.

    Args:
        parameters: The parameters of the function.
        anything: An expression of type `Any`.
    """
    plain = copy.deepcopy(parameters)
    every = (*plain.posonlyargs, *plain.args, plain.vararg, *plain.kwonlyargs, plain.kwarg)
    for parameter in every:
        if parameter is not None:
            parameter.annotation = None
    value = ast.Name(anything)
    plain.defaults = [value for _ in plain.defaults]
    plain.kw_defaults = [default and value for default in plain.kw_defaults]
    return f"({ast.unparse(ast.Lambda(plain, ast.Constant(0)))})"


def _is_no_future(values: Sequence[Unpacked] | None, argument: Argument) -> bool:
    """Return whether an argument is a literal, which is no result of another call."""
    given = [argument.value] if values is None else [value.value for value in values]
    return all(isinstance(node, _LITERAL) for value in given for node in ast.walk(value))


def _direct(
    site: CallSite, index: int, argument: Argument, anything: str
) -> Iterator[DirectArgument]:
    values = unpacked(site, argument) if "splat" in argument.kind else None
    is_unknown = site.forwarder.takes_futures and not _is_no_future(values, argument)
    if is_unknown or values is None:
        written = flatten(site.module, argument.value)
        text = anything if is_unknown else written
        yield DirectArgument(
            index=index,
            kind=argument.kind,
            before=argument.before,
            node=argument.value,
            value=text,
            span=argument.span,
            is_verbatim=text == site.module.slice(argument.span),
            is_unknown=is_unknown,
            written=written if is_unknown else "",
        )
        return
    for name, value, in_call in values:
        text = flatten(site.module, value)
        span = site.module.span(value) if in_call else argument.span
        yield DirectArgument(
            index=index,
            kind="positional" if name is None else "keyword",
            before="" if name is None else f"{name}=",
            node=value,
            value=text,
            span=span,
            is_verbatim=in_call and text == site.module.slice(span),
        )


def _ordered(arguments: Sequence[DirectArgument]) -> Iterator[DirectArgument]:
    """Yield positional arguments before keywords, where a call with them is written otherwise."""
    yield from (argument for argument in arguments if argument.kind in {"positional", "splat"})
    yield from (argument for argument in arguments if argument.kind in {"keyword", "keyword splat"})
