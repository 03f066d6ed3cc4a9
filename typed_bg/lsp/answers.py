"""What an editor shows at a position: signatures, keyword arguments and documentation.

These are functions of a module and a position. They know nothing of the protocol.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from typed_bg.docstrings.merge import same_words
from typed_bg.lsp.calls import call_at
from typed_bg.lsp.forwarding import Forwardings
from typed_bg.lsp.jedi_access import Jedi, docstring_of
from typed_bg.lsp.parameters import POSITIONAL
from typed_bg.lsp.signatures import SignatureReader, documented
from typed_bg.lsp.sources import CurrentSources
from typed_bg.lsp.trees import leaf_before, name_at, name_starting_at

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from typed_bg.check.calls.forwarders import Forwarder
    from typed_bg.lsp.calls import ArgumentTokens, Call
    from typed_bg.lsp.environment import ImportPath
    from typed_bg.lsp.forwarding import Forwarding
    from typed_bg.lsp.jedi_access import NamedObject, Source
    from typed_bg.lsp.parameters import Parameter
    from typed_bg.lsp.signatures import Signature
    from typed_bg.lsp.trees import Leaf, ParameterNode, Place


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


class Answers:
    """Answers the questions of editors about one project."""

    def __init__(
        self,
        root: Path,
        imports: ImportPath,
        forwarders: Sequence[Forwarder],
        more: Sequence[Path] = (),
    ) -> None:
        """Prepare to read a project.

        Args:
            root: The project's root.
            imports: The import path of its environment.
            forwarders: The forwarders to recognize.
            more: More folders with modules.
        """
        self._jedi = Jedi(root, imports, more)
        self._sources = CurrentSources(self._jedi)
        self._reader = SignatureReader(self._sources)
        self._forwardings = Forwardings(forwarders, self._sources, self._reader, root)

    def parse(self, text: str, path: Path) -> None:
        """Parse a module that was opened, which later answers need. Any thread may do it."""
        self._jedi.parse_new(text, path)

    def signature_help(self, text: str, path: Path, place: Place) -> Help | None:
        """Return the signatures to show within the parentheses of a call.

        Within a forwarder's call, these are the target's. Other calls are answered if a parameter
        is documented with `Doc`, which type checkers' servers do not show.
        """
        source = self._sources.edit(text, path)
        call = call_at(source.tree, place)
        if call is None:
            return None
        forwarding = self._forwardings.of(source, call)
        if forwarding is not None:
            active = forwarding.active
            return _help(forwarding.signatures, forwarding.arguments, active or 0)
        signatures = self._called(source, call)
        if not any(
            parameter.in_doc for signature in signatures for parameter in signature.parameters
        ):
            return None
        return _help(signatures, call.arguments, call.active)

    def completion(self, text: str, path: Path, place: Place) -> list[Parameter]:
        """Return the keyword arguments that can be passed on to the target of a forwarder."""
        source = self._sources.edit(text, path)
        call = call_at(source.tree, place)
        if call is None or not _may_be_keyword(source, call, place):
            return []
        forwarding = self._forwardings.of(source, call)
        if forwarding is None or not forwarding.by_keyword:
            return []
        return _keywords(forwarding)

    def hover(self, text: str, path: Path, place: Place) -> Note | None:
        """Return the documentation of a keyword argument, or of what is documented with `Doc`."""
        source = self._sources.edit(text, path)
        leaf = name_at(source.tree, place)
        if leaf is None:
            return None
        call = call_at(source.tree, leaf.start_pos)
        if call is not None and any(argument.keyword is leaf for argument in call.arguments):
            return self._keyword(source, call, leaf)
        return self._name(source, leaf)

    def _keyword(self, source: Source, call: Call, leaf: Leaf) -> Note | None:
        forwarding = self._forwardings.of(source, call)
        if forwarding is not None and forwarding.active is not None:
            signatures: Sequence[Signature] = forwarding.signatures
        else:
            signatures = self._called(source, call)
        found = [it for signature in signatures if (it := signature.named(leaf.value)) is not None]
        # An overload with a parameter of that name says more than one with `**kwargs`.
        exact = [definition for definition in found if definition.name == leaf.value] or found
        if not exact:
            return None
        codes = dict.fromkeys(definition.shown for definition in exact)
        texts = dict.fromkeys(definition.doc for definition in exact if definition.doc)
        return Note("\n".join(codes), "\n\n".join(texts), leaf)

    def _name(self, source: Source, leaf: Leaf) -> Note | None:
        found = source.goto(leaf)
        for definition in found:
            if definition.kind in {"function", "class"}:
                return self._callable(definition, leaf)
            note = self._variable(definition, leaf)
            if note is not None:
                return note
        if all(definition.kind in {"param", "statement"} for definition in found):
            return self._receiver(source, leaf)
        return None

    def _callable(self, definition: NamedObject, leaf: Leaf) -> Note | None:
        """Show what `Doc` says about the parameters, unless the docstring says the same."""
        docstring = docstring_of(definition)
        signatures = self._reader.of(definition)
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

    def _variable(self, definition: NamedObject, leaf: Leaf) -> Note | None:
        """Show the documentation of a parameter, or of a field or variable with a `Doc`."""
        source = None if definition.path is None else self._sources.file(definition.path)
        if source is None or definition.place is None:
            return None
        at = name_starting_at(source.tree, definition.place)
        parameter = None if at is None else self._reader.parameter_at(source, at)
        if parameter is None or not parameter.doc:
            return None
        if definition.kind != "param" and not parameter.in_doc:
            return None
        return Note(parameter.shown, parameter.doc, leaf)

    def _receiver(self, source: Source, leaf: Leaf) -> Note | None:
        """Describe an object whose methods are forwarders, such as `BackgroundTasks`."""
        for definition in source.infer(leaf) or source.infer(_annotation_end(leaf) or leaf):
            if self._forwardings.is_receiver(definition):
                description = docstring_of(definition).partition("\n\n")[0]
                return Note(f"{leaf.value}: {definition.name}", description, leaf)
        return None

    def _called(self, source: Source, call: Call) -> list[Signature]:
        if call.callee.type != "name":
            return []
        return [
            signature for found in source.infer(call.callee) for signature in self._reader.of(found)
        ]


def _annotation_end(leaf: Leaf) -> Leaf | None:
    """Return the last token of the annotation of a parameter, if a name is its definition."""
    definition = leaf.get_definition()
    if definition is None or definition.type != "param":
        return None
    annotation = cast("ParameterNode", definition).annotation
    last = None if annotation is None else annotation.get_last_leaf()
    return last if last is not None and last.type == "name" else None


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
        free = [parameter for parameter in rest if parameter not in _positional(signature)[:count]]
        return names.index(free[0].name) if free else None
    if signature.binds_more:
        return None
    positional = _positional(signature)
    if active < len(positional):
        return names.index(positional[active].name)
    kinds = ("VAR_POSITIONAL", "KEYWORD_ONLY", "VAR_KEYWORD")
    found = (_first_of_kind(signature, kind) for kind in kinds)
    return next((index for index in found if index is not None), None)


def _first_of_kind(signature: Signature, kind: str) -> int | None:
    return next((i for i, it in enumerate(signature.parameters) if it.kind == kind), None)


def _positional(signature: Signature) -> list[Parameter]:
    return [parameter for parameter in signature.parameters if parameter.kind in POSITIONAL]


def _may_fit(signature: Signature, arguments: Sequence[ArgumentTokens]) -> bool:
    """Return whether the arguments so far can be passed."""
    count = sum(
        bool(argument.leaves) and argument.keyword is None and not argument.stars
        for argument in arguments
    )
    names = [argument.keyword.value for argument in arguments if argument.keyword is not None]
    takes_more = any(parameter.kind == "VAR_POSITIONAL" for parameter in signature.parameters)
    return (takes_more or count <= len(_positional(signature))) and all(
        signature.named(name) is not None for name in names
    )


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
        passed = _positional(signature)[:count]
        for parameter in signature.parameters:
            named = parameter.kind in {"POSITIONAL_OR_KEYWORD", "KEYWORD_ONLY"}
            if named and parameter not in passed and parameter.name not in given:
                found.setdefault(parameter.name, parameter)
    return list(found.values())


def _starred(parameter: Parameter) -> str:
    stars = {"VAR_POSITIONAL": "*", "VAR_KEYWORD": "**"}.get(parameter.kind, "")
    return f"{stars}{parameter.name}"


def _listed(texts: dict[str, str]) -> str:
    return "\n\n".join(_item(name, text) for name, text in texts.items())


def _item(name: str, text: str) -> str:
    return f"- `{name}`: " + text.strip().replace("\n", "\n  ")
