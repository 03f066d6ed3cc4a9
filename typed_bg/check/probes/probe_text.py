"""Write the probes of a call site, and define what they use."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from typed_bg.check.probes.direct_call import direct_call
from typed_bg.check.probes.flatten import flatten

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from typed_bg.check.calls.arguments import Argument
    from typed_bg.check.calls.call_sites import CallSite
    from typed_bg.check.calls.forwarders import Forwarder
    from typed_bg.check.probes.direct_call import DirectCall


ProbeKind = Literal[
    "own keyword",
    "own positional",
    "own replaced",
    "keyword",
    "positional",
    "replaced",
    "shape",
    "class",
    "known",
    "receiver",
    "target",
    "values",
    "direct",
    "direct arity",
    "direct replaced",
]

# More positional arguments than a task is likely to take; a checker names its count, not the task.
_MANY = 16


class _Kinds(NamedTuple):
    keyword: ProbeKind
    positional: ProbeKind
    replaced: ProbeKind


_KINDS = _Kinds("keyword", "positional", "replaced")
_OWN_KINDS = _Kinds("own keyword", "own positional", "own replaced")


@dataclass(frozen=True, slots=True)
class Draft:
    """A probe whose place is not known yet.

    Attributes:
        kind: What is asked.
        text: The probe, on one line.
        names: What a message about it names.
        argument: The index of the only argument that it changes.
        direct: The direct call that it is, or that it changes.
    """

    kind: ProbeKind
    text: str
    names: tuple[str, ...] = ()
    argument: int | None = None
    direct: DirectCall | None = None


@dataclass(frozen=True, slots=True)
class ProbeNames:
    """The names that a site's probes use; sites whose probes share a line have separate names.

    mypy reports the same message only once a line, however many places on it are meant. The names
    end in an underscore so that none is the beginning of another.

    Attributes:
        prefix: What occurs nowhere in the module.
        slot: How many sites have their probes on the line before this one.
    """

    prefix: str
    slot: int

    @property
    def unfit(self) -> str:
        """A class that no parameter is annotated with."""
        return f"{self.prefix}_P{self.slot}_"

    @property
    def many(self) -> str:
        """A tuple of its instances."""
        return f"{self.prefix}_many{self.slot}_"

    @property
    def never(self) -> str:
        """A function that does not return."""
        return f"{self.prefix}_never"

    @property
    def anything(self) -> str:
        """A target that accepts any arguments."""
        return f"{self.prefix}_anything"

    @property
    def any(self) -> str:
        """A value of type `Any`."""
        return f"{self.prefix}_any"

    def argument(self, index: int) -> str:
        """Return the class whose instance replaces an argument."""
        return f"{self.prefix}_arg{self.slot}_{index}_"

    def shape(self, index: int) -> str:
        """Return the class with many required parameters for an unpacked argument."""
        return f"{self.prefix}_shape{self.slot}_{index}_"

    def own_argument(self, index: int) -> str:
        """Return the class whose instance replaces an argument in a call without the target."""
        return f"{self.prefix}_own{self.slot}_{index}_"

    def own_keyword(self, site: CallSite) -> str:
        """Return a keyword that no target takes, for a call without the target."""
        return f"{self.prefix}_o{site.index}_"

    def keyword(self, site: CallSite) -> str:
        """Return a keyword that no target takes."""
        return f"{self.prefix}_k{site.index}_"

    def direct_keyword(self, site: CallSite) -> str:
        """Return a keyword that no target takes, for the direct call."""
        return f"{self.prefix}_d{site.index}_"

    def expectation(self, forwarder: Forwarder, *, as_class: bool, as_value: bool) -> str:
        """Return the function that takes what a forwarder's calls are made on."""
        kind = f"{'value' if as_value else 'statement'}{'_class' if as_class else ''}"
        return f"{self.prefix}_{kind}_{forwarder.name.replace('.', '_')}_"


