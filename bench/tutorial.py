#!/usr/bin/env python3
"""Measures what the how-to's user waits for, over `slipway up` with a fresh fleet of three simulated members: time until all have
joined, time from the creation of a run to its completion without waits or gates, and memory. Prints one table beside the reference's
figures (test/data/recorded/README.md). Checks results, never times. With --real the same over a hub and three members of real
Kubernetes (tutorial_real.py). Usage: bench/tutorial.py [BINARY] [--runs N] [--store memory | --real]"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import tutorial_real
from report import machine, milliseconds, print_table
from rollout import TIMEOUT, Hub, Wrong, one_run, set_up

ROOT = pathlib.Path(__file__).resolve().parents[1]


def memory(pid):
    """Resident memory now and at most, in MiB."""
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return tuple(int(re.search(rf"{key}:\s+(\d+) kB", text).group(1)) / 1024 for key in ("VmRSS", "VmHWM"))


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def store_bytes(directory):
    return sum(path.stat().st_size for path in pathlib.Path(directory).glob("hub.db*"))


def slipway(binary, *arguments):
    done = subprocess.run([binary, *arguments], capture_output=True, text=True, timeout=TIMEOUT + 60)
    if done.returncode != 0:
        raise Wrong(f"slipway {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def measure(binary, runs, store, directory):
    data = os.path.join(directory, "data")
    up = ("up", "--data-dir", data, "--store", store)
    started = time.monotonic()
    slipway(binary, *up, "--port", "0")  # returns when every member has joined
    joined = time.monotonic() - started
    try:
        pid = int(pathlib.Path(data, "lock").read_text().split()[0])
        hub = Hub.of_kubeconfig(os.path.join(data, "kubeconfig"), directory)
        fresh = memory(pid)
        set_up(hub)
        seconds = {1: [], 2: []}
        before = cpu_seconds(pid)
        for number in range(2 * runs):
            concurrency = 2 - number % 2
            seconds[concurrency].append(one_run(hub, number + 1, concurrency, lambda name, path: hub.get(f"/clusters/{name}{path}")))
        cpu = (cpu_seconds(pid) - before) / (2 * runs)
        now, peak = memory(pid)
        size = store_bytes(data)
        hub.connection.close()
        if store == "sqlite":
            slipway(binary, "down", "--data-dir", data)
            started = time.monotonic()
            slipway(binary, *up)
            again = f"{time.monotonic() - started:.2f} s"
        else:
            again = "nothing is kept"
    finally:
        subprocess.run([binary, "down", "--data-dir", data], capture_output=True, timeout=60)
    return [
        ("", "Slipway", "reference"),
        ("up until 3 members have joined", f"{joined:.2f} s", "-"),
        ("up again with what was there", again, "-"),
        ("run of 3 clusters, canary 2 at a time (min/median/max)", milliseconds(seconds[2]), "30 s"),
        ("run of 3 clusters, one at a time (min/median/max)", milliseconds(seconds[1]), "45 s (namespace scope)"),
        ("CPU per run", f"{cpu * 1000:.0f} ms", "-"),
        ("memory, 3 members joined", f"{fresh[0]:.0f} MiB", "79 MB hub agent + 3 x 61 MB agents + 430 MB API server"),
        (f"memory after {2 * runs} runs (now / at most)", f"{now:.0f} / {peak:.0f} MiB", "-"),
        (f"store after {2 * runs} runs", f"{size / 1024:.0f} KiB", "-"),
    ]


def main():
    parser = argparse.ArgumentParser(prog="bench/tutorial.py", description="Measures the how-to over `slipway up`.")
    parser.add_argument("binary", nargs="?", default=str(ROOT / "build/release/slipway"), help="a release build (default %(default)s)")
    parser.add_argument("--runs", type=int, default=10, help="runs of each shape (default %(default)s)")
    parser.add_argument("--real", action="store_true", help="on real Kubernetes, which script/realkube builds")
    parser.add_argument("--store", choices=("sqlite", "memory"), default="sqlite")
    arguments = parser.parse_args()
    if arguments.runs < 1:
        parser.error("--runs: give a number of 1 or more")
    if arguments.real:
        return tutorial_real.main(arguments.binary, arguments.runs)
    if not os.access(arguments.binary, os.X_OK):
        print(f"✗ {arguments.binary} is no program: build it with script/build, or name another", file=sys.stderr)
        return 2
    directory = tempfile.mkdtemp(prefix="slipway-bench-")
    try:
        about_machine = machine()  # before we add to its load
        version = slipway(arguments.binary, "version").strip()
        rows = measure(arguments.binary, arguments.runs, arguments.store, directory)
    except (Wrong, OSError, subprocess.TimeoutExpired) as error:
        print(f"✗ {error}", file=sys.stderr)
        log = pathlib.Path(directory, "data", "log")
        if log.exists():
            print(log.read_text()[-2000:], file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    print(f"machine  {about_machine}")
    print(f"build    {version}, {arguments.binary}, {os.path.getsize(arguments.binary) / 1024**2:.0f} MiB, store {arguments.store}")
    print(f"sizes    3 members, 1 namespace with 1 config map, 2 stages (1 and 2 clusters), {arguments.runs} runs of each shape\n")
    print_table(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
