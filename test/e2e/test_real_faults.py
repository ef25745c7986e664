"""What may go wrong on real Kubernetes while runs are under way. Each fault ends in the state the specification demands, and the
hub's audit log shows no write of ours that changed nothing and none that was made twice."""

import concurrent.futures
import os
import random
import signal
import time
import unittest

import page
import real
from audit import is_ours, needless_writes
from fleet import Shell

STRATEGY = """apiVersion: placement.kubernetes-fleet.io/v1beta1
kind: ClusterStagedUpdateStrategy
metadata:
  name: two-stages
spec:
  stages:
    - name: staging
      labelSelector: {matchLabels: {environment: staging}}
      maxConcurrency: 1
    - name: canary
      labelSelector: {matchLabels: {environment: canary}}
      sortingLabelKey: order
      maxConcurrency: 1
      beforeStageTasks: [{type: Approval}]
"""
PLACEMENT = """apiVersion: placement.kubernetes-fleet.io/v1beta1
kind: ClusterResourcePlacement
metadata:
  name: faults
spec:
  resourceSelectors: [{group: "", version: v1, kind: Namespace, name: faults}]
  policy: {placementType: PickAll}
  strategy: {type: External}
"""
RUN = """apiVersion: placement.kubernetes-fleet.io/v1beta1
kind: ClusterStagedUpdateRun
metadata:
  name: {name}
spec: {{placementName: faults, stagedRolloutStrategyName: two-stages, state: Run}}
"""
LEASE_SECONDS = 3
ELECTION = [
    "--leader-elect=true",
    f"--leader-lease-duration={LEASE_SECONDS}s",
    "--leader-renew-deadline=2s",
    "--leader-retry-period=500ms",
    "--leader-election-namespace=fleet-system",
]


