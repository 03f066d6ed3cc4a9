"""Calls in syntax of Python 3.14 and 3.15: found, probed, and checked from end to end."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

import pytest
from support.check_command import GOOD, check, write

from typed_bg._source.module import NEWLINE, Module, parse
from typed_bg.check.calls.call_sites import find_sites
from typed_bg.check.probes.insertions import remove
from typed_bg.check.probes.probe import probe

needs_314 = pytest.mark.skipif(
    sys.version_info < (3, 14), reason="this syntax needs Python 3.14 (PEP 750, PEP 758)"
)
needs_315 = pytest.mark.skipif(
    sys.version_info < (3, 15), reason="this syntax needs Python 3.15 (PEP 798, PEP 810)"
)
HERE = Path("module.py")


def _module(text: str) -> Module:
    module = parse(HERE, text.encode())
    assert isinstance(module, Module)
    return module


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x = t'é{t.add_task(f, 1)!r:>{t.add_task(g)}}'", marks=needs_314),
        pytest.param("t.add_task(f, t'{x}', t'{t.add_task(g)=}')", marks=needs_314),
        pytest.param("x = f\"{t'{t.add_task(f)}'}\"", marks=needs_314),
        pytest.param("try: pass\nexcept t.add_task(f), A: t.add_task(g)", marks=needs_314),
        pytest.param("x = [*t.add_task(f) for i in t.add_task(g)]", marks=needs_315),
        pytest.param("x = {**t.add_task(f) for i in j}", marks=needs_315),
        pytest.param("g(*t.add_task(f) for i in j)", marks=needs_315),
        pytest.param("t.add_task(f, (*i for i in j))", marks=needs_315),
        pytest.param("lazy import y; t.add_task(f)", marks=needs_315),
    ],
)
@pytest.mark.parametrize("before", ["import x\n", "from __future__ import annotations\n"])
def test_every_place_can_be_probed(text: str, before: str) -> None:
    module = _module(before + text)
    result = probe(module, find_sites(module))
    assert not result.unprobeable
    assert len([probe for probe in result.probes if probe.kind == "keyword"]) == text.count(
        "add_task"
    )
    assert remove(result.inserted) == module.text
    ast.parse(result.text)


@pytest.mark.parametrize(
    ("argument", "flat"),
    [
        pytest.param('t"""a\n{b}"""', r"t'a\n{b}'", marks=needs_314),
        pytest.param('t"""a{\n1\n}"""', "t''", marks=needs_314),
        pytest.param("[*b\n for b in c]", "[*b for b in c]", marks=needs_315),
        pytest.param("{**b\n for b in c}", "{**b for b in c}", marks=needs_315),
    ],
)
def test_arguments_over_several_lines_become_one(argument: str, flat: str) -> None:
    module = _module(f"import x\nt.add_task(f, {argument})\n")
    result = probe(module, find_sites(module))
    assert len(NEWLINE.findall(result.text)) == len(NEWLINE.findall(module.text))
    first = result.probes[0].span
    assert result.text[first.start : first.end] == f"t.add_task(f, {flat}, _bgp_k0_=_bgp_P0_(0))"


@needs_315
def test_the_first_lazy_import_has_room_for_names() -> None:
    module = _module("lazy import x\ndef g(): t.add_task(f)")
    result = probe(module, find_sites(module))
    assert result.text.startswith("lazy import x; import typing as _bgp_typing; ")


_FUNCTION = """

def send(to: str, retries: int) -> None: ...


def later(tasks: BackgroundTasks, jobs: list[list[int]]) -> object:
"""
_EAGER = f"from starlette.background import BackgroundTasks{_FUNCTION}"
_LAZY = f"lazy from starlette.background import BackgroundTasks{_FUNCTION}"


@pytest.mark.parametrize("checker", ["ty", "mypy"])
@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param(
            f"""{_EAGER}    try:
        return t"{{tasks.add_task(send, 'a', 'three')}}"
    except ValueError, TypeError:
        return None
""",
            8,
            marks=needs_314,
            id="t-string",
        ),
        pytest.param(
            f"""{_EAGER}    try:
        jobs.clear()
    except ValueError, TypeError:
        tasks.add_task(send, "a", "three")
    return None
""",
            10,
            marks=needs_314,
            id="except without parentheses",
        ),
        pytest.param(
            f"""{_LAZY}    tasks.add_task(send, "a", "three")
    return None
""",
            7,
            marks=needs_315,
            id="lazy import",
        ),
        pytest.param(
            f"""{_EAGER}    tasks.add_task(send, "a", [*job for job in jobs])
    return None
""",
            7,
            marks=needs_315,
            id="unpacking in a comprehension",
        ),
    ],
)
def test_a_wrong_call_is_found(tmp_path: Path, text: str, line: int, checker: str) -> None:
    done = check(write(tmp_path, {"app.py": text}), "--format", "json", checker=checker)
    assert done.returncode == 1, done.stdout + done.stderr
    found = json.loads(done.stdout)["findings"]
    assert [(finding["rule"], finding["place"]["line"]) for finding in found] == [
        ("wrong-argument", line)
    ]


@pytest.mark.skipif(sys.version_info >= (3, 15), reason="this Python can parse the newest syntax")
def test_a_file_for_a_newer_python_cannot_be_checked(tmp_path: Path) -> None:
    newer = GOOD.replace("from starlette", "lazy from starlette")
    root = write(tmp_path, {"good.py": GOOD, "newer.py": newer, "other.py": newer})
    done = check(root, "--format", "json")
    assert done.returncode == 2
    report = json.loads(done.stdout)
    # One cause, one problem; the files are all listed.
    (problem,) = report["problems"]
    assert "newer.py:1 and 1 more" in problem
    assert "Python 3.15" in problem
    assert [skipped["path"] for skipped in report["skipped_files"]] == ["newer.py", "other.py"]
    said = done.stdout + done.stderr
    running = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert "newer.py:1" in said
    assert f"needs Python 3.15 or newer; typed-bg runs on Python {running}" in said
