"""The how-to "How to Roll Out and Roll Back Changes in Stage", step by step: each command as the page has it (its YAML
indented again, staged-update 19 row 16), with what the page says it prints."""

import json
import re

import tables

CLUSTER_SCOPE = "cluster scope"
NAMESPACE_SCOPE = "namespace scope"

RUN_HEADERS = [
    "NAME", "PLACEMENT", "RESOURCE-SNAPSHOT-INDEX", "POLICY-SNAPSHOT-INDEX", "INITIALIZED", "PROGRESSING", "SUCCEEDED", "AGE",
]
APPROVAL_HEADERS = ["NAME", "UPDATE-RUN", "STAGE", "APPROVED", "AGE"]
PLACEMENT_HEADERS = ["NAME", "GEN", "SCHEDULED", "SCHEDULED-GEN", "AVAILABLE", "AVAILABLE-GEN", "AGE"]


class Step:
    """One command. `expect` gets its output and returns what is wrong with it, or None. `title` is a line of the page."""

    def __init__(self, title, command, expect=None, *, recorded=None, scope=CLUSTER_SCOPE, waits=False):
        self.title = title
        self.command = command
        self.expect = expect
        self.recorded = recorded  # compare with this file of recorded truth afterwards
        self.scope = scope
        self.waits = waits  # not on the page: waits until what the page shows next is so


def says(text):
    return lambda output: None if output.strip() == text else f"it printed {output.strip()!r}, the page has {text!r}"


def contains(*parts):
    def check(output):
        missing = [part for part in parts if part not in output]
        return f"missing in the output: {missing}" if missing else None

    return check


def table(headers, *rows):
    return lambda output: tables.check(output, headers, [list(row) + [""] for row in rows])


def labels_table(*rows):
    return lambda output: tables.check(output, ["NAME", "GEN", "AGE", "LABELS"], [[name, "1", "", labels] for name, labels in rows])


def apply(text):
    return f"kubectl apply -f - << EOF\n{text}EOF"


def wait_for(kind, name, path, value, namespace=None):
    """Ends with the first event that shows `value` at `path`. Not `kubectl wait`, whose --for=jsonpath takes no filter with an
    equals sign in older versions. And a list of one: of a single object kubectl drops what changes between its get and its watch."""
    where = f" -n {namespace}" if namespace else ""
    watch = f"exec timeout 120 kubectl get {kind} --field-selector metadata.name={name}{where} -w -o jsonpath='{path}{{\"\\n\"}}' 2>/dev/null"
    return f"grep -qxm1 {value} <({watch})"


def run_reason(kind, name, reason, namespace=None):
    command = wait_for(kind, name, '{.status.conditions[?(@.type=="Progressing")].reason}', reason, namespace)
    return Step(f"Wait until {name} shows {reason}", command, waits=True)


def wait_for_request(kind, name, namespace=None):
    """Requests are made a moment after their stage is ready; the wait ends with the event, not with a poll."""
    run = name.rsplit("-", 2)[0]
    stage = name.rsplit("-", 1)[1]
    task = "beforeStageTaskStatus" if "-before-" in name else "afterStageTaskStatus"
    path = f'{{.status.stagesStatus[?(@.stageName=="{stage}")].{task}[?(@.type=="Approval")].conditions[?(@.type=="ApprovalRequestCreated")].status}}'
    command = wait_for("csur" if namespace is None else "sur", run, path, "True", namespace)
    return Step(f"Wait until the approval request {name} is there", command, waits=True)


APPROVED = (
    """-p '{"status":{"conditions":[{"type":"Approved","status":"True","reason":"approved","message":"approved","""
    """"lastTransitionTime":"'$(date -u +"%Y-%m-%dT%H:%M:%SZ")'","observedGeneration":1}]}}' """
)


def approve(kind, singular, name, namespace=None):
    where = f" -n {namespace}" if namespace else ""
    return Step(
        f"Approve {name}",
        f"kubectl patch {kind} {name}{where} --type='merge' \\\n{APPROVED}\\\n--subresource=status",
        says(f"{singular}.placement.kubernetes-fleet.io/{name} patched"),
    )


def approve_with_file(name):
    return Step(
        "Alternatively, approve using a patch file",
        """cat << EOF > approval.json
"status": {
    "conditions": [
        {
            "lastTransitionTime": "$(date -u +%Y-%m-%dT%H:%M:%SZ)",
            "message": "approved",
            "observedGeneration": 1,
            "reason": "approved",
            "status": "True",
            "type": "Approved"
        }
    ]
}
EOF
kubectl patch clusterapprovalrequests """
        + f"{name} --type='merge' --subresource=status --patch-file approval.json",
        says(f"clusterapprovalrequest.placement.kubernetes-fleet.io/{name} patched"),
    )


