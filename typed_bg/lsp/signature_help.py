"""Signature help: the signatures to show within the parentheses of a call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from typed_bg.lsp.calls import call_at
from typed_bg.lsp.signatures import positional

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from typed_bg.lsp.analysis import Analysis
    from typed_bg.lsp.calls import ArgumentTokens
    from typed_bg.lsp.signatures import Signature
    from typed_bg.lsp.trees import Place


@dataclass(frozen=True)
class Help:
    """The signatures of the function whose arguments are being written.

    Attributes:
        signatures: The signatures.
        shown: The index of the one to show first.
        active: For each of them, the index of the parameter at the position, if it has one.
    """

    signatures: tuple[Signature, ...]
    shown: int
    active: tuple[int | None, ...]


def signature_help(analysis: Analysis, text: str, path: Path, place: Place) -> Help | None:
    """Return the signatures to show within the parentheses of a call.

    Within a forwarder's call, these are the target's. Other calls are answered if a parameter
    is documented with `Doc`, which type checkers' servers do not show.
    """
    source = analysis.sources.edit(text, path)
    call = call_at(source.tree, place)
    if call is None:
        return None
    forwarding = analysis.forwardings.of(source, call)
    if forwarding is not None:
        active = forwarding.active
        return _help(forwarding.signatures, forwarding.arguments, active or 0)
    signatures = analysis.called(source, call)
    if not any(parameter.in_doc for signature in signatures for parameter in signature.parameters):
        return None
    return _help(signatures, call.arguments, call.active)


def _help(
    signatures: Sequence[Signature], arguments: Sequence[ArgumentTokens], active: int
) -> Help | None:
    if not signatures:
        return None
    marked = tuple(_active(signature, arguments, active) for signature in signatures)
    fitting = [index for index, it in enumerate(signatures) if _may_fit(it, arguments)]
    # An overload without a parameter at the position is too short.
    best = next((index for index in fitting if marked[index] is not None), None)
    return Help(tuple(signatures), best if best is not None else next(iter(fitting), 0), marked)


def _active(signature: Signature, arguments: Sequence[ArgumentTokens], active: int) -> int | None:
    """Return the index of the parameter that an argument is for."""
    argument = arguments[active] if active < len(arguments) else None
    names = [parameter.name for parameter in signature.parameters]
    if argument is not None and argument.keyword is not None:
        wanted = signature.named(argument.keyword.value)
        return None if wanted is None else names.index(wanted.name)
    if argument is not None and argument.stars == "**":
        return next(
            (i for i, it in enumerate(signature.parameters) if it.kind == "VAR_KEYWORD"), None
        )
    if any(argument.keyword is not None for argument in arguments[:active]):
        # Only keyword arguments can follow: the next one that was not given.
        given = {argument.keyword.value for argument in arguments if argument.keyword is not None}
        count = sum(
            argument.keyword is None and not argument.stars for argument in arguments[:active]
        )
        rest = [parameter for parameter in signature.parameters if parameter.name not in given]
        free = [parameter for parameter in rest if parameter not in positional(signature)[:count]]
        return names.index(free[0].name) if free else None
    if signature.binds_more:
        return None
    by_position = positional(signature)
    if active < len(by_position):
        return names.index(by_position[active].name)
    kinds = ("VAR_POSITIONAL", "KEYWORD_ONLY", "VAR_KEYWORD")
    found = (_first_of_kind(signature, kind) for kind in kinds)
    return next((index for index in found if index is not None), None)


def _first_of_kind(signature: Signature, kind: str) -> int | None:
    return next((i for i, it in enumerate(signature.parameters) if it.kind == kind), None)


def _may_fit(signature: Signature, arguments: Sequence[ArgumentTokens]) -> bool:
    """Return whether the arguments so far can be passed."""
    count = sum(
        bool(argument.leaves) and argument.keyword is None and not argument.stars
        for argument in arguments
    )
    names = [argument.keyword.value for argument in arguments if argument.keyword is not None]
    takes_more = any(parameter.kind == "VAR_POSITIONAL" for parameter in signature.parameters)
    return (takes_more or count <= len(positional(signature))) and all(
        signature.named(name) is not None for name in names
    )
