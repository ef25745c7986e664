"""A kubelet for tests: a node whose pods really run, with what their manifests say, as the API server gave them back: command, arguments,
variables, volumes, user, file system, ports and probes. pod_runtime.py is its container runtime, pod_network.py its network.

Different from a real one, on purpose:
- one container a pod, and of everything only what our Deployments have; anything else is refused, not left out;
- while a container is not ready its readiness is asked again at once, not a period later: that would only make tests slow. A restart
  after a failure waits as a kubelet does, from 10 s on;
- volumes are filled when a pod starts, and again by refresh(), not by the clock.
"""

import dataclasses
import http.client
import json
import os
import pathlib
import select
import signal
import socket
import sys
import threading
import time

import pod_volumes
from fleet import memory_of
from pod_network import DNS_ADDRESS
from pod_volumes import NotThereYet
from real_process import PATIENCE, Program

RUNTIME = pathlib.Path(__file__).with_name("pod_runtime.py")
STRATEGIC = "application/strategic-merge-patch+json"
FIRST_BACK_OFF = 10  # seconds; then twice as many each time
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"  # of Debian's images


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


@dataclasses.dataclass
class Ended:
    """How a container went that was asked to."""

    code: int
    seconds: float
    was_killed: bool


class Probe:
    def __init__(self, manifest, ports, begin, impatience=None):
        get = manifest["httpGet"]
        self.path = get["path"]
        self.port = ports.get(get["port"], get["port"])
        if get.get("scheme", "HTTP") != "HTTP" or manifest["successThreshold"] != 1:
            raise RuntimeError(f"probes of this kind are not tried: {json.dumps(manifest)}")
        self.period, self.timeout, self.failures_max = (manifest[one] for one in ("periodSeconds", "timeoutSeconds", "failureThreshold"))
        self.impatience = impatience or self.period  # the period until it succeeds for the first time
        self.due = begin + manifest.get("initialDelaySeconds", 0)
        self.has_succeeded = False
        self.failures = 0

    def ask(self, network):
        """Whether it succeeds, has failed too often (None: neither)."""
        status, text = network.get(self.port, self.path, self.timeout)
        is_good = 200 <= status < 400
        self.has_succeeded |= is_good
        self.failures = 0 if is_good else self.failures + 1
        self.answer = f"{self.path} of port {self.port}: {status} {text.strip()}"
        self.due = time.monotonic() + (self.period if self.has_succeeded else self.impatience)
        return True if is_good else False if self.failures >= self.failures_max else None