def on_each_member(command, wanted, title):
    def check(output):
        got = output.split()
        return None if got == [wanted] * 3 else f"the members have {got}, the page has {wanted} on all 3"

    return Step(title, f"for member in member1 member2 member3; do kubectl --context $member {command}; echo; done", check)


def member_data(value):
    command = "get configmap test-cm -n test-namespace -o jsonpath='{.data.key}'"
    return on_each_member(command, value, f"The configmap test-cm is on all 3 member clusters with {value}")


def member_images(image):
    command = "get deployment web-app -n my-app-namespace -o jsonpath='{.spec.template.spec.containers[0].image}'"
    return on_each_member(command, image, f"The deployment web-app runs {image} on all 3 member clusters")


def initialized_status(output):
    run = json.loads(output)
    status = run["status"]
    problems = []
    if run["metadata"]["generation"] != 1:
        problems.append(f"generation is {run['metadata']['generation']}")
    if "resourceSnapshotIndex" in run["spec"]:
        problems.append("resourceSnapshotIndex was added to the spec")
    if [stage["stageName"] for stage in status["stagesStatus"]] != ["staging", "canary"]:
        problems.append("stages are not staging, canary")
    if [cluster["clusterName"] for cluster in status["stagesStatus"][1]["clusters"]] != ["member3", "member1"]:
        problems.append("canary is not member3, member1")
    condition = status["conditions"][0]
    shown = (condition["type"], condition["status"], condition["reason"], condition["observedGeneration"])
    if shown != ("Initialized", "True", "UpdateRunInitializedSuccessfully", 1):
        problems.append(f"the condition is {condition}")
    return "; ".join(problems) or None


def running_or_waiting(output):
    """PROGRESSING is True while member2 is updated and False while the wait runs: both are right in time (19 row 12)."""
    progressing = tables.parse(output)[1][0][5]
    if progressing not in ("True", "False"):
        return f"PROGRESSING is {progressing!r}"
    return tables.check(output, RUN_HEADERS, [["example-run", "example-placement", "0", "0", "True", progressing, "", ""]])


def nothing(output):
    """kubectl says "No resources found" on stderr, and nothing on stdout."""
    return None if output == "" else f"it printed {output!r}"


def created(kind, name):
    return says(f"{kind}.placement.kubernetes-fleet.io/{name} created")


SNAPSHOT_LABELS = "kubernetes-fleet.io/is-latest-snapshot={},kubernetes-fleet.io/parent-CRP={},kubernetes-fleet.io/resource-index={}"


def two_snapshots(placement):
    return labels_table(
        (f"{placement}-0-snapshot", SNAPSHOT_LABELS.format("false", placement, 0)),
        (f"{placement}-1-snapshot", SNAPSHOT_LABELS.format("true", placement, 1)),
    )


def cluster_run(name, state, index=None):
    text = f"""apiVersion: placement.kubernetes-fleet.io/v1beta1
kind: ClusterStagedUpdateRun
metadata:
  name: {name}
spec:
  placementName: example-placement
"""
    text += f'  resourceSnapshotIndex: "{index}"\n' if index is not None else ""
    return Step(
        f"Deploy the ClusterStagedUpdateRun {name}",
        apply(text + f"  stagedRolloutStrategyName: example-strategy\n  state: {state}\n"),
        created("clusterstagedupdaterun", name),
    )


def set_state(run, state, title):
    command = "kubectl patch csur " + run + """ --type='merge' -p '{"spec":{"state":"%s"}}'""" % state
    return Step(title, command, says(f"clusterstagedupdaterun.placement.kubernetes-fleet.io/{run} patched"))


