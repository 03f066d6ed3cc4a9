"""Turn what a checker reports about a call into a verdict: what it checks of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from typed_bg.check.calls.own_collections import passes_all_on
from typed_bg.check.calls.receivers import is_of_actor, is_proven
from typed_bg.check.calls.wrappers import is_trampoline, passes_own_variadic
from typed_bg.check.verdicts.known_rejections import is_at_target, known_rejection
from typed_bg.check.verdicts.revealed_types import (
    is_any,
    is_overloaded,
    may_be_none,
    overloads,
    parameter_of,
    parameters,
    takes_any_arguments,
    without_none,
)
from typed_bg.check.verdicts.suppression import silences_argument, silences_call

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typed_bg.check.calls.arguments import Argument
    from typed_bg.check.calls.call_sites import CallSite
    from typed_bg.check.results.report import Verdict
    from typed_bg.check.verdicts.direct_evidence import DirectError
    from typed_bg.check.verdicts.evidence import Evidence
    from typed_bg.check.verdicts.revealed_types import RevealedParameter


_WORD = re.compile(r"\w+")
_WITH_NAMES = frozenset({"async function", "class", "function", "import"})
_VARIADIC = frozenset({"variadic", "keywords"})


class Decision(NamedTuple):
    """A verdict, and the indexes of the arguments whose type is not checked."""

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
    revealed = evidence.target or ""
    if known_rejection(checker, site, evidence) is not None or site.forwarder.has_containers:
        return Decision("unchecked", everything)
    # That a function may be None is reported for any arguments.
    told_apart = not may_be_none(revealed)
    if told_apart and (evidence.has_wrong_arity or rejects_target(site, evidence)):
        return Decision("checked", ())
    if site.target is None:  # in a splat: what the checker sees is not the target's parameters
        return Decision("unchecked", everything)
    revealed = without_none(revealed)
    seen = {
        index
        for index, possible in enumerate(possible_parameters(site, revealed))
        if (index in evidence.seen and not silences_argument(site, index, checker))
        or (possible and all(parameter.takes_anything for parameter in possible))
    }
    # `*args: P.args, **kwargs: P.kwargs` are one thing: zuban reports that the first is replaced.
    own = [i for i in everything if passes_own_variadic(site, site.arguments[i].value)]
    if not seen.isdisjoint(own):
        seen.update(own)
    # An overloaded function is rejected as a whole, with a message that names every argument.
    seen -= untyped_in_overload(site, revealed).keys()
    unseen = tuple(index for index in everything if index not in seen)
    found = parameters(revealed) or ()
    kinds = {parameter.kind for parameter in found}
    any_arity = kinds >= {"variadic", "keywords"} and not all(
        parameter.is_untyped for parameter in found
    )
    if not evidence.arity and not (any_arity and evidence.answered):
        return Decision("unchecked", everything)
    if silences_call(site, checker):
        return Decision("unchecked", everything)
    if passes_on_unchecked(site, revealed):
        return Decision("unchecked", everything)
    if hidden := hidden_splats(site, evidence):
        return Decision("unchecked", hidden)
    if _misses_arity(site, evidence):
        return Decision("unchecked", everything)
    return Decision("arity-only" if unseen else "checked", unseen)


def _misses_arity(site: CallSite, evidence: Evidence) -> bool:
    """Return whether a call has a wrong number of arguments that only its direct call shows.

    pyrefly accepts too few arguments for a TypeVarTuple.
    """
    return (
        site.forwarder.is_in_table
        and not evidence.errors
        and may_be_direct(site, evidence)
        and any(not error.is_type for error in evidence.direct.errors)
    )


def decide_directly(
    site: CallSite, evidence: Evidence, decision: Decision, checker: str
) -> Decision:
    """Decide on an unchecked call again, by what the checker does with the direct call.

    Returns:
        `checked-directly`, with the arguments whose type the checker does not check in the direct
        call either, or the decision as it is.
    """
    direct = evidence.direct
    if decision.verdict != "unchecked" or direct.call is None or not may_be_direct(site, evidence):
        return decision
    if silences_call(site, checker) or not (direct.arity or direct.errors):
        return decision
    revealed = without_none(evidence.target or "")
    if passes_on_unchecked(site, revealed) or hidden_directly(site, evidence):
        return decision
    if any(not error.is_type for error in direct.errors):
        return Decision("checked-directly", ())  # of types, pyright then says nothing
    possible = possible_parameters(site, revealed)
    passed = {argument.index for argument in direct.call.arguments}
    # All values are replaced at once, and an overloaded function is refused as a whole.
    seen = direct.seen if len(passed) == 1 or not is_overloaded(revealed) else frozenset[int]()
    unseen = tuple(
        index
        for index in sorted(passed - seen)
        if not (possible[index] and all(each.takes_anything for each in possible[index]))
        and all(error.argument != index for error in direct.errors)
    )
    return Decision("checked-directly", unseen)


def direct_errors(
    site: CallSite, evidence: Evidence, decision: Decision, checker: str
) -> list[DirectError]:
    """Return the errors about the direct call that the checker does not report by itself.

    Args:
        site: The call site.
        evidence: The evidence of the checker.
        decision: The verdict on the call itself.
        checker: The checker's name.
    """
    # What changes a task's options can lose its parameters, as Procrastinate's `configure` does.
    if (decision.verdict == "checked" and not site.is_through) or not may_be_direct(site, evidence):
        return []
    if site.forwarder.is_in_table and _names_nameless(site, evidence):
        return []
    if decision.verdict == "arity-only" and not site.is_through:
        return [
            error
            for error in evidence.direct.errors
            if error.is_type
            and error.argument in decision.unseen
            and not silences_argument(site, error.argument, checker)
        ]
    return [
        error
        for error in evidence.direct.errors
        if not silences_call(site, checker)
        and (error.argument is None or not silences_argument(site, error.argument, checker))
    ]


def _names_nameless(site: CallSite, evidence: Evidence) -> bool:
    """Return whether a keyword is passed to a target whose type gives its parameters no names.

    The function behind a `Callable[[int], None]` can have a parameter of that name. pyright and
    pyrefly write `(int) -> None`, and write a function without annotations in the same way.
    """
    if all(argument.kind != "keyword" for argument in site.arguments):
        return False
    definition = None if site.target is None else site.target.definition
    is_function = definition is not None and definition.kind in _WITH_NAMES
    return any(
        parameter.kind == "positional-only"
        or (parameter.kind == "positional" and parameter.is_untyped and not is_function)
        for parameter in parameters(without_none(evidence.target or "")) or ()
    )


def may_be_direct(site: CallSite, evidence: Evidence) -> bool:
    """Return whether all arguments of a call are passed on to the target.

    A class that derives from the framework's may have options of its own.
    """
    forwarder, revealed = site.forwarder, evidence.receiver
    if forwarder.owner is None or revealed is None or is_any(revealed):
        return True
    names = forwarder.class_names if forwarder.is_in_table else {forwarder.owner_name}
    if not names.isdisjoint(_WORD.findall(revealed)) or may_be_none(revealed):
        return True
    if ignores_decorator(site, evidence) or is_of_actor(site):
        return True
    return forwarder.last_name == "add_task" and passes_all_on(site, without_none(revealed))


def ignores_decorator(site: CallSite, evidence: Evidence) -> bool:
    """Return whether a checker takes a task for its function, because its decorator has no types.

    pyright and pyrefly do so with the tasks of Django 6.
    """
    is_function = parameters(without_none(evidence.receiver or "")) is not None
    return is_function and site.forwarder.target is None and is_proven(site)


def hidden_directly(site: CallSite, evidence: Evidence) -> bool:
    """Return whether the direct call has unpacked arguments of which nothing is known."""
    call = evidence.direct.call
    hidden = set(hidden_splats(site, evidence))
    return call is not None and any(
        argument.is_hidden and argument.index in hidden for argument in call.arguments
    )


def passes_on_unchecked(site: CallSite, revealed: str) -> bool:
    """Return whether a target takes any function and any arguments for it.

    A wrong argument of that function is then right for the target.
    """
    found = parameters(revealed) or ()
    takes_anything = any(
        parameter.kind in _VARIADIC and (parameter.takes_anything or parameter.is_untyped)
        for parameter in found
    )
    if not takes_anything or not site.arguments:
        return False
    return any(parameter.takes_any_function for parameter in found) or is_trampoline(site)


def hidden_splats(site: CallSite, evidence: Evidence) -> tuple[int, ...]:
    """Return the unpacked arguments of which it is not known what they pass to the target.

    A list may be too short or too long, and a dict may have any keys. That does no harm if all that
    they fill is the target's own `*args` or `**kwargs`. Of a target that accepts any arguments, the
    real parameters are not known.
    """
    target = without_none(evidence.target or "")
    unknown = takes_any_arguments(target)
    found = parameters(target) or ()
    return tuple(
        index
        for index, argument in enumerate(site.arguments)
        if "splat" in argument.kind
        and index not in evidence.shapes
        and not passes_own_variadic(site, argument.value)
        and (
            unknown
            or _variadic(argument, found) is None
            or any(parameter.required for parameter in _filled_besides(site, argument, found))
        )
    )


def _variadic(argument: Argument, found: Sequence[RevealedParameter]) -> RevealedParameter | None:
    """Return the parameter that takes all that is left of an unpacked argument."""
    kind = "variadic" if argument.kind == "splat" else "keywords"
    return next((parameter for parameter in found if parameter.kind == kind), None)


def _filled_besides(
    site: CallSite, argument: Argument, found: Sequence[RevealedParameter]
) -> list[RevealedParameter]:
    """Return the other parameters that an unpacked argument may fill."""
    count = sum(given.kind == "positional" for given in site.arguments)
    names = {given.name for given in site.arguments}
    positional = [
        parameter for parameter in found if parameter.kind in {"positional", "positional-only"}
    ]
    filled = positional[count:]
    if argument.kind == "keyword splat":
        filled = [parameter for parameter in filled if parameter.kind == "positional"]
        filled += [parameter for parameter in found if parameter.kind == "keyword-only"]
    return [parameter for parameter in filled if parameter.name not in names]


def rejects_target(site: CallSite, evidence: Evidence) -> bool:
    """Return whether a checker reports that the target itself has the wrong type."""
    return any(is_at_target(site, error) for error in evidence.errors)


def possible_parameters(site: CallSite, revealed: str) -> list[list[RevealedParameter]]:
    """Return the parameters that each argument may go to: of an overload, one a signature."""
    found = parameters(revealed)
    signatures = overloads(revealed) if found is None else [found]
    goes_to = [parameters_of(site, signature) for signature in signatures]
    by_argument = zip(*goes_to, strict=True) if goes_to else [()] * len(site.arguments)
    return [
        [parameter for parameter in possible if parameter is not None] for possible in by_argument
    ]


def untyped_in_overload(site: CallSite, revealed: str) -> dict[int, RevealedParameter]:
    """Return the arguments that a signature takes whatever they are, of those that they fit.

    Which of them is chosen depends on the other arguments: one without a type is enough.
    """
    untyped: dict[int, RevealedParameter] = {}
    for signature in overloads(revealed):
        goes_to = parameters_of(site, signature)
        if all(
            parameter is not None or "splat" in site.arguments[i].kind
            for i, parameter in enumerate(goes_to)
        ):
            untyped |= {
                i: parameter
                for i, parameter in enumerate(goes_to)
                if parameter is not None and parameter.is_untyped
            }
    return untyped


def parameters_of(
    site: CallSite, found: Sequence[RevealedParameter]
) -> list[RevealedParameter | None]:
    """Return the parameter that each argument goes to, if it is known."""
    goes_to: list[RevealedParameter | None] = []
    position = 0
    for argument in site.arguments:
        goes_to.append(parameter_of(argument, position, found))
        if argument.kind == "splat":
            break
        position += argument.kind == "positional"
    goes_to += [None] * (len(site.arguments) - len(goes_to))
    return [
        _variadic(argument, found)
        if "splat" in argument.kind and not _filled_besides(site, argument, found)
        else parameter
        for argument, parameter in zip(site.arguments, goes_to, strict=True)
    ]
