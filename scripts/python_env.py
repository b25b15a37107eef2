#!/usr/bin/env python3
"""Creates a virtual environment for a purpose and prints the path of its Python interpreter.

    python_env.py              tests: TensorFlow (requirements.txt, requirements-no-deps.txt)
    python_env.py newest       tests: the newest TensorFlow (requirements-newest.txt)
    python_env.py notebooks    Jupyter with a Java and a Python kernel, and TensorFlow
                               (requirements.txt, requirements-notebooks.txt)
    python_env.py compare      comparisons with PyTorch, and their plots (requirements-compare.txt)
    python_env.py bench        benchmarks of the newest TensorFlow, its legacy RNNs, LiteRT and ONNX
                               Runtime (requirements-newest.txt, requirements-bench.txt,
                               requirements-bench-no-deps.txt)

The first call creates the environment in the cache directory, which takes a few minutes. Later
calls only print the path. The directory's name contains the Python version and a hash of the
requirements files, so changed requirements get a new environment. Concurrent calls are safe: the
second one waits.

The cache directory is $CHARRNN_CACHE, or $XDG_CACHE_HOME/charrnn, or the operating system's cache
directory. Progress goes to standard error. The exit code is 1 if the environment cannot be created;
the last line then says why.
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

# PyTorch's Linux build links against these but never calls them without a GPU. They take 2 GB.
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
    """A kind of environment."""

    prefix: str  # of the directory's name
    main_package: str  # the package that limits the Python versions
    supported: tuple[tuple[int, int], ...]  # Python versions, in order of preference
    requirements: tuple[Path, ...]
    no_deps: tuple[Path, ...]  # requirements files installed without dependencies


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
        "ONNX Runtime 1.32",
        ((3, 12), (3, 13), (3, 11)),
        (SCRIPTS / "requirements-newest.txt", SCRIPTS / "requirements-bench.txt"),
        (SCRIPTS / "requirements-bench-no-deps.txt",),
    ),
}


class SetupError(Exception):
    """A one-line message: why the environment cannot be created, and what to do."""


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
    """Returns whether an environment is completely installed and its interpreter exists.

    A virtual environment cannot be moved into place after installation, so a marker file shows that
    it is complete. Its interpreter is a link, which breaks when the base Python is removed.
    """
    return marker(environment).exists() and python_in(environment).exists()


def marker(environment: Path) -> Path:
    return environment / "complete"


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Holds a file lock, which the operating system releases even if this process is killed."""
    with open(path, "w") as file:
        if not try_lock(file):
            print("waiting for another process that creates the environment", file=sys.stderr)
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
    except (BlockingIOError, PermissionError):  # the lock is held (POSIX, Windows)
        return False
    return True


def create(environment: Path, purpose: Purpose) -> None:
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        raise SetupError(
            f"{sys.executable} cannot create virtual environments; install its modules venv and"
            " ensurepip (on Debian and Ubuntu the package python3-venv)"
        )
    print(f"creating {environment} (once, takes a few minutes)", file=sys.stderr)
    shutil.rmtree(environment, ignore_errors=True)  # left by an interrupted call
    try:
        run([sys.executable, "-m", "venv", str(environment)], "cannot create a virtual environment")
        for requirements in purpose.requirements:
            pip_install(environment, requirements)
        for requirements in purpose.no_deps:
            pip_install(environment, requirements, "--no-deps")
        for torch in environment.glob("lib/python*/site-packages/torch"):
            stub_cuda_libraries(torch)
        marker(environment).touch()
    except BaseException:
        shutil.rmtree(environment, ignore_errors=True)
        raise


def pip_install(environment: Path, requirements: Path, *options: str) -> None:
    pip = [str(python_in(environment)), "-m", "pip", "install", "--disable-pip-version-check"]
    run([*pip, *options, "-r", str(requirements)], f"pip could not install {requirements.name}")


def stub_cuda_libraries(torch: Path) -> None:
    """Lets PyTorch's CUDA build for Linux load without the libraries that only a GPU needs.

    Each of them is replaced by a link to one of PyTorch's own libraries. The loader accepts this if
    it resolves functions lazily, on their first call, which the .pth file enables in every Python
    process of the environment.
    """
    if (torch / "lib" / "libtorch_cuda.so").exists():
        for library in CUDA_LIBRARIES:
            (torch / "lib" / library).symlink_to("libc10.so")
        enable_lazy_binding = "import os, sys; sys.setdlopenflags(os.RTLD_LAZY)\n"
        (torch.parent / "torch_without_cuda.pth").write_text(enable_lazy_binding)


def run(command: list[str], failure: str) -> None:
    code = subprocess.run(command, stdout=sys.stderr).returncode
    if code != 0:
        raise SetupError(f"{failure}: exit code {code}; see its output above")


def supported_python(purpose: Purpose) -> str | None:
    """Finds a supported Python on the PATH; runs it, since a launcher may start another version."""
    print_version = "import sys; print(*sys.version_info[:2])"
    for major, minor in purpose.supported:
        found = shutil.which(f"python{major}.{minor}")
        if found:
            result = subprocess.run([found, "-c", print_version], capture_output=True, text=True)
            if result.stdout.split() == [str(major), str(minor)]:
                return found
    return None


def python_for(name: str) -> str:
    """Returns the interpreter for a purpose. Other scripts use it in place of this script."""
    command = [sys.executable, __file__, name]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


def main(arguments: list[str]) -> int:
    name = arguments[0] if arguments else "tests"
    if name not in PURPOSES or len(arguments) > 1:
        raise SetupError(
            f"expected at most one of {', '.join(PURPOSES)}, got {' '.join(arguments)}"
        )
    purpose = PURPOSES[name]
    if sys.version_info[:2] not in purpose.supported:
        other = supported_python(purpose)
        if other is None:
            oldest, newest = min(purpose.supported), max(purpose.supported)
            preferred = "python{}.{}".format(*purpose.supported[0])
            raise SetupError(
                "{} needs Python {}.{} to {}.{}".format(purpose.main_package, *oldest, *newest)
                + f", this is {sys.version.split()[0]}; install {preferred} on the PATH"
            )
        return subprocess.run([other, __file__, name]).returncode
    environment = environment_directory(purpose)
    if not is_complete(environment):
        environment.parent.mkdir(parents=True, exist_ok=True)
        with locked(environment.parent / f"{environment.name}.lock"):
            if not is_complete(environment):  # another process may have completed it
                create(environment, purpose)
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
