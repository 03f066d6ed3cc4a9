"""The GitHub action and the pre-commit hook, as far as they can be run here."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator
from pre_commit.clientlib import load_manifest

ROOT = Path(__file__).parent.parent
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
INSTALL, CHECK = ACTION["runs"]["steps"]

# Replaces typed-bg in tests of the action itself: it prints its arguments.
SPEAKING = """\
import json, os, sys
print(json.dumps({"args": sys.argv[1:], "cwd": os.getcwd()}))
raise SystemExit(int(os.environ.get("EXIT", "0")))
"""


def _step(step: dict[str, Any], inputs: dict[str, str], **extra: str) -> dict[str, str]:
    """Return a step's environment, its expressions filled in as the runner does."""
    values = {f"inputs.{name}": spec["default"] for name, spec in ACTION["inputs"].items()}
    values |= {f"inputs.{name}": value for name, value in inputs.items()}
    values["github.action_path"] = str(ROOT)
    values["github.repository"] = "me/project"
    values |= {"github.event_name": "push", "github.event.pull_request.head.repo.full_name": ""}
    values |= {name: value for name, value in inputs.items() if name in values}
    environment = {
        name: values[value.removeprefix("${{ ").removesuffix(" }}")]
        for name, value in step["env"].items()
    }
    return {**os.environ, **environment, **extra}


