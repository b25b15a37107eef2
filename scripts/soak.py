"""Kills charrnn by SIGKILL at random moments of training, writing checkpoints, exporting and
downloading, and looks for what was lost: after each kill every checkpoint that is there must open,
and what was killed must end as if nothing had been: the same weights, export and download, byte for
byte."""

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
TRAINING = (
    f"--hidden 64 --dropout 0.2 --batch-size 16 --sequence-length 20 --steps {STEPS}"
    " --save-every 10 --sample-length 0"
).split()
SENTENCE = (
    "if you want to build a ship, don't drum up people together to collect wood and don't assign"
    " them tasks and work, but rather teach them to long for the endless immensity of the sea.\n"
)


def main():
    parser = argparse.ArgumentParser(
        prog="scripts/soak.sh", description=__doc__, allow_abbrev=False
    )
    parser.add_argument("--kills", type=int, default=50, metavar="N", help="how many (default: 50)")
    parser.add_argument("--quick", action="store_true", help="6 kills, in about a minute")
    parser.add_argument("--seed", type=int, metavar="N", help="decides the moments (default: any)")
    parser.add_argument(
        "--only",
        choices=["training", "exporting", "downloading"],
        help="what to kill (default: each, a training twice as often)",
    )
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(1_000_000)
    kills = 6 if options.quick else options.kills
    if kills < 1:
        parser.error("--kills must be at least 1")
    tell(f"{kills} kills, --seed {seed}")
    share = [kills] if options.only else [kills - 2 * (kills // 4), kills // 4, kills // 4]
    what = [options.only] if options.only else ["training", "exporting", "downloading"]
    with tempfile.TemporaryDirectory(prefix="charrnn-soak-") as directory:
        soak = Soak(pathlib.Path(directory), random.Random(seed))
        for work, count in zip(what, share):
            if count:
                getattr(soak, work)(count)
    tell(f"nothing was lost in {kills} kills")


def tell(text):
    print("soak: " + text, flush=True)


def fail(text):
    sys.exit("soak: LOST: " + text)


class Soak:
    def __init__(self, directory, rnd):
        self.directory = directory
        self.random = rnd
        self.text = directory / "text.txt"
        self.text.write_text(SENTENCE * 100)
        self.whole = directory / "whole"
        tell("trains without a kill, to compare with")
        start = time.monotonic()
        done(self.train(self.whole))
        self.seconds = time.monotonic() - start

    def train(self, run):
        return [*CHARRNN, "train", "--data", str(self.text), "--run", str(run), *TRAINING]

    def training(self, kills):
        """Every second kill comes while a checkpoint is written, the others at any time."""
        run = self.directory / "killed"
        opened = {}
        left = kills
        while left:
            if self.is_finished(run):
                self.compare_run(run)
                shutil.rmtree(run)
                opened.clear()
            at_checkpoint = left % 2 == 0
            process = start(self.next_command(run))
            if at_checkpoint:
                killed = kill_when(process, self.is_written(run))
            else:
                killed = kill_after(process, self.random.uniform(0.2, self.seconds))
            if killed:
                left -= 1
                checkpoints = self.open_all(run, opened)
                moment = "writing a checkpoint" if at_checkpoint else "training"
                tell(f"killed while {moment}: {checkpoints} checkpoints, all open")
        done(self.next_command(run))
        self.compare_run(run)
        shutil.rmtree(run)

    def is_written(self, run):
        """Whether a checkpoint is, or one is deleted, from some step on."""
        least = self.random.randrange(STEPS)
        step = re.compile(r"[.]step-(\d+)[.].*[.]tmp")

        def any_is():
            names = (step.fullmatch(path.name) for path in (run / "checkpoints").glob(".step-*"))
            return any(name and int(name.group(1)) >= least for name in names)

        return any_is

    @staticmethod
    def is_finished(run):
        return (run / "saved_model").exists() and (run / f"checkpoints/step-{STEPS}").exists()

    def next_command(self, run):
        """Goes on from what there is, as a person would; without a checkpoint it begins anew."""
        if any((run / "checkpoints").glob("step-*")):
            return [*CHARRNN, "train", "--resume", str(run)]
        shutil.rmtree(run, ignore_errors=True)
        return self.train(run)

    def open_all(self, run, opened):
        checkpoints = sorted((run / "checkpoints").glob("step-*"))
        for checkpoint in checkpoints:
            written = (checkpoint / "progress.json").stat().st_mtime_ns
            if opened.get(checkpoint) != written:
                done([*CHARRNN, "sample", str(checkpoint), "--length", "10"])
                opened[checkpoint] = written
        if checkpoints:
            done([*CHARRNN, "sample", str(run), "--length", "10"])
        return len(checkpoints)

    def compare_run(self, run):
        files = [f"checkpoints/step-{STEPS}/{name}" for name in
                 ("model.index", "model.data-00000-of-00001", "progress.json")]
        files += ["checkpoints/latest", "checkpoints/best", "config.json", "vocabulary.json"]
        for file in files:
            same(self.whole / file, run / file)
        same_tree(self.whole / "saved_model", run / "saved_model")
        steps = [[line.split(",")[0] for line in open(path / "history.csv")]
                 for path in (self.whole, run)]
        if steps[0] != steps[1]:
            fail(f"history.csv of a killed run has the steps {steps[1]}, not {steps[0]}")
        no_leftovers(run)
        tell("the run that was killed has the weights of the one that was not, bit for bit")

    def exporting(self, kills):
        """Onto a model that is there, which stays until a whole one is in its place. Every second
        kill comes when the one is moved away for the other, the others at any time."""
        target = self.directory / "exports" / "model"
        command = [*CHARRNN, "export", str(self.whole), str(target)]
        start_ = time.monotonic()
        done(command)
        seconds = time.monotonic() - start_
        left = kills
        while left:
            process = start(command)
            if left % 2 == 0:
                killed = kill_when(process, lambda: is_replacing(process, target), pause=0)
            else:
                killed = kill_after(process, self.random.uniform(0.4, 1.0) * seconds)
            if killed:
                left -= 1
                self.compare_export(target)
        done(command)
        same_tree(self.whole / "saved_model", target)
        no_leftovers(target.parent)

    def compare_export(self, target):
        if target.exists():
            same_tree(self.whole / "saved_model", target)
            tell("killed while exporting: the model that was there is whole")
            return
        aside = list(target.parent.glob(f".{target.name}.*.old"))
        if len(aside) != 1:
            fail(f"{target} is gone, and {aside} is there for it")
        same_tree(self.whole / "saved_model", aside[0])
        reader = start([*CHARRNN, "sample", str(target)])
        err = reader.communicate()[1].decode(errors="replace")
        if reader.returncode != 2 or str(aside[0]) not in err:
            fail(f"{target} is in {aside[0]}, but who reads it is told: {err}")
        tell("killed between the moves of an export: the model that was there is whole, and told")

    def downloading(self, kills):
        served = self.directory / "served"
        archive = served / "v6.x/linux-6.6.tar.xz"
        archive.parent.mkdir(parents=True)
        source = self.directory / "linux-6.6"
        for name in ("kernel/fork.c", "mm/slub.c"):
            file = source / name
            file.parent.mkdir(parents=True)
            file.write_bytes(self.random.randbytes(1_000_000))
        done(["tar", "-C", str(self.directory), "-cJf", str(archive), "linux-6.6"])
        sums = archive.parent / "sha256sums.asc"
        sums.write_text(f"{sha256(archive)}  {archive.name}\n")
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), slow_server(served))
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
            if kill_after(start(command, environment), self.random.uniform(0.05, 1.5)):
                left -= 1
                if (data / "linux").exists():
                    same_tree(source, data / "linux")
                tell("killed while downloading: nothing half-written under a text's name")
            else:
                same_tree(source, data / "linux")
                shutil.rmtree(data)
        done(command, environment)
        same_tree(source, data / "linux")
        server.shutdown()


