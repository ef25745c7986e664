"""Evictions and disruption budgets with real kubectl (placement 7; the numbers are those of 12.14)."""

import pathlib
import unittest

import tables
from fleet import Fleet, Shell, find_kubectls
from page import apply
from remote import RemoteFleet

PLACEMENT = """\
apiVersion: placement.kubernetes-fleet.io/v1beta1
kind: ClusterResourcePlacement
metadata: {{name: {name}}}
spec:
  policy: {policy}
  resourceSelectors: [{{group: "", version: v1, kind: Namespace, name: {name}}}]
"""
EVICTION = """\
---
apiVersion: placement.kubernetes-fleet.io/v1beta1
kind: ClusterResourcePlacementEviction
metadata: {{name: {name}}}
spec: {{placementName: {placement}, clusterName: {cluster}}}
"""
BUDGET = """\
apiVersion: placement.kubernetes-fleet.io/v1beta1
kind: ClusterResourcePlacementDisruptionBudget
metadata: {{name: {name}}}
spec: {{{bound}}}
"""
CORDON = """kubectl patch membercluster {} --type=merge -p '{{"spec":{{"taints":[{{"key":"cordon","effect":"NoSchedule"}}]}}}}'"""
EXECUTED = '{.status.conditions[?(@.type=="Executed")].status}{"\\n"}'


class OnAFleet(unittest.TestCase):
    def use(self, fleet):
        self.fleet = fleet.__enter__()
        self.addCleanup(fleet.__exit__)
        self.shell = Shell(find_kubectls()[-1], fleet.kubeconfig)
        self.addCleanup(self.shell.close)
        self.shell.output("kubectl config use-context hub")
        self.shell.output("kubectl wait memberclusters --all --for=condition=Joined --timeout=60s")

    def place(self, name, policy):
        self.shell.output(f"kubectl create ns {name}")
        self.shell.output(apply(PLACEMENT.format(name=name, policy=policy)))
        self.shell.output(f"kubectl wait crp/{name} --for=condition=ClusterResourcePlacementAvailable --timeout=60s")

    def bindings(self, placement):
        found = self.shell.get("clusterresourcebindings", arguments=f"-l kubernetes-fleet.io/parent-CRP={placement}")["items"]
        return {one["spec"]["targetCluster"]: one["metadata"]["name"] for one in found}

    def evict(self, placement, *clusters):
        """What Executed says of each, in order."""
        documents = (EVICTION.format(name=f"{placement}-{one}", placement=placement, cluster=one) for one in clusters)
        self.shell.output(apply("".join(documents)))
        for one in clusters:
            self.wait(f"crpe --field-selector metadata.name={placement}-{one}", EXECUTED, "'True|False'")
        found = (self.shell.get("crpe", arguments=f"{placement}-{one}") for one in clusters)
        return [{c["type"]: c for c in one["status"]["conditions"]}["Executed"] for one in found]

    def wait(self, what, path, value):
        self.shell.output(f"grep -qxEm1 {value} <(exec timeout 60 kubectl get {what} -w -o jsonpath='{path}' 2>/dev/null)")

    def play_evictions_within_a_budget(self):
        self.place("web", "{placementType: PickAll}")
        bindings = self.bindings("web")
        self.assertEqual(sorted(bindings), ["member1", "member2", "member3"])
        for member in bindings:
            self.shell.output(CORDON.format(member))

        (executed,) = self.evict("web", "member1")  # 342, 356
        self.assertEqual((executed["status"], executed["reason"]), ("True", "ClusterResourcePlacementEvictionExecuted"))
        self.shell.output(f"kubectl wait --for=delete clusterresourcebinding/{bindings['member1']} --timeout=60s")
        self.shell.output("kubectl --context member1 wait --for=delete ns/web --timeout=60s")
        self.assertEqual(sorted(self.bindings("web")), ["member2", "member3"])

        self.shell.output(apply(BUDGET.format(name="web", bound="minAvailable: 2")))
        (executed,) = self.evict("web", "member2")  # 350
        self.assertEqual((executed["status"], executed["reason"]), ("False", "ClusterResourcePlacementEvictionNotExecuted"))
        self.assertIn("2 of 2 bindings available", executed["message"])
        self.assertEqual(sorted(self.bindings("web")), ["member2", "member3"])

        self.shell.output("kubectl delete crpe web-member2")
        self.shell.output(apply(BUDGET.format(name="web", bound="minAvailable: 1")))
        results = self.evict("web", "member2", "member3")  # the last allowed disruption is one eviction's
        self.assertEqual(sorted(one["status"] for one in results), ["False", "True"])
        gone, kept = sorted(("member2", "member3"), key=lambda one: results[int(one[-1]) - 2]["status"] == "False")
        self.shell.output(f"kubectl wait --for=delete clusterresourcebinding/{bindings[gone]} --timeout=60s")
        self.assertEqual(self.bindings("web"), {kept: bindings[kept]})
        rows = [["web-member1", "True", "True"], [f"web-{gone}", "True", "True"], [f"web-{kept}", "True", "False"]]
        printed = self.shell.output("kubectl get crpe")
        self.assertIsNone(tables.check(printed, ["NAME", "VALID", "EXECUTED"], sorted(rows)))


