"""From bare clusters to a finished rollout with `install` and `join` alone, on real Kubernetes: its authorizer and its check against
escalation are what proves that the rights suffice."""

import datetime
import json
import os
import pathlib
import random
import shutil
import subprocess
import tempfile
import unittest

import fleet as local
import page
import real
from audit import denials
from fleet import Shell, find_kubectls
from installed import LABELS, SYSTEM, Installed
from play import play
from real_cluster import Cluster, Etcd, kubeconfig

VALIDATING = "fleet-validating-webhook-configuration"
# As KubeFleet's hub agent leaves it behind (api 9.2).
WEBHOOKS = {
    "apiVersion": "admissionregistration.k8s.io/v1",
    "kind": "ValidatingWebhookConfiguration",
    "metadata": {"name": VALIDATING, "labels": {"admissions.enforcer/disabled": "true"}},
    "webhooks": [
        {
            "name": "fleet.membercluster.validating",
            "admissionReviewVersions": ["v1", "v1beta1"],
            "sideEffects": "None",
            "failurePolicy": "Fail",
            "timeoutSeconds": 5,
            "clientConfig": {
                "url": "https://fleetwebhook.fleet-system.svc.cluster.local:9443/validate-cluster.kubernetes-fleet.io-v1beta1-membercluster"
            },
            "rules": [
                {
                    "apiGroups": ["cluster.kubernetes-fleet.io"],
                    "apiVersions": ["v1beta1"],
                    "resources": ["memberclusters"],
                    "operations": ["CREATE", "UPDATE", "DELETE"],
                }
            ],
        }
    ],
}


