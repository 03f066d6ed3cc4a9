"""The call that is being written at a position, also in code that cannot be parsed yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from typed_bg._source.module import NEWLINE
from typed_bg.lsp.trees import code_of, leaf_before

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from typed_bg.lsp.trees import Leaf, Place, Tree

_OPEN = {"(": ")", "[": "]", "{": "}"}
_CLOSED = frozenset(_OPEN.values())
_CONSTANTS = frozenset({"False", "None", "True"})
# Keywords that only start a statement: no call reaches over one.
_STATEMENTS = frozenset({
    "assert", "break", "class", "continue", "def", "del", "elif", "except", "finally", "global",
    "import", "nonlocal", "pass", "raise", "return", "try", "while", "with",
})  # fmt: skip


@dataclass(frozen=True)
class ArgumentTokens:
    """An argument of a call.

    Attributes:
        leaves: Its tokens, without a keyword and asterisks; empty where nothing is written yet.
        keyword: The name before its `=`.
        stars: `*`, `**`, or nothing.
    """

    leaves: tuple[Leaf, ...] = ()
    keyword: Leaf | None = None
    stars: str = ""

    @property
    def code(self) -> str:
        """Its source."""
        return code_of(self.leaves)


@dataclass(frozen=True)
class Call:
    """A call, complete or not.

    Attributes:
        callee: The last token before the parenthesis: a name, or what closes another call.
        paren: The parenthesis that opens the arguments.
        arguments: The arguments. The last one is empty after a comma.
        active: The index of the argument at the position.
        closed: Whether its closing parenthesis was found.
    """

    callee: Leaf
    paren: Leaf
    arguments: tuple[ArgumentTokens, ...]
    active: int
    closed: bool


def call_at(tree: Tree, place: Place) -> Call | None:
    """Return the innermost call whose parentheses a position is in."""
    if _is_in_comment(tree, place):
        return None
    leaf = leaf_before(tree, place)
    depth = 0
    while leaf is not None:
        if leaf.type == "newline" or _starts_statement(leaf):
            return None
        if _bracket(leaf) in _CLOSED:
            depth += 1
        elif _bracket(leaf) in _OPEN:
            if depth:
                depth -= 1
            elif (callee := _callee(leaf)) is not None:
                return _call(callee, leaf, place)
        leaf = leaf.get_previous_leaf()
    return None


def call_of(paren: Leaf) -> Call | None:
    """Return the call whose arguments a parenthesis opens."""
    callee = _callee(paren)
    return None if callee is None else _call(callee, paren, paren.end_pos)


def call_that_ends(leaf: Leaf) -> Call | None:
    """Return the call that a closing parenthesis ends."""
    paren = opening(leaf)
    return None if paren is None else call_of(paren)


def opening(closing: Leaf) -> Leaf | None:
    """Return the bracket that a closing one belongs to."""
    depth = 0
    leaf: Leaf | None = closing
    while leaf is not None:
        if leaf.type == "newline":
            return None
        depth += (_bracket(leaf) in _CLOSED) - (_bracket(leaf) in _OPEN)
        if depth == 0:
            return leaf
        leaf = leaf.get_previous_leaf()
    return None


def receiver_of(callee: Leaf) -> Leaf | None:
    """Return the last token of what a method is called on."""
    dot = callee.get_previous_leaf()
    return dot.get_previous_leaf() if dot is not None and dot.value == "." else None


def ends_of_bases(name: Leaf) -> list[Leaf]:
    """Return the last token of each base in the parentheses behind the name of a class."""
    ends: list[Leaf] = []
    paren = name.get_next_leaf()
    if paren is None or paren.value != "(":
        return []
    leaf = paren.get_next_leaf()
    before: Leaf | None = None
    while leaf is not None and leaf.value not in {")", ":"}:
        if leaf.value == "," and before is not None and before.type == "name":
            ends.append(before)
        if leaf.value in {"=", "["}:
            return ends
        before, leaf = leaf, leaf.get_next_leaf()
    if before is not None and before.type == "name":
        ends.append(before)
    return ends


def alternatives(leaves: Sequence[Leaf]) -> list[Sequence[Leaf]]:
    """Return the expressions of which one is the value: two of `a if x else b` and of `a or b`.

    Returns:
        Names with attributes, strings and calls; nothing for other kinds of expressions.
    """
    while leaves and leaves[0].value == "(" and opening(leaves[-1]) is leaves[0]:
        leaves = leaves[1:-1]
    parts = _parts(leaves)
    words = [word.value for _, word in parts if word is not None]
    chosen: list[Sequence[Leaf]] = [part for part, _ in parts]
    if words == ["if", "else"]:
        del chosen[1]
    elif not set(words) <= {"or"}:
        return []
    if len(chosen) == 1:
        return chosen if _is_primary(leaves) else []
    return [found for part in chosen for found in alternatives(part)]


def _parts(leaves: Sequence[Leaf]) -> list[tuple[list[Leaf], Leaf | None]]:
    """Split an expression at its keywords, without those within brackets."""
    found: list[tuple[list[Leaf], Leaf | None]] = []
    part: list[Leaf] = []
    depth = 0
    for leaf in leaves:
        depth += (_bracket(leaf) in _OPEN) - (_bracket(leaf) in _CLOSED)
        if depth == 0 and leaf.type == "keyword" and leaf.value not in _CONSTANTS:
            found.append((part, leaf))
            part = []
        else:
            part.append(leaf)
    return [*found, (part, None)]


def _is_primary(leaves: Sequence[Leaf]) -> bool:
    """Return whether an expression has no operators outside of brackets."""
    depth = 0
    for leaf in leaves:
        if depth == 0 and leaf.type == "operator" and leaf.value not in {".", *_OPEN}:
            return False
        depth += (_bracket(leaf) in _OPEN) - (_bracket(leaf) in _CLOSED)
    return bool(leaves)


def _callee(paren: Leaf) -> Leaf | None:
    """Return the token before a parenthesis if that opens the arguments of a call."""
    before = paren.get_previous_leaf()
    if paren.value != "(" or before is None or not _ends_expression(before):
        return None
    if before.type == "name":
        ahead = before.get_previous_leaf()
        if ahead is not None and ahead.value in {"def", "class"}:
            return None
    return before


def _ends_expression(leaf: Leaf) -> bool:
    return leaf.type == "name" or leaf.value in {")", "]"}


def _call(callee: Leaf, paren: Leaf, place: Place) -> Call:
    arguments: list[ArgumentTokens] = []
    active = 0
    closed = False
    for leaves, end in _split(paren, place):
        if end is None or end.start_pos < place:
            active += end is not None and end.value == ","
        closed = end is not None and end.value == ")"
        arguments.append(_argument(leaves))
    return Call(callee, paren, tuple(arguments), min(active, len(arguments) - 1), closed)


def _split(paren: Leaf, place: Place) -> Iterator[tuple[list[Leaf], Leaf | None]]:
    """Yield the tokens of each argument, and the comma or parenthesis behind them."""
    leaves: list[Leaf] = []
    depth = 0
    binding = False  # within `lambda a, b:` or `for a, b in`
    leaf = paren.get_next_leaf()
    while leaf is not None and not _is_behind(leaf, place):
        value = leaf.value if leaf.type == "keyword" else _bracket(leaf)
        if depth == 0:
            if value == ")" or (value == "," and not binding):
                yield leaves, leaf
                if value == ")":
                    return
                leaves = []
                leaf = leaf.get_next_leaf()
                continue
            if value in {"lambda", "for"}:
                binding = True
            elif value in {":", "in"}:
                binding = False
        depth += (value in _OPEN) - (value in _CLOSED)
        if depth < 0:
            break
        leaves.append(leaf)
        leaf = leaf.get_next_leaf()
    yield leaves, None


def _is_behind(leaf: Leaf, place: Place) -> bool:
    """Return whether a token belongs to what follows a call that is not closed."""
    if leaf.type in {"newline", "endmarker"}:
        return True
    return leaf.start_pos >= place and _starts_statement(leaf)


def _starts_statement(leaf: Leaf) -> bool:
    return leaf.type in {"keyword", "error_leaf"} and leaf.value in _STATEMENTS


def _argument(leaves: list[Leaf]) -> ArgumentTokens:
    if len(leaves) > 1 and leaves[0].type == "name" and leaves[1].value == "=":
        return ArgumentTokens(tuple(leaves[2:]), keyword=leaves[0])
    if leaves and leaves[0].value in {"*", "**"}:
        return ArgumentTokens(tuple(leaves[1:]), stars=leaves[0].value)
    return ArgumentTokens(tuple(leaves))


def _is_in_comment(tree: Tree, place: Place) -> bool:
    leaf = tree.get_leaf_for_position(place, include_prefixes=True)
    if leaf is None or leaf.start_pos < place:
        return False
    line, column = leaf.get_start_pos_of_prefix()
    for text in NEWLINE.split(leaf.prefix):
        mark = text.find("#")
        if line == place[0] and 0 <= mark < place[1] - column:
            return True
        line, column = line + 1, 0
    return False


def _bracket(leaf: Leaf) -> str:
    """Return a token's text if it is a bracket or a comma, and not a part of a string."""
    return leaf.value if leaf.type in {"operator", "error_leaf"} else ""
