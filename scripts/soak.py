"""Ends charrnn at random times, with kill -9, SIGTERM, Ctrl-C or Ctrl-C twice, and checks for data
loss. After each time, the run or its archive must be whole, and every new checkpoint must generate
text. After a restart, the weights must be byte for byte those of an uninterrupted run."""

import argparse
import http.server
import os
import pathlib
import random
import re
import shutil
import tempfile
import threading
import time

from soak_tools import (
    CTRL_C, KILL, SIGNALS, archives, end_after, end_when, fail, history_steps, holds,
    last_checkpoint, log, names, require_consistent, require_no_temporary_files, require_same,
    require_same_tree, require_success, run_checked, sha256, start_process, steps_of)

ROOT = pathlib.Path(__file__).resolve().parent.parent
CHARRNN = [str(ROOT / "scripts" / "charrnn")]
STEPS = 200
SAVE_EVERY = f"--steps {STEPS} --save-every 10"
TRAINING = (
    "--hidden 64 --dropout 0.2 --batch-size 16 --sequence-length 20 --sample-length 0 " + SAVE_EVERY
).split()
LAB = f"--listing none {SAVE_EVERY}".split()
HALF = STEPS // 2
CHANGES = "--learning-rate 0.001 --dropout 0.1 --validation 0.2 --patience 50".split()
STOPPING_EARLY = "--validation 0.2 --patience 1 --learning-rate 0.5 --decay-rate 1".split()
GOING_ON = ["--patience", "100"]
SENTENCE = (
    "if you want to build a ship, don't drum up people together to collect wood and don't assign"
    " them tasks and work, but rather teach them to long for the endless immensity of the sea.\n"
)

# Methods of Soak. Each interrupts one kind of work.
SCENARIOS = {
    "training": "a training, half of the time while it saves",
    "lab": "the lab, in the same way",
    "signals": "reading, training and saving, with each of the signals",
    "archiving": "a new run in the directory of an earlier one",
    "rewinding": "a run that continues from an older checkpoint",
    "changing": "a run that continues with other settings",
    "stopping": "a run that continues after it stopped early",
    "moving": "a run that continues from another working directory",
    "sampling": "sample --primes while the run is trained",
    "exporting": "an export over an existing model",
    "downloading": "scripts/download-data.sh",
}


