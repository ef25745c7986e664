"""What kubectl prints: commands and their output, for the oldest and the newest kubectl here (kube-api 14, 17).

A row is a command, its exit code and what it prints, standard output and error together. In it "…" stands for any text, a run of
spaces for any spaces: ages and column widths are not the matter. Rows build on the rows before them."""

import pathlib
import re
import unittest

from fleet import Fleet, Shell, find_kubectls, kubectl_version

FILES = {
    "cm.yaml": """
apiVersion: v1
kind: ConfigMap
metadata: {name: c1, labels: {app: x}}
data: {a: "1"}
""",
    "other.yaml": """
apiVersion: v1
kind: ConfigMap
metadata: {name: c2, labels: {app: x}}
""",
    "unknown-field.yaml": """
apiVersion: placement.kubernetes-fleet.io/v1beta1
kind: ClusterStagedUpdateRun
metadata: {name: bad}
spec: {placementName: a, stagedRolloutStrategyName: b, stat: Run}
""",
    "deployment.yaml": """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: nginx, image: "nginx:1.20"}]}
""",
}

NO_SERVER_SIDE_APPLY = "…server-side apply is not supported by this server: apply without --server-side…"

HUB = [
    ("kubectl version", 0, "…Server Version: …v1.33.0+slipway…"),
    ("kubectl api-resources --api-group=apps --no-headers", 0, "deployments deploy apps/v1 true Deployment\nreplicasets rs apps/v1 true ReplicaSet"),
    ("kubectl get fleet -o name", 0, "membercluster.cluster.kubernetes-fleet.io/member1"),
    ("kubectl explain csus.spec.stages", 0, "…maxConcurrency <Object>…sortingLabelKey <string>…"),
    ("kubectl explain deploy.spec.strategy --recursive", 0, "…rollingUpdate <RollingUpdateDeployment>\n maxSurge…type <string>…"),
    ("kubectl auth whoami", 0, "ATTRIBUTE VALUE\nUsername admin\n…"),
    ("kubectl auth can-i create cm", 0, "yes"),
    ("kubectl get nodes", 0, "No resources found"),
    ("kubectl get nosuchkind", 1, "error: the server doesn't have a resource type \"nosuchkind\""),
    ("kubectl get cm nosuch", 1, 'Error from server (NotFound): configmaps "nosuch" not found'),
    ("kubectl get ns --field-selector foo=bar", 1, "…field label not supported: foo"),
    ("kubectl create quota q --hard=pods=3", 1, "…the server could not find the requested resource…"),
    ("kubectl create role r --verb=get --resource=pods", 0, "role.rbac.authorization.k8s.io/r created"),
    ("kubectl apply -f cm.yaml", 0, "configmap/c1 created"),
    ("kubectl apply -f cm.yaml", 0, "configmap/c1 unchanged"),
    ("kubectl get cm --chunk-size=1 -o custom-columns=N:.metadata.name,A:.data.a", 0, "N A\nc1 1"),
    ("kubectl diff -f cm.yaml", 0, ""),
    ("sed -i 's/\"1\"/\"2\"/' cm.yaml && kubectl diff -f cm.yaml", 1, '…- a: "1"\n+ a: "2"\n…'),
    ("kubectl apply -f cm.yaml --dry-run=server", 0, "configmap/c1 configured (server dry run)"),
    ("kubectl apply -f cm.yaml -f other.yaml", 0, "configmap/c1 configured\nconfigmap/c2 created"),
    ("kubectl apply -f cm.yaml --prune -l app=x --prune-allowlist=core/v1/ConfigMap", 0, "configmap/c1 unchanged\nconfigmap/c2 pruned"),
    ("kubectl apply -f cm.yaml --server-side", 1, NO_SERVER_SIDE_APPLY),
    ("kubectl apply -f unknown-field.yaml", 1, '…unknown field "spec.stat"'),
    ("kubectl label cm c1 app=y", 1, "…already has a value (x), and --overwrite is false"),
    ("kubectl patch cm c1 -p '{\"data\":{\"a\":\"2\"}}'", 0, "configmap/c1 patched (no change)"),
    ("EDITOR=true kubectl edit cm c1", 0, "Edit cancelled, no changes made."),
    (r"EDITOR='sed -i s/\"2\"$/\"3\"/' kubectl edit cm c1", 0, "configmap/c1 edited"),
    ("kubectl wait --for=jsonpath='{.data.a}'=3 cm/c1 --timeout=9s", 0, "configmap/c1 condition met"),
    ("kubectl patch cm c1 --type=merge -p '{\"metadata\":{\"finalizers\":[\"a.io/x\"]}}'", 0, "configmap/c1 patched"),
    ("kubectl delete cm c1 --wait=false && kubectl get cm c1 -o jsonpath='{.metadata.finalizers}'", 0, '…deleted…["a.io/x"]'),
    ("kubectl patch cm c1 --type=json -p '[{\"op\":\"remove\",\"path\":\"/metadata/finalizers\"}]'", 0, "configmap/c1 patched"),
    ("kubectl wait --for=delete cm/c1 --timeout=9s", 0, ""),
    ("kubectl delete ns default", 1, 'Error from server (Forbidden): namespaces "default" is forbidden: this namespace may not be deleted'),
    ("kubectl run p --image=x", 0, "pod/p created"),
    ("kubectl logs p", 1, "Error from server (NotFound): no container runs here, so that pods have no log"),
    ("kubectl exec p -- ls", 1, "…no container runs here, so that pods have no exec"),
    ("kubectl top pods", 1, "error: Metrics API not available"),
]

