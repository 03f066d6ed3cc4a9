"""What all coders share."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any, get_args

from typed_bg._core.binding import type_of
from typed_bg._core.messages import repr_of


class UnsupportedValueError(Exception):
    """A value would not arrive unchanged.

    Attributes:
        why: What is wrong, as a sentence about the part of the value that is at `path`.
        path: Where that part is, such as `.addresses[0]`.
    """

    def __init__(self, why: str, path: str = "") -> None:
        super().__init__(why, path)
        self.why = why
        self.path = path


class Coder:
    """Writes and reads the values of one annotation."""

    def dump(self, value: Any) -> Any:
        """Return a value as what JSON has, with its type unless JSON has that.

        Raises:
            UnsupportedValueError: It would not arrive unchanged.
        """
        raise NotImplementedError

    def load(self, data: Any) -> Any:
        """Return the value that `dump` was given.

        Raises:
            ValueError: The data do not fit the annotation.
            TypeError: As above.
            LookupError: As above.
        """
        raise NotImplementedError


CoderOf = Callable[[Any], Coder]  # for an annotation


def tagged(tag: str, content: Any) -> dict[str, Any]:
    """Write content with its type."""
    return {f"${tag}": content}


def untag(data: Any) -> tuple[str | None, Any]:
    """Return the tag of tagged data and its content; `None` and the data if they have none."""
    if type_of(data) is dict and len(data) == 1:
        key: str = next(iter(data))
        if key.startswith("$"):
            return key[1:], data[key]
    return None, data


def content_of(data: Any, tag: str) -> Any:
    """Return the content of data with a tag.

    Raises:
        ValueError: They have another one, or none.
    """
    found, content = untag(data)
    if found != tag:
        msg = f"expected {tag}, not {repr_of(data)}"
        raise ValueError(msg)
    return content


def class_tag(kind: type) -> str:
    """Return the tag of a class's values."""
    return f"{kind.__module__}:{kind.__qualname__}"


def content_of_class(data: Any, kind: type) -> Any:
    """Return the content of a value of a class, which may have moved to another module since.

    Raises:
        ValueError: They are of another class.
    """
    tag, content = untag(data)
    module, _, qualname = (tag or "").partition(":")
    if tag != class_tag(kind) and (
        qualname != kind.__qualname__ or _found(module, qualname) not in (None, kind)
    ):
        msg = f"expected {kind.__qualname__}, not {repr_of(data)}"
        raise ValueError(msg)
    return content


def _found(module: str, qualname: str) -> object:
    found: object = sys.modules.get(module)
    for part in qualname.split("."):
        found = getattr(found, part, None)
    return found


def mismatch(value: Any, expected: str) -> UnsupportedValueError:
    """Reject a value of the wrong type."""
    return UnsupportedValueError(f"is {repr_of(value)}, but the annotation expects {expected}")


def at(part: str, error: UnsupportedValueError) -> UnsupportedValueError:
    """Put a part in front of the path of an error."""
    return UnsupportedValueError(error.why, f"{part}{error.path}")


def expect(data: Any, *kinds: type) -> Any:
    """Return data of the expected types.

    Raises:
        ValueError: They are of another type.
    """
    if type(data) not in kinds:
        msg = f"expected {' or '.join(kind.__name__ for kind in kinds)}, not {repr_of(data)}"
        raise ValueError(msg)
    return data


def check_text(value: str) -> None:
    """Reject text that JSON would change."""
    try:
        value.encode()
    except UnicodeEncodeError:
        if json.loads(json.dumps(value)) != value:
            why = f"is {repr_of(value)}, with surrogates that JSON would join into one character"
            raise UnsupportedValueError(why) from None


def plain_name(hint: Any) -> str:
    """Return the name of an annotation."""
    return hint.__qualname__ if isinstance(hint, type) and not get_args(hint) else str(hint)


def reason(error: Exception) -> str:
    """Return in one line why pydantic, or a type's own hook, raised."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if len(lines) > 1 and lines[0].endswith(":"):  # "Pydantic serializer warnings:"
        del lines[0]
    return lines[0] if lines else type(error).__qualname__
