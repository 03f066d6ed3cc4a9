"""Reasons that a checker's config gives: settings by which it leaves calls or arguments alone.

These are the settings that hold for a file. Which of them explain a verdict is decided from what
the checker reports about the call, see `explains_verdict`.
"""

from __future__ import annotations

import fnmatch
import re
import warnings
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from typed_bg._source.globs import covers
from typed_bg.check.results.report import Place, Reason
from typed_bg.check.verdicts.diagnostic_rules import is_call_rule, is_type_rule
from typed_bg.check.verdicts.revealed_types import is_any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from typed_bg.check.project.checker_configs import Config, Option, Section
    from typed_bg.check.results.reason_codes import CheckerReason
    from typed_bg.check.results.report import Verdict
    from typed_bg.check.verdicts.evidence import Evidence

# What the classes of a background task are imported from.
_FRAMEWORK = ("starlette", "starlette.background", "fastapi", "fastapi.background", "typed_bg")
_NOT_AN_ERROR = frozenset({"false", "none", "ignore", "off", "warning", "warn", "information"})
_EXCLUDES = {
    "pyright": ("exclude", "ignore"),
    "basedpyright": ("exclude", "ignore"),
    "ty": ("src.exclude",),
    "pyrefly": ("project-excludes",),
}
_INCLUDES = {
    "pyright": ("include",),
    "basedpyright": ("include",),
    "ty": ("src.include",),
    "pyrefly": ("project-includes",),
}
_ROOT = PurePosixPath()
_RULE_PREFIXES = ("rules.", "errors.")


def explains_verdict(reason: Reason, verdict: Verdict, evidence: Evidence) -> bool:
    """Return whether a setting for a file explains the verdict about a call."""
    if reason.code == "config-imports":
        revealed = (evidence.receiver, evidence.target)
        return any(text is not None and is_any(text) for text in revealed)
    if reason.code in {"config-excluded", "config-unannotated"}:
        return not evidence.answered
    if reason.code == "config-preset":
        # With them, pyrefly reveals no types.
        return evidence.receiver is None
    if reason.code == "config-argument-types":
        return verdict == "arity-only"
    return not evidence.arity


def reasons_of(
    checker: str,
    config: Config | None,
    root: Path,
    path: PurePosixPath,
    *,
    folder: PurePosixPath = _ROOT,
) -> Iterator[Reason]:
    """Yield the settings by which a checker may leave a file, or types in it, alone.

    Args:
        checker: The checker's name.
        config: Its config; `None` where it has none.
        root: The project's root.
        path: The file, from there.
        folder: The folder that the checker runs in, from there.
    """
    if config is None:
        if checker == "pyrefly":
            yield Reason(
                "config-preset",
                "pyrefly has no config here, so it uses its preset `basic`, which does not check "
                "argument types",
                'write a pyrefly.toml with `preset = "default"`',
            )
        return
    if checker == "pyrefly":
        yield from _unannotated_to_pyrefly(config, root)
        if not config.own:
            yield from _skipped_imports(config, root)
    if checker in {"mypy", "zuban"}:
        yield from _mypy(config, root, path, folder)
    elif config.own:
        yield from _by_file(checker, config, root, path)


def _unannotated_to_pyrefly(config: Config, root: Path) -> Iterator[Reason]:
    """Yield why pyrefly, like mypy, does not check functions without annotations."""
    fact = "does not check functions without annotations"
    fix = "annotate a parameter or the return type of the function, or set {}"
    setting = "`check-unannotated-defs = true`"
    if not config.own:
        place = Place(_from_root(root, config.path), config.general_line)
        yield Reason(
            "config-unannotated",
            f"pyrefly has no config of its own, and with mypy's it uses `legacy`, which {fact}",
            fix.format("`check_untyped_defs = true` in mypy's config"),
            place,
        )
    elif (option := config.general.get("check-unannotated-defs")) is not None:
        if not option.on:
            yield _reason(root, option, "config-unannotated", fact, fix.format(setting))
    elif (option := config.general.get("preset")) is not None and option.value == "legacy":
        yield _reason(root, option, "config-unannotated", fact, fix.format(setting))


