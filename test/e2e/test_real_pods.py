"""docs/kubernetes.md word for word, with pods that really run: what `install` and `join` put into the Deployments is what our programs
get, and nothing else: no flag, no variable, no file, no right. kubelet.py says what is like a kubelet's there and what is not."""

import contextlib
import datetime
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time
import unittest

import fleet as local
import page
import pod_image
import real
from audit import denials, needless_writes
from fleet import Shell, find_kubectls
from installed import SYSTEM
from kubelet import Kubelet
from pod_network import Networks, can_be_made
from real_cluster import Cluster, Etcd, kubeconfig
from replicas import LEASE, wait_until

IMAGE = "registry.example.com/slipway:0.1.0"
NEXT_IMAGE = "registry.example.com/slipway:0.2.0"
SERVER_PORT = 6443
ADDRESSES = {"hub": "192.0.2.10", "member1": "192.0.2.11"}
RESTRICTED = {"pod-security.kubernetes.io/enforce": "restricted"}
SECOND_RUN = """apiVersion: placement.kubernetes-fleet.io/v1beta1
kind: ClusterStagedUpdateRun
metadata:
  name: second-run
spec: {placementName: example-placement, stagedRolloutStrategyName: example-strategy, state: Run}
"""
QUANTITIES = {"Mi": 1 << 10, "Gi": 1 << 20}  # in KiB


def domain_name(cluster):
    return f"{cluster}.example.com"


def commands_of(section):
    """The blocks of that section of the document."""
    text = pathlib.Path(pod_image.DOCUMENT).read_text()
    body = re.search(rf"^## {section}\n(.*?)^## ", text, re.DOTALL | re.MULTILINE).group(1)
    return re.findall(r"```\n(.*?)```", body, re.DOTALL)


class Desk(Shell):
    """Where somebody types who has the document's two contexts: it is in a network of its own too, in which the clusters have names."""

    def __init__(self, kubectl, kubeconfig, network):
        super().__init__(kubectl, kubeconfig)
        os.symlink(local.SLIPWAY, os.path.join(self.directory, "bin/slipway"))
        hosts = os.path.join(self.directory, "hosts")
        pathlib.Path(hosts).write_text("".join(f"{address}\t{domain_name(name)}\n" for name, address in ADDRESSES.items()))
        self.enter = ["nsenter", f"--net={network.path()}", "unshare", "--mount", "sh", "-c"]
        self.enter += [f'mount --bind {hosts} /etc/hosts && exec bash -c "$0"']

    def run(self, command, timeout=180):
        return subprocess.run(
            [*self.enter, command], cwd=self.work, env=self.environment, capture_output=True, text=True, timeout=timeout
        )


