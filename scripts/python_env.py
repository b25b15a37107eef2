#!/usr/bin/env python3
"""Prints the path of a Python that has what scripts/requirements*.txt ask for.

The first call makes a virtual environment in the cache and fills it, which takes minutes; later
calls only print. Its name tells the Python version and a hash of the requirements, so other
requirements get another environment. Two calls at once are safe: the second waits.

The cache is $CHARRNN_CACHE, else $XDG_CACHE_HOME/charrnn, else the system's own place for caches.
Progress goes to standard error. Exit code 1: it could not be made, with the reason as last line.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

SUPPORTED = ((3, 12), (3, 11), (3, 10), (3, 9))  # by TensorFlow 2.18, best first
SCRIPTS = Path(__file__).resolve().parent
REQUIREMENTS = SCRIPTS / "requirements.txt"
REQUIREMENTS_NO_DEPS = SCRIPTS / "requirements-no-deps.txt"
WINDOWS = sys.platform == "win32"


class SetupError(Exception):
    """Why there is no environment, and what to do about it, in one line."""


def cache_directory() -> Path:
    if os.environ.get("CHARRNN_CACHE"):
        return Path(os.environ["CHARRNN_CACHE"]).absolute()
    if os.environ.get("XDG_CACHE_HOME"):
        return Path(os.environ["XDG_CACHE_HOME"]) / "charrnn"
    if WINDOWS and os.environ.get("LOCALAPPDATA"):
        return Path(os.environ["LOCALAPPDATA"]) / "charrnn" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "charrnn"
    return Path.home() / ".cache" / "charrnn"


def environment_directory() -> Path:
    key = hashlib.sha256(sysconfig.get_platform().encode())
    for requirements in (REQUIREMENTS, REQUIREMENTS_NO_DEPS):
        key.update(requirements.read_bytes())
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    return cache_directory() / f"python{version}-{key.hexdigest()[:12]}"


def python_in(environment: Path) -> Path:
    return environment / ("Scripts/python.exe" if WINDOWS else "bin/python")


def is_complete(environment: Path) -> bool:
    """An environment cannot be made elsewhere and moved into place, so a marker says it is whole.

    Its Python is a link that breaks when the Python it was made from goes away.
    """
    return marker(environment).exists() and python_in(environment).exists()


def marker(environment: Path) -> Path:
    return environment / "complete"


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Holds a lock that the system lets go of even if this process is killed."""
    with open(path, "w") as file:
        if not try_lock(file):
            print("waiting for another process that makes it", file=sys.stderr)
            while not try_lock(file):
                time.sleep(0.5)
        yield


def try_lock(file: TextIO) -> bool:
    try:
        if WINDOWS:
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # what POSIX and Windows say of a lock that is held
        return False
    return True


def make(environment: Path) -> None:
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        raise SetupError(
            f"{sys.executable} cannot make virtual environments; install its venv and ensurepip"
            " (on Debian and Ubuntu the package python3-venv)"
        )
    print(f"making {environment} (once; a few minutes)", file=sys.stderr)
    shutil.rmtree(environment, ignore_errors=True)  # of a call that was cut short
    try:
        run([sys.executable, "-m", "venv", str(environment)], "cannot make a virtual environment")
        pip_install(environment, REQUIREMENTS)
        pip_install(environment, REQUIREMENTS_NO_DEPS, "--no-deps")
        marker(environment).touch()
    except BaseException:
        shutil.rmtree(environment, ignore_errors=True)
        raise


def pip_install(environment: Path, requirements: Path, *options: str) -> None:
    pip = [str(python_in(environment)), "-m", "pip", "install", "--disable-pip-version-check"]
    run([*pip, *options, "-r", str(requirements)], f"pip could not install {requirements.name}")


def run(command: list[str], failure: str) -> None:
    code = subprocess.run(command, stdout=sys.stderr).returncode
    if code != 0:
        raise SetupError(f"{failure}: exit code {code}, its own words are above")


def supported_python() -> str | None:
    """Looks for another Python; it is asked for its version, since it may be a mere launcher."""
    ask = "import sys; print(*sys.version_info[:2])"
    for major, minor in SUPPORTED:
        found = shutil.which(f"python{major}.{minor}")
        if found:
            answer = subprocess.run([found, "-c", ask], capture_output=True, text=True)
            if answer.stdout.split() == [str(major), str(minor)]:
                return found
    return None


def main() -> int:
    if sys.version_info[:2] not in SUPPORTED:
        other = supported_python()
        if other is None:
            raise SetupError(
                f"TensorFlow 2.18 needs Python 3.9 to 3.12, this is {sys.version.split()[0]};"
                " install python3.12 so that it is on the PATH"
            )
        return subprocess.run([other, __file__]).returncode
    environment = environment_directory()
    if not is_complete(environment):
        environment.parent.mkdir(parents=True, exist_ok=True)
        with locked(environment.parent / f"{environment.name}.lock"):
            if not is_complete(environment):  # by now
                make(environment)
    print(python_in(environment))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (SetupError, OSError) as e:
        print(f"python_env: {e}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("python_env: stopped", file=sys.stderr)
        sys.exit(1)
