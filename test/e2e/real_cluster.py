"""Real Kubernetes clusters: kube-apiserver, kube-controller-manager and kube-scheduler on one etcd, with kwok for nodes. Every
part of every cluster can be killed and started by itself. script/realkube builds what this starts."""

import base64
import http.client
import json
import os
import pathlib
import ssl
import subprocess

from real_process import TOOLS, Program, free_port

ADMIN = "O=system:masters/CN=admin"
AUDIT_POLICY = """apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived, ResponseStarted]
rules:
- level: RequestResponse  # whether a write changed anything is told by the versions before and after it
  verbs: [create, update, patch]
  resources:
  - group: placement.kubernetes-fleet.io
  - group: cluster.kubernetes-fleet.io
  - group: multicluster.x-k8s.io
- level: Metadata
"""
SERVICE = "10.96.0.1"  # of the API server, in every cluster
# What a hub needs: nobody runs pods there.
HUB_CONTROLLERS = ",".join(
    f"{name}-controller" for name in ("namespace", "garbage-collector", "serviceaccount", "serviceaccount-token")
)
# The node lifecycle controller would taint nodes that no kubelet reports for.
MEMBER_CONTROLLERS = "*,-node-lifecycle-controller"


def openssl(*arguments, **options):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, text=True, timeout=30, **options)


class Authority:
    """A cluster's own certificate authority, with the certificates it gave out."""

    def __init__(self, directory, names=()):
        """`names`: of the API server, beside those of every cluster."""
        self.directory = directory
        os.makedirs(directory)
        self.certificate = self.path("ca.crt")
        self._key("ca")
        openssl("req", "-x509", "-new", "-key", self.path("ca.key"), "-subj", "/CN=slipway test", "-days", "2", "-out", self.certificate)
        known_as = ["IP:127.0.0.1", f"IP:{SERVICE}", *(f"DNS:{name}" for name in ("localhost", "kubernetes.default.svc", *names))]
        self.issue("server", "CN=kube-apiserver", f"subjectAltName={','.join(known_as)}")
        self.issue("admin", ADMIN)
        self._key("accounts")  # signs the tokens of service accounts

    def path(self, name):
        return os.path.join(self.directory, name)

    def _key(self, name):
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", self.path(f"{name}.key"))

    def issue(self, name, subject, extension=None):
        """name.crt and name.key for that subject."""
        self._key(name)
        request = self.path(f"{name}.csr")
        openssl("req", "-new", "-key", self.path(f"{name}.key"), "-subj", f"/{subject}", "-out", request)
        sign = ["x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.path("ca.key"), "-CAcreateserial", "-days", "2"]
        extensions = self.path(f"{name}.ext")
        pathlib.Path(extensions).write_text(f"{extension or ''}\n")
        openssl(*sign, "-extfile", extensions, "-out", self.path(f"{name}.crt"))


def encoded(path):
    return base64.b64encode(pathlib.Path(path).read_bytes()).decode()


def kubeconfig(contexts):
    """The text of a kubeconfig from {context: (URL, path of the authority, user as a map)}; the first one is current."""
    names = list(contexts)
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": names[0],
            "contexts": [{"name": name, "context": {"cluster": name, "user": name}} for name in names],
            "clusters": [
                {"name": name, "cluster": {"server": url, "certificate-authority-data": encoded(authority)}}
                for name, (url, authority, _) in contexts.items()
            ],
            "users": [{"name": name, "user": user} for name, (_, _, user) in contexts.items()],
        },
        indent=1,
    )


class Etcd:
    """One etcd for all clusters of a test, each with a prefix of its own."""

    def __init__(self, directory):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        peer = f"http://127.0.0.1:{free_port()}"
        self.program = Program(
            "etcd",
            ["etcd", "--data-dir", os.path.join(directory, "etcd"), "--listen-client-urls", self.url, "--advertise-client-urls", self.url]
            + ["--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", f"default={peer}"]
            + ["--log-level", "warn"],
            directory,
        )

    def start(self):
        self.program.start()
        self.program.await_ready(self._is_healthy)

    def _is_healthy(self):
        try:
            return self._request("GET", "/health").get("health") == "true"
        except (OSError, http.client.HTTPException):
            return False

    def _request(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body if body is None else json.dumps(body))
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()

    def compact(self):
        """Forgets everything before the present revision; watches cannot be resumed from before it."""
        key = base64.b64encode(b"/").decode()
        revision = self._request("POST", "/v3/kv/range", {"key": key})["header"]["revision"]
        self._request("POST", "/v3/kv/compaction", {"revision": revision, "physical": True})
        return int(revision)