def definitions(
    prefix: str,
    counts: Sequence[int],
    expectations: Iterable[str],
    *,
    own_arguments: bool = False,
) -> str:
    """Define what the probes of a module use, in simple statements that fit on one line.

    Args:
        prefix: What their names begin with.
        counts: The most arguments that a call has, for each slot.
        expectations: What `drafts` found to be defined besides.
        own_arguments: Whether a call has probes without its target.
    """
    typing = f"{prefix}_typing"
    statements = [f"import typing as {typing}"]
    for slot, count in enumerate(counts):
        probe_names = ProbeNames(prefix, slot)
        classes = [
            probe_names.unfit,
            *map(probe_names.argument, range(count)),
            *(map(probe_names.own_argument, range(count)) if own_arguments else ()),
        ]
        statements += [f'{name} = {typing}.NewType("{name}", object)' for name in classes]
        statements.append(f"{probe_names.many} = ({f'{probe_names.unfit}(0), ' * _MANY})")
    if own_arguments:
        anything = ProbeNames(prefix, 0).anything
        type_ = f"{typing}.Callable[..., {typing}.Any]"
        statements.append(f'{anything} = {typing}.cast("{type_}", 0)')
    statements.append(f'{ProbeNames(prefix, 0).any} = {typing}.cast("{typing}.Any", 0)')
    never = ProbeNames(prefix, 0).never
    statements.append(
        f'{never} = {typing}.cast("{typing}.Callable[[object], {typing}.NoReturn]", 0)'
    )
    return "; ".join((*statements, *expectations))


def is_statement(site: CallSite) -> bool:
    """Return whether a call, or its `await`, is the whole statement."""
    statement = site.context.statement
    if not isinstance(statement, ast.Expr):
        return False
    value = statement.value
    return value is site.call or (isinstance(value, ast.Await) and value.value is site.call)


def drafts(site: CallSite, probe_names: ProbeNames, expectations: dict[str, str]) -> list[Draft]:
    """Write the probes of a call site.

    Args:
        site: The call site.
        probe_names: The names to use.
        expectations: Statements that define functions by their name; what is missing is added.

    Raises:
        FlattenError: A part of the call cannot be written on one line.
    """
    callee = flatten(site.module, site.call.func)
    if not isinstance(site.call.func, (ast.Name, ast.Attribute, ast.Call, ast.Subscript)):
        callee = f"({callee})"
    # A coroutine that is not awaited is an error of its own, so a probe is awaited like its call.
    if is_statement(site) and site.context.use == "await":
        callee = f"await {callee}"
    given = sorted((*site.leading, *site.arguments), key=_argument_start)
    written = [_written(argument, flatten(site.module, argument.value)) for argument in given]
    call = _WrittenCall(callee, given, written)

    found: list[Draft] = []
    unfit = probe_names.unfit
    if not site.forwarder.has_containers:
        found += _without_target(site, probe_names, call)
        found += _wrong_calls(site, probe_names, call)
    if site.target is not None:
        found += [
            _shape(index, written[given.index(argument)], probe_names, expectations)
            for index, argument in enumerate(site.arguments)
            if argument.kind in {"splat", "keyword splat"}
        ]
    expectation = _expectation(site, probe_names, expectations)
    if expectation is not None:
        receiver = _instance(site) or flatten(site.module, site.receiver)
        found.append(Draft("class", f"{expectation}({receiver})"))
        found.append(Draft("known", f"{expectation}({unfit}(0))", (unfit,)))
    found.append(_reveal("receiver", flatten(site.module, site.receiver), probe_names))
    if site.target is not None:
        found.append(_reveal("target", flatten(site.module, site.target.value), probe_names))
    if values := revealable(site):
        found.append(_reveal_values(site, values, probe_names))
    direct = direct_call(site, probe_names.any)
    if direct is None or direct.is_declared:
        return found
    return [*found, *direct_drafts(site, direct, probe_names)]


