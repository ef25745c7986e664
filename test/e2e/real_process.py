"""Programs that the tests on real clusters start: each ends when the test process does, however that ends."""

import os
import pathlib
import signal
import socket
import subprocess
import time

from fleet import memory_of

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOLS = ROOT / "build/tools/realkube"
PATIENCE = 60  # seconds; a start that takes longer hangs


def free_port():
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Program:
    """One command with a log file; started, killed and started again at will."""

    def __init__(self, name, command, directory, environment=None):
        self.name = name
        self.command = [str(part) for part in command]
        self.log_path = os.path.join(directory, f"{name}.log")
        self.environment = environment
        self.process = None

    def start(self):
        with open(self.log_path, "a") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "--", *self.command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.environment,
            )

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def send(self, number):
        self.process.send_signal(number)

    def kill(self):
        """kill -9, and waits until the process is gone."""
        if self.is_running():
            self.process.kill()
            self.process.wait(PATIENCE)

    def stop(self):
        """SIGTERM; returns the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def await_ready(self, is_ready):
        """Until is_ready() says so; raises when the program ends first or takes too long."""
        deadline = time.monotonic() + PATIENCE
        while not is_ready():
            if not self.is_running():
                raise RuntimeError(f"{self.name} ended with {self.process.returncode}:\n{self.log()[-3000:]}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} was not ready after {PATIENCE} s:\n{self.log()[-3000:]}")
            self.process_ended(0.05)

    def process_ended(self, seconds):
        """Waits for the end of the process, at most so long."""
        try:
            self.process.wait(seconds)
            return True
        except subprocess.TimeoutExpired:
            return False

    def log(self):
        path = pathlib.Path(self.log_path)
        return path.read_text(errors="replace") if path.exists() else ""

    def memory(self):
        return memory_of(self.process.pid)
