"""Reasons name the line to change, in six checkers, and verdicts hold where a form is odd."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from corpus_outcomes import conclusion, report_on

from typed_bg.check.results.causes import by_cause
from typed_bg.checkers import CHECKERS

if TYPE_CHECKING:
    from pathlib import Path

    from typed_bg.check.results.report import Judgement, Reason, Report

pytestmark = pytest.mark.xdist_group("reasons")

_HEAD = """\
from typing import Any, overload
from starlette.background import BackgroundTasks


def send(to: str, number: int = 0) -> None: ...


"""
_ORIGINS = f"""{_HEAD}class Holder:
    spare: Any

    def __init__(self, tasks, other: Any, service) -> None:
        self.tasks = tasks
        self.other = other
        self.service = service

    def call(self) -> None:
        self.tasks.add_task(send, "a")
        self.other.add_task(send, "a")
        self.spare.add_task(send, "a")


def narrowed(tasks=None) -> None:
    if tasks is not None:
        tasks.add_task(send, "a")


def optional(tasks: Any | None = None) -> None:
    tasks.add_task(send, "a")


def through(
    tasks: BackgroundTasks,
    service,
    request: Any,
) -> None:
    tasks.add_task(service.run, "a")
    request.state.tasks.add_task(send, "a")
    found = request.state.tasks
    found.add_task(send, "a")


def of_holder(tasks: BackgroundTasks, holder: Holder) -> None:
    tasks.add_task(holder.service.run, "a")
"""
_PARAMETERS = f"""{_HEAD}def missing(to: str, number) -> None: ...
def written(to: str, number: Any) -> None: ...
def both(
    to,
    number: Any,
) -> None: ...


@overload
def bare(to: str, number) -> None: ...
@overload
def bare(to: int, number) -> None: ...
def bare(to: Any, number: Any) -> None: ...


@overload
def half(to: str, number: int) -> None: ...
@overload
def half(to: int, number: Any) -> None: ...
def half(to: Any, number: Any) -> None: ...


@overload
def typed(to: str, number: int) -> None: ...
@overload
def typed(to: int, number: int) -> None: ...
def typed(to: Any, number: int) -> None: ...


def call(tasks: BackgroundTasks) -> None:
    tasks.add_task(missing, "a", 1)
    tasks.add_task(written, "a", 1)
    tasks.add_task(both, "a", 1)
    tasks.add_task(bare, "a", 1)
    tasks.add_task(half, "a", 1)
    tasks.add_task(typed, "a", 1)
"""
_LINES = f"""{_HEAD}def call(tasks: BackgroundTasks) -> None:
    tasks.add_task(  # type: ignore
        send,
        "a",
        number=1,
    )
    tasks.add_task(
        send,  # type: ignore
        "a",
        number=1,
    )
    tasks.add_task(
        send,
        "a",
        number=1,
    )  # type: ignore
    tasks.add_task(  # type: ignore[arg-type]
        send,
        "a",
        number=1,
    )
    tasks.add_task(
        send,
        str(
            "a",  # type: ignore
        ),
        number=1,
    )
"""
_FILES = {"origins": _ORIGINS, "parameters": _PARAMETERS, "lines": _LINES}


def _write(root: Path, files: dict[str, str]) -> Path:
    for name, text in {".git/HEAD": "", **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Run all checkers once over all files."""
    files = {f"{name}.py": text for name, text in _FILES.items()}
    config = {"pyrefly.toml": 'preset = "default"\n'}
    return report_on(_write(tmp_path_factory.mktemp("reasons"), {**files, **config}))


def _judgements(report: Report, name: str, number: int) -> dict[str, Judgement]:
    """Return what each checker makes of one of the calls of a file, counted from 0."""
    sites = [site for site in report.calls if site.place.path.stem == name]
    return {judgement.checker: judgement for judgement in sites[number].judgements}


