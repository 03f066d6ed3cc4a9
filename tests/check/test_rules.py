"""Each rule and reason is declared once, and its page and example are true."""

from __future__ import annotations

import sys
from typing import get_args

import pytest

from docs_build.rules import FOLDER, SCHEMA, pages, schema
from typed_bg.check.project.settings import Settings
from typed_bg.check.results.reason_codes import REASONS, CheckerReason
from typed_bg.check.results.rules import RULES, FailOn, RuleId, fails
from typed_bg.check.run import Request, check_project

pytestmark = pytest.mark.xdist_group("rules")
WITH_EXAMPLE = [rule for rule in RULES.values() if rule.wrong]


def test_every_rule_and_reason_is_declared() -> None:
    assert set(RULES) == set(get_args(RuleId))
    assert set(REASONS) == set(get_args(CheckerReason))


def test_what_fails_at_a_level_fails_at_every_stricter_one() -> None:
    for rule in RULES:
        failing = [fails(rule, level) for level in get_args(FailOn)]
        assert failing == sorted(failing)
        assert failing[-1] or RULES[rule].fails_on is None
    assert fails("wrong-argument", "wrong")
    assert not fails("unchecked-call", "wrong")
    assert not fails("unchecked-argument", "unchecked")
    assert not fails("checked-directly", "unchecked")
    assert fails("checked-directly", "checked-directly")
    assert not fails("unchecked-argument", "checked-directly")
    assert not fails("request-session", "arity-only")


def test_the_pages_are_up_to_date() -> None:
    written = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.md")}
    assert written == pages(), "run: python -m docs_build.rules"


def test_the_schema_names_every_rule_and_reason() -> None:
    assert SCHEMA.read_text("utf-8") == schema(), "run: python -m docs_build.rules"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The rules found in each example: one run over all of them."""
    folder = tmp_path_factory.mktemp("examples")
    for rule in WITH_EXAMPLE:
        for kind, text in (("wrong", rule.wrong), ("right", rule.right)):
            name = f"{kind}_{rule.id.replace('-', '_')}.py"
            (folder / name).write_text(text, "utf-8")
    settings = Settings(checkers=("pyright", "ty"), python=sys.executable)
    report = check_project(Request((folder,), settings)).report
    assert not any(run.failure for run in report.runs)
    rules: dict[str, set[str]] = {}
    for finding in report.findings:
        rules.setdefault(finding.place.path.stem, set()).add(finding.rule)
    return rules


@pytest.mark.parametrize("rule", WITH_EXAMPLE, ids=lambda rule: rule.id)
def test_the_example_has_the_finding_and_the_fixed_one_has_none(rule, found) -> None:
    name = rule.id.replace("-", "_")
    assert rule.id in found[f"wrong_{name}"]
    assert f"right_{name}" not in found
