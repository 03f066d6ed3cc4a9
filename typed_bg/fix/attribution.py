"""Which edits a call needs that becomes checked although no edit was proposed for it.

A call has no edit of its own if no reason was found for it, for example because its receiver is an
item of a list. The edit for another call of the same function can make it checked, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from typed_bg.fix.edits import Edit
    from typed_bg.fix.measure import CallKey
    from typed_bg.fix.proof import Gain


def needed_edits(
    gains: Collection[Gain],
    edits: Sequence[Edit],
    without: Callable[[frozenset[Edit]], Collection[Gain]],
) -> dict[Edit, set[CallKey]]:
    """Return the edits without which gains are lost, found by halving.

    Args:
        gains: What all edits together achieve.
        edits: The edits.
        without: Measures what is achieved without some of them.

    Returns:
        The edits, each with the calls that need it.
    """
    found: dict[Edit, set[CallKey]] = {}
    nothing: frozenset[Edit] = frozenset()
    stack = [(frozenset(gains), tuple(edits), nothing)]
    while stack:
        wanted, suspects, dropped = stack.pop()
        if not wanted or not suspects:
            continue
        if len(suspects) == 1:
            found.setdefault(suspects[0], set()).update(gain.call for gain in wanted)
            continue
        half = len(suspects) // 2
        first, second = suspects[:half], suspects[half:]
        lost = [wanted.difference(without(dropped.union(each))) for each in (first, second)]
        stack += [(lost[0], first, dropped), (lost[1], second, dropped)]
        # What either half achieves without the other is listed once.
        stack.append((wanted - lost[0] - lost[1], first, dropped.union(second)))
    return found
