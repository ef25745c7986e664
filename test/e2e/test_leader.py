"""Two replicas of `slipway controllers`, one of which leads: what happens when it is killed, asked to end, frozen or cut off
from its lease, in mid-run. Against API servers that run nothing themselves."""

import json
import os
import signal
import time
import unittest

import page
from play import play
from replicas import LEASE, LEASE_SECONDS, ReplicaLaws, TwoReplicas, fetch, wait_until


class TwoControllers(TwoReplicas):
    lease_path = f"/apis/coordination.k8s.io/v1/namespaces/fleet-system/leases/{LEASE}"

    def make_processes(self):
        status, body = self.hub.post("/api/v1/namespaces", {"metadata": {"name": "fleet-system"}})
        assert status in (201, 409), body
        self.make_replicas(["controllers", "--kubeconfig", self.servers.kubeconfig, "--context", "hub"])
        self.agents = self.make_agents()

    def processes(self):
        return [*self.replicas.values(), *self.agents.values()]


KINDS = ("clusterstagedupdateruns", "clusterresourcebindings", "clusterapprovalrequests", "works", "clusterresourcesnapshots")
KINDS += ("clusterschedulingpolicysnapshots", "clusterresourceplacements")


RUNS = "/apis/placement.kubernetes-fleet.io/v1beta1/clusterstagedupdateruns"
RUN_METRIC = "fleet_workload_update_run"


def approvals(status, task):
    """How many approvals a finished run has got, before or after its stages."""
    tasks = [one for stage in status["stagesStatus"] for one in stage.get(f"{task}TaskStatus", [])]
    return len([one for one in tasks if any(condition["type"] == "ApprovalRequestApproved" for condition in one["conditions"])])


class Leader(ReplicaLaws, unittest.TestCase):
    make_fleet = TwoControllers
    strikes = (1, 4, 8)
    paths = tuple(f"/apis/placement.kubernetes-fleet.io/v1beta1/{kind}" for kind in KINDS)

    def test_a_lease_that_was_taken_ends_the_leader(self):
        with self.fleet() as (fleet, _):
            name, other = fleet.wait_for_leader()
            status, lease = fleet.hub.get(fleet.lease_path)
            self.assertEqual(status, 200)
            self.assertRegex(lease["spec"]["renewTime"], r"\.\d{6}Z$")
            self.assertEqual(lease["spec"]["leaseDurationSeconds"], LEASE_SECONDS)
            patch = {"Content-Type": "application/merge-patch+json"}
            body = json.dumps({"spec": {"holderIdentity": "hub-agent-of-kubefleet"}})
            self.assertEqual(fleet.hub.request("PATCH", fleet.lease_path, body, patch)[0], 200)
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
                'join_result_counter{result="success"} 3',
                "scheduling_active_workers 0",
            ):
                self.assertIn(wanted, text)
            self.assertEqual(fetch(fleet.addresses[name], "/nothing")[0], 404)
            self.expect_event_on_lease(fleet)

    def expect_event_on_lease(self, fleet):
        """As client-go's election writes it: the leader's name is told once."""
        status, lease = fleet.hub.get(fleet.lease_path)
        self.assertEqual(status, 200)
        status, body = fleet.hub.get("/api/v1/namespaces/fleet-system/events")
        self.assertEqual(status, 200, body)
        (event,) = [one for one in body["items"] if one["involvedObject"]["kind"] == "Lease"]
        self.assertEqual((event["type"], event["reason"], event["count"]), ("Normal", "LeaderElection", 1))
        self.assertEqual(event["message"], f"{lease['spec']['holderIdentity']} became leader")
        self.assertEqual(event["involvedObject"]["uid"], lease["metadata"]["uid"])

    def test_metrics_of_runs(self):
        """The histograms have seen what the runs' statuses say, and a run takes its series with it."""
        with self.fleet() as (fleet, shell):
            name, other = fleet.wait_for_leader()
            play(shell, page.cluster_scope("2s"), compare_recorded=False)
            _, body = fleet.hub.get(RUNS)
            runs = {run["metadata"]["name"]: run["status"] for run in body["items"]}
            self.assertGreater(len(runs), 1)
            _, text = fetch(fleet.addresses[name], "/metrics")
            for run, status in runs.items():
                for task in ("beforeStage", "afterStage"):
                    labels = f'{{namespace="",name="{run}",taskType="{task}"}}'
                    self.assertIn(f"{RUN_METRIC}_approval_request_latency_seconds_count{labels} {approvals(status, task)}\n", text)
                labels = f'{{namespace="",name="{run}"}}'
                stages = len([stage for stage in status["stagesStatus"] if stage.get("clusters")])
                self.assertIn(f"{RUN_METRIC}_stage_cluster_updating_duration_seconds_count{labels} {stages}\n", text)
            _, standby = fetch(fleet.addresses[other], "/metrics")
            self.assertNotIn(f"{RUN_METRIC}_approval_request_latency_seconds_count", standby, "else a sum over replicas counts twice")
            shell.output("kubectl delete csur --all --wait")
            wait_until(lambda: 'name="example-run"' not in fetch(fleet.addresses[name], "/metrics")[1], "the series to go")
            _, text = fetch(fleet.addresses[name], "/metrics")
            for run in runs:
                self.assertNotIn(f'name="{run}"', text)

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

    def test_stops_while_it_starts_and_the_server_does_not_answer(self):
        with self.fleet() as (fleet, _):
            name, _ = fleet.wait_for_leader()
            self.assertEqual(fleet.replicas[name].stop(), 0)
            os.kill(fleet.servers.pid(), signal.SIGSTOP)
            try:
                os.truncate(fleet.replicas[name].log_path, 0)
                fleet.replicas[name].start()
                wait_until(lambda: "serves /healthz" in fleet.replicas[name].log(), "the replica to start")
                before = time.monotonic()
                self.assertEqual(fleet.replicas[name].stop(), 0)
                self.assertLess(time.monotonic() - before, 3)
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
