"""`.venv` follows the requirements files, and says in a sentence what stands in its way."""

import shutil
import subprocess
import sys

import pytest

from tests.devstack.checkout import REAL


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """A checkout on a machine where nothing is set up and no package index can be reached."""
    folder = tmp_path_factory.mktemp("bare")
    (folder / "bordercoop/devstack").mkdir(parents=True)
    shutil.copy(REAL / "bordercoop/devstack/environment.py", folder / "bordercoop/devstack")
    return folder


def set_up(folder):
    script = folder / "bordercoop/devstack/environment.py"
    command = [getattr(sys, "_base_executable", sys.executable), "-I", script]
    env = {"PATH": "/usr/bin:/bin", "PIP_NO_INDEX": "1", "HOME": str(folder)}
    return subprocess.run(command, env=env, capture_output=True, text=True)


def test_an_environment_is_made_once_and_then_left_alone(bare):
    (bare / "requirements.txt").write_text("")
    first = set_up(bare)
    assert first.returncode == 0, first.stderr
    assert "installed" in first.stdout
    assert (bare / ".venv/bin/python").exists()
    assert set_up(bare).stdout == ""


def test_changed_requirements_are_installed_and_a_failure_is_explained(bare):
    (bare / "requirements.txt").write_text("no-such-package-for-borders==1\n")
    failed = set_up(bare)
    assert failed.returncode == 1
    assert "no-such-package-for-borders" in failed.stderr
    assert "The packages of requirements.txt could not be installed" in failed.stderr
    assert set_up(bare).returncode == 1, "a failure must not count as done"


def test_an_environment_whose_python_is_gone_is_made_anew(bare):
    (bare / "requirements.txt").write_text("")
    set_up(bare)
    (bare / ".venv/bin/python").unlink()
    assert set_up(bare).returncode == 0
    assert (bare / ".venv/bin/python").exists()
