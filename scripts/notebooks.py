"""Opens, runs or checks the notebooks. scripts/notebooks calls it in the right environment."""

from __future__ import annotations

import argparse
import copy
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbconvert.preprocessors import ExecutePreprocessor

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
JAR = ROOT / "target" / "charrnn.jar"
CLASSPATH = ROOT / "target" / "classpath"
EXECUTED = ROOT / "target" / "notebooks"  # notebooks run by --check, and the kernels' log
TEXT = ROOT / "data" / "tinyshakespeare" / "input.txt"

CELL_TIMEOUT_S = 900
# The metadata key of the hash of the source that produced a notebook's outputs.
SOURCE_KEY = "executed_source_sha256"

# Output specific to a machine or a run: absolute paths, identity hashes of Java objects.
MACHINE_SPECIFIC = re.compile(
    r"(?<![\w.:/])/(?:tmp|home|root|Users|usr|opt|var|work|private)/\S*|\w@[0-9a-f]{6,8}\b"
)


class Executor(ExecutePreprocessor):
    """Runs a notebook and redirects its kernel's standard error to a file."""

    def start_new_kernel(self, **kwargs: object) -> None:
        EXECUTED.mkdir(parents=True, exist_ok=True)
        with open(EXECUTED / "kernels.log", "a", encoding="utf-8") as log:
            super().start_new_kernel(stderr=log, **kwargs)


class NotebookError(Exception):
    """What went wrong and what to do about it."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="scripts/notebooks",
        description="Opens the notebooks in JupyterLab, with the jar built from this checkout.",
    )
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument(
        "--execute", action="store_true", help="run the notebooks and save their outputs"
    )
    mode.add_argument(
        "--check",
        action="store_true",
        help="run the notebooks without saving, and check that their saved outputs belong to their"
        " source, come from one run and contain nothing specific to a machine",
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="notebook, such as lab-12-4 (default: all)"
    )
    options = parser.parse_args(arguments)
    notebooks = find(options.names)

    prepare_environment()
    build()
    if options.execute or options.check:
        if any(notebook.stem == "shakespeare" for notebook in notebooks):
            require_text()
        for notebook in notebooks:
            run(notebook, options.check)
        return 0
    jupyter = [sys.executable, "-m", "jupyter", "lab", f"--notebook-dir={NOTEBOOKS}"]
    files = [str(notebook) for notebook in notebooks] if options.names else []
    return subprocess.run([*jupyter, *files]).returncode


def find(names: list[str]) -> list[Path]:
    available = sorted(NOTEBOOKS.glob("*.ipynb"))
    stems = [notebook.stem for notebook in available]
    for name in names:
        if Path(name).stem not in stems and name not in stems:
            raise NotebookError(f"no notebook {name}; choose from {', '.join(stems)}")
    wanted = {name if name in stems else Path(name).stem for name in names}
    return [notebook for notebook in available if not names or notebook.stem in wanted]


def prepare_environment() -> None:
    """Sets environment variables, which the kernels inherit."""
    os.environ["JJAVA_JVM_OPTS"] = "-Xmx2g -Djava.awt.headless=true"
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    os.environ["CUDA_VISIBLE_DEVICES"] = ""  # nearly the same numbers on all machines
    os.environ["PYTHONUTF8"] = "1"
    if os.environ.get("TINYSHAKESPEARE"):
        os.environ["TINYSHAKESPEARE"] = str(Path(os.environ["TINYSHAKESPEARE"]).absolute())


def build() -> None:
    """Builds the project if the jar is missing or older than the sources."""
    sources = [ROOT / "pom.xml", *(ROOT / "src" / "main").rglob("*.*")]
    newest = max(source.stat().st_mtime for source in sources)
    if not JAR.exists() or not CLASSPATH.exists() or JAR.stat().st_mtime < newest:
        print("building the project", file=sys.stderr)
        maven = shutil.which("mvn") or str(ROOT / "mvnw")
        command = [maven, "-q", "-B", "-ntp", "package", "-DskipTests"]
        if subprocess.run(command, cwd=ROOT, stdout=sys.stderr).returncode != 0:
            raise NotebookError("Maven could not build the project; see its output above")
        JAR.touch()  # Maven does not rewrite an unchanged jar
    # Java silently ignores missing jars.
    jars = [str(JAR), *CLASSPATH.read_text(encoding="utf-8").strip().split(os.pathsep)]
    for jar in jars:
        if not Path(jar).exists():
            raise NotebookError(f"{jar} is missing; run 'mvn package -DskipTests'")
    os.environ["JJAVA_CLASSPATH"] = os.pathsep.join(jars)


def require_text() -> None:
    if os.environ.get("TINYSHAKESPEARE") or TEXT.exists():
        return
    command = [str(ROOT / "scripts" / "download-data.sh"), "tinyshakespeare"]
    if subprocess.run(command, cwd=ROOT, stdout=sys.stderr).returncode != 0:
        raise NotebookError(
            "shakespeare needs its text: put it at data/tinyshakespeare/input.txt, or set the"
            " variable TINYSHAKESPEARE to its path"
        )


def run(path: Path, check: bool) -> None:
    notebook = nbformat.read(path, as_version=4)
    saved = copy.deepcopy(notebook)
    if check:
        check_outputs(path, saved)
    print(f"{path.name}: running", file=sys.stderr)
    start = time.monotonic()
    executor = Executor(timeout=CELL_TIMEOUT_S, coalesce_streams=True)
    try:
        executor.preprocess(notebook, {"metadata": {"path": str(path.parent)}})
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as e:
        raise NotebookError(f"{path.name}: {failure(notebook, e)}") from e
    normalize(notebook)
    check_outputs(path, notebook)
    if check:
        if output_types(notebook) != output_types(saved):
            raise NotebookError(
                f"{path.name}: a new run has other types of outputs than the saved ones;"
                f" run scripts/notebooks --execute {path.stem}"
            )
        path = EXECUTED / path.name
    temporary = path.with_suffix(".tmp")
    nbformat.write(notebook, temporary)
    os.replace(temporary, path)
    print(f"{path.name}: done in {time.monotonic() - start:.0f} s", file=sys.stderr)


def failure(notebook: nbformat.NotebookNode, error: Exception) -> str:
    """Returns the failed cell and its error, which the message of a Java kernel's error omits."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                message = f"{output.ename}: {output.evalue}\n" + "\n".join(output.traceback[:12])
                return f"a cell failed:\n\n{cell.source}\n\n{message}"
    return str(error)


