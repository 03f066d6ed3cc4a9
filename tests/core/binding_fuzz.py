"""Compare adding tasks with calling their targets, for many random signatures and calls.

`python tests/core/binding_fuzz.py [--seed N] [--count N]`: see `nox -s fuzz`. It does what
`test_binding_properties.py` does, without looking for the smallest example, and so many times as
fast. The exit code is 1 if an answer is wrong.
"""

from __future__ import annotations

import argparse
import functools
import logging
import random
import sys
from collections import Counter

import test_binding_properties as properties

_CALLS = 3  # of each signature
_EXAMPLES = 20


def main() -> int:
    """Try signatures, and print what was tried and what was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=100_000, help="of signatures")
    asked = parser.parse_args()
    logging.disable()  # it would name each task, since none is run
    chance = random.Random(asked.seed)  # noqa: S311  # no secret
    rejected: Counter[bool] = Counter()
    wrong = 0
    for _ in range(asked.count):
        form = chance.choice([*properties.FORMS, *properties.TWO_STEPS])
        is_class = form in properties.TWO_STEPS
        source = form(_parameters(chance), _parameters(chance)) if is_class else _one(form, chance)
        target = properties.evaluate(source)
        if chance.random() < 1 / 4:
            args, kwargs = _call(chance)
            target = functools.partial(target, *args, **kwargs)
        for _ in range(_CALLS):
            args, kwargs = _call(chance)
            expected = properties.words_of_a_call(target, args, kwargs)
            added = properties.words_of_adding(target, args, kwargs)
            made = properties.words_of_making(target, args, kwargs)
            rejected[added is not None] += 1
            # The second of a class's two functions is not asked, so what it rejects is added.
            if made != added or (added != expected and not (is_class and added is None)):
                wrong += 1
                if wrong <= _EXAMPLES:
                    print(f"wrong: {args}, {kwargs}: {added!r}, not {expected!r}\n{source}")  # noqa: T201
    print(  # noqa: T201
        f"{asked.count:,} signatures, {rejected.total():,} calls: {rejected[False]:,} accepted, "
        f"{rejected[True]:,} rejected, {wrong:,} wrong"
    )
    return 1 if wrong or not all(rejected[answer] for answer in (True, False)) else 0


def _one(form: object, chance: random.Random) -> str:
    source: str = form(_parameters(chance))  # type: ignore[operator]
    return source


def _parameters(chance: random.Random) -> str:
    """Write a parameter list."""
    names = iter(chance.sample(properties.NAMES, len(properties.NAMES)))
    only, both, keywords = (chance.randrange(3) for _ in range(3))
    plain = chance.randint(0, only + both)  # those without a default
    parts = [f"{next(names)}{'=0' * (index >= plain)}" for index in range(only + both)]
    if only:
        parts.insert(only, "/")
    if chance.random() < 1 / 2:
        parts.append(f"*{next(names)}")
    elif keywords:
        parts.append("*")
    parts += [f"{next(names)}{'=0' * chance.randrange(2)}" for _ in range(keywords)]
    if chance.random() < 1 / 2:
        parts.append(f"**{next(names)}")
    return ", ".join(parts)


def _call(chance: random.Random) -> tuple[tuple[int, ...], dict[str, int]]:
    names = [*properties.NAMES, "unknown"]
    return (
        tuple(range(chance.randrange(6))),
        dict.fromkeys(chance.sample(names, chance.choice([0, 0, 1, 1, 2, 3])), 1),
    )


if __name__ == "__main__":
    sys.exit(main())
