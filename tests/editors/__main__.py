"""`python tests/editors`: ask the language servers, and write docs/editors.md."""

# ruff: noqa: T201  # a program's output

from __future__ import annotations

from editor_answers import everywhere
from editor_page import PAGE, page
from editor_questions import PLACES


def main() -> None:
    """Write the page."""
    with everywhere(PLACES) as looks:
        PAGE.write_text(
            page({name: look.result() for name, look in looks.items()}),
            encoding="utf-8",
            newline="\n",
        )
    print(f"wrote {PAGE}")


if __name__ == "__main__":
    main()
