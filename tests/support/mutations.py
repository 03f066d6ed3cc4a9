"""Changes of a few bytes, such as a full disk, a merge or a slip of the hand leave behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

_SIGNS = b"\"'{}[]()=:,.\\#/*<\n\r\t 09\0\xff\xc3"
_BYTES = st.sampled_from([bytes([sign]) for sign in _SIGNS]) | st.binary(min_size=1, max_size=3)
changes = st.lists(
    st.tuples(
        st.sampled_from(["replace", "insert", "delete", "repeat", "cut"]),
        st.integers(0, 100_000),
        st.integers(1, 40),
        _BYTES,
    ),
    min_size=1,
    max_size=4,
)


def mutated(content: bytes, changes: list[Any]) -> bytes:
    """Apply changes to a file's content."""
    for kind, number, length, new in changes:
        place = number % (len(content) + 1)
        before, after = content[:place], content[place:]
        content = _CHANGES[kind](before, after, length, new)
    return content


_CHANGES: dict[str, Callable[[bytes, bytes, int, bytes], bytes]] = {
    "replace": lambda before, after, _, new: before + new + after[len(new) :],
    "insert": lambda before, after, _, new: before + new + after,
    "delete": lambda before, after, length, _: before + after[length:],
    "repeat": lambda before, after, length, _: before + after[:length] * 2 + after[length:],
    "cut": lambda before, *_: before,
}
