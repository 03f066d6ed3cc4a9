"""Renders the table of all snippets and checkers, and the pages that show each snippet's code."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from docs_build.code import lines_of
from docs_build.outcomes import PROFILES
from docs_build.playgrounds import playgrounds
from typing_tests._upstream import link
from typing_tests._verdicts import VERDICTS, Verdict

if TYPE_CHECKING:
    from docs_build.outcomes import Shown, Suite

FOLDER = "explorer"
_HEAD = "---\nsearch:\n  exclude: true\n---\n"

_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def _codes(text: str) -> Markup:
    """Convert the `code` in a title to HTML."""
    parts = text.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if index % 2 else escape(part)
        for index, part in enumerate(parts)
    )


_environment.filters["codes"] = _codes
_environment.filters["link"] = link


def slug(subject: str) -> str:
    """Return the URL name of a subject's page."""
    return subject.replace(" ", "-")


def matrix(suite: Suite) -> str:
    """Return the table of snippets as HTML. JavaScript only adds filters."""
    shown = [each for each in suite.snippets if each.kind != "cookbook"]
    by_subject: dict[str, list[Shown]] = {}
    for snippet in sorted(shown, key=lambda each: (each.subject, each.kind, each.name)):
        by_subject.setdefault(snippet.subject, []).append(snippet)
    return render(
        "matrix.html.jinja",
        subjects=by_subject,
        checkers=suite.versions,
        verdicts=VERDICTS,
        slug=slug,
        total=len(shown),
    )


def totals(suite: Suite) -> str:
    """Return the totals by checker and profile as HTML."""
    counts = {
        (checker, profile, kind): Counter(
            snippet.outcomes[profile][checker].verdict
            for snippet in suite.snippets
            if snippet.kind == kind
        )
        for checker in suite.versions
        for profile in PROFILES
        for kind in ("bad", "good")
    }
    return render(
        "totals.html.jinja",
        counts=counts,
        checkers=suite.versions,
        profiles=PROFILES,
        verdicts=get_args(Verdict),
    )


def recipes(suite: Suite) -> str:
    """Return the table of recipes and checkers as HTML."""
    shown = [each for each in suite.snippets if each.kind == "cookbook"]
    return render("recipes.html.jinja", recipes=shown, checkers=suite.versions)


def reports(suite: Suite, folder: Path) -> str:
    """Return the reports in a folder as a Markdown list, each with the snippets it is about."""
    lines: list[str] = []
    for path in sorted(folder.glob("*-*.md")):
        title = path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
        about = [
            f"[{each.name}]({_place(each)})"
            for each in suite.snippets
            if any(gap.report == path.stem for gap in each.gaps)
        ]
        lines.append(f"- [{title}]({path.name}): {', '.join(about)}")
    return "\n".join(lines) + "\n"


def _place(snippet: Shown) -> str:
    """Return where a snippet is shown, relative to the folder of the reports."""
    if snippet.kind == "cookbook":
        return f"../cookbook/{snippet.name}.md"
    return f"../{FOLDER}/{slug(snippet.subject)}.md#{snippet.name}"


def subject_pages(suite: Suite) -> dict[str, str]:
    """Return the Markdown page of each subject, by path."""
    subjects = sorted({each.subject for each in suite.snippets if each.kind != "cookbook"})
    return {f"{FOLDER}/{slug(subject)}.md": _subject_page(subject, suite) for subject in subjects}


def _subject_page(subject: str, suite: Suite) -> str:
    snippets = [each for each in suite.snippets if each.subject == subject]
    parts = [
        f"{_HEAD}# {subject.capitalize()}\n",
        f"The snippets about {subject}, with the messages of seven type checkers for each line.",
        "[All snippets](index.md)\n",
    ]
    for snippet in sorted(snippets, key=lambda each: (each.kind, each.name)):
        parts.append(f"## {snippet.title.rstrip('.')} {{ #{snippet.name} }}\n")
        parts.append(snippet_html(snippet, suite))
    return "\n".join(parts)


def snippet_html(snippet: Shown, suite: Suite) -> str:
    """Return a snippet's code as HTML, with each checker's verdict and messages."""
    return render(
        "snippet.html.jinja",
        snippet=snippet,
        lines=lines_of(snippet),
        checkers=suite.versions,
        playgrounds=playgrounds(snippet.code),
        root="../../",
    )


def render(name: str, **values: object) -> str:
    """Render a template without empty lines, which would end a block of HTML in Markdown."""
    text = _environment.get_template(name).render(values)
    return "\n".join(line for line in text.splitlines() if line.strip()) + "\n"