MEMBER = [
    ("kubectl get nodes --no-headers", 0, "member1-node-1 Ready <none> … v1.33.0"),
    ("kubectl apply -f deployment.yaml", 0, "deployment.apps/web created"),
    ("kubectl rollout status deploy web --timeout=9s", 0, '…deployment "web" successfully rolled out'),
    ("kubectl scale deploy web --replicas=3", 0, "deployment.apps/web scaled"),
    ("kubectl scale deploy web --replicas=4 --current-replicas=2", 1, "error: Expected replicas to be 2, was 3"),
    ("kubectl set image deploy/web nginx=nginx:1.21", 0, "deployment.apps/web image updated"),
    ("kubectl rollout status deploy web --timeout=9s", 0, '…deployment "web" successfully rolled out'),
    ("kubectl get deploy web --no-headers", 0, "web 3/3 3 3 …"),
    ("kubectl rollout history deploy web", 0, "deployment.apps/web\nREVISION CHANGE-CAUSE\n1 <none>\n2 <none>"),
    ("kubectl rollout undo deploy web", 0, "…deployment.apps/web rolled back"),
    ("kubectl get deploy web -o jsonpath='{..image}'", 0, "nginx:1.20"),
    ("kubectl describe deploy web", 0, "…Available True MinimumReplicasAvailable…ScalingReplicaSet…"),
    ("kubectl delete deploy web --cascade=foreground && kubectl get all", 0, "…deleted…\nNo resources found in default namespace."),
]


def plain(text):
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def fits(expected, text):
    return re.fullmatch(".*".join(re.escape(part) for part in plain(expected).split("…")), plain(text), re.DOTALL) is not None


class WhatKubectlPrints(unittest.TestCase):
    def play(self, shell, context, rows):
        shell.output(f"kubectl config use-context {context}")
        for command, code, expected in rows:
            with self.subTest(context=context, command=command):
                done = shell.run(f"{{ {command}; }} 2>&1", timeout=30)
                self.assertEqual(done.returncode, code, done.stdout)
                self.assertTrue(fits(expected, done.stdout), f"\nexpected:\n{expected}\nprinted:\n{done.stdout}")

    def test_table_with_oldest_and_newest_kubectl(self):
        kubectls = find_kubectls()
        self.assertTrue(kubectls, "no kubectl from 1.27 on: script/kubectl installs one")
        chosen = kubectls[:1] + kubectls[-1:] if len(kubectls) > 1 else kubectls
        for kubectl in chosen:
            with self.subTest(kubectl=kubectl_version(kubectl)), Fleet(members=1) as fleet:
                shell = Shell(kubectl, fleet.kubeconfig)
                for name, text in FILES.items():
                    pathlib.Path(shell.work, name).write_text(text)
                try:
                    self.play(shell, "hub", HUB)
                    self.play(shell, "member1", MEMBER)
                finally:
                    shell.close()


if __name__ == "__main__":
    unittest.main()