class Cluster:
    """A control plane. With nodes > 0 it schedules pods, and kwok says that they run, or with `simulates_pods` false nobody does: that
    is for kubelet.py. `domain_name`: one that its API server's certificate is good for."""

    def __init__(self, name, etcd, directory, *, nodes=0, simulates_pods=True, domain_name=None):
        self.name = name
        self.simulates_pods = simulates_pods
        self.etcd = etcd
        self.nodes = nodes
        self.directory = os.path.join(directory, name)
        os.makedirs(self.directory)
        self.port = free_port()
        self.url = f"https://127.0.0.1:{self.port}"
        self.authority = Authority(os.path.join(self.directory, "pki"), [domain_name] if domain_name else [])
        self.audit_log = os.path.join(self.directory, "audit.log")
        self.kubeconfig = os.path.join(self.directory, "kubeconfig")
        pathlib.Path(self.kubeconfig).write_text(kubeconfig({name: self.context()}))
        self.tls = ssl.create_default_context(cafile=self.authority.certificate)
        self.tls.load_cert_chain(self.authority.path("admin.crt"), self.authority.path("admin.key"))
        self.server = self._server()
        self.helpers = self._helpers()

    def context(self, user="admin"):
        """What kubeconfig() takes, for the certificate of that name."""
        path = self.authority.path
        user = {"client-certificate-data": encoded(path(f"{user}.crt")), "client-key-data": encoded(path(f"{user}.key"))}
        return self.url, self.authority.certificate, user

    def _kubernetes(self, program, *flags):
        return Program(program, [TOOLS / "kubernetes", program, *flags], self.directory)

    def _server(self):
        path = self.authority.path
        policy = os.path.join(self.directory, "audit-policy.yaml")
        pathlib.Path(policy).write_text(AUDIT_POLICY)
        return self._kubernetes(
            "kube-apiserver",
            f"--etcd-servers={self.etcd.url}",
            f"--etcd-prefix=/{self.name}",
            "--bind-address=127.0.0.1",
            "--advertise-address=192.0.2.1",  # nobody asks for it: nothing maintains the endpoints of `kubernetes`
            "--endpoint-reconciler-type=none",
            f"--secure-port={self.port}",
            f"--tls-cert-file={path('server.crt')}",
            f"--tls-private-key-file={path('server.key')}",
            f"--client-ca-file={self.authority.certificate}",
            f"--service-account-key-file={path('accounts.key')}",
            f"--service-account-signing-key-file={path('accounts.key')}",
            "--service-account-issuer=https://kubernetes.default.svc",
            "--service-cluster-ip-range=10.96.0.0/16",
            "--authorization-mode=RBAC",
            "--disable-admission-plugins=TaintNodesByCondition",
            f"--audit-policy-file={policy}",
            f"--audit-log-path={self.audit_log}",
            "--shutdown-delay-duration=0s",
        )

    def _helpers(self):
        access = f"--kubeconfig={self.kubeconfig}"
        alone = ("--leader-elect=false", "--secure-port=0")
        manager = self._kubernetes(
            "kube-controller-manager",
            access,
            *alone,
            f"--controllers={MEMBER_CONTROLLERS if self.nodes else HUB_CONTROLLERS}",
            f"--service-account-private-key-file={self.authority.path('accounts.key')}",
            f"--root-ca-file={self.authority.certificate}",
        )
        if not self.nodes:
            return [manager]
        scheduler = self._kubernetes("kube-scheduler", access, *alone)
        if not self.simulates_pods:
            return [manager, scheduler]
        kwok = [TOOLS / "kwok", access, "--manage-all-nodes=true", "--node-lease-duration-seconds=40"]
        kwok.append(f"--server-address=127.0.0.1:{free_port()}")
        return [manager, scheduler, Program("kwok", kwok, self.directory)]

    def start_server(self):
        self.server.start()

    def await_server(self):
        self.server.await_ready(self.is_ready)

    def is_ready(self):
        try:
            return self.request("GET", "/readyz")[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def start_helpers(self):
        for position in range(self.nodes):
            self._add_node(f"{self.name}-node{position + 1}")
        for program in self.helpers:
            program.start()

    def _add_node(self, name):
        size = {"cpu": "32", "memory": "256Gi", "pods": "110"}
        node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}, "status": {"allocatable": size, "capacity": size}}
        status, answer = self.request("POST", "/api/v1/nodes", node)
        if status not in (201, 409):
            raise RuntimeError(f"node {name} of {self.name}: {status} {answer}")

    def request(self, method, path, body=None, *, content_type="application/json"):
        """As the cluster's admin: the status, and the body, decoded when it is JSON."""
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=self.tls, timeout=30)
        try:
            headers = {"Content-Type": content_type}
            connection.request(method, path, body if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            content = answer.read()
            is_json = answer.headers.get("Content-Type", "").startswith("application/json")
            return answer.status, json.loads(content) if is_json else content.decode()
        finally:
            connection.close()

    def audit(self):
        """Every request so far that has been answered, as audit.k8s.io/v1 events."""
        with open(self.audit_log) as log:
            return [json.loads(line) for line in log if line.endswith("\n")]

    def programs(self):
        return [self.server, *self.helpers]
