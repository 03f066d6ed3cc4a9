"""Signatures without evaluating annotations."""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def signature_of(func: Callable[..., Any], *, follow_wrapped: bool = True) -> inspect.Signature:
    """Return the signature of a callable, even if its annotations cannot be evaluated.

    Since Python 3.14, `inspect.signature` evaluates annotations and so raises `NameError` for a
    name that is imported for type checkers only. Here such an annotation is a forward reference.
    """
    if sys.version_info >= (3, 14):
        from annotationlib import Format  # noqa: PLC0415  # older Pythons do not have it

        return inspect.signature(
            func, follow_wrapped=follow_wrapped, annotation_format=Format.FORWARDREF
        )
    return inspect.signature(func, follow_wrapped=follow_wrapped)