def cluster_gates(run, *, first=False, recorded=(None, None)):
    """From the running first stage to the end, as the page does it for the first run. The listing of a later run leaves the
    requests of earlier ones out."""
    listing = "kubectl get clusterapprovalrequest -A" + ("" if first else f" | awk 'NR==1 || $2 == \"{run}\"'")
    before, after = (f"{run}-before-canary", run, "canary"), (f"{run}-after-canary", run, "canary")
    requests = "clusterapprovalrequests"
    approve_after = approve_with_file(after[0]) if first else approve(requests, "clusterapprovalrequest", after[0])
    steps = [
        wait_for_request("clusterapprovalrequest", before[0]),
        Step("Check for the before-stage approval request", listing, table(APPROVAL_HEADERS, (*before, "")), recorded=recorded[0]),
        approve(requests, "clusterapprovalrequest", before[0]),
        wait_for_request("clusterapprovalrequest", after[0]),
        Step("The canary stage waits for its after-stage approval", listing, table(APPROVAL_HEADERS, (*after, ""), (*before, "True")), recorded=recorded[1]),
        approve_after,
        Step(f"Wait until {run} has succeeded", f"kubectl wait csur {run} --for=condition=Succeeded --timeout=120s", waits=True),
        Step("Wait until the placement has seen it", "kubectl wait crp example-placement --for=condition=ClusterResourcePlacementAvailable --timeout=60s", waits=True),
    ]
    if first:
        steps.append(Step("Verify both approvals are accepted", listing, table(APPROVAL_HEADERS, (*after, "True"), (*before, "True"))))
    return steps


def cluster_scope(wait):
    snapshots = "kubectl get clusterresourcesnapshots -l kubernetes-fleet.io/parent-CRP=example-placement"
    finished = lambda run, index: table(RUN_HEADERS, (run, "example-placement", index, "0", "True", "False", "True"))
    return [
        Step("Create a namespace", "kubectl create ns test-namespace", says("namespace/test-namespace created")),
        Step("Create a configmap", "kubectl create cm test-cm --from-literal=key=value1 -n test-namespace", says("configmap/test-cm created")),
        Step(
            "Create a ClusterResourcePlacement to deploy the resources",
            apply("""apiVersion: placement.kubernetes-fleet.io/v1beta1
kind: ClusterResourcePlacement
metadata:
  name: example-placement
spec:
  resourceSelectors:
    - group: ""
      kind: Namespace
      name: test-namespace
      version: v1
  policy:
    placementType: PickAll
  strategy:
    type: External
"""),
            created("clusterresourceplacement", "example-placement"),
        ),
        Step("Wait until the placement is scheduled", "kubectl wait crp example-placement --for=condition=ClusterResourcePlacementScheduled --timeout=60s", waits=True),
        Step("All clusters are scheduled, nothing is deployed", "kubectl get crp example-placement", table(PLACEMENT_HEADERS, ("example-placement", "1", "True", "1", "", "")), recorded="cluster/c01-placement"),
        Step("No resource snapshots exist yet", snapshots, nothing),
        Step(
            "Deploy a ClusterStagedUpdateStrategy",
            apply(f"""apiVersion: placement.kubernetes-fleet.io/v1beta1
kind: ClusterStagedUpdateStrategy
metadata:
  name: example-strategy
spec:
  stages:
    - name: staging
      labelSelector:
        matchLabels:
          environment: staging
      maxConcurrency: 30%
      afterStageTasks:
        - type: TimedWait
          waitTime: {wait}
    - name: canary
      labelSelector:
        matchLabels:
          environment: canary
      sortingLabelKey: order
      maxConcurrency: 2
      beforeStageTasks:
        - type: Approval
      afterStageTasks:
        - type: Approval
"""),
            created("clusterstagedupdatestrategy", "example-strategy"),
        ),
        cluster_run("example-run", "Initialize"),
        Step("Wait until the run is initialized", "kubectl wait csur example-run --for=condition=Initialized --timeout=60s", waits=True),
        Step("Review the computed stages", "kubectl get csur example-run -o json", initialized_status, recorded="cluster/c02-initialized"),
        set_state("example-run", "Run", "Start the rollout"),
        Step("Wait until member2 is updated", wait_for("csur", "example-run", '{.status.stagesStatus[0].conditions[?(@.type=="Progressing")].reason}', "StageUpdatingWaiting"), waits=True, recorded="cluster/c03-staging-done"),
        Step("The run is initialized and running", "kubectl get csur example-run", running_or_waiting),
        *cluster_gates("example-run", first=True, recorded=("cluster/c04-waiting-before-canary", "cluster/c05-waiting-after-canary")),
        Step("The updateRun is complete", "kubectl get csur example-run", finished("example-run", "0"), recorded="cluster/c06-succeeded"),
        Step("The CRP shows that resources are available on all member clusters", "kubectl get crp example-placement", table(PLACEMENT_HEADERS, ("example-placement", "1", "True", "1", "True", "1"))),
        member_data("value1"),
        Step("Verify the snapshot was created", snapshots, table(["NAME", "GEN", "AGE"], ("example-placement-0-snapshot", "1"))),
        Step("Modify the configmap", """kubectl patch configmap test-cm -n test-namespace -p '{"data":{"key":"value2"}}'""", says("configmap/test-cm patched")),
        cluster_run("example-run-latest", "Run"),
        Step("Wait until the second run is initialized", "kubectl wait csur example-run-latest --for=condition=Initialized --timeout=60s", waits=True),
        Step("Check which snapshot was used", "kubectl get csur example-run-latest -o jsonpath='{.status.resourceSnapshotIndexUsed}'", says("1")),
        Step("Now there are two snapshots", snapshots + " --show-labels", two_snapshots("example-placement")),
        Step("View a snapshot's contents", "kubectl get clusterresourcesnapshots example-placement-0-snapshot -o yaml", contains("kind: ClusterResourceSnapshot", "key: value1", 'kubernetes-fleet.io/is-latest-snapshot: "false"')),
        Step("Wait until member2 is updated", wait_for("csur", "example-run-latest", '{.status.stagesStatus[0].clusters[0].conditions[?(@.type=="Succeeded")].status}', "True"), waits=True),
        set_state("example-run-latest", "Stop", "Pause the rollout"),
        run_reason("csur", "example-run-latest", "UpdateRunStopped"),
        Step("Verify the rollout is stopped", "kubectl get csur example-run-latest", table(RUN_HEADERS, ("example-run-latest", "example-placement", "1", "0", "True", "False", "")), recorded="cluster/c07-stopped"),
        set_state("example-run-latest", "Run", "Resume the rollout"),
        *cluster_gates("example-run-latest", recorded=("cluster/c08-resumed", None)),
        Step("The second run is complete", "kubectl get csur example-run-latest", finished("example-run-latest", "1"), recorded="cluster/c09-second-succeeded"),
        member_data("value2"),
        cluster_run("example-run-rollback", "Run", "0"),
        *cluster_gates("example-run-rollback"),
        Step("The rollback is complete", "kubectl get csur example-run-rollback", finished("example-run-rollback", "0"), recorded="cluster/c10-rolled-back"),
        member_data("value1"),
    ]


