"""A hub, a placement on its three members, and staged update runs that carry new content to them: what the benchmarks do."""

import base64
import http.client
import json
import os
import pathlib
import re
import ssl
import time
import urllib.parse

GROUP = "/apis/placement.kubernetes-fleet.io/v1beta1"
NAMESPACE = "bench-namespace"
MEMBERS = ("member1", "member2", "member3")
TIMEOUT = 120  # seconds without a word: something is broken, not slow



class Wrong(Exception):
    """A result that is not what it must be."""


class Hub:
    """HTTP over TLS with a client certificate. One connection that is kept, and one more for each watch."""

    def __init__(self, url, tls):
        self.address = urllib.parse.urlsplit(url)
        self.tls = tls
        self.connection = self.connect()

    @staticmethod
    def of_kubeconfig(kubeconfig, private_directory):
        text = pathlib.Path(kubeconfig).read_text()

        def decoded(key):
            return base64.b64decode(re.search(rf"{key}: *\"?([A-Za-z0-9+/=]+)", text).group(1))

        servers = re.findall(r"server: *\"?(https://[^\s\"]+)", text)
        tls = ssl.create_default_context(cadata=decoded("certificate-authority-data").decode())
        identity = os.path.join(private_directory, "identity.pem")  # ssl takes files only
        with open(os.open(identity, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            file.write(decoded("client-certificate-data") + b"\n" + decoded("client-key-data"))
        tls.load_cert_chain(identity)
        return Hub(next(server for server in servers if "/clusters/" not in server), tls)

    def connect(self):
        return http.client.HTTPSConnection(self.address.hostname, self.address.port, context=self.tls, timeout=TIMEOUT)

    def send(self, method, path, body=None, content_type="application/json"):
        headers = {"Accept": "application/json", "User-Agent": "slipway-bench"}
        if body is not None:
            headers["Content-Type"] = content_type
        self.connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise Wrong(f"{method} {path}: {answer.status} {content.decode(errors='replace')[:500]}")
        return json.loads(content)

    def get(self, path):
        return self.send("GET", path)

    def create(self, path, kind, name, spec=None, **more):
        version = "v1" if path.startswith("/api/v1") else GROUP.removeprefix("/apis/")
        body = {"apiVersion": version, "kind": kind, "metadata": {"name": name}, **more}
        if spec is not None:
            body["spec"] = spec
        return self.send("POST", path, body)

    def watch(self, path, name):
        """Ready to tell what happens from now on to the object of that name, whether it exists yet or not."""
        revision = self.get(path)["metadata"]["resourceVersion"]
        return Watch(self.connect(), f"{path}?watch=1&resourceVersion={revision}&fieldSelector=metadata.name%3D{name}")


class Watch:
    def __init__(self, connection, path):
        self.connection = connection
        connection.request("GET", path, headers={"Accept": "application/json", "User-Agent": "slipway-bench"})
        self.answer = connection.getresponse()
        if self.answer.status != 200:
            raise Wrong(f"watch {path}: {self.answer.status} {self.answer.read().decode(errors='replace')[:500]}")

    def until(self, is_reached):
        """The first version of the object that is_reached() says yes to."""
        while True:
            line = self.answer.readline()
            if not line:
                raise Wrong("the watch ended before what was waited for happened")
            event = json.loads(line)
            if event["type"] == "ERROR":
                raise Wrong(f"the watch failed: {event['object'].get('message')}")
            if event["type"] != "BOOKMARK" and is_reached(event["object"]):
                return event["object"]

    def close(self):
        self.connection.close()


def condition(thing, type_):
    for one in thing.get("status", {}).get("conditions") or []:
        if one["type"] == type_:
            return one["status"]
    return None


def finished(run):
    if condition(run, "Initialized") == "False" or condition(run, "Succeeded") == "False":
        raise Wrong(f"the run failed: {json.dumps(run['status']['conditions'])}")
    return condition(run, "Succeeded") == "True"


def set_up(hub):
    hub.create("/api/v1/namespaces", "Namespace", NAMESPACE)
    hub.create(f"/api/v1/namespaces/{NAMESPACE}/configmaps", "ConfigMap", "content", data={"key": "value0"})
    strategies = f"{GROUP}/clusterstagedupdatestrategies"
    for concurrency in (1, 2):
        stages = [
            {"name": "staging", "labelSelector": {"matchLabels": {"environment": "staging"}}, "maxConcurrency": 1},
            {
                "name": "canary",
                "labelSelector": {"matchLabels": {"environment": "canary"}},
                "sortingLabelKey": "order",
                "maxConcurrency": concurrency,
            },
        ]
        hub.create(strategies, "ClusterStagedUpdateStrategy", f"strategy-{concurrency}", {"stages": stages})
    placements = f"{GROUP}/clusterresourceplacements"
    watch = hub.watch(placements, "placement")
    selector = {"group": "", "version": "v1", "kind": "Namespace", "name": NAMESPACE}
    spec = {"resourceSelectors": [selector], "policy": {"placementType": "PickAll"}, "strategy": {"type": "External"}}
    hub.create(placements, "ClusterResourcePlacement", "placement", spec)
    watch.until(lambda placement: condition(placement, "ClusterResourcePlacementScheduled") == "True")
    watch.close()


def one_run(hub, number, concurrency, read_member):
    """Seconds from sending the run until a watcher is told that it has succeeded, with new content for every member.
    `read_member(name, path)` is a GET from a member."""
    value, name, runs = f"value{number}", f"run-{number}", f"{GROUP}/clusterstagedupdateruns"
    content = f"/api/v1/namespaces/{NAMESPACE}/configmaps/content"
    hub.send("PATCH", content, {"data": {"key": value}}, "application/merge-patch+json")
    watch = hub.watch(runs, name)
    spec = {"placementName": "placement", "stagedRolloutStrategyName": f"strategy-{concurrency}", "state": "Run"}
    started = time.monotonic()
    hub.create(runs, "ClusterStagedUpdateRun", name, spec)
    run = watch.until(finished)
    seconds = time.monotonic() - started
    watch.close()
    done = [c["clusterName"] for stage in run["status"]["stagesStatus"] for c in stage["clusters"] if condition({"status": c}, "Succeeded") == "True"]
    if sorted(done) != list(MEMBERS):
        raise Wrong(f"{name} has succeeded, but updated only {done}")
    for member in MEMBERS:
        got = read_member(member, content)["data"]["key"]
        if got != value:
            raise Wrong(f"{name} has succeeded, but {member} has {got} instead of {value}")
    return seconds
