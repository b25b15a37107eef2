"""Kills charrnn with SIGKILL at random times during training, the lab, checkpoint writing, export
and download, and checks for data loss. After each kill, every checkpoint must open. After a restart,
the weights, the export and the download must be byte for byte those of an uninterrupted run."""

import argparse
import hashlib
import http.server
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
CHARRNN = [str(ROOT / "scripts" / "charrnn")]
STEPS = 400
SAVE_EVERY = f"--steps {STEPS} --save-every 10"
TRAINING = (
    "--hidden 64 --dropout 0.2 --batch-size 16 --sequence-length 20 --sample-length 0 " + SAVE_EVERY
).split()
LAB = f"--listing none {SAVE_EVERY}".split()
SENTENCE = (
    "if you want to build a ship, don't drum up people together to collect wood and don't assign"
    " them tasks and work, but rather teach them to long for the endless immensity of the sea.\n"
)


WORK = ["training", "lab", "exporting", "downloading"]


def main():
    parser = argparse.ArgumentParser(
        prog="scripts/soak.sh", description=__doc__, allow_abbrev=False
    )
    parser.add_argument(
        "--kills", type=int, default=50, metavar="N", help="number of kills (default: 50)"
    )
    parser.add_argument("--quick", action="store_true", help="only 6 kills, about a minute")
    parser.add_argument("--seed", type=int, metavar="N", help="random seed (default: random)")
    parser.add_argument(
        "--only",
        choices=WORK,
        help="work to kill (default: all, training twice as often)",
    )
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(1_000_000)
    kills = 6 if options.quick else options.kills
    if kills < 1:
        parser.error(f"--kills must be at least 1, got {kills}")
    log(f"{kills} kills, --seed {seed}")
    others = [kills // 5] * (len(WORK) - 1)
    counts = [kills] if options.only else [kills - sum(others), *others]
    names = [options.only] if options.only else WORK
    with tempfile.TemporaryDirectory(prefix="charrnn-soak-") as directory:
        soak = Soak(pathlib.Path(directory), random.Random(seed))
        for name, count in zip(names, counts):
            if count:
                getattr(soak, name)(count)
    log(f"nothing was lost in {kills} kills")


def log(text):
    print("soak: " + text, flush=True)


def fail(text):
    sys.exit("soak: FAILED: " + text)


class Soak:
    def __init__(self, directory, rnd):
        self.directory = directory
        self.random = rnd
        self.text = directory / "text.txt"
        self.text.write_text(SENTENCE * 100)
        self.reference = directory / "reference"
        self.seconds = self.train_reference(self.train(self.reference))  # that a training takes

    def train_reference(self, command):
        log("training an uninterrupted run, for comparison")
        start = time.monotonic()
        run_checked(command)
        return time.monotonic() - start

    def train(self, run):
        return [*CHARRNN, "train", "--data", str(self.text), "--run", str(run), *TRAINING]

    def train_lab(self, run):
        return [*CHARRNN, "lab", "--run", str(run), *LAB]

    def training(self, kills):
        self.kill_training(kills, self.train, self.reference, self.seconds)

    def lab(self, kills):
        reference = self.directory / "lab-reference"
        seconds = self.train_reference(self.train_lab(reference))
        self.kill_training(kills, self.train_lab, reference, seconds)

    def kill_training(self, kills, train, reference, seconds):
        """Kills every second time while a checkpoint is written, otherwise at a random time."""
        run = self.directory / "killed"
        opened = {}
        left = kills
        while left:
            if self.is_finished(run):
                self.compare_run(run, reference)
                shutil.rmtree(run)
                opened.clear()
            at_checkpoint = left % 2 == 0
            process = start_process(self.next_command(run, train))
            if at_checkpoint:
                killed = kill_when(process, self.checkpoint_is_changing(run))
            else:
                killed = kill_after(process, self.random.uniform(0.2, seconds))
            if killed:
                left -= 1
                checkpoints = self.open_checkpoints(run, opened)
                activity = "writing a checkpoint" if at_checkpoint else "training"
                log(f"killed while {activity}: all {checkpoints} checkpoints open")
        run_checked(self.next_command(run, train))
        self.compare_run(run, reference)
        shutil.rmtree(run)

    def checkpoint_is_changing(self, run):
        """Returns a condition that holds while a checkpoint is written or deleted.

        It ignores checkpoints before a random step.
        """
        min_step = self.random.randrange(STEPS)
        temporary_name = re.compile(r"[.]step-(\d+)[.].*[.]tmp")

        def condition():
            matches = (
                temporary_name.fullmatch(path.name)
                for path in (run / "checkpoints").glob(".step-*")
            )
            return any(match and int(match.group(1)) >= min_step for match in matches)

        return condition

    @staticmethod
    def is_finished(run):
        return (run / "saved_model").exists() and (run / f"checkpoints/step-{STEPS}").exists()

    @staticmethod
    def next_command(run, train):
        """Resumes the run as a user would, or restarts it if it has no checkpoint."""
        command = train(run)
        if any((run / "checkpoints").glob("step-*")):
            return [*CHARRNN, command[len(CHARRNN)], "--resume", str(run)]
        shutil.rmtree(run, ignore_errors=True)
        return command

    def open_checkpoints(self, run, opened):
        """Samples from every new or changed checkpoint and returns the number of checkpoints."""
        checkpoints = sorted((run / "checkpoints").glob("step-*"))
        for checkpoint in checkpoints:
            modified = (checkpoint / "progress.json").stat().st_mtime_ns
            if opened.get(checkpoint) != modified:
                run_checked([*CHARRNN, "sample", str(checkpoint), "--length", "10"])
                opened[checkpoint] = modified
        if checkpoints:
            run_checked([*CHARRNN, "sample", str(run), "--length", "10"])
        return len(checkpoints)

    @staticmethod
    def compare_run(run, reference):
        files = [f"checkpoints/step-{STEPS}/{name}" for name in
                 ("model.index", "model.data-00000-of-00001", "progress.json")]
        files += ["checkpoints/latest", "config.json", "vocabulary.json"]
        if (reference / "checkpoints/best").exists():  # with a validation
            files.append("checkpoints/best")
        for file in files:
            require_same(reference / file, run / file)
        require_same_tree(reference / "saved_model", run / "saved_model")
        steps = [[line.split(",")[0] for line in open(path / "history.csv")]
                 for path in (reference, run)]
        if steps[0] != steps[1]:
            fail(f"history.csv of a killed run has the steps {steps[1]}, expected {steps[0]}")
        require_no_temporary_files(run)
        log("the killed run has the same weights as the uninterrupted run, bit for bit")

    def exporting(self, kills):
        """Exports over an existing model, which must stay until the new one is complete. Kills
        every second time while the old model is being replaced, otherwise at a random time."""
        target = self.directory / "exports" / "model"
        command = [*CHARRNN, "export", str(self.reference), str(target)]
        start = time.monotonic()
        run_checked(command)
        seconds = time.monotonic() - start
        left = kills
        while left:
            process = start_process(command)
            if left % 2 == 0:
                killed = kill_when(process, lambda: is_replacing(process, target), pause=0)
            else:
                killed = kill_after(process, self.random.uniform(0.4, 1.0) * seconds)
            if killed:
                left -= 1
                self.check_export(target)
        run_checked(command)
        require_same_tree(self.reference / "saved_model", target)
        require_no_temporary_files(target.parent)

    def check_export(self, target):
        if target.exists():
            require_same_tree(self.reference / "saved_model", target)
            log("killed while exporting: the old model is intact")
            return
        backups = list(target.parent.glob(f".{target.name}.*.old"))
        if len(backups) != 1:
            fail(f"{target} is missing, and there should be one backup of it, got {backups}")
        require_same_tree(self.reference / "saved_model", backups[0])
        reader = start_process([*CHARRNN, "sample", str(target)])
        err = reader.communicate()[1].decode(errors="replace")
        if reader.returncode != 2 or str(backups[0]) not in err:
            fail(f"{target} is in {backups[0]}, but the error message does not say so: {err}")
        log("killed between the two renames of an export: the old model is intact and reported")

    def downloading(self, kills):
        served = self.directory / "served"
        archive = served / "v6.x/linux-6.6.tar.xz"
        archive.parent.mkdir(parents=True)
        source = self.directory / "linux-6.6"
        for name in ("kernel/fork.c", "mm/slub.c"):
            file = source / name
            file.parent.mkdir(parents=True)
            file.write_bytes(self.random.randbytes(1_000_000))
        run_checked(["tar", "-C", str(self.directory), "-cJf", str(archive), "linux-6.6"])
        sums = archive.parent / "sha256sums.asc"
        sums.write_text(f"{sha256(archive)}  {archive.name}\n")
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), slow_handler(served))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        environment = {
            **os.environ,
            "CHARRNN_KERNEL_URL": f"http://127.0.0.1:{server.server_port}",
            "no_proxy": "127.0.0.1",
        }
        data = self.directory / "data"
        command = ["sh", str(ROOT / "scripts/download-data.sh"), "linux", str(data)]
        left = kills
        while left:
            if kill_after(start_process(command, environment), self.random.uniform(0.05, 1.5)):
                left -= 1
                if (data / "linux").exists():
                    require_same_tree(source, data / "linux")
                log("killed while downloading: no incomplete text under its final name")
            else:
                require_same_tree(source, data / "linux")
                shutil.rmtree(data)
        run_checked(command, environment)
        require_same_tree(source, data / "linux")
        server.shutdown()


