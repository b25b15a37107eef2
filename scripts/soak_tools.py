"""What scripts/soak.py uses: starts, ends and checks processes, and compares runs."""

import hashlib
import os
import re
import signal
import subprocess
import sys
import time

KILL = [signal.SIGKILL]
TERMINATE = [signal.SIGTERM]
CTRL_C = [signal.SIGINT]
CTRL_C_TWICE = [signal.SIGINT, signal.SIGINT]
SIGNALS = [KILL, TERMINATE, CTRL_C, CTRL_C_TWICE]
SECONDS_TO_END = 120  # on a busy machine
SHORT_PROCESSES = {"JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}


def log(text):
    print("soak: " + text, flush=True)


def fail(text):
    sys.exit("soak: FAILED: " + text)


def start_process(command, environment=None, directory=None):
    return subprocess.Popen(
        command,
        env={**SHORT_PROCESSES, **(environment or os.environ)},
        cwd=directory,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=accept_ctrl_c,
    )


def accept_ctrl_c():
    """A script in the background ignores SIGINT, and so would the programs that it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def run_checked(command, environment=None, directory=None):
    process = start_process(command, environment, directory)
    require_success(process, process.communicate()[1])


def require_success(process, err):
    if process.returncode != 0:
        fail(f"{' '.join(map(str, process.args))} failed: {err.decode(errors='replace')}")


def end_after(process, seconds, signals=KILL):
    """Returns whether the signals ended the process, rather than its work being done before."""
    try:
        require_success(process, process.communicate(timeout=seconds)[1])
        return False
    except subprocess.TimeoutExpired:
        return end(process, signals)


def end_when(process, condition, signals=KILL, pause=0.0005):
    while process.poll() is None:
        if condition():
            return end(process, signals)
        time.sleep(pause)
    require_success(process, process.communicate()[1])
    return False


def end(process, signals):
    """Sends the signals and requires the exit code that belongs to the last one."""
    for number in signals:
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            break
        time.sleep(0.1)
    try:
        err = process.communicate(timeout=SECONDS_TO_END)[1]
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        fail(f"{names(signals)} did not end {' '.join(process.args)} in {SECONDS_TO_END} s")
    last = signals[-1]
    if process.returncode == 0:
        return False
    if process.returncode not in (-last, 128 + last):
        fail(f"the exit code after {names(signals)} is {process.returncode}:"
             f" {err.decode(errors='replace')}")
    return True


def names(signals):
    return " and ".join(number.name for number in signals)


def sha256(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()


def is_same(expected, file):
    return file.is_file() and sha256(expected) == sha256(file)


def require_same(expected, file):
    if not is_same(expected, file):
        fail(f"{file} differs from {expected}")


def tree(directory):
    """Returns the names of the files of a directory; of a run without its lock and archives."""
    files = (path.relative_to(directory) for path in directory.rglob("*") if path.is_file())
    own = (file for file in files if not re.match(r"\.|previous-\d", file.parts[0]))
    return sorted(str(file) for file in own)


def holds(directory, expected):
    """Whether a directory has all files of another one."""
    return all(is_same(expected / file, directory / file) for file in tree(expected))


def require_same_tree(expected, directory):
    if tree(expected) != tree(directory):
        fail(f"{directory} has {tree(directory)}, expected {tree(expected)}")
    for file in tree(expected):
        require_same(expected / file, directory / file)


def require_no_temporary_files(directory):
    files = [str(path) for suffix in ("tmp", "old") for path in directory.rglob(f".*.{suffix}")]
    if files:
        fail(f"temporary files are left: {files}")


def steps_of(checkpoints):
    return sorted(int(path.name[len("step-"):]) for path in checkpoints.glob("step-*"))


def history_steps(run):
    with open(run / "history.csv", encoding="utf-8") as history:
        return [line.split(",")[0] for line in history]


def archives(run):
    return sorted(run.glob("previous-*"), key=lambda path: int(path.name[len("previous-"):]))


def require_consistent(run):
    """Requires that best and latest name checkpoints, and that the history reaches the latter."""
    checkpoints = run / "checkpoints"
    for pointer in ("latest", "best"):
        file = checkpoints / pointer
        if file.exists() and not (checkpoints / file.read_text().strip()).is_dir():
            fail(f"{file} names {file.read_text().strip()}, which does not exist")
    latest = checkpoints / "latest"
    if latest.exists():
        step = int(latest.read_text().strip()[len("step-"):])
        of_checkpoint = {str(step), str(step - 1)}  # the lab counts from 0
        if step > 0 and of_checkpoint.isdisjoint(history_steps(run)):
            fail(f"{run}/history.csv has no row for the latest checkpoint, step-{step}")


def last_checkpoint(step):
    names = ("model.index", "model.data-00000-of-00001", "progress.json")
    return [f"checkpoints/step-{step}/{name}" for name in names]
