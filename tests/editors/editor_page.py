"""docs/editors.md: what a person sees where, in which server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from editor_gaps import GAPS
from editor_questions import QUESTIONS, SECTIONS
from language_servers import OURS, SERVERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from editor_answers import Answer, Place
    from editor_questions import Question

    Shown = Mapping[str, Mapping[Place, Answer]]

PAGE = Path(__file__).parents[2] / "docs" / "editors.md"
EXAMPLE_SERVER = "pyright"
PARAGRAPH = "\n\n"
EXAMPLES = {
    "Hover on `add_task`": "add_task-hover",
    "Signature help at `add_task(send_email, `": "add_task-to-marked",
    "Signature help at `add(send_email)(`": "call-to-marked",
}

HEAD = """\
# What editors show

This page shows what seven language servers answer while you write a call of this library. The
servers get the same requests as from an editor. The column `typed-bg lsp` shows the answers of
[our own server](lsp.md), which does not repeat information that the other servers show. The last
two columns count the servers that show the information, alone and together with `typed-bg lsp`.
Editors combine the hovers and completions of all servers, but show the signature help of only one.
If `typed-bg lsp` answers, its signature help is counted. `nox -s editors -- --write` queries the
servers and writes this page, and `nox -s editors` fails if the page or an answer is out of date.
VS Code's Pylance is built on pyright. PyCharm is not included, because it has its own engine.

No server renders `Doc()`. Servers show docstrings, so [`typed-bg docs`](docstrings.md) copies that
text into the docstrings. More servers know the task's own parameters inside `add(func)(...)` than
inside `add_task(func, ...)`.
"""


def page(shown: Shown) -> str:
    """Write the page about what each server shows at each place."""
    reasons = list(dict.fromkeys(why for gaps in GAPS.values() for why in gaps.values()))
    numbers = {reason: number for number, reason in enumerate(reasons, 1)}
    return "\n".join(
        (
            HEAD,
            *_table(shown, numbers),
            "",
            "## Reasons",
            "",
            *(f"{number}. {reason}" for reason, number in numbers.items()),
            "",
            f"## Examples from {EXAMPLE_SERVER}",
            *_examples(shown[EXAMPLE_SERVER]),
            "",
        )
    )


def _table(shown: Shown, numbers: Mapping[str, int]) -> Iterator[str]:
    ours = shown[OURS.name]
    yield _row("", *SERVERS, OURS.name, "alone", "together")
    yield _row("---", *(":-:" for _ in shown), ":-:", ":-:")
    yield _row("version", *(SERVERS[name].version for name in SERVERS), "", "", "")
    for title, questions in SECTIONS.items():
        yield _row(f"**{title}**", *("" for _ in shown), "", "")
        for question in questions:
            answers = {name: shown[name][question.place] for name in SERVERS}
            seen = {name: question.is_seen(answer) for name, answer in answers.items()}
            cells = (_cell(question, name, numbers, seen=seen[name]) for name in SERVERS)
            own = "yes" if question.is_seen(ours[question.place]) else "-"
            together = sum(
                question.is_seen_together(answer, ours[question.place])
                for answer in answers.values()
            )
            alone = sum(seen.values())
            counts = (f"{alone}/{len(seen)}", f"{together}/{len(seen)}")
            yield _row(question.wanted, *cells, own, *counts)


def _cell(question: Question, server: str, numbers: Mapping[str, int], *, seen: bool) -> str:
    if seen:
        return "yes"
    reason = GAPS.get(question.name, {}).get(server)
    return f"no ({numbers[reason]})" if reason else "no"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _examples(shown: Mapping[Place, Answer]) -> Iterator[str]:
    for title, name in EXAMPLES.items():
        answer = shown[QUESTIONS[name].place]
        yield from ("", f"{title}:", "", "> ```python", *_quoted(answer.code), "> ```")
        prose = answer.prose
        if answer.marked:
            beside = f", {answer.marked_prose}" if answer.marked_prose else ""
            yield from (">", *_quoted(f"(at `{answer.marked}`{beside})"))
            prose = f"{prose.partition(PARAGRAPH)[0]}{PARAGRAPH}..."
        yield from (">", *_quoted(prose))


def _quoted(markdown: str) -> Iterator[str]:
    for line in markdown.rstrip().splitlines():
        hard_break = "\\" if line.strip() and line.endswith("  ") else ""
        yield f"> {line.rstrip()}{hard_break}".rstrip()