class _WrittenCall(NamedTuple):
    """A call whose arguments can be changed.

    Attributes:
        callee: What is called.
        given: The arguments, in their order.
        written: How each of them is written.
    """

    callee: str
    given: Sequence[Argument]
    written: Sequence[str]

    def replacing(self, argument: Argument, text: str) -> _WrittenCall:
        """Return the call with one argument written in another way."""
        at = self.given.index(argument)
        return self._replace(written=[*self.written[:at], text, *self.written[at + 1 :]])

    def text(self, *more: str) -> str:
        """Write the call, with more arguments at its end."""
        return _call(self.callee, [*self.written, *more])


def _wrong_calls(
    site: CallSite, probe_names: ProbeNames, call: _WrittenCall, *, own: bool = False
) -> Iterator[Draft]:
    """Yield wrong versions of a call; `own` if only the forwarder's own signature can be wrong."""
    kinds = _OWN_KINDS if own else _KINDS
    keyword = probe_names.own_keyword(site) if own else probe_names.keyword(site)
    name_of = probe_names.own_argument if own else probe_names.argument
    unfit = probe_names.unfit
    yield Draft(kinds.keyword, call.text(f"{keyword}={unfit}(0)"), (keyword, unfit))
    if site.target is None:
        return
    # Behind a target that is passed by keyword, nothing can be passed by position.
    if not site.is_target_by_keyword:
        yield Draft(kinds.positional, _crowded(site, probe_names, call), (unfit,))
    for index, argument in enumerate(site.arguments):
        # One at a time: then any new error is about this argument, also one that names nothing.
        name = name_of(index)
        replaced = call.replacing(argument, _written(argument, _stand_in(argument, name)))
        yield Draft(kinds.replaced, replaced.text(), (name,), index)


def direct_drafts(site: CallSite, direct: DirectCall, probe_names: ProbeNames) -> Iterator[Draft]:
    """Yield the direct call, and wrong versions of it, which show that it is checked."""
    keyword, unfit = probe_names.direct_keyword(site), probe_names.unfit
    given = [argument.text for argument in direct.arguments]
    end = direct.end_of_positional
    names = tuple(probe_names.argument(number) for number in range(len(given)))
    kept = [argument.is_hidden or argument.is_unknown for argument in direct.arguments]
    replaced = [
        argument.text if is_kept else f"{argument.before}{name}(0)"
        for argument, is_kept, name in zip(direct.arguments, kept, names, strict=True)
    ]
    crowded = [*given[:end], f"*{probe_names.many}", *given[end:], f"{keyword}={unfit}(0)"]
    yield Draft("direct", direct.probe(given), direct=direct)
    # Both in one: an error about either shows that names and number are checked.
    yield Draft("direct arity", direct.probe(crowded), (keyword, unfit), direct=direct)
    # All at once, so that their number stays the same: each name has to be reported.
    if not all(kept):
        yield Draft("direct replaced", direct.probe(replaced), names, direct=direct)


def revealable(site: CallSite) -> list[ast.expr]:
    """Return what is passed under a name, and the object whose method is the target."""
    values: list[ast.expr] = [
        argument.value
        for argument in site.arguments
        if "splat" not in argument.kind and isinstance(argument.value, (ast.Name, ast.Attribute))
    ]
    target = None if site.target is None else site.target.value
    return [*values, target.value] if isinstance(target, ast.Attribute) else values


def _reveal_values(site: CallSite, values: Sequence[ast.expr], probe_names: ProbeNames) -> Draft:
    """Reveal them in one tuple: mypy reports the same message once a line."""
    texts = [flatten(site.module, value) for value in values]
    if probe_names.slot:
        return Draft(
            "values",
            f"reveal_type(({', '.join(texts)}, {probe_names.unfit}(0)))",
            (probe_names.unfit,),
        )
    return Draft("values", f"reveal_type(({', '.join(texts)},))")


def _shape(
    index: int, written: str, probe_names: ProbeNames, expectations: dict[str, str]
) -> Draft:
    """Unpack an argument into more parameters than a task is likely to have, all required.

    A checker reports missing arguments if it knows how many values are unpacked, and which keys.
    """
    name = probe_names.shape(index)
    fields = ", ".join(f'("p{number}", object)' for number in range(_MANY))
    expectations[name] = f'{name} = {probe_names.prefix}_typing.NamedTuple("{name}", [{fields}])'
    return Draft("shape", f"{name}({written})", (name,), index)


