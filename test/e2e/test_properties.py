"""What members say of themselves, by the flags of their agents, and who reads it: ClusterProfiles, and ResourcePlacements that
look for their namespace."""

import base64
import json
import pathlib
import subprocess
import time
import unittest

from fleet import find_kubectls
from remote import RemoteFleet

AZURE = ["--property-provider=azure", "--enable-namespace-collection-in-property-provider", "--region=eastus"]
FLAGS = {"member1": AZURE, "member2": [], "member3": ["--property-provider=none"]}
COST = "AKSClusterCostPropertiesCollectionSucceeded"
PLACEMENT = """
apiVersion: placement.kubernetes-fleet.io/v1beta1
kind: ResourcePlacement
metadata: {name: app, namespace: app}
spec:
  resourceSelectors: [{group: "", version: v1, kind: ConfigMap, name: one}]
  policy: {placementType: PickAll}
"""


class FlaggedFleet(RemoteFleet):
    def agent_arguments(self, name):
        return super().agent_arguments(name) + FLAGS[name]


class Properties(unittest.TestCase):
    def kubectl(self, *arguments, context="hub", given=None):
        command = [find_kubectls()[-1], "--kubeconfig", self.fleet.kubeconfig, "--context", context, *arguments]
        done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=90)
        self.assertEqual(done.returncode, 0, f"{arguments}: {done.stderr}\n{self.fleet.logs()}")
        return done.stdout

    def status(self, kind, *name):
        return json.loads(self.kubectl("get", kind, *name, "-o", "json")).get("status", {})

    def profile(self, name):
        return self.status("clusterprofile", name, "-n", "fleet-system")

    def eventually(self, what, is_so):
        end = time.monotonic() + 60
        while not is_so():
            self.assertLess(time.monotonic(), end, f"{what}\n{self.fleet.logs()}")
            time.sleep(0.2)

    def places(self):
        bindings = json.loads(self.kubectl("get", "resourcebindings", "-n", "app", "-o", "json"))["items"]
        return {one["spec"]["targetCluster"] for one in bindings if one["spec"]["state"] in ("Scheduled", "Bound")}

    def test_what_members_say(self):
        with FlaggedFleet() as self.fleet:
            self.kubectl("wait", "memberclusters", "--all", "--for=condition=Joined", "--timeout=60s")
            self.properties()
            self.profiles()
            self.namespaces()

    def properties(self):
        names = lambda status: {name: one["value"] for name, one in status["properties"].items()}
        conditions = lambda status: {one["type"]: (one["status"], one["reason"]) for one in status["conditions"]}
        has_nodes = lambda name: names(self.status("membercluster", name))["kubernetes-fleet.io/node-count"] != "0"
        for name in FLAGS:
            self.eventually(f"{name} has nodes", lambda name=name: has_nodes(name))
        azure = self.status("membercluster", "member1")
        self.assertEqual(names(azure)["kubernetes.azure.com/vm-sizes/undefined/count"], names(azure)["kubernetes-fleet.io/node-count"])
        self.assertEqual(names(azure)["k8s.io/k8s-version"], "v1.33.0+slipway")
        self.assertFalse([name for name in names(azure) if name.endswith("cost")])
        self.assertEqual(set(azure["resourceUsage"]["capacity"]), {"cpu", "memory"})
        self.assertEqual(conditions(azure)[COST], ("False", "CostsCalculationFailed"))
        self.assertEqual(conditions(azure)["ClusterPropertyProviderStarted"], ("True", "Started"))
        self.assertEqual(conditions(azure)["NamespaceCollectionSucceeded"], ("True", "Succeeded"))
        self.assertEqual(self.fleet.agents["member1"].log().count("no list of prices"), 1)
        plain = self.status("membercluster", "member2")
        self.assertEqual(conditions(plain)["ClusterPropertyCollectionSucceeded"], ("True", "PropertiesCollected"))
        self.assertGreaterEqual(set(plain["resourceUsage"]["available"]), {"cpu", "memory", "pods"})
        self.assertTrue(names(plain)["k8s.io/cluster-entrypoint"].endswith("/clusters/member2"))
        none = self.status("membercluster", "member3")
        self.assertEqual(set(names(none)), {"kubernetes-fleet.io/node-count"})
        self.assertFalse(set(conditions(none)) - {"ReadyToJoin", "Joined"})

    def profiles(self):
        authority = pathlib.Path(self.fleet.servers.data_dir, "pki/ca.crt").read_text()
        for name in ("member1", "member2"):
            self.eventually(f"{name}'s version is known", lambda name=name: "version" in self.profile(name))
            status = self.profile(name)
            self.assertEqual(status["version"]["kubernetes"], "v1.33.0+slipway")
            cluster = status["accessProviders"][0]["cluster"]
            self.assertTrue(cluster["server"].endswith(f"/clusters/{name}"))
            self.assertIn(base64.b64decode(cluster["certificate-authority-data"]).decode(), authority)
        self.assertNotIn("version", self.profile("member3"))

    # Placement 3.12: only member1 says which namespaces it has.
    def namespaces(self):
        self.kubectl("create", "namespace", "app")
        self.kubectl("create", "configmap", "one", "-n", "app")
        self.kubectl("apply", "-f", "-", given=PLACEMENT)
        self.eventually("placed where nobody says", lambda: self.places() == {"member2", "member3"})
        self.kubectl("create", "namespace", "app", context="member1")
        self.eventually("placed where the namespace came", lambda: self.places() == set(FLAGS))
        stored = self.status("memberclusters.v1beta1.cluster.kubernetes-fleet.io", "member1")  # v1 does not have them
        self.assertEqual(stored["namespaces"]["app"], "")


if __name__ == "__main__":
    unittest.main()
