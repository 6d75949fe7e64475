"""The launcher makes the environment once, mends it when it must, and hands every argument on.

It runs here on a project as small as can be, with the real venv and the real pip. Needs the package index (or pip's own
cache or configuration) for setuptools, and is skipped where that is not to be had.
"""

import os
import shutil
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import pytest

LAUNCHER = Path(__file__).resolve().parents[2] / "studiolo"
PYPROJECT = """
[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"
[project]
name = "studiolo"
version = "0"
requires-python = ">=3.11,<3.14"
[tool.setuptools.packages.find]
where = ["core"]
"""
SAYS = "import sys, os; print('ran', os.getcwd(), sys.prefix, *sys.argv[1:], sep='|'); sys.exit(7)"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    root = tmp_path_factory.mktemp("project") / "with a space"
    (root / "core/studiolo_cli").mkdir(parents=True)
    (root / "core/studiolo_cli/__init__.py").touch()
    (root / "core/studiolo_cli/__main__.py").write_text(SAYS)
    (root / "pyproject.toml").write_text(PYPROJECT)
    (root / "requirements.lock").write_text(f"setuptools=={version('setuptools')}\n")
    shutil.copy(LAUNCHER, root / "studiolo")
    both = [begin(root, "first"), begin(root, "second")]
    outputs = [process.communicate(timeout=120) for process in both]
    if any("Could not find a version" in errors or "No matching distribution" in errors for _, errors in outputs):
        pytest.skip("setuptools is not to be had here")
    return root, [(process.returncode, *output) for process, output in zip(both, outputs, strict=True)]


def begin(root, *arguments, launcher="studiolo", **options):
    command = [sys.executable, str(root / launcher), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def run(root, *arguments, **options):
    process = begin(root, *arguments, **options)
    output, errors = process.communicate(timeout=120)
    return process.returncode, output, errors


def test_two_at_once_make_one_environment(project):
    root, both = project
    for (status, output, _), word in zip(both, ("first", "second"), strict=True):
        assert status == 7
        assert output == f"ran|{Path.cwd()}|{root / '.venv'}|{word}\n"
    errors = "".join(errors for _, _, errors in both)
    assert errors.count("making the environment in .venv.") == 1
    assert errors.count("The environment is ready.") == 1
    assert errors.count("waiting for it") <= 1


def test_a_second_call_says_and_makes_nothing_and_is_fast(project, tmp_path):
    root, _ = project
    link = tmp_path / "a link"
    link.symlink_to(root / "studiolo")
    began = time.monotonic()
    status, output, errors = run(tmp_path, "write", "--mode", "a b", launcher="a link", cwd=tmp_path)
    assert time.monotonic() - began < 2
    assert (status, errors) == (7, "")
    assert output == f"ran|{tmp_path}|{root / '.venv'}|write|--mode|a b\n"


def test_what_lies_where_one_works_is_not_run(project, tmp_path):
    root, _ = project
    (tmp_path / "studiolo_cli.py").write_text("print('wrong')")
    (tmp_path / "os.py").write_text("print('wrong')")
    assert run(root, cwd=tmp_path)[:2] == (7, f"ran|{tmp_path}|{root / '.venv'}\n")


def test_a_changed_lock_brings_the_environment_up_to_date(project):
    root, _ = project
    with (root / "requirements.lock").open("a") as lock:
        lock.write("# changed\n")
    status, output, errors = run(root)
    assert status == 7
    assert "up to date" in errors
    assert "making the environment in" not in errors
    assert output.count("\n") == 1
    assert run(root)[2] == ""


def test_what_pip_cannot_do_is_said_and_an_environment_left_half_made_is_made_anew(project):
    root, _ = project
    lock = (root / "requirements.lock").read_text()
    (root / "requirements.lock").write_text("setuptools==0.0.0\n")
    status, output, errors = run(root)
    assert (status, output) == (1, "")
    assert errors.strip().endswith("then run the same command again.")
    assert "Traceback" not in errors
    (root / "requirements.lock").write_text(lock)
    (root / ".venv/half").touch()
    status, _, errors = run(root)
    assert status == 7
    assert "making the environment in" in errors
    assert not (root / ".venv/half").exists()


@pytest.mark.skipif(os.name != "posix", reason="puts small shell scripts in the place of Python")
@pytest.mark.parametrize(
    ("imitation", "sentence"),
    [
        ("exit 1", "Studiolo needs Python 3.11, 3.12 or 3.13"),
        ('case "$2" in *ensurepip*) exit 1;; esac; exec "$REAL" "$@"', "apt install python3-venv"),
    ],
)
def test_a_python_that_does_not_fit_is_told_in_a_sentence(tmp_path, imitation, sentence):
    for name in ("studiolo", "requirements.lock", "pyproject.toml"):
        shutil.copy(LAUNCHER.with_name(name), tmp_path / name)
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("python3", "python3.11", "python3.12", "python3.13"):
        (programs / name).write_text(f"#!/bin/sh\n{imitation}\n")
        (programs / name).chmod(0o755)
    # the launcher asks the Python that runs it first: let it believe that this is the imitation
    script = (
        "import runpy, sys; sys.executable = sys.argv.pop(1); sys.argv = sys.argv[1:];"
        "runpy.run_path(sys.argv[0], run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(programs / "python3"), str(tmp_path / "studiolo"), "write"],
        env={"PATH": f"{programs}:/usr/bin:/bin", "REAL": sys.executable},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / ".venv").exists()
