"""Insert probes for every call site of a module into its text, in place.

The original calls stay as they are, so one run of a checker gives both what it says of the code
and what it sees of each call. Behind a call that is a statement of its own, the probes follow after
a semicolon:

    tasks.add_task(f, a); tasks.add_task(f, a, _bgp_k0_=_bgp_P0_(0)); ...

Everywhere else they go into a branch that yields no value, so that type, narrowing and the type
that is expected of the call stay what they were:

    (BackgroundTask(f, a) if __name__ else _bgp_never((BackgroundTask(f, _bgp_arg0_0_(0)), ...)))

No line moves. On the lines that have probes, `Inserted.original_position` leads back to the columns
of the original.
"""

from __future__ import annotations

import ast
import sys
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from typed_bg._source.module import Span
from typed_bg.check.probes.declarations import Declarations
from typed_bg.check.probes.direct_call import direct_call
from typed_bg.check.probes.flatten import FlattenError
from typed_bg.check.probes.insertions import (
    Inserted,
    Insertion,
    find_gap,
    gaps,
    insert,
)
from typed_bg.check.probes.outside_call import outside_call
from typed_bg.check.probes.probe_text import (
    Draft,
    ProbeKind,
    ProbeNames,
    definitions,
    direct_drafts,
    drafts,
    has_own_signature,
    is_statement,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from typed_bg._source.module import Module
    from typed_bg.check.calls.call_sites import CallSite
    from typed_bg.check.calls.undecorated import Undecorated
    from typed_bg.check.probes.direct_call import DirectCall
    from typed_bg.check.probes.insertions import Gap

_JOIN = "; "
_NEW_LINE = "\n"
_NOTHING = Declarations({}, {})
UnprobeableKind = Literal["annotation", "class header", "f-string", "no room", "not one line"]


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing that a checker is asked about a call site.

    Attributes:
        site: The index of the call site.
        kind: What is asked:
            `keyword`, the call with a keyword that no target takes;
            `positional`, the call with more positional arguments than targets take;
            `replaced`, the call with one argument of the target replaced by an instance of a class
            of its own;
            `own keyword`, `own positional` and `own replaced`, the same three with a target that
            accepts anything, so that an error is about the forwarder's own parameters;
            `shape`, an unpacked argument passed to what takes no more arguments, so that an error
            says that the checker knows what is in it;
            `class`, the receiver passed where the forwarder's class is expected, so that an error
            says that it is something else;
            `known`, what is no receiver passed there, so that an error says that the checker knows
            the forwarder's class: where it does not, it takes anything for one;
            `receiver` and `target`, the type of each, by `reveal_type`;
            `values`, the types of what `probe_text.revealable` returns, in one tuple;
            `direct`, the direct call of the target;
            `direct arity` and `direct replaced`, wrong versions of it: the first with a keyword
            that no target takes and with more positional arguments than targets take, the second
            with all arguments replaced at once.
        span: Where it is in the probed text, all on one line.
        names: What a message about it names; for a type the class that it is revealed in a tuple
            with, if it is (see `checker_messages.revealed`).
        argument: The index in `CallSite.arguments` of the only argument that it changes.
        direct: The direct call that it is, or that it changes.
    """

    site: int
    kind: ProbeKind
    span: Span
    names: tuple[str, ...]
    argument: int | None = None
    direct: DirectCall | None = None


@dataclass(frozen=True, slots=True)
class Unprobeable:
    """Why a call site has no probes."""

    kind: UnprobeableKind
    detail: str


@dataclass(frozen=True, slots=True, eq=False)
class ProbedModule:
    """A module's text with probes.

    Attributes:
        original: The module without probes.
        sites: Its call sites, or those of them that are probed.
        inserted: The text, and the way back to the original.
        probes: The probes, in their order in the text.
        unprobeable: The call sites without probes, by their index.
    """

    original: Module
    sites: tuple[CallSite, ...]
    inserted: Inserted
    probes: tuple[Probe, ...]
    unprobeable: dict[int, Unprobeable]

    @property
    def text(self) -> str:
        """The probed text."""
        return self.inserted.text

    @property
    def content(self) -> bytes:
        """The probed text, in the encoding of the module."""
        return self.original.encode(self.text)

    def probe_at(self, line: int, column: int) -> Probe | None:
        """Return the probe that stands at a 1-based line and column of the probed text."""
        offset = self.inserted.offset(line, column)
        index = bisect_right(self.probes, offset, key=_start) - 1
        if index >= 0 and offset < self.probes[index].span.end:
            return self.probes[index]
        return None

    def original_position(self, line: int, column: int) -> tuple[int, int] | None:
        """Return where something in the probed text stood in the module.

        Returns:
            The 1-based line and column, or `None` in added text, where nothing is said of the
            module. The parenthesis before a call leads back to the call, for there checkers report
            what they say of the whole expression.
        """
        if line > len(self.original.starts):
            return None
        insertion = self.inserted.insertion_at(line, column)
        if insertion is not None and insertion.text != "(":
            return None
        return self.inserted.original_position(line, column)

    def original_end(self, line: int, column: int) -> tuple[int, int]:
        """Return where the end of something stood, which is the place behind its last character."""
        end = self.inserted.original_position(line, column - 1)
        # Where the last character was added, as behind a call, the end is where that was put in.
        added = self.inserted.insertion_at(line, column - 1) is not None
        return end if added else (end[0], end[1] + 1)


def _start(probe: Probe) -> int:
    return probe.span.start


@dataclass(frozen=True, slots=True)
class _Frame:
    """The text around a call's probes, and around the call."""

    before_call: str
    opening: str
    separator: str
    closing: str


def probe(
    module: Module, sites: Sequence[CallSite], declared: Declarations = _NOTHING
) -> ProbedModule:
    """Insert the probes for call sites into the text of their module.

    Args:
        module: The module.
        sites: Its call sites.
        declared: The functions that the copy declares without their decorators.
    """
    declarations = declared.insertions.get(module.path, ())
    taken = {insertion.offset for insertion in declarations}
    gap = find_gap(module, taken)
    prefix = _unused_prefix(module.text)
    unprobeable: dict[int, Unprobeable] = {}
    insertions: list[Insertion] = [*declarations]
    expectations: dict[str, str] = {}
    asked: dict[Insertion, tuple[CallSite, _Frame, list[Draft]]] = {}
    outside: list[tuple[CallSite, list[Draft]]] = []
    counts: list[int] = []  # of arguments, by slot
    lines: Counter[int] = Counter()
    for site in sites:
        obstacle = _obstacle(site, gap)
        if obstacle is not None:
            unprobeable[site.index] = obstacle
            continue
        line = module.position(_end(site))[0]
        probe_names = ProbeNames(prefix, lines[line])
        try:
            written = drafts(site, probe_names, expectations)
            plain = list(_plain(site, probe_names, written, declared))
            outside_drafts = [
                *_outside(site, probe_names, written),
                *_outside(site, probe_names, plain, declared.functions.get(site)),
            ]
            written += plain
        except FlattenError as error:
            unprobeable[site.index] = Unprobeable("not one line", str(error))
            continue
        lines[line] += 1
        counts += [0] * (probe_names.slot + 1 - len(counts))
        counts[probe_names.slot] = max(
            counts[probe_names.slot],
            len(site.arguments),
            *(len(draft.direct.arguments) for draft in written if draft.direct is not None),
        )
        if outside_drafts:
            outside.append((site, outside_drafts))
        frame = _frame(site, probe_names)
        if frame.before_call:
            insertions.append(Insertion(site.span.start, frame.before_call))
        asked[Insertion(_end(site), _text(frame, written))] = site, frame, written
    if gap is not None and asked:
        # First, because it may share its place with the probes of the statement before it.
        text = definitions(
            prefix,
            counts,
            expectations.values(),
            own_arguments=any(has_own_signature(site) for site, _, _ in asked.values()),
        )
        text = "; ".join((text, *_imports(declared, sites)))
        text = f"; {text}" if gap.on_statement else text
        insertions = [Insertion(gap.offset, text), *insertions]
        for (site, drafted), (frame, offset) in zip(
            outside, _places_outside(module, taken, gap), strict=False
        ):
            text = _text(frame, drafted)
            is_line = frame.opening == _NEW_LINE
            asked[Insertion(offset, text, is_line)] = site, frame, drafted
    inserted = insert(module, [*insertions, *asked])
    probes: list[Probe] = []
    for insertion, span in zip(inserted.insertions, inserted.spans, strict=True):
        if insertion in asked:
            probes += _placed(*asked[insertion], span.start)
    return ProbedModule(module, tuple(sites), inserted, tuple(probes), unprobeable)


def _places_outside(
    module: Module, taken: Collection[int], gap: Gap
) -> Iterator[tuple[_Frame, int]]:
    """Yield places at the level of the module for direct calls, each on another line.

    mypy reports the same message only once a line.
    """
    for place in [each for each in gaps(module, taken) if not each.on_statement] or [gap]:
        is_behind = place.on_statement or place == gap
        yield _Frame("", _JOIN if is_behind else "", _JOIN, ""), place.offset
    while True:
        yield _Frame("", _NEW_LINE, _JOIN, ""), len(module.text)


def _text(frame: _Frame, drafts: Sequence[Draft]) -> str:
    joined = frame.separator.join(draft.text for draft in drafts)
    return frame.opening + joined + frame.closing


def _placed(site: CallSite, frame: _Frame, drafts: Sequence[Draft], start: int) -> Iterator[Probe]:
    start += len(frame.opening)
    for draft in drafts:
        end = start + len(draft.text)
        yield Probe(
            site.index, draft.kind, Span(start, end), draft.names, draft.argument, draft.direct
        )
        start = end + len(frame.separator)


def _outside(
    site: CallSite,
    probe_names: ProbeNames,
    written: Sequence[Draft],
    function: Undecorated | None = None,
) -> Iterator[Draft]:
    """Yield the direct call of a site at the level of the module, if it needs one there."""
    direct = next((draft.direct for draft in written if draft.direct is not None), None)
    outside = None if direct is None else outside_call(site, direct, probe_names.any, function)
    if outside is not None:
        yield from direct_drafts(site, outside, probe_names)


def _plain(
    site: CallSite, probe_names: ProbeNames, written: Sequence[Draft], declared: Declarations
) -> Iterator[Draft]:
    """Yield the direct call of a target without its decorators."""
    direct = next((draft.direct for draft in written if draft.direct is not None), None)
    function = declared.functions.get(site)
    if function is not None and direct is None:
        direct = direct_call(site, probe_names.any)
    if direct is None or function is None:
        return
    plain = replace(direct, callee=function.callee(direct.callee), is_plain=True)
    yield from direct_drafts(site, plain, probe_names)


def _imports(declared: Declarations, sites: Sequence[CallSite]) -> Iterable[str]:
    """Return the imports of the functions that other modules declare without decorators."""
    functions = (declared.functions.get(site) for site in sites)
    return dict.fromkeys(
        f"{function.imported}{function.plain_name}"
        for function in functions
        if function is not None and function.imported
    )


def _unused_prefix(text: str) -> str:
    number = 1
    prefix = "_bgp"
    while prefix in text:
        number += 1
        prefix = f"_bgp{number}"
    return prefix


def _obstacle(site: CallSite, gap: Gap | None) -> Unprobeable | None:
    """Return what keeps a call from being probed."""
    inside = site.context.inside
    if "annotation" in inside:
        return Unprobeable("annotation", "it is in an annotation")
    if "class header" in inside:
        return Unprobeable("class header", "it is in the bases or keywords of a class")
    if "f-string" in inside and not _has_true_position(site):
        return Unprobeable(
            "f-string",
            "it is in an f-string, and Python before 3.12 does not report positions inside "
            "f-strings",
        )
    if gap is None:
        return Unprobeable("no room", "the module has no line on which a name can be defined")
    if site.context.eager and site.span.start < gap.offset and not _ends_at(site, gap):
        return Unprobeable("no room", "it runs before any name can be defined in the module")
    return None


def _has_true_position(site: CallSite) -> bool:
    if sys.version_info < (3, 12):
        return False
    try:
        return ast.dump(_parsed(site.module.slice(site.span))) == ast.dump(site.call)
    except SyntaxError:
        return False


def _parsed(expression: str) -> ast.expr:
    return ast.parse(f"({expression})", mode="eval").body


def _ends_at(site: CallSite, gap: Gap) -> bool:
    """Return whether a call's probes come directly after the definitions."""
    return is_statement(site) and site.module.span(site.context.statement).end == gap.offset


def _end(site: CallSite) -> int:
    """Return the offset behind which a site's probes go."""
    if is_statement(site):
        return site.module.span(site.context.statement).end
    return site.span.end


def _frame(site: CallSite, probe_names: ProbeNames) -> _Frame:
    if is_statement(site):
        return _Frame("", "; ", "; ", "")
    return _Frame("(", f" if __name__ else {probe_names.never}((", ", ", ",)))")