def _run(
    step: dict[str, Any], environ: dict[str, str], cwd: Path
) -> subprocess.CompletedProcess[str]:
    """Run a step's script with the options that the runner gives to `shell: bash`."""
    return subprocess.run(  # noqa: S603
        ["/bin/bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        env=environ,
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def speaking(tmp_path: Path) -> Path:
    """A folder of commands in which `typed-bg` prints its arguments."""
    folder = tmp_path / "bin dir"
    folder.mkdir()
    (folder / "python").symlink_to(sys.executable)
    script = folder / "typed-bg"
    script.write_text(f"#!{sys.executable}\n{SPEAKING}", "utf-8")
    script.chmod(0o755)
    return folder


def test_the_action_fits_the_schema() -> None:
    path = distribution("check-jsonschema").locate_file(
        "check_jsonschema/builtin_schemas/vendor/github-actions.json"
    )
    validator = Draft7Validator(json.loads(Path(str(path)).read_text("utf-8")))
    validator.validate(ACTION)
    assert not validator.is_valid({**ACTION, "runs": {**ACTION["runs"], "steps": [{"run": "x"}]}})


def test_inputs_reach_scripts_only_through_the_environment() -> None:
    """An expression inside a script would run what an input holds."""
    for step in (INSTALL, CHECK):
        assert "${{" not in step["run"]
    assert CHECK["working-directory"] == "${{ inputs.working-directory }}"


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ("", []),
        ("src --fail-on unchecked", ["src", "--fail-on", "unchecked"]),
        ("'a b' \"c d\" e\\ f", ["a b", "c d", "e f"]),
        ("$(touch hacked) `touch hacked`; touch hacked", None),
        ("* größe", ["*", "größe"]),
    ],
)
def test_arguments_are_split_and_not_run(
    args: str, expected: list[str] | None, speaking: Path, tmp_path: Path
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    environ = _step(CHECK, {"args": args, "python": sys.executable}, TYPED_BG_BIN=str(speaking))
    done = _run(CHECK, environ, project)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["args"][:5] == ["check", "--format", "github", "--python", sys.executable]
    assert said["args"][5:] == (args.split() if expected is None else expected)
    assert said["cwd"] == str(project)
    assert list(project.iterdir()) == []


HEAD = "github.event.pull_request.head.repo.full_name"


@pytest.mark.parametrize(
    ("inputs", "untrusted"),
    [
        ({}, False),
        ({"github.event_name": "pull_request", HEAD: "me/project"}, False),
        ({"github.event_name": "pull_request", HEAD: "you/project"}, True),
        ({"github.event_name": "pull_request_target", HEAD: "you/project"}, True),
        ({"github.event_name": "pull_request", HEAD: ""}, True),
        ({"github.event_name": "pull_request", HEAD: "you/project", "untrusted": "false"}, False),
        ({"untrusted": "true"}, True),
    ],
)
def test_pull_requests_from_forks_are_untrusted(
    inputs: dict[str, str],
    untrusted: bool,  # noqa: FBT001
    speaking: Path,
    tmp_path: Path,
) -> None:
    environ = _step(CHECK, {"python": sys.executable, **inputs}, TYPED_BG_BIN=str(speaking))
    done = _run(CHECK, environ, tmp_path)
    assert done.returncode == 0, done.stderr
    assert ("--untrusted" in json.loads(done.stdout)["args"]) is untrusted


def test_another_value_of_untrusted_is_an_error(speaking: Path, tmp_path: Path) -> None:
    inputs = {"python": sys.executable, "untrusted": "yes"}
    done = _run(CHECK, _step(CHECK, inputs, TYPED_BG_BIN=str(speaking)), tmp_path)
    assert done.returncode == 2
    assert "true, false or auto" in done.stdout


@pytest.mark.full
def test_no_code_of_the_checkout_is_run(speaking: Path, tmp_path: Path) -> None:
    """Python puts the current folder first on its path for -c and -m, but not for -I."""
    project = tmp_path / "project"
    project.mkdir()
    trace = tmp_path / "trace"
    for name in ("venv", "pip", "shlex", "ensurepip", "runpy", "logging", "os"):
        (project / f"{name}.py").write_text(f"open({str(trace)!r}, 'w')\nraise SystemExit(9)\n")
    environ = _step(CHECK, {"python": sys.executable}, TYPED_BG_BIN=str(speaking))
    assert _run(CHECK, environ, project).returncode == 0
    runner = {"RUNNER_TEMP": str(tmp_path / "temp"), "GITHUB_ENV": str(tmp_path / "env")}
    # A package that pip cannot find is enough to see that pip itself is the right one.
    inputs = {"python": sys.executable, "version": "0.0.0.dev0"}
    environ = _step(INSTALL, inputs, PIP_NO_INDEX="1", **runner)
    done = _run(INSTALL, environ, project)
    assert "No matching distribution found for typed-bg" in done.stderr
    assert not trace.exists()
    for step in (INSTALL, CHECK):
        assert not re.search(r"python\"? -[mc]", step["run"])


@pytest.mark.parametrize("code", ["1", "2"])
def test_the_exit_code_is_the_steps(code: str, speaking: Path, tmp_path: Path) -> None:
    environ = _step(CHECK, {"python": sys.executable}, TYPED_BG_BIN=str(speaking), EXIT=code)
    assert _run(CHECK, environ, tmp_path).returncode == int(code)


def test_a_missing_interpreter_is_said(tmp_path: Path) -> None:
    done = _run(INSTALL, _step(INSTALL, {"python": "python9"}), tmp_path)
    assert done.returncode == 2
    assert done.stdout.startswith("::error title=typed-bg check::")
    assert "interpreter 'python9'" in done.stdout


PROJECT = """\
from starlette.background import BackgroundTasks


def send(to: str, retries: int) -> None: ...


def later(tasks: BackgroundTasks) -> None:
    tasks.add_task(send, "a", {retries})
"""


@pytest.mark.full
def test_the_action_finds_a_wrong_call(tmp_path: Path) -> None:
    """Both steps for real, one after the other, in a project that this interpreter can check."""
    project, temp, env_file = tmp_path / "project", tmp_path / "temp", tmp_path / "env"
    project.mkdir()
    temp.mkdir()
    inputs = {"python": sys.executable}
    runner = {"RUNNER_TEMP": str(temp), "GITHUB_ENV": str(env_file)}
    done = _run(INSTALL, _step(INSTALL, inputs, **runner), tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    name, _, folder = env_file.read_text("utf-8").strip().partition("=")
    environ = _step(CHECK, inputs, **runner, **{name: folder})

    (project / "app.py").write_text(PROJECT.format(retries=3), "utf-8")
    good = _run(CHECK, environ, project)
    assert good.returncode == 0, good.stdout + good.stderr

    (project / "app.py").write_text(PROJECT.format(retries='"three"'), "utf-8")
    bad = _run(CHECK, environ, project)
    assert bad.returncode == 1, bad.stdout + bad.stderr
    assert "::error file=app.py,line=8," in bad.stdout


def test_the_hooks_are_ones_for_pre_commit() -> None:
    hooks = load_manifest(str(ROOT / ".pre-commit-hooks.yaml"))
    said = [(hook["id"], hook["entry"], *hook["additional_dependencies"]) for hook in hooks]
    assert said == [
        ("typed-bg-check", "typed-bg check", ".[check]"),
        ("typed-bg-docs", "typed-bg docs --check", ".[docs]"),
    ]
    assert {hook["language"] for hook in hooks} == {"python"}
    assert not any(hook["pass_filenames"] for hook in hooks)


def _try_hook(name: str, project: Path, cache: Path) -> str:
    """Let pre-commit install a hook from this tree, and return its output for a project."""
    # pre-commit sets VIRTUAL_ENV to the hook's own environment: this one goes before it.
    (project / ".venv").symlink_to(sys.prefix, target_is_directory=True)
    (project / ".gitignore").write_text(".venv\n", "utf-8")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "a project"]):
        subprocess.run([*git, *words], cwd=project, check=True)  # noqa: S603
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "pre_commit", "try-repo", str(ROOT), name, "--all-files"],
        cwd=project,
        env={**os.environ, "PRE_COMMIT_HOME": str(cache)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "exit code: 1" in done.stdout
    return done.stdout


@pytest.mark.full
def test_the_hook_finds_a_wrong_call(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "app.py").write_text(PROJECT.format(retries='"three"'), "utf-8")
    assert "app.py:8:" in _try_hook("typed-bg-check", project, tmp_path / "cache")


@pytest.mark.full  # the hook above is installed in the same way
def test_the_hook_finds_a_stale_docstring(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "mail.py").write_text(
        "from typing import Annotated\n\nfrom typing_extensions import Doc\n\n\n"
        'def send(to: Annotated[str, Doc("Who gets it.")]) -> None:\n    """Send a mail."""\n',
        "utf-8",
    )
    said = _try_hook("typed-bg-docs", project, tmp_path / "cache")
    assert "+++ mail.py" in said
    assert "+        to: Who gets it." in said