def has_own_signature(site: CallSite) -> bool:
    """Return whether a checker may reject arguments for the forwarder's own signature."""
    return not site.forwarder.has_param_spec and not site.forwarder.has_containers


def _crowded(site: CallSite, probe_names: ProbeNames, call: _WrittenCall) -> str:
    before = sum(argument.kind == "positional" for argument in site.leading)
    position = _end_of_positional(call.given, before)
    texts = [*call.written[:position], f"*{probe_names.many}", *call.written[position:]]
    return _call(call.callee, texts)


def _without_target(site: CallSite, probe_names: ProbeNames, call: _WrittenCall) -> Iterator[Draft]:
    """Yield calls in which the target accepts anything: their errors are not about the target.

    They come before the calls with the target, because mypy reports a message once a line.
    """
    target = site.target
    leading = next(
        (argument for argument in site.leading if target and argument.value is target.value), None
    )
    if leading is not None and has_own_signature(site):
        anything = call.replacing(leading, _written(leading, probe_names.anything))
        yield from _wrong_calls(site, probe_names, anything, own=True)


def _instance(site: CallSite) -> str | None:
    """Return the object that `super()` refers to: for some checkers, it has a class of its own."""
    receiver, scope = site.receiver, site.context.scopes[0]
    if (
        isinstance(receiver, ast.Call)
        and isinstance(receiver.func, ast.Name)
        and receiver.func.id == "super"
        and isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef))
    ):
        return next(
            (parameter.arg for parameter in (*scope.args.posonlyargs, *scope.args.args)), None
        )
    return None


def _expectation(
    site: CallSite, probe_names: ProbeNames, expectations: dict[str, str]
) -> str | None:
    """Return the name of what takes the receivers of a forwarder, and see that it is defined."""
    forwarder = site.forwarder
    owner = forwarder.owner
    if owner is None or site.receiver_kind == "function":
        return None
    # An unused value is reported by some, and by others the use of a call that has none.
    as_value = not is_statement(site)
    as_class = site.receiver_kind == "class"
    name = probe_names.expectation(forwarder, as_class=as_class, as_value=as_value)
    module, cls = owner
    typing = f"{probe_names.prefix}_typing"
    expected = f"{name}module.{cls}"
    if as_class:
        expected = f"{typing}.Type[{expected}]"
    returned = "object" if as_value else "None"
    # A receiver that may be `None` is no other thing: that is an error of its own.
    takes = f"{typing}.Callable[[{typing}.Optional[{expected}]], {returned}]"
    expectations[name] = f'import {module} as {name}module; {name} = {typing}.cast("{takes}", 0)'
    return name


def _call(callee: str, arguments: Sequence[str]) -> str:
    return f"{callee}({', '.join(arguments)})"


def _reveal(kind: ProbeKind, text: str, probe_names: ProbeNames) -> Draft:
    if probe_names.slot == 0:
        return Draft(kind, f"reveal_type({text})")
    # Together with a type of its own, so that it is not the same message as that of another site.
    return Draft(kind, f"reveal_type(({text}, {probe_names.unfit}(0)))", (probe_names.unfit,))


def _argument_start(argument: Argument) -> int:
    return argument.span.start


def _written(argument: Argument, value: str) -> str:
    return argument.before + value


def _stand_in(argument: Argument, name: str) -> str:
    """Return what takes an argument's place; a splat stays one of unknown length."""
    if argument.kind == "splat":
        return f"list[{name}]()"
    if argument.kind == "keyword splat":
        return f"dict[str, {name}]()"
    return f"{name}(0)"


def _end_of_positional(given: Sequence[Argument], at_least: int) -> int:
    """Return the index before which another positional argument can be written."""
    for index, argument in enumerate(given):
        if index >= at_least and argument.kind in {"keyword", "keyword splat"}:
            return index
    return len(given)
