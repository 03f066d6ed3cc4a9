"""The evidence of one checker's run over the probed copy about each call site.

A probe is *seen* where the checker reports an error on it that names what only the probe has. An
error of the original call shows on its probes again, so an error alone proves nothing.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from typed_bg.check.calls.receivers import is_of_actor
from typed_bg.check.verdicts.checker_messages import named, revealed, says_too_many
from typed_bg.check.verdicts.diagnostic_rules import is_call_rule, is_type_rule
from typed_bg.check.verdicts.direct_evidence import DirectEvidence, direct_evidence
from typed_bg.check.verdicts.revealed_types import members_of_tuple
from typed_bg.checkers import revealed_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from typed_bg._source.module import Span
    from typed_bg.check.calls.call_sites import CallSite
    from typed_bg.check.probes.probe import Probe, ProbedModule
    from typed_bg.check.probes.probe_text import ProbeKind
    from typed_bg.checkers import Diagnostic

# What is said of arguments that are not the `*args: P.args, **kwargs: P.kwargs` of a target whose
# parameters are those of a ParamSpec: by pyright, by pyrefly.
_NOT_THE_PARAM_SPEC = re.compile(
    r'Arguments for ParamSpec "[^"]*" are missing|Expected \*-unpacked'
)
_Message = tuple["str | None", str]
_POSITIONAL = frozenset({"positional", "own positional"})
_ARITY_PROBES: tuple[tuple[ProbeKind, ProbeKind], ...] = (
    ("keyword", "own keyword"),
    ("positional", "own positional"),
)
_NO_DIRECT_CALL = DirectEvidence()
_UNCHECKED_FUNCTION = "in unchecked functions"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence of a checker's run about one call site.

    Attributes:
        arity: Whether it reports a wrong name or number of arguments.
        own_arity: Whether it reports that with a target that accepts anything.
        seen: The arguments, by their index, of which it reports a wrong type.
        shapes: The unpacked arguments, by their index, of which it knows what they contain.
        receiver: The receiver's type as the checker writes it; `None` if it did not answer.
        target: The target's type, likewise.
        values: The types of what `probe_text.revealable` returns, if it answered.
        foreign: Whether it says that the receiver is no collection of the kind looked for.
        knows_class: Whether it knows the class of those: one whose import it does not resolve, or
            does not follow, is to it what any receiver fits.
        unchecked_function: Whether it reports that it does not check the function around the call.
        errors: What it reports about the call itself, at the places of the original.
        direct: What it reports about the direct call of the target.
        too_complex: Whether it does not look into the function because of the probes.
    """

    arity: bool = False
    own_arity: bool = False
    seen: frozenset[int] = frozenset()
    shapes: frozenset[int] = frozenset()
    receiver: str | None = None
    target: str | None = None
    values: tuple[str, ...] = ()
    foreign: bool = False
    knows_class: bool = False
    unchecked_function: bool = False
    errors: tuple[Diagnostic, ...] = ()
    direct: DirectEvidence = _NO_DIRECT_CALL
    too_complex: bool = False

    @property
    def has_wrong_arity(self) -> bool:
        """Whether the checker reports wrong names or a wrong number of arguments for the call."""
        return any(not is_type_rule(error.rule) and error.rule != "misc" for error in self.errors)

    @property
    def answered(self) -> bool:
        """Whether the checker said anything at all about the probes."""
        return self.arity or self.own_arity or bool(self.seen) or self.receiver is not None


def collect(
    probed: Mapping[Path, ProbedModule], diagnostics: Iterable[Diagnostic]
) -> dict[Path, list[Evidence]]:
    """Sort a run's diagnostics by the call sites that they are about.

    Args:
        probed: The probed modules by their path in the copy.
        diagnostics: All that the checker said.

    Returns:
        For each module, the evidence of each of its call sites, by the site's index.
    """
    of_module: dict[Path, list[Diagnostic]] = defaultdict(list)
    for diagnostic in diagnostics:
        of_module[diagnostic.path].append(diagnostic)
    return {path: _of_module(module, of_module.get(path, [])) for path, module in probed.items()}


