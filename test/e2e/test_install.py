"""install, join and leave against the API servers of `slipway up`, which enforce RBAC; and a rollout with the rights they gave."""

import base64
import datetime
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import fleet as local
import page
from fleet import Shell, find_kubectls
from installed import LABELS, Installed, InstalledServers
from play import play


class Install(unittest.TestCase):
    def setUp(self):
        self.servers = InstalledServers(members=len(LABELS))
        self.servers.up()
        self.addCleanup(self.servers.__exit__)
        kubectl = find_kubectls()[-1]
        servers = self.servers
        self.fleet = Installed(
            servers.kubeconfig, kubectl, servers.data_dir, servers.server(), servers.account_user, servers.join_flags
        )
        self.addCleanup(self.fleet.close)
        self.fleet.run_kubectl("hub", "delete", "memberclusters", "--all")  # `up` made them; here `join` does

    def replicas(self):
        return self.fleet.get("hub", "deployment", "slipway-controllers", "-n", "fleet-system")["spec"]["replicas"]

    def test_a_rollout_with_no_other_rights(self):
        fleet = self.fleet
        self.assertIn("would make", fleet.must("install", "hub", "--context", "hub", "--dry-run"))
        self.assertIn("deployment fleet-system/slipway-controllers", fleet.must("install", "hub", "--context", "hub"))
        fleet.run_kubectl("hub", "-n", "fleet-system", "scale", "deployment/slipway-controllers", "--replicas=3")
        self.assertIn("nothing to change", fleet.must("install", "hub", "--context", "hub"))
        self.assertEqual(self.replicas(), 3, "they are the administrator's")
        fleet.must("install", "hub", "--context", "hub", "--replicas", "2")
        self.assertEqual(self.replicas(), 2)
        fleet.start_controllers()
        for name in LABELS:
            fleet.must(*fleet.join_arguments(name, "--wait", "0s"))
            fleet.start_agent(name)
        for name in LABELS:
            text = fleet.must(*fleet.join_arguments(name, "--wait", "60s"))
            self.assertEqual(text.count("nothing to change"), 2, text)
            self.assertIn(f"✓ {name} has joined", text)
        joined = datetime.datetime.now(datetime.timezone.utc).isoformat()
        shell = Shell(fleet.kubectl, fleet.kubeconfig)
        self.addCleanup(shell.close)
        try:
            play(shell, page.cluster_scope("2s"), compare_recorded=False)
        except AssertionError as error:
            self.fail(f"{error}\n{fleet.logs()}")
        self.assertEqual(fleet.refusals(joined), [])

        text = fleet.must("leave", "member3", "--hub-context", "hub", "--member-context", "member3", "--wait", "60s")
        self.assertIn("✓ member3 has left", text)
        names = [one["metadata"]["name"] for one in fleet.get("hub", "memberclusters")["items"]]
        self.assertEqual(names, ["member1", "member2"])
        self.assertEqual(fleet.get("member3", "deployments", "-n", "fleet-system")["items"], [])
        self.assertIn("the hub has no member", fleet.must("leave", "member3", "--hub-context", "hub"))
        # The token of an account that was not ours, of a leave that was interrupted; and one of another member.
        for name in ("member3", "member2"):
            labels = {"app.kubernetes.io/managed-by": "slipway", "app.kubernetes.io/instance": name}
            annotations = {"kubernetes.io/service-account.name": "robot"}
            metadata = {"name": f"robot-of-{name}", "namespace": "default", "labels": labels, "annotations": annotations}
            secret = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": "kubernetes.io/service-account-token"}
            fleet.run_kubectl("hub", "create", "-f", "-", text=json.dumps(secret))
        self.assertIn("removed  secret default/robot-of-member3", fleet.must("leave", "member3", "--hub-context", "hub"))
        names = [one["metadata"]["name"] for one in fleet.get("hub", "secrets", "-n", "default")["items"]]
        self.assertEqual(names, ["robot-of-member2"])

    def test_what_is_wrong_is_said_before_anything_is_written(self):
        fleet = self.fleet
        # A cluster that is no hub.
        code, _, text = fleet.slipway("join", "member1", "--hub-context", "member2", "-o", "kubeconfig")
        self.assertEqual(code, 1, text)
        self.assertIn("does not serve MemberClusters", text)
        # Nobody's rights.
        config = json.loads(fleet.run_kubectl("hub", "config", "view", "--raw", "-o", "json"))
        for user in config["users"]:
            user["user"] = fleet.account_user("hub", "nobody")
        path = os.path.join(fleet.directory, "kubeconfig-of-nobody")
        pathlib.Path(path).write_text(json.dumps(config))
        for arguments in (
            ["install", "hub", "--kubeconfig", path, "--context", "hub"],
            ["install", "member", "--kubeconfig", path, "--context", "member1"],
            fleet.join_arguments("member1", "--member-kubeconfig", path),
            fleet.join_arguments("member1", "--hub-kubeconfig", path),
        ):
            with self.subTest(arguments=arguments):
                code, _, text = fleet.slipway(*arguments)
                self.assertEqual(code, 9, text)
                self.assertIn("you may not: ", text)
                self.assertIn("nothing was written", text)
        self.assertEqual(fleet.get("hub", "memberclusters")["items"], [])
        # Another identity, another cluster's name.
        fleet.must(*fleet.join_arguments("member1", "--wait", "0s"))
        both = ["--member-context", "member1", "--hub-context", "hub"]
        code, _, text = fleet.slipway("join", "member2", *both, "--hub-address", fleet.hub_url)
        self.assertEqual(code, 8, text)
        self.assertIn("a member already, under the name member1", text)
        code, _, text = fleet.slipway("join", "member1", "-o", "kubeconfig", "--hub-context", "hub")
        self.assertEqual(code, 8, text)
        self.assertIn("with another identity: User 'fleet-member-agent:member1'", text)
        code, _, text = fleet.slipway("leave", "member2", *both)
        self.assertEqual(code, 2, text)
        self.assertIn("is the member member1, not member2", text)
        # Another hub, which has a member of that name too.
        other = base64.b64encode(b"another cluster").decode()
        secret = ["secret", "slipway-hub", "-n", "fleet-system"]
        fleet.run_kubectl("member1", "patch", *secret, "--type=merge", "-p", json.dumps({"data": {"hub-id": other}}))
        code, _, text = fleet.slipway("leave", "member1", *both)
        self.assertEqual(code, 2, text)
        self.assertIn("is a member of another hub, which its agent finds at https://", text)
        self.assertIn("nothing was written", text)
        code, _, text = fleet.slipway(*fleet.join_arguments("member1", "--wait", "0s"))
        self.assertEqual(code, 8, text)
        self.assertIn("is a member of another hub", text)
        self.assertEqual(len(fleet.get("hub", "memberclusters")["items"]), 1)
        self.assertEqual(fleet.get("member1", *secret)["data"]["hub-id"], other)

    def test_two_join_one_cluster_at_the_same_time(self):
        """One of them has it, whichever; the other one is told, and takes nothing back that is not its own."""
        fleet = self.fleet
        environment = dict(os.environ, KUBECONFIG=fleet.kubeconfig)
        common = ["--member-context", "member1", "--hub-context", "hub", "--hub-address", fleet.hub_url, "--wait", "0s"]
        runs = {
            name: subprocess.Popen(
                [local.SLIPWAY, "join", name, *common, *fleet.join_flags("member1")], env=environment, stderr=subprocess.PIPE, text=True
            )
            for name in ("one", "two")
        }
        texts = {name: run.communicate(timeout=60)[1] for name, run in runs.items()}
        codes = {name: run.returncode for name, run in runs.items()}
        self.assertEqual(sorted(codes.values()), [0, 8], texts)
        winner = next(name for name, code in codes.items() if code == 0)
        loser = next(name for name, code in codes.items() if code == 8)
        self.assertIn(f"under the name {winner}", texts[loser])
        data = fleet.get("member1", "secret", "slipway-hub", "-n", "fleet-system")["data"]
        self.assertEqual(base64.b64decode(data["member-name"]).decode(), winner)

    def test_an_agent_outside_its_cluster(self):
        """join -o kubeconfig gives what `slipway agent` takes."""
        fleet = self.fleet
        fleet.must("install", "hub", "--context", "hub")
        fleet.start_controllers()
        arguments = ["join", "member1", "-o", "kubeconfig", "--hub-context", "hub", *fleet.join_flags("member1")]
        code, config, text = fleet.slipway(*arguments)
        self.assertEqual(code, 0, text)
        path = os.path.join(fleet.directory, "hub-for-member1")
        pathlib.Path(path).write_text(config)
        command = ["agent", "--hub-kubeconfig", path, "--member-name", "member1", "--member-kubeconfig", fleet.kubeconfig]
        fleet._start("agent-member1", command + ["--member-context", "member1"])
        fleet.run_kubectl("hub", "wait", "membercluster/member1", "--for=condition=Joined", "--timeout=60s")
        self.assertEqual(fleet.get("member1", "deployments", "-A")["items"], [])

    def test_unreachable(self):
        self.servers.kill()
        code, _, text = self.fleet.slipway("install", "hub", "--context", "hub")
        self.assertEqual(code, 10, text)


class Print(unittest.TestCase):
    def test_yaml_needs_no_cluster(self):
        with tempfile.TemporaryDirectory() as home:
            for what, kind in (("hub", "slipway-controllers"), ("member", "slipway-agent")):
                environment = {"HOME": home, "PATH": os.environ["PATH"]}
                done = subprocess.run(
                    [local.SLIPWAY, "install", what, "-o", "yaml"], env=environment, capture_output=True, text=True, timeout=30
                )
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn(f"serviceAccountName: {kind}", done.stdout)


if __name__ == "__main__":
    unittest.main()
