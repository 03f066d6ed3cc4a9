"""Runs `typed-bg check` on a third-party package. Start it with `nox -s demo`.

It downloads a released package and its dependencies into a temporary folder. The report is the same
as for your own project. The demo fails if the check or one of the checkers did not work.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import venv
from pathlib import Path

PACKAGE = "gradio==6.31.0"
# The packages needed to resolve the imports of FastAPI, Starlette and the calls in gradio.
NEEDS = (
    *("annotated-doc==0.0.7", "annotated-types==0.8.0", "anyio==4.16.0", "fastapi==0.165.0"),
    *("httpx==0.28.1", "opentelemetry-api==1.45.2", "pydantic==2.14.4", "pydantic_core==2.50.5"),
    *("starlette==1.10.0", "typing_extensions==4.16.0", "typing-inspection==0.4.5"),
)
LIMIT = 300  # seconds for each step
FOUND = 1  # the exit code if there are findings


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="typed_bg_demo_") as scratch:
        environment, code = Path(scratch, "environment"), Path(scratch, "code")
        venv.create(environment, symlinks=os.name != "nt")
        at = {"base": str(environment), "platbase": str(environment)}
        say(f"Downloading {PACKAGE.replace('==', ' ')} and FastAPI, which it imports ...")
        install(Path(sysconfig.get_path("purelib", vars=at)), *NEEDS)
        install(code, PACKAGE)
        Path(code, ".git").mkdir()  # makes it the project's root
        command = ["check", "--no-cache", "--python", str(environment), *sys.argv[1:]]
        say("Which of its background-task calls do the type checkers check?\n")
        say(f"$ typed-bg {' '.join(['check', *sys.argv[1:]])}")
        try:
            ended = subprocess.run(  # noqa: S603  # this very interpreter
                [sys.executable, "-m", "typed_bg", *command], cwd=code, check=False, timeout=LIMIT
            )
        except subprocess.TimeoutExpired:
            sys.exit(
                f"\nThe demo has FAILED: the check took more than {LIMIT} s. Choose a faster "
                "checker, for example: nox -s demo -- --checker ty"
            )
    if ended.returncode != FOUND:
        sys.exit(f"\nThe demo has FAILED: exit code {ended.returncode} instead of {FOUND}.")
    say(
        f"\nThe exit code is {FOUND}, as it should be: there are findings, so the build would "
        "fail in CI.\nAll findings are in the released code, exactly as it was downloaded."
    )


def install(folder: Path, *packages: str) -> None:
    """Install packages into a folder without their dependencies."""
    if uv := shutil.which("uv"):
        command = [uv, "pip", "install", "--quiet", "--python", sys.executable]
    else:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile"]
        command += ["--disable-pip-version-check"]
    command += ["--no-deps", "--only-binary", ":all:", "--target", str(folder), *packages]
    try:
        subprocess.run(  # noqa: S603  # an installer
            command, check=True, capture_output=True, encoding="utf-8", timeout=LIMIT
        )
    except subprocess.CalledProcessError as error:
        sys.exit(f"\nThe demo has FAILED: cannot download {' '.join(packages)}:\n{error.stderr}")
    except subprocess.TimeoutExpired:
        sys.exit(f"\nThe demo has FAILED: {' '.join(packages)} took more than {LIMIT} s.")


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