@unittest.skipUnless(real.is_built(), real.NO_KUBERNETES)
@unittest.skipUnless(can_be_made(), "containers need namespaces, and who makes them must be root")
class Pods(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="slipway-pods-")
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)
        os.chmod(self.directory, 0o755)  # the pods' users go through it
        self.networks = Networks({domain_name(name): address for name, address in ADDRESSES.items()})
        self.addCleanup(self.networks.close)
        etcd = Etcd(self.directory)
        self.addCleanup(etcd.program.kill)
        make = lambda name: Cluster(name, etcd, self.directory, nodes=1, simulates_pods=False, domain_name=domain_name(name))
        self.clusters = {name: make(name) for name in ADDRESSES}
        for cluster in self.clusters.values():
            for program in cluster.programs():
                self.addCleanup(program.kill)
        etcd.start()
        for cluster in self.clusters.values():
            cluster.start_server()
        image = pod_image.build(self.directory)
        routes = {(ADDRESSES[name], SERVER_PORT): cluster.port for name, cluster in self.clusters.items()}
        self.kubelets = {}
        for name, cluster in self.clusters.items():
            cluster.await_server()
            cluster.start_helpers()
            self.kubelets[name] = Kubelet(cluster, {IMAGE: image, NEXT_IMAGE: image}, self.networks, routes, self.directory)
            self.addCleanup(self.kubelets[name].close)
            self.kubelets[name].start()
            # As a company has it: the namespace is there, and what pods may do in it is limited.
            space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": SYSTEM, "labels": RESTRICTED}}
            self.assertEqual(cluster.request("POST", "/api/v1/namespaces", space)[0], 201)
        path = os.path.join(self.directory, "kubeconfig")
        contexts = {name: cluster.context() for name, cluster in self.clusters.items()}
        contexts = {name: (f"https://{domain_name(name)}:{SERVER_PORT}", *rest) for name, (_, *rest) in contexts.items()}
        pathlib.Path(path).write_text(kubeconfig(contexts))
        self.desk = Desk(find_kubectls()[-1], path, self.networks.make("10.0.0.2", routes))
        self.addCleanup(self.desk.close)

    @contextlib.contextmanager
    def explained(self):
        """A failure tells what the pods said."""
        try:
            yield
        except Exception as error:
            raise AssertionError(f"{error}\n{''.join(kubelet.logs() for kubelet in self.kubelets.values())}") from error

    def pods(self, cluster, count):
        pods = self.kubelets[cluster].running()
        self.assertEqual(len(pods), count, [pod.name for pod in pods])
        return pods

    def rolled_out(self, cluster, deployment):
        self.desk.output(f"kubectl --context {cluster} -n {SYSTEM} rollout status deployment/{deployment} --timeout=60s")

    def type_in(self, section):
        """The section's blocks, one after the other: what each printed, standard error included."""
        for block in commands_of(section):
            yield self.desk.output(f"exec 2>&1; set -e\n{block}")

    def check_process(self, pod):
        """What the manifest's security context promises, as the kernel says it."""
        process = pathlib.Path(f"/proc/{pod.container_pid()}")
        status = dict(line.split(":\t", 1) for line in process.joinpath("status").read_text().splitlines())
        self.assertEqual([status[one] for one in ("Uid", "Gid")], ["\t".join(["65532"] * 4)] * 2)
        self.assertEqual(status["Groups"].split(), ["65532"])
        self.assertEqual({int(status[one], 16) for one in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")}, {0})
        self.assertEqual(status["NoNewPrivs"], "1")
        root = next(line for line in process.joinpath("mountinfo").read_text().splitlines() if line.split()[4] == "/")
        self.assertIn("ro", root.split()[5].split(","))
        self.assertFalse(process.joinpath("root/usr/bin/sh").exists())

    def check_memory(self, pod):
        """Within what is asked of the node, so that nobody is evicted for it."""
        resident, peak, _ = pod.memory()
        text = pod.container["resources"]["requests"]["memory"]
        print(f"{pod.name}: {resident >> 10} MiB, at most {peak >> 10} MiB; {text} are requested")
        self.assertLess(peak, int(text[:-2]) * QUANTITIES[text[-2:]])

    def leader(self):
        """The one of the hub's pods that says it leads; the Lease says the same."""

        def look():
            pods = self.kubelets["hub"].running()
            says_so = re.compile(r"^leader_election_master_status\{.*\} 1$", re.MULTILINE)
            leading = [pod for pod in pods if says_so.search(pod.get(8080, "/metrics")[1])]
            self.assertLess(len(leading), 2, [pod.name for pod in leading])
            return leading

        (leading,) = wait_until(look, "a leader")
        lease = self.desk.get(f"lease {LEASE}", arguments=f"-n {SYSTEM}")
        self.assertTrue(lease["spec"]["holderIdentity"].startswith(leading.name + "_"), lease["spec"])
        return leading

    def check_ended(self, cluster, count):
        """Every pod that has gone went by itself, in order, well within its grace period; and none was restarted."""
        pods = list(self.kubelets[cluster].pods.values())
        gone = [pod for pod in pods if pod.grace is not None]
        for pod in gone:
            pod.join()
        self.assertEqual([pod.ended.code for pod in gone], [0] * count)
        self.assertLess(max(pod.ended.seconds for pod in gone), 5)
        self.assertEqual([(pod.restarts, pod.said) for pod in pods], [(0, [])] * len(pods))
        self.assertEqual(self.kubelets[cluster].problems, [])

    def test_the_document_word_for_word(self):
        with self.explained():
            for step in (self.install, self.join, self.roll_out, self.replace_token, self.upgrade, self.leave):
                begin = time.monotonic()
                step()
                print(f"{step.__name__}: {time.monotonic() - begin:.1f} s")

    def install(self):
        self.refuses_other_pods()
        for _ in self.type_in(r"2\. The hub"):
            pass
        self.rolled_out("hub", "slipway-controllers")
        for pod in self.pods("hub", 2):
            self.check_process(pod)
        self.leader()

    def refuses_other_pods(self):
        """PodSecurity is at work: a pod that says nothing of its rights is not let in."""
        pod = {"metadata": {"name": "any"}, "spec": {"containers": [{"name": "any", "image": "any"}]}}
        status, answer = self.clusters["hub"].request("POST", f"/api/v1/namespaces/{SYSTEM}/pods", pod)
        self.assertEqual(status, 403, answer)
        self.assertIn('violates PodSecurity "restricted', answer["message"])

    def join(self):
        (text,) = self.type_in(r"3\. A member")
        self.assertIn("✓ member1 has joined", text)
        self.joined = datetime.datetime.now(datetime.timezone.utc).isoformat()
        self.rolled_out("member1", "slipway-agent")
        (agent,) = self.pods("member1", 1)
        self.check_process(agent)

    def roll_out(self):
        """And the pod that leads is deleted while the run waits for its approval; the other pods are replaced after it."""
        blocks = self.type_in(r"4\. A rollout")
        next(blocks)
        self.desk.output("kubectl wait csur/example-run --for=condition=Progressing=False --timeout=60s")
        first = self.leader()
        self.desk.output(f"kubectl -n {SYSTEM} delete pod {first.name}")
        for _ in blocks:
            pass
        self.assertNotEqual(self.leader(), first)
        self.check_ended("hub", 1)
        for pod in (*self.pods("hub", 2), *self.pods("member1", 1)):
            self.check_memory(pod)

    def replace_token(self):
        """As the document has it: the Secret is deleted, join again. The agent finds the new token in its volume."""
        self.desk.output(f"kubectl -n {SYSTEM} delete secret member1-hub-cluster-access-token")
        (text,) = self.type_in(r"3\. A member")
        self.assertIn("changed  secret fleet-system/slipway-hub", text)
        self.kubelets["member1"].refresh()
        self.desk.output("kubectl patch cm test-cm -n test-namespace -p '{\"data\":{\"key\":\"value2\"}}'")
        self.desk.output(page.apply(SECOND_RUN))
        self.desk.output("kubectl wait clusterapprovalrequest/second-run-before-staging --for=create --timeout=60s")
        request = "clusterapprovalrequests second-run-before-staging"
        self.desk.output(f"kubectl patch {request} {page.APPROVED} --type=merge --subresource=status")
        self.desk.output("kubectl wait csur/second-run --for=condition=Succeeded --timeout=60s")
        value = self.desk.output("kubectl --context member1 get cm test-cm -n test-namespace -o jsonpath='{.data.key}'")
        self.assertEqual(value, "value2")

    def upgrade(self):
        """Another image: its pods come before the old ones go, and take over from them."""
        self.desk.output(f"slipway install hub --context hub --image {NEXT_IMAGE}")
        self.rolled_out("hub", "slipway-controllers")
        both = "--member-context member1 --hub-context hub"
        self.desk.output(f"slipway join member1 {both} --image {NEXT_IMAGE} --label environment=staging")
        self.rolled_out("member1", "slipway-agent")
        self.leader()

    def leave(self):
        for cluster in self.clusters.values():
            self.assertEqual(needless_writes(cluster.audit()), [])
        self.assertEqual(denials(self.clusters.values(), self.joined), [])
        (text,) = self.type_in(r"5\. Leaving")
        self.assertIn("✓ member1 has left", text)
        self.desk.output(f"kubectl --context member1 -n {SYSTEM} wait pods --all --for=delete --timeout=60s")
        self.check_ended("member1", 2)
        self.desk.output(f"kubectl -n {SYSTEM} scale deployment/slipway-controllers --replicas=0")
        self.desk.output(f"kubectl -n {SYSTEM} wait pods --all --for=delete --timeout=60s")
        self.check_ended("hub", 5)


@unittest.skipUnless(shutil.which("dpkg-query"), "which package has what is told by dpkg alone")
class Image(unittest.TestCase):
    """The Dockerfile of the document."""

    def setUp(self):
        self.dockerfile = pod_image.read_dockerfile()

    def test_its_packages_are_those_of_the_libraries_and_no_others(self):
        needed = {pod_image.package_of(path) for path in pod_image.libraries(local.SLIPWAY)}
        self.assertEqual(needed - pod_image.with_dependencies(self.dockerfile.packages), set())
        # ca-certificates are for a hub whose certificate everybody's authorities sign.
        self.assertEqual(set(self.dockerfile.packages) - needed - {"ca-certificates"}, set())

    def test_what_it_runs(self):
        self.assertEqual(self.dockerfile.base, "debian:12-slim")
        self.assertEqual(self.dockerfile.entrypoint, [self.dockerfile.program])
        self.assertNotEqual(self.dockerfile.user, 0)


if __name__ == "__main__":
    unittest.main()