def slow_handler(directory):
    """Returns an HTTP request handler that takes a second per file and supports resuming."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            content = (directory / self.path.lstrip("/")).read_bytes()
            requested = re.match(r"bytes=(\d+)-", self.headers.get("Range", ""))
            offset = int(requested.group(1)) if requested else 0
            if offset >= len(content):
                self.send_error(416)
                return
            self.send_response(206 if requested else 200)
            if requested:
                self.send_header(
                    "Content-Range", f"bytes {offset}-{len(content) - 1}/{len(content)}"
                )
            self.send_header("Content-Length", str(len(content) - offset))
            self.end_headers()
            chunks = 50
            size = len(content) // chunks + 1
            try:
                for start in range(offset, len(content), size):
                    self.wfile.write(content[start : start + size])
                    time.sleep(1 / chunks)
            except OSError:
                pass  # the client was killed

        def log_message(self, *_):
            pass

    return Handler


def start_process(command, environment=None):
    return subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def kill_after(process, seconds):
    """Returns whether the process was killed, rather than ending before that."""
    try:
        require_success(process, process.communicate(timeout=seconds)[1])
        return False
    except subprocess.TimeoutExpired:
        return kill(process)


def kill_when(process, condition, pause=0.0005):
    while process.poll() is None:
        if condition():
            return kill(process)
        time.sleep(pause)
    require_success(process, process.communicate()[1])
    return False


def kill(process):
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    return process.returncode == -signal.SIGKILL


def run_checked(command, environment=None):
    process = start_process(command, environment)
    require_success(process, process.communicate()[1])


def require_success(process, err):
    if process.returncode != 0:
        fail(f"{' '.join(map(str, process.args))} failed: {err.decode(errors='replace')}")


def is_replacing(process, target):
    backup_prefix = f".{target.name}.{process.pid}-"
    names = os.listdir(target.parent)
    return any(name.startswith(backup_prefix) and name.endswith(".old") for name in names)


def require_no_temporary_files(directory):
    files = [str(path) for suffix in ("tmp", "old") for path in directory.rglob(f".*.{suffix}")]
    if files:
        fail(f"temporary files are left: {files}")


def sha256(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()


def require_same(expected, file):
    if not file.exists() or sha256(expected) != sha256(file):
        fail(f"{file} differs from {expected}")


def require_same_tree(expected, directory):
    names = [sorted(str(path.relative_to(top)) for path in top.rglob("*"))
             for top in (expected, directory)]
    if names[0] != names[1]:
        fail(f"{directory} has {names[1]}, expected {names[0]}")
    for name in names[0]:
        if (expected / name).is_file():
            require_same(expected / name, directory / name)


if __name__ == "__main__":
    main()