class Pod:
    """Runs until it is deleted, on a thread of its own."""

    def __init__(self, kubelet, manifest, address):
        self.name = manifest["metadata"]["name"]
        self.thread = threading.Thread(target=self._run, name=self.name)
        self.kubelet = kubelet
        self.manifest = manifest
        (self.container,) = manifest["spec"]["containers"]
        self.directory = os.path.join(kubelet.directory, self.name)
        self.network = kubelet.networks.make(address, kubelet.routes)
        self.is_ready = False
        self.restarts = 0
        self.waits_for = None
        self.ended = None
        self.said = []  # what probes said when they failed
        self.program = None
        self.grace = None  # once it is to end
        self.woken, self.wake = os.pipe()

    def uid(self):
        return self.manifest["metadata"]["uid"]

    def path(self):
        return f"/api/v1/namespaces/{self.manifest['metadata']['namespace']}/pods/{self.name}"

    def end(self, grace):
        """Any thread."""
        if self.grace is None:
            self.grace = grace
            os.write(self.wake, b".")

    def start(self):
        self.thread.start()

    def join(self):
        """Until everything is done that its end asks for."""
        self.thread.join(PATIENCE)

    def _run(self):
        try:
            os.makedirs(self.directory)
            if self._prepare():
                while self.grace is None:
                    self._run_container()
            self._delete()
        except Exception as error:
            self.kubelet.problems.append(f"{self.name}: {error!r}")

    def _wait(self, until, *descriptors):
        select.select([self.woken, *descriptors], [], [], max(0.0, until - time.monotonic()))

    def _prepare(self):
        while self.grace is None:
            try:
                spec = os.path.join(self.directory, "spec.json")
                pathlib.Path(spec).write_text(json.dumps(self._spec()))
                self.program = Program(self.name, [sys.executable, RUNTIME, spec], self.kubelet.directory)
                return True
            except NotThereYet as missing:
                self.waits_for = str(missing)
                self._wait(time.monotonic() + 0.2)
        return False

    def _security(self, key, otherwise=None):
        for context in (self.container.get("securityContext", {}), self.manifest["spec"].get("securityContext", {})):
            if key in context:
                return context[key]
        return otherwise

    def _user(self):
        user = self._security("runAsUser", self._image().dockerfile.user)
        if self._security("runAsNonRoot") and user == 0:
            raise RuntimeError("runAsNonRoot, and the user is root")
        return user

    def _image(self):
        name = self.container["image"]
        if name not in self.kubelet.images:
            raise RuntimeError(f"there is no image {name}")
        return self.kubelet.images[name]

    def _spec(self):
        known = {"name", "image", "args", "command", "env", "ports", "livenessProbe", "readinessProbe", "resources", "volumeMounts"}
        known |= {"securityContext", "imagePullPolicy", "terminationMessagePath", "terminationMessagePolicy"}
        if unknown := set(self.container) - known:
            raise RuntimeError(f"what containers have here, and is not tried: {unknown}")
        if self._security("capabilities", {}).get("drop") != ["ALL"] or "add" in self._security("capabilities"):
            raise RuntimeError("a container with capabilities is not tried")
        image = self._image()
        group = self._security("runAsGroup", 0)
        return {
            "root": image.root,
            "read_only": self._security("readOnlyRootFilesystem", False),
            "mounts": self._mounts(image),
            "network": self.network.path(),
            "hostname": self.name,
            "user": self._user(),
            "group": group,
            "groups": sorted({group, self._security("fsGroup", group)}),
            "no_new_privileges": not self._security("allowPrivilegeEscalation", True),
            "command": [*self.container.get("command", image.dockerfile.entrypoint), *self.container.get("args", [])],
            "environment": {"PATH": PATH, "HOME": "/", "HOSTNAME": self.name, **self.kubelet.service, **self._variables()},
        }

    def _variables(self):
        return {one["name"]: one["value"] if "value" in one else self._value(one["valueFrom"]) for one in self.container.get("env", [])}

    def _value(self, source):
        if "fieldRef" in source:
            path = source["fieldRef"]["fieldPath"]
            return self.network.own if path == "status.podIP" else pod_volumes.field(self.manifest, path)
        if "secretKeyRef" in source:
            reference = source["secretKeyRef"]
            return pod_volumes.secret(self.kubelet.cluster, self.manifest["metadata"]["namespace"], reference["name"])[
                reference["key"]
            ].decode()
        raise RuntimeError(f"variables of this kind are not tried: {json.dumps(source)}")

    def _mounts(self, image):
        mounts = []
        space = self.manifest["metadata"]["namespace"]
        for path, text in (
            ("/etc/hosts", f"127.0.0.1\tlocalhost\n::1\tlocalhost\n{self.network.own}\t{self.name}\n"),
            ("/etc/resolv.conf", f"search {space}.svc.cluster.local svc.cluster.local\nnameserver {DNS_ADDRESS}\noptions ndots:5\n"),
        ):
            source = os.path.join(self.directory, os.path.basename(path))
            pathlib.Path(source).write_text(text)
            image.make_mount_point(path, is_file=True)
            mounts.append({"source": source, "target": path, "read_only": True})
        sources = self.fill_volumes()
        for one in self.container.get("volumeMounts", []):
            if unknown := set(one) - {"name", "mountPath", "readOnly"}:
                raise RuntimeError(f"what mounts have here, and is not tried: {unknown}")
            image.make_mount_point(one["mountPath"])
            mounts.append({"source": sources[one["name"]], "target": one["mountPath"], "read_only": one.get("readOnly", False)})
        return mounts

    def fill_volumes(self):
        """{name: directory, or None}"""
        sources = {}
        for volume in self.manifest["spec"].get("volumes", []):
            directory = os.path.join(self.directory, "volumes", volume["name"])
            is_kept = pod_volumes.fill(self.kubelet.cluster, self.manifest, volume, directory, self._user())
            sources[volume["name"]] = directory if is_kept else None
        return sources

    def _probe(self, name, **options):
        ports = {port["name"]: port["containerPort"] for port in self.container.get("ports", [])}
        manifest = self.container.get(name)
        return Probe(manifest, ports, time.monotonic(), **options) if manifest else None

    def _run_container(self):
        self.program.start()
        process = self.program.process
        readiness, liveness = self._probe("readinessProbe", impatience=0.1), self._probe("livenessProbe")
        self._report(is_ready=readiness is None)
        descriptor = os.pidfd_open(process.pid)
        try:
            while self.grace is None and process.poll() is None:
                for probe in (readiness, liveness):
                    if probe is None or probe.due > time.monotonic():
                        continue
                    verdict = probe.ask(self.network)
                    if verdict is not True and probe.has_succeeded:
                        self.said.append(probe.answer)
                    if probe is readiness and verdict is not None and verdict != self.is_ready:
                        self._report(is_ready=verdict)
                    if probe is liveness and verdict is False:
                        self._stop(self.manifest["spec"]["terminationGracePeriodSeconds"])
                self._wait(min(probe.due for probe in (readiness, liveness) if probe), descriptor)
        finally:
            os.close(descriptor)
        if self.grace is not None:
            self.ended = self._stop(self.grace)
            return
        self.restarts += 1
        self.said.append(f"the container ended with {process.wait()}")
        self._report(is_ready=False)
        self._wait(time.monotonic() + (FIRST_BACK_OFF * 2 ** (self.restarts - 2) if self.restarts > 1 else 0))

    def _stop(self, grace):
        begin = time.monotonic()
        self.program.send(signal.SIGTERM)
        was_killed = not self.program.process_ended(grace)
        self.program.kill()
        return Ended(self.program.process.wait(), time.monotonic() - begin, was_killed)

    def _report(self, *, is_ready):
        self.is_ready = is_ready
        is_true = "True" if is_ready else "False"
        name, image = self.container["name"], self.container["image"]
        status = {"name": name, "image": image, "imageID": image, "ready": is_ready, "started": True, "restartCount": self.restarts}
        status |= {"containerID": f"test://{self.name}", "state": {"running": {"startedAt": now()}}}
        conditions = {"Initialized": "True", "ContainersReady": is_true, "Ready": is_true}
        body = {
            "status": {
                "phase": "Running",
                "podIP": self.network.own,
                "podIPs": [{"ip": self.network.own}],
                "conditions": [{"type": kind, "status": value, "lastTransitionTime": now()} for kind, value in conditions.items()],
                "containerStatuses": [status],
            }
        }
        code, answer = self.kubelet.cluster.request("PATCH", f"{self.path()}/status", body, content_type=STRATEGIC)
        if code not in (200, 404):
            raise RuntimeError(f"status of {self.name}: {code} {answer}")

    def _delete(self):
        body = {"gracePeriodSeconds": 0, "preconditions": {"uid": self.uid()}}
        self.kubelet.cluster.request("DELETE", self.path(), body)

    def container_pid(self):
        """Its process 1, as this machine knows it."""
        pid = self.program.process.pid
        return int(pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])

    def memory(self):
        return memory_of(self.container_pid())

    def get(self, port, path):
        """An HTTP answer of the pod: status and body."""
        return self.network.get(port, path, 10)

    def log(self):
        return self.program.log() if self.program else f"waits for {self.waits_for}\n"