def _mypy(
    config: Config, root: Path, path: PurePosixPath, folder: PurePosixPath
) -> Iterator[Reason]:
    settings: dict[str, Option] = dict(config.general)
    for section in config.sections:
        if any(_is_module_of(pattern, path) for pattern in section.scope):
            settings |= section.options
    yield from _excluded_by_mypy(config, root, path, folder)
    ignore_errors = settings.get("ignore_errors")
    if ignore_errors is not None and ignore_errors.on:
        yield _reason(
            root,
            ignore_errors,
            "config-ignored",
            "suppresses all errors of this module",
            "remove the setting for this module",
        )
    disabled = settings.get("disable_error_code")
    if disabled is not None:
        yield from _turned_off(root, disabled, disabled.items)
    yield from _skipped_imports(config, root)


def _skipped_imports(config: Config, root: Path) -> Iterator[Reason]:
    """Yield that mypy's config, which pyrefly reads if it has none, skips what is imported."""
    for follow in _in_force(config, "follow_imports", _FRAMEWORK):
        if str(follow.value) in {"skip", "error"}:
            yield _reason(
                root,
                follow,
                "config-imports",
                "turns all imported names into Any",
                "remove it, or set `follow_imports = silent`",
            )


def _in_force(config: Config, name: str, modules: tuple[str, ...]) -> list[Option]:
    """Return an option for each module: of the most precise section that sets it, once."""
    found: dict[int, Option] = {}
    for module in modules:
        ranked = [
            (_precision(pattern), index, option)
            for index, section in enumerate(config.sections)
            if (option := section.options.get(name)) is not None
            for pattern in section.scope or ("",)
            if not pattern or _covers_module(pattern, module)
        ]
        if ranked:
            *_, option = max(ranked, key=lambda found: found[:2])
            found[option.line] = option
    return list(found.values())


def _precision(pattern: str) -> tuple[int, int]:
    """Rank a pattern as mypy does: general, with stars within, `app.*` by its depth, a name."""
    stem = pattern.removesuffix(".*")
    if not pattern or "*" in stem:
        return (1 if pattern else 0), 0
    return (3 if stem == pattern else 2), stem.count(".")


def _excluded_by_mypy(
    config: Config, root: Path, path: PurePosixPath, folder: PurePosixPath
) -> Iterator[Reason]:
    files = config.general.get("files")
    if files is not None and not any(
        _holds(glob, config.path.parent, root, path) for glob in files.items
    ):
        yield _excluded(root, files)
    option = config.general.get("exclude")
    if option is None:
        return
    patterns = option.items if isinstance(option.value, list) else (str(option.value),)
    if any(_finds(pattern, path.relative_to(folder)) for pattern in patterns):
        yield _excluded(root, option)


def _finds(pattern: str, path: PurePosixPath) -> bool:
    """Return whether mypy's pattern for excluded files matches a file or a folder that it is in."""
    names = [f"{parent.as_posix()}/" for parent in path.parents if parent.name] + [path.as_posix()]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about the pattern, which is not ours
            return any(re.search(pattern, name) for name in names)
    except (re.error, RecursionError, OverflowError):
        return False


def _is_module_of(pattern: str, path: PurePosixPath) -> bool:
    """Return whether a pattern for modules matches a file, wherever its packages begin."""
    parts = [*path.parts[:-1], *([] if path.stem == "__init__" else [path.stem])]
    names = (".".join(parts[start:]) for start in range(len(parts)))
    return any(_covers_module(pattern, name) for name in names)


def _covers_module(pattern: str, name: str) -> bool:
    """Return whether `app.*` or `app.mail` names a module; `app.*` names `app` itself as well."""
    pattern = pattern.strip()
    return fnmatch.fnmatchcase(name, pattern) or fnmatch.fnmatchcase(f"{name}.", pattern)


