"""From what a checker's run says of a call to what it checks of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from typed_bg.audit.evidence import is_type_rule
from typed_bg.audit.signatures import parameter_of, parameters
from typed_bg.audit.silencing import explains

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typed_bg.audit.evidence import Evidence
    from typed_bg.audit.model import Verdict
    from typed_bg.audit.signatures import Parameter
    from typed_bg.audit.sites import CallSite


class Decision(NamedTuple):
    """A verdict, and the arguments whose type is not checked, by their index."""

    verdict: Verdict
    unseen: tuple[int, ...]


def decide(site: CallSite, evidence: Evidence, checker: str) -> Decision:
    """Decide what a checker does with a call.

    An argument that goes to a parameter of type `object` is right whatever it is, so nothing is
    left to check about it. A target that takes any name and number leaves no arity to check. A call
    whose arity is said to be wrong is checked, though no probe of it may tell: the surplus argument
    of the call is then named instead of the probe's, and pyright says nothing of types.
    """
    everything = tuple(range(len(site.arguments)))
    if evidence.has_wrong_arity or rejects_target(site, evidence):
        return Decision("checked", ())
    if site.target is None:  # in a splat: what the checker sees is not the target's parameters
        return Decision("unchecked", everything)
    found = parameters(evidence.target) if evidence.target is not None else None
    goes_to = [None] * len(site.arguments) if found is None else parameters_of(site, found)
    unseen = tuple(
        index
        for index, parameter in enumerate(goes_to)
        if (index not in evidence.seen or _is_silenced(site, index, checker))
        and not (parameter and parameter.takes_anything)
    )
    kinds = {it.kind for it in found or ()}
    any_arity = kinds >= {"variadic", "keywords"} and not all(it.is_untyped for it in found or ())
    if not evidence.arity and not (any_arity and evidence.answered):
        return Decision("unchecked", everything)
    return Decision("arity-only" if unseen else "checked", unseen)


def _is_silenced(site: CallSite, index: int, checker: str) -> bool:
    """Tell whether a comment keeps a checker quiet on an argument's own lines.

    The probes stand on the last line of the call: what a comment there does, they show.
    """
    node = site.arguments[index].value
    lines = {node.lineno, node.end_lineno} - {site.end_line}
    return any(
        it.scope == "line"
        and (it.line in lines or (it.own_line and it.line + 1 in lines))
        and explains(it, checker, "arity-only")
        for it in site.comments
    )


def rejects_target(site: CallSite, evidence: Evidence) -> bool:
    """Tell whether a checker says that the target itself is of the wrong type."""
    return any(
        is_type_rule(error.rule)
        and site.target is not None
        and site.module.starts[error.line - 1] + error.column - 1 == site.target.span.start
        for error in evidence.errors
    )


def parameters_of(site: CallSite, found: Sequence[Parameter]) -> list[Parameter | None]:
    """Return the parameter that each argument goes to, as far as it can be told."""
    goes_to: list[Parameter | None] = []
    position = 0
    for argument in site.arguments:
        goes_to.append(parameter_of(argument, position, found))
        if argument.kind == "splat":
            break
        position += argument.kind == "positional"
    return [*goes_to, *[None] * (len(site.arguments) - len(goes_to))]
