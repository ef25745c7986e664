"""Two replicas of one member's `slipway agent`, one of which leads: as test_leader.py, which has the controllers."""

import unittest

from replicas import LEASE, ReplicaLaws, TwoReplicas

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


if __name__ == "__main__":
    unittest.main()
