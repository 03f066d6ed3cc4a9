"""Settings of the checkers by which they check more, as edits of one line of a config."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from typed_bg._source.module import line_starts, newline_of
from typed_bg.check.project.checker_configs import find_config
from typed_bg.fix.edits import Change, Edit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from typed_bg.check.results.report import Place, Reason
    from typed_bg.fix.measure import Laboratory

_FOLLOW = re.compile(r"(?P<before>\bfollow_imports\s*[=:]\s*[\"']?)(?:skip|error)\b")
_PRESET = re.compile(r"(?P<before>\bpreset\s*=\s*[\"'])(?:basic|off)\b")
_IGNORED = re.compile(
    r"(?P<before>\bignore_errors\s*[=:]\s*)(?P<true>true|yes|1|on)\b", re.IGNORECASE
)
_ALL_ERRORS = re.compile(r"\bignore_errors(?P<equals>\s*[=:]\s*)(?:true|yes|1|on)\b", re.IGNORECASE)
_OF_TASKS = ("fastapi", "fastapi.background", "starlette", "starlette.background")
_SEARCH = re.compile(r"set `(?P<name>[\w.-]+) = (?P<value>\[?\"[^`]*\"\]?)` in ")
_TABLES = {
    "mypy": "tool.mypy",
    "zuban": "tool.zuban",
    "pyright": "tool.pyright",
    "basedpyright": "tool.basedpyright",
    "ty": "tool.ty",
    "pyrefly": "tool.pyrefly",
}


def config_edits(
    laboratory: Laboratory, reason: Reason, checker: str, path: PurePosixPath
) -> Iterator[Edit]:
    """Yield the edits of a checker's config that may remove a reason.

    Args:
        laboratory: Has the files.
        reason: The reason.
        checker: The checker's name.
        path: The file that it is about, from the project's root.
    """
    place = reason.place
    if reason.code == "config-preset" and place is None:
        folder = laboratory.folder_of(path)
        yield Edit(
            reason.code,
            folder / "pyrefly.toml",
            checker,
            "give pyrefly a config that checks the types of arguments",
            variants=(_new_file('preset = "default"\n'),),
        )
    elif reason.code == "config-preset" and place is not None:
        change = _on_line(place.line, lambda line: _PRESET.sub(r"\g<before>default", line))
        summary = 'set `preset = "default"`'
        yield Edit(reason.code, place.path, checker, summary, variants=(change,))
    elif reason.code == "config-imports" and place is not None:
        change = _on_line(place.line, lambda line: _FOLLOW.sub(r"\g<before>silent", line))
        summary = "set `follow_imports = silent`"
        subject = f"{checker}:{place.line}"
        # Everywhere, or else only for the modules that the classes of background tasks are from.
        variants = (change, followed_packages(place.path))
        yield Edit(reason.code, place.path, subject, summary, variants=variants)
    elif reason.code == "config-ignored" and place is not None:
        change = _on_line(place.line, lambda line: _IGNORED.sub(_off, line))
        summary = "set `ignore_errors = false`"
        subject = f"{checker}:{place.line}"
        edit = Edit(reason.code, place.path, subject, summary, variants=(change,))
        yield replace(edit, narrowed=partial(_other_errors, place, subject))
    elif reason.code == "unresolved-import":
        yield from _search_path(laboratory, reason, checker, path)


def _other_errors(place: Place, subject: str, rules: Sequence[str]) -> Edit:
    """Return the edit by which mypy suppresses only errors of some rules, not all of a module.

    Args:
        place: The line that suppresses all errors.
        subject: What the edit is about.
        rules: The error codes.
    """
    names = ", ".join(f'"{rule}"' for rule in rules)
    codes = f"[{names}]" if place.path.suffix == ".toml" else ", ".join(rules)
    line = rf"disable_error_code\g<equals>{codes}"
    change = _on_line(place.line, lambda text: _ALL_ERRORS.sub(line, text))

    def changed(content: bytes | None) -> bytes | None:
        # A section cannot have the setting twice.
        section = _section((content or b"").decode("utf-8", "replace"), place)
        has = any(line.lstrip().startswith("disable_error_code") for line in section)
        return None if has else change(content)

    summary = f"suppress only errors of other kinds: {', '.join(rules)}"
    return Edit("config-ignored", place.path, f"{subject} codes", summary, variants=(changed,))


def _section(text: str, place: Place) -> list[str]:
    """Return the lines of a config around a line, up to the next section."""
    lines = text.splitlines()
    heads = [0, *(i for i, line in enumerate(lines) if line.lstrip().startswith("[")), len(lines)]
    start = max(head for head in heads if head < place.line)
    return lines[start : min((head for head in heads if head >= place.line), default=len(lines))]


def _search_path(
    laboratory: Laboratory, reason: Reason, checker: str, path: PurePosixPath
) -> Iterator[Edit]:
    """Yield the edit by which a checker looks for modules in one more folder."""
    setting = _SEARCH.search(reason.fix)
    folder = laboratory.folder_of(path)
    if setting is None or folder != PurePosixPath():
        return  # the folders in these settings start at the config, those in a reason at the root
    config = find_config(checker, laboratory.job.root)
    name, value = setting["name"], setting["value"]
    if config is not None:
        # A table of its own would replace mypy's config, which the checker reads now.
        of_mypy = not config.own
        if config.path.parent != laboratory.job.root or name in config.general:
            return
        if of_mypy and checker != "zuban":
            return
        file = laboratory.path_of(config.path)
        if file.suffix == ".json":
            change = _in_json(name, value)
        elif file.suffix == ".toml":
            of = "mypy" if of_mypy else checker
            table = _TABLES[of] if file.name == "pyproject.toml" else None
            change = _in_table(table, f"{name} = {value}")
        else:
            change = _in_table("mypy", f"{name} = {value.strip('[]').strip(chr(34))}")
    else:
        file = PurePosixPath("pyproject.toml")
        change = _in_table(_TABLES[checker], f"{name} = {value}")
    summary = f"set `{name} = {value}` for {checker}"
    yield Edit(reason.code, file, f"{checker} {name}", summary, variants=(change,))


def followed_packages(path: PurePosixPath) -> Change:
    """Return the change by which mypy follows no imports but those of background tasks.

    Args:
        path: The config.
    """

    def changed(text: str) -> str:
        end = newline_of(text)
        if path.suffix == ".toml":
            names = ", ".join(f'"{name}"' for name in _OF_TASKS)
            lines = ["[[tool.mypy.overrides]]", f"module = [{names}]", 'follow_imports = "silent"']
        else:
            lines = [f"[mypy-{','.join(_OF_TASKS)}]", "follow_imports = silent"]
        return f"{_ended(text)}{end}{''.join(f'{line}{end}' for line in lines)}"

    return _text_change(changed)


def _ended(text: str) -> str:
    """Return a text with an end of its last line."""
    return text if not text or text.endswith(("\n", "\r")) else text + newline_of(text)


def _off(found: re.Match[str]) -> str:
    return found["before"] + ("False" if found["true"][0].isupper() else "false")


def _new_file(text: str) -> Change:
    return lambda content: text.encode() if content is None else None


def _text_change(change: Callable[[str], str]) -> Change:
    """Return a change of a file in UTF-8."""

    def changed(content: bytes | None) -> bytes | None:
        if content is None:
            return None
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            return None
        new = change(text)
        return None if new == text else new.encode("utf-8")

    return changed


def _on_line(number: int, change: Callable[[str], str]) -> Change:
    """Return a change of one line, which includes its end."""

    def changed(text: str) -> str:
        starts = [*line_starts(text), len(text)]
        if number >= len(starts):
            return text
        start, end = starts[number - 1], starts[number]
        return text[:start] + change(text[start:end]) + text[end:]

    return _text_change(changed)


def _in_table(table: str | None, line: str) -> Change:
    """Return the change that adds a line to a table of a TOML or INI file."""

    def changed(text: str) -> str:
        end = newline_of(text)
        if table is None:
            return f"{line}{end}{text}"
        head = re.search(rf"^\[{re.escape(table)}\][^\r\n]*(?:\r\n|\r|\n|\Z)", text, re.MULTILINE)
        if head is None:
            before = "" if not text else end if text.endswith(("\n", "\r")) else end + end
            return f"{text}{before}[{table}]{end}{line}{end}"
        gap = "" if head[0].endswith(("\n", "\r")) else end
        return f"{text[: head.end()]}{gap}{line}{end}{text[head.end() :]}"

    return _text_change(changed)


def _in_json(name: str, value: str) -> Change:
    """Return the change that adds a first member to the object in a JSON file."""

    def changed(text: str) -> str:
        head = re.match(r"\s*\{(?P<blank>\s*)(?P<next>.)", text)
        if head is None:
            return text
        comma = "" if head["next"] == "}" else ","
        blank = head["blank"] or " "
        at = head.start("blank")
        return f'{text[:at]}{blank}"{name}": {value}{comma}{text[at:]}'

    return _text_change(changed)
