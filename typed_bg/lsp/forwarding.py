"""Which function's arguments a call takes, if it is a call of a forwarder."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TYPE_CHECKING

from typed_bg.check.calls.forwarders import ADD, ADD_TASK
from typed_bg.check.calls.hints import HINT
from typed_bg.docstrings.literals import evaluated
from typed_bg.lsp.calls import alternatives, call_that_ends, ends_of_bases, receiver_of
from typed_bg.lsp.jedi_access import owner_of, result_of
from typed_bg.lsp.jedi_signatures import is_caching
from typed_bg.lsp.signatures import Signature
from typed_bg.lsp.trees import name_starting_at
from typed_bg.lsp.typed_classes import parameters_of_call

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from typed_bg.check.calls.forwarders import Forwarder
    from typed_bg.lsp.calls import ArgumentTokens, Call
    from typed_bg.lsp.jedi_access import NamedObject, Source
    from typed_bg.lsp.signatures import SignatureReader
    from typed_bg.lsp.sources import CurrentSources
    from typed_bg.lsp.trees import Leaf

_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*[.:][^\W\d]\w*")
_DEPTH = 10  # of names for names, of bases of bases, and of partials of partials


@dataclass(frozen=True)
class Forwarding:
    """A call that passes arguments on to a function.

    Attributes:
        signatures: The signatures of that function: more than one if it is overloaded.
        arguments: The arguments that the function receives.
        active: The index of the one at the position; none if that is not among them.
        by_keyword: Whether the call passes keyword arguments on.
    """

    signatures: tuple[Signature, ...]
    arguments: tuple[ArgumentTokens, ...]
    active: int | None
    by_keyword: bool


class Forwardings:
    """Recognizes calls of forwarders."""

    def __init__(
        self,
        forwarders: Iterable[Forwarder],
        sources: CurrentSources,
        reader: SignatureReader,
        root: Path,
    ) -> None:
        """Take the forwarders of a project, and what reads its modules."""
        self._by_name: dict[str, list[Forwarder]] = {}
        for forwarder in forwarders:
            self._by_name.setdefault(forwarder.last_name, []).append(forwarder)
        self._owners = {forwarder.owner for forwarder in forwarders if forwarder.owner is not None}
        self._sources = sources
        self._reader = reader
        self._root = root
        self._located: dict[str, tuple[Path, object] | None] = {}

    def of(self, source: Source, call: Call) -> Forwarding | None:
        """Return what a call passes on, or nothing if it is not a call of a forwarder."""
        first = self._first_step(source, call.callee)
        if first is not None:
            outer_source, outer = first
            found = self._forwarder(outer_source, outer)
            if found is None or not found[0].two_step:
                return None
            target = _target(outer, *found)
            if target is None:
                return None
            signatures = self._signatures(outer_source, outer.arguments[target])
            return _forwarding(signatures, call.arguments, call.active, by_keyword=True)
        found = self._forwarder(source, call)
        if found is None or found[0].two_step:
            return None
        forwarder, skipped = found
        if forwarder.target is None:
            receiver = receiver_of(call.callee)
            signatures = [] if receiver is None else self._of_leaf(source, receiver, 0)
            return _forwarding(signatures, call.arguments, call.active, by_keyword=True)
        target = _target(call, forwarder, skipped)
        if target is None or call.active <= target:
            return None
        signatures = self._signatures(source, call.arguments[target])
        rest = call.arguments[target + 1 :]
        by_keyword = self._passes_keywords(source, call)
        return _forwarding(signatures, rest, call.active - target - 1, by_keyword=by_keyword)

    def is_receiver(self, definition: NamedObject) -> bool:
        """Return whether a class, or that of an object, is one whose methods are forwarders."""
        return definition.kind in {"instance", "class"} and any(
            self._derives(definition, owner, 0) for owner in self._owners
        )

    def _first_step(self, source: Source, callee: Leaf) -> tuple[Source, Call] | None:
        """Return the first of two steps, if what is called is what it returned."""
        if callee.value == ")":
            call = call_that_ends(callee)
            return None if call is None else (source, call)
        for found in source.goto(callee):
            value = self._assigned_call(found)
            if value is not None:
                return value
        return None

    def _assigned_call(self, definition: NamedObject) -> tuple[Source, Call] | None:
        """Return the call whose result is assigned to a name."""
        if definition.kind != "statement" or definition.path is None or definition.place is None:
            return None
        source = self._sources.file(definition.path)
        if source is None:
            return None
        leaf = name_starting_at(source.tree, definition.place)
        statement = None if leaf is None else leaf.get_definition()
        if statement is None or statement.type != "expr_stmt":
            return None
        last = statement.get_last_leaf()
        if last.value != ")":
            return None
        call = call_that_ends(last)
        return None if call is None else (source, call)

    def _forwarder(self, source: Source, call: Call) -> tuple[Forwarder, int] | None:
        """Return the forwarder that is called, and how many arguments come before its own."""
        callee = call.callee
        if callee.type != "name":
            return None
        found = source.goto(callee)
        if not found or any(definition.kind in {"statement", "param"} for definition in found):
            found = [*found, *source.infer(callee)]
        for definition in found:
            for forwarder in self._by_name.get(definition.name, ()):
                if self._is(definition, forwarder):
                    return forwarder, self._skipped(source, callee, forwarder)
            if definition.kind == "class":
                for forwarder in self._classes():
                    if self._derives(definition, forwarder.owner, 0):
                        return forwarder, 0
        known = any(definition.kind in {"function", "class"} for definition in found)
        return None if known else _hinted(callee)

    def _classes(self) -> list[Forwarder]:
        return [
            forwarder
            for group in self._by_name.values()
            for forwarder in group
            if forwarder.form == "class"
        ]

    def _is(self, definition: NamedObject, forwarder: Forwarder) -> bool:
        if definition.kind not in {"function", "class"}:
            return False
        if forwarder.form == "method":
            owner = owner_of(definition)
            return owner is not None and self._derives(owner, forwarder.owner, 0)
        return definition.full_name == forwarder.name or self._is_at(definition, forwarder.name)

    def _derives(self, definition: NamedObject, owner: tuple[str, str] | None, depth: int) -> bool:
        """Return whether a class, or the class of an object, is a given one or derives from it."""
        if owner is None or depth > _DEPTH:
            return False
        dotted = ".".join(owner)
        if definition.full_name == dotted or self._is_at(definition, dotted):
            return True
        return any(self._derives(base, owner, depth + 1) for base in self._bases(definition))

    def _bases(self, definition: NamedObject) -> list[NamedObject]:
        source = None if definition.path is None else self._sources.file(definition.path)
        if source is None or definition.place is None:
            return []
        name = name_starting_at(source.tree, definition.place)
        bases: list[NamedObject] = []
        for last in [] if name is None else ends_of_bases(name):
            bases += [base for base in source.infer(last) if base.kind == "class"]
        return bases

    def _is_at(self, definition: NamedObject, dotted: str) -> bool:
        """Return whether a dotted name leads to a definition, wherever it is defined."""
        if definition.name != dotted.rpartition(".")[2]:
            return False
        if dotted not in self._located:
            self._located[dotted] = self._locate(dotted)
        located = self._located[dotted]
        return located is not None and located == (definition.path, definition.place)

    def _locate(self, dotted: str) -> tuple[Path, object] | None:
        source, leaf = self._dotted(dotted)
        for found in source.goto(leaf):
            if found.path is not None:
                return found.path, found.place
        return None

    def _of_dotted(self, text: str) -> list[Signature]:
        """Return the signatures of a function that is passed by its name, in a string."""
        if not _DOTTED.fullmatch(text):
            return []
        source, leaf = self._dotted(text.replace(":", "."))
        return [
            signature
            for definition in source.infer(leaf)
            for signature in self._reader.of(definition)
        ]

    def _dotted(self, dotted: str) -> tuple[Source, Leaf]:
        """Return a module that imports a dotted name, and its use there."""
        parts = dotted.split(".")
        count = next((i for i, part in enumerate(parts) if part[:1].isupper()), len(parts) - 1)
        head = parts[count]
        text = f"from {'.'.join(parts[:count])} import {head}\n{'.'.join(parts[count:])}\n"
        source = self._sources.scratch(text, self._root / "_.py")
        place = 2, sum(len(part) + 1 for part in parts[count:-1])
        leaf = name_starting_at(source.tree, place)
        if leaf is None:
            message = f"{dotted!r} is not a dotted name"
            raise ValueError(message)
        return source, leaf

    def _skipped(self, source: Source, callee: Leaf, forwarder: Forwarder) -> int:
        """Return 1 for an unbound method, which takes its receiver first."""
        receiver = receiver_of(callee)
        if forwarder.form != "method" or receiver is None or receiver.type != "name":
            return 0
        if not receiver.value[:1].isupper():
            return 0
        return int(any(definition.kind == "class" for definition in source.infer(receiver)))

    def _passes_keywords(self, source: Source, call: Call) -> bool:
        """Return whether a forwarder has a parameter for the target's keyword arguments."""
        shown = [
            signature for found in source.infer(call.callee) for signature in self._reader.of(found)
        ]
        return not shown or any(signature.takes_keywords for signature in shown)

    def _signatures(
        self, source: Source, argument: ArgumentTokens, depth: int = 0
    ) -> list[Signature]:
        """Return the signatures of a function that is passed as an argument."""
        if argument.stars or depth > _DEPTH:
            return []
        return [
            signature
            for leaves in alternatives(argument.leaves)
            for signature in self._of_expression(source, leaves, depth)
        ]

    def _of_expression(self, source: Source, leaves: Sequence[Leaf], depth: int) -> list[Signature]:
        """Return the signatures of a name, a string or a call."""
        last = leaves[-1]
        if last.type == "name":
            return self._of_leaf(source, last, depth)
        if last.type == "string" and len(leaves) == 1:
            return self._of_dotted(evaluated(last.value) or "")
        if last.value == ")":
            call = call_that_ends(last)
            if call is None:
                return []
            bound = self._partial(source, call, depth)
            if bound is not None:
                return bound
            if call.callee.type != "name":
                return []
            returned = [
                definition for made in source.infer(call.callee) for definition in result_of(made)
            ]
            return [
                signature for definition in returned for signature in self._reader.of(definition)
            ]
        return []

    def _of_leaf(self, source: Source, leaf: Leaf, depth: int) -> list[Signature]:
        inferred = source.infer(leaf)
        if any(is_caching(definition) for definition in inferred):
            return self._undecorated(source, leaf)
        if any(
            definition.full_name == "functools.partial" and definition.kind == "instance"
            for definition in inferred
        ):
            for found in source.goto(leaf):
                made = self._assigned_call(found)
                bound = None if made is None else self._partial(*made, depth + 1)
                if bound is not None:
                    return bound
            return []
        return self._of_called_class(source, leaf) or [
            signature for definition in inferred for signature in self._reader.of(definition)
        ]

    def _of_called_class(self, source: Source, leaf: Leaf) -> list[Signature]:
        """Return the signature of a class that a call defines, such as of `namedtuple`."""
        for found in source.goto(leaf):
            made = self._assigned_call(found)
            parameters = None if made is None else parameters_of_call(*made)
            if parameters:
                return [Signature(found.name, parameters)]
        return []

    def _undecorated(self, source: Source, leaf: Leaf) -> list[Signature]:
        """Return the signatures of a function whose decorators have no signature of their own."""
        receiver = receiver_of(leaf)
        is_bound = receiver is not None and any(
            definition.kind == "instance" for definition in source.infer(receiver)
        )
        return [
            signature
            for definition in source.goto(leaf)
            if definition.kind == "function"
            for signature in self._reader.undecorated(definition, is_bound=is_bound)
        ]

    def _partial(self, source: Source, call: Call, depth: int) -> list[Signature] | None:
        """Return the signatures of a `functools.partial`, without the arguments that it binds."""
        if call.callee.type != "name" or depth > _DEPTH:
            return None
        if not any(
            definition.full_name == "functools.partial" for definition in source.goto(call.callee)
        ):
            return None
        if not call.arguments or call.arguments[0].keyword is not None:
            return []
        rest = [argument for argument in call.arguments[1:] if argument.leaves]
        names = [argument.keyword.value for argument in rest if argument.keyword is not None]
        positional = [argument for argument in rest if argument.keyword is None]
        known = list(takewhile(lambda argument: not argument.stars, positional))
        signatures = self._signatures(source, call.arguments[0], depth + 1)
        binds_more = any(argument.stars == "*" for argument in rest)
        return [
            replace(signature.without(len(known), names), binds_more=binds_more)
            for signature in signatures
        ]


def _forwarding(
    signatures: Sequence[Signature],
    arguments: tuple[ArgumentTokens, ...],
    active: int,
    *,
    by_keyword: bool,
) -> Forwarding | None:
    unique = tuple(dict.fromkeys(signatures))
    return Forwarding(unique, arguments, active, by_keyword) if unique else None


def _target(call: Call, forwarder: Forwarder, skipped: int) -> int | None:
    """Return the index of the argument that is the target."""
    for index, argument in enumerate(call.arguments):
        if argument.keyword is not None and argument.keyword.value == forwarder.keyword:
            return index
    index = (forwarder.target or 0) + skipped
    if index >= len(call.arguments):
        return None
    before = call.arguments[: index + 1]
    return (
        None
        if any(argument.keyword is not None or argument.stars for argument in before)
        else index
    )


def _hinted(callee: Leaf) -> tuple[Forwarder, int] | None:
    """Return the forwarder that a method's and its receiver's name suggest."""
    receiver = receiver_of(callee)
    if receiver is None or HINT.search(receiver.value) is None:
        return None
    return next(
        ((forwarder, 0) for forwarder in (ADD_TASK, ADD) if forwarder.last_name == callee.value),
        None,
    )
