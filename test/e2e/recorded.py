"""Comparison with recorded truth (test/data/recorded): what the reference wrote at each step of the page, by the rule at the top
of its README."""

import hashlib
import json
import pathlib
import re

DATA = pathlib.Path(__file__).resolve().parents[1] / "data/recorded"
TIMES = re.compile(r"^(creationTimestamp|deletionTimestamp|startTime|endTime|lastUpdatedTime|lastReceivedHeartbeat|.*[tT]ransitionTime|.*[oO]bservationTime|first.*ObservedTime)$")
DROPPED = {"uid", "resourceVersion", "managedFields", "selfLink", "message"}
SENTENCE = "<text>"
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
BINDING = re.compile(r"-[0-9a-f]{8}$")
NOT_COMPARED = ("memberclusters", "internalmemberclusters")  # there to be read, not to be equal to


def resource_of(kind):
    """The name of a list in the recording, as kubectl takes it, and the context it is read in."""
    if " of " in kind:
        plural, member = kind.split(" of ")
        return f"{plural}.v1beta1.placement.kubernetes-fleet.io", member
    return f"{kind}.v1beta1.placement.kubernetes-fleet.io", "hub"


def strip(value):
    """Without times, sentences' place holders, identities, null members, and maps that are empty then."""
    if isinstance(value, dict):
        stripped = {}
        for key, member in value.items():
            if key in DROPPED or key == LAST_APPLIED or TIMES.match(key) or member is None:
                continue
            member = strip(member)
            if member != {} and member != SENTENCE:
                stripped[key] = member
        return stripped
    if isinstance(value, list):
        return [strip(item) for item in value]
    return value


