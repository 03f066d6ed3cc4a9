"""Find the calls that hand a target and its arguments over to be run later.

What is found is a candidate: its form says that it looks like such a call, with all that the source
tells about it. Whether its receiver really is a collection of background tasks is for a checker to
say (`reveal_type` in the probed copy).
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from typed_bg._source.ignore_comments import IgnoreComment, ignore_comments
from typed_bg._source.scopes import Context, Link, context_of, statement_of
from typed_bg._source.walk import lines_with, walk
from typed_bg.check.calls.arguments import arguments_of
from typed_bg.check.calls.candidates import may_be_call, task_of
from typed_bg.check.calls.containers import at, contained
from typed_bg.check.calls.families import KNOWN
from typed_bg.check.calls.forwarders import BACKGROUND, Forwarder, Slot
from typed_bg.check.calls.hints import may_concern, may_contain_two_step_call
from typed_bg.check.calls.matcher import Match, Matcher, ReceiverKind, Shape, matcher
from typed_bg.check.calls.symbols import Names, names_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from typed_bg._source.definitions import Definition
    from typed_bg._source.module import Module, Span
    from typed_bg.check.calls.arguments import Argument
    from typed_bg.check.calls.project_modules import Registered

# What can be a target: a literal cannot, nor what is computed from others.
_MAY_BE_TARGET = (ast.Name, ast.Attribute, ast.Lambda, ast.Call)

TargetForm = Literal["attribute", "await", "call", "lambda", "name", "none", "other"]


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """The function that is to run as a task.

    Attributes:
        value: The expression.
        span: Where it stands.
        form: What kind of expression it is.
        definition: Where the module defines it; for a `call` and for a `lambda` around a call,
            where it defines what is called there, so that a coroutine in place of its function,
            and a lambda that returns a coroutine, can be told.
        trampoline: The forwarder that it is itself, as in `add_task(run_in_threadpool, f, 1)`.
    """

    value: ast.expr
    span: Span
    form: TargetForm
    definition: Definition | None
    trampoline: Forwarder | None


@dataclass(frozen=True, slots=True, eq=False)
class CallSite:
    """A call that looks like a call of a forwarder.

    Attributes:
        module: The module that contains it.
        index: Its number within the module, in the order of the source.
        forwarder: What it looks like a call of.
        shape: Whether it is a call at all: see `matcher.Shape`.
        call: The call; for a method that is passed on, a call without arguments.
        span: Where it stands.
        receiver: What decides whether it really is such a call: the object whose method is called,
            or else the class, function or bound method that is called.
        receiver_span: Where that stands.
        receiver_kind: Which of them it is.
        receiver_definition: Where the module defines it.
        alias_of: Where the receiver is a name for a bound method: the method as it was written.
        target: The function to run; `None` if it is missing or in a splat.
        leading: The arguments that are no argument of the target: those before it, and itself,
            and the options of a forwarder whose options are known.
        arguments: The arguments of the target.
        registered: The function that is registered under the name that the target is, if the scan
            of the project found one.
        hidden: Why the target's arguments are not known, in a sentence without its end; empty if
            they are, or if it is a matter of what is unpacked in the call.
        context: What surrounds the call.
        comments: The ignore comments on its lines, or on the line above it, or for the whole file.
    """

    module: Module
    index: int
    forwarder: Forwarder
    shape: Shape
    call: ast.Call
    span: Span
    receiver: ast.expr
    receiver_span: Span
    receiver_kind: ReceiverKind
    receiver_definition: Definition | None
    alias_of: str | None
    target: Target | None
    leading: tuple[Argument, ...]
    arguments: tuple[Argument, ...]
    hidden: str
    context: Context
    comments: tuple[IgnoreComment, ...]
    registered: Registered | None = None

    @property
    def target_name(self) -> str | None:
        """The name that a string in place of the target gives; `None` if it is no such string."""
        value = None if self.target is None else self.target.value
        if not self.forwarder.by_name or not isinstance(value, ast.Constant):
            return None
        return value.value if isinstance(value.value, str) else None

    @property
    def is_through(self) -> bool:
        """Whether options of the task are changed between it and the method."""
        return self.forwarder.target is None and (
            self.target is not None and self.target.value is not self.receiver
        )

    @property
    def is_target_by_keyword(self) -> bool:
        """Whether the target is passed by keyword."""
        value = None if self.target is None else self.target.value
        return any(
            argument.name is not None and argument.value is value for argument in self.leading
        )

    @property
    def line(self) -> int:
        """The 1-based line on which the call starts."""
        return self.call.lineno

    @property
    def column(self) -> int:
        """The 1-based column, in code points, at which the call starts."""
        return self.module.position(self.span.start)[1]

    @property
    def end_line(self) -> int:
        """The line on which the call ends."""
        return self.call.end_lineno or self.call.lineno


def may_hold_sites(raw: bytes, forwarders: Iterable[Forwarder] = BACKGROUND) -> bool:
    """Return, from a file's bytes, whether it is worth parsing."""
    return any(
        forwarder.last_name.encode() in raw
        and (not forwarder.two_step or may_contain_two_step_call(raw, forwarder))
        for forwarder in forwarders
    )


def find_sites(
    module: Module,
    forwarders: Sequence[Forwarder] = BACKGROUND,
    *,
    module_name: str | None = None,
) -> tuple[CallSite, ...]:
    """Find the calls in a module that look like one of a forwarder.

    Args:
        module: The module.
        forwarders: What to look for.
        module_name: The dotted name of the module, by which a forwarder that it defines itself is
            recognised.
    """
    names = names_of(module.tree, forwarders, module_name)
    lines = lines_with(module, names.called(forwarders))
    return collect(module, names, matcher(forwarders), lines)


