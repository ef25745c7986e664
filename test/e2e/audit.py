"""What the audit logs of real API servers say of our programs."""

import collections

from installed import SYSTEM


def is_ours(event):
    return event.get("userAgent", "").startswith("slipway")


def needless_writes(events):
    """Writes of ours that were answered with the version that an earlier one had made: nothing had changed. And objects that were
    created more often than deleted plus once."""
    seen = set()
    created = collections.Counter()
    found = []
    for event in events:
        answer = event.get("responseObject", {})
        metadata = answer.get("metadata", {})
        target = event.get("objectRef", {})
        name = (target.get("resource"), target.get("namespace"), metadata.get("name"))
        if event["verb"] not in ("create", "update", "patch") or event["responseStatus"]["code"] >= 300 or "uid" not in metadata:
            continue
        version = (metadata["uid"], metadata["resourceVersion"])
        if version in seen and is_ours(event):
            found.append(f"{event['verb']} {name} {target.get('subresource', '')} changed nothing")
        seen.add(version)
        if event["verb"] == "create":
            created[name, metadata["uid"]] += 1
    return found + [f"{name} was created {count} times" for name, count in created.items() if count > 1]


def denials(clusters, joined):
    """Of our own service accounts, from every cluster's audit. An agent may ask its hub before that lets it in, which it had by the
    time `joined`."""
    found = []
    for cluster in clusters:
        for event in cluster.audit():
            user = event["user"]["username"]
            is_early = user.endswith("-hub-cluster-access") and event["requestReceivedTimestamp"] < joined
            is_denied = event.get("responseStatus", {}).get("code") == 403
            if user.startswith(f"system:serviceaccount:{SYSTEM}:") and is_denied and not is_early:
                found.append(f"{cluster.name}: {user} {event['verb']} {event['requestURI']}")
    return found