NAMESPACE = "my-app-namespace"


def namespaced_run(name, index=None):
    text = f"""apiVersion: placement.kubernetes-fleet.io/v1beta1
kind: StagedUpdateRun
metadata:
  name: {name}
  namespace: {NAMESPACE}
spec:
  placementName: web-app-placement
"""
    text += f'  resourceSnapshotIndex: "{index}"\n' if index is not None else ""
    return Step(
        f"Deploy the StagedUpdateRun {name}",
        apply(text + "  stagedRolloutStrategyName: app-rollout-strategy\n  state: Run\n"),
        created("stagedupdaterun", name),
    )


def namespaced_gates(run, recorded, *, first=False):
    listing = f"kubectl get approvalrequests -n {NAMESPACE}" + ("" if first else f" | awk 'NR==1 || $2 == \"{run}\"'")
    before, after = (f"{run}-before-prod", run, "prod"), (f"{run}-after-prod", run, "prod")
    placement_wait = f"kubectl wait resourceplacement web-app-placement -n {NAMESPACE} --for=condition=ResourcePlacementAvailable --timeout=60s"
    return [
        wait_for_request("approvalrequest", before[0], NAMESPACE),
        Step("The prod stage requires approval before it starts", listing, table(APPROVAL_HEADERS, (*before, ""))),
        approve("approvalrequests", "approvalrequest", before[0], NAMESPACE),
        wait_for_request("approvalrequest", after[0], NAMESPACE),
        Step("After production clusters complete updates", listing, table(APPROVAL_HEADERS, (*after, ""), (*before, "True"))),
        approve("approvalrequests", "approvalrequest", after[0], NAMESPACE),
        Step(f"Wait until {run} has succeeded", f"kubectl wait sur {run} -n {NAMESPACE} --for=condition=Succeeded --timeout=120s", waits=True),
        Step("Wait until the placement has seen it", placement_wait, waits=True, recorded=recorded),
    ]


