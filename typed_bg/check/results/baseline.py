"""Findings that an old project has decided to live with for now, in a file of its own.

A finding is told again by its rule, its file, the function around it and its call, written without
what a formatter changes; never by a line number, nor by a message, which changes with a checker's
version. Of several that are alike, the first ones are held.

Checkers are no part of it: one more checker that reports a known mistake makes no new finding. For
what checkers do not see it is another matter. Where one that used to check a call does not any
more, the project has lost a check, and the finding is new. A checker that the project has taken on
since then loses it nothing, and the entry holds.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from typed_bg.check.results.report import Finding, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from typed_bg.check.results.rules import RuleId

VERSION: Final = 1

_ADVICE = "Rewrite it with `typed-bg check --update-baseline`, or name another file."
_SURROGATE = re.compile("[\ud800-\udfff]")
_BLIND: frozenset[RuleId] = frozenset({"unchecked-call", "checked-directly", "unchecked-argument"})


class BaselineError(Exception):
    """A file cannot be used as a baseline."""

    def __init__(self, path: PurePosixPath, fact: str) -> None:
        super().__init__(f"{path} {fact} {_ADVICE}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One finding of a baseline; all but the fingerprint and the checkers is for people.

    Attributes:
        fingerprint: Tells the finding.
        rule: What it is about.
        path: Its file, from the project's root.
        function: The qualified name of the function around it; empty at module level.
        target: The target of its call, as it is written; empty where there is no call.
        message: What it said.
        reported_by: The checkers that reported it, or did not check the call.
        silent: The other checkers that worked.
    """

    fingerprint: str
    rule: RuleId
    path: PurePosixPath
    function: str
    target: str
    message: str
    reported_by: tuple[str, ...]
    silent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Baseline:
    """A baseline, as it was read.

    Attributes:
        path: Its file, from the project's root.
        entries: What it holds, by fingerprint.
        lines: The line and its text on which each entry's fingerprint stands.
    """

    path: PurePosixPath
    entries: dict[str, Entry]
    lines: dict[str, tuple[int, str]]


class Applied(NamedTuple):
    """The result of applying a baseline to a run's findings.

    Attributes:
        new: The findings that it does not hold.
        suppressed: The findings that it holds.
        stale: One finding for each entry that holds nothing any more.
        unjudged: The entries of which this run cannot know whether they still hold something.
    """

    new: tuple[Finding, ...]
    suppressed: tuple[Finding, ...]
    stale: tuple[Finding, ...]
    unjudged: tuple[Entry, ...]


