"""Syntax trees of code that may be incomplete, as parso makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Place = tuple[int, int]
"""A line, 1-based, and a column in code points."""


class Node(Protocol):
    """A node of parso's tree, as far as it is used here."""

    type: str
    parent: Node | None
    start_pos: Place
    end_pos: Place

    def get_code(self, include_prefix: bool = ...) -> str:  # noqa: FBT001  # parso's parameter
        """Return the source."""
        ...

    def get_last_leaf(self) -> Leaf:
        """Return the last token."""
        ...

    def search_ancestor(self, *node_types: str) -> Node | None:
        """Return the closest node of these types that contains this one."""
        ...


class Leaf(Node, Protocol):
    """A token."""

    value: str
    prefix: str

    def get_previous_leaf(self) -> Leaf | None:
        """Return the token before this one."""
        ...

    def get_next_leaf(self) -> Leaf | None:
        """Return the token after this one."""
        ...

    def get_start_pos_of_prefix(self) -> Place:
        """Return where the white space and the comments before this token start."""
        ...

    def get_definition(self) -> Node | None:
        """Return the statement that defines this name."""
        ...


class Parent(Node, Protocol):
    """A node with children."""

    children: list[Node]


class Tree(Parent, Protocol):
    """A module."""

    def get_leaf_for_position(
        self,
        position: Place,
        include_prefixes: bool = ...,  # noqa: FBT001  # parso's parameter
    ) -> Leaf | None:
        """Return the token at a position."""
        ...

    def get_used_names(self) -> Mapping[str, Sequence[Leaf]]:
        """Return all names, also those that are only read."""
        ...


class Import(Node, Protocol):
    """An import statement."""

    level: int

    def get_path_for_name(self, name: Leaf) -> Sequence[Leaf]:
        """Return the dotted path that a name is imported from."""
        ...


class Statement(Node, Protocol):
    """An assignment."""

    def get_rhs(self) -> Node:
        """Return the value."""
        ...


class ParameterNode(Node, Protocol):
    """A parameter in the source of a function."""

    annotation: Node | None
    default: Node | None


class Scope(Node, Protocol):
    """A function or a class."""

    name: Leaf

    def get_doc_node(self) -> Leaf | None:
        """Return the docstring."""
        ...


class ClassScope(Scope, Protocol):
    """A class."""

    def get_decorators(self) -> list[Node]:
        """Return the decorators."""
        ...

    def get_super_arglist(self) -> Node | None:
        """Return the bases and the keyword arguments behind them."""
        ...

    def get_suite(self) -> Node:
        """Return the body."""
        ...

    def iter_funcdefs(self) -> Iterator[Scope]:
        """Yield the methods."""
        ...


class Function(Scope, Protocol):
    """A function."""

    annotation: Node | None


def name_at(tree: Tree, place: Place) -> Leaf | None:
    """Return the name that a position is in, or at one end of."""
    leaf = tree.get_leaf_for_position(place)  # the token that ends there, if there are two
    if leaf is not None and leaf.type == "name" and leaf.start_pos <= place:
        return leaf
    return name_starting_at(tree, place)


def name_starting_at(tree: Tree, place: Place) -> Leaf | None:
    """Return the name that starts at a position."""
    leaf = tree.get_leaf_for_position(place, include_prefixes=True)
    while leaf is not None and leaf.start_pos < place:  # parso returns the token that ends there
        leaf = leaf.get_next_leaf()
    return leaf if leaf is not None and leaf.type == "name" and leaf.start_pos == place else None


def names_in(node: Parent) -> dict[str, list[Leaf]]:
    """Return the names within a node, in the order of the source."""
    found: dict[str, list[Leaf]] = {}
    waiting: list[Node] = [node]
    while waiting:
        part = waiting.pop()
        if hasattr(part, "children"):
            waiting.extend(reversed(cast("Parent", part).children))
        elif part.type == "name":
            leaf = cast("Leaf", part)
            found.setdefault(leaf.value, []).append(leaf)
    return found


def leaf_before(tree: Tree, place: Place) -> Leaf | None:
    """Return the last token that starts before a position."""
    leaf = tree.get_leaf_for_position(place, include_prefixes=True)
    if leaf is None:
        return None
    return leaf if leaf.start_pos < place else previous(leaf)


def previous(leaf: Leaf) -> Leaf | None:
    """Return the token before another one, without the zero-width ones that mark blocks."""
    before = leaf.get_previous_leaf()
    while before is not None and before.type in {"indent", "dedent", "error_dedent"}:
        before = before.get_previous_leaf()
    return before


def code_of(leaves: Sequence[Leaf]) -> str:
    """Return the source of some adjacent tokens."""
    return "".join(
        leaf.value if index == 0 else leaf.prefix + leaf.value for index, leaf in enumerate(leaves)
    )
