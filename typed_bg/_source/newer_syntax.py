"""Find the Python version that can parse a file if the running one cannot.

Each construct that a newer Python added is rewritten in an older form. If the file then parses, the
construct was the only problem. Only the version matters: the rewritten text can mean something
else.
"""

from __future__ import annotations

import ast
import re
import sys
import warnings

Version = tuple[int, int]

_START = r"(?:^|(?<=[\n\r;:]))[ \t\f]*"  # of a statement
_NAMED = r"(?:async\s+def|def|class|type)\s+\w+"
_BRACKETS = r"\[(?:[^][]|\[[^][]*\])*\]"
_NAME = r"\w+(?:\s*\.\s*\w+)*"
# For each version, patterns of what it added, and their replacements.
_REWRITES: dict[Version, tuple[tuple[str, str], ...]] = {
    (3, 11): (
        (rf"({_START}except)\s*\*", r"\1 "),
        (r"(?<=\w)(\[|:)\s*\*(?=\w)", r"\1"),  # tuple[*Ts], *args: *Ts
    ),
    (3, 12): (
        (rf"({_START}{_NAMED})\s*\[(?:[^][=]|{_BRACKETS})*\]", r"\1"),
        (rf"({_START})type\s+(\w+\s*=(?!=))", r"\1\2"),
    ),
    (3, 13): (  # defaults of type parameters
        (rf"({_START}{_NAMED})\s*\[(?:[^][]|{_BRACKETS})*\]", r"\1"),
        (rf"({_START})type\s+(\w+\s*=(?!=))", r"\1\2"),
    ),
    (3, 14): ((rf"({_START}except\b\s*\*?\s*)({_NAME}(?:\s*,\s*{_NAME})+)\s*:", r"\1(\2):"),),
    (3, 15): ((rf"({_START})lazy\s+((?:import|from)\b)", r"\1\2"),),
}
# The prefix and, after a space, the content of strings that need a version.
_T_STRING = r"(?<![\w'])(?:t|tr|rt)[\"']"
_STRINGS: dict[Version, str] = {
    (3, 12): rf"(?is)(?:f|fr|rf) (?!.*{_T_STRING}).*[\"'\\\r\n#]",
    (3, 14): rf"(?is)(?:t|tr|rt) |(?:f|fr|rf) .*{_T_STRING}",
}
_UNPACKING = "unpacking cannot be used in"  # a comprehension, as Pythons before 3.15 report it

_TOKEN = re.compile(r"#[^\r\n]*|(?i:\b([bruft]{1,2}))?(\"\"\"|'''|\"|')")


def version_needed(text: str) -> Version | None:
    """Return the oldest Python that can parse a text that this one cannot.

    Returns:
        The version, or `None` if no Python that is known here can.
    """
    for version, rewrites in _REWRITES.items():
        if version <= sys.version_info[:2]:
            continue
        for pattern, older in rewrites:
            text = re.sub(pattern, older, text)
        if version in _STRINGS:
            text = _without_strings(text, _STRINGS[version])
        error = _error(text)
        if error is None:
            return version
        if _UNPACKING in error:
            return (3, 15)
    return None


def _error(text: str) -> str | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except SyntaxError as error:
        return error.msg
    except (RecursionError, MemoryError):
        return "nested too deeply"
    return None


def _without_strings(text: str, new: str) -> str:
    """Replace each string that matches a pattern by an empty string."""
    pieces: list[str] = []
    last = position = 0
    while found := _TOKEN.search(text, position):
        position = _end_of_token(text, found)
        prefix, quote = found[1] or "", found[2]
        if quote is None or not text.endswith(quote, found.end(), position):
            continue
        content = text[found.end() : position - len(quote)]
        if re.match(new, f"{prefix} {content}"):
            pieces += text[last : found.start()], "''"
            last = position
    return "".join((*pieces, text[last:]))


def _end_of_token(text: str, token: re.Match[str]) -> int:
    """Return the end of a comment, or of a string of which a match is the opening quote."""
    position, quote = token.end(), token[2]
    has_fields = not {"f", "t"}.isdisjoint((token[1] or "").lower())
    while quote is not None and position < len(text):
        if text.startswith(quote, position):
            return position + len(quote)
        if text[position] == "\\" or text.startswith("{{", position):
            position += 2
        elif text[position] == "{" and has_fields:
            position = _end_of_field(text, position + 1)
        elif text[position] in "\r\n" and len(quote) == 1:
            return position
        else:
            position += 1
    return position


def _end_of_field(text: str, position: int) -> int:
    """Return the end of a replacement field: what is behind its `}`."""
    depth = 0
    in_format = False
    while position < len(text):
        character = text[position]
        token = None if in_format else _TOKEN.match(text, position)
        if token is not None:
            position = _end_of_token(text, token)
            continue
        position += 1
        if character == "}" and depth == 0:
            return position
        if character == "{" and in_format:
            position = _end_of_field(text, position)
        elif character == ":" and depth == 0:
            in_format = True
        elif not in_format:
            depth += (character in "([{") - (character in ")]}")
    return position
