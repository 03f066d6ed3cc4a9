"""The workflows, the templates and the pre-commit hooks for work on this project."""

from __future__ import annotations

import ast
import json
import re
import sys
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator
from pre_commit.clientlib import load_config

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parent.parent
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").iterdir())
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
SCHEMAS = {
    **dict.fromkeys(WORKFLOWS, "github-workflows"),
    **dict.fromkeys(sorted((GITHUB / "ISSUE_TEMPLATE").iterdir()), "github-issue-forms"),
    GITHUB / "ISSUE_TEMPLATE/config.yml": "github-issue-config",
    GITHUB / "dependabot.yml": "dependabot",
}


def _load(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    if True in loaded:  # YAML 1.1 reads the key `on` as a boolean
        loaded["on"] = loaded.pop(True)  # type: ignore[call-overload]
    return loaded


def _jobs(path: Path) -> dict[str, Any]:
    jobs: dict[str, Any] = _load(path)["jobs"]
    return jobs


CI = _jobs(GITHUB / "workflows/ci.yml")


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_files_match_the_schemas_of_github(path: Path) -> None:
    schema = distribution("check-jsonschema").locate_file(
        f"check_jsonschema/builtin_schemas/vendor/{SCHEMAS[path]}.json"
    )
    validator = Draft7Validator(json.loads(Path(str(schema)).read_text("utf-8")))
    loaded = _load(path)
    validator.validate(loaded)
    for key in loaded.keys() & {"jobs", "body", "updates", "contact_links"}:
        assert not validator.is_valid({**loaded, key: "wrong"})


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_by_commit(path: Path) -> None:
    used = re.findall(r"uses: *(.+)", path.read_text("utf-8"))
    assert used
    for action in used:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_jobs_have_only_the_permissions_they_name(path: Path) -> None:
    assert _load(path)["permissions"] == {}
    for name, job in _jobs(path).items():
        allowed = {"id-token": "write"} if name == "publish" else {"contents": "read"}
        assert job["permissions"].items() <= allowed.items(), name
        for step in job["steps"]:
            assert "${{" not in step.get("run", ""), "an expression in a script can be injected"
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"] == {"persist-credentials": False}


def test_ci_runs_the_default_sessions_and_all_of_their_tests() -> None:
    tree = ast.parse((ROOT / "noxfile.py").read_text("utf-8"))
    (sessions,) = (
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "nox.options.sessions"
    )
    default = {
        node.value
        for node in ast.walk(sessions)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert "tests" in default
    run = set(CI["sessions"]["strategy"]["matrix"]["session"])
    assert run == default | {"lowest-extras", "pycroscope", "real"}
    (step,) = (step for step in CI["sessions"]["steps"] if "SESSION" in step.get("env", {}))
    assert step["env"]["PYTEST_ADDOPTS"] == "-m 'full or not full'"
    assert "nox -s library" in CI["pythons"]["steps"][-1]["run"]
    assert set(CI["ci"]["needs"]) == CI.keys() - {"ci"}


def test_ci_runs_every_supported_python() -> None:
    supported = re.findall(r":: (3\.\d+)", "\n".join(PYPROJECT["project"]["classifiers"]))
    assert CI["pythons"]["strategy"]["matrix"]["python"] == supported
    claimed = [name for name in PYPROJECT["project"]["classifiers"] if "Free Threading" in name]
    runs = [step.get("run", "") for job in CI.values() for step in job["steps"]]
    assert len(claimed) == sum("nox -s free-threading " in run for run in runs) == 1


def test_the_hooks_use_the_ruff_of_the_lint_session() -> None:
    hooks = [
        hook
        for repository in load_config(str(ROOT / ".pre-commit-config.yaml"))["repos"]
        for hook in repository["hooks"]
    ]
    ruffs = [hook for hook in hooks if hook["entry"].startswith("ruff ")]
    assert len(ruffs) == 2
    (pinned,) = (
        requirement
        for requirement in PYPROJECT["dependency-groups"]["lint"]
        if requirement.startswith("ruff==")
    )
    for hook in ruffs:
        assert hook["additional_dependencies"] == [pinned]


def test_the_own_hook_installs_what_the_package_needs() -> None:
    hooks = load_config(str(ROOT / ".pre-commit-config.yaml"))["repos"][0]["hooks"]
    (own,) = (hook for hook in hooks if hook["id"] == "typed-bg-docs")
    project = PYPROJECT["project"]
    extras = project["optional-dependencies"]
    needed = {*project["dependencies"], *extras["check"], *extras["docs"]} - {"typed-bg[check]"}
    assert set(own["additional_dependencies"]) == needed
