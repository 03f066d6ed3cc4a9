"""`python -m docs_build.families`: write a page about each family of `typed-bg check --family`.

The tables are what the checkers were seen to report, as `tests/check/family_calls.py` records it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from typed_bg.check.calls.families import FAMILIES
from typed_bg.check.calls.forwarders import BACKGROUND_FAMILY
from typed_bg.checkers import CHECKERS

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "families"
CALLS = ROOT / "tests" / "check" / "families"
_GENERATED = "<!-- Written by `python -m docs_build.families`. -->"
_LEGEND = """\
`t` is a wrong type, `m` a missing argument, and `k` an unknown keyword or an extra argument. Each
cell shows which of these mistakes the checker reports on its own. The letters after an arrow show
what it reports with `typed-bg check`."""
_REJECTED = """
`!` means that the checker also rejects the correct call, so its errors don't tell right from
wrong."""
_INDEX = """\
`typed-bg check` checks background tasks. Many other APIs also take a function and its arguments,
and call the function later: in a thread, in a worker, at exit. They are grouped into families:

{families}

Choose families with `--family NAME` (repeatable), or in `pyproject.toml`:

```toml
[tool.typed_bg]
families = ["background", "threads"]
```

`all` means every family. Without the option, only `background` is checked. The last lines of the
report then count the calls of other families that can be recognized from the source, such as
`asyncio.to_thread`.

Calls of a family get the same verdicts and findings as background tasks. If the target's arguments
are in a container, as in `Thread(target=send, args=("a",))`, no type checker compares them with the
target's parameters. typed-bg then adds `send("a")`, a [direct call](../check.md#direct-calls), for
the checkers to check, and the best possible verdict is `checked-directly`. If typed-bg can't tell
which function is the target, or what the container contains, the verdict is `unprobeable` and
nothing is reported about the arguments.

A method call counts only if a checker knows the receiver's class, or if the source shows the class.
The name of the method alone, such as `submit`, is not enough.

The tables on these pages come from a test. It runs all six checkers on one correct call and three
wrong calls of each API, with the real packages."""


def pages() -> dict[str, str]:
    """Return the text of every page, by file name."""
    outcomes = tomllib.loads((CALLS / "outcomes.toml").read_text("utf-8"))
    described = {name: _described(name) for name in outcomes}
    found = {f"{name}.md": _page(name, described[name], outcomes[name]) for name in outcomes}
    lines = ["- `background`, the default: Starlette, FastAPI and typed_bg. See [Which calls are"]
    lines.append("  checked](../check.md#which-calls-are-checked).")
    for name, family in described.items():
        lines.append(f"- [`{family['families'][0]}`]({name}.md): {family['apis']}.")
    index = _INDEX.format(families="\n".join(lines))
    return {"index.md": f"{_GENERATED}\n\n# Families\n\n{index}\n", **found}


def _described(name: str) -> dict[str, Any]:
    return tomllib.loads((CALLS / f"{name}.toml").read_text("utf-8"))


def _page(name: str, described: dict[str, Any], outcomes: dict[str, Any]) -> str:
    apis = [api for api in described["api"] if "instead-of" not in api]
    typed = [api for api in described["api"] if "instead-of" in api]
    calls = "\n".join(api["right"] for api in apis)
    rejects = any("!" in letters for seen in outcomes.values() for letters, _ in seen.values())
    parts = [
        _GENERATED,
        f"# {described.get('title', name)}",
        described["summary"].strip(),
        f"```sh\ntyped-bg check --family {described['families'][0]}\n```",
        "## The calls",
        f"```python\n{calls}\n```",
        "## Who reports a wrong call",
        _LEGEND + (_REJECTED if rejects else ""),
        _table("", [(f"`{api['name']}`", outcomes[api["name"]]) for api in apis]),
    ]
    if typed:
        rows = [
            (f"`{api['right']}` instead of `{api['instead-of']}`", outcomes[api["name"]])
            for api in typed
        ]
        parts += ["## Typed alternatives", described["alternatives"].strip(), _table("", rows)]
    if "notes" in described:
        parts += ["## Notes", described["notes"].strip()]
    return "\n\n".join(parts) + "\n"


def _table(title: str, rows: list[tuple[str, dict[str, list[str]]]]) -> str:
    lines = [f"| {title} | {' | '.join(CHECKERS)} |", f"|{'---|' * (len(CHECKERS) + 1)}"]
    lines += [
        f"| {first} | {' | '.join(_cell(*seen[checker]) for checker in CHECKERS)} |"
        for first, seen in rows
    ]
    return "\n".join(lines)


def _cell(alone: str, together: str) -> str:
    return _letters(alone) if alone == together else f"{_letters(alone)} → {_letters(together)}"


def _letters(seen: str) -> str:
    found = seen.replace(".", "")
    return f"`{found}`" if found else "-"


def undocumented() -> set[str]:
    """Return the families without a page."""
    return {*FAMILIES} - {BACKGROUND_FAMILY} - {name.removesuffix(".md") for name in pages()}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for file, text in pages().items():
        (FOLDER / file).write_text(text, "utf-8")