def normalize(notebook: nbformat.NotebookNode) -> None:
    """Removes metadata and outputs that differ from run to run."""
    kernel = notebook.metadata.kernelspec
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": kernel,
            "language_info": {"name": kernel["language"]},
            SOURCE_KEY: source_sha256(notebook),
        }
    )
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({})
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "image/png" in data:
                data.pop("text/plain", None)  # the identity hash of a Java object


def source_sha256(notebook: nbformat.NotebookNode) -> str:
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    return hashlib.sha256("\0".join(code).encode()).hexdigest()


def check_outputs(path: Path, notebook: nbformat.NotebookNode) -> None:
    """Checks that the outputs are those of one complete run of the current source."""
    remedy = f"run scripts/notebooks --execute {path.stem}"
    if notebook.metadata.get(SOURCE_KEY) != source_sha256(notebook):
        raise NotebookError(
            f"{path.name}: its outputs belong to another version of its source; {remedy}"
        )
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if [cell.execution_count for cell in code] != list(range(1, len(code) + 1)):
        raise NotebookError(f"{path.name}: its cells were not run exactly once, in order; {remedy}")
    for cell in notebook.cells:
        for text in texts(cell):
            found = MACHINE_SPECIFIC.search(text)
            if found:
                raise NotebookError(f"{path.name}: machine-specific text: {found.group()}")
        for output in cell.get("outputs", []):
            if output.output_type == "error" or output.get("name") == "stderr":
                raise NotebookError(
                    f"{path.name}: an output is an error or goes to stderr; {remedy}"
                )


def output_types(notebook: nbformat.NotebookNode) -> list[list[str]]:
    """Returns the output types of each cell, which do not depend on the machine."""
    return [
        [f"{output.output_type} {sorted(output.get('data', {}))}" for output in cell.outputs]
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def texts(cell: nbformat.NotebookNode) -> list[str]:
    strings = [cell.source]
    for output in cell.get("outputs", []):
        strings.append(output.get("text", ""))
        data = output.get("data", {})
        strings.extend(
            str(value) for mime, value in data.items() if not mime.startswith("image/png")
        )
    return strings


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt  # so that kernels are shut down, not orphaned


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, interrupt)
    try:
        sys.exit(main(sys.argv[1:]))
    except (NotebookError, OSError) as e:
        print(f"notebooks: {e}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("notebooks: stopped", file=sys.stderr)
        sys.exit(1)
