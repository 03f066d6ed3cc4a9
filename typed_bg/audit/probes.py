"""Put probes for every call site of a module into its text, in place.

The original calls stay as they are, so one run of a checker gives both what it says of the code
and what it sees of each call. Behind a call that is a statement of its own, the probes follow after
a semicolon:

    tasks.add_task(f, a); tasks.add_task(f, a, _bgp_k0_=_bgp_P_(0)); ...

Everywhere else they go into a branch that yields no value, so that type, narrowing and the type
that is expected of the call stay what they were:

    (BackgroundTask(f, a) if __name__ else _bgp_never((BackgroundTask(f, _bgp_arg0_(0)), ...)))

No line moves. On the lines that have probes, `Inserted.original_position` leads back to the columns
of the original.
"""

from __future__ import annotations

import ast
import sys
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from typed_bg.audit.anchor import find_anchor
from typed_bg.audit.flatten import FlattenError, flatten
from typed_bg.audit.insertions import Inserted, Insertion, insert
from typed_bg.audit.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from typed_bg.audit.anchor import Anchor
    from typed_bg.audit.sites import Argument, CallSite
    from typed_bg.audit.source import Module

ProbeKind = Literal["keyword", "positional", "replaced", "receiver", "target"]

UnprobeableKind = Literal["annotation", "class header", "f-string", "no room", "not one line"]

# More positional arguments than a task is likely to take; a checker names its count, not the task.
_MANY = 16


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing that a checker is asked about a call site.

    Attributes:
        site: The index of the call site.
        kind: What is asked:
            `keyword`, the call with a keyword that no target takes;
            `positional`, the call with more positional arguments than targets take;
            `replaced`, the call with each argument of the target replaced by an instance of a
            class of its own;
            `receiver` and `target`, the type of each, by `reveal_type`.
        span: Where it stands in the probed text, all on one line.
        names: What a message about it names: for `replaced` one for each argument, in the order
            of `CallSite.arguments`; none for the types.
    """

    site: int
    kind: ProbeKind
    span: Span
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unprobeable:
    """Why a call site has no probes."""

    kind: UnprobeableKind
    detail: str


@dataclass(frozen=True, slots=True, eq=False)
class ProbedModule:
    """A module's text with probes.

    Attributes:
        inserted: The text, and the way back to the original.
        probes: The probes in the order in which they stand in the text.
        unprobeable: The call sites without probes, by their index.
    """

    inserted: Inserted
    probes: tuple[Probe, ...]
    unprobeable: dict[int, Unprobeable]

    @property
    def text(self) -> str:
        """The probed text."""
        return self.inserted.text

    def probe_at(self, line: int, column: int) -> Probe | None:
        """Return the probe that stands at a 1-based line and column of the probed text."""
        offset = self.inserted.offset(line, column)
        index = bisect_right(self.probes, offset, key=_start) - 1
        if index >= 0 and offset < self.probes[index].span.end:
            return self.probes[index]
        return None

    def original_position(self, line: int, column: int) -> tuple[int, int] | None:
        """Return where something in the probed text stood in the module; `None` if it is new."""
        return self.inserted.original_position(line, column)


def _start(probe: Probe) -> int:
    return probe.span.start


@dataclass(frozen=True, slots=True)
class _Draft:
    """A probe before its place is known."""

    kind: ProbeKind
    text: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Frame:
    """What goes round a call's probes, and where."""

    before_call: str
    opening: str
    separator: str
    closing: str
    offset: int


def probe(module: Module, sites: Sequence[CallSite]) -> ProbedModule:
    """Put the probes for call sites into the text of their module."""
    anchor = find_anchor(module)
    prefix = _unused_prefix(module.text)
    unprobeable: dict[int, Unprobeable] = {}
    insertions: list[Insertion] = []
    asked: dict[Insertion, tuple[CallSite, _Frame, list[_Draft]]] = {}
    count = 0
    for site in sites:
        obstacle = _obstacle(site, anchor)
        if obstacle is not None:
            unprobeable[site.index] = obstacle
            continue
        try:
            drafts = _drafts(site, prefix)
        except FlattenError as error:
            unprobeable[site.index] = Unprobeable("not one line", str(error))
            continue
        frame = _frame(site, prefix)
        if frame.before_call:
            insertions.append(Insertion(site.span.start, frame.before_call))
        text = frame.opening + frame.separator.join(it.text for it in drafts) + frame.closing
        insertion = Insertion(frame.offset, text)
        insertions.append(insertion)
        asked[insertion] = site, frame, drafts
        count = max(count, len(site.arguments))
    if anchor is not None and asked:
        # First, for it may share its place with the probes of the statement that it stands behind.
        insertions.insert(0, _definitions(anchor, prefix, count))
    inserted = insert(module, insertions)
    probes: list[Probe] = []
    for insertion, span in zip(inserted.insertions, inserted.spans, strict=True):
        if insertion in asked:
            probes += _placed(*asked[insertion], span.start)
    return ProbedModule(inserted, tuple(probes), unprobeable)


def _placed(site: CallSite, frame: _Frame, drafts: Sequence[_Draft], start: int) -> Iterator[Probe]:
    start += len(frame.opening)
    for draft in drafts:
        end = start + len(draft.text)
        yield Probe(site.index, draft.kind, Span(start, end), draft.names)
        start = end + len(frame.separator)


