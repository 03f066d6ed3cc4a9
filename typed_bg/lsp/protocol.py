"""Answers in the form of the language server protocol."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lsprotocol import types

from typed_bg.lsp.positions import units

if TYPE_CHECKING:
    from typed_bg.lsp.hover import Note
    from typed_bg.lsp.parameters import Parameter
    from typed_bg.lsp.positions import Document
    from typed_bg.lsp.signature_help import Help
    from typed_bg.lsp.signatures import Signature
    from typed_bg.lsp.trees import Leaf

_POSITIONAL = frozenset({"POSITIONAL_ONLY", "POSITIONAL_OR_KEYWORD", "VAR_POSITIONAL"})


@dataclass(frozen=True)
class Client:
    """What an editor can show.

    Attributes:
        markdown_hover: Whether hover can be Markdown.
        markdown_help: Whether the documentation in signature help can be.
        markdown_completion: Whether that of a completion can be.
        offsets: Whether a parameter may be marked by its place in the signature.
        active_per_signature: Whether each signature may have its own marked parameter.
        progress: Whether the progress of something that it did not ask for can be shown.
    """

    markdown_hover: bool = True
    markdown_help: bool = True
    markdown_completion: bool = True
    offsets: bool = True
    active_per_signature: bool = True
    progress: bool = False


def client_of(capabilities: types.ClientCapabilities) -> Client:
    """Read what an editor can show."""
    document = capabilities.text_document
    hover = document.hover if document else None
    help_ = document.signature_help if document else None
    information = help_.signature_information if help_ else None
    completion = document.completion if document else None
    item = completion.completion_item if completion else None
    parameter = information.parameter_information if information else None
    markdown = types.MarkupKind.Markdown
    return Client(
        markdown in ((hover.content_format if hover else None) or ()),
        markdown in ((information.documentation_format if information else None) or ()),
        markdown in ((item.documentation_format if item else None) or ()),
        bool(parameter and parameter.label_offset_support),
        bool(information and information.active_parameter_support),
        bool(capabilities.window and capabilities.window.work_done_progress),
    )


def signature_help(found: Help, client: Client) -> types.SignatureHelp:
    """Show signatures."""
    shown = found.signatures[found.shown]
    return types.SignatureHelp(
        signatures=[
            _signature(signature, active, client)
            for signature, active in zip(found.signatures, found.active, strict=True)
        ],
        active_signature=found.shown,
        active_parameter=_index(shown, found.active[found.shown]),
    )


def _signature(
    signature: Signature, active: int | None, client: Client
) -> types.SignatureInformation:
    label, places = _label(signature)
    parameters = [
        types.ParameterInformation(
            label=(units(label[:start], "utf-16"), units(label[:end], "utf-16"))
            if client.offsets
            else label[start:end],
            documentation=_markup(parameter.doc, markdown=client.markdown_help),
        )
        for parameter, (start, end) in zip(signature.parameters, places, strict=True)
    ]
    return types.SignatureInformation(
        label=label,
        documentation=_markup(
            signature.docstring.partition("\n\n")[0], markdown=client.markdown_help
        ),
        parameters=parameters,
        active_parameter=_index(signature, active) if client.active_per_signature else None,
    )


def _index(signature: Signature, active: int | None) -> int:
    # An index after the last one marks no parameter. Without one, the first would be marked.
    return len(signature.parameters) if active is None else active


def _label(signature: Signature) -> tuple[str, list[tuple[int, int]]]:
    """Write a signature, and return where its parameters are in it."""
    text = f"{signature.name}("
    places: list[tuple[int, int]] = []
    before: str | None = None
    for index, parameter in enumerate(signature.parameters):
        text += ", " if index else ""
        if before == "POSITIONAL_ONLY" and parameter.kind != before:
            text += "/, "
        if parameter.kind == "KEYWORD_ONLY" and before not in {"KEYWORD_ONLY", "VAR_POSITIONAL"}:
            text += "*, "
        places.append((len(text), len(text) + len(parameter.shown)))
        text += parameter.shown
        before = parameter.kind
    text += ", /)" if before == "POSITIONAL_ONLY" else ")"
    return text + (f" -> {signature.returns}" if signature.returns else ""), places


def completion(found: list[Parameter], client: Client) -> list[types.CompletionItem]:
    """Offer keyword arguments."""
    return [
        types.CompletionItem(
            label=f"{parameter.name}=",
            kind=types.CompletionItemKind.Variable,
            detail=parameter.shown,
            documentation=_markup(parameter.doc, markdown=client.markdown_completion),
            # Before what else can be written there, as type checkers' servers do.
            sort_text=f"!{index:04}",
        )
        for index, parameter in enumerate(found)
    ]


def hover(found: Note, document: Document, client: Client) -> types.Hover:
    """Show documentation."""
    code = f"```python\n{found.code}\n```" if client.markdown_hover else found.code
    parts = [code] if found.code else []
    separator = "\n\n---\n\n" if client.markdown_hover else "\n\n"
    text = separator.join([*parts, *([found.text] if found.text else [])])
    kind = types.MarkupKind.Markdown if client.markdown_hover else types.MarkupKind.PlainText
    return types.Hover(types.MarkupContent(kind, text), range_of(found.leaf, document))


def range_of(leaf: Leaf, document: Document) -> types.Range:
    """Return where a name is."""
    start = document.position(document.offset_of(leaf.start_pos))
    end = document.position(document.offset_of(leaf.end_pos))
    return types.Range(types.Position(*start), types.Position(*end))


def _markup(text: str, *, markdown: bool) -> types.MarkupContent | None:
    if not text:
        return None
    kind = types.MarkupKind.Markdown if markdown else types.MarkupKind.PlainText
    return types.MarkupContent(kind, text)
