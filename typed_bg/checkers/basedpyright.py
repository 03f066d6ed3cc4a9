"""basedpyright: pyright's output and options, and modes of its own."""

from __future__ import annotations

from typed_bg.checkers.pyright import Pyright


class BasedPyright(Pyright):
    """basedpyright.

    Default is its mode `recommended`, strict its mode `strict`: pyright's rules under pyright's
    name. `recommended` and `all` have more rules than `strict`, about style for the most part.
    """

    name = "basedpyright"
    default_mode = "recommended"
