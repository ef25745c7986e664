"""Two replicas of `slipway controllers`, one of which leads: what happens when it is killed, asked to end, frozen or cut off
from its lease, in mid-run. Against API servers that run nothing themselves."""

import contextlib
import json
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
from remote import Process, RemoteFleet

JOINED = "kubectl wait memberclusters --all --for=condition=Joined --timeout=60s"
LEASE = "136224848560.hub.fleet.azure.com"
LEASE_PATH = f"/apis/coordination.k8s.io/v1/namespaces/fleet-system/leases/{LEASE}"
# Short, so that tests are; the rules between them are those of the defaults.
LEASE_SECONDS = 3
ELECTION = [
    "--leader-elect=true",
    f"-leader-lease-duration={LEASE_SECONDS}s",
    "--leader-renew-deadline=2s",
    "--leader-retry-period=500ms",
]
RUNS = "/apis/placement.kubernetes-fleet.io/v1beta1/clusterstagedupdateruns"


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


def free_port():
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class TwoReplicas(RemoteFleet):
    """The fleet's one `controllers` becomes replica a; b stands beside it."""

    def __enter__(self):
        self.servers.up()
        self.hub = Hub(self.servers)
        status, body = self.hub.post("/api/v1/namespaces", {"metadata": {"name": "fleet-system"}})
        assert status in (201, 409), body
        directory = self.servers.data_dir
        self.replicas = {}
        self.addresses = {}
        for name in ("a", "b"):
            self.addresses[name] = f"127.0.0.1:{free_port()}"
            self.replicas[name] = Process(
                ["controllers", "--kubeconfig", self.servers.kubeconfig, "--context", "hub", "-v=1", *ELECTION]
                + ["--health-probe-bind-address", self.addresses[name], "--metrics-bind-address", self.addresses[name]],
                os.path.join(directory, f"controllers-{name}.log"),
            )
        self.agents = self.make_agents()
        for process in self.processes():
            process.start()
        return self

    def processes(self):
        return [*self.replicas.values(), *self.agents.values()]

    def lease(self):
        status, body = self.hub.get(LEASE_PATH)
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


class Leader(unittest.TestCase):
    @contextlib.contextmanager
    def fleet(self):
        with TwoReplicas() as fleet:
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
                if position not in (1, 4, 8):
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
            self.assertEqual(len(took), 3)
            self.assertLess(max(took), LEASE_SECONDS + 1)
            self.assertEqual(fleet.lease()["leaseTransitions"], 3)

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
            writes = fleet.metric(other, 'slipway_writes_total{outcome="done"}')
            fleet.replicas[name].process.send_signal(signal.SIGCONT)
            self.assertEqual(fleet.replicas[name].process.wait(10), 1)
            self.assertIn("leads no longer", fleet.replicas[name].log())
            after = self.settled(fleet)
            self.assertEqual(before, after)
            self.assertEqual(fleet.metric(other, 'slipway_writes_total{outcome="done"}'), writes)
            self.assertEqual(fleet.leader(), other)

    def settled(self, fleet):
        """Kind, name and resource version of every object of the rollout, once no more of them changes."""
        group = "/apis/placement.kubernetes-fleet.io/v1beta1/"
        kinds = ["clusterstagedupdateruns", "clusterresourcebindings", "clusterapprovalrequests", "works"]
        kinds += ["clusterresourcesnapshots", "clusterschedulingpolicysnapshots", "clusterresourceplacements"]

        def look():
            found = {}
            for kind in kinds:
                status, body = fleet.hub.get(group + kind)
                self.assertEqual(status, 200, body)
                for item in body["items"]:
                    metadata = item["metadata"]
                    found[kind, metadata.get("namespace", ""), metadata["name"]] = (metadata["uid"], metadata["resourceVersion"])
            return found

        seen = [look()]

        def is_still():
            time.sleep(0.5)
            seen.append(look())
            return seen[-1] == seen[-2]

        wait_until(is_still, "the objects to come to rest")
        return seen[-1]

    def test_a_lease_that_was_taken_ends_the_leader(self):
        with self.fleet() as (fleet, _):
            name, other = fleet.wait_for_leader()
            status, lease = fleet.hub.get(LEASE_PATH)
            self.assertEqual(status, 200)
            self.assertRegex(lease["spec"]["renewTime"], r"\.\d{6}Z$")
            self.assertEqual(lease["spec"]["leaseDurationSeconds"], LEASE_SECONDS)
            patch = {"Content-Type": "application/merge-patch+json"}
            body = json.dumps({"spec": {"holderIdentity": "hub-agent-of-kubefleet"}})
            self.assertEqual(fleet.hub.request("PATCH", LEASE_PATH, body, patch)[0], 200)
            self.assertEqual(fleet.replicas[name].process.wait(2), 1)
            self.assertIn("hub-agent-of-kubefleet has taken", fleet.replicas[name].log())
            # And nobody renews it: the other has it after its time.
            wait_until(lambda: fleet.leader() == other, "the standby to lead", LEASE_SECONDS + 5)

    def test_health_and_metrics(self):
        with self.fleet() as (fleet, _):
            name, other = fleet.wait_for_leader()
            for one in (name, other):  # a standby is alive and ready too
                self.assertEqual(fetch(fleet.addresses[one], "/healthz"), (200, "ok\n"))
                self.assertEqual(fetch(fleet.addresses[one], "/readyz")[0], 200)
            self.assertEqual(fleet.metric(other, "leader_election_master_status"), 0)
            _, text = fetch(fleet.addresses[name], "/metrics")
            for wanted in (
                'controller_runtime_reconcile_total{controller="',
                'workqueue_depth{name="',
                'controller_runtime_reconcile_time_seconds_bucket{controller="',
                'rest_client_requests_total{code="200",host="127.0.0.1:',
                "process_resident_memory_bytes ",
                "process_cpu_seconds_total ",
                f'leader_election_master_status{{name="{LEASE}"}} 1',
                'slipway_members{state="joined"} 3',
            ):
                self.assertIn(wanted, text)
            self.assertEqual(fetch(fleet.addresses[name], "/nothing")[0], 404)

    def test_a_second_signal_ends_it_at_once(self):
        with self.fleet() as (fleet, _):
            name, _ = fleet.wait_for_leader()
            os.kill(fleet.servers.pid(), signal.SIGSTOP)  # nobody answers: giving the lease back takes its time
            try:
                process = fleet.replicas[name].process
                process.send_signal(signal.SIGTERM)
                wait_until(lambda: "asked to stop" in fleet.replicas[name].log(), "the first signal to be heard")
                before = time.monotonic()
                process.send_signal(signal.SIGTERM)
                self.assertEqual(process.wait(10), -signal.SIGTERM)
                self.assertLess(time.monotonic() - before, 1)
            finally:
                os.kill(fleet.servers.pid(), signal.SIGCONT)

    def test_stops_in_seconds_although_the_server_does_not_answer(self):
        with self.fleet() as (fleet, _):
            name, _ = fleet.wait_for_leader()
            os.kill(fleet.servers.pid(), signal.SIGSTOP)
            try:
                before = time.monotonic()
                self.assertEqual(fleet.replicas[name].stop(), 0)
                took = time.monotonic() - before
                print(f"SIGTERM to exit without a server: {took:.2f} s")
                self.assertLess(took, 9)
            finally:
                os.kill(fleet.servers.pid(), signal.SIGCONT)


if __name__ == "__main__":
    unittest.main()