def _of_module(probed: ProbedModule, diagnostics: list[Diagnostic]) -> list[Evidence]:
    on_probes: dict[int, list[tuple[Probe, Diagnostic]]] = defaultdict(list)
    on_direct: dict[int, list[tuple[Probe, Diagnostic, int]]] = defaultdict(list)
    on_source: list[Diagnostic] = []
    for diagnostic in diagnostics:
        probe = probed.probe_at(diagnostic.line, diagnostic.column)
        if probe is not None and probe.direct is not None:
            offset = probed.inserted.offset(diagnostic.line, diagnostic.column)
            on_direct[probe.site].append((probe, diagnostic, offset - probe.span.start))
        elif probe is not None:
            on_probes[probe.site].append((probe, diagnostic))
        elif diagnostic.severity == "error":
            place = probed.original_position(diagnostic.line, diagnostic.column)
            if place is not None:
                on_source.append(_in_source(probed, diagnostic, place))
    _share(probed, on_direct)
    own = {site.index: _about(site, on_source) for site in probed.sites}
    found: list[Evidence] = []
    for site in probed.sites:
        evidence = _of_site(site, on_probes[site.index], own[site.index])
        if is_of_actor(site):  # what it reveals are no parameters of what runs
            evidence = replace(evidence, target=None)
        direct = direct_evidence(site, on_direct[site.index], own[site.index], evidence.shapes)
        found.append(replace(evidence, direct=direct))
    return found


def _share(probed: ProbedModule, on_direct: dict[int, list[tuple[Probe, Diagnostic, int]]]) -> None:
    """Take what is reported about a direct call as reported about the same one beside it.

    A call that may be one of several forwarders is called directly for each of them, on the same
    line, and mypy reports the same message only once a line.
    """
    twins: dict[tuple[int, str], list[Probe]] = defaultdict(list)
    starts = {site.index: site.span.start for site in probed.sites}
    for probe in probed.probes:
        if probe.kind == "direct" and probe.direct is not None:
            text = probe.direct.probe(argument.text for argument in probe.direct.arguments)
            twins[starts[probe.site], text].append(probe)
    for probes in twins.values():
        if len(probes) == 1:
            continue
        found = [each for probe in probes for each in on_direct[probe.site] if each[0] is probe]
        for probe in probes:
            has = {_message(diagnostic) for of_probe, diagnostic, _ in found if of_probe is probe}
            for _, diagnostic, offset in found:
                if _message(diagnostic) not in has:
                    on_direct[probe.site].append((probe, diagnostic, offset))
                    has.add(_message(diagnostic))


def _in_source(probed: ProbedModule, diagnostic: Diagnostic, place: tuple[int, int]) -> Diagnostic:
    """Return a diagnostic about the text of the module, with its places in that."""
    end_line, end_column = diagnostic.end_line, diagnostic.end_column
    if end_line is not None and end_column is not None:
        end_line, end_column = probed.original_end(end_line, end_column)
    return replace(
        diagnostic,
        line=place[0],
        column=place[1],
        end_line=end_line,
        end_column=end_column,
    )


def _of_site(
    site: CallSite, answers: list[tuple[Probe, Diagnostic]], own: list[Diagnostic]
) -> Evidence:
    reported: set[tuple[ProbeKind, int | None]] = set()
    replaced: dict[int | None, set[_Message]] = defaultdict(set)
    types: dict[str, str] = {}
    foreign = knows_class = unchecked_function = False
    for probe, diagnostic in answers:
        answer = revealed_type(diagnostic)
        if answer is not None:
            types[probe.kind] = answer if probe.kind == "values" else revealed(probe, answer)
        elif diagnostic.severity != "error":
            unchecked_function |= _UNCHECKED_FUNCTION in diagnostic.message
        elif probe.kind == "class":
            # Of the receiver's own mistakes, such as an attribute of what may be None, a checker
            # speaks here again: only its refusal of the argument says what the receiver is.
            foreign |= is_type_rule(diagnostic.rule) and _message(diagnostic) not in _said(own)
        elif probe.kind == "known":
            knows_class |= is_type_rule(diagnostic.rule)
        else:
            if probe.kind == "replaced":
                replaced[probe.argument].add(_message(diagnostic))
            if _is_about_the_change(probe, diagnostic, own):
                reported.add((probe.kind, probe.argument))
    return Evidence(
        # What is also reported with a target that accepts anything is not about the target.
        arity=any(
            (kind, None) in reported and (own_kind, None) not in reported
            for kind, own_kind in _ARITY_PROBES
        ),
        own_arity=any((own_kind, None) in reported for _, own_kind in _ARITY_PROBES),
        seen=frozenset(
            index
            for index in range(len(site.arguments))
            if ("replaced", index) in reported and ("own replaced", index) not in reported
        ),
        shapes=frozenset(
            index for index in range(len(site.arguments)) if ("shape", index) in reported
        ),
        receiver=types.get("receiver"),
        target=types.get("target"),
        values=members_of_tuple(types.get("values", "")),
        foreign=foreign,
        knows_class=knows_class,
        unchecked_function=unchecked_function,
        errors=tuple(error for error in own if _is_of_the_call(site, error, replaced)),
    )


