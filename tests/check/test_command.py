"""Settings and the baseline, as the command follows them."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from support.check_command import ARITY_ONLY, GOOD, UNCHECKED, WRONG, check, rules, write

STALE = "warning[stale-baseline]"


def _settings(**values: object) -> str:
    lines = [f"{key.replace('_', '-')} = {json.dumps(value)}" for key, value in values.items()]
    return "\n".join(["[tool.typed_bg]", *lines, ""])


def test_the_command_line_goes_over_the_settings(tmp_path: Path) -> None:
    settings = _settings(
        checkers=["zuban"], exclude=["old"], fail_on="wrong", python=sys.executable
    )
    files = {"pyproject.toml": settings, "app.py": UNCHECKED, "old/app.py": WRONG}
    root = write(tmp_path, files)
    as_set = check(root, "--format", "json", checker=None)
    report = json.loads(as_set.stdout)
    assert as_set.returncode == 0
    assert [run["name"] for run in report["checkers"]] == ["zuban"]
    assert [site["place"]["path"] for site in report["calls"]] == ["app.py"]

    over = check(root, "--fail-on", "unchecked", "--format", "json", checker="ty")
    assert over.returncode == 1
    assert [run["name"] for run in json.loads(over.stdout)["checkers"]] == ["ty"]
    # `--exclude` replaces the exclusions in the settings.
    assert [found.split(":")[0] for found in rules(check(root, "--exclude", "app.py"))] == []
    assert check(root, "--exclude", "nothing").returncode == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            _settings(checker=["ty"]),
            "pyproject.toml:2: [tool.typed_bg] has the unknown key 'checker'",
        ),
        (_settings(fail_on="all"), "pyproject.toml:2: [tool.typed_bg] fail-on: expected one of"),
        (_settings(require=["tyy"]), "did you mean 'ty'?"),
        (_settings(also=["nothing"]), "'nothing' is not a forwarder"),
        ("[tool.typed_bg\n", "pyproject.toml"),
        ("[tool.typed-bg]\n", "write [tool.typed_bg]"),
    ],
)
def test_bad_settings(text: str, said: str, tmp_path: Path) -> None:
    done = check(write(tmp_path, {"pyproject.toml": text, "app.py": GOOD}))
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""


def test_paths_on_the_command_line_are_from_the_current_folder(tmp_path: Path) -> None:
    root = write(tmp_path, {"pkg/app.py": WRONG, "pkg/__init__.py": ""})
    options = ("--baseline", "mine.json")
    assert check(root / "pkg", *options, "--update-baseline").returncode == 0
    assert (root / "pkg" / "mine.json").is_file()
    assert check(root / "pkg", *options).returncode == 0
    # Those of the settings are from the root.
    write(root, {"pyproject.toml": _settings(baseline="pkg/mine.json")})
    assert check(root / "pkg").returncode == 0


@pytest.mark.full
def test_a_baseline_from_its_start_to_its_end(tmp_path: Path) -> None:
    files = {"pyproject.toml": _settings(baseline="known.json"), "a.py": WRONG, "b.py": UNCHECKED}
    root = write(tmp_path, files)
    baseline = root / "known.json"
    assert check(root).returncode == 2  # it is not there yet

    assert check(root, "--update-baseline").returncode == 0
    first = baseline.read_bytes()
    clean = check(root)
    assert clean.returncode == 0
    assert "2 findings in the baseline" in clean.stdout

    # Lines move, and Git on Windows changes their ends.
    (root / "a.py").write_text(f"import os\n\n\n{WRONG}", "utf-8")
    baseline.write_bytes(first.replace(b"\n", b"\r\n"))
    assert check(root).returncode == 0

    # A new one.
    (root / "c.py").write_text(WRONG, "utf-8")
    new = check(root)
    assert new.returncode == 1
    assert rules(new) == ["c.py:8:31  error[wrong-argument]"]
    (root / "c.py").unlink()

    # One is mended: its entry is reported, by a run that looks at its file.
    (root / "a.py").write_text(GOOD, "utf-8")
    mended = check(root)
    assert mended.returncode == 1
    assert [found.split("  ")[1] for found in rules(mended)] == [STALE]
    assert "a.py, in later" in mended.stdout
    assert check(root, "b.py").returncode == 0

    # Nobody knows what is in a file that cannot be read.
    (root / "a.py").write_text(f"{GOOD}\ndef (\n", "utf-8")
    assert STALE not in check(root).stdout
    (root / "a.py").write_text(GOOD, "utf-8")

    # Written for one file alone, it keeps what it says of others.
    assert check(root, "b.py", "--update-baseline").returncode == 0
    assert json.loads(baseline.read_text("utf-8")) == json.loads(first)
    assert check(root, "--update-baseline").returncode == 0
    entries = json.loads(baseline.read_text("utf-8"))["findings"]
    assert [entry["path"] for entry in entries] == ["b.py"]
    assert sorted(path.name for path in root.glob("*known*")) == ["known.json"]


def test_a_checker_that_fails_updates_no_baseline(tmp_path: Path) -> None:
    root = write(tmp_path, {"app.py": WRONG})
    options = ("--baseline", "known.json")
    assert check(root, *options, "--update-baseline").returncode == 0
    before = (root / "known.json").read_bytes()
    write(root, {"app.py": GOOD, "ty.toml": "nonsense = 1\n"})
    done = check(root, *options, "--update-baseline")
    assert done.returncode == 2
    assert "baseline was not updated" in done.stdout
    assert "ty" in done.stdout
    assert "nonsense" in done.stdout
    assert (root / "known.json").read_bytes() == before


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe{}", b'{"version": 9, "findings": []}'])
def test_a_file_that_is_no_baseline(content: bytes, tmp_path: Path) -> None:
    root = write(tmp_path, {"app.py": GOOD, "known.json": content})
    done = check(root, "--baseline", "known.json")
    assert done.returncode == 2
    assert "known.json is" in done.stderr
    assert "Traceback" not in done.stderr
    assert (root / "known.json").read_bytes() == content


def test_arguments_in_a_baseline(tmp_path: Path) -> None:
    root = write(tmp_path, {"app.py": ARITY_ONLY})
    options = ("--fail-on", "arity-only", "--baseline", "known.json")
    assert check(root, "--fail-on", "arity-only").returncode == 1
    assert check(root, *options, "--update-baseline").returncode == 0
    assert check(root, *options).returncode == 0


@pytest.mark.parametrize(
    ("output", "fact"),
    [
        ("reports/check.json", "no folder reports exists"),
        ("app.py/check.json", "app.py is not a folder"),
        (".", "is a folder"),
    ],
)
def test_an_output_that_cannot_be_written_is_said_at_once(
    output: str, fact: str, tmp_path: Path
) -> None:
    """Before any checker runs, and with what to do about it."""
    root = write(tmp_path, {"app.py": GOOD})
    done = check(root, "--output", output)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"typed-bg: --output {output}")
    assert fact in done.stderr
    assert "Errno" not in done.stderr
    assert "name " in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is full")
def test_an_output_that_fails_while_it_is_written_is_said(tmp_path: Path) -> None:
    root = write(tmp_path, {"app.py": GOOD})
    done = check(root, "--output", "/dev/full")
    assert done.returncode == 2
    assert "--output /dev/full: " in done.stderr
    assert "(No space left" in done.stderr