def fingerprints(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings with their fingerprints.

    Args:
        findings: All of a run, in the order of their places: of those that are alike, each is told
            by its number.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    marked: list[Finding] = []
    for finding in findings:
        key = _key(finding)
        material = "\0".join((*key, str(seen[key])))
        digest = hashlib.sha256(material.encode("utf-8", "surrogatepass")).hexdigest()
        seen[key] += 1
        marked.append(replace(finding, fingerprint=digest[:20]))
    return tuple(marked)


def _key(finding: Finding) -> tuple[str, ...]:
    about = finding.call
    if about is None:
        return (finding.rule, str(finding.place.path), "", _normal(finding.source))
    call = (about.callee, about.target, *about.arguments)
    return (finding.rule, str(finding.place.path), about.function, *map(_normal, call))


def _normal(source: str) -> str:
    """Remove differences that formatters make: spaces, quotes, a comma before a bracket."""
    # Not by the tokenizer: its tokens differ between Python versions, and fingerprints must not.
    squeezed = "".join(source.split()).replace("'", '"')
    for bracket in ")]}":
        squeezed = squeezed.replace(f",{bracket}", bracket)
    return squeezed


def apply(
    baseline: Baseline,
    findings: Iterable[Finding],
    *,
    checkers: Collection[str],
    judged: Callable[[Entry], bool] = lambda _entry: True,
) -> Applied:
    """Part the findings that a baseline holds from the new ones, and find what is stale in it.

    Args:
        baseline: The baseline.
        findings: All findings of the run, with their fingerprints.
        checkers: The checkers that worked in this run.
        judged: Whether this run would have found an entry's finding, had it still been there: its
            file was searched, its rule is on. Whether its checkers worked is looked at here.
    """
    new: list[Finding] = []
    suppressed: list[Finding] = []
    findings = tuple(findings)
    former = _former_fingerprints(findings)
    for finding in findings:
        entry = baseline.entries.get(finding.fingerprint)
        if entry is None and finding.fingerprint in former:
            entry = baseline.entries.get(former[finding.fingerprint])
        held = entry is not None and not _lost(finding, entry)
        (suppressed if held else new).append(finding)
    found = {finding.fingerprint for finding in findings}
    found |= {
        former[finding.fingerprint] for finding in suppressed if finding.fingerprint in former
    }
    missing = [entry for key, entry in baseline.entries.items() if key not in found]
    known = [entry for entry in missing if judged(entry) and {*entry.reported_by} <= {*checkers}]
    unjudged = tuple(entry for entry in missing if entry not in known)
    stale = fingerprints(_stale(baseline, entry) for entry in known)
    return Applied(tuple(new), tuple(suppressed), stale, unjudged)


def _former_fingerprints(findings: Sequence[Finding]) -> dict[str, str]:
    """Return the fingerprints that findings would have if their direct calls were not checked.

    An accepted unchecked call stays accepted when a direct call of its target is checked.
    """
    unchecked = {finding.fingerprint for finding in findings if finding.rule == "unchecked-call"}
    directly = [finding for finding in findings if finding.rule == "checked-directly"]
    former = fingerprints(replace(finding, rule="unchecked-call") for finding in directly)
    return {
        now.fingerprint: before.fingerprint
        for now, before in zip(directly, former, strict=True)
        if before.fingerprint not in unchecked
    }


def _lost(finding: Finding, entry: Entry) -> bool:
    return finding.rule in _BLIND and not {*entry.silent}.isdisjoint(finding.reported_by)


def _stale(baseline: Baseline, entry: Entry) -> Finding:
    line, source = baseline.lines.get(entry.fingerprint, (1, ""))
    where = f"{entry.path}, in {entry.function}" if entry.function else str(entry.path)
    return Finding(
        rule="stale-baseline",
        place=Place(baseline.path, line),
        message=f"{where}: the baseline contains `{entry.rule}`, which is no longer found there: "
        f"{entry.message}",
        source=source,
    )


def write(findings: Iterable[Finding], *, keep: Iterable[Entry] = ()) -> str:
    """Return the content of a baseline file that holds the findings.

    Args:
        findings: With their fingerprints; stale entries are not written.
        keep: Entries of the old baseline to keep, such as `Applied.unjudged`.
    """
    entries = {entry.fingerprint: entry for entry in keep}
    entries |= {
        finding.fingerprint: _entry(finding)
        for finding in findings
        if finding.rule != "stale-baseline"
    }
    # Not by line, so that a moved call changes nothing in the file.
    ordered = sorted(
        entries.values(),
        key=lambda entry: (str(entry.path), entry.function, entry.rule, entry.fingerprint),
    )
    content = {"version": VERSION, "findings": [_fields(entry) for entry in ordered]}
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    # Half a surrogate pair, for an undecodable byte of a path, cannot be written to a file.
    return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _entry(finding: Finding) -> Entry:
    return Entry(
        fingerprint=finding.fingerprint,
        rule=finding.rule,
        path=finding.place.path,
        function=finding.call.function if finding.call else "",
        target=finding.call.target if finding.call else "",
        message=finding.message,
        reported_by=tuple(sorted(finding.reported_by)),
        silent=tuple(sorted(finding.silent)),
    )


def _fields(entry: Entry) -> dict[str, object]:
    return {
        "fingerprint": entry.fingerprint,
        "rule": entry.rule,
        "path": str(entry.path),
        "function": entry.function,
        "target": entry.target,
        "message": entry.message,
        "reported_by": list(entry.reported_by),
        "silent": list(entry.silent),
    }


def read(content: str, path: PurePosixPath) -> Baseline:
    """Read a baseline.

    Args:
        content: The text of the file.
        path: The file, from the project's root, to name it by.

    Raises:
        BaselineError: It is no baseline, or one of a later version.
    """
    try:
        whole: object = json.loads(content.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        conflict = " It contains a merge conflict." if "\n<<<<<<<" in f"\n{content}" else ""
        raise BaselineError(
            path, f"is not a baseline: it is not JSON ({error}).{conflict}"
        ) from error
    entries = [_read_entry(each, path) for each in _listed(whole, path)]
    lines = {
        entry.fingerprint: (number, line)
        for number, line in enumerate(content.splitlines(), 1)
        for entry in entries
        if entry.fingerprint in line
    }
    return Baseline(path, {entry.fingerprint: entry for entry in entries}, lines)


def _listed(whole: object, path: PurePosixPath) -> Sequence[object]:
    fields = _mapping(whole)
    version = fields.get("version")
    if isinstance(version, int) and version > VERSION:
        fact = f"is a baseline of version {version}, written by a newer typed-bg: upgrade typed-bg."
        raise BaselineError(path, fact)
    findings = fields.get("findings")
    if version != VERSION or not isinstance(findings, list):
        fact = f'is not a baseline: it has no "version": {VERSION} with a list of "findings".'
        raise BaselineError(path, fact)
    return cast("list[object]", findings)


def _mapping(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def _read_entry(each: object, path: PurePosixPath) -> Entry:
    fields = _mapping(each)
    rule = fields.get("rule")
    texts = {key: fields.get(key, "") for key in ("fingerprint", "path", "function", "target")}
    texts["message"] = fields.get("message", "")
    names = [fields.get(key, []) for key in ("reported_by", "silent")]
    sound = (
        isinstance(rule, str)
        and all(isinstance(text, str) for text in texts.values())
        and bool(texts["fingerprint"] and texts["path"])
        and all(isinstance(name, list) for name in names)
    )
    if not sound:
        fact = f"is not a baseline: this entry is invalid: {json.dumps(each)[:200]}."
        raise BaselineError(path, fact)
    known = {key: str(text) for key, text in texts.items()}
    reported_by, silent = (tuple(map(str, cast("list[object]", name))) for name in names)
    return Entry(
        fingerprint=known["fingerprint"],
        rule=cast("RuleId", rule),
        path=PurePosixPath(known["path"]),
        function=known["function"],
        target=known["target"],
        message=known["message"],
        reported_by=reported_by,
        silent=silent,
    )
