"""Fills a hub with what KubeFleet wrote at a recorded step of the page (test/data/recorded), as if its agents had run here until
a moment ago: the hub's API server gives uids and versions, everything else is the recording's."""

import copy
import datetime
import json
import re

from recorded import DATA, resource_of

OFFSET = re.compile(r"^T\+(\d+)s$")
SENTENCE = "<text>"
MESSAGE = "written by KubeFleet"
# Members and their agents' reports are left out: they are written by whoever runs here.
CREATION_ORDER = (
    "clusterresourceplacements",
    "resourceplacements",
    "clusterstagedupdatestrategies",
    "stagedupdatestrategies",
    "clusterschedulingpolicysnapshots",
    "schedulingpolicysnapshots",
    "clusterresourcesnapshots",
    "resourcesnapshots",
    "clusterresourcebindings",
    "resourcebindings",
    "works",
    "clusterstagedupdateruns",
    "stagedupdateruns",
    "clusterapprovalrequests",
    "approvalrequests",
)


def latest(value):
    """The largest offset in seconds that occurs in the recording: the moment it was made."""
    if isinstance(value, dict):
        return max(map(latest, value.values()), default=0)
    if isinstance(value, list):
        return max(map(latest, value), default=0)
    match = OFFSET.match(value) if isinstance(value, str) else None
    return int(match[1]) if match else 0


def at_times(value, start):
    """With times instead of offsets from `start`, and a sentence where the recording left one out."""
    if isinstance(value, dict):
        timed = {key: at_times(member, start) for key, member in value.items()}
        if "lastTransitionTime" in timed:
            timed.setdefault("message", MESSAGE)  # a condition's
        return timed
    if isinstance(value, list):
        return [at_times(item, start) for item in value]
    if isinstance(value, str):
        if match := OFFSET.match(value):
            return (start + datetime.timedelta(seconds=int(match[1]))).strftime("%Y-%m-%dT%H:%M:%SZ")
        return MESSAGE if value == SENTENCE else value
    return value


def with_generation(value, recorded, given):
    """Conditions about the object as it stands stay so when the server gives it another generation."""
    if isinstance(value, dict):
        return {
            key: (given if member == recorded else 0) if key == "observedGeneration" else with_generation(member, recorded, given)
            for key, member in value.items()
        }
    if isinstance(value, list):
        return [with_generation(item, recorded, given) for item in value]
    return value


class Recording:
    def __init__(self, name):
        whole = json.loads((DATA / f"{name}.json").read_text())
        now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        start = now - datetime.timedelta(seconds=latest(whole))
        self.objects = at_times(whole, start)

    def kinds(self):
        return [kind for kind in CREATION_ORDER if self.objects.get(kind)]

    def selected(self):
        """The user's objects as the newest snapshots hold them, in their order."""
        found = {}
        for kind in ("clusterresourcesnapshots", "resourcesnapshots"):
            for snapshot in self.objects.get(kind, []):  # ordered by name, so later indexes win
                for manifest in snapshot["spec"].get("selectedResources", []):
                    metadata = manifest["metadata"]
                    found[manifest["kind"], metadata.get("namespace"), metadata["name"]] = manifest
        return list(found.values())


def send(shell, verb, value, *arguments):
    """kubectl with one object or list on standard input; the answer."""
    path = shell.work + "/takeover.json"
    with open(path, "w") as file:
        json.dump(value, file)
    return json.loads(shell.output(f"kubectl --context hub {verb} -f {path} -o json {' '.join(arguments)}"))


def load(shell, recording):
    """Writes the recorded hub objects to the hub, status included. The members must have joined (their namespaces are there), and
    what the user made must be there; it gets the content of the newest snapshot."""
    for manifest in recording.selected():
        if manifest["kind"] != "Namespace":
            send(shell, "replace", manifest)
    uids = {}
    for kind in recording.kinds():
        for recorded in recording.objects[kind]:
            value = copy.deepcopy(recorded)
            status = value.pop("status", None)
            metadata = value["metadata"]
            generation = metadata.pop("generation", 1)
            metadata.pop("creationTimestamp", None)
            for owner in metadata.get("ownerReferences", []):
                owner["uid"] = uids[owner["kind"], metadata.get("namespace"), owner["name"]]
            made = send(shell, "create", value)
            uids[made["kind"], made["metadata"].get("namespace"), made["metadata"]["name"]] = made["metadata"]["uid"]
            if status:
                made["status"] = with_generation(status, generation, made["metadata"].get("generation", 1))
                send(shell, "replace", made, "--subresource=status")


def versions(shell, kinds):
    """By kind and key, of every object of these kinds: its uid and its version. Equal means that nobody wrote: anything at all,
    or where a status with free sentences is written to the object (policy snapshots), its spec."""
    found = {}
    for kind in kinds:
        resource, context = resource_of(kind)
        for item in shell.get(resource, context)["items"]:
            metadata = item["metadata"]
            version = metadata["generation"] if "policysnapshots" in kind else metadata["resourceVersion"]
            found[kind, metadata.get("namespace"), metadata["name"]] = (metadata["uid"], version)
    return found