def _unused_prefix(text: str) -> str:
    number = 1
    prefix = "_bgp"
    while prefix in text:
        number += 1
        prefix = f"_bgp{number}"
    return prefix


def _definitions(anchor: Anchor, prefix: str, count: int) -> Insertion:
    """Define what the probes of a module use, in simple statements that fit on one line.

    The names end in an underscore so that none is the beginning of another.
    """
    typing = f"{prefix}_typing"
    classes = [f"{prefix}_P_", *(f"{prefix}_arg{index}_" for index in range(count))]
    statements = [f"import typing as {typing}"]
    statements += [f'{name} = {typing}.NewType("{name}", object)' for name in classes]
    statements += [
        f"{prefix}_many = ({f'{prefix}_P_(0), ' * _MANY})",
        f'{prefix}_never = {typing}.cast("{typing}.Callable[[object], {typing}.NoReturn]", 0)',
    ]
    text = "; ".join(statements)
    return Insertion(anchor.offset, f"; {text}" if anchor.on_statement else text)


def _obstacle(site: CallSite, anchor: Anchor | None) -> Unprobeable | None:
    """Return what keeps a call from being probed."""
    inside = site.context.inside
    if "annotation" in inside:
        return Unprobeable("annotation", "it stands in an annotation")
    if "class header" in inside:
        return Unprobeable("class header", "it stands in the bases or keywords of a class")
    if "f-string" in inside and not _has_true_position(site):
        return Unprobeable(
            "f-string",
            "it stands in an f-string, inside which this interpreter gives no positions "
            "(Python 3.12 and newer do)",
        )
    if anchor is None:
        return Unprobeable("no room", "the module has no line on which a name can be defined")
    if site.context.eager and site.span.start < anchor.offset and not _ends_at(site, anchor):
        return Unprobeable("no room", "it runs before any name can be defined in the module")
    return None


def _has_true_position(site: CallSite) -> bool:
    if sys.version_info < (3, 12):
        return False
    try:
        there = ast.parse(f"({site.module.slice(site.span)})", mode="eval").body
    except SyntaxError:
        return False
    return ast.dump(there) == ast.dump(site.call)


def _ends_at(site: CallSite, anchor: Anchor) -> bool:
    """Tell whether a call's probes come right behind the definitions."""
    return _is_statement(site) and site.module.span(site.context.statement).end == anchor.offset


def _is_statement(site: CallSite) -> bool:
    """Tell whether a call, or its being awaited, is all of its statement."""
    statement = site.context.statement
    if not isinstance(statement, ast.Expr):
        return False
    value = statement.value
    return value is site.call or (isinstance(value, ast.Await) and value.value is site.call)


def _frame(site: CallSite, prefix: str) -> _Frame:
    if not _is_statement(site):
        opening = f" if __name__ else {prefix}_never(("
        return _Frame("(", opening, ", ", ",)))", site.span.end)
    end = site.module.span(site.context.statement).end
    return _Frame("", "; ", "; ", "", end)


def _drafts(site: CallSite, prefix: str) -> list[_Draft]:
    callee = flatten(site.module, site.call.func)
    if not isinstance(site.call.func, (ast.Name, ast.Attribute, ast.Call, ast.Subscript)):
        callee = f"({callee})"
    # A coroutine that is not awaited is an error of its own, so a probe is awaited like its call.
    wait = "await " if _is_statement(site) and site.context.use == "await" else ""
    given = sorted((*site.leading, *site.arguments), key=_argument_start)
    written = [_written(argument, flatten(site.module, argument.value)) for argument in given]

    keyword = f"{prefix}_k{site.index}_"
    unfit = f"{prefix}_P_"
    drafts = [
        _Draft(
            "keyword",
            f"{wait}{callee}({', '.join([*written, f'{keyword}={unfit}(0)'])})",
            (keyword, unfit),
        )
    ]
    if site.target is not None and not any(it.name is not None for it in site.leading):
        position = _end_of_positional(given, len(site.leading))
        crowded = [*written[:position], f"*{prefix}_many", *written[position:]]
        drafts.append(_Draft("positional", f"{wait}{callee}({', '.join(crowded)})", (unfit,)))
    if site.target is not None and site.arguments:
        names = {it: f"{prefix}_arg{i}_" for i, it in enumerate(site.arguments)}
        replaced = [
            _written(it, _stand_in(it, names[it])) if it in names else text
            for it, text in zip(given, written, strict=True)
        ]
        drafts.append(
            _Draft("replaced", f"{wait}{callee}({', '.join(replaced)})", tuple(names.values()))
        )
    drafts.append(_reveal("receiver", flatten(site.module, site.receiver)))
    if site.target is not None:
        drafts.append(_reveal("target", flatten(site.module, site.target.value)))
    return drafts


def _reveal(kind: ProbeKind, text: str) -> _Draft:
    return _Draft(kind, f"reveal_type({text})")


def _argument_start(argument: Argument) -> int:
    return argument.span.start


def _written(argument: Argument, value: str) -> str:
    before = {"positional": "", "keyword": f"{argument.name}=", "splat": "*", "keyword splat": "**"}
    return before[argument.kind] + value


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