def slow_server(directory):
    """A server that takes a second for the archive and knows how to go on."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            content = (directory / self.path.lstrip("/")).read_bytes()
            wanted = re.match(r"bytes=(\d+)-", self.headers.get("Range", ""))
            begin = int(wanted.group(1)) if wanted else 0
            if begin >= len(content):
                self.send_error(416)
                return
            self.send_response(206 if wanted else 200)
            if wanted:
                self.send_header(
                    "Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}"
                )
            self.send_header("Content-Length", str(len(content) - begin))
            self.end_headers()
            pieces = 50
            size = len(content) // pieces + 1
            try:
                for at in range(begin, len(content), size):
                    self.wfile.write(content[at : at + size])
                    time.sleep(1 / pieces)
            except OSError:
                pass  # whoever asked was killed

        def log_message(self, *_):
            pass

    return Handler


def start(command, environment=None):
    return subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def kill_after(process, seconds):
    """Returns whether it was killed; it may have been done before."""
    try:
        require_done(process, process.communicate(timeout=seconds)[1])
        return False
    except subprocess.TimeoutExpired:
        return kill(process)


def kill_when(process, condition, pause=0.0005):
    while process.poll() is None:
        if condition():
            return kill(process)
        time.sleep(pause)
    require_done(process, process.communicate()[1])
    return False


def kill(process):
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    return process.returncode == -signal.SIGKILL


def done(command, environment=None):
    process = start(command, environment)
    require_done(process, process.communicate()[1])


def require_done(process, err):
    if process.returncode != 0:
        fail(f"{' '.join(map(str, process.args))} said: {err.decode(errors='replace')}")


def is_replacing(process, target):
    moved = f".{target.name}.{process.pid}-"
    names = os.listdir(target.parent)
    return any(name.startswith(moved) and name.endswith(".old") for name in names)


def no_leftovers(directory):
    leftovers = [str(path) for ending in ("tmp", "old") for path in directory.rglob(f".*.{ending}")]
    if leftovers:
        fail(f"half-written files stay: {leftovers}")


def sha256(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()


def same(expected, file):
    if not file.exists() or sha256(expected) != sha256(file):
        fail(f"{file} is not {expected}")


def same_tree(expected, directory):
    names = [sorted(str(path.relative_to(top)) for path in top.rglob("*"))
             for top in (expected, directory)]
    if names[0] != names[1]:
        fail(f"{directory} has {names[1]}, not {names[0]}")
    for name in names[0]:
        if (expected / name).is_file():
            same(expected / name, directory / name)


if __name__ == "__main__":
    main()
