"""Two replicas of one of our programs, of which one leads, against API servers that run nothing themselves; and what their tests share."""

import contextlib
import os
import signal
import time
import unittest
import urllib.error
import urllib.request

import page
from fleet import Shell, find_kubectls
from hub import Hub
from play import play
from real_process import free_port
from remote import Process, RemoteFleet

JOINED = "kubectl wait memberclusters --all --for=condition=Joined --timeout=60s"
LEASE = "136224848560.hub.fleet.azure.com"
# Short, so that tests are; the rules between them are those of the defaults.
LEASE_SECONDS = 3
ELECTION = [
    "--leader-elect=true",
    f"-leader-lease-duration={LEASE_SECONDS}s",
    "--leader-renew-deadline=2s",
    "--leader-retry-period=500ms",
]


def wait_until(check, what, seconds=30):
    """Polls: what is waited for is told by no event of its own."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = check()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError(f"waited {seconds} s for {what}")


def fetch(address, path):
    """Status and body of a plain HTTP answer; 0 when nobody listens."""
    try:
        with urllib.request.urlopen(f"http://{address}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


class TwoReplicas(RemoteFleet):
    """One of the fleet's programs becomes replica a; b stands beside it. `lease_path` is on the hub's API server, which serves the members'
    below /clusters."""

    lease_path = None

    def __enter__(self):
        self.servers.up()
        self.hub = Hub(self.servers)
        self.replicas = {}
        self.addresses = {}
        self.make_processes()
        for process in self.processes():
            process.start()
        return self

    def make_processes(self):
        """Everything that is to run; replicas by make_replicas()."""
        raise NotImplementedError

    def make_replicas(self, arguments):
        for name in ("a", "b"):
            self.addresses[name] = f"127.0.0.1:{free_port()}"
            probes = ["--health-probe-bind-address", self.addresses[name], "--metrics-bind-address", self.addresses[name]]
            log = os.path.join(self.servers.data_dir, f"{arguments[0]}-{name}.log")
            self.replicas[name] = Process([*arguments, "-v=1", *ELECTION, *probes], log)

    def lease(self):
        status, body = self.hub.get(self.lease_path)
        return body["spec"] if status == 200 else None

    def metric(self, name, metric):
        _, text = fetch(self.addresses[name], "/metrics")
        for line in text.splitlines():
            if line.startswith(metric):
                return float(line.rsplit(" ", 1)[1])
        return None

    def leader(self):
        """The replica that says it leads, or None. Asks no frozen one."""
        found = [name for name, one in self.replicas.items() if one.is_running() and self.metric(name, "leader_election_master") == 1]
        assert len(found) <= 1, f"several lead: {found}"
        return found[0] if found else None

    def wait_for_leader(self):
        name = wait_until(self.leader, "a leader")
        return name, "b" if name == "a" else "a"

    def wait_until_ready(self, name):
        wait_until(lambda: fetch(self.addresses[name], "/readyz")[0] == 200, f"replica {name} to be ready")


def is_acting(process):
    return "begins to act" in process.log()


class ReplicaLaws:
    """What holds for replicas of every program, as tests: to be mixed into a TestCase.

    `make_fleet`: the TwoReplicas. `strikes`: steps of the page after which the leader is killed, by their number after that which makes
    the first run. `paths`: collections of which a leader that wakes up too late changes nothing."""

    make_fleet = None
    strikes = ()
    paths = ()

    @contextlib.contextmanager
    def fleet(self):
        with self.make_fleet() as fleet:
            shell = Shell(find_kubectls()[-1], fleet.servers.kubeconfig)
            try:
                for name in fleet.replicas:
                    fleet.wait_until_ready(name)
                shell.output(JOINED)
                yield fleet, shell
            except AssertionError as error:
                logs = "".join(f"--- {one.log_path}\n{one.log()[-6000:]}\n" for one in fleet.replicas.values())
                self.fail(f"{error}\n{logs}")
            finally:
                for process in fleet.processes():  # a frozen one cannot be ended in order
                    if process.is_running():
                        process.process.send_signal(signal.SIGCONT)
                shell.close()

    def play_until_run(self, shell):
        """The page up to a run that goes on by itself until its first approval."""
        steps = page.cluster_scope("2s")
        position = next(at for at, step in enumerate(steps) if "example-run" in step.command and "csur" in step.command)
        play(shell, steps[:position], compare_recorded=False)
        return steps[position:]

    def test_killed_in_mid_run_the_other_finishes_it(self):
        with self.fleet() as (fleet, shell):
            rest = self.play_until_run(shell)
            took = []

            def strike(position, _):
                if position not in self.strikes:
                    return
                name, other = fleet.wait_for_leader()
                os.truncate(fleet.replicas[other].log_path, 0)
                before = time.monotonic()
                fleet.replicas[name].kill()
                wait_until(lambda: is_acting(fleet.replicas[other]), "the standby to act", LEASE_SECONDS + 5)
                took.append(time.monotonic() - before)
                fleet.replicas[name].start()
                fleet.wait_until_ready(name)

            play(shell, rest, compare_recorded=False, after_step=strike)
            print(f"kill -9 to the standby's acting: {', '.join(f'{one:.2f}' for one in took)} s (lease {LEASE_SECONDS} s)")
            self.assertEqual(len(took), len(self.strikes))
            self.assertLess(max(took), LEASE_SECONDS + 1)
            self.assertEqual(fleet.lease()["leaseTransitions"], len(self.strikes))

    def test_asked_to_end_it_hands_over_at_once(self):
        with self.fleet() as (fleet, shell):
            took = []
            stopped = []
            for _ in range(3):
                name, other = fleet.wait_for_leader()
                os.truncate(fleet.replicas[other].log_path, 0)
                before = time.monotonic()
                self.assertEqual(fleet.replicas[name].stop(), 0)
                stopped.append(time.monotonic() - before)
                wait_until(lambda: is_acting(fleet.replicas[other]), "the standby to act")
                took.append(time.monotonic() - before)
                fleet.replicas[name].start()
                fleet.wait_until_ready(name)
            print(f"SIGTERM to exit: {', '.join(f'{one:.2f}' for one in stopped)} s; to the standby's acting: {', '.join(f'{one:.2f}' for one in took)} s")
            self.assertLess(max(took), 2)
            steps = self.play_until_run(shell)
            play(shell, steps, compare_recorded=False)

    def test_a_frozen_leader_changes_nothing_when_it_wakes_up(self):
        with self.fleet() as (fleet, shell):
            self.play_until_run(shell)
            name, other = fleet.wait_for_leader()
            # In the middle of its work: the run is being made and the leader has begun with it.
            step = page.cluster_run("example-run", "Run")
            shell.output(step.command)
            fleet.replicas[name].process.send_signal(signal.SIGSTOP)
            wait_until(lambda: is_acting(fleet.replicas[other]), "the standby to act", LEASE_SECONDS + 5)
            # Nothing moves any more: the run waits for its first approval.
            shell.output(page.wait_for_request("clusterapprovalrequest", "example-run-before-canary").command)
            before = self.settled(fleet)
            writes = self.writes(fleet, other)
            fleet.replicas[name].process.send_signal(signal.SIGCONT)
            self.assertEqual(fleet.replicas[name].process.wait(10), 1)
            self.assertIn("leads no longer", fleet.replicas[name].log())
            after = self.settled(fleet)
            self.assertEqual(before, after)
            self.assertEqual(self.writes(fleet, other), writes)
            self.assertEqual(fleet.leader(), other)

    def writes(self, fleet, name):
        """How many a replica has made; heartbeats, if it has any, must not come into that."""
        return fleet.metric(name, 'slipway_writes_total{outcome="done"}')

    def settled(self, fleet):
        """Path, name and resource version of every object of the rollout, once no more of them changes."""

        def look():
            found = {}
            for path in self.paths:
                status, body = fleet.hub.get(path)
                self.assertEqual(status, 200, body)
                for item in body["items"]:
                    metadata = item["metadata"]
                    found[path, metadata.get("namespace", ""), metadata["name"]] = (metadata["uid"], metadata["resourceVersion"])
            return found

        seen = [look()]

        def is_still():
            time.sleep(0.5)
            seen.append(look())
            return seen[-1] == seen[-2]

        wait_until(is_still, "the objects to come to rest")
        return seen[-1]