class Evictions(OnAFleet):
    def setUp(self):
        self.use(Fleet(members=3))

    def test_evictions_within_a_budget(self):
        self.play_evictions_within_a_budget()

    def test_without_a_taint_the_cluster_is_picked_again(self):  # 355
        self.place("one", "{placementType: PickN, numberOfClusters: 1}")
        ((cluster, binding),) = self.bindings("one").items()
        for member in {"member1", "member2", "member3"} - {cluster}:
            self.shell.output(CORDON.format(member))
        (executed,) = self.evict("one", cluster)
        self.assertEqual(executed["status"], "True")
        self.shell.output(f"kubectl wait --for=delete clusterresourcebinding/{binding} --timeout=60s")
        available = '{.status.conditions[?(@.type=="Available")].status}{"\\n"}'
        self.wait("clusterresourcebindings -l kubernetes-fleet.io/parent-CRP=one", available, "True")
        self.assertEqual(list(self.bindings("one")), [cluster])
        self.assertNotEqual(self.bindings("one")[cluster], binding)
        self.shell.output(f"kubectl --context {cluster} get ns one")

    def test_what_cannot_work(self):
        (pathlib.Path(self.shell.work) / "fixed.yaml").write_text(EVICTION.format(name="e", placement="fixed", cluster="member1"))
        self.place("fixed", "{placementType: PickFixed, clusterNames: [member1]}")
        done = self.shell.run("kubectl apply -f fixed.yaml 2>&1")  # 357
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("PickFixed is not supported", done.stdout)
        self.place("all", "{placementType: PickAll}")
        (pathlib.Path(self.shell.work) / "all.yaml").write_text(BUDGET.format(name="all", bound="maxUnavailable: 1"))
        done = self.shell.run("kubectl apply -f all.yaml 2>&1")  # 358
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("maxUnavailable is not supported", done.stdout)
        self.shell.output(apply(EVICTION.format(name="none", placement="nosuch", cluster="member1")))  # 335
        self.wait("crpe", '{.status.conditions[?(@.type=="Valid")].reason}{"\\n"}', "ClusterResourcePlacementEvictionInvalid")


class RemoteEvictions(OnAFleet):
    def setUp(self):
        self.use(RemoteFleet())

    def test_evictions_within_a_budget(self):
        self.play_evictions_within_a_budget()

    def test_turned_off(self):  # 11.1
        self.assertEqual(self.fleet.controllers.stop(), 0)
        names = ("evictions", "disruptionbudgets")
        self.shell.output("kubectl delete crd " + " ".join(f"clusterresourceplacement{one}.placement.kubernetes-fleet.io" for one in names))
        self.fleet.controllers.start()
        self.assertNotEqual(self.fleet.controllers.process.wait(30), 0)
        self.assertIn("clusterresourceplacementevictions.placement.kubernetes-fleet.io", self.fleet.controllers.log())
        self.fleet.controllers.arguments.append("--enable-eviction-apis=false")
        self.fleet.controllers.start()
        self.place("web", "{placementType: PickAll}")


if __name__ == "__main__":
    unittest.main()