class Kubelet:
    """For the node `cluster`.name-node1. `images` are what it can pull, {name: Image}; `routes` what its pods reach beside their own API
    server, as Networks.make takes them."""

    def __init__(self, cluster, images, networks, routes, directory):
        self.cluster = cluster
        self.images = images
        self.networks = networks
        self.routes = dict(routes)
        self.directory = os.path.join(directory, f"kubelet-{cluster.name}")
        os.makedirs(self.directory)
        self.service = None
        self.pods = {}  # by UID; those that have been deleted too
        self.problems = []
        self.closing = threading.Event()
        self.connection = None
        self.thread = threading.Thread(target=self._watch)

    def start(self):
        self.thread.start()

    def _find_server(self):
        """How pods are to reach the API server, and what they are told of it: as its Service says. False: that is not there yet."""
        status, service = self.cluster.request("GET", "/api/v1/namespaces/default/services/kubernetes")
        if status != 200:
            return False
        address, port = service["spec"]["clusterIP"], str(service["spec"]["ports"][0]["port"])
        self.routes[address, int(port)] = self.cluster.port
        self.service = {
            "KUBERNETES_SERVICE_HOST": address,
            "KUBERNETES_SERVICE_PORT": port,
            "KUBERNETES_SERVICE_PORT_HTTPS": port,
            "KUBERNETES_PORT": f"tcp://{address}:{port}",
            f"KUBERNETES_PORT_{port}_TCP": f"tcp://{address}:{port}",
            f"KUBERNETES_PORT_{port}_TCP_PROTO": "tcp",
            f"KUBERNETES_PORT_{port}_TCP_PORT": port,
            f"KUBERNETES_PORT_{port}_TCP_ADDR": address,
        }
        return True

    def _watch(self):
        """Without a version to begin with, a watch tells first what is there."""
        path = f"/api/v1/pods?watch=1&fieldSelector=spec.nodeName%3D{self.cluster.name}-node1"
        while not self._find_server():
            if self.closing.wait(0.05):
                return
        while not self.closing.is_set():
            try:
                connection = http.client.HTTPSConnection("127.0.0.1", self.cluster.port, context=self.cluster.tls)
                connection.connect()
                self.connection = connection.sock
                connection.request("GET", path)
                for line in connection.getresponse():
                    event = json.loads(line)
                    if event["type"] in ("ADDED", "MODIFIED", "DELETED"):
                        self._take(event["object"], event["type"] == "DELETED")
            except (OSError, ValueError, http.client.HTTPException):
                pass
            self.closing.wait(0.2)  # the server is away

    def _take(self, manifest, is_gone):
        metadata = manifest["metadata"]
        pod = self.pods.get(metadata["uid"])
        if pod is None and not is_gone:
            pod = self.pods[metadata["uid"]] = Pod(self, manifest, f"10.244.0.{len(self.pods) + 2}")
            pod.start()
        if pod is not None and is_gone:
            pod.end(0)
        elif "deletionTimestamp" in metadata:
            pod.end(metadata["deletionGracePeriodSeconds"])

    def running(self):
        """The pods that are there, oldest first."""
        return [pod for pod in list(self.pods.values()) if pod.grace is None]

    def refresh(self):
        """Fills volumes anew, as a kubelet does about once a minute: Secrets that have changed, tokens before they run out."""
        for pod in self.running():
            pod.fill_volumes()

    def logs(self):
        text = "".join(f"{problem}\n" for problem in self.problems)
        for pod in list(self.pods.values()):
            text += f"--- {self.cluster.name}: {pod.name}: {pod.restarts} restarts, {pod.said}\n{pod.log()[-3000:]}\n"
        return text

    def close(self):
        self.closing.set()
        if self.connection is not None:
            try:
                socket.socket.shutdown(self.connection, socket.SHUT_RDWR)
            except OSError:
                pass
        self.thread.join()
        for pod in self.pods.values():
            if pod.program is not None:
                pod.program.kill()
            pod.end(0)
            pod.join()
