"""Overrides and envelopes with real kubectl (placement 5 and 6; the numbers are those of 12.12 and 12.13)."""

import unittest

from fleet import Fleet, Shell, find_kubectls
from page import apply, wait_for
from remote import RemoteFleet

CONTENT = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: shop}
data: {size: small}
---
apiVersion: placement.kubernetes-fleet.io/v1beta1
kind: ResourceEnvelope
metadata: {name: wrapped, namespace: shop}
data:
  inside.yaml:
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: inside, namespace: shop}
    data: {size: small}
  quota.yaml:
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: only-elsewhere, namespace: shop}
---
apiVersion: placement.kubernetes-fleet.io/v1beta1
kind: ClusterResourcePlacement
metadata: {name: shop}
spec:
  resourceSelectors: [{group: "", version: v1, kind: Namespace, name: shop}]
  strategy: {type: External}
---
apiVersion: placement.kubernetes-fleet.io/v1beta1
kind: ClusterStagedUpdateStrategy
metadata: {name: all}
spec:
  stages: [{name: all, labelSelector: {}}]
"""
OVERRIDES = """\
apiVersion: placement.kubernetes-fleet.io/v1beta1
kind: ResourceOverride
metadata: {name: larger, namespace: shop}
spec:
  placement: {name: shop}
  resourceSelectors:
  - {group: "", version: v1, kind: ConfigMap, name: settings}
  - {group: "", version: v1, kind: ConfigMap, name: inside}
  policy:
    overrideRules:
    - clusterSelector:
        clusterSelectorTerms: [{labelSelector: {matchLabels: {kubernetes-fleet.io/member-name: member2}}}]
      jsonPatchOverrides:
      - {op: replace, path: /data/size, value: "VALUE"}
---
apiVersion: placement.kubernetes-fleet.io/v1beta1
kind: ResourceOverride
metadata: {name: elsewhere, namespace: shop}
spec:
  resourceSelectors: [{group: "", version: v1, kind: ConfigMap, name: only-elsewhere}]
  policy:
    overrideRules:
    - clusterSelector:
        clusterSelectorTerms: [{labelSelector: {matchLabels: {kubernetes-fleet.io/member-name: member2}}}]
      overrideType: Delete
