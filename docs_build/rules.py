"""`python -m docs_build.rules`: write what is made from the rules and reasons of `typed-bg check`.

That is a page for each, and their names in the JSON schema. The pages are committed, because every
finding links to its page in the repository.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from typed_bg.check.results.reason_codes import REASONS
from typed_bg.check.results.rules import RULES

if TYPE_CHECKING:
    from typed_bg.check.results.reason_codes import ReasonKind
    from typed_bg.check.results.rules import Rule

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "rules"
CORPUS = ROOT / "tests" / "check" / "corpus" / "reasons"
SCHEMA = ROOT / "typed_bg" / "check" / "reports" / "schema.json"
_GENERATED = "<!-- Written by `python -m docs_build.rules`. -->"
_FAILS = {
    None: "never",
    "wrong": "always",
    "unchecked": "with `--fail-on unchecked` (the default) or a stricter level",
    "checked-directly": "with `--fail-on checked-directly` or `arity-only`",
    "arity-only": "with `--fail-on arity-only`",
}


def pages() -> dict[str, str]:
    """Return the text of every page, by file name."""
    rules = {f"{rule.id}.md": _rule(rule) for rule in RULES.values()}
    reasons = {f"{code}.md": _reason(code, kind) for code, kind in REASONS.items()}
    return {"index.md": _index(), **rules, **reasons}


def schema() -> str:
    """Return the JSON schema of reports, with the names of all rules and reasons."""
    whole = json.loads(SCHEMA.read_text("utf-8"))
    definitions = whole["$defs"]
    definitions["finding"]["properties"]["rule"]["examples"] = list(RULES)
    codes = dict.fromkeys([*REASONS, *RULES])
    definitions["reason"]["properties"]["code"]["examples"] = list(codes)
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _page(title: str, *paragraphs: str) -> str:
    body = "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
    return f"{_GENERATED}\n\n# {title}\n\n{body}\n"


def _rule(rule: Rule) -> str:
    return _page(
        rule.id,
        rule.summary,
        f"Level: {rule.level}. Exit code 1: {_FAILS[rule.fails_on]}. Since version {rule.since}.",
        f"## Why it matters\n\n{rule.why}",
        _example(rule.wrong),
        f"## How to fix it\n\n{rule.fix}",
        _code(rule.right),
    )


def _reason(code: str, kind: ReasonKind) -> str:
    wrong, right = ("", "")
    if kind.example:
        wrong, right = _module(kind.example), _module(f"{kind.example}_fixed")
    return _page(
        code,
        kind.summary,
        f"Findings of {_listed(_with_reason(kind))} can have this reason.",
        f"## Why it matters\n\n{kind.why}",
        _example(wrong),
        f"## How to fix it\n\n{kind.fix}",
        _code(right),
    )


def _with_reason(kind: ReasonKind) -> list[str]:
    """Return the rules whose findings can have a reason."""
    directly = ["checked-directly"] if "unchecked-call" in kind.rules else []
    return list(dict.fromkeys([*kind.rules, *directly]))


def _listed(rules: list[str]) -> str:
    """Return links to rules as a sentence lists them: `A, B and C`."""
    *others, last = (f"[{rule}]({rule}.md)" for rule in rules)
    return f"{', '.join(others)} and {last}" if others else last


def _module(name: str) -> str:
    return (CORPUS / f"{name}.py").read_text("utf-8")


def _example(code: str) -> str:
    return f"## Example\n\n{_code(code)}" if code else ""


def _code(code: str) -> str:
    return f"```python\n{code.rstrip()}\n```" if code else ""


def _index() -> str:
    rules = [
        f"| [{rule.id}]({rule.id}.md) | {rule.summary} | {rule.level} | {_FAILS[rule.fails_on]} |"
        for rule in RULES.values()
    ]
    reasons = [f"| [{code}]({code}.md) | {kind.summary} |" for code, kind in REASONS.items()]
    return _page(
        "Rules and reasons",
        "Every finding of [`typed-bg check`](../check.md) belongs to a rule. A finding about a "
        "call that a checker does not check also gives the reason. The *target* is the function "
        "that is passed to `add_task`, the *receiver* is the object on which the method is "
        "called, and a *probe* is a wrong version of the call, which typed-bg writes into a copy "
        "to test whether the checker reports it.",
        "The level determines how a finding is shown. The exit code depends on the rule and on "
        "`--fail-on`, not on the level.",
        "## Rules",
        "\n".join(["| rule | meaning | level | exit code 1 |", "|---|---|---|---|", *rules]),
        "## Reasons",
        "\n".join(["| reason | meaning |", "|---|---|", *reasons]),
    )


def main() -> None:
    """Write the pages and the schema; delete the pages of rules and reasons that are gone."""
    SCHEMA.write_text(schema(), "utf-8", newline="\n")
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.md"):
        old.unlink()
    for name, text in pages().items():
        (FOLDER / name).write_text(text, "utf-8", newline="\n")


if __name__ == "__main__":
    main()
