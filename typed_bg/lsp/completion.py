"""Completion: the keyword arguments that can be passed on to the target of a forwarder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typed_bg.lsp.calls import call_at
from typed_bg.lsp.signatures import positional
from typed_bg.lsp.trees import leaf_before

if TYPE_CHECKING:
    from pathlib import Path

    from typed_bg.lsp.analysis import Analysis
    from typed_bg.lsp.calls import Call
    from typed_bg.lsp.forwarding import Forwarding
    from typed_bg.lsp.jedi_access import Source
    from typed_bg.lsp.parameters import Parameter
    from typed_bg.lsp.trees import Place


def completion(analysis: Analysis, text: str, path: Path, place: Place) -> list[Parameter]:
    """Return the keyword arguments that can be passed on to the target of a forwarder."""
    source = analysis.sources.edit(text, path)
    call = call_at(source.tree, place)
    if call is None or not _may_be_keyword(source, call, place):
        return []
    forwarding = analysis.forwardings.of(source, call)
    if forwarding is None or not forwarding.by_keyword:
        return []
    return _keywords(forwarding)


def _may_be_keyword(source: Source, call: Call, place: Place) -> bool:
    """Return whether a keyword argument can start at a position."""
    argument = call.arguments[call.active]
    if argument.keyword is not None or argument.stars:
        return False
    last = leaf_before(source.tree, place)
    if last is None:
        return False
    if last is call.paren or (last.value == "," and not argument.leaves):
        return True
    if not argument.leaves or argument.leaves[0] is not last:
        return last.value == "," and last.end_pos <= place
    return last.type == "name" and last.end_pos >= place


def _keywords(forwarding: Forwarding) -> list[Parameter]:
    """Return the parameters that can still be passed by keyword."""
    given = {
        argument.keyword.value for argument in forwarding.arguments if argument.keyword is not None
    }
    before = forwarding.arguments[: forwarding.active]
    count = sum(argument.keyword is None and not argument.stars for argument in before)
    found: dict[str, Parameter] = {}
    for signature in forwarding.signatures:
        passed = positional(signature)[:count]
        for parameter in signature.parameters:
            named = parameter.kind in {"POSITIONAL_OR_KEYWORD", "KEYWORD_ONLY"}
            if named and parameter not in passed and parameter.name not in given:
                found.setdefault(parameter.name, parameter)
    return list(found.values())
