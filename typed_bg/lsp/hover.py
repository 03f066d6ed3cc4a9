"""Hover: the documentation of a keyword argument, or of what is documented with `Doc`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from typed_bg.docstrings.merge import same_words
from typed_bg.lsp.calls import call_at
from typed_bg.lsp.jedi_access import docstring_of
from typed_bg.lsp.signatures import documented
from typed_bg.lsp.trees import name_at, name_starting_at

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from typed_bg.lsp.analysis import Analysis
    from typed_bg.lsp.calls import Call
    from typed_bg.lsp.jedi_access import NamedObject, Source
    from typed_bg.lsp.parameters import Parameter
    from typed_bg.lsp.signatures import Signature
    from typed_bg.lsp.trees import Leaf, ParameterNode, Place


@dataclass(frozen=True)
class Note:
    """What is shown when the mouse is over a name.

    Attributes:
        code: A type or signature.
        text: The documentation, Markdown.
        leaf: The name.
    """

    code: str
    text: str
    leaf: Leaf


def hover(analysis: Analysis, text: str, path: Path, place: Place) -> Note | None:
    """Return the documentation of a keyword argument, or of what is documented with `Doc`."""
    source = analysis.sources.edit(text, path)
    leaf = name_at(source.tree, place)
    if leaf is None:
        return None
    call = call_at(source.tree, leaf.start_pos)
    if call is not None and any(argument.keyword is leaf for argument in call.arguments):
        return _keyword(analysis, source, call, leaf)
    return _name(analysis, source, leaf)


def _keyword(analysis: Analysis, source: Source, call: Call, leaf: Leaf) -> Note | None:
    forwarding = analysis.forwardings.of(source, call)
    if forwarding is not None and forwarding.active is not None:
        signatures: Sequence[Signature] = forwarding.signatures
    else:
        signatures = analysis.called(source, call)
    found = [it for signature in signatures if (it := signature.named(leaf.value)) is not None]
    # An overload with a parameter of that name says more than one with `**kwargs`.
    exact = [definition for definition in found if definition.name == leaf.value] or found
    if not exact:
        return None
    codes = dict.fromkeys(definition.shown for definition in exact)
    texts = dict.fromkeys(definition.doc for definition in exact if definition.doc)
    return Note("\n".join(codes), "\n\n".join(texts), leaf)


def _name(analysis: Analysis, source: Source, leaf: Leaf) -> Note | None:
    found = source.goto(leaf)
    for definition in found:
        if definition.kind in {"function", "class"}:
            return _callable(analysis, definition, leaf)
        note = _variable(analysis, definition, leaf)
        if note is not None:
            return note
    if all(definition.kind in {"param", "statement"} for definition in found):
        return _receiver(analysis, source, leaf)
    return None


def _callable(analysis: Analysis, definition: NamedObject, leaf: Leaf) -> Note | None:
    """Show what `Doc` says about the parameters, unless the docstring says the same."""
    docstring = docstring_of(definition)
    signatures = analysis.reader.of(definition)
    shown = documented(docstring)
    texts: dict[str, str] = {}
    for signature in signatures:
        for parameter in signature.parameters:
            told = shown.get(parameter.name, "")
            if parameter.in_doc and not same_words(told, parameter.doc):
                texts.setdefault(_starred(parameter), parameter.doc)
    if not texts:
        return None
    return Note("", _listed(texts), leaf)


def _variable(analysis: Analysis, definition: NamedObject, leaf: Leaf) -> Note | None:
    """Show the documentation of a parameter, or of a field or variable with a `Doc`."""
    source = None if definition.path is None else analysis.sources.file(definition.path)
    if source is None or definition.place is None:
        return None
    at = name_starting_at(source.tree, definition.place)
    parameter = None if at is None else analysis.reader.parameter_at(source, at)
    if parameter is None or not parameter.doc:
        return None
    if definition.kind != "param" and not parameter.in_doc:
        return None
    return Note(parameter.shown, parameter.doc, leaf)


def _receiver(analysis: Analysis, source: Source, leaf: Leaf) -> Note | None:
    """Describe an object whose methods are forwarders, such as `BackgroundTasks`."""
    for definition in source.infer(leaf) or source.infer(_annotation_end(leaf) or leaf):
        if analysis.forwardings.is_receiver(definition):
            description = docstring_of(definition).partition("\n\n")[0]
            return Note(f"{leaf.value}: {definition.name}", description, leaf)
    return None


def _annotation_end(leaf: Leaf) -> Leaf | None:
    """Return the last token of the annotation of a parameter, if a name is its definition."""
    definition = leaf.get_definition()
    if definition is None or definition.type != "param":
        return None
    annotation = cast("ParameterNode", definition).annotation
    last = None if annotation is None else annotation.get_last_leaf()
    return last if last is not None and last.type == "name" else None


def _starred(parameter: Parameter) -> str:
    stars = {"VAR_POSITIONAL": "*", "VAR_KEYWORD": "**"}.get(parameter.kind, "")
    return f"{stars}{parameter.name}"


def _listed(texts: dict[str, str]) -> str:
    return "\n\n".join(_item(name, text) for name, text in texts.items())


def _item(name: str, text: str) -> str:
    return f"- `{name}`: " + text.strip().replace("\n", "\n  ")