def collect(
    module: Module, names: Names, match: Matcher, lines: Sequence[int] | None = None
) -> tuple[CallSite, ...]:
    """Make a call site of every call that a matcher recognises.

    Args:
        module: The module.
        names: Its names.
        match: What recognises a call.
        lines: The lines on which such calls can stand; `None` for any.
    """
    matches = [
        (link, found)
        for link in walk(module.tree, lines)
        for found in match(link, names)
        if found.shape == "call" or _is_worth_asking(module, found)
        if not found.forwarder.is_in_table or may_be_call(module, link, found, names)
    ]
    near = {line for link, found in matches for line in _lines_around(link, found.call)}
    comments = ignore_comments(module, near)
    return tuple(
        _site(module, index, link, found, names, comments)
        for index, (link, found) in enumerate(matches)
    )


def _lines_around(link: Link, call: ast.Call) -> range:
    """Return the lines on which a comment may be about a call: see `_touches`."""
    first = min(call.lineno, statement_of(link).lineno)
    return range(first - 1, (call.end_lineno or call.lineno) + 1)


def _is_worth_asking(module: Module, match: Match) -> bool:
    """Return whether a first step alone, such as `x.add(y)`, may add a task."""
    if not match.forwarder.two_step:
        return True
    first = match.call.args[:1]
    if not all(isinstance(argument, _MAY_BE_TARGET) for argument in first):
        return False
    return may_concern(module, match.forwarder, module.slice(module.span(match.receiver)))


def _site(  # noqa: PLR0913, PLR0917  # the parts of one value, put together in one place
    module: Module,
    index: int,
    link: Link,
    match: Match,
    names: Names,
    comments: tuple[IgnoreComment, ...],
) -> CallSite:
    forwarder, call = match.forwarder, match.call
    context = context_of(link)
    given = arguments_of(module, match.first or call)
    value: ast.expr | None = task_of(match.receiver, forwarder)
    leading: tuple[Argument, ...] = ()
    arguments = given
    if forwarder.target is not None:
        found = at(given, Slot(forwarder.target, forwarder.keyword), match.skipped)
        position = None if found is None else given.index(found)
        value = None if found is None else found.value
        leading, arguments = _divide(given, position, match.skipped)
    hidden = ""
    if match.first is not None:
        leading, arguments = (), arguments_of(module, call)
    elif forwarder.has_containers:
        leading, arguments, hidden = contained(module, given, forwarder, match.skipped)
    if not hidden and match.first is None:
        passing = next((argument for argument in given if argument.name in forwarder.passing), None)
        hidden = "" if passing is None else f"`{passing.name}=` also passes an argument"
    if forwarder.options and match.first is None:
        own = tuple(argument for argument in arguments if argument.name in forwarder.options)
        leading = (*leading, *own)
        arguments = tuple(argument for argument in arguments if argument not in own)
    return CallSite(
        module=module,
        index=index,
        forwarder=forwarder,
        shape=match.shape,
        call=call,
        span=module.span(call),
        receiver=match.receiver,
        receiver_span=module.span(match.receiver),
        receiver_kind=match.receiver_kind,
        receiver_definition=names.definition_of(match.receiver, context.scopes),
        alias_of=None if match.alias_of is None else ast.unparse(match.alias_of),
        target=None if value is None else _target(module, value, context, names),
        leading=leading,
        arguments=arguments,
        hidden=hidden,
        context=context,
        comments=tuple(
            comment for comment in comments if _touches(comment, context.statement, call)
        ),
    )


def _divide(
    given: tuple[Argument, ...], position: int | None, skipped: int
) -> tuple[tuple[Argument, ...], tuple[Argument, ...]]:
    """Separate the target's arguments from the others."""
    if position is None:
        return given, ()
    if given[position].kind == "keyword":
        rest = given[skipped:position] + given[position + 1 :]
        return (*given[:skipped], given[position]), rest
    before = [argument for argument in given[: position + 1] if argument.kind == "positional"]
    after = [argument for argument in given if argument not in before]
    return tuple(before), tuple(after)


def _target(module: Module, value: ast.expr, context: Context, names: Names) -> Target:
    form: TargetForm = "other"
    decisive = value
    if isinstance(value, ast.Name):
        form = "name"
    elif isinstance(value, ast.Attribute):
        form = "attribute"
    elif isinstance(value, ast.Call):
        form, decisive = "call", value.func
    elif isinstance(value, ast.Await):
        form = "await"
    elif isinstance(value, ast.Lambda):
        form = "lambda"
        if isinstance(value.body, ast.Call):
            decisive = value.body.func
    elif isinstance(value, ast.Constant) and value.value is None:
        form = "none"
    return Target(
        value,
        module.span(value),
        form,
        names.definition_of(decisive, context.scopes),
        _trampoline(value, names),
    )


def _trampoline(value: ast.expr, names: Names) -> Forwarder | None:
    dotted = names.dotted(value)
    attribute = value.attr if isinstance(value, ast.Attribute) else None
    for forwarder in KNOWN:
        if forwarder.form == "function" and dotted == forwarder.name:
            return forwarder
        # Other methods than this one bear names that say nothing, such as `submit`.
        if forwarder.form == "method" and attribute == forwarder.last_name == "run_in_executor":
            return forwarder
    return None


def _touches(comment: IgnoreComment, statement: ast.stmt, call: ast.Call) -> bool:
    """Return whether a comment can be about a call: on its lines, or alone on the line above it."""
    if comment.scope == "file":
        return True
    if comment.own_line and comment.line in {statement.lineno - 1, call.lineno - 1}:
        return True
    return call.lineno <= comment.line <= (call.end_lineno or call.lineno)