def main():
    parser = argparse.ArgumentParser(
        prog="scripts/soak.sh",
        description=__doc__,
        epilog="; ".join(f"{name}: {what}" for name, what in SCENARIOS.items()),
        allow_abbrev=False,
    )
    parser.add_argument(
        "--kills", type=int, default=110, metavar="N", help="number of kills (default: 110)"
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="one kill in each scenario, after which the run is opened,"
        " not each checkpoint",
    )
    parser.add_argument("--seed", type=int, metavar="N", help="random seed (default: random)")
    parser.add_argument(
        "--scenario",
        action="append",
        choices=SCENARIOS,
        help="what is killed; can be given several times (default: all)",
    )
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(1_000_000)
    scenarios = options.scenario or list(SCENARIOS)
    kills = len(scenarios) if options.quick else options.kills
    if kills < 1:
        parser.error(f"--kills must be at least 1, got {kills}")
    log(f"{kills} kills, --seed {seed}")
    counts = [kills // len(scenarios) + (i < kills % len(scenarios)) for i in range(len(scenarios))]
    with tempfile.TemporaryDirectory(prefix="charrnn-soak-") as directory:
        soak = Soak(pathlib.Path(directory), random.Random(seed), options.quick)
        for name, count in zip(scenarios, counts):
            if count:
                getattr(soak, name)(count)
    log(f"nothing was lost in {kills} kills")


class Soak:
    def __init__(self, directory, rnd, opens_only_latest):
        self.directory = directory
        self.random = rnd
        self.opens_only_latest = opens_only_latest
        self.text = directory / "text.txt"
        self.text.write_text(SENTENCE * 100)
        self.sentence = directory / "sentence.txt"  # of which the lab knows all characters
        self.sentence.write_text(SENTENCE.strip())
        self.run = directory / "killed"
        self.opened = {}  # checkpoints that generated text, and when they were written
        self.reference = directory / "reference"
        self.seconds = self.uninterrupted(self.train(self.reference))  # that a training takes

    def uninterrupted(self, command, directory=None):
        log("training an uninterrupted run, for comparison")
        start = time.monotonic()
        run_checked(command, directory=directory)
        return time.monotonic() - start

    def train(self, run):
        return [*CHARRNN, "train", "--data", str(self.text), "--run", str(run), *TRAINING]

    def train_lab(self, run):
        return [*CHARRNN, "lab", "--run", str(run), *LAB]

    @staticmethod
    def resume(run, *options, command="train"):
        return [*CHARRNN, command, "--resume", str(run), *options]

    def training(self, kills):
        self.kill_training(kills, self.train, self.reference, self.seconds)

    def lab(self, kills):
        reference = self.directory / "lab-reference"
        seconds = self.uninterrupted(self.train_lab(reference))
        self.kill_training(kills, self.train_lab, reference, seconds)

    def signals(self, kills):
        """A training that Ctrl-C or SIGTERM stopped has saved a step more than the others."""
        signals = self.in_random_order(SIGNALS)
        self.kill_training(
            kills, self.train, self.reference, self.seconds, lambda: next(signals), True)

    def in_random_order(self, choices):
        while True:
            yield from self.random.sample(choices, len(choices))

    def kill_training(
            self, kills, train, reference, seconds, signals=lambda: KILL, extra_steps=False):
        """Every second kill is while a checkpoint is written, the others are at random times."""
        left = kills
        while left:
            at_checkpoint = left % 2 == 1
            chosen = signals()
            process = start_process(self.next_command(train))
            if at_checkpoint:
                killed = end_when(process, self.checkpoint_is_changing(), chosen)
            else:
                killed = end_after(process, self.random.uniform(0.2, seconds), chosen)
            if killed:
                left -= 1
                activity = "writing a checkpoint" if at_checkpoint else "training"
                self.require_whole(f"{names(chosen)} while {activity}")
            else:
                self.compare_run(reference, extra_steps)
                self.forget_run()
        run_checked(self.next_command(train))
        self.compare_run(reference, extra_steps)
        self.forget_run()

    def forget_run(self):
        shutil.rmtree(self.run)
        self.opened.clear()

    def checkpoint_is_changing(self):
        """Returns a condition that holds while a checkpoint is written or deleted.

        It ignores checkpoints before a random step.
        """
        min_step = self.random.randrange(STEPS)
        temporary_name = re.compile(r"[.]step-(\d+)[.].*[.]tmp")

        def condition():
            matches = (
                temporary_name.fullmatch(path.name)
                for path in (self.run / "checkpoints").glob(".step-*")
            )
            return any(match and int(match.group(1)) >= min_step for match in matches)

        return condition

    def next_command(self, train):
        """Resumes the run as a user would, or restarts it if it has no checkpoint."""
        command = train(self.run)
        if any((self.run / "checkpoints").glob("step-*")):
            return self.resume(self.run, command=command[len(CHARRNN)])
        shutil.rmtree(self.run, ignore_errors=True)
        return command

    def require_whole(self, killed):
        """Generates text with every checkpoint that is new, and evaluates the run."""
        count = 0
        if (self.run / "config.json").exists():
            require_consistent(self.run)
            checkpoints = sorted((self.run / "checkpoints").glob("step-*"))
            count = len(checkpoints)
            for checkpoint in [] if self.opens_only_latest else checkpoints:
                modified = (checkpoint / "progress.json").stat().st_mtime_ns
                if self.opened.get(checkpoint) != modified:
                    run_checked([*CHARRNN, "sample", str(checkpoint), "--length", "10"])
                    self.opened[checkpoint] = modified
            if count:
                run_checked([*CHARRNN, "evaluate", str(self.run), str(self.sentence)])
        opened = "the run opens" if self.opens_only_latest else "all open"
        log(f"{killed}: {count} checkpoints, {opened}" if count else f"{killed}: no checkpoint")

    def compare_run(self, reference, extra_steps=False, config=True):
        """
        Compares the killed run with one that was not.

        extra_steps: whether it may have saved at other steps, too
        config: whether its settings must be the same
        """
        files = [*last_checkpoint(STEPS), "checkpoints/latest", "vocabulary.json"]
        files += ["config.json"] if config else []
        if (reference / "checkpoints/best").exists():  # with a validation
            files.append("checkpoints/best")
        for file in files:
            require_same(reference / file, self.run / file)
        if config:  # which is in the SavedModel, too
            require_same_tree(reference / "saved_model", self.run / "saved_model")
        expected, steps = history_steps(reference), history_steps(self.run)
        if not set(expected) <= set(steps) or (steps != expected and not extra_steps):
            fail(f"history.csv of a killed run has the steps {steps}, expected {expected}")
        require_no_temporary_files(self.run)
        log("the killed run has the same weights as the uninterrupted run, bit for bit")

    def archiving(self, kills):
        """Every second kill is while the earlier run is archived, the others at random times."""
        for left in range(kills, 0, -1):
            killed = False
            while not killed:
                shutil.rmtree(self.run, ignore_errors=True)
                shutil.copytree(self.reference, self.run)
                process = start_process(self.train(self.run))
                killed = (
                    end_when(process, self.is_archiving, pause=0)
                    if left % 2 == 1
                    else end_after(process, self.random.uniform(0.2, self.seconds)))
            self.require_earlier_run()
        run_checked(self.train(self.run))
        self.require_earlier_run()
        self.compare_run(self.reference)
        self.forget_run()

    def is_archiving(self):
        return any(path.name.startswith((".previous-1", "previous-1")) for path in
                   self.run.iterdir())

    def require_earlier_run(self):
        """Requires that the reference run is in its place or complete in an archive."""
        places = [place for place in (self.run, *archives(self.run))
                  if holds(place, self.reference)]
        if not places:
            fail(f"neither {self.run} nor {archives(self.run)} is the whole earlier run")
        place = "in its place" if places[0] == self.run else f"complete in {places[0].name}"
        log(f"the earlier run is {place}")

    def rewinding(self, kills):
        """Kills a training that continues from an older checkpoint, whose later steps must stay."""
        steps = [step for step in steps_of(self.reference / "checkpoints") if 0 < step < STEPS]
        signals = self.in_random_order(SIGNALS)
        for _ in range(kills):
            killed = False
            while not killed:
                shutil.rmtree(self.run, ignore_errors=True)
                shutil.copytree(self.reference, self.run)
                self.opened.clear()
                checkpoint = self.run / f"checkpoints/step-{self.random.choice(steps)}"
                process = start_process(self.resume(checkpoint))
                chosen = next(signals)
                killed = (
                    end_when(process, self.is_archiving, chosen, pause=0)
                    if self.random.random() < 0.7
                    else end_after(process, self.random.uniform(0.2, self.seconds / 2), chosen))
            self.require_whole(f"{names(chosen)} while resuming {checkpoint.name}")
            self.require_earlier_run()
            again = checkpoint if checkpoint.exists() and self.random.random() < 0.5 else self.run
            run_checked(self.resume(again))
            self.compare_run(self.reference, extra_steps=True)
            self.require_earlier_run()
        self.forget_run()

    def changing(self, kills):
        base = self.directory / "half"
        half = self.train(base)
        half[half.index("--steps") + 1] = str(HALF)
        run_checked(half)
        self.kill_resumed(kills, base, [*CHANGES, "--steps", str(STEPS)])

    def stopping(self, kills):
        base = self.directory / "stopped-early"
        run_checked([*self.train(base), *STOPPING_EARLY])
        if (base / f"checkpoints/step-{STEPS}").exists():
            fail("the training did not stop early, so the scenario tests nothing")
        self.kill_resumed(kills, base, GOING_ON)

    def kill_resumed(self, kills, base, changes):
        """Kills copies of a run that continues with changes, and compares with one that did so
        uninterrupted."""
        reference = self.directory / "changed-reference"
        shutil.copytree(base, reference)
        seconds = self.uninterrupted(self.resume(reference, *changes))
        signals = self.in_random_order(SIGNALS)
        shutil.copytree(base, self.run)
        left = kills
        while left:
            chosen = next(signals)
            process = start_process(self.resume(self.run, *changes))
            if end_after(process, self.random.uniform(0.2, seconds), chosen):
                left -= 1
                self.require_whole(f"{names(chosen)} while resuming with changes")
            else:
                self.compare_run(reference, extra_steps=True, config=False)
                self.forget_run()
                shutil.copytree(base, self.run)
        run_checked(self.resume(self.run, *changes))
        self.compare_run(reference, extra_steps=True, config=False)
        self.forget_run()
        shutil.rmtree(reference)

    def moving(self, kills):
        """Run and text have relative paths at the start; each restart is elsewhere."""
        places = [self.directory / name for name in ("elsewhere", "elsewhere/deep")]
        for place in places:
            place.mkdir()
        killed = False
        while not killed:
            shutil.rmtree(self.run, ignore_errors=True)
            train = [*CHARRNN, "train", "--data", self.text.name, "--run", self.run.name, *TRAINING]
            process = start_process(train, directory=self.directory)
            killed = end_when(process, self.checkpoint_is_changing())
        left = kills - 1
        while left:
            self.require_whole("SIGKILL in another directory")
            command, directory = self.resume_in(self.random.choice(places))
            process = start_process(command, directory=directory)
            left -= end_after(process, self.random.uniform(0.2, self.seconds))
        command, directory = self.resume_in(places[-1])
        run_checked(command, directory=directory)
        self.compare_run(self.reference, config=False)
        self.forget_run()

    def resume_in(self, directory):
        return self.resume(os.path.relpath(self.run, directory)), directory

    def sampling(self, kills):
        """Kills samplers of a run that is trained, which neither fail nor disturb it."""
        primes = self.directory / "primes.txt"
        primes.write_text("if\nyou want\n\nwood\n")
        command = [*CHARRNN, "sample", str(self.run), "--primes", str(primes), "--length", "200"]
        left = kills
        while left:
            training = start_process(self.train(self.run))
            while training.poll() is None and not steps_of(self.run / "checkpoints"):
                time.sleep(0.01)
            while training.poll() is None and left:
                sampler = start_process(command)
                chosen = self.random.choice([KILL, CTRL_C])
                if end_after(sampler, self.random.uniform(0.2, 2), chosen):
                    left -= 1
                    log("a sampler was killed during a training")
                else:
                    log("a sampler was done during a training")
            require_success(training, training.communicate()[1])
            self.compare_run(self.reference)
            run_checked(command)
            self.forget_run()

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
            if left % 2 == 1:
                killed = end_when(process, lambda: is_replacing(process, target), pause=0)
            else:
                killed = end_after(process, self.random.uniform(0.4, 1.0) * seconds)
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
            if end_after(start_process(command, environment), self.random.uniform(0.05, 1.5)):
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


def is_replacing(process, target):
    backup_prefix = f".{target.name}.{process.pid}-"
    names = os.listdir(target.parent)
    return any(name.startswith(backup_prefix) and name.endswith(".old") for name in names)


if __name__ == "__main__":
    main()
