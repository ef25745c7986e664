"""Our controllers and agents started on a hub that KubeFleet left at each recorded step of the page: they write nothing to a
Work, make no snapshot, and the page goes on from there to its end. All steps with SLIPWAY_ALL=1, else a few."""

import os
import unittest

import page
import takeover
from fleet import Shell, find_kubectls
from play import play
from remote import RemoteFleet

JOINED = "kubectl wait memberclusters --all --for=condition=Joined --timeout=60s"
# Scheduled after everything else on the hub was looked at: keys are served in the order they came.
MARKER = """kubectl create ns marker && kubectl apply -f - << EOF
apiVersion: placement.kubernetes-fleet.io/v1beta1
kind: ClusterResourcePlacement
metadata:
  name: marker
spec:
  resourceSelectors:
    - {group: "", version: v1, kind: Namespace, name: marker}
  policy: {placementType: PickAll}
  strategy: {type: External}
EOF
kubectl wait crp marker --for=condition=ClusterResourcePlacementScheduled --timeout=60s"""
# A write to one of these would be a rollout, or lead to one.
LEFT_ALONE = ("works", "clusterresourcesnapshots", "resourcesnapshots", "clusterschedulingpolicysnapshots", "schedulingpolicysnapshots")
RECORDINGS = {
    "cluster": "c01-placement c02-initialized c03-staging-done c04-waiting-before-canary c05-waiting-after-canary c06-succeeded "
    "c07-stopped c08-resumed c09-second-succeeded c10-rolled-back",
    "namespace": "n01-placement n-v1-20 n-v1-21 n-rollback n05-end",
}


def page_around(name):
    """The steps of the page up to the recorded one, and those after it."""
    steps = page.cluster_scope("2s") if name.startswith("cluster/") else page.namespace_scope("2s")
    position = [step.recorded for step in steps].index(name)
    return steps[: position + 1], steps[position + 1 :]


def applied_on(member, work):
    """The members are empty at first: waits until what was placed is there (again)."""
    wait = f"kubectl --context {member} wait --timeout=60s appliedworks/{work}"
    return f"{wait} --for=create && {wait} --for=jsonpath='{{.status.appliedResources}}'"


class TakesOver:
    """What `Takeover` checks, on any fleet: controllers, agents, products(), kubeconfig, logs()."""

    def take_over(self, fleet, name):
        shell = Shell(find_kubectls()[-1], fleet.kubeconfig)
        try:
            shell.output(JOINED)
            self.stop_products(fleet)
            before_it, after_it = page_around(name)
            recording = takeover.Recording(name)
            for step in before_it:  # what the user has made
                if step.command.startswith(("kubectl create ", "kubectl expose ")):
                    shell.output(step.command)
            takeover.load(shell, recording)
            kinds = [kind for kind in recording.kinds() if kind in LEFT_ALONE]
            before = takeover.versions(shell, kinds)
            fleet.controllers.start()
            shell.output(MARKER)
            after = takeover.versions(shell, kinds)
            self.assertEqual({key: value for key, value in after.items() if not key[2].startswith("marker-")}, before)
            shell.output("kubectl delete crp marker --wait && kubectl delete ns marker --wait")
            for agent in fleet.agents.values():
                agent.start()
            for work in recording.objects.get("works", []):
                shell.output(applied_on(work["metadata"]["namespace"].removeprefix("fleet-member-"), work["metadata"]["name"]))
            play(shell, after_it, compare_recorded=False)
            after = takeover.versions(shell, kinds)
            for key, (uid, _) in before.items():
                self.assertEqual(after[key][0], uid, key)
            self.stop_products(fleet)
        except AssertionError as error:
            self.fail(f"{name}: {error}\n{fleet.logs()}")
        finally:
            shell.close()

    def stop_products(self, fleet):
        for program in fleet.products():
            self.assertEqual(program.stop(), 0, program.log())

    @classmethod
    def add_tests(cls, make_fleet, some):
        """One for each recording, so that each has its own fleet, time and verdict; without SLIPWAY_ALL=1 only `some`."""

        def add(name):
            def test(self):
                with make_fleet() as fleet:
                    self.take_over(fleet, name)

            setattr(cls, "test_" + name.replace("/", "_").replace("-", "_"), test)

        for folder, names in RECORDINGS.items():
            for name in (f"{folder}/{short}" for short in names.split()):
                if name in some or os.environ.get("SLIPWAY_ALL") == "1":
                    add(name)


class Takeover(TakesOver, unittest.TestCase):
    pass


Takeover.add_tests(RemoteFleet, ("cluster/c08-resumed",))

if __name__ == "__main__":
    unittest.main()
