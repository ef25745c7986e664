"""Two replicas of one member's `slipway agent`, one of which leads: as test_leader.py, which has the controllers."""

import unittest

import page
from replicas import LEASE, ReplicaLaws, TwoReplicas, fetch, wait_until

MEMBER = "member2"  # whose turn comes first, as soon as a run begins
FLEET = "apis/placement.kubernetes-fleet.io/v1beta1"


class TwoAgents(TwoReplicas):
    lease_path = f"/clusters/{MEMBER}/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/{LEASE}"

    def make_processes(self):
        self.controllers = self.make_controllers()
        self.agents = self.make_agents()
        del self.agents[MEMBER]
        self.make_replicas(self.agent_arguments(MEMBER))

    def processes(self):
        return [self.controllers, *self.replicas.values(), *self.agents.values()]


class AgentLeader(ReplicaLaws, unittest.TestCase):
    make_fleet = TwoAgents
    strikes = (2, 19, 39)  # a run has begun, and member2 is being updated
    paths = (
        f"/{FLEET}/namespaces/fleet-member-{MEMBER}/works",
        f"/clusters/{MEMBER}/{FLEET}/appliedworks",
        f"/clusters/{MEMBER}/api/v1/namespaces",
        f"/clusters/{MEMBER}/api/v1/namespaces/test-namespace/configmaps",
    )

    def writes(self, *_):
        return None  # its heartbeats are among them

    def test_metrics_of_works(self):
        with self.fleet() as (fleet, shell):
            name, other = fleet.wait_for_leader()
            self.play_until_run(shell)
            shell.output(page.cluster_run("example-run", "Run").command)
            shell.output(page.wait_for_request("clusterapprovalrequest", "example-run-before-canary").command)  # the member is updated
            reasons = '{apply_status="AllManifestsApplied",availability_status="AllManifestsAvailable",diff_reporting_status="Skipped"}'
            works = f"fleet_work_processing_requests_total{reasons}"
            wait_until(lambda: fleet.metric(name, works), works)
            _, text = fetch(fleet.addresses[name], "/metrics")
            for wanted in (
                'fleet_manifest_processing_requests_total{apply_status="Applied",',
                ',drift_detection_status="NotFound",diff_detection_status="NotFound"} ',
                'join_result_counter{result="success"} 1\n',
                'leave_result_counter{result="success"} 0\n',
                'controller_runtime_reconcile_total{controller="work-applier",',
            ):
                self.assertIn(wanted, text)
            self.assertIsNone(fleet.metric(other, works), "a standby has looked at nothing")
            status, body = fleet.hub.get(f"/clusters/{MEMBER}/api/v1/namespaces/kube-system/events")
            self.assertEqual(status, 200, body)
            (event,) = [one for one in body["items"] if one["reason"] == "LeaderElection"]
            self.assertEqual(event["message"], f"{fleet.lease()['holderIdentity']} became leader")


if __name__ == "__main__":
    unittest.main()
