"""Compare a table with the one in docs/real-code.md, or write it there."""

from __future__ import annotations

from pathlib import Path

PAGE = Path("docs/real-code.md")


def compared(name: str, text: str, failures: list[str], *, write: bool) -> int:
    """Print a table and the failures, and return the exit code.

    Args:
        name: The session of nox that makes the table, and the name of its place in the page.
        text: The table.
        failures: What else is wrong.
        write: Whether to write the table.
    """
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
    page = PAGE.read_text("utf-8")
    before, _, rest = page.partition(begin)
    recorded, _, after = rest.partition(end)
    if write:
        PAGE.write_text(f"{before}{begin}{text}{end}{after}", "utf-8")
    elif _without_date(recorded) != _without_date(text):
        failures = [*failures, f"{PAGE} differs: update it with `nox -s {name} -- --write`"]
    print(text, *failures, sep="\n")  # noqa: T201
    return 1 if failures else 0


def _without_date(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("Measured"))
