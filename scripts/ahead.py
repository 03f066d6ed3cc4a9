"""Run tests on Pythons that are newer than those of this machine: see `nox -s ahead`.

Debian unstable packages the newest Pythons. `prepare` puts a minimal Debian with them into a folder
and installs what the tests need into one virtual environment for each of them. `test` runs pytest
in all of them at once.

debootstrap and the commands in that Debian run in mount and process namespaces of their own. Their
mounts of /dev, /proc and the project are invisible outside, so deleting the folder cannot reach
through them, and the kernel removes them when the command ends, even if it is killed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import ssl
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

PYTHONS = ("3.14", "3.15")
PACKAGES = (*(f"python{version}-venv" for version in PYTHONS), "ca-certificates")
PROJECT = Path(__file__).parents[1]
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
# What debootstrap prints if it cannot reach the archive.
UNREACHABLE = ("Failed getting release file", "Failed to retrieve", "Couldn't download")
NAMESPACES = ("unshare", "--mount", "--pid", "--fork", "--kill-child")
# $1 is the root, $2 the project; the rest is the command. The shell stays process 1, because that
# one ignores most signals.
ENTER = """\
set -e
root=$1 project=$2
shift 2
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
mkdir -p "$root/project"
mount --bind "$project" "$root/project"
cd "$root"
chroot . sh -c 'cd /project && exec "$@"' sh "$@" || exit $?
"""


def obstacle() -> str | None:
    """Return why no such Debian can be made on this machine, and what that needs."""
    if not sys.platform.startswith("linux"):
        return "it needs Linux: it runs the tests in a Debian made by debootstrap"
    if os.geteuid() != 0:
        return "it needs root, for chroot and mount: run it with sudo or in a container"
    missing = [name for name in ("debootstrap", "unshare", "chroot") if shutil.which(name) is None]
    if missing:
        return f"{missing[0]} is not installed: apt-get install debootstrap util-linux"
    allowed = subprocess.run(  # noqa: S603
        [*NAMESPACES, "true"],
        check=False,
        capture_output=True,
    )
    if allowed.returncode != 0:
        return "it needs the right to mount (CAP_SYS_ADMIN): in a container, run it privileged"
    return None


def build(folder: Path) -> str | None:
    """Make the root, unless there is one already.

    Args:
        folder: What the root and its log are put into.

    Returns:
        Why it could not be made, if Debian's archive cannot be reached.

    Raises:
        SystemExit: debootstrap failed for another reason.
    """
    root, log = folder / "root", folder / "debootstrap.log"
    complete = folder / "packages.txt"  # is written last
    if complete.is_file() and complete.read_text("utf-8") == " ".join(PACKAGES):
        return None
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    command = ["debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", "sid"]
    with log.open("wb") as output:
        done = subprocess.run(  # noqa: S603
            [*NAMESPACES, *command, str(root)], stdout=output, stderr=output, check=False
        )
    if done.returncode != 0:
        text = log.read_text("utf-8", "replace")
        if any(words in text for words in UNREACHABLE):
            return f"Debian's archive cannot be reached: {text.strip().splitlines()[-1]}"
        sys.exit(f"{' '.join(command)} failed:\n{text[-2000:]}")
    complete.write_text(" ".join(PACKAGES), "utf-8")
    return None


def install(root: Path, version: str, requirements: list[str]) -> None:
    """Make a virtual environment in the root, unless it has all requirements already."""
    environment = f"/venv/{version}"
    marker = root / environment[1:] / "requirements.txt"
    wanted = "\n".join(requirements)
    if marker.is_file() and marker.read_text("utf-8") == wanted:
        return
    made = run(root, f"python{version}", "-m", "venv", "--clear", environment)
    if made.returncode == 0:
        pip = (f"{environment}/bin/python", "-m", "pip", "install", "--quiet", "--no-compile")
        made = run(root, *pip, *requirements)
    if made.returncode != 0:
        sys.exit(f"Python {version}: {made.args[-1]} could not be installed:\n{made.stdout}")
    marker.write_text(wanted, "utf-8")


def run(root: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the root, in the folder of the project."""
    return subprocess.run(  # noqa: S603
        [*NAMESPACES, "sh", "-c", ENTER, "sh", str(root), str(PROJECT), *command],
        env=variables(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def variables() -> dict[str, str]:
    """Return the environment of commands in the root: paths of this machine mean nothing there."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if (name.startswith("PIP_") and name != "PIP_FIND_LINKS") or name.lower() in PROXIES
    }
    return kept | {
        "HOME": "/root",
        "LANG": "C.UTF-8",
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "PIP_CERT": CERTIFICATES,
        "PIP_ROOT_USER_ACTION": "ignore",
        "PYTHONDONTWRITEBYTECODE": "1",
        "SSL_CERT_FILE": CERTIFICATES,
    }


def copy_settings(root: Path) -> None:
    """Copy what the network needs: the trusted certificates and the name servers."""
    certificates = os.environ.get("SSL_CERT_FILE") or ssl.get_default_verify_paths().cafile
    for source, target in ((certificates, CERTIFICATES), ("/etc/resolv.conf", "/etc/resolv.conf")):
        if source and Path(source).is_file():
            shutil.copyfile(source, root / target[1:])


def test(root: Path, version: str, options: list[str]) -> int:
    """Run pytest with one Python, print what it printed, and return its exit code."""
    start = time.monotonic()
    scripts = f"/venv/{version}/bin"
    done = run(
        root,
        *("env", f"PATH={scripts}:/usr/bin:/bin", f"{scripts}/python", "-m", "pytest"),
        *("-p", "no:cacheprovider", "--quiet", *options),
    )
    seconds = time.monotonic() - start
    print(f"Python {version}, {seconds:.0f} s:\n{done.stdout}", flush=True)  # noqa: T201
    return done.returncode


def main() -> None:
    """Prepare the root, or run the tests in it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the root is, or will be")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("prepare", help="print why that is not possible, if so").add_argument(
        "requirements", nargs="+"
    )
    commands.add_parser("test", help="run pytest").add_argument("options", nargs="*")
    given = parser.parse_args()
    root: Path = given.folder / "root"
    with ThreadPoolExecutor() as pool:
        if given.command == "test":
            codes = pool.map(lambda version: test(root, version, given.options), PYTHONS)
            sys.exit(max(codes))
        reason = obstacle() or build(given.folder)
        if reason is not None:
            print(reason)  # noqa: T201
            return
        copy_settings(root)
        list(pool.map(lambda version: install(root, version, given.requirements), PYTHONS))


if __name__ == "__main__":
    main()