def namespace_scope(wait):
    snapshots = f"kubectl get resourcesnapshots -n {NAMESPACE} -l kubernetes-fleet.io/parent-CRP=web-app-placement"
    finished = lambda run, index: table(RUN_HEADERS, (run, "web-app-placement", index, "0", "True", "False", "True"))
    steps = [
        Step("Create a namespace", f"kubectl create ns {NAMESPACE}", says(f"namespace/{NAMESPACE} created")),
        Step(
            "Create a CRP that only propagates the namespace",
            apply(f"""apiVersion: placement.kubernetes-fleet.io/v1beta1
kind: ClusterResourcePlacement
metadata:
  name: ns-only-crp
spec:
  resourceSelectors:
    - group: ""
      kind: Namespace
      name: {NAMESPACE}
      version: v1
      selectionScope: NamespaceOnly
  policy:
    placementType: PickAll
  strategy:
    type: RollingUpdate
"""),
            created("clusterresourceplacement", "ns-only-crp"),
        ),
        Step("Create the application to roll out", f"kubectl create deployment web-app --image=nginx:1.20 --port=80 -n {NAMESPACE}", says("deployment.apps/web-app created")),
        Step("Expose it", f"kubectl expose deployment web-app --port=80 --target-port=80 -n {NAMESPACE}", says("service/web-app exposed")),
        Step(
            "Create a namespace-scoped ResourcePlacement",
            apply(f"""apiVersion: placement.kubernetes-fleet.io/v1beta1
kind: ResourcePlacement
metadata:
  name: web-app-placement
  namespace: {NAMESPACE}
spec:
  resourceSelectors:
    - group: "apps"
      kind: Deployment
      name: web-app
      version: v1
    - group: ""
      kind: Service
      name: web-app
      version: v1
  policy:
    placementType: PickAll
  strategy:
    type: External
"""),
            created("resourceplacement", "web-app-placement"),
        ),
        Step("Wait until the namespace is on every cluster", "kubectl wait crp ns-only-crp --for=condition=ClusterResourcePlacementAvailable --timeout=60s", waits=True),
        Step("Wait until the placement is scheduled", f"kubectl wait resourceplacement web-app-placement -n {NAMESPACE} --for=condition=ResourcePlacementScheduled --timeout=60s", waits=True),
        Step("No resource snapshots exist yet", snapshots, nothing),
        Step(
            "Deploy a StagedUpdateStrategy",
            apply(f"""apiVersion: placement.kubernetes-fleet.io/v1beta1
kind: StagedUpdateStrategy
metadata:
  name: app-rollout-strategy
  namespace: {NAMESPACE}
spec:
  stages:
    - name: dev
      labelSelector:
        matchLabels:
          environment: staging
      maxConcurrency: 2
      afterStageTasks:
        - type: TimedWait
          waitTime: {wait}
    - name: prod
      labelSelector:
        matchLabels:
          environment: canary
      sortingLabelKey: order
      maxConcurrency: 1
      beforeStageTasks:
        - type: Approval
      afterStageTasks:
        - type: Approval
"""),
            created("stagedupdatestrategy", "app-rollout-strategy"),
            recorded="namespace/n01-placement",
        ),
        namespaced_run("web-app-rollout-v1-20"),
        *namespaced_gates("web-app-rollout-v1-20", "namespace/n-v1-20", first=True),
        Step("Verify the rollout completion", f"kubectl get sur web-app-rollout-v1-20 -n {NAMESPACE}", finished("web-app-rollout-v1-20", "0")),
        Step("The placement is available", f"kubectl get resourceplacement web-app-placement -n {NAMESPACE}", table(PLACEMENT_HEADERS, ("web-app-placement", "1", "True", "1", "True", "1"))),
        member_images("nginx:1.20"),
        Step("Update the deployment to a new version", f"kubectl set image deployment/web-app nginx=nginx:1.21 -n {NAMESPACE}", says("deployment.apps/web-app image updated")),
        namespaced_run("web-app-rollout-v1-21"),
        *namespaced_gates("web-app-rollout-v1-21", "namespace/n-v1-21"),
        Step("Verify the new snapshot was used", f"kubectl get sur web-app-rollout-v1-21 -n {NAMESPACE} -o jsonpath='{{.status.resourceSnapshotIndexUsed}}'", says("1")),
        Step("Now there are two snapshots", snapshots + " --show-labels", two_snapshots("web-app-placement")),
        member_images("nginx:1.21"),
        Step("View a snapshot's contents", f"kubectl get resourcesnapshots web-app-placement-0-snapshot -n {NAMESPACE} -o yaml", contains("kind: ResourceSnapshot", "image: nginx:1.20")),
        namespaced_run("web-app-rollback-v1-20", "0"),
        *namespaced_gates("web-app-rollback-v1-20", "namespace/n-rollback"),
        Step("The rollback is complete", f"kubectl get sur web-app-rollback-v1-20 -n {NAMESPACE}", finished("web-app-rollback-v1-20", "0"), recorded="namespace/n05-end"),
        member_images("nginx:1.20"),
    ]
    for step in steps:
        step.scope = NAMESPACE_SCOPE
    return steps