@unittest.skipUnless(real.is_built(), real.NO_KUBERNETES)
class RealInstall(unittest.TestCase):
    def start(self, members):
        self.directory = tempfile.mkdtemp(prefix="slipway-install-")
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)
        self.kubectl = find_kubectls()[-1]
        etcd = Etcd(self.directory)
        self.addCleanup(etcd.program.kill)
        self.hub = Cluster("hub", etcd, self.directory)
        self.clusters = {"hub": self.hub, **{name: Cluster(name, etcd, self.directory, nodes=1) for name in members}}
        for cluster in self.clusters.values():
            for program in cluster.programs():
                self.addCleanup(program.kill)
        etcd.start()
        for cluster in self.clusters.values():
            cluster.start_server()
        for cluster in self.clusters.values():
            cluster.await_server()
            cluster.start_helpers()
        path = os.path.join(self.directory, "kubeconfig")
        pathlib.Path(path).write_text(kubeconfig({name: cluster.context() for name, cluster in self.clusters.items()}))
        self.fleet = Installed(path, self.kubectl, self.directory, self.hub.url, self.account_user)
        self.addCleanup(self.fleet.close)
        return self.fleet

    def account_user(self, context, account):
        token = self.fleet.run_kubectl(context, "create", "token", account, "-n", SYSTEM, "--duration=1h")
        return {"token": token.strip()}

    def test_from_bare_clusters_to_a_finished_rollout(self):
        fleet = self.start(tuple(LABELS))
        code, _, text = fleet.slipway(*fleet.join_arguments("member1"))
        self.assertEqual(code, 1, text)
        self.assertIn("slipway install hub", text)
        fleet.must("install", "hub", "--context", "hub")
        self.assertIn("nothing to change", fleet.must("install", "hub", "--context", "hub"))
        fleet.start_controllers()
        for name in LABELS:
            fleet.must(*fleet.join_arguments(name, "--wait", "0s"))
            fleet.start_agent(name)
        for name in LABELS:
            text = fleet.must(*fleet.join_arguments(name, "--wait", "60s"))
            self.assertEqual(text.count("nothing to change"), 2, text)
        joined = datetime.datetime.now(datetime.timezone.utc).isoformat()
        # Their pods run, as far as kwok says: the image, the volumes and the security context are accepted.
        for name in LABELS:
            fleet.run_kubectl(name, "-n", SYSTEM, "wait", "deployment/slipway-agent", "--for=condition=Available", "--timeout=60s")
        shell = Shell(self.kubectl, fleet.kubeconfig)
        self.addCleanup(shell.close)
        try:
            play(shell, page.cluster_scope("2s") + page.namespace_scope("2s"), compare_recorded=False)
        except AssertionError as error:
            self.fail(f"{error}\n{fleet.logs()}\n{denials(self.clusters.values(), joined)}")
        self.assertEqual(denials(self.clusters.values(), joined), [], fleet.logs())
        for name in self.clusters:  # the rights allow it, and the server takes it
            events = fleet.get(name, "events", "-n", SYSTEM, "--field-selector", "reason=LeaderElection")["items"]
            self.assertTrue(events and all(event["message"].endswith(" became leader") for event in events), name)
        text = fleet.must("leave", "member3", "--hub-context", "hub", "--member-context", "member3", "--wait", "60s")
        self.assertIn("✓ member3 has left", text)
        accounts = fleet.get("hub", "serviceaccounts", "-n", SYSTEM, "-l", "app.kubernetes.io/managed-by=slipway")["items"]
        self.assertEqual(len(accounts), 3, "the controllers' and two members'")

    def test_a_role_without_a_wish_to_escalate(self):
        """Whoever installs must be able to hand out the rights; who may everything but that is told so, before any write."""
        fleet = self.start(())
        rule = {"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list", "watch", "create", "update", "patch", "delete"]}
        self.hub.authority.issue("writer", "CN=writer")
        self.hub.request(
            "POST",
            "/apis/rbac.authorization.k8s.io/v1/clusterroles",
            {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "writer"}, "rules": [rule]},
        )
        fleet.run_kubectl("hub", "create", "clusterrolebinding", "writer", "--clusterrole=writer", "--user=writer")
        path = os.path.join(self.directory, "writer")
        pathlib.Path(path).write_text(kubeconfig({"hub": self.hub.context("writer")}))
        code, _, text = fleet.slipway("install", "hub", "--kubeconfig", path)
        self.assertEqual(code, 9, text)
        self.assertIn("you may not hand out what you do not have: * *.cluster.kubernetes-fleet.io", text)
        self.assertEqual(fleet.get("hub", "crd")["items"], [])

    def test_join_killed_again_and_again(self):
        """Each run is killed somewhere; the last one ends what the others began, and there is one of everything."""
        fleet = self.start(("member1",))
        fleet.must("install", "hub", "--context", "hub")
        seed = int(os.environ.get("SLIPWAY_SEED", str(random.SystemRandom().randrange(1 << 32))))
        print(f"seed {seed}")
        draw = random.Random(seed)
        killed = 0
        command = [local.SLIPWAY, *fleet.join_arguments("member1", "--wait", "0s")]
        for _ in range(8):
            process = subprocess.Popen(
                command, env=dict(os.environ, KUBECONFIG=fleet.kubeconfig), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            try:
                process.wait(draw.uniform(0.02, 0.3))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                killed += 1
        print(f"{killed} of 8 were killed")
        fleet.must(*fleet.join_arguments("member1", "--wait", "0s"))
        fleet.start_controllers()
        fleet.start_agent("member1")
        text = fleet.must(*fleet.join_arguments("member1", "--wait", "60s"))
        self.assertEqual(text.count("nothing to change"), 2, text)
        # A new token: the old one's Secret is deleted, and join hands out the next.
        before = fleet.get("member1", "secret", "slipway-hub", "-n", SYSTEM)["data"]["token"]
        fleet.run_kubectl("hub", "delete", "secret", "member1-hub-cluster-access-token", "-n", SYSTEM)
        fleet.must(*fleet.join_arguments("member1", "--wait", "0s"))
        after = fleet.get("member1", "secret", "slipway-hub", "-n", SYSTEM)["data"]["token"]
        self.assertNotEqual(before, after)

    def test_webhooks_of_a_kubefleet_that_is_gone(self):
        fleet = self.start(())
        fleet.must("install", "hub", "--context", "hub")
        fleet.run_kubectl("hub", "create", "-f", "-", text=json.dumps(WEBHOOKS))
        before = fleet.get("hub", "validatingwebhookconfigurations", VALIDATING)["webhooks"]
        code, _, text = fleet.slipway("install", "hub", "--context", "hub")
        self.assertEqual(code, 1, text)
        self.assertIn(f"{VALIDATING} refuses every write to memberclusters", text)
        self.assertIn("slipway install hub --adopt", text)
        self.assertIn(VALIDATING, fleet.must("install", "hub", "--context", "hub", "--adopt"))
        self.assertEqual(fleet.get("hub", "validatingwebhookconfigurations")["items"], [])
        fleet.must("install", "hub", "--context", "hub", "--adopt")
        code, config, text = fleet.slipway("join", "member1", "--hub-context", "hub", "-o", "kubeconfig")
        self.assertEqual(code, 0, text)
        self.assertIn("token: ", config)
        self.check_a_member_keeps_its_account(fleet)
        fleet.must("install", "hub", "--context", "hub", "--unadopt")
        self.assertEqual(fleet.get("hub", "validatingwebhookconfigurations", VALIDATING)["webhooks"], before)
        code, _, text = fleet.slipway("install", "hub", "--context", "hub", "--unadopt")
        self.assertEqual(code, 2, text)

    def check_a_member_keeps_its_account(self, fleet):
        """One that KubeFleet's scripts made, under a name of theirs."""
        fleet.run_kubectl("hub", "create", "serviceaccount", "theirs")
        member = {
            "apiVersion": "cluster.kubernetes-fleet.io/v1beta1",
            "kind": "MemberCluster",
            "metadata": {"name": "member2"},
            "spec": {"identity": {"kind": "ServiceAccount", "name": "theirs", "namespace": "default"}},
        }
        fleet.run_kubectl("hub", "create", "-f", "-", text=json.dumps(member))
        code, config, text = fleet.slipway("join", "member2", "--hub-context", "hub", "-o", "kubeconfig")
        self.assertEqual(code, 0, text)
        path = os.path.join(self.directory, "theirs")
        pathlib.Path(path).write_text(config)
        who = subprocess.run(
            [self.kubectl, "--kubeconfig", path, "auth", "whoami", "-o", "json"], capture_output=True, text=True, timeout=60
        )
        self.assertIn("system:serviceaccount:default:theirs", who.stdout, who.stderr)


if __name__ == "__main__":
    unittest.main()
