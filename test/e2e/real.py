"""A fleet on real Kubernetes: a hub and its members, our controllers on the hub, our agent for each member, and one kubeconfig with
a context for each cluster, as `slipway up` writes it."""

import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

import fleet as local
from real_cluster import Cluster, Etcd, encoded, kubeconfig
from real_process import Program
from remote import ServersOnly

LABELS = {
    "member1": {"environment": "canary", "order": "2"},
    "member2": {"environment": "staging"},
    "member3": {"environment": "canary", "order": "1"},
}
SYSTEM = "fleet-system"  # where install puts the accounts of what it runs
ACCOUNTS = "fleet-agents"  # namespace of the agents' service accounts on the hub
NO_KUBERNETES = "there is no Kubernetes here: script/realkube builds it"


def is_built():
    return os.access(pathlib.Path(local.ROOT, "build/tools/realkube/kubernetes"), os.X_OK)


def manifests(what):
    """What `slipway install` puts into a cluster, but for the Deployment: the tests run its program themselves."""
    command = [local.SLIPWAY, "install", what, "-o", "yaml"]
    text = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    return "\n---\n".join(document for document in text.split("\n---\n") if "\nkind: Deployment\n" not in document)


class RealFleet:
    """A context manager. With `simulated` the members are the API servers of `slipway up`; the hub is real in any case."""

    def __init__(self, members=tuple(LABELS), *, simulated=False):
        self.names = members
        self.simulated = simulated
        self.directory = tempfile.mkdtemp(prefix="slipway-real-")
        self.kubeconfig = os.path.join(self.directory, "kubeconfig")
        self.kubectl = local.find_kubectls()[-1]
        self.etcd = Etcd(self.directory)
        self.hub = Cluster("hub", self.etcd, self.directory)
        self.members = {} if simulated else {name: Cluster(name, self.etcd, self.directory, nodes=1) for name in members}
        self.servers = ServersOnly(members=len(members)) if simulated else None
        self.laps = []
        self.controllers = None
        self.agents = {}

    def __enter__(self):
        try:
            self._start()
        except BaseException as error:
            logs = self.logs()
            self.close()
            if isinstance(error, Exception):
                raise RuntimeError(f"{error}\n{logs}") from error
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def _lap(self, what, begin):
        self.laps.append(f"{what} {time.monotonic() - begin:.1f} s")

    def _start(self):
        begin = time.monotonic()
        self.etcd.start()
        for cluster in self.clusters():
            cluster.start_server()
        if self.servers:
            self.servers.up()
        for cluster in self.clusters():
            cluster.await_server()
            cluster.start_helpers()
        self._lap("API servers", begin)
        begin = time.monotonic()
        self._write_kubeconfig()
        with concurrent.futures.ThreadPoolExecutor() as pool:
            list(pool.map(self._install, ["hub", *self.members]))
        self._lap("install", begin)
        begin = time.monotonic()
        self._add_members()
        self.controllers = self.controllers_program("controllers")
        self.controllers.start()
        for name in self.names:
            self.agents[name] = self.agent_program(name)
            self.agents[name].start()
        self.run_kubectl("hub", "wait", "memberclusters", "--all", "--for=condition=Joined", "--timeout=60s")
        self._lap("joined", begin)

    def clusters(self):
        return [self.hub, *self.members.values()]

    def run_kubectl(self, context, *arguments, text=None):
        command = [self.kubectl, "--kubeconfig", self.kubeconfig, "--context", context, *arguments]
        done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            raise RuntimeError(f"$ kubectl --context {context} {' '.join(arguments)}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done.stdout

    def _write_kubeconfig(self):
        contexts = {cluster.name: cluster.context() for cluster in self.clusters()}
        text = kubeconfig(contexts)
        if self.servers:
            text = self._with_simulated(json.loads(text))
        pathlib.Path(self.kubeconfig).write_text(text)

    def _with_simulated(self, config):
        """The contexts of the simulated members beside the real hub's."""
        view = [self.kubectl, "--kubeconfig", self.servers.kubeconfig, "config", "view", "--raw", "-o", "json"]
        theirs = json.loads(subprocess.run(view, check=True, capture_output=True, text=True, timeout=30).stdout)
        parts = {part: {one["name"]: one for one in theirs[part]} for part in ("contexts", "clusters", "users")}
        for name in self.names:
            context = parts["contexts"][name]["context"]
            config["contexts"].append({"name": name, "context": {"cluster": name, "user": name}})
            config["clusters"].append({**parts["clusters"][context["cluster"]], "name": name})
            config["users"].append({**parts["users"][context["user"]], "name": name})
        return json.dumps(config, indent=1)

    def _install(self, context):
        self.run_kubectl(context, "apply", "-f", "-", text=manifests("hub" if context == "hub" else "member"))
        self.run_kubectl(context, "wait", "crd", "--all", "--for=condition=Established", "--timeout=60s")

    def uses_certificate(self, name):
        """The first member's agent shows the hub a certificate, the others a service account's token."""
        return name == self.names[0]

    def _add_members(self):
        """The identities, and the MemberClusters that name them."""
        items = [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": ACCOUNTS}}]
        for name in self.names:
            if self.uses_certificate(name):
                identity = {"kind": "User", "name": f"agent-of-{name}", "apiGroup": "rbac.authorization.k8s.io"}
            else:
                identity = {"kind": "ServiceAccount", "name": name, "namespace": ACCOUNTS}
                items.append({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": ACCOUNTS}})
            items.append(
                {
                    "apiVersion": "cluster.kubernetes-fleet.io/v1beta1",
                    "kind": "MemberCluster",
                    "metadata": {"name": name, "labels": LABELS.get(name, {})},
                    "spec": {"identity": identity, "heartbeatPeriodSeconds": 15},
                }
            )
        self.run_kubectl("hub", "apply", "-f", "-", text=json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))

    def write_token(self, name, duration="1h", context="hub", namespace=ACCOUNTS):
        """A new token for a service account, put in the place of the last one as a kubelet does; its path."""
        token = self.run_kubectl(context, "create", "token", name, "-n", namespace, f"--duration={duration}")
        path = os.path.join(self.directory, f"token-{name}-of-{context}")
        pathlib.Path(path + ".new").write_text(token.strip())
        os.rename(path + ".new", path)
        return path

    def account_kubeconfig(self, cluster, account):
        """For a service account that install has made there: our programs have its rights and no others."""
        path = os.path.join(self.directory, f"{account}-of-{cluster.name}")
        user = {"tokenFile": self.write_token(account, context=cluster.name, namespace=SYSTEM)}
        pathlib.Path(path).write_text(kubeconfig({cluster.name: (cluster.url, cluster.authority.certificate, user)}))
        return path

    def controllers_program(self, name, *arguments):
        access = self.account_kubeconfig(self.hub, "slipway-controllers")
        return Program(name, [local.SLIPWAY, "controllers", "--kubeconfig", access, "-v=1", *arguments], self.directory)

    def agent_program(self, name, program="agent", *arguments):
        """`program`: what to call it, of several."""
        access = self.account_kubeconfig(self.members[name], "slipway-agent") if name in self.members else self.kubeconfig
        command = [local.SLIPWAY, "agent", "--member-kubeconfig", access, "--member-context", name]
        command += ["--member-name", name, "--leader-elect=true", "-v=1", *arguments]
        environment = dict(os.environ)
        if self.uses_certificate(name):
            user = f"agent-{name}"
            self.hub.authority.issue(user, f"CN=agent-of-{name}")
            path = os.path.join(self.directory, f"hub-for-{name}")
            pathlib.Path(path).write_text(kubeconfig({"hub": self.hub.context(user)}))
            command += ["--hub-kubeconfig", path]
        else:  # as KubeFleet's deployment tells its agent
            environment |= {
                "HUB_SERVER_URL": self.hub.url,
                "CONFIG_PATH": self.write_token(name),
                "HUB_CERTIFICATE_AUTHORITY": encoded(self.hub.authority.certificate),
            }
        return Program(f"{program}-{name}", command, self.directory, environment)

    def products(self):
        """Our own processes."""
        return [program for program in (self.controllers, *self.agents.values()) if program is not None]

    def programs(self):
        return [*self.products(), *(program for cluster in self.clusters() for program in cluster.programs())]

    def logs(self):
        """What our processes last said, heartbeats left out."""
        text = ""
        for program in self.products():
            lines = [line for line in program.log().splitlines() if "heartbeat" not in line and "agent has reported" not in line]
            text += f"--- {program.log_path}\n" + "\n".join(lines[-20:]) + "\n"
        return text

    def close(self):
        for program in [*self.programs(), self.etcd.program]:
            program.kill()
        if self.servers:
            self.servers.__exit__()
        shutil.rmtree(self.directory, ignore_errors=True)