def _by_file(checker: str, config: Config, root: Path, path: PurePosixPath) -> Iterator[Reason]:
    base = config.path.parent
    for section in config.sections:
        if section.scope and not any(_holds(glob, base, root, path) for glob in section.scope):
            continue
        yield from _files(checker, section, base, root, path)
        yield from _rules(section, root)
    preset = config.general.get("preset")
    if checker == "pyrefly" and preset is not None and str(preset.value) in {"basic", "off"}:
        yield _reason(
            root,
            preset,
            "config-preset",
            "does not check argument types",
            'set `preset = "default"`',
        )
    mode = config.general.get("typeCheckingMode")
    if mode is not None and mode.value == "off":
        yield _reason(
            root, mode, "config-rules", "does not check calls", 'set `typeCheckingMode` to "basic"'
        )


def _files(
    checker: str, section: Section, base: Path, root: Path, path: PurePosixPath
) -> Iterator[Reason]:
    for name in _EXCLUDES[checker]:
        option = section.options.get(name)
        if option is not None and _any_holds(checker, option, base, root, path):
            yield _excluded(root, option)
    for name in _INCLUDES[checker]:
        option = section.options.get(name)
        if option is not None and not _any_holds(checker, option, base, root, path):
            yield _excluded(root, option)


def _any_holds(checker: str, option: Option, base: Path, root: Path, path: PurePosixPath) -> bool:
    """Return whether globs cover a file; the last one that matches decides where `!` takes back."""
    covered = False
    for glob in option.items:
        plain = glob.removeprefix("!") if checker == "ty" else glob
        if checker == "pyrefly":  # whose star matches slashes as well
            plain = re.sub(r"(?<!\*)\*(?!\*)", "**", plain)
        if _holds(plain, _start(option, base), root, path):
            covered = plain == glob or checker == "pyrefly"
    return covered


def _start(option: Option, base: Path) -> Path:
    """Return where an option's globs start: pyright's config can extend one elsewhere."""
    return option.path.parent if option.path.name.endswith(".json") else base


def _holds(glob: str, base: Path, root: Path, path: PurePosixPath) -> bool:
    """Return whether a glob, which is relative to its config's folder, covers a file."""
    try:
        from_config = (root / path).relative_to(base)
    except ValueError:
        return False
    return covers(glob, PurePosixPath(from_config.as_posix()))


def _rules(section: Section, root: Path) -> Iterator[Reason]:
    for name, option in section.options.items():
        if str(option.value).lower() in _NOT_AN_ERROR:
            prefix = next((prefix for prefix in _RULE_PREFIXES if name.startswith(prefix)), "")
            yield from _turned_off(root, option, (name.removeprefix(prefix),))
            if name == "rules.all":  # ty's
                yield _reason(
                    root,
                    option,
                    "config-rules",
                    "does not check calls",
                    "turn the rules on as errors",
                )


def _turned_off(root: Path, option: Option, rules: tuple[str, ...]) -> Iterator[Reason]:
    fix = "turn the rule on as an error"
    if any(is_call_rule(rule) for rule in rules):
        fact = "does not report wrong names and numbers of arguments"
        yield _reason(root, option, "config-rules", fact, fix)
    if any(is_type_rule(rule) for rule in rules):
        fact = "does not report wrong argument types"
        yield _reason(root, option, "config-argument-types", fact, fix)


def _excluded(root: Path, option: Option) -> Reason:
    return _reason(
        root,
        option,
        "config-excluded",
        "excludes this file",
        "change the setting so that it includes the file",
    )


def _reason(root: Path, option: Option, code: CheckerReason, fact: str, fix: str) -> Reason:
    value = ", ".join(option.items) if isinstance(option.value, list) else str(option.value)
    value = " ".join(value.split())
    return Reason(
        code,
        f"`{option.name} = {value}` {fact}",
        fix,
        Place(_from_root(root, option.path), option.line),
    )


def _from_root(root: Path, path: Path) -> PurePosixPath:
    try:
        return PurePosixPath(path.relative_to(root.resolve()).as_posix())
    except ValueError:  # a config of a folder above the project
        return PurePosixPath(path.as_posix())