def _is_about_the_change(probe: Probe, diagnostic: Diagnostic, own: list[Diagnostic]) -> bool:
    """Return whether an error is about what a probe changes in its call."""
    if any(named(probe, diagnostic.message)) or _refuses_instead(diagnostic, own):
        return True
    if _message(diagnostic) in _said(own):
        return False
    if probe.kind in _POSITIONAL and says_too_many(diagnostic.message):
        return True
    # A call without errors has one with the change: then the error need not name the change. Of
    # an overloaded function, ty says only that no overload fits.
    is_about_call = is_type_rule(diagnostic.rule) or is_call_rule(diagnostic.rule)
    return not own and is_about_call and diagnostic.rule != "misc"


def _refuses_instead(diagnostic: Diagnostic, own: Iterable[Diagnostic]) -> bool:
    """Return whether arguments are rejected as not a ParamSpec's, and only in the probe."""
    if _NOT_THE_PARAM_SPEC.search(diagnostic.message) is None:
        return False
    return _message(diagnostic) not in _said(own)


def _message(diagnostic: Diagnostic) -> _Message:
    return diagnostic.rule, diagnostic.message


def _said(diagnostics: Iterable[Diagnostic]) -> set[_Message]:
    return {_message(diagnostic) for diagnostic in diagnostics}


def _about(site: CallSite, on_source: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return the diagnostics in the text of a call, including those of calls inside it."""
    starts, text = site.module.starts, site.module.text
    found: list[Diagnostic] = []
    for diagnostic in on_source:
        if diagnostic.line > len(starts):
            continue
        offset = starts[diagnostic.line - 1] + diagnostic.column - 1
        # pyright counts the parentheses around a call as a part of it.
        opened = offset < site.span.start and not text[offset : site.span.start].strip("( \t\r\n")
        if opened or site.span.start <= offset < site.span.end:
            found.append(diagnostic)
    return found


def _is_of_the_call(
    site: CallSite, error: Diagnostic, replaced: Mapping[int | None, set[_Message]]
) -> bool:
    """Separate the errors about the call from the errors inside one of its arguments.

    What is reported at the beginning of a part that is itself a call can be about either, unless
    it is of a type: then it is about this call, for the inner one's arguments come later. Of names
    and number, it is about this one if it ends behind that part. It may also end with it if that is
    an argument: then it is about this one if it is repeated where that argument is replaced.
    """
    is_type = is_type_rule(error.rule)
    if not is_type and not is_call_rule(error.rule):
        return False
    offset = site.module.starts[error.line - 1] + error.column - 1
    inner = [span for span in _inner_calls(site) if span.start <= offset < span.end]
    if not inner:
        return True
    if any(span.start < offset for span in inner):
        return False
    if error.end_line is not None and error.end_column is not None:
        end = site.module.starts[error.end_line - 1] + error.end_column - 1
        if all(span.end < end for span in inner):
            return True
        if site.receiver_kind == "object" and end <= site.module.span(site.receiver).end:
            return False
    about = [
        index
        for index, argument in enumerate(site.arguments)
        if argument.span.start <= offset < argument.span.end
    ]
    probes = about or replaced.keys()
    return is_type or any(_message(error) in replaced.get(index, ()) for index in probes)


def _inner_calls(site: CallSite) -> Iterator[Span]:
    """Yield where calls and lambdas stand within the target and the arguments."""
    values = [argument.value for argument in (*site.leading, *site.arguments)]
    if site.receiver_kind == "object":
        values.append(site.receiver)
    for value in values:
        for node in ast.walk(value):
            if isinstance(node, (ast.Call, ast.Lambda)):
                yield site.module.span(node)