def _line(name: str, text: str) -> int:
    lines = _FILES[name].splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def _said(found: dict[str, Judgement]) -> set[Reason]:
    """Return the reasons, which every checker has to have."""
    (reasons,) = {judgement.reasons for judgement in found.values()}
    return set(reasons)


@pytest.mark.parametrize(
    ("number", "fact", "fix", "line"),
    [
        (0, "the parameter `tasks` has no annotation", "annotate the parameter `tasks`", "__init_"),
        (1, "the type of `self.other` is Any", "annotate it as `BackgroundTasks`", "self.other ="),
        (2, "`spare: Any` is Any", "annotate `spare` as `BackgroundTasks`", "spare: Any"),
        (3, "the parameter `tasks` has no annotation", "annotate the parameter", "def narrowed"),
        (5, "the parameter `service` has no annotation", "annotate the parameter", "    service,"),
        (6, "`request: Any` is Any", "annotate `request`", "    request: Any"),
        (7, "the type of `found` is Any", "annotate it as `BackgroundTasks`", "found = request"),
        (8, "the parameter `service` has no annotation", "annotate the parameter", "__init__"),
    ],
)
def test_remedy_names_the_line_at_which_a_type_is_missing(
    report: Report, number: int, fact: str, fix: str, line: str
) -> None:
    (reason,) = _said(_judgements(report, "origins", number))
    assert fact in reason.fact
    assert fix in reason.fix
    assert reason.place is not None
    assert reason.place.line == _line("origins", line)


def test_receiver_that_is_any_or_none(report: Report) -> None:
    """Both are said: the one fix does not help without the other."""
    for judgement in _judgements(report, "origins", 4).values():
        assert [reason.code for reason in judgement.reasons] == ["receiver-any", "receiver-none"]


@pytest.mark.parametrize(
    ("number", "unseen", "fact", "line"),
    [
        (0, ["1"], "missing() has no type for `number`", "def missing"),
        (1, ["1"], "`number` of written() is annotated Any", "def written"),
        (2, ['"a"', "1"], "both() has no type for `to`; `number` is annotated Any", "    to,"),
        (3, ["1"], "bare() has no type for `number`", "def bare"),
        (4, ["1"], "`number` of half() is annotated Any", "def half(to: int"),
    ],
)
def test_untyped_parameter_is_named(
    report: Report, number: int, unseen: list[str], fact: str, line: str
) -> None:
    found = _judgements(report, "parameters", number)
    if number >= 3:  # takes any arguments for what is overloaded
        assert conclusion(found.pop("pyrefly")) == 'checked-directly["a", 1] checker-limit'
    for checker, judgement in found.items():
        assert judgement.verdict == "arity-only"
        assert set(unseen) <= set(judgement.unseen), checker
    (reason,) = {reason for judgement in found.values() for reason in judgement.reasons}
    assert reason.fact == fact
    assert reason.place is not None
    assert reason.place.line == _line("parameters", line)


def test_overload_with_types_is_checked(report: Report) -> None:
    found = _judgements(report, "parameters", 5)
    del found["pyrefly"]
    assert {conclusion(judgement) for judgement in found.values()} == {"checked"}


@pytest.mark.parametrize(
    ("number", "verdicts"),
    [
        # mypy reports names and number at the call as a whole, the others at an argument.
        (0, {"mypy": "unchecked ignore-comment"}),
        (1, {"mypy": "unchecked ignore-comment"}),
        (2, dict.fromkeys({*CHECKERS} - {"basedpyright"}, "unchecked ignore-comment")),
        (3, {}),
        (
            4,
            {
                "mypy": "unchecked ignore-comment",
                "pyright": 'arity-only[str( "a", # type: ignore )] ignore-comment',
                "zuban": 'arity-only[str( "a", # type: ignore )] ignore-comment',
            },
        ),
    ],
)
def test_comments_within_a_call_over_several_lines(
    report: Report, number: int, verdicts: dict[str, str]
) -> None:
    found = _judgements(report, "lines", number)
    expected = dict.fromkeys(CHECKERS, "checked") | verdicts
    assert {checker: conclusion(judgement) for checker, judgement in found.items()} == expected


