#!/usr/bin/env python3
"""Measures what the how-to's user waits for, over `slipway up` with a fresh fleet of three simulated members: time until all have
joined, time from the creation of a run to its completion without waits or gates, and memory. Prints one table beside the reference's
figures (test/data/recorded/README.md). Checks results, never times. With --real the same over a hub and three members of real
Kubernetes (tutorial_real.py). Usage: bench/tutorial.py [BINARY] [--runs N] [--store memory | --real]"""

import argparse
import base64
import http.client
import json
import os
import pathlib
import platform
import re
import shutil
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[1]
GROUP = "/apis/placement.kubernetes-fleet.io/v1beta1"
NAMESPACE = "bench-namespace"
MEMBERS = ("member1", "member2", "member3")
TIMEOUT = 120  # seconds without a word: something is broken, not slow


class Wrong(Exception):
    """A result that is not what it must be."""


class Hub:
    """HTTP over TLS with a client certificate. One connection that is kept, and one more for each watch."""

    def __init__(self, url, tls):
        self.address = urllib.parse.urlsplit(url)
        self.tls = tls
        self.connection = self.connect()

    @staticmethod
    def of_kubeconfig(kubeconfig, private_directory):
        text = pathlib.Path(kubeconfig).read_text()

        def decoded(key):
            return base64.b64decode(re.search(rf"{key}: *\"?([A-Za-z0-9+/=]+)", text).group(1))

        servers = re.findall(r"server: *\"?(https://[^\s\"]+)", text)
        tls = ssl.create_default_context(cadata=decoded("certificate-authority-data").decode())
        identity = os.path.join(private_directory, "identity.pem")  # ssl takes files only
        with open(os.open(identity, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            file.write(decoded("client-certificate-data") + b"\n" + decoded("client-key-data"))
        tls.load_cert_chain(identity)
        return Hub(next(server for server in servers if "/clusters/" not in server), tls)

    def connect(self):
        return http.client.HTTPSConnection(self.address.hostname, self.address.port, context=self.tls, timeout=TIMEOUT)

    def send(self, method, path, body=None, content_type="application/json"):
        headers = {"Accept": "application/json", "User-Agent": "slipway-bench"}
        if body is not None:
            headers["Content-Type"] = content_type
        self.connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise Wrong(f"{method} {path}: {answer.status} {content.decode(errors='replace')[:500]}")
        return json.loads(content)

    def get(self, path):
        return self.send("GET", path)

    def create(self, path, kind, name, spec=None, **more):
        version = "v1" if path.startswith("/api/v1") else GROUP.removeprefix("/apis/")
        body = {"apiVersion": version, "kind": kind, "metadata": {"name": name}, **more}
        if spec is not None:
            body["spec"] = spec
        return self.send("POST", path, body)

    def watch(self, path, name):
        """Ready to tell what happens from now on to the object of that name, whether it exists yet or not."""
        revision = self.get(path)["metadata"]["resourceVersion"]
        return Watch(self.connect(), f"{path}?watch=1&resourceVersion={revision}&fieldSelector=metadata.name%3D{name}")


class Watch:
    def __init__(self, connection, path):
        self.connection = connection
        connection.request("GET", path, headers={"Accept": "application/json", "User-Agent": "slipway-bench"})
        self.answer = connection.getresponse()
        if self.answer.status != 200:
            raise Wrong(f"watch {path}: {self.answer.status} {self.answer.read().decode(errors='replace')[:500]}")

    def until(self, is_reached):
        """The first version of the object that is_reached() says yes to."""
        while True:
            line = self.answer.readline()
            if not line:
                raise Wrong("the watch ended before what was waited for happened")
            event = json.loads(line)
            if event["type"] == "ERROR":
                raise Wrong(f"the watch failed: {event['object'].get('message')}")
            if event["type"] != "BOOKMARK" and is_reached(event["object"]):
                return event["object"]

    def close(self):
        self.connection.close()


def condition(thing, type_):
    for one in thing.get("status", {}).get("conditions") or []:
        if one["type"] == type_:
            return one["status"]
    return None


def finished(run):
    if condition(run, "Initialized") == "False" or condition(run, "Succeeded") == "False":
        raise Wrong(f"the run failed: {json.dumps(run['status']['conditions'])}")
    return condition(run, "Succeeded") == "True"


def set_up(hub):
    hub.create("/api/v1/namespaces", "Namespace", NAMESPACE)
    hub.create(f"/api/v1/namespaces/{NAMESPACE}/configmaps", "ConfigMap", "content", data={"key": "value0"})
    strategies = f"{GROUP}/clusterstagedupdatestrategies"
    for concurrency in (1, 2):
        stages = [
            {"name": "staging", "labelSelector": {"matchLabels": {"environment": "staging"}}, "maxConcurrency": 1},
            {
                "name": "canary",
                "labelSelector": {"matchLabels": {"environment": "canary"}},
                "sortingLabelKey": "order",
                "maxConcurrency": concurrency,
            },
        ]
        hub.create(strategies, "ClusterStagedUpdateStrategy", f"strategy-{concurrency}", {"stages": stages})
    placements = f"{GROUP}/clusterresourceplacements"
    watch = hub.watch(placements, "placement")
    selector = {"group": "", "version": "v1", "kind": "Namespace", "name": NAMESPACE}
    spec = {"resourceSelectors": [selector], "policy": {"placementType": "PickAll"}, "strategy": {"type": "External"}}
    hub.create(placements, "ClusterResourcePlacement", "placement", spec)
    watch.until(lambda placement: condition(placement, "ClusterResourcePlacementScheduled") == "True")
    watch.close()


def one_run(hub, number, concurrency, read_member):
    """Seconds from sending the run until a watcher is told that it has succeeded, with new content for every member.
    `read_member(name, path)` is a GET from a member."""
    value, name, runs = f"value{number}", f"run-{number}", f"{GROUP}/clusterstagedupdateruns"
    content = f"/api/v1/namespaces/{NAMESPACE}/configmaps/content"
    hub.send("PATCH", content, {"data": {"key": value}}, "application/merge-patch+json")
    watch = hub.watch(runs, name)
    spec = {"placementName": "placement", "stagedRolloutStrategyName": f"strategy-{concurrency}", "state": "Run"}
    started = time.monotonic()
    hub.create(runs, "ClusterStagedUpdateRun", name, spec)
    run = watch.until(finished)
    seconds = time.monotonic() - started
    watch.close()
    done = [c["clusterName"] for stage in run["status"]["stagesStatus"] for c in stage["clusters"] if condition({"status": c}, "Succeeded") == "True"]
    if sorted(done) != list(MEMBERS):
        raise Wrong(f"{name} has succeeded, but updated only {done}")
    for member in MEMBERS:
        got = read_member(member, content)["data"]["key"]
        if got != value:
            raise Wrong(f"{name} has succeeded, but {member} has {got} instead of {value}")
    return seconds


def memory(pid):
    """Resident memory now and at most, in MiB."""
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return tuple(int(re.search(rf"{key}:\s+(\d+) kB", text).group(1)) / 1024 for key in ("VmRSS", "VmHWM"))


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def store_bytes(directory):
    return sum(path.stat().st_size for path in pathlib.Path(directory).glob("hub.db*"))


def milliseconds(samples):
    return f"{min(samples) * 1000:.0f} / {statistics.median(samples) * 1000:.0f} / {max(samples) * 1000:.0f} ms"


def machine():
    cpu = re.search(r"model name\s*:\s*(.+)", pathlib.Path("/proc/cpuinfo").read_text())
    total = int(re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text()).group(1)) / 1024**2
    name = cpu.group(1) if cpu else platform.machine()
    return f"{name}, {os.cpu_count()} cores, {total:.0f} GiB, Linux {platform.release()}, load {os.getloadavg()[0]:.1f}"


def print_table(rows):
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


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
        import tutorial_real

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
