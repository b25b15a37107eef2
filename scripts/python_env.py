#!/usr/bin/env python3
"""Prints the path of a Python that has what a purpose needs.

    python_env.py              TensorFlow, for the tests: requirements.txt, requirements-no-deps.txt
    python_env.py newest       the newest TensorFlow, for the tests, too: requirements-newest.txt
    python_env.py notebooks    Jupyter with a kernel for Java and one for Python, and TensorFlow:
                               requirements.txt, requirements-notebooks.txt
    python_env.py compare      PyTorch, to compare with: requirements-compare.txt
    python_env.py bench        the newest TensorFlow with its old RNNs, to measure: -bench.txt, too

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
from typing import NamedTuple, TextIO

SCRIPTS = Path(__file__).resolve().parent
WINDOWS = sys.platform == "win32"

# What PyTorch's build for Linux is linked with and never calls without a GPU: 2 GB of downloads.
CUDA_LIBRARIES = (
    "libcublas.so.13",
    "libcublasLt.so.13",
    "libcudnn.so.9",
    "libcufft.so.12",
    "libcufile.so.0",
    "libcusparse.so.12",
    "libcusparseLt.so.0",
    "libnccl.so.2",
    "libnvrtc.so.13",
)


class Purpose(NamedTuple):
    """What an environment is for."""

    prefix: str  # of its name
    needs: str  # the package that decides which Pythons will do
    supported: tuple[tuple[int, int], ...]  # those, best first
    requirements: tuple[Path, ...]
    no_deps: tuple[Path, ...]  # requirements that are installed without what they ask for


PURPOSES = {
    "tests": Purpose(
        "python",
        "TensorFlow 2.18",
        ((3, 12), (3, 11), (3, 10), (3, 9)),
        (SCRIPTS / "requirements.txt",),
        (SCRIPTS / "requirements-no-deps.txt",),
    ),
    "newest": Purpose(
        "newest-python",
        "TensorFlow 2.21",
        ((3, 12), (3, 13), (3, 11), (3, 10)),
        (SCRIPTS / "requirements-newest.txt",),
        (),
    ),
    "notebooks": Purpose(
        "notebooks-python",
        "Jupyter with TensorFlow 2.18",
        ((3, 12), (3, 11), (3, 10)),
        (SCRIPTS / "requirements.txt", SCRIPTS / "requirements-notebooks.txt"),
        (),
    ),
    "compare": Purpose(
        "compare-python",
        "PyTorch 2.15",
        ((3, 12), (3, 13), (3, 11)),
        (),
        (SCRIPTS / "requirements-compare.txt",),
    ),
    "bench": Purpose(
        "bench-python",
        "TensorFlow 2.21",
        ((3, 12), (3, 13), (3, 11), (3, 10)),
        (SCRIPTS / "requirements-newest.txt", SCRIPTS / "requirements-bench.txt"),
        (SCRIPTS / "requirements-bench-no-deps.txt",),
    ),
}


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


def environment_directory(purpose: Purpose) -> Path:
    key = hashlib.sha256(sysconfig.get_platform().encode())
    for requirements in purpose.requirements + purpose.no_deps:
        key.update(requirements.read_bytes())
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    return cache_directory() / f"{purpose.prefix}{version}-{key.hexdigest()[:12]}"


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


def make(environment: Path, purpose: Purpose) -> None:
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        raise SetupError(
            f"{sys.executable} cannot make virtual environments; install its venv and ensurepip"
            " (on Debian and Ubuntu the package python3-venv)"
        )
    print(f"making {environment} (once; a few minutes)", file=sys.stderr)
    shutil.rmtree(environment, ignore_errors=True)  # of a call that was cut short
    try:
        run([sys.executable, "-m", "venv", str(environment)], "cannot make a virtual environment")
        for requirements in purpose.requirements:
            pip_install(environment, requirements)
        for requirements in purpose.no_deps:
            pip_install(environment, requirements, "--no-deps")
        for torch in environment.glob("lib/python*/site-packages/torch"):
            do_without_cuda(torch)
        marker(environment).touch()
    except BaseException:
        shutil.rmtree(environment, ignore_errors=True)
        raise


def pip_install(environment: Path, requirements: Path, *options: str) -> None:
    pip = [str(python_in(environment)), "-m", "pip", "install", "--disable-pip-version-check"]
    run([*pip, *options, "-r", str(requirements)], f"pip could not install {requirements.name}")


def do_without_cuda(torch: Path) -> None:
    """Lets PyTorch's CUDA build for Linux load without the libraries that only a GPU needs.

    A library of PyTorch's own stands in for each, which the loader accepts as long as it looks
    functions up when they are first called; the .pth file makes it do so in every Python started.
    """
    if (torch / "lib" / "libtorch_cuda.so").exists():
        for library in CUDA_LIBRARIES:
            (torch / "lib" / library).symlink_to("libc10.so")
        lazily = "import os, sys; sys.setdlopenflags(os.RTLD_LAZY)\n"
        (torch.parent / "torch_without_cuda.pth").write_text(lazily)


def run(command: list[str], failure: str) -> None:
    code = subprocess.run(command, stdout=sys.stderr).returncode
    if code != 0:
        raise SetupError(f"{failure}: exit code {code}, its own words are above")


def supported_python(purpose: Purpose) -> str | None:
    """Looks for another Python; it is asked for its version, since it may be a mere launcher."""
    ask = "import sys; print(*sys.version_info[:2])"
    for major, minor in purpose.supported:
        found = shutil.which(f"python{major}.{minor}")
        if found:
            answer = subprocess.run([found, "-c", ask], capture_output=True, text=True)
            if answer.stdout.split() == [str(major), str(minor)]:
                return found
    return None


def main(arguments: list[str]) -> int:
    name = arguments[0] if arguments else "tests"
    if name not in PURPOSES or len(arguments) > 1:
        raise SetupError(f"give {' or '.join(PURPOSES)}, or nothing; got {' '.join(arguments)}")
    purpose = PURPOSES[name]
    if sys.version_info[:2] not in purpose.supported:
        other = supported_python(purpose)
        if other is None:
            oldest, newest = min(purpose.supported), max(purpose.supported)
            best = "python{}.{}".format(*purpose.supported[0])
            raise SetupError(
                "{} needs Python {}.{} to {}.{}".format(purpose.needs, *oldest, *newest)
                + f", this is {sys.version.split()[0]}; install {best} so that it is on the PATH"
            )
        return subprocess.run([other, __file__, name]).returncode
    environment = environment_directory(purpose)
    if not is_complete(environment):
        environment.parent.mkdir(parents=True, exist_ok=True)
        with locked(environment.parent / f"{environment.name}.lock"):
            if not is_complete(environment):  # by now
                make(environment, purpose)
    print(python_in(environment))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (SetupError, OSError) as e:
        print(f"python_env: {e}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("python_env: stopped", file=sys.stderr)
        sys.exit(1)