@unittest.skipUnless(real.is_built(), real.NO_KUBERNETES)
class Faults(unittest.TestCase):
    """One fleet for all: a fault leaves it as it was, else the next one fails too."""

    @classmethod
    def setUpClass(cls):
        cls.fleet = real.RealFleet()
        cls.fleet.__enter__()
        cls.shell = Shell(cls.fleet.kubectl, cls.fleet.kubeconfig)
        cls.shell.output("kubectl create ns faults && kubectl create cm content --from-literal=key=v0 -n faults")
        for text in (STRATEGY, PLACEMENT):
            cls.shell.output(page.apply(text))
        cls.shell.output("kubectl wait crp faults --for=condition=ClusterResourcePlacementScheduled --timeout=60s")

    @classmethod
    def tearDownClass(cls):
        cls.shell.close()
        cls.fleet.__exit__()

    def setUp(self):
        self.run_name = self._testMethodName.removeprefix("test_").replace("_", "-")[:50].rstrip("-")
        self.addCleanup(lambda: print(self.fleet.logs()) if self._outcome.result.failures or self._outcome.result.errors else None)
        begin = time.monotonic()
        self.addCleanup(lambda: print(f"{time.monotonic() - begin:.1f} s"))

    def change_and_run(self):
        """New content, and a run that brings it out."""
        patch = '{"data":{"key":"%s"}}' % self.run_name
        self.shell.output(f"kubectl patch cm content -n faults -p '{patch}'")
        self.shell.output(page.apply(RUN.format(name=self.run_name)))

    def await_approval_request(self):
        """member2 is updated, the canary stage waits."""
        self.shell.output(f"kubectl wait clusterapprovalrequest/{self.run_name}-before-canary --for=create --timeout=60s")

    def approve(self):
        name = f"{self.run_name}-before-canary"
        self.shell.output(f"kubectl patch clusterapprovalrequests {name} --type=merge {page.APPROVED} --subresource=status")

    def expect_finished(self):
        self.shell.output(f"kubectl wait csur {self.run_name} --for=condition=Succeeded --timeout=120s")
        for member in self.fleet.members:
            value = self.shell.output(f"kubectl --context {member} get cm content -n faults -o jsonpath='{{.data.key}}'")
            self.assertEqual(value, self.run_name, member)
        self.expect_needed_writes(self.fleet.hub, {"works", "clusterresourcebindings", "clusterstagedupdateruns"})
        for member in self.fleet.members.values():
            self.expect_needed_writes(member, {"appliedworks"})

    def expect_needed_writes(self, cluster, kinds):
        """And no others; of `kinds` there were some, else nothing was looked at."""
        events = cluster.audit()
        written = {event["objectRef"]["resource"] for event in events if is_ours(event) and "responseObject" in event}
        self.assertLessEqual(kinds, written)
        self.assertEqual(needless_writes(events), [])

    def expect_waiting_in(self, stage):
        """The stage's first cluster is being updated, and somebody is needed for it: the run says neither success nor failure."""
        path = '{.status.stagesStatus[%d].clusters[0].conditions[?(@.type=="Started")].status}' % stage
        self.shell.output(page.wait_for("csur", self.run_name, path, "True"))
        run = self.shell.get(f"csur {self.run_name}", arguments="")
        reasons = [condition["reason"] for condition in run["status"].get("conditions", []) if condition["type"] == "Succeeded"]
        self.assertEqual(reasons, [])

    def wake_up(self, programs):
        """After SIGSTOP. One that slept past its lease ends, as it should; who then starts it again is a kubelet, or we."""
        for program in programs:
            program.send(signal.SIGCONT)
        with concurrent.futures.ThreadPoolExecutor() as pool:
            for program, has_ended in zip(programs, pool.map(lambda program: program.process_ended(2), programs)):
                if has_ended:
                    self.assertIn("leads no longer", program.log())
                    program.start()

    def restart_server(self, cluster):
        cluster.start_server()
        cluster.await_server()

    def test_api_server_killed_in_mid_run(self):
        self.change_and_run()
        self.fleet.hub.server.kill()
        self.restart_server(self.fleet.hub)
        self.await_approval_request()
        self.fleet.hub.server.kill()
        self.restart_server(self.fleet.hub)
        self.approve()
        self.expect_finished()

    def test_etcd_compacted_under_the_watchers(self):
        self.change_and_run()
        self.await_approval_request()
        for program in self.fleet.products():
            program.send(signal.SIGSTOP)
        self.shell.output("kubectl annotate cm content -n faults seen=no --overwrite && kubectl annotate crp faults seen=no --overwrite")
        self.fleet.hub.server.kill()
        self.fleet.etcd.compact()
        self.restart_server(self.fleet.hub)
        self.approve()
        self.fleet.etcd.compact()
        self.wake_up(self.fleet.products())
        self.expect_finished()

    def test_agent_killed(self):
        agent = self.fleet.agents["member3"]
        agent.kill()
        self.change_and_run()
        self.await_approval_request()
        self.approve()
        self.expect_waiting_in(stage=1)
        agent.start()
        self.expect_finished()

    def test_agent_frozen(self):
        agent = self.fleet.agents["member2"]
        agent.send(signal.SIGSTOP)
        self.change_and_run()
        self.expect_waiting_in(stage=0)
        self.wake_up([agent])
        self.await_approval_request()
        self.approve()
        self.expect_finished()

    def test_member_unreachable_for_a_while(self):
        member = self.fleet.members["member2"]
        member.server.kill()
        self.change_and_run()
        self.expect_waiting_in(stage=0)
        self.restart_server(member)
        self.await_approval_request()
        self.approve()
        self.expect_finished()

    def test_controllers_killed_between_writes(self):
        """After a random number of the run's events, several times."""
        seed = int(os.environ.get("SLIPWAY_SEED", str(random.SystemRandom().randrange(1 << 32))))
        chance = random.Random(seed)
        print(f"seed {seed}")
        self.change_and_run()
        for _ in range(int(os.environ.get("SLIPWAY_KILLS", "5"))):
            # The first event is the run as it is; the others come with our writes, if any are left to come.
            count = chance.randrange(1, 5)
            self.shell.run(f"timeout 2 kubectl get csur {self.run_name} -w -o name | head -n {count}")
            self.fleet.controllers.kill()
            self.fleet.controllers.start()
        self.await_approval_request()
        self.approve()
        self.fleet.controllers.kill()
        self.fleet.controllers.start()
        self.expect_finished()

    def test_fail_over_with_two_replicas(self):
        self.assertEqual(self.fleet.controllers.stop(), 0)
        replicas = [self.fleet.controllers_program(name, *ELECTION) for name in ("replica-a", "replica-b")]
        lease = "lease/136224848560.hub.fleet.azure.com -n fleet-system"
        try:
            replicas[0].start()
            self.shell.output(f"kubectl wait {lease} --for=create --timeout=30s")
            replicas[1].start()
            self.change_and_run()
            self.await_approval_request()
            replicas[0].kill()
            begin = time.monotonic()
            self.approve()
            self.expect_finished()
            print(f"finished {time.monotonic() - begin:.1f} s after the leader was killed; the lease is {LEASE_SECONDS} s")
        finally:
            for replica in replicas:
                replica.kill()
            self.shell.output(f"kubectl delete {lease}")
            self.fleet.controllers.start()

    def test_fail_over_with_two_agents_of_a_member(self):
        """The leader is killed in the middle of its member's update, or just before or after it."""
        seed = int(os.environ.get("SLIPWAY_SEED", str(random.SystemRandom().randrange(1 << 32))))
        print(f"seed {seed}")
        name = "member3"  # the canary stage's first: its update begins with the approval
        self.assertEqual(self.fleet.agents[name].stop(), 0)
        replicas = [self.fleet.agent_program(name, program, *ELECTION) for program in ("replica-a", "replica-b")]
        lease = f"--context {name} lease/136224848560.hub.fleet.azure.com -n fleet-system"
        try:
            replicas[0].start()
            self.shell.output(f"kubectl wait {lease} --for=create --timeout=30s")
            replicas[1].start()
            self.change_and_run()
            self.await_approval_request()
            self.approve()
            time.sleep(random.Random(seed).uniform(0, 0.1))
            replicas[0].kill()
            begin = time.monotonic()
            self.expect_finished()
            print(f"finished {time.monotonic() - begin:.1f} s after the agent was killed; the lease is {LEASE_SECONDS} s")
        finally:
            for replica in replicas:
                replica.kill()
            self.shell.output(f"kubectl delete {lease}")
            self.fleet.agents[name].start()

    def test_token_that_is_no_longer_good(self):
        """member3's service account is made anew: its old token is refused, until the file holds a new one."""
        account = f"kubectl -n {real.ACCOUNTS}"
        self.shell.output(f"{account} delete sa member3 && {account} create sa member3")
        self.fleet.hub.server.kill()  # takes with it the watches that were opened with the old token
        self.restart_server(self.fleet.hub)
        self.change_and_run()
        self.await_approval_request()
        self.approve()
        self.expect_waiting_in(stage=1)
        self.fleet.write_token("member3")
        self.expect_finished()


if __name__ == "__main__":
    unittest.main()
