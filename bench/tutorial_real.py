"""bench/tutorial.py --real: the same measurements with `slipway controllers` and three `slipway agent` on real Kubernetes, and what
they ask of its API servers."""

import collections
import datetime
import os
import pathlib
import statistics
import subprocess
import sys
import time

from report import machine, milliseconds, print_table
from rollout import Hub, Wrong, one_run, set_up

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "test/e2e"))
WRITES = ("create", "update", "patch", "delete", "deletecollection")


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def is_heartbeat(event):
    """Goes on whether anything is rolled out or not."""
    reference = event.get("objectRef", {})
    kind = reference.get("resource")
    if kind in ("internalmemberclusters", "leases", "memberclusters"):
        return True
    return event["requestURI"].startswith(("/readyz", "/livez", "/healthz", "/version")) or kind in ("nodes", "pods")


def requests_between(clusters, begin, end):
    """Counts by (component, cluster is the hub, verb), heartbeats and watches left out."""
    counts = collections.Counter()
    for cluster in clusters:
        for event in cluster.audit():
            component = event.get("userAgent", "").split("/")[0]
            received = datetime.datetime.fromisoformat(event["requestReceivedTimestamp"].replace("Z", "+00:00"))
            if component in ("slipway-hub", "slipway-agent") and begin <= received <= end and event["verb"] != "watch":
                if not is_heartbeat(event):
                    counts[component, cluster.name == "hub", event["verb"]] += 1
    return counts


def per_cluster(counts, component, on_hub, updated):
    chosen = {verb: number for (name, hub, verb), number in counts.items() if name == component and hub == on_hub}
    writes = sum(number for verb, number in chosen.items() if verb in WRITES)
    return f"{sum(chosen.values()) / updated:.1f}, of them {writes / updated:.1f} writes"


def mebibytes(program):
    resident, most, _ = program.memory()
    return f"{resident / 1024:.1f} / {most / 1024:.1f} MiB"


def measure(runs):
    import real

    started = time.monotonic()
    with real.RealFleet() as fleet:
        up = time.monotonic() - started
        hub = Hub(fleet.hub.url, fleet.hub.tls)
        members = {name: Hub(cluster.url, cluster.tls) for name, cluster in fleet.members.items()}
        fresh = mebibytes(fleet.controllers), mebibytes(fleet.agents["member1"])
        set_up(hub)
        seconds = {1: [], 2: []}
        cpu_before = [program.memory()[2] for program in fleet.products()]
        begin = now()
        for number in range(2 * runs):
            concurrency = 2 - number % 2
            took = one_run(hub, number + 1, concurrency, lambda name, path: members[name].get(path))
            seconds[concurrency].append(took)
        counts = requests_between(fleet.clusters(), begin, now())
        cpu = [program.memory()[2] - before for program, before in zip(fleet.products(), cpu_before)]
        updated = 2 * runs * len(members)
        agents = [fleet.agents[name].memory()[1] / 1024 for name in fleet.agents]
        median = statistics.median(seconds[1] + seconds[2])
        return fleet.laps, [
            ("", "Slipway", "reference"),
            ("servers, CRDs and 3 members joined", f"{up:.1f} s", "-"),
            ("run of 3 clusters, median of both shapes", f"{median * 1000:.0f} ms", "45 s, aim 1 s"),
            ("run of 3 clusters, canary 2 at a time (min/median/max)", milliseconds(seconds[2]), "30 s"),
            ("run of 3 clusters, one at a time (min/median/max)", milliseconds(seconds[1]), "45 s"),
            ("requests per updated cluster, controllers to the hub", per_cluster(counts, "slipway-hub", True, updated), "-"),
            ("requests per updated cluster, agent to the hub", per_cluster(counts, "slipway-agent", True, updated), "-"),
            ("requests per updated cluster, agent to its member", per_cluster(counts, "slipway-agent", False, updated), "-"),
            ("CPU per run, controllers", f"{cpu[0] / (2 * runs) * 1000:.0f} ms", "-"),
            ("CPU per run, agents together", f"{sum(cpu[1:]) / (2 * runs) * 1000:.0f} ms", "-"),
            ("memory of controllers, fresh (now / at most)", fresh[0], "79 MB, aim 25 MB"),
            (f"memory of controllers after {2 * runs} runs", mebibytes(fleet.controllers), "79 MB, aim 25 MB"),
            ("memory of an agent, fresh (now / at most)", fresh[1], "61 MB, aim 10 MB"),
            (f"memory of the largest agent after {2 * runs} runs", f"{max(agents):.1f} MiB at most", "61 MB, aim 10 MB"),
        ]


def main(binary, runs):
    os.environ["SLIPWAY"] = binary
    about_machine = machine()  # before we add to its load
    try:
        version = subprocess.run([binary, "version"], capture_output=True, text=True, timeout=60, check=True).stdout.strip()
        laps, rows = measure(runs)
    except (Wrong, OSError, RuntimeError, subprocess.SubprocessError) as error:
        print(f"✗ {error}", file=sys.stderr)
        return 1
    print(f"machine  {about_machine}")
    print(f"build    {version}, {binary}, {os.path.getsize(binary) / 1024**2:.0f} MiB")
    print(f"fleet    real Kubernetes on this machine: 1 hub, 3 members; {'; '.join(laps)}")
    print(f"sizes    1 namespace with 1 config map, 2 stages (1 and 2 clusters), {runs} runs of each shape\n")
    print_table(rows)
    return 0