"""
RUN = """\
apiVersion: placement.kubernetes-fleet.io/v1beta1
kind: ClusterStagedUpdateRun
metadata: {{name: {name}}}
spec: {{placementName: shop, stagedRolloutStrategyName: all, state: Run}}
"""
PROGRESSING = '{.status.conditions[?(@.type=="Progressing")].reason}'


class OnAFleet(unittest.TestCase):
    def use(self, fleet):
        self.fleet = fleet.__enter__()
        self.addCleanup(self.fleet.__exit__)
        self.shell = Shell(find_kubectls()[-1], self.fleet.kubeconfig)
        self.addCleanup(self.shell.close)
        self.shell.output("kubectl config use-context hub")
        self.shell.output("kubectl wait memberclusters --all --for=condition=Joined --timeout=60s")

    def roll_out(self, name):
        self.shell.output(apply(RUN.format(name=name)))
        self.shell.output(wait_for("csur", name, PROGRESSING, "UpdateRunSucceeded"))

    def sizes(self, name):
        """Of the ConfigMap, on both members."""
        command = f"kubectl --context {{}} -n shop get cm {name} -o jsonpath='{{{{.data.size}}}}'"
        return [self.shell.output(command.format(member)) for member in ("member1", "member2")]

    def binding(self):
        """Of member2."""
        bindings = self.shell.get("clusterresourcebindings")["items"]
        (binding,) = (one for one in bindings if one["spec"]["targetCluster"] == "member2")
        return binding

    def overridden(self):
        """What the binding of member2 says."""
        (condition,) = (one for one in self.binding()["status"]["conditions"] if one["type"] == "Overridden")
        return condition

    def play(self):
        self.shell.output(apply(CONTENT) + "\n" + apply(OVERRIDES.replace("VALUE", "${MEMBER-CLUSTER-NAME}").replace("$", "\\$")))
        self.roll_out("first")
        self.assertEqual(self.sizes("settings"), ["small", "member2"])  # 273, 283, 289
        self.assertEqual(self.sizes("inside"), ["small", "member2"])  # 290
        self.shell.output("kubectl --context member1 -n shop get cm only-elsewhere")
        self.assertEqual(self.shell.run("kubectl --context member2 -n shop get cm only-elsewhere").returncode, 1)  # 281
        self.assertEqual(self.shell.run("kubectl --context member1 get resourceenvelopes -A").returncode, 1)
        self.assertEqual(self.shell.run("kubectl -n shop get cm inside").returncode, 1)
        self.assertEqual(self.overridden()["reason"], "OverriddenSucceeded")
        works = self.shell.output("kubectl -n fleet-member-member2 get works -o name").split()
        self.assertEqual(len(works), 2, works)

        # An override that is edited is a new version, and waits for the next run (267).
        self.shell.output(apply(OVERRIDES.replace("VALUE", "large").split("---")[0]))
        latest = r"{.metadata.labels.kubernetes-fleet\.io/is-latest-snapshot}"
        for version, is_latest in (("larger-1", "true"), ("larger-0", "false")):
            self.shell.output(wait_for("resourceoverridesnapshots", version, latest, is_latest, "shop"))
        self.assertEqual(self.sizes("settings"), ["small", "member2"])
        self.roll_out("second")
        self.assertEqual((self.sizes("settings"), self.sizes("inside")), (["small", "large"], ["small", "large"]))

        # What cannot be applied is said, and nothing of it arrives (287).
        self.shell.output("""kubectl -n shop patch resourceoverride larger --type=json \\
            -p '[{"op":"replace","path":"/spec/policy/overrideRules/0/jsonPatchOverrides/0/path","value":"/data/none"}]'""")
        self.shell.output(apply(RUN.format(name="third")))
        path = '{.status.conditions[?(@.type=="Overridden")].reason}'
        self.shell.output(wait_for("clusterresourcebindings", self.binding()["metadata"]["name"], path, "OverriddenFailed"))
        self.assertIn("cannot be applied to ConfigMap shop/settings: operation 0", self.overridden()["message"])
        self.assertEqual(self.sizes("settings"), ["small", "large"])

        # 270; and without overrides everything is as on the hub again.
        self.shell.output("kubectl -n shop delete resourceoverrides --all --timeout=60s")
        self.assertEqual(self.shell.output("kubectl -n shop get resourceoverridesnapshots -o name"), "")
        self.shell.output("kubectl delete csur third --timeout=60s")
        self.roll_out("fourth")
        self.assertEqual((self.sizes("settings"), self.sizes("inside")), (["small", "small"], ["small", "small"]))
        self.assertEqual(self.overridden()["reason"], "NoOverrideSpecified")
        self.shell.output("kubectl --context member2 -n shop get cm only-elsewhere")

        # 332
        self.shell.output("kubectl -n shop delete resourceenvelope wrapped")
        self.roll_out("fifth")
        self.assertEqual(self.shell.output("kubectl --context member1 -n shop get cm -o name"), "configmap/settings\n")


class OverridesAndEnvelopes(OnAFleet):
    def setUp(self):
        self.use(Fleet(members=2))

    def test_a_staged_run_delivers_them(self):
        self.play()

    def test_what_is_refused(self):
        rows = [
            ("path: /data/size", "path: /kind", "kind cannot be overridden"),  # 294
            ("op: replace, path: /data/size", "op: remove, path: /data/size", "cannot have a value"),
        ]
        override = OVERRIDES.split("---")[0]
        self.shell.output("kubectl create ns shop")
        for old, new, message in rows:
            with self.subTest(message):
                done = self.shell.run(apply(override.replace(old, new)))
                self.assertEqual(done.returncode, 1, done.stdout)
                self.assertIn("fleet.resourceoverride.validating", done.stderr)
                self.assertIn(message, done.stderr)


class ByControllersOfTheirOwnProcess(OnAFleet):
    def setUp(self):
        self.use(RemoteFleet())

    def test_a_staged_run_delivers_them(self):
        self.play()


if __name__ == "__main__":
    unittest.main()