def test_only_checkers_that_check_the_type_are_named_as_those_that_do(report: Report) -> None:
    """In this call, mypy checks nothing, and pyright and zuban do not check the type."""
    site = [site for site in report.calls if site.place.path.stem == "lines"][4]
    by_rule = {
        finding.rule: finding
        for finding in by_cause(report.findings)
        if finding.place == site.place
    }
    finding = by_rule["unchecked-argument"]
    assert finding.reported_by == ("pyright", "zuban")
    assert finding.silent == ("basedpyright", "ty", "pyrefly")
    assert by_rule["unchecked-call"].reported_by == ("mypy",)
    assert "mypy" not in finding.silent


_UNANNOTATED = f"{_HEAD}def call(number):\n    BackgroundTasks().add_task(send, 'a')\n"


@pytest.mark.full
def test_check_untyped_defs_is_a_remedy(tmp_path: Path) -> None:
    """mypy does not look into a function without annotations, unless its config says so."""
    root = _write(tmp_path, {"app.py": _UNANNOTATED, "mypy.ini": "[mypy]\n"})
    (site,) = report_on(root, ["mypy"]).calls
    (reason,) = site.judgements[0].reasons
    assert reason.code == "unannotated-function"
    assert "check_untyped_defs = true" in reason.fix
    _write(root, {"mypy.ini": "[mypy]\ncheck_untyped_defs = true\n"})
    (site,) = report_on(root, ["mypy"]).calls
    assert conclusion(site.judgements[0]) == "checked"


_TYPED = _UNANNOTATED.replace("def call(number)", "def typed() -> None")
_PRESETS = [
    # It has none, and takes `basic`: no types, no functions without annotations.
    (
        "none",
        "README",
        "",
        "",
        "arity-only['a'] config-preset",
        "checked-directly['a'] config-preset",
        "",
    ),
    # mypy's makes it `legacy`, with types.
    *(
        (name, name, f"[{section}]\n", "check_untyped_defs = true", *rest)
        for name, section in (("mypy.ini", "mypy"), ("pyproject.toml", "tool.mypy"))
        for rest in [("checked", "checked-directly config-unannotated", f"{name}:1:1")]
    ),
    *(
        (name, "pyrefly.toml", text, fix, "checked", "checked-directly config-unannotated", place)
        for name, text, fix, place in [
            ("legacy", 'preset = "legacy"\n', "check-unannotated-defs = true", "pyrefly.toml:1:1"),
            ("set", 'preset = "default"\ncheck-unannotated-defs = false\n', "", "pyrefly.toml:2:1"),
        ]
    ),
]


@pytest.mark.parametrize(
    ("name", "text", "fix", "typed", "untyped", "place"),
    [preset[1:] for preset in _PRESETS],
    ids=[preset[0] for preset in _PRESETS],
)
def test_preset_that_pyrefly_takes(  # noqa: PLR0913, PLR0917  # the columns of a table
    tmp_path: Path, name: str, text: str, fix: str, typed: str, untyped: str, place: str
) -> None:
    """Its reasons are those of the preset, also where mypy's config is what decides on that."""
    root = _write(tmp_path, {"untyped.py": _UNANNOTATED, "typed.py": _TYPED, name: text})
    report = report_on(root, ["pyrefly"])
    found = {site.place.path.stem: site.judgements[0] for site in report.calls}
    assert conclusion(found["typed"]) == typed
    assert conclusion(found["untyped"]) == untyped
    (reason,) = found["untyped"].reasons
    assert str(reason.place or "") == place
    if fix:
        assert fix in reason.fix
        _write(root, {name: f"{text}{fix}\n"})
        assert {conclusion(site.judgements[0]) for site in report_on(root, ["pyrefly"]).calls} == {
            "checked"
        }
