"""Links that open a snippet in the playground of a type checker.

The code is in the address, compressed as lz-string does it. mypy's and ty's playgrounds store code
on their servers, so their links cannot be made here.
"""

from __future__ import annotations

import json
import re
import sys
from urllib.parse import quote, urlencode

from lzstring import LZString

# Each playground has the standard library and the stubs of this package.
_KNOWN = frozenset({*sys.stdlib_module_names, "typing_extensions"})
# This Python may be older than the syntax of a snippet, so it is not parsed.
_IMPORTED = re.compile(r"^\s*(?:from|import) (\w+)", re.MULTILINE)
_FILE = "snippet.py"


def playgrounds(code: str) -> dict[str, str]:
    """Return the addresses by checker; none for code that imports what playgrounds don't have."""
    if not set(_IMPORTED.findall(code)) <= _KNOWN:
        return {}
    compressed = _compress(code)
    project = _compress(json.dumps({"files": {_FILE: code}, "activeFile": _FILE}))
    return {
        "pyright": f"https://pyright-play.net/?{urlencode({'code': compressed})}",
        "basedpyright": f"https://basedpyright.com/?{urlencode({'code': compressed})}",
        "pyrefly": f"https://pyrefly.org/sandbox/?project={quote(project, safe='')}",
    }


def _compress(text: str) -> str:
    compressed: str = LZString().compressToEncodedURIComponent(text)
    return compressed