def without_sentences(ours, theirs):
    """`ours` without the members whose place in the recording holds a sentence."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return {key: without_sentences(member, theirs.get(key)) for key, member in ours.items() if theirs.get(key) != SENTENCE}
    if isinstance(ours, list) and isinstance(theirs, list):
        padded = theirs + [None] * (len(ours) - len(theirs))
        return [without_sentences(item, other) for item, other in zip(ours, padded)]
    return ours


def rename_bindings(objects_by_kind):
    """Maps the free hex digits at the end of binding names away, wherever the names occur."""
    names = {}
    for kind in ("clusterresourcebindings", "resourcebindings"):
        for binding in objects_by_kind.get(kind, []):
            name = binding["metadata"]["name"]
            names[name] = BINDING.sub("-########", name)

    def rename(value):
        if isinstance(value, dict):
            return {key: rename(member) for key, member in value.items()}
        if isinstance(value, list):
            return [rename(item) for item in value]
        return names.get(value, value) if isinstance(value, str) else value

    return rename(objects_by_kind)


def lower_generation(value, by):
    if isinstance(value, dict):
        return {
            key: member - by if key in ("generation", "observedGeneration") else lower_generation(member, by)
            for key, member in value.items()
        }
    if isinstance(value, list):
        return [lower_generation(item, by) for item in value]
    return value


def free_generation(binding):
    """Generations that count writes: only whether conditions are about the object as it stands matters."""
    generation = binding["metadata"]["generation"]
    binding["metadata"]["generation"] = "current"
    for condition in binding.get("status", {}).get("conditions", []):
        condition["observedGeneration"] = "current" if condition["observedGeneration"] == generation else "old"


RESOURCE_HASH = "kubernetes-fleet.io/resource-hash"


def resource_hash(manifests):
    """The digest of api 8.7: Go's JSON of the manifests, HTML characters escaped."""
    text = json.dumps({"selectedResources": manifests}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026").encode()).hexdigest()


def free_template_times(snapshot):
    """9: the reference's API server writes creationTimestamp: null into pod templates. Without it the digest is another one;
    a digest that fits its own content on either side is the right one."""
    annotations = snapshot["metadata"]["annotations"]
    manifests = snapshot["spec"].get("selectedResources", [])
    if RESOURCE_HASH in annotations and any("template" in manifest.get("spec", {}) for manifest in manifests):
        right = annotations[RESOURCE_HASH] == resource_hash(manifests)
        annotations[RESOURCE_HASH] = "fits its content" if right else annotations[RESOURCE_HASH]


def apply_deviations(objects_by_kind, recorded):
    """The list "Where the reference is not the measure" of the README."""
    for kind in ("clusterresourcesnapshots", "resourcesnapshots"):
        for snapshot in objects_by_kind.get(kind, []):
            free_template_times(snapshot)
    for kind in ("clusterstagedupdateruns", "stagedupdateruns"):
        runs = objects_by_kind.get(kind, [])
        for position, run in enumerate(runs):
            if recorded and run["spec"].get("resourceSnapshotIndex") == "":  # 1
                del run["spec"]["resourceSnapshotIndex"]
                runs[position] = lower_generation(run, 1)
        for run in runs:
            free_waits(run)
    for kind in ("clusterstagedupdatestrategies", "stagedupdatestrategies"):
        for strategy in objects_by_kind.get(kind, []):
            free_waits(strategy)
    for binding in objects_by_kind.get("clusterresourcebindings", []):
        if binding["metadata"]["labels"]["kubernetes-fleet.io/parent-CRP"] == "ns-only-crp":  # 10
            free_generation(binding)


def free_waits(value):
    """The timed waits were shortened, there and here."""
    if isinstance(value, dict):
        for key, member in value.items():
            if key == "waitTime":
                value[key] = "any"
            else:
                free_waits(member)
    elif isinstance(value, list):
        for item in value:
            free_waits(item)


def differences(ours, theirs, path=""):
    if type(ours) is not type(theirs):
        return [f"{path}: ours {json.dumps(ours)}, recorded {json.dumps(theirs)}"]
    if isinstance(ours, dict):
        found = []
        for key in sorted(set(ours) | set(theirs)):
            here = f"{path}.{key}"
            if key not in ours:
                found.append(f"{here}: ours nothing, recorded {json.dumps(theirs[key])}")
            elif key not in theirs:
                found.append(f"{here}: ours {json.dumps(ours[key])}, recorded nothing")
            else:
                found += differences(ours[key], theirs[key], here)
        return found
    if isinstance(ours, list):
        found = []
        if len(ours) != len(theirs):
            found.append(f"{path}: ours has {len(ours)} items, the recording {len(theirs)}")
        for position, (one, other) in enumerate(zip(ours, theirs)):
            found += differences(one, other, f"{path}[{position}]")
        return found
    return [] if ours == theirs else [f"{path}: ours {json.dumps(ours)}, recorded {json.dumps(theirs)}"]


def read(shell, kinds):
    """The lists of these kinds, each context asked once: what is compared must be of one moment, as far as kubectl allows."""
    by_context = {}
    for kind in kinds:
        resource, context = resource_of(kind)
        by_context.setdefault(context, []).append((kind, resource))
    lists = {}
    for context, wanted in by_context.items():
        items = shell.get(",".join(resource for _, resource in wanted), context)["items"]
        for kind, resource in wanted:
            lists[kind] = [item for item in items if resource.startswith(item["kind"].lower()[:-1])]
    return lists


def compare(shell, name):
    """Every difference between the fleet as it is and the recording `name`, with its path and both values."""
    theirs = {kind: items for kind, items in json.loads((DATA / f"{name}.json").read_text()).items() if kind not in NOT_COMPARED}
    other_scope = "example-placement" if name.startswith("namespace/") else "web-app"
    ours = {kind: [item for item in items if not belongs_to(item, other_scope)] for kind, items in read(shell, theirs).items()}
    for side, recorded in ((ours, False), (theirs, True)):
        apply_deviations(side, recorded)
    ours, theirs = rename_bindings(ours), rename_bindings(theirs)
    found = []
    for kind in theirs:
        found += differences(strip(without_sentences(ours[kind], theirs[kind])), strip(theirs[kind]), kind)
    return found


def belongs_to(item, scope):
    """An object of the other half of the page, which the recordings were made without."""
    text = json.dumps(item["metadata"]) + json.dumps(item.get("spec", {}))
    if scope == "example-placement":
        return "example-" in text
    return "web-app" in text or "ns-only-crp" in text or "app-rollout" in text
