// Written by script/protobuf from the Go types of k8s.io/api: change that program, not this table.

#include "kube/protobuf_fields.h"

namespace slipway::kube::protobuf {
namespace {

// clang-format off
using enum Kind;
constexpr auto one = Shape::one, list = Shape::list, map = Shape::map;
constexpr bool pointer = true, plain = false;    // a pointer in Go: also its zero value is written
constexpr bool always = true, if_set = false;    // written also when it has no value

// number, JSON name ("" for members that stand in the parent), kind, message, shape, pointer, always
constexpr Field fields[] = {
  // 0: apps.v1.ControllerRevision
  {1, "metadata", message, 301, one, plain, always}, {2, "data", raw_json, 0, one, plain, always},
  {3, "revision", int64, 0, one, plain, always},
  // 1: apps.v1.DaemonSet
  {1, "metadata", message, 301, one, plain, always}, {2, "spec", message, 3, one, plain, always},
  {3, "status", message, 4, one, plain, always},
  // 2: apps.v1.DaemonSetCondition
  {1, "type", text, 0, one, plain, always}, {2, "status", text, 0, one, plain, always},
  {3, "lastTransitionTime", time, 0, one, plain, always}, {4, "reason", text, 0, one, plain, if_set},
  {5, "message", text, 0, one, plain, if_set},
  // 3: apps.v1.DaemonSetSpec
  {1, "selector", message, 297, one, pointer, always}, {2, "template", message, 216, one, plain, always},
  {3, "updateStrategy", message, 5, one, plain, always}, {4, "minReadySeconds", int32, 0, one, plain, if_set},
  {6, "revisionHistoryLimit", int32, 0, one, pointer, if_set},
  // 4: apps.v1.DaemonSetStatus
  {1, "currentNumberScheduled", int32, 0, one, plain, always}, {2, "numberMisscheduled", int32, 0, one, plain, always},
  {3, "desiredNumberScheduled", int32, 0, one, plain, always}, {4, "numberReady", int32, 0, one, plain, always},
  {5, "observedGeneration", int64, 0, one, plain, if_set}, {6, "updatedNumberScheduled", int32, 0, one, plain, if_set},
  {7, "numberAvailable", int32, 0, one, plain, if_set}, {8, "numberUnavailable", int32, 0, one, plain, if_set},
  {9, "collisionCount", int32, 0, one, pointer, if_set}, {10, "conditions", message, 2, list, plain, if_set},
  // 5: apps.v1.DaemonSetUpdateStrategy
  {1, "type", text, 0, one, plain, if_set}, {2, "rollingUpdate", message, 15, one, pointer, if_set},
  // 6: apps.v1.Deployment
  {1, "metadata", message, 301, one, plain, always}, {2, "spec", message, 8, one, plain, always},
  {3, "status", message, 9, one, plain, always},
  // 7: apps.v1.DeploymentCondition
  {1, "type", text, 0, one, plain, always}, {2, "status", text, 0, one, plain, always},
  {4, "reason", text, 0, one, plain, if_set}, {5, "message", text, 0, one, plain, if_set},
  {6, "lastUpdateTime", time, 0, one, plain, always}, {7, "lastTransitionTime", time, 0, one, plain, always},
  // 8: apps.v1.DeploymentSpec
  {1, "replicas", int32, 0, one, pointer, if_set}, {2, "selector", message, 297, one, pointer, always},
  {3, "template", message, 216, one, plain, always}, {4, "strategy", message, 10, one, plain, always},
  {5, "minReadySeconds", int32, 0, one, plain, if_set}, {6, "revisionHistoryLimit", int32, 0, one, pointer, if_set},
  {7, "paused", boolean, 0, one, plain, if_set}, {9, "progressDeadlineSeconds", int32, 0, one, pointer, if_set},
  // 9: apps.v1.DeploymentStatus
  {1, "observedGeneration", int64, 0, one, plain, if_set}, {2, "replicas", int32, 0, one, plain, if_set},
  {3, "updatedReplicas", int32, 0, one, plain, if_set}, {4, "availableReplicas", int32, 0, one, plain, if_set},
  {5, "unavailableReplicas", int32, 0, one, plain, if_set}, {6, "conditions", message, 7, list, plain, if_set},
  {7, "readyReplicas", int32, 0, one, plain, if_set}, {8, "collisionCount", int32, 0, one, pointer, if_set},
  {9, "terminatingReplicas", int32, 0, one, pointer, if_set},
  // 10: apps.v1.DeploymentStrategy
  {1, "type", text, 0, one, plain, if_set}, {2, "rollingUpdate", message, 16, one, pointer, if_set},
  // 11: apps.v1.ReplicaSet
  {1, "metadata", message, 301, one, plain, always}, {2, "spec", message, 13, one, plain, always},
  {3, "status", message, 14, one, plain, always},
  // 12: apps.v1.ReplicaSetCondition
  {1, "type", text, 0, one, plain, always}, {2, "status", text, 0, one, plain, always},
  {3, "lastTransitionTime", time, 0, one, plain, always}, {4, "reason", text, 0, one, plain, if_set},
  {5, "message", text, 0, one, plain, if_set},
  // 13: apps.v1.ReplicaSetSpec
  {1, "replicas", int32, 0, one, pointer, if_set}, {2, "selector", message, 297, one, pointer, always},
  {3, "template", message, 216, one, plain, always}, {4, "minReadySeconds", int32, 0, one, plain, if_set},
  // 14: apps.v1.ReplicaSetStatus
  {1, "replicas", int32, 0, one, plain, always}, {2, "fullyLabeledReplicas", int32, 0, one, plain, if_set},
  {3, "observedGeneration", int64, 0, one, plain, if_set}, {4, "readyReplicas", int32, 0, one, plain, if_set},
  {5, "availableReplicas", int32, 0, one, plain, if_set}, {6, "conditions", message, 12, list, plain, if_set},
  {7, "terminatingReplicas", int32, 0, one, pointer, if_set},
  // 15: apps.v1.RollingUpdateDaemonSet
  {1, "maxUnavailable", int_or_string, 0, one, pointer, if_set},
  {2, "maxSurge", int_or_string, 0, one, pointer, if_set},
  // 16: apps.v1.RollingUpdateDeployment
  {1, "maxUnavailable", int_or_string, 0, one, pointer, if_set},
  {2, "maxSurge", int_or_string, 0, one, pointer, if_set},
  // 17: apps.v1.RollingUpdateStatefulSetStrategy
  {1, "partition", int32, 0, one, pointer, if_set}, {2, "maxUnavailable", int_or_string, 0, one, pointer, if_set},
  // 18: apps.v1.StatefulSet
  {1, "metadata", message, 301, one, plain, always}, {2, "spec", message, 22, one, plain, always},
  {3, "status", message, 23, one, plain, always},
  // 19: apps.v1.StatefulSetCondition
  {1, "type", text, 0, one, plain, always}, {2, "status", text, 0, one, plain, always},
  {3, "lastTransitionTime", time, 0, one, plain, always}, {4, "reason", text, 0, one, plain, if_set},
  {5, "message", text, 0, one, plain, if_set},
  // 20: apps.v1.StatefulSetOrdinals
  {1, "start", int32, 0, one, plain, always},
  // 21: apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy
  {1, "whenDeleted", text, 0, one, plain, if_set}, {2, "whenScaled", text, 0, one, plain, if_set},
  // 22: apps.v1.StatefulSetSpec
  {1, "replicas", int32, 0, one, pointer, if_set}, {2, "selector", message, 297, one, pointer, always},
  {3, "template", message, 216, one, plain, always}, {4, "volumeClaimTemplates", message, 187, list, plain, if_set},
  {5, "serviceName", text, 0, one, plain, always}, {6, "podManagementPolicy", text, 0, one, plain, if_set},
  {7, "updateStrategy", message, 24, one, plain, always}, {8, "revisionHistoryLimit", int32, 0, one, pointer, if_set},
  {9, "minReadySeconds", int32, 0, one, plain, if_set},
  {10, "persistentVolumeClaimRetentionPolicy", message, 21, one, pointer, if_set},
  {11, "ordinals", message, 20, one, pointer, if_set},
  // 23: apps.v1.StatefulSetStatus
  {1, "observedGeneration", int64, 0, one, plain, if_set}, {2, "replicas", int32, 0, one, plain, always},
  {3, "readyReplicas", int32, 0, one, plain, if_set}, {4, "currentReplicas", int32, 0, one, plain, if_set},
  {5, "updatedReplicas", int32, 0, one, plain, if_set}, {6, "currentRevision", text, 0, one, plain, if_set},
  {7, "updateRevision", text, 0, one, plain, if_set}, {9, "collisionCount", int32, 0, one, pointer, if_set},
  {10, "conditions", message, 19, list, plain, if_set}, {11, "availableReplicas", int32, 0, one, plain, always},
  // 24: apps.v1.StatefulSetUpdateStrategy
  {1, "type", text, 0, one, plain, if_set}, {2, "rollingUpdate", message, 17, one, pointer, if_set},
  // 25: authentication.v1.BoundObjectReference
  {1, "kind", text, 0, one, plain, if_set}, {2, "apiVersion", text, 0, one, plain, if_set},
  {3, "name", text, 0, one, plain, if_set}, {4, "uid", text, 0, one, plain, if_set},
  // 26: authentication.v1.SelfSubjectReview
  {1, "metadata", message, 301, one, plain, always}, {2, "status", message, 27, one, plain, always},
  // 27: authentication.v1.SelfSubjectReviewStatus
  {1, "userInfo", message, 34, one, plain, always},
  // 28: authentication.v1.TokenRequest
  {1, "metadata", message, 301, one, plain, always}, {2, "spec", message, 29, one, plain, always},
  {3, "status", message, 30, one, plain, always},
  // 29: authentication.v1.TokenRequestSpec
  {1, "audiences", text, 0, list, plain, always}, {3, "boundObjectRef", message, 25, one, pointer, always},
  {4, "expirationSeconds", int64, 0, one, pointer, always}, {5, "attestations", text_list, 0, map, plain, if_set},
  // 30: authentication.v1.TokenRequestStatus
  {1, "token", text, 0, one, plain, always}, {2, "expirationTimestamp", time, 0, one, plain, always},
  // 31: authentication.v1.TokenReview
  {1, "metadata", message, 301, one, plain, always}, {2, "spec", message, 32, one, plain, always},
  {3, "status", message, 33, one, plain, always},
  // 32: authentication.v1.TokenReviewSpec
  {1, "token", text, 0, one, plain, if_set}, {2, "audiences", text, 0, list, plain, if_set},
  // 33: authentication.v1.TokenReviewStatus
  {1, "authenticated", boolean, 0, one, plain, if_set}, {2, "user", message, 34, one, plain, always},
  {3, "error", text, 0, one, plain, if_set}, {4, "audiences", text, 0, list, plain, if_set},
  // 34: authentication.v1.UserInfo
  {1, "username", text, 0, one, plain, if_set}, {2, "uid", text, 0, one, plain, if_set},
  {3, "groups", text, 0, list, plain, if_set}, {4, "extra", text_list, 0, map, plain, if_set},
  // 35: authorization.v1.FieldSelectorAttributes
  {1, "rawSelector", text, 0, one, plain, if_set}, {2, "requirements", message, 296, list, plain, if_set},
  // 36: authorization.v1.LabelSelectorAttributes
  {1, "rawSelector", text, 0, one, plain, if_set}, {2, "requirements", message, 298, list, plain, if_set},
  // 37: authorization.v1.LocalSubjectAccessReview
  {1, "metadata", message, 301, one, plain, always}, {2, "spec", message, 47, one, plain, always},
  {3, "status", message, 48, one, plain, always},
  // 38: authorization.v1.NonResourceAttributes
  {1, "path", text, 0, one, plain, if_set}, {2, "verb", text, 0, one, plain, if_set},
  // 39: authorization.v1.NonResourceRule
  {1, "verbs", text, 0, list, plain, always}, {2, "nonResourceURLs", text, 0, list, plain, if_set},
  // 40: authorization.v1.ResourceAttributes
  {1, "namespace", text, 0, one, plain, if_set}, {2, "verb", text, 0, one, plain, if_set},
  {3, "group", text, 0, one, plain, if_set}, {4, "version", text, 0, one, plain, if_set},
  {5, "resource", text, 0, one, plain, if_set}, {6, "subresource", text, 0, one, plain, if_set},
  {7, "name", text, 0, one, plain, if_set}, {8, "fieldSelector", message, 35, one, pointer, if_set},
  {9, "labelSelector", message, 36, one, pointer, if_set},
  // 41: authorization.v1.ResourceRule
  {1, "verbs", text, 0, list, plain, always}, {2, "apiGroups", text, 0, list, plain, if_set},
  {3, "resources", text, 0, list, plain, if_set}, {4, "resourceNames", text, 0, list, plain, if_set},
  // 42: authorization.v1.SelfSubjectAccessReview
  {1, "metadata", message, 301, one, plain, always}, {2, "spec", message, 43, one, plain, always},
  {3, "status", message, 48, one, plain, always},
  // 43: authorization.v1.SelfSubjectAccessReviewSpec
  {1, "resourceAttributes", message, 40, one, pointer, if_set},
  {2, "nonResourceAttributes", message, 38, one, pointer, if_set},
  // 44: authorization.v1.SelfSubjectRulesReview
  {1, "metadata", message, 301, one, plain, always}, {2, "spec", message, 45, one, plain, always},
  {3, "status", message, 49, one, plain, always},
  // 45: authorization.v1.SelfSubjectRulesReviewSpec
  {1, "namespace", text, 0, one, plain, if_set},
  // 46: authorization.v1.SubjectAccessReview
  {1, "metadata", message, 301, one, plain, always}, {2, "spec", message, 47, one, plain, always},
  {3, "status", message, 48, one, plain, always},
  // 47: authorization.v1.SubjectAccessReviewSpec
  {1, "resourceAttributes", message, 40, one, pointer, if_set},
  {2, "nonResourceAttributes", message, 38, one, pointer, if_set}, {3, "user", text, 0, one, plain, if_set},
  {4, "groups", text, 0, list, plain, if_set}, {5, "extra", text_list, 0, map, plain, if_set},
  {6, "uid", text, 0, one, plain, if_set},
  // 48: authorization.v1.SubjectAccessReviewStatus
  {1, "allowed", boolean, 0, one, plain, always}, {2, "reason", text, 0, one, plain, if_set},
  {3, "evaluationError", text, 0, one, plain, if_set}, {4, "denied", boolean, 0, one, plain, if_set},
  // 49: authorization.v1.SubjectRulesReviewStatus
  {1, "resourceRules", message, 41, list, plain, always}, {2, "nonResourceRules", message, 39, list, plain, always},
  {3, "incomplete", boolean, 0, one, plain, always}, {4, "evaluationError", text, 0, one, plain, if_set},
  // 50: autoscaling.v1.Scale
  {1, "metadata", message, 301, one, plain, always}, {2, "spec", message, 51, one, plain, always},
  {3, "status", message, 52, one, plain, always},
  // 51: autoscaling.v1.ScaleSpec
  {1, "replicas", int32, 0, one, plain, if_set},
  // 52: autoscaling.v1.ScaleStatus
  {1, "replicas", int32, 0, one, plain, always}, {2, "selector", text, 0, one, plain, if_set},
  // 53: batch.v1.CronJob
  {1, "metadata", message, 301, one, plain, always}, {2, "spec", message, 54, one, plain, always},
  {3, "status", message, 55, one, plain, always},
  // 54: batch.v1.CronJobSpec
  {1, "schedule", text, 0, one, plain, always}, {2, "startingDeadlineSeconds", int64, 0, one, pointer, if_set},
  {3, "concurrencyPolicy", text, 0, one, plain, if_set}, {4, "suspend", boolean, 0, one, pointer, if_set},
  {5, "jobTemplate", message, 61, one, plain, always},
  {6, "successfulJobsHistoryLimit", int32, 0, one, pointer, if_set},
  {7, "failedJobsHistoryLimit", int32, 0, one, pointer, if_set}, {8, "timeZone", text, 0, one, pointer, if_set},
  // 55: batch.v1.CronJobStatus
  {1, "active", message, 185, list, plain, if_set}, {4, "lastScheduleTime", time, 0, one, pointer, if_set},
  {5, "lastSuccessfulTime", time, 0, one, pointer, if_set},
  // 56: batch.v1.Job
  {1, "metadata", message, 301, one, plain, always}, {2, "spec", message, 59, one, plain, always},
  {3, "status", message, 60, one, plain, always},
  // 57: batch.v1.JobCondition
  {1, "type", text, 0, one, plain, always}, {2, "status", text, 0, one, plain, always},
  {3, "lastProbeTime", time, 0, one, plain, always}, {4, "lastTransitionTime", time, 0, one, plain, always},
  {5, "reason", text, 0, one, plain, if_set}, {6, "message", text, 0, one, plain, if_set},
  // 58: batch.v1.JobSchedulingConfiguration
  {1, "schedulingPolicy", message, 352, one, pointer, if_set},
  {2, "schedulingConstraints", message, 351, one, pointer, if_set},
  {3, "disruptionMode", message, 348, one, pointer, if_set}, {4, "resourceClaims", message, 350, list, plain, if_set},
  // 59: batch.v1.JobSpec
  {1, "parallelism", int32, 0, one, pointer, if_set}, {2, "completions", int32, 0, one, pointer, if_set},
  {3, "activeDeadlineSeconds", int64, 0, one, pointer, if_set}, {4, "selector", message, 297, one, pointer, if_set},
  {5, "manualSelector", boolean, 0, one, pointer, if_set}, {6, "template", message, 216, one, plain, always},
  {7, "backoffLimit", int32, 0, one, pointer, if_set}, {8, "ttlSecondsAfterFinished", int32, 0, one, pointer, if_set},
  {9, "completionMode", text, 0, one, pointer, if_set}, {10, "suspend", boolean, 0, one, pointer, if_set},
  {11, "podFailurePolicy", message, 62, one, pointer, if_set},
  {12, "backoffLimitPerIndex", int32, 0, one, pointer, if_set},
  {13, "maxFailedIndexes", int32, 0, one, pointer, if_set}, {14, "podReplacementPolicy", text, 0, one, pointer, if_set},
  {15, "managedBy", text, 0, one, pointer, if_set}, {16, "successPolicy", message, 66, one, pointer, if_set},
  {17, "scheduling", message, 58, one, pointer, if_set},
  // 60: batch.v1.JobStatus
  {1, "conditions", message, 57, list, plain, if_set}, {2, "startTime", time, 0, one, pointer, if_set},
  {3, "completionTime", time, 0, one, pointer, if_set}, {4, "active", int32, 0, one, plain, if_set},
  {5, "succeeded", int32, 0, one, plain, if_set}, {6, "failed", int32, 0, one, plain, if_set},
  {7, "completedIndexes", text, 0, one, plain, if_set},
  {8, "uncountedTerminatedPods", message, 68, one, pointer, if_set}, {9, "ready", int32, 0, one, pointer, if_set},
  {10, "failedIndexes", text, 0, one, pointer, if_set}, {11, "terminating", int32, 0, one, pointer, if_set},
  // 61: batch.v1.JobTemplateSpec
  {1, "metadata", message, 301, one, plain, always}, {2, "spec", message, 59, one, plain, always},
  // 62: batch.v1.PodFailurePolicy
  {1, "rules", message, 65, list, plain, always},
  // 63: batch.v1.PodFailurePolicyOnExitCodesRequirement
  {1, "containerName", text, 0, one, pointer, if_set}, {2, "operator", text, 0, one, plain, always},
  {3, "values", int32, 0, list, plain, always},
  // 64: batch.v1.PodFailurePolicyOnPodConditionsPattern
  {1, "type", text, 0, one, plain, always}, {2, "status", text, 0, one, plain, always},
  // 65: batch.v1.PodFailurePolicyRule
  {1, "action", text, 0, one, plain, always}, {2, "onExitCodes", message, 63, one, pointer, if_set},
  {3, "onPodConditions", message, 64, list, plain, if_set},
  // 66: batch.v1.SuccessPolicy
  {1, "rules", message, 67, list, plain, always},
  // 67: batch.v1.SuccessPolicyRule
  {1, "succeededIndexes", text, 0, one, pointer, if_set}, {2, "succeededCount", int32, 0, one, pointer, if_set},
  // 68: batch.v1.UncountedTerminatedPods
  {1, "succeeded", text, 0, list, plain, if_set}, {2, "failed", text, 0, list, plain, if_set},
  // 69: coordination.v1.Lease
  {1, "metadata", message, 301, one, plain, always}, {2, "spec", message, 70, one, plain, always},
  // 70: coordination.v1.LeaseSpec
  {1, "holderIdentity", text, 0, one, pointer, if_set}, {2, "leaseDurationSeconds", int32, 0, one, pointer, if_set},
  {3, "acquireTime", micro_time, 0, one, pointer, if_set}, {4, "renewTime", micro_time, 0, one, pointer, if_set},
  {5, "leaseTransitions", int32, 0, one, pointer, if_set}, {6, "strategy", text, 0, one, pointer, if_set},
  {7, "preferredHolder", text, 0, one, pointer, if_set},
  // 71: core.v1.AWSElasticBlockStoreVolumeSource
  {1, "volumeID", text, 0, one, plain, always}, {2, "fsType", text, 0, one, plain, if_set},
  {3, "partition", int32, 0, one, plain, if_set}, {4, "readOnly", boolean, 0, one, plain, if_set},
  // 72: core.v1.Affinity
  {1, "nodeAffinity", message, 165, one, pointer, if_set}, {2, "podAffinity", message, 198, one, pointer, if_set},
  {3, "podAntiAffinity", message, 200, one, pointer, if_set},
  // 73: core.v1.AppArmorProfile
  {1, "type", text, 0, one, plain, always}, {2, "localhostProfile", text, 0, one, pointer, if_set},
  // 74: core.v1.AttachedVolume
  {1, "name", text, 0, one, plain, always}, {2, "devicePath", text, 0, one, plain, always},
  // 75: core.v1.AzureDiskVolumeSource
  {1, "diskName", text, 0, one, plain, always}, {2, "diskURI", text, 0, one, plain, always},
  {3, "cachingMode", text, 0, one, pointer, if_set}, {4, "fsType", text, 0, one, pointer, if_set},
  {5, "readOnly", boolean, 0, one, pointer, if_set}, {6, "kind", text, 0, one, pointer, if_set},
  // 76: core.v1.AzureFilePersistentVolumeSource
  {1, "secretName", text, 0, one, plain, always}, {2, "shareName", text, 0, one, plain, always},
  {3, "readOnly", boolean, 0, one, plain, if_set}, {4, "secretNamespace", text, 0, one, pointer, always},
  // 77: core.v1.AzureFileVolumeSource
  {1, "secretName", text, 0, one, plain, always}, {2, "shareName", text, 0, one, plain, always},
  {3, "readOnly", boolean, 0, one, plain, if_set},
  // 78: core.v1.Binding
  {1, "metadata", message, 301, one, plain, always}, {2, "target", message, 185, one, plain, always},
  // 79: core.v1.CSIPersistentVolumeSource
  {1, "driver", text, 0, one, plain, always}, {2, "volumeHandle", text, 0, one, plain, always},
  {3, "readOnly", boolean, 0, one, plain, if_set}, {4, "fsType", text, 0, one, plain, if_set},
  {5, "volumeAttributes", text, 0, map, plain, if_set},
  {6, "controllerPublishSecretRef", message, 249, one, pointer, if_set},
  {7, "nodeStageSecretRef", message, 249, one, pointer, if_set},
  {8, "nodePublishSecretRef", message, 249, one, pointer, if_set},
  {9, "controllerExpandSecretRef", message, 249, one, pointer, if_set},
  {10, "nodeExpandSecretRef", message, 249, one, pointer, if_set},
  // 80: core.v1.CSIVolumeSource
  {1, "driver", text, 0, one, plain, always}, {2, "readOnly", boolean, 0, one, pointer, if_set},
  {3, "fsType", text, 0, one, pointer, if_set}, {4, "volumeAttributes", text, 0, map, plain, if_set},
  {5, "nodePublishSecretRef", message, 155, one, pointer, if_set},
  // 81: core.v1.Capabilities
  {1, "add", text, 0, list, plain, if_set}, {2, "drop", text, 0, list, plain, if_set},
  // 82: core.v1.CephFSPersistentVolumeSource
  {1, "monitors", text, 0, list, plain, always}, {2, "path", text, 0, one, plain, if_set},
  {3, "user", text, 0, one, plain, if_set}, {4, "secretFile", text, 0, one, plain, if_set},
  {5, "secretRef", message, 249, one, pointer, if_set}, {6, "readOnly", boolean, 0, one, plain, if_set},
  // 83: core.v1.CephFSVolumeSource
  {1, "monitors", text, 0, list, plain, always}, {2, "path", text, 0, one, plain, if_set},
  {3, "user", text, 0, one, plain, if_set}, {4, "secretFile", text, 0, one, plain, if_set},
  {5, "secretRef", message, 155, one, pointer, if_set}, {6, "readOnly", boolean, 0, one, plain, if_set},
  // 84: core.v1.CinderPersistentVolumeSource
  {1, "volumeID", text, 0, one, plain, always}, {2, "fsType", text, 0, one, plain, if_set},
  {3, "readOnly", boolean, 0, one, plain, if_set}, {4, "secretRef", message, 249, one, pointer, if_set},
  // 85: core.v1.CinderVolumeSource
  {1, "volumeID", text, 0, one, plain, always}, {2, "fsType", text, 0, one, plain, if_set},
  {3, "readOnly", boolean, 0, one, plain, if_set}, {4, "secretRef", message, 155, one, pointer, if_set},
  // 86: core.v1.ClientIPConfig
  {1, "timeoutSeconds", int32, 0, one, pointer, if_set},
  // 87: core.v1.ClusterTrustBundleProjection
  {1, "name", text, 0, one, pointer, if_set}, {2, "signerName", text, 0, one, pointer, if_set},
  {3, "labelSelector", message, 297, one, pointer, if_set}, {4, "path", text, 0, one, plain, always},
  {5, "optional", boolean, 0, one, pointer, if_set}, {6, "user", int64, 0, one, pointer, if_set},
  // 88: core.v1.ConfigMap
  {1, "metadata", message, 301, one, plain, always}, {2, "data", text, 0, map, plain, if_set},
  {3, "binaryData", bytes, 0, map, plain, if_set}, {4, "immutable", boolean, 0, one, pointer, if_set},
  // 89: core.v1.ConfigMapEnvSource
  {1, "", message, 155, one, plain, always}, {2, "optional", boolean, 0, one, pointer, if_set},
  // 90: core.v1.ConfigMapKeySelector
  {1, "", message, 155, one, plain, always}, {2, "key", text, 0, one, plain, always},
  {3, "optional", boolean, 0, one, pointer, if_set},
  // 91: core.v1.ConfigMapNodeConfigSource
  {1, "namespace", text, 0, one, plain, always}, {2, "name", text, 0, one, plain, always},
  {3, "uid", text, 0, one, plain, if_set}, {4, "resourceVersion", text, 0, one, plain, if_set},
  {5, "kubeletConfigKey", text, 0, one, plain, always},
  // 92: core.v1.ConfigMapProjection
  {1, "", message, 155, one, plain, always}, {2, "items", message, 146, list, plain, if_set},
  {4, "optional", boolean, 0, one, pointer, if_set},
  // 93: core.v1.ConfigMapVolumeSource
  {1, "", message, 155, one, plain, always}, {2, "items", message, 146, list, plain, if_set},
  {3, "defaultMode", int32, 0, one, pointer, if_set}, {4, "optional", boolean, 0, one, pointer, if_set},
  {5, "defaultUser", int64, 0, one, pointer, if_set},
  // 94: core.v1.Container
  {1, "name", text, 0, one, plain, always}, {2, "image", text, 0, one, plain, if_set},
  {3, "command", text, 0, list, plain, if_set}, {4, "args", text, 0, list, plain, if_set},
  {5, "workingDir", text, 0, one, plain, if_set}, {6, "ports", message, 97, list, plain, if_set},
  {7, "env", message, 117, list, plain, if_set}, {8, "resources", message, 237, one, plain, always},
  {9, "volumeMounts", message, 275, list, plain, if_set}, {10, "livenessProbe", message, 221, one, pointer, if_set},
  {11, "readinessProbe", message, 221, one, pointer, if_set}, {12, "lifecycle", message, 147, one, pointer, if_set},
  {13, "terminationMessagePath", text, 0, one, plain, if_set}, {14, "imagePullPolicy", text, 0, one, plain, if_set},
  {15, "securityContext", message, 251, one, pointer, if_set}, {16, "stdin", boolean, 0, one, plain, if_set},
  {17, "stdinOnce", boolean, 0, one, plain, if_set}, {18, "tty", boolean, 0, one, plain, if_set},
  {19, "envFrom", message, 116, list, plain, if_set}, {20, "terminationMessagePolicy", text, 0, one, plain, if_set},
  {21, "volumeDevices", message, 272, list, plain, if_set}, {22, "startupProbe", message, 221, one, pointer, if_set},
  {23, "resizePolicy", message, 98, list, plain, if_set}, {24, "restartPolicy", text, 0, one, pointer, if_set},
  {25, "restartPolicyRules", message, 99, list, plain, if_set},
  // 95: core.v1.ContainerExtendedResourceRequest
  {1, "containerName", text, 0, one, plain, always}, {2, "resourceName", text, 0, one, plain, always},
  {3, "requestName", text, 0, one, plain, always},
  // 96: core.v1.ContainerImage
  {1, "names", text, 0, list, plain, always}, {2, "sizeBytes", int64, 0, one, plain, if_set},
  // 97: core.v1.ContainerPort
  {1, "name", text, 0, one, plain, if_set}, {2, "hostPort", int32, 0, one, plain, if_set},
  {3, "containerPort", int32, 0, one, plain, always}, {4, "protocol", text, 0, one, plain, if_set},
  {5, "hostIP", text, 0, one, plain, if_set},
  // 98: core.v1.ContainerResizePolicy
  {1, "resourceName", text, 0, one, plain, always}, {2, "restartPolicy", text, 0, one, plain, always},
  // 99: core.v1.ContainerRestartRule
  {1, "action", text, 0, one, plain, if_set}, {2, "exitCodes", message, 100, one, pointer, if_set},
  // 100: core.v1.ContainerRestartRuleOnExitCodes
  {1, "operator", text, 0, one, plain, if_set}, {2, "values", int32, 0, list, plain, if_set},
  // 101: core.v1.ContainerState
  {1, "waiting", message, 104, one, pointer, if_set}, {2, "running", message, 102, one, pointer, if_set},
  {3, "terminated", message, 103, one, pointer, if_set},
  // 102: core.v1.ContainerStateRunning
  {1, "startedAt", time, 0, one, plain, always},
  // 103: core.v1.ContainerStateTerminated
  {1, "exitCode", int32, 0, one, plain, always}, {2, "signal", int32, 0, one, plain, if_set},
  {3, "reason", text, 0, one, plain, if_set}, {4, "message", text, 0, one, plain, if_set},
  {5, "startedAt", time, 0, one, plain, always}, {6, "finishedAt", time, 0, one, plain, always},
  {7, "containerID", text, 0, one, plain, if_set},
  // 104: core.v1.ContainerStateWaiting
  {1, "reason", text, 0, one, plain, if_set}, {2, "message", text, 0, one, plain, if_set},
  // 105: core.v1.ContainerStatus
  {1, "name", text, 0, one, plain, always}, {2, "state", message, 101, one, plain, always},
  {3, "lastState", message, 101, one, plain, always}, {4, "ready", boolean, 0, one, plain, always},
  {5, "restartCount", int32, 0, one, plain, always}, {6, "image", text, 0, one, plain, always},
  {7, "imageID", text, 0, one, plain, always}, {8, "containerID", text, 0, one, plain, if_set},
  {9, "started", boolean, 0, one, pointer, if_set}, {10, "allocatedResources", quantity, 0, map, plain, if_set},
  {11, "resources", message, 237, one, pointer, if_set}, {12, "volumeMounts", message, 276, list, plain, if_set},
  {13, "user", message, 106, one, pointer, if_set}, {14, "allocatedResourcesStatus", message, 238, list, plain, if_set},
  {15, "stopSignal", text, 0, one, pointer, if_set},
  // 106: core.v1.ContainerUser
  {1, "linux", message, 152, one, pointer, if_set},
  // 107: core.v1.DaemonEndpoint
  {1, "Port", int32, 0, one, plain, always},
  // 108: core.v1.DownwardAPIProjection
  {1, "items", message, 109, list, plain, if_set},
  // 109: core.v1.DownwardAPIVolumeFile
  {1, "path", text, 0, one, plain, always}, {2, "fieldRef", message, 184, one, pointer, if_set},
  {3, "resourceFieldRef", message, 232, one, pointer, if_set}, {4, "mode", int32, 0, one, pointer, if_set},
  {5, "user", int64, 0, one, pointer, if_set},
  // 110: core.v1.DownwardAPIVolumeSource
  {1, "items", message, 109, list, plain, if_set}, {2, "defaultMode", int32, 0, one, pointer, if_set},
  {3, "defaultUser", int64, 0, one, pointer, if_set},
  // 111: core.v1.EmptyDirVolumeSource
  {1, "medium", text, 0, one, plain, if_set}, {2, "sizeLimit", quantity, 0, one, pointer, if_set},
  {3, "mode", int32, 0, one, pointer, if_set},
  // 112: core.v1.EndpointAddress
  {1, "ip", text, 0, one, plain, always}, {2, "targetRef", message, 185, one, pointer, if_set},
  {3, "hostname", text, 0, one, plain, if_set}, {4, "nodeName", text, 0, one, pointer, if_set},
  // 113: core.v1.EndpointPort
  {1, "name", text, 0, one, plain, if_set}, {2, "port", int32, 0, one, plain, always},
  {3, "protocol", text, 0, one, plain, if_set}, {4, "appProtocol", text, 0, one, pointer, if_set},
  // 114: core.v1.EndpointSubset
  {1, "addresses", message, 112, list, plain, if_set}, {2, "notReadyAddresses", message, 112, list, plain, if_set},
  {3, "ports", message, 113, list, plain, if_set},
  // 115: core.v1.Endpoints
  {1, "metadata", message, 301, one, plain, always}, {2, "subsets", message, 114, list, plain, if_set},
  // 116: core.v1.EnvFromSource
  {1, "prefix", text, 0, one, plain, if_set}, {2, "configMapRef", message, 89, one, pointer, if_set},
  {3, "secretRef", message, 246, one, pointer, if_set},
  // 117: core.v1.EnvVar
  {1, "name", text, 0, one, plain, always}, {2, "value", text, 0, one, plain, if_set},
  {3, "valueFrom", message, 118, one, pointer, if_set},
  // 118: core.v1.EnvVarSource
  {1, "fieldRef", message, 184, one, pointer, if_set}, {2, "resourceFieldRef", message, 232, one, pointer, if_set},
  {3, "configMapKeyRef", message, 90, one, pointer, if_set}, {4, "secretKeyRef", message, 247, one, pointer, if_set},
  {5, "fileKeyRef", message, 128, one, pointer, if_set},
  // 119: core.v1.EphemeralContainer
  {1, "", message, 120, one, plain, always}, {2, "targetContainerName", text, 0, one, plain, if_set},
  // 120: core.v1.EphemeralContainerCommon
  {1, "name", text, 0, one, plain, always}, {2, "image", text, 0, one, plain, if_set},
  {3, "command", text, 0, list, plain, if_set}, {4, "args", text, 0, list, plain, if_set},
  {5, "workingDir", text, 0, one, plain, if_set}, {6, "ports", message, 97, list, plain, if_set},
  {7, "env", message, 117, list, plain, if_set}, {8, "resources", message, 237, one, plain, always},
  {9, "volumeMounts", message, 275, list, plain, if_set}, {10, "livenessProbe", message, 221, one, pointer, if_set},
  {11, "readinessProbe", message, 221, one, pointer, if_set}, {12, "lifecycle", message, 147, one, pointer, if_set},
  {13, "terminationMessagePath", text, 0, one, plain, if_set}, {14, "imagePullPolicy", text, 0, one, plain, if_set},
  {15, "securityContext", message, 251, one, pointer, if_set}, {16, "stdin", boolean, 0, one, plain, if_set},
  {17, "stdinOnce", boolean, 0, one, plain, if_set}, {18, "tty", boolean, 0, one, plain, if_set},
  {19, "envFrom", message, 116, list, plain, if_set}, {20, "terminationMessagePolicy", text, 0, one, plain, if_set},
  {21, "volumeDevices", message, 272, list, plain, if_set}, {22, "startupProbe", message, 221, one, pointer, if_set},
  {23, "resizePolicy", message, 98, list, plain, if_set}, {24, "restartPolicy", text, 0, one, pointer, if_set},
  {25, "restartPolicyRules", message, 99, list, plain, if_set},
  // 121: core.v1.EphemeralVolumeSource
  {1, "volumeClaimTemplate", message, 191, one, pointer, if_set},
  // 122: core.v1.Event
  {1, "metadata", message, 301, one, plain, always}, {2, "involvedObject", message, 185, one, plain, always},
  {3, "reason", text, 0, one, plain, if_set}, {4, "message", text, 0, one, plain, if_set},
  {5, "source", message, 124, one, plain, always}, {6, "firstTimestamp", time, 0, one, plain, always},
  {7, "lastTimestamp", time, 0, one, plain, always}, {8, "count", int32, 0, one, plain, if_set},
  {9, "type", text, 0, one, plain, if_set}, {10, "eventTime", micro_time, 0, one, plain, always},
  {11, "series", message, 123, one, pointer, if_set}, {12, "action", text, 0, one, plain, if_set},
  {13, "related", message, 185, one, pointer, if_set}, {14, "reportingComponent", text, 0, one, plain, always},
  {15, "reportingInstance", text, 0, one, plain, always},
  // 123: core.v1.EventSeries
  {1, "count", int32, 0, one, plain, if_set}, {2, "lastObservedTime", micro_time, 0, one, plain, always},
  // 124: core.v1.EventSource
  {1, "component", text, 0, one, plain, if_set}, {2, "host", text, 0, one, plain, if_set},
  // 125: core.v1.EvictionResponder
  {1, "name", text, 0, one, plain, always}, {2, "priority", int32, 0, one, pointer, always},
  // 126: core.v1.ExecAction
  {1, "command", text, 0, list, plain, if_set},
  // 127: core.v1.FCVolumeSource
  {1, "targetWWNs", text, 0, list, plain, if_set}, {2, "lun", int32, 0, one, pointer, if_set},
  {3, "fsType", text, 0, one, plain, if_set}, {4, "readOnly", boolean, 0, one, plain, if_set},
  {5, "wwids", text, 0, list, plain, if_set},
  // 128: core.v1.FileKeySelector
  {1, "volumeName", text, 0, one, plain, always}, {2, "path", text, 0, one, plain, always},
  {3, "key", text, 0, one, plain, always}, {4, "optional", boolean, 0, one, pointer, if_set},
  // 129: core.v1.FlexPersistentVolumeSource
  {1, "driver", text, 0, one, plain, always}, {2, "fsType", text, 0, one, plain, if_set},
  {3, "secretRef", message, 249, one, pointer, if_set}, {4, "readOnly", boolean, 0, one, plain, if_set},
  {5, "options", text, 0, map, plain, if_set},
  // 130: core.v1.FlexVolumeSource
  {1, "driver", text, 0, one, plain, always}, {2, "fsType", text, 0, one, plain, if_set},
  {3, "secretRef", message, 155, one, pointer, if_set}, {4, "readOnly", boolean, 0, one, plain, if_set},
  {5, "options", text, 0, map, plain, if_set},
  // 131: core.v1.FlockerVolumeSource
  {1, "datasetName", text, 0, one, plain, if_set}, {2, "datasetUUID", text, 0, one, plain, if_set},
  // 132: core.v1.GCEPersistentDiskVolumeSource
  {1, "pdName", text, 0, one, plain, always}, {2, "fsType", text, 0, one, plain, if_set},
  {3, "partition", int32, 0, one, plain, if_set}, {4, "readOnly", boolean, 0, one, plain, if_set},
  // 133: core.v1.GRPCAction
  {1, "port", int32, 0, one, plain, always}, {2, "service", text, 0, one, pointer, always},
  {3, "mode", text, 0, one, pointer, if_set},
  // 134: core.v1.GitRepoVolumeSource
  {1, "repository", text, 0, one, plain, always}, {2, "revision", text, 0, one, plain, if_set},
  {3, "directory", text, 0, one, plain, if_set},
  // 135: core.v1.GlusterfsPersistentVolumeSource
  {1, "endpoints", text, 0, one, plain, always}, {2, "path", text, 0, one, plain, always},
  {3, "readOnly", boolean, 0, one, plain, if_set}, {4, "endpointsNamespace", text, 0, one, pointer, if_set},
  // 136: core.v1.GlusterfsVolumeSource
  {1, "endpoints", text, 0, one, plain, always}, {2, "path", text, 0, one, plain, always},
  {3, "readOnly", boolean, 0, one, plain, if_set},
  // 137: core.v1.HTTPGetAction
  {1, "path", text, 0, one, plain, if_set}, {2, "port", int_or_string, 0, one, plain, always},
  {3, "host", text, 0, one, plain, if_set}, {4, "scheme", text, 0, one, plain, if_set},
  {5, "httpHeaders", message, 138, list, plain, if_set}, {6, "protocol", text, 0, one, pointer, if_set},
  // 138: core.v1.HTTPHeader
  {1, "name", text, 0, one, plain, always}, {2, "value", text, 0, one, plain, always},
  // 139: core.v1.HostAlias
  {1, "ip", text, 0, one, plain, always}, {2, "hostnames", text, 0, list, plain, if_set},
  // 140: core.v1.HostIP
  {1, "ip", text, 0, one, plain, always},
  // 141: core.v1.HostPathVolumeSource
  {1, "path", text, 0, one, plain, always}, {2, "type", text, 0, one, pointer, if_set},
  // 142: core.v1.ISCSIPersistentVolumeSource
  {1, "targetPortal", text, 0, one, plain, always}, {2, "iqn", text, 0, one, plain, always},
  {3, "lun", int32, 0, one, plain, always}, {4, "iscsiInterface", text, 0, one, plain, if_set},
  {5, "fsType", text, 0, one, plain, if_set}, {6, "readOnly", boolean, 0, one, plain, if_set},
  {7, "portals", text, 0, list, plain, if_set}, {8, "chapAuthDiscovery", boolean, 0, one, plain, if_set},
  {10, "secretRef", message, 249, one, pointer, if_set}, {11, "chapAuthSession", boolean, 0, one, plain, if_set},
  {12, "initiatorName", text, 0, one, pointer, if_set},
  // 143: core.v1.ISCSIVolumeSource
  {1, "targetPortal", text, 0, one, plain, always}, {2, "iqn", text, 0, one, plain, always},
  {3, "lun", int32, 0, one, plain, always}, {4, "iscsiInterface", text, 0, one, plain, if_set},
  {5, "fsType", text, 0, one, plain, if_set}, {6, "readOnly", boolean, 0, one, plain, if_set},
  {7, "portals", text, 0, list, plain, if_set}, {8, "chapAuthDiscovery", boolean, 0, one, plain, if_set},
  {10, "secretRef", message, 155, one, pointer, if_set}, {11, "chapAuthSession", boolean, 0, one, plain, if_set},
  {12, "initiatorName", text, 0, one, pointer, if_set},
  // 144: core.v1.ImageVolumeSource
  {1, "reference", text, 0, one, plain, if_set}, {2, "pullPolicy", text, 0, one, plain, if_set},
  // 145: core.v1.ImageVolumeStatus
  {1, "imageRef", text, 0, one, plain, if_set},
  // 146: core.v1.KeyToPath
  {1, "key", text, 0, one, plain, always}, {2, "path", text, 0, one, plain, always},
  {3, "mode", int32, 0, one, pointer, if_set}, {4, "user", int64, 0, one, pointer, if_set},
  // 147: core.v1.Lifecycle
  {1, "postStart", message, 148, one, pointer, if_set}, {2, "preStop", message, 148, one, pointer, if_set},
  {3, "stopSignal", text, 0, one, pointer, if_set},
  // 148: core.v1.LifecycleHandler
  {1, "exec", message, 126, one, pointer, if_set}, {2, "httpGet", message, 137, one, pointer, if_set},
  {3, "tcpSocket", message, 263, one, pointer, if_set}, {4, "sleep", message, 259, one, pointer, if_set},
  // 149: core.v1.LimitRange
  {1, "metadata", message, 301, one, plain, always}, {2, "spec", message, 151, one, plain, always},
  // 150: core.v1.LimitRangeItem
  {1, "type", text, 0, one, plain, always}, {2, "max", quantity, 0, map, plain, if_set},
  {3, "min", quantity, 0, map, plain, if_set}, {4, "default", quantity, 0, map, plain, if_set},
  {5, "defaultRequest", quantity, 0, map, plain, if_set}, {6, "maxLimitRequestRatio", quantity, 0, map, plain, if_set},
  // 151: core.v1.LimitRangeSpec
  {1, "limits", message, 150, list, plain, always},
  // 152: core.v1.LinuxContainerUser
  {1, "uid", int64, 0, one, plain, always}, {2, "gid", int64, 0, one, plain, always},
  {3, "supplementalGroups", int64, 0, list, plain, if_set},
  // 153: core.v1.LoadBalancerIngress
  {1, "ip", text, 0, one, plain, if_set}, {2, "hostname", text, 0, one, plain, if_set},
  {3, "ipMode", text, 0, one, pointer, if_set}, {4, "ports", message, 218, list, plain, if_set},
  // 154: core.v1.LoadBalancerStatus
  {1, "ingress", message, 153, list, plain, if_set},
  // 155: core.v1.LocalObjectReference
  {1, "name", text, 0, one, plain, if_set},
  // 156: core.v1.LocalVolumeSource
  {1, "path", text, 0, one, plain, always}, {2, "fsType", text, 0, one, pointer, if_set},
  // 157: core.v1.ModifyVolumeStatus
  {1, "targetVolumeAttributesClassName", text, 0, one, plain, if_set}, {2, "status", text, 0, one, plain, always},
  // 158: core.v1.NFSVolumeSource
  {1, "server", text, 0, one, plain, always}, {2, "path", text, 0, one, plain, always},
  {3, "readOnly", boolean, 0, one, plain, if_set},
  // 159: core.v1.Namespace
  {1, "metadata", message, 301, one, plain, always}, {2, "spec", message, 161, one, plain, always},
  {3, "status", message, 162, one, plain, always},
  // 160: core.v1.NamespaceCondition
  {1, "type", text, 0, one, plain, always}, {2, "status", text, 0, one, plain, always},
  {4, "lastTransitionTime", time, 0, one, plain, always}, {5, "reason", text, 0, one, plain, if_set},
  {6, "message", text, 0, one, plain, if_set},
  // 161: core.v1.NamespaceSpec
  {1, "finalizers", text, 0, list, plain, if_set},
  // 162: core.v1.NamespaceStatus
  {1, "phase", text, 0, one, plain, if_set}, {2, "conditions", message, 160, list, plain, if_set},
  // 163: core.v1.Node
  {1, "metadata", message, 301, one, plain, always}, {2, "spec", message, 180, one, plain, always},
  {3, "status", message, 181, one, plain, always},
  // 164: core.v1.NodeAddress
  {1, "type", text, 0, one, plain, always}, {2, "address", text, 0, one, plain, always},
  // 165: core.v1.NodeAffinity
  {1, "requiredDuringSchedulingIgnoredDuringExecution", message, 177, one, pointer, if_set},
  {2, "preferredDuringSchedulingIgnoredDuringExecution", message, 220, list, plain, if_set},
  // 166: core.v1.NodeAllocatableMappedResources
  {1, "name", text, 0, one, plain, always}, {2, "quantity", quantity, 0, one, pointer, always},
  // 167: core.v1.NodeAllocatableOverheadResources
  {1, "name", text, 0, one, plain, always}, {2, "perPod", quantity, 0, one, pointer, if_set},
  {3, "perContainer", quantity, 0, one, pointer, if_set},
  // 168: core.v1.NodeAllocatableResourceClaimStatus
  {1, "resourceClaimName", text, 0, one, plain, always}, {2, "containers", text, 0, list, plain, if_set},
  {4, "mapping", message, 166, list, plain, if_set}, {5, "overhead", message, 167, list, plain, if_set},
  // 169: core.v1.NodeCondition
  {1, "type", text, 0, one, plain, always}, {2, "status", text, 0, one, plain, always},
  {3, "lastHeartbeatTime", time, 0, one, plain, always}, {4, "lastTransitionTime", time, 0, one, plain, always},
  {5, "reason", text, 0, one, plain, if_set}, {6, "message", text, 0, one, plain, if_set},
  // 170: core.v1.NodeConfigSource
  {2, "configMap", message, 91, one, pointer, if_set},
  // 171: core.v1.NodeConfigStatus
  {1, "assigned", message, 170, one, pointer, if_set}, {2, "active", message, 170, one, pointer, if_set},
  {3, "lastKnownGood", message, 170, one, pointer, if_set}, {4, "error", text, 0, one, plain, if_set},
  // 172: core.v1.NodeDaemonEndpoints
  {1, "kubeletEndpoint", message, 107, one, plain, always},
  // 173: core.v1.NodeFeatures
  {1, "supplementalGroupsPolicy", boolean, 0, one, pointer, if_set},
  // 174: core.v1.NodePodPreemptionPolicy
  {1, "disableResizePreemption", text, 0, list, plain, if_set},
  // 175: core.v1.NodeRuntimeHandler
  {1, "name", text, 0, one, plain, always}, {2, "features", message, 176, one, pointer, if_set},
  // 176: core.v1.NodeRuntimeHandlerFeatures
  {1, "recursiveReadOnlyMounts", boolean, 0, one, pointer, if_set},
  {2, "userNamespaces", boolean, 0, one, pointer, if_set},
  // 177: core.v1.NodeSelector
  {1, "nodeSelectorTerms", message, 179, list, plain, always},
  // 178: core.v1.NodeSelectorRequirement
  {1, "key", text, 0, one, plain, always}, {2, "operator", text, 0, one, plain, always},
  {3, "values", text, 0, list, plain, if_set},
  // 179: core.v1.NodeSelectorTerm
  {1, "matchExpressions", message, 178, list, plain, if_set}, {2, "matchFields", message, 178, list, plain, if_set},
  // 180: core.v1.NodeSpec
  {1, "podCIDR", text, 0, one, plain, if_set}, {2, "externalID", text, 0, one, plain, if_set},
  {3, "providerID", text, 0, one, plain, if_set}, {4, "unschedulable", boolean, 0, one, plain, if_set},
  {5, "taints", message, 264, list, plain, if_set}, {6, "configSource", message, 170, one, pointer, if_set},
  {7, "podCIDRs", text, 0, list, plain, if_set}, {8, "podPreemptionPolicy", message, 174, one, pointer, if_set},
  // 181: core.v1.NodeStatus
  {1, "capacity", quantity, 0, map, plain, if_set}, {2, "allocatable", quantity, 0, map, plain, if_set},
  {3, "phase", text, 0, one, plain, if_set}, {4, "conditions", message, 169, list, plain, if_set},
  {5, "addresses", message, 164, list, plain, if_set}, {6, "daemonEndpoints", message, 172, one, plain, always},
  {7, "nodeInfo", message, 183, one, plain, always}, {8, "images", message, 96, list, plain, if_set},
  {9, "volumesInUse", text, 0, list, plain, if_set}, {10, "volumesAttached", message, 74, list, plain, if_set},
  {11, "config", message, 171, one, pointer, if_set}, {12, "runtimeHandlers", message, 175, list, plain, if_set},
  {13, "features", message, 173, one, pointer, if_set}, {14, "declaredFeatures", text, 0, list, plain, if_set},
  // 182: core.v1.NodeSwapStatus
  {1, "capacity", int64, 0, one, pointer, if_set},
  // 183: core.v1.NodeSystemInfo
  {1, "machineID", text, 0, one, plain, always}, {2, "systemUUID", text, 0, one, plain, always},
  {3, "bootID", text, 0, one, plain, always}, {4, "kernelVersion", text, 0, one, plain, always},
  {5, "osImage", text, 0, one, plain, always}, {6, "containerRuntimeVersion", text, 0, one, plain, always},
  {7, "kubeletVersion", text, 0, one, plain, always}, {8, "kubeProxyVersion", text, 0, one, plain, always},
  {9, "operatingSystem", text, 0, one, plain, always}, {10, "architecture", text, 0, one, plain, always},
  {11, "swap", message, 182, one, pointer, if_set}, {12, "runningInUserNamespace", boolean, 0, one, pointer, if_set},
  // 184: core.v1.ObjectFieldSelector
  {1, "apiVersion", text, 0, one, plain, if_set}, {2, "fieldPath", text, 0, one, plain, always},
  // 185: core.v1.ObjectReference
  {1, "kind", text, 0, one, plain, if_set}, {2, "namespace", text, 0, one, plain, if_set},
  {3, "name", text, 0, one, plain, if_set}, {4, "uid", text, 0, one, plain, if_set},
  {5, "apiVersion", text, 0, one, plain, if_set}, {6, "resourceVersion", text, 0, one, plain, if_set},
  {7, "fieldPath", text, 0, one, plain, if_set},
  // 186: core.v1.PersistentVolume
  {1, "metadata", message, 301, one, plain, always}, {2, "spec", message, 194, one, plain, always},
  {3, "status", message, 195, one, plain, always},
  // 187: core.v1.PersistentVolumeClaim
  {1, "metadata", message, 301, one, plain, always}, {2, "spec", message, 189, one, plain, always},
  {3, "status", message, 190, one, plain, always},
  // 188: core.v1.PersistentVolumeClaimCondition
  {1, "type", text, 0, one, plain, always}, {2, "status", text, 0, one, plain, always},
  {3, "lastProbeTime", time, 0, one, plain, always}, {4, "lastTransitionTime", time, 0, one, plain, always},
  {5, "reason", text, 0, one, plain, if_set}, {6, "message", text, 0, one, plain, if_set},
  // 189: core.v1.PersistentVolumeClaimSpec
  {1, "accessModes", text, 0, list, plain, if_set}, {2, "resources", message, 279, one, plain, always},
  {3, "volumeName", text, 0, one, plain, if_set}, {4, "selector", message, 297, one, pointer, if_set},
  {5, "storageClassName", text, 0, one, pointer, if_set}, {6, "volumeMode", text, 0, one, pointer, if_set},
  {7, "dataSource", message, 269, one, pointer, if_set}, {8, "dataSourceRef", message, 270, one, pointer, if_set},
  {9, "volumeAttributesClassName", text, 0, one, pointer, if_set},
  // 190: core.v1.PersistentVolumeClaimStatus
  {1, "phase", text, 0, one, plain, if_set}, {2, "accessModes", text, 0, list, plain, if_set},
  {3, "capacity", quantity, 0, map, plain, if_set}, {4, "conditions", message, 188, list, plain, if_set},
  {5, "allocatedResources", quantity, 0, map, plain, if_set},
  {7, "allocatedResourceStatuses", text, 0, map, plain, if_set},
  {8, "currentVolumeAttributesClassName", text, 0, one, pointer, if_set},
  {9, "modifyVolumeStatus", message, 157, one, pointer, if_set},
  {10, "healthStatus", message, 274, one, pointer, if_set},
  // 191: core.v1.PersistentVolumeClaimTemplate
  {1, "metadata", message, 301, one, plain, always}, {2, "spec", message, 189, one, plain, always},
  // 192: core.v1.PersistentVolumeClaimVolumeSource
  {1, "claimName", text, 0, one, plain, always}, {2, "readOnly", boolean, 0, one, plain, if_set},
  // 193: core.v1.PersistentVolumeSource
  {1, "gcePersistentDisk", message, 132, one, pointer, if_set},
  {2, "awsElasticBlockStore", message, 71, one, pointer, if_set}, {3, "hostPath", message, 141, one, pointer, if_set},
  {4, "glusterfs", message, 135, one, pointer, if_set}, {5, "nfs", message, 158, one, pointer, if_set},
  {6, "rbd", message, 225, one, pointer, if_set}, {7, "iscsi", message, 142, one, pointer, if_set},
  {8, "cinder", message, 84, one, pointer, if_set}, {9, "cephfs", message, 82, one, pointer, if_set},
  {10, "fc", message, 127, one, pointer, if_set}, {11, "flocker", message, 131, one, pointer, if_set},
  {12, "flexVolume", message, 129, one, pointer, if_set}, {13, "azureFile", message, 76, one, pointer, if_set},
  {14, "vsphereVolume", message, 282, one, pointer, if_set}, {15, "quobyte", message, 224, one, pointer, if_set},
  {16, "azureDisk", message, 75, one, pointer, if_set},
  {17, "photonPersistentDisk", message, 196, one, pointer, if_set},
  {18, "portworxVolume", message, 219, one, pointer, if_set}, {19, "scaleIO", message, 240, one, pointer, if_set},
  {20, "local", message, 156, one, pointer, if_set}, {21, "storageos", message, 260, one, pointer, if_set},
  {22, "csi", message, 79, one, pointer, if_set},
  // 194: core.v1.PersistentVolumeSpec
  {1, "capacity", quantity, 0, map, plain, if_set}, {2, "", message, 193, one, plain, always},
  {3, "accessModes", text, 0, list, plain, if_set}, {4, "claimRef", message, 185, one, pointer, if_set},
  {5, "persistentVolumeReclaimPolicy", text, 0, one, plain, if_set},
  {6, "storageClassName", text, 0, one, plain, if_set}, {7, "mountOptions", text, 0, list, plain, if_set},
  {8, "volumeMode", text, 0, one, pointer, if_set}, {9, "nodeAffinity", message, 277, one, pointer, if_set},
  {10, "volumeAttributesClassName", text, 0, one, pointer, if_set},
  // 195: core.v1.PersistentVolumeStatus
  {1, "phase", text, 0, one, plain, if_set}, {2, "message", text, 0, one, plain, if_set},
  {3, "reason", text, 0, one, plain, if_set}, {4, "lastPhaseTransitionTime", time, 0, one, pointer, if_set},
  // 196: core.v1.PhotonPersistentDiskVolumeSource
  {1, "pdID", text, 0, one, plain, always}, {2, "fsType", text, 0, one, plain, if_set},
  // 197: core.v1.Pod
  {1, "metadata", message, 301, one, plain, always}, {2, "spec", message, 214, one, plain, always},
  {3, "status", message, 215, one, plain, always},
  // 198: core.v1.PodAffinity
  {1, "requiredDuringSchedulingIgnoredDuringExecution", message, 199, list, plain, if_set},
  {2, "preferredDuringSchedulingIgnoredDuringExecution", message, 283, list, plain, if_set},
  // 199: core.v1.PodAffinityTerm
  {1, "labelSelector", message, 297, one, pointer, if_set}, {2, "namespaces", text, 0, list, plain, if_set},
  {3, "topologyKey", text, 0, one, plain, always}, {4, "namespaceSelector", message, 297, one, pointer, if_set},
  {5, "matchLabelKeys", text, 0, list, plain, if_set}, {6, "mismatchLabelKeys", text, 0, list, plain, if_set},
  // 200: core.v1.PodAntiAffinity
  {1, "requiredDuringSchedulingIgnoredDuringExecution", message, 199, list, plain, if_set},
  {2, "preferredDuringSchedulingIgnoredDuringExecution", message, 283, list, plain, if_set},
  // 201: core.v1.PodCertificateProjection
  {1, "signerName", text, 0, one, plain, if_set}, {2, "keyType", text, 0, one, plain, if_set},
  {3, "maxExpirationSeconds", int32, 0, one, pointer, if_set}, {4, "credentialBundlePath", text, 0, one, plain, if_set},
  {5, "keyPath", text, 0, one, plain, if_set}, {6, "certificateChainPath", text, 0, one, plain, if_set},
  {7, "userAnnotations", text, 0, map, plain, if_set}, {8, "user", int64, 0, one, pointer, if_set},
  // 202: core.v1.PodCondition
  {1, "type", text, 0, one, plain, always}, {2, "status", text, 0, one, plain, always},
  {3, "lastProbeTime", time, 0, one, plain, always}, {4, "lastTransitionTime", time, 0, one, plain, always},
  {5, "reason", text, 0, one, plain, if_set}, {6, "message", text, 0, one, plain, if_set},
  {7, "observedGeneration", int64, 0, one, plain, if_set},
  // 203: core.v1.PodDNSConfig
  {1, "nameservers", text, 0, list, plain, if_set}, {2, "searches", text, 0, list, plain, if_set},
  {3, "options", message, 204, list, plain, if_set},
  // 204: core.v1.PodDNSConfigOption
  {1, "name", text, 0, one, plain, if_set}, {2, "value", text, 0, one, pointer, if_set},
  // 205: core.v1.PodExtendedResourceClaimStatus
  {1, "requestMappings", message, 95, list, plain, always}, {2, "resourceClaimName", text, 0, one, plain, always},
  // 206: core.v1.PodIP
  {1, "ip", text, 0, one, plain, always},
  // 207: core.v1.PodOS
  {1, "name", text, 0, one, plain, always},
  // 208: core.v1.PodReadinessGate
  {1, "conditionType", text, 0, one, plain, always},
  // 209: core.v1.PodResourceClaim
  {1, "name", text, 0, one, plain, always}, {3, "resourceClaimName", text, 0, one, pointer, if_set},
  {4, "resourceClaimTemplateName", text, 0, one, pointer, if_set},
  // 210: core.v1.PodResourceClaimStatus
  {1, "name", text, 0, one, plain, always}, {2, "resourceClaimName", text, 0, one, pointer, if_set},
  // 211: core.v1.PodSchedulingGate
  {1, "name", text, 0, one, plain, always},
  // 212: core.v1.PodSchedulingGroup
  {1, "podGroupName", text, 0, one, pointer, if_set},
  // 213: core.v1.PodSecurityContext
  {1, "seLinuxOptions", message, 239, one, pointer, if_set}, {2, "runAsUser", int64, 0, one, pointer, if_set},
  {3, "runAsNonRoot", boolean, 0, one, pointer, if_set}, {4, "supplementalGroups", int64, 0, list, plain, if_set},
  {5, "fsGroup", int64, 0, one, pointer, if_set}, {6, "runAsGroup", int64, 0, one, pointer, if_set},
  {7, "sysctls", message, 262, list, plain, if_set}, {8, "windowsOptions", message, 284, one, pointer, if_set},
  {9, "fsGroupChangePolicy", text, 0, one, pointer, if_set}, {10, "seccompProfile", message, 244, one, pointer, if_set},
  {11, "appArmorProfile", message, 73, one, pointer, if_set},
  {12, "supplementalGroupsPolicy", text, 0, one, pointer, if_set},
  {13, "seLinuxChangePolicy", text, 0, one, pointer, if_set},
  // 214: core.v1.PodSpec
  {1, "volumes", message, 271, list, plain, if_set}, {2, "containers", message, 94, list, plain, always},
  {3, "restartPolicy", text, 0, one, plain, if_set},
  {4, "terminationGracePeriodSeconds", int64, 0, one, pointer, if_set},
  {5, "activeDeadlineSeconds", int64, 0, one, pointer, if_set}, {6, "dnsPolicy", text, 0, one, plain, if_set},
  {7, "nodeSelector", text, 0, map, plain, if_set}, {8, "serviceAccountName", text, 0, one, plain, if_set},
  {9, "serviceAccount", text, 0, one, plain, if_set}, {10, "nodeName", text, 0, one, plain, if_set},
  {11, "hostNetwork", boolean, 0, one, plain, if_set}, {12, "hostPID", boolean, 0, one, plain, if_set},
  {13, "hostIPC", boolean, 0, one, plain, if_set}, {14, "securityContext", message, 213, one, pointer, if_set},
  {15, "imagePullSecrets", message, 155, list, plain, if_set}, {16, "hostname", text, 0, one, plain, if_set},
  {17, "subdomain", text, 0, one, plain, if_set}, {18, "affinity", message, 72, one, pointer, if_set},
  {19, "schedulerName", text, 0, one, plain, if_set}, {20, "initContainers", message, 94, list, plain, if_set},
  {21, "automountServiceAccountToken", boolean, 0, one, pointer, if_set},
  {22, "tolerations", message, 265, list, plain, if_set}, {23, "hostAliases", message, 139, list, plain, if_set},
  {24, "priorityClassName", text, 0, one, plain, if_set}, {25, "priority", int32, 0, one, pointer, if_set},
  {26, "dnsConfig", message, 203, one, pointer, if_set},
  {27, "shareProcessNamespace", boolean, 0, one, pointer, if_set},
  {28, "readinessGates", message, 208, list, plain, if_set}, {29, "runtimeClassName", text, 0, one, pointer, if_set},
  {30, "enableServiceLinks", boolean, 0, one, pointer, if_set}, {31, "preemptionPolicy", text, 0, one, pointer, if_set},
  {32, "overhead", quantity, 0, map, plain, if_set},
  {33, "topologySpreadConstraints", message, 268, list, plain, if_set},
  {34, "ephemeralContainers", message, 119, list, plain, if_set},
  {35, "setHostnameAsFQDN", boolean, 0, one, pointer, if_set}, {36, "os", message, 207, one, pointer, if_set},
  {37, "hostUsers", boolean, 0, one, pointer, if_set}, {38, "schedulingGates", message, 211, list, plain, if_set},
  {39, "resourceClaims", message, 209, list, plain, if_set}, {40, "resources", message, 237, one, pointer, if_set},
  {41, "hostnameOverride", text, 0, one, pointer, if_set}, {43, "schedulingGroup", message, 212, one, pointer, if_set},
  {44, "evictionResponders", message, 125, list, plain, if_set},
  // 215: core.v1.PodStatus
  {1, "phase", text, 0, one, plain, if_set}, {2, "conditions", message, 202, list, plain, if_set},
  {3, "message", text, 0, one, plain, if_set}, {4, "reason", text, 0, one, plain, if_set},
  {5, "hostIP", text, 0, one, plain, if_set}, {6, "podIP", text, 0, one, plain, if_set},
  {7, "startTime", time, 0, one, pointer, if_set}, {8, "containerStatuses", message, 105, list, plain, if_set},
  {9, "qosClass", text, 0, one, plain, if_set}, {10, "initContainerStatuses", message, 105, list, plain, if_set},
  {11, "nominatedNodeName", text, 0, one, plain, if_set}, {12, "podIPs", message, 206, list, plain, if_set},
  {13, "ephemeralContainerStatuses", message, 105, list, plain, if_set}, {14, "resize", text, 0, one, plain, if_set},
  {15, "resourceClaimStatuses", message, 210, list, plain, if_set}, {16, "hostIPs", message, 140, list, plain, if_set},
  {17, "observedGeneration", int64, 0, one, plain, if_set},
  {18, "extendedResourceClaimStatus", message, 205, one, pointer, if_set},
  {19, "allocatedResources", quantity, 0, map, plain, if_set}, {20, "resources", message, 237, one, pointer, if_set},
  {21, "nodeAllocatableResourceClaimStatuses", message, 168, list, plain, if_set},
  {22, "volumeHealth", message, 217, list, plain, if_set},
  // 216: core.v1.PodTemplateSpec
  {1, "metadata", message, 301, one, plain, always}, {2, "spec", message, 214, one, plain, always},
  // 217: core.v1.PodVolumeHealth
  {1, "name", text, 0, one, plain, always}, {2, "healthConditions", message, 273, list, plain, if_set},
  {3, "lastTransitionTime", time, 0, one, plain, always},
  // 218: core.v1.PortStatus
  {1, "port", int32, 0, one, plain, always}, {2, "protocol", text, 0, one, plain, always},
  {3, "error", text, 0, one, pointer, if_set},
  // 219: core.v1.PortworxVolumeSource
  {1, "volumeID", text, 0, one, plain, always}, {2, "fsType", text, 0, one, plain, if_set},
  {3, "readOnly", boolean, 0, one, plain, if_set},
  // 220: core.v1.PreferredSchedulingTerm
  {1, "weight", int32, 0, one, plain, always}, {2, "preference", message, 179, one, plain, always},
  // 221: core.v1.Probe
  {1, "", message, 222, one, plain, always}, {2, "initialDelaySeconds", int32, 0, one, plain, if_set},
  {3, "timeoutSeconds", int32, 0, one, plain, if_set}, {4, "periodSeconds", int32, 0, one, plain, if_set},
  {5, "successThreshold", int32, 0, one, plain, if_set}, {6, "failureThreshold", int32, 0, one, plain, if_set},
  {7, "terminationGracePeriodSeconds", int64, 0, one, pointer, if_set},
  // 222: core.v1.ProbeHandler
  {1, "exec", message, 126, one, pointer, if_set}, {2, "httpGet", message, 137, one, pointer, if_set},
  {3, "tcpSocket", message, 263, one, pointer, if_set}, {4, "grpc", message, 133, one, pointer, if_set},
  // 223: core.v1.ProjectedVolumeSource
  {1, "sources", message, 278, list, plain, always}, {2, "defaultMode", int32, 0, one, pointer, if_set},
  {3, "defaultUser", int64, 0, one, pointer, if_set},
  // 224: core.v1.QuobyteVolumeSource
  {1, "registry", text, 0, one, plain, always}, {2, "volume", text, 0, one, plain, always},
  {3, "readOnly", boolean, 0, one, plain, if_set}, {4, "user", text, 0, one, plain, if_set},
  {5, "group", text, 0, one, plain, if_set}, {6, "tenant", text, 0, one, plain, if_set},
  // 225: core.v1.RBDPersistentVolumeSource
  {1, "monitors", text, 0, list, plain, always}, {2, "image", text, 0, one, plain, always},
  {3, "fsType", text, 0, one, plain, if_set}, {4, "pool", text, 0, one, plain, if_set},
  {5, "user", text, 0, one, plain, if_set}, {6, "keyring", text, 0, one, plain, if_set},
  {7, "secretRef", message, 249, one, pointer, if_set}, {8, "readOnly", boolean, 0, one, plain, if_set},
  // 226: core.v1.RBDVolumeSource
  {1, "monitors", text, 0, list, plain, always}, {2, "image", text, 0, one, plain, always},
  {3, "fsType", text, 0, one, plain, if_set}, {4, "pool", text, 0, one, plain, if_set},
  {5, "user", text, 0, one, plain, if_set}, {6, "keyring", text, 0, one, plain, if_set},
  {7, "secretRef", message, 155, one, pointer, if_set}, {8, "readOnly", boolean, 0, one, plain, if_set},
  // 227: core.v1.ReplicationController
  {1, "metadata", message, 301, one, plain, always}, {2, "spec", message, 229, one, plain, always},
  {3, "status", message, 230, one, plain, always},
  // 228: core.v1.ReplicationControllerCondition
  {1, "type", text, 0, one, plain, always}, {2, "status", text, 0, one, plain, always},
  {3, "lastTransitionTime", time, 0, one, plain, always}, {4, "reason", text, 0, one, plain, if_set},
  {5, "message", text, 0, one, plain, if_set},
  // 229: core.v1.ReplicationControllerSpec
  {1, "replicas", int32, 0, one, pointer, if_set}, {2, "selector", text, 0, map, plain, if_set},
  {3, "template", message, 216, one, pointer, if_set}, {4, "minReadySeconds", int32, 0, one, plain, if_set},
  // 230: core.v1.ReplicationControllerStatus
  {1, "replicas", int32, 0, one, plain, always}, {2, "fullyLabeledReplicas", int32, 0, one, plain, if_set},
  {3, "observedGeneration", int64, 0, one, plain, if_set}, {4, "readyReplicas", int32, 0, one, plain, if_set},
  {5, "availableReplicas", int32, 0, one, plain, if_set}, {6, "conditions", message, 228, list, plain, if_set},
  // 231: core.v1.ResourceClaim
  {1, "name", text, 0, one, plain, always}, {2, "request", text, 0, one, plain, if_set},
  // 232: core.v1.ResourceFieldSelector
  {1, "containerName", text, 0, one, plain, if_set}, {2, "resource", text, 0, one, plain, always},
  {3, "divisor", quantity, 0, one, plain, always},
  // 233: core.v1.ResourceHealth
  {1, "resourceID", text, 0, one, plain, always}, {2, "health", text, 0, one, plain, if_set},
  {6, "message", text, 0, one, pointer, if_set},
  // 234: core.v1.ResourceQuota
  {1, "metadata", message, 301, one, plain, always}, {2, "spec", message, 235, one, plain, always},
  {3, "status", message, 236, one, plain, always},
  // 235: core.v1.ResourceQuotaSpec
  {1, "hard", quantity, 0, map, plain, if_set}, {2, "scopes", text, 0, list, plain, if_set},
  {3, "scopeSelector", message, 242, one, pointer, if_set},
  // 236: core.v1.ResourceQuotaStatus
  {1, "hard", quantity, 0, map, plain, if_set}, {2, "used", quantity, 0, map, plain, if_set},
  // 237: core.v1.ResourceRequirements
  {1, "limits", quantity, 0, map, plain, if_set}, {2, "requests", quantity, 0, map, plain, if_set},
  {3, "claims", message, 231, list, plain, if_set},
  // 238: core.v1.ResourceStatus
  {1, "name", text, 0, one, plain, always}, {2, "resources", message, 233, list, plain, if_set},
  // 239: core.v1.SELinuxOptions
  {1, "user", text, 0, one, plain, if_set}, {2, "role", text, 0, one, plain, if_set},
  {3, "type", text, 0, one, plain, if_set}, {4, "level", text, 0, one, plain, if_set},
  // 240: core.v1.ScaleIOPersistentVolumeSource
  {1, "gateway", text, 0, one, plain, always}, {2, "system", text, 0, one, plain, always},
  {3, "secretRef", message, 249, one, pointer, always}, {4, "sslEnabled", boolean, 0, one, plain, if_set},
  {5, "protectionDomain", text, 0, one, plain, if_set}, {6, "storagePool", text, 0, one, plain, if_set},
  {7, "storageMode", text, 0, one, plain, if_set}, {8, "volumeName", text, 0, one, plain, if_set},
  {9, "fsType", text, 0, one, plain, if_set}, {10, "readOnly", boolean, 0, one, plain, if_set},
  // 241: core.v1.ScaleIOVolumeSource
  {1, "gateway", text, 0, one, plain, always}, {2, "system", text, 0, one, plain, always},
  {3, "secretRef", message, 155, one, pointer, always}, {4, "sslEnabled", boolean, 0, one, plain, if_set},
  {5, "protectionDomain", text, 0, one, plain, if_set}, {6, "storagePool", text, 0, one, plain, if_set},
  {7, "storageMode", text, 0, one, plain, if_set}, {8, "volumeName", text, 0, one, plain, if_set},
  {9, "fsType", text, 0, one, plain, if_set}, {10, "readOnly", boolean, 0, one, plain, if_set},
  // 242: core.v1.ScopeSelector
  {1, "matchExpressions", message, 243, list, plain, if_set},
  // 243: core.v1.ScopedResourceSelectorRequirement
  {1, "scopeName", text, 0, one, plain, always}, {2, "operator", text, 0, one, plain, always},
  {3, "values", text, 0, list, plain, if_set},
  // 244: core.v1.SeccompProfile
  {1, "type", text, 0, one, plain, always}, {2, "localhostProfile", text, 0, one, pointer, if_set},
  // 245: core.v1.Secret
  {1, "metadata", message, 301, one, plain, always}, {2, "data", bytes, 0, map, plain, if_set},
  {3, "type", text, 0, one, plain, if_set}, {4, "stringData", text, 0, map, plain, if_set},
  {5, "immutable", boolean, 0, one, pointer, if_set},
  // 246: core.v1.SecretEnvSource
  {1, "", message, 155, one, plain, always}, {2, "optional", boolean, 0, one, pointer, if_set},
  // 247: core.v1.SecretKeySelector
  {1, "", message, 155, one, plain, always}, {2, "key", text, 0, one, plain, always},
  {3, "optional", boolean, 0, one, pointer, if_set},
  // 248: core.v1.SecretProjection
  {1, "", message, 155, one, plain, always}, {2, "items", message, 146, list, plain, if_set},
  {4, "optional", boolean, 0, one, pointer, if_set},
  // 249: core.v1.SecretReference
  {1, "name", text, 0, one, plain, if_set}, {2, "namespace", text, 0, one, plain, if_set},
  // 250: core.v1.SecretVolumeSource
  {1, "secretName", text, 0, one, plain, if_set}, {2, "items", message, 146, list, plain, if_set},
  {3, "defaultMode", int32, 0, one, pointer, if_set}, {4, "optional", boolean, 0, one, pointer, if_set},
  {5, "defaultUser", int64, 0, one, pointer, if_set},
  // 251: core.v1.SecurityContext
  {1, "capabilities", message, 81, one, pointer, if_set}, {2, "privileged", boolean, 0, one, pointer, if_set},
  {3, "seLinuxOptions", message, 239, one, pointer, if_set}, {4, "runAsUser", int64, 0, one, pointer, if_set},
  {5, "runAsNonRoot", boolean, 0, one, pointer, if_set},
  {6, "readOnlyRootFilesystem", boolean, 0, one, pointer, if_set},
  {7, "allowPrivilegeEscalation", boolean, 0, one, pointer, if_set}, {8, "runAsGroup", int64, 0, one, pointer, if_set},
  {9, "procMount", text, 0, one, pointer, if_set}, {10, "windowsOptions", message, 284, one, pointer, if_set},
  {11, "seccompProfile", message, 244, one, pointer, if_set},
  {12, "appArmorProfile", message, 73, one, pointer, if_set},
  // 252: core.v1.Service
  {1, "metadata", message, 301, one, plain, always}, {2, "spec", message, 256, one, plain, always},
  {3, "status", message, 257, one, plain, always},
  // 253: core.v1.ServiceAccount
  {1, "metadata", message, 301, one, plain, always}, {2, "secrets", message, 185, list, plain, if_set},
  {3, "imagePullSecrets", message, 155, list, plain, if_set},
  {4, "automountServiceAccountToken", boolean, 0, one, pointer, if_set},
  // 254: core.v1.ServiceAccountTokenProjection
  {1, "audience", text, 0, one, plain, if_set}, {2, "expirationSeconds", int64, 0, one, pointer, if_set},
  {3, "path", text, 0, one, plain, always}, {4, "user", int64, 0, one, pointer, if_set},
  // 255: core.v1.ServicePort
  {1, "name", text, 0, one, plain, if_set}, {2, "protocol", text, 0, one, plain, if_set},
  {3, "port", int32, 0, one, plain, always}, {4, "targetPort", int_or_string, 0, one, plain, always},
  {5, "nodePort", int32, 0, one, plain, if_set}, {6, "appProtocol", text, 0, one, pointer, if_set},
  // 256: core.v1.ServiceSpec
  {1, "ports", message, 255, list, plain, if_set}, {2, "selector", text, 0, map, plain, if_set},
  {3, "clusterIP", text, 0, one, plain, if_set}, {4, "type", text, 0, one, plain, if_set},
  {5, "externalIPs", text, 0, list, plain, if_set}, {7, "sessionAffinity", text, 0, one, plain, if_set},
  {8, "loadBalancerIP", text, 0, one, plain, if_set}, {9, "loadBalancerSourceRanges", text, 0, list, plain, if_set},
  {10, "externalName", text, 0, one, plain, if_set}, {11, "externalTrafficPolicy", text, 0, one, plain, if_set},
  {12, "healthCheckNodePort", int32, 0, one, plain, if_set},
  {13, "publishNotReadyAddresses", boolean, 0, one, plain, if_set},
  {14, "sessionAffinityConfig", message, 258, one, pointer, if_set},
  {17, "ipFamilyPolicy", text, 0, one, pointer, if_set}, {18, "clusterIPs", text, 0, list, plain, if_set},
  {19, "ipFamilies", text, 0, list, plain, if_set},
  {20, "allocateLoadBalancerNodePorts", boolean, 0, one, pointer, if_set},
  {21, "loadBalancerClass", text, 0, one, pointer, if_set},
  {22, "internalTrafficPolicy", text, 0, one, pointer, if_set},
  {23, "trafficDistribution", text, 0, one, pointer, if_set},
  // 257: core.v1.ServiceStatus
  {1, "loadBalancer", message, 154, one, plain, always}, {2, "conditions", message, 294, list, plain, if_set},
  // 258: core.v1.SessionAffinityConfig
  {1, "clientIP", message, 86, one, pointer, if_set},
  // 259: core.v1.SleepAction
  {1, "seconds", int64, 0, one, plain, always},
  // 260: core.v1.StorageOSPersistentVolumeSource
  {1, "volumeName", text, 0, one, plain, if_set}, {2, "volumeNamespace", text, 0, one, plain, if_set},
  {3, "fsType", text, 0, one, plain, if_set}, {4, "readOnly", boolean, 0, one, plain, if_set},
  {5, "secretRef", message, 185, one, pointer, if_set},
  // 261: core.v1.StorageOSVolumeSource
  {1, "volumeName", text, 0, one, plain, if_set}, {2, "volumeNamespace", text, 0, one, plain, if_set},
  {3, "fsType", text, 0, one, plain, if_set}, {4, "readOnly", boolean, 0, one, plain, if_set},
  {5, "secretRef", message, 155, one, pointer, if_set},
  // 262: core.v1.Sysctl
  {1, "name", text, 0, one, plain, always}, {2, "value", text, 0, one, plain, always},
  // 263: core.v1.TCPSocketAction
  {1, "port", int_or_string, 0, one, plain, always}, {2, "host", text, 0, one, plain, if_set},
  // 264: core.v1.Taint
  {1, "key", text, 0, one, plain, always}, {2, "value", text, 0, one, plain, if_set},
  {3, "effect", text, 0, one, plain, always}, {4, "timeAdded", time, 0, one, pointer, if_set},
  // 265: core.v1.Toleration
  {1, "key", text, 0, one, plain, if_set}, {2, "operator", text, 0, one, plain, if_set},
  {3, "value", text, 0, one, plain, if_set}, {4, "effect", text, 0, one, plain, if_set},
  {5, "tolerationSeconds", int64, 0, one, pointer, if_set},
  // 266: core.v1.TopologySelectorLabelRequirement
  {1, "key", text, 0, one, plain, always}, {2, "values", text, 0, list, plain, always},
  // 267: core.v1.TopologySelectorTerm
  {1, "matchLabelExpressions", message, 266, list, plain, if_set},
  // 268: core.v1.TopologySpreadConstraint
  {1, "maxSkew", int32, 0, one, plain, always}, {2, "topologyKey", text, 0, one, plain, always},
  {3, "whenUnsatisfiable", text, 0, one, plain, always}, {4, "labelSelector", message, 297, one, pointer, if_set},
  {5, "minDomains", int32, 0, one, pointer, if_set}, {6, "nodeAffinityPolicy", text, 0, one, pointer, if_set},
  {7, "nodeTaintsPolicy", text, 0, one, pointer, if_set}, {8, "matchLabelKeys", text, 0, list, plain, if_set},
  // 269: core.v1.TypedLocalObjectReference
  {1, "apiGroup", text, 0, one, pointer, always}, {2, "kind", text, 0, one, plain, always},
  {3, "name", text, 0, one, plain, always},
  // 270: core.v1.TypedObjectReference
  {1, "apiGroup", text, 0, one, pointer, always}, {2, "kind", text, 0, one, plain, always},
  {3, "name", text, 0, one, plain, always}, {4, "namespace", text, 0, one, pointer, if_set},
  // 271: core.v1.Volume
  {1, "name", text, 0, one, plain, always}, {2, "", message, 280, one, plain, always},
  // 272: core.v1.VolumeDevice
  {1, "name", text, 0, one, plain, always}, {2, "devicePath", text, 0, one, plain, always},
  // 273: core.v1.VolumeHealthCondition
  {1, "status", text, 0, one, plain, always}, {2, "reason", text, 0, one, plain, always},
  {3, "message", text, 0, one, plain, if_set},
  // 274: core.v1.VolumeHealthStatus
  {1, "healthConditions", message, 273, list, plain, if_set}, {2, "lastTransitionTime", time, 0, one, plain, always},
  // 275: core.v1.VolumeMount
  {1, "name", text, 0, one, plain, always}, {2, "readOnly", boolean, 0, one, plain, if_set},
  {3, "mountPath", text, 0, one, plain, always}, {4, "subPath", text, 0, one, plain, if_set},
  {5, "mountPropagation", text, 0, one, pointer, if_set}, {6, "subPathExpr", text, 0, one, plain, if_set},
  {7, "recursiveReadOnly", text, 0, one, pointer, if_set}, {8, "bindMountOptions", text, 0, list, plain, if_set},
  // 276: core.v1.VolumeMountStatus
  {1, "name", text, 0, one, plain, always}, {2, "mountPath", text, 0, one, plain, always},
  {3, "readOnly", boolean, 0, one, plain, if_set}, {4, "recursiveReadOnly", text, 0, one, pointer, if_set},
  {5, "volumeStatus", message, 281, one, pointer, if_set},
  // 277: core.v1.VolumeNodeAffinity
  {1, "required", message, 177, one, pointer, if_set},
  // 278: core.v1.VolumeProjection
  {1, "secret", message, 248, one, pointer, if_set}, {2, "downwardAPI", message, 108, one, pointer, if_set},
  {3, "configMap", message, 92, one, pointer, if_set}, {4, "serviceAccountToken", message, 254, one, pointer, if_set},
  {5, "clusterTrustBundle", message, 87, one, pointer, if_set},
  {6, "podCertificate", message, 201, one, pointer, if_set},
  // 279: core.v1.VolumeResourceRequirements
  {1, "limits", quantity, 0, map, plain, if_set}, {2, "requests", quantity, 0, map, plain, if_set},
  // 280: core.v1.VolumeSource
  {1, "hostPath", message, 141, one, pointer, if_set}, {2, "emptyDir", message, 111, one, pointer, if_set},
  {3, "gcePersistentDisk", message, 132, one, pointer, if_set},
  {4, "awsElasticBlockStore", message, 71, one, pointer, if_set}, {5, "gitRepo", message, 134, one, pointer, if_set},
  {6, "secret", message, 250, one, pointer, if_set}, {7, "nfs", message, 158, one, pointer, if_set},
  {8, "iscsi", message, 143, one, pointer, if_set}, {9, "glusterfs", message, 136, one, pointer, if_set},
  {10, "persistentVolumeClaim", message, 192, one, pointer, if_set}, {11, "rbd", message, 226, one, pointer, if_set},
  {12, "flexVolume", message, 130, one, pointer, if_set}, {13, "cinder", message, 85, one, pointer, if_set},
  {14, "cephfs", message, 83, one, pointer, if_set}, {15, "flocker", message, 131, one, pointer, if_set},
  {16, "downwardAPI", message, 110, one, pointer, if_set}, {17, "fc", message, 127, one, pointer, if_set},
  {18, "azureFile", message, 77, one, pointer, if_set}, {19, "configMap", message, 93, one, pointer, if_set},
  {20, "vsphereVolume", message, 282, one, pointer, if_set}, {21, "quobyte", message, 224, one, pointer, if_set},
  {22, "azureDisk", message, 75, one, pointer, if_set},
  {23, "photonPersistentDisk", message, 196, one, pointer, if_set},
  {24, "portworxVolume", message, 219, one, pointer, if_set}, {25, "scaleIO", message, 241, one, pointer, if_set},
  {26, "projected", message, 223, one, pointer, if_set}, {27, "storageos", message, 261, one, pointer, if_set},
  {28, "csi", message, 80, one, pointer, if_set}, {29, "ephemeral", message, 121, one, pointer, if_set},
  {30, "image", message, 144, one, pointer, if_set},
  // 281: core.v1.VolumeStatus
  {1, "image", message, 145, one, pointer, if_set},
  // 282: core.v1.VsphereVirtualDiskVolumeSource
  {1, "volumePath", text, 0, one, plain, always}, {2, "fsType", text, 0, one, plain, if_set},
  {3, "storagePolicyName", text, 0, one, plain, if_set}, {4, "storagePolicyID", text, 0, one, plain, if_set},
  // 283: core.v1.WeightedPodAffinityTerm
  {1, "weight", int32, 0, one, plain, always}, {2, "podAffinityTerm", message, 199, one, plain, always},
  // 284: core.v1.WindowsSecurityContextOptions
  {1, "gmsaCredentialSpecName", text, 0, one, pointer, if_set},
  {2, "gmsaCredentialSpec", text, 0, one, pointer, if_set}, {3, "runAsUserName", text, 0, one, pointer, if_set},
  {4, "hostProcess", boolean, 0, one, pointer, if_set},
  // 285: discovery.v1.Endpoint
  {1, "addresses", text, 0, list, plain, always}, {2, "conditions", message, 286, one, plain, always},
  {3, "hostname", text, 0, one, pointer, if_set}, {4, "targetRef", message, 185, one, pointer, if_set},
  {5, "deprecatedTopology", text, 0, map, plain, if_set}, {6, "nodeName", text, 0, one, pointer, if_set},
  {7, "zone", text, 0, one, pointer, if_set}, {8, "hints", message, 287, one, pointer, if_set},
  // 286: discovery.v1.EndpointConditions
  {1, "ready", boolean, 0, one, pointer, if_set}, {2, "serving", boolean, 0, one, pointer, if_set},
  {3, "terminating", boolean, 0, one, pointer, if_set},
  // 287: discovery.v1.EndpointHints
  {1, "forZones", message, 291, list, plain, if_set}, {2, "forNodes", message, 290, list, plain, if_set},
  // 288: discovery.v1.EndpointPort
  {1, "name", text, 0, one, pointer, if_set}, {2, "protocol", text, 0, one, pointer, if_set},
  {3, "port", int32, 0, one, pointer, if_set}, {4, "appProtocol", text, 0, one, pointer, if_set},
  // 289: discovery.v1.EndpointSlice
  {1, "metadata", message, 301, one, plain, always}, {2, "endpoints", message, 285, list, plain, always},
  {3, "ports", message, 288, list, plain, always}, {4, "addressType", text, 0, one, plain, always},
  // 290: discovery.v1.ForNode
  {1, "name", text, 0, one, plain, always},
  // 291: discovery.v1.ForZone
  {1, "name", text, 0, one, plain, always},
  // 292: events.v1.Event
  {1, "metadata", message, 301, one, plain, always}, {2, "eventTime", micro_time, 0, one, plain, always},
  {3, "series", message, 293, one, pointer, if_set}, {4, "reportingController", text, 0, one, plain, if_set},
  {5, "reportingInstance", text, 0, one, plain, if_set}, {6, "action", text, 0, one, plain, if_set},
  {7, "reason", text, 0, one, plain, if_set}, {8, "regarding", message, 185, one, plain, always},
  {9, "related", message, 185, one, pointer, if_set}, {10, "note", text, 0, one, plain, if_set},
  {11, "type", text, 0, one, plain, if_set}, {12, "deprecatedSource", message, 124, one, plain, always},
  {13, "deprecatedFirstTimestamp", time, 0, one, plain, always},
  {14, "deprecatedLastTimestamp", time, 0, one, plain, always}, {15, "deprecatedCount", int32, 0, one, plain, if_set},
  // 293: events.v1.EventSeries
  {1, "count", int32, 0, one, plain, always}, {2, "lastObservedTime", micro_time, 0, one, plain, always},
  // 294: meta.v1.Condition
  {1, "type", text, 0, one, plain, always}, {2, "status", text, 0, one, plain, always},
  {3, "observedGeneration", int64, 0, one, plain, if_set}, {4, "lastTransitionTime", time, 0, one, plain, always},
  {5, "reason", text, 0, one, plain, always}, {6, "message", text, 0, one, plain, always},
  // 295: meta.v1.DeleteOptions
  {1, "gracePeriodSeconds", int64, 0, one, pointer, if_set}, {2, "preconditions", message, 303, one, pointer, if_set},
  {3, "orphanDependents", boolean, 0, one, pointer, if_set}, {4, "propagationPolicy", text, 0, one, pointer, if_set},
  {5, "dryRun", text, 0, list, plain, if_set},
  {6, "ignoreStoreReadErrorWithClusterBreakingPotential", boolean, 0, one, pointer, if_set},
  // 296: meta.v1.FieldSelectorRequirement
  {1, "key", text, 0, one, plain, always}, {2, "operator", text, 0, one, plain, always},
  {3, "values", text, 0, list, plain, if_set},
  // 297: meta.v1.LabelSelector
  {1, "matchLabels", text, 0, map, plain, if_set}, {2, "matchExpressions", message, 298, list, plain, if_set},
  // 298: meta.v1.LabelSelectorRequirement
  {1, "key", text, 0, one, plain, always}, {2, "operator", text, 0, one, plain, always},
  {3, "values", text, 0, list, plain, if_set},
  // 299: meta.v1.ListMeta
  {1, "selfLink", text, 0, one, plain, if_set}, {2, "resourceVersion", text, 0, one, plain, if_set},
  {3, "continue", text, 0, one, plain, if_set}, {4, "remainingItemCount", int64, 0, one, pointer, if_set},
  {5, "shardInfo", message, 304, one, pointer, if_set},
  // 300: meta.v1.ManagedFieldsEntry
  {1, "manager", text, 0, one, plain, if_set}, {2, "operation", text, 0, one, plain, if_set},
  {3, "apiVersion", text, 0, one, plain, if_set}, {4, "time", time, 0, one, pointer, if_set},
  {6, "fieldsType", text, 0, one, plain, if_set}, {7, "fieldsV1", raw_json, 0, one, pointer, if_set},
  {8, "subresource", text, 0, one, plain, if_set},
  // 301: meta.v1.ObjectMeta
  {1, "name", text, 0, one, plain, if_set}, {2, "generateName", text, 0, one, plain, if_set},
  {3, "namespace", text, 0, one, plain, if_set}, {4, "selfLink", text, 0, one, plain, if_set},
  {5, "uid", text, 0, one, plain, if_set}, {6, "resourceVersion", text, 0, one, plain, if_set},
  {7, "generation", int64, 0, one, plain, if_set}, {8, "creationTimestamp", time, 0, one, plain, if_set},
  {9, "deletionTimestamp", time, 0, one, pointer, if_set},
  {10, "deletionGracePeriodSeconds", int64, 0, one, pointer, if_set}, {11, "labels", text, 0, map, plain, if_set},
  {12, "annotations", text, 0, map, plain, if_set}, {13, "ownerReferences", message, 302, list, plain, if_set},
  {14, "finalizers", text, 0, list, plain, if_set}, {17, "managedFields", message, 300, list, plain, if_set},
  // 302: meta.v1.OwnerReference
  {1, "kind", text, 0, one, plain, always}, {3, "name", text, 0, one, plain, always},
  {4, "uid", text, 0, one, plain, always}, {5, "apiVersion", text, 0, one, plain, always},
  {6, "controller", boolean, 0, one, pointer, if_set}, {7, "blockOwnerDeletion", boolean, 0, one, pointer, if_set},
  // 303: meta.v1.Preconditions
  {1, "uid", text, 0, one, pointer, if_set}, {2, "resourceVersion", text, 0, one, pointer, if_set},
  // 304: meta.v1.ShardInfo
  {1, "selector", text, 0, one, plain, always},
  // 305: meta.v1.Status
  {1, "metadata", message, 299, one, plain, always}, {2, "status", text, 0, one, plain, if_set},
  {3, "message", text, 0, one, plain, if_set}, {4, "reason", text, 0, one, plain, if_set},
  {5, "details", message, 307, one, pointer, if_set}, {6, "code", int32, 0, one, plain, if_set},
  // 306: meta.v1.StatusCause
  {1, "reason", text, 0, one, plain, if_set}, {2, "message", text, 0, one, plain, if_set},
  {3, "field", text, 0, one, plain, if_set},
  // 307: meta.v1.StatusDetails
  {1, "name", text, 0, one, plain, if_set}, {2, "group", text, 0, one, plain, if_set},
  {3, "kind", text, 0, one, plain, if_set}, {4, "causes", message, 306, list, plain, if_set},
  {5, "retryAfterSeconds", int32, 0, one, plain, if_set}, {6, "uid", text, 0, one, plain, if_set},
  // 308: networking.v1.HTTPIngressPath
  {1, "path", text, 0, one, plain, if_set}, {2, "backend", message, 312, one, plain, always},
  {3, "pathType", text, 0, one, pointer, always},
  // 309: networking.v1.HTTPIngressRuleValue
  {1, "paths", message, 308, list, plain, always},
  // 310: networking.v1.IPBlock
  {1, "cidr", text, 0, one, plain, always}, {2, "except", text, 0, list, plain, if_set},
  // 311: networking.v1.Ingress
  {1, "metadata", message, 301, one, plain, always}, {2, "spec", message, 322, one, plain, always},
  {3, "status", message, 323, one, plain, always},
  // 312: networking.v1.IngressBackend
  {3, "resource", message, 269, one, pointer, if_set}, {4, "service", message, 321, one, pointer, if_set},
  // 313: networking.v1.IngressClass
  {1, "metadata", message, 301, one, plain, always}, {2, "spec", message, 315, one, plain, always},
  // 314: networking.v1.IngressClassParametersReference
  {1, "apiGroup", text, 0, one, pointer, if_set}, {2, "kind", text, 0, one, plain, always},
  {3, "name", text, 0, one, plain, always}, {4, "scope", text, 0, one, pointer, always},
  {5, "namespace", text, 0, one, pointer, if_set},
  // 315: networking.v1.IngressClassSpec
  {1, "controller", text, 0, one, plain, if_set}, {2, "parameters", message, 314, one, pointer, if_set},
  // 316: networking.v1.IngressLoadBalancerIngress
  {1, "ip", text, 0, one, plain, if_set}, {2, "hostname", text, 0, one, plain, if_set},
  {4, "ports", message, 318, list, plain, if_set},
  // 317: networking.v1.IngressLoadBalancerStatus
  {1, "ingress", message, 316, list, plain, if_set},
  // 318: networking.v1.IngressPortStatus
  {1, "port", int32, 0, one, plain, always}, {2, "protocol", text, 0, one, plain, always},
  {3, "error", text, 0, one, pointer, if_set},
  // 319: networking.v1.IngressRule
  {1, "host", text, 0, one, plain, if_set}, {2, "", message, 320, one, plain, always},
  // 320: networking.v1.IngressRuleValue
  {1, "http", message, 309, one, pointer, if_set},
  // 321: networking.v1.IngressServiceBackend
  {1, "name", text, 0, one, plain, always}, {2, "port", message, 331, one, plain, always},
  // 322: networking.v1.IngressSpec
  {1, "defaultBackend", message, 312, one, pointer, if_set}, {2, "tls", message, 324, list, plain, if_set},
  {3, "rules", message, 319, list, plain, if_set}, {4, "ingressClassName", text, 0, one, pointer, if_set},
  // 323: networking.v1.IngressStatus
  {1, "loadBalancer", message, 317, one, plain, always},
  // 324: networking.v1.IngressTLS
  {1, "hosts", text, 0, list, plain, if_set}, {2, "secretName", text, 0, one, plain, if_set},
  // 325: networking.v1.NetworkPolicy
  {1, "metadata", message, 301, one, plain, always}, {2, "spec", message, 330, one, plain, always},
  // 326: networking.v1.NetworkPolicyEgressRule
  {1, "ports", message, 329, list, plain, if_set}, {2, "to", message, 328, list, plain, if_set},
  // 327: networking.v1.NetworkPolicyIngressRule
  {1, "ports", message, 329, list, plain, if_set}, {2, "from", message, 328, list, plain, if_set},
  // 328: networking.v1.NetworkPolicyPeer
  {1, "podSelector", message, 297, one, pointer, if_set}, {2, "namespaceSelector", message, 297, one, pointer, if_set},
  {3, "ipBlock", message, 310, one, pointer, if_set},
  // 329: networking.v1.NetworkPolicyPort
  {1, "protocol", text, 0, one, pointer, if_set}, {2, "port", int_or_string, 0, one, pointer, if_set},
  {3, "endPort", int32, 0, one, pointer, if_set},
  // 330: networking.v1.NetworkPolicySpec
  {1, "podSelector", message, 297, one, plain, always}, {2, "ingress", message, 327, list, plain, if_set},
  {3, "egress", message, 326, list, plain, if_set}, {4, "policyTypes", text, 0, list, plain, if_set},
  // 331: networking.v1.ServiceBackendPort
  {1, "name", text, 0, one, plain, if_set}, {2, "number", int32, 0, one, plain, if_set},
  // 332: policy.v1.Eviction
  {1, "metadata", message, 301, one, plain, always}, {2, "deleteOptions", message, 295, one, pointer, if_set},
  // 333: policy.v1.PodDisruptionBudget
  {1, "metadata", message, 301, one, plain, always}, {2, "spec", message, 334, one, plain, always},
  {3, "status", message, 335, one, plain, always},
  // 334: policy.v1.PodDisruptionBudgetSpec
  {1, "minAvailable", int_or_string, 0, one, pointer, if_set}, {2, "selector", message, 297, one, pointer, if_set},
  {3, "maxUnavailable", int_or_string, 0, one, pointer, if_set},
  {4, "unhealthyPodEvictionPolicy", text, 0, one, pointer, if_set},
  // 335: policy.v1.PodDisruptionBudgetStatus
  {1, "observedGeneration", int64, 0, one, plain, if_set}, {2, "disruptedPods", time, 0, map, plain, if_set},
  {3, "disruptionsAllowed", int32, 0, one, plain, always}, {4, "currentHealthy", int32, 0, one, plain, always},
  {5, "desiredHealthy", int32, 0, one, plain, always}, {6, "expectedPods", int32, 0, one, plain, always},
  {7, "conditions", message, 294, list, plain, if_set},
  // 336: rbac.v1.AggregationRule
  {1, "clusterRoleSelectors", message, 297, list, plain, if_set},
  // 337: rbac.v1.ClusterRole
  {1, "metadata", message, 301, one, plain, always}, {2, "rules", message, 339, list, plain, always},
  {3, "aggregationRule", message, 336, one, pointer, if_set},
  // 338: rbac.v1.ClusterRoleBinding
  {1, "metadata", message, 301, one, plain, always}, {2, "subjects", message, 343, list, plain, if_set},
  {3, "roleRef", message, 342, one, plain, always},
  // 339: rbac.v1.PolicyRule
  {1, "verbs", text, 0, list, plain, always}, {2, "apiGroups", text, 0, list, plain, if_set},
  {3, "resources", text, 0, list, plain, if_set}, {4, "resourceNames", text, 0, list, plain, if_set},
  {5, "nonResourceURLs", text, 0, list, plain, if_set},
  // 340: rbac.v1.Role
  {1, "metadata", message, 301, one, plain, always}, {2, "rules", message, 339, list, plain, always},
  // 341: rbac.v1.RoleBinding
  {1, "metadata", message, 301, one, plain, always}, {2, "subjects", message, 343, list, plain, if_set},
  {3, "roleRef", message, 342, one, plain, always},
  // 342: rbac.v1.RoleRef
  {1, "apiGroup", text, 0, one, plain, always}, {2, "kind", text, 0, one, plain, always},
  {3, "name", text, 0, one, plain, always},
  // 343: rbac.v1.Subject
  {1, "kind", text, 0, one, plain, always}, {2, "apiGroup", text, 0, one, plain, if_set},
  {3, "name", text, 0, one, plain, always}, {4, "namespace", text, 0, one, plain, if_set},
  // 344: scheduling.v1.PriorityClass
  {1, "metadata", message, 301, one, plain, always}, {2, "value", int32, 0, one, plain, always},
  {3, "globalDefault", boolean, 0, one, plain, if_set}, {4, "description", text, 0, one, plain, if_set},
  {5, "preemptionPolicy", text, 0, one, pointer, if_set},
  // 345: scheduling.v1alpha3.TopologyConstraint
  {1, "key", text, 0, one, plain, always},
  // 346: scheduling.v1alpha3.WorkloadPodGroupAllDisruptionMode
  // 347: scheduling.v1alpha3.WorkloadPodGroupBasicSchedulingPolicy
  // 348: scheduling.v1alpha3.WorkloadPodGroupDisruptionMode
  {1, "single", message, 353, one, pointer, if_set}, {2, "all", message, 346, one, pointer, if_set},
  // 349: scheduling.v1alpha3.WorkloadPodGroupGangSchedulingPolicy
  {1, "minCount", int32, 0, one, pointer, if_set},
  // 350: scheduling.v1alpha3.WorkloadPodGroupResourceClaim
  {1, "name", text, 0, one, plain, always}, {2, "resourceClaimName", text, 0, one, pointer, if_set},
  {3, "resourceClaimTemplateName", text, 0, one, pointer, if_set},
  // 351: scheduling.v1alpha3.WorkloadPodGroupSchedulingConstraints
  {1, "topology", message, 345, list, plain, if_set},
  // 352: scheduling.v1alpha3.WorkloadPodGroupSchedulingPolicy
  {1, "basic", message, 347, one, pointer, if_set}, {2, "gang", message, 349, one, pointer, if_set},
  // 353: scheduling.v1alpha3.WorkloadPodGroupSingleDisruptionMode
  // 354: storage.v1.StorageClass
  {1, "metadata", message, 301, one, plain, always}, {2, "provisioner", text, 0, one, plain, always},
  {3, "parameters", text, 0, map, plain, if_set}, {4, "reclaimPolicy", text, 0, one, pointer, if_set},
  {5, "mountOptions", text, 0, list, plain, if_set}, {6, "allowVolumeExpansion", boolean, 0, one, pointer, if_set},
  {7, "volumeBindingMode", text, 0, one, pointer, if_set}, {8, "allowedTopologies", message, 267, list, plain, if_set},
};

// first field, number of fields
constexpr Message messages[] = {
  {0, 3}, {3, 3}, {6, 5}, {11, 5}, {16, 10}, {26, 2}, {28, 3}, {31, 6}, {37, 8}, {45, 9}, {54, 2}, {56, 3}, {59, 5},
  {64, 4}, {68, 7}, {75, 2}, {77, 2}, {79, 2}, {81, 3}, {84, 5}, {89, 1}, {90, 2}, {92, 11}, {103, 10}, {113, 2},
  {115, 4}, {119, 2}, {121, 1}, {122, 3}, {125, 4}, {129, 2}, {131, 3}, {134, 2}, {136, 4}, {140, 4}, {144, 2},
  {146, 2}, {148, 3}, {151, 2}, {153, 2}, {155, 9}, {164, 4}, {168, 3}, {171, 2}, {173, 3}, {176, 1}, {177, 3},
  {180, 6}, {186, 4}, {190, 4}, {194, 3}, {197, 1}, {198, 2}, {200, 3}, {203, 8}, {211, 3}, {214, 3}, {217, 6},
  {223, 4}, {227, 17}, {244, 11}, {255, 2}, {257, 1}, {258, 3}, {261, 2}, {263, 3}, {266, 1}, {267, 2}, {269, 2},
  {271, 2}, {273, 7}, {280, 4}, {284, 3}, {287, 2}, {289, 2}, {291, 6}, {297, 4}, {301, 3}, {304, 2}, {306, 10},
  {316, 5}, {321, 2}, {323, 6}, {329, 6}, {335, 4}, {339, 4}, {343, 1}, {344, 6}, {350, 4}, {354, 2}, {356, 3},
  {359, 5}, {364, 3}, {367, 5}, {372, 25}, {397, 3}, {400, 2}, {402, 5}, {407, 2}, {409, 2}, {411, 2}, {413, 3},
  {416, 1}, {417, 7}, {424, 2}, {426, 15}, {441, 1}, {442, 1}, {443, 1}, {444, 5}, {449, 3}, {452, 3}, {455, 4},
  {459, 4}, {463, 3}, {466, 2}, {468, 3}, {471, 3}, {474, 5}, {479, 2}, {481, 25}, {506, 1}, {507, 15}, {522, 2},
  {524, 2}, {526, 2}, {528, 1}, {529, 5}, {534, 4}, {538, 5}, {543, 5}, {548, 2}, {550, 4}, {554, 3}, {557, 3},
  {560, 4}, {564, 3}, {567, 6}, {573, 2}, {575, 2}, {577, 1}, {578, 2}, {580, 11}, {591, 11}, {602, 2}, {604, 1},
  {605, 4}, {609, 3}, {612, 4}, {616, 2}, {618, 6}, {624, 1}, {625, 3}, {628, 4}, {632, 1}, {633, 1}, {634, 2},
  {636, 2}, {638, 3}, {641, 3}, {644, 5}, {649, 1}, {650, 2}, {652, 3}, {655, 2}, {657, 2}, {659, 2}, {661, 3},
  {664, 4}, {668, 6}, {674, 1}, {675, 4}, {679, 1}, {680, 1}, {681, 1}, {682, 2}, {684, 2}, {686, 1}, {687, 3},
  {690, 2}, {692, 8}, {700, 14}, {714, 1}, {715, 12}, {727, 2}, {729, 7}, {736, 3}, {739, 3}, {742, 6}, {748, 9},
  {757, 9}, {766, 2}, {768, 2}, {770, 22}, {792, 10}, {802, 4}, {806, 2}, {808, 3}, {811, 2}, {813, 6}, {819, 2},
  {821, 8}, {829, 7}, {836, 3}, {839, 2}, {841, 2}, {843, 1}, {844, 1}, {845, 1}, {846, 3}, {849, 2}, {851, 1},
  {852, 1}, {853, 13}, {866, 43}, {909, 22}, {931, 2}, {933, 3}, {936, 3}, {939, 3}, {942, 2}, {944, 7}, {951, 4},
  {955, 3}, {958, 6}, {964, 8}, {972, 8}, {980, 3}, {983, 5}, {988, 4}, {992, 6}, {998, 2}, {1000, 3}, {1003, 3},
  {1006, 3}, {1009, 3}, {1012, 2}, {1014, 3}, {1017, 2}, {1019, 4}, {1023, 10}, {1033, 10}, {1043, 1}, {1044, 3},
  {1047, 2}, {1049, 5}, {1054, 2}, {1056, 3}, {1059, 3}, {1062, 2}, {1064, 5}, {1069, 12}, {1081, 3}, {1084, 4},
  {1088, 4}, {1092, 6}, {1098, 20}, {1118, 2}, {1120, 1}, {1121, 1}, {1122, 5}, {1127, 5}, {1132, 2}, {1134, 2},
  {1136, 4}, {1140, 5}, {1145, 2}, {1147, 1}, {1148, 8}, {1156, 3}, {1159, 4}, {1163, 2}, {1165, 2}, {1167, 3},
  {1170, 2}, {1172, 8}, {1180, 5}, {1185, 1}, {1186, 6}, {1192, 2}, {1194, 30}, {1224, 1}, {1225, 4}, {1229, 2},
  {1231, 4}, {1235, 8}, {1243, 3}, {1246, 2}, {1248, 4}, {1252, 4}, {1256, 1}, {1257, 1}, {1258, 15}, {1273, 2},
  {1275, 6}, {1281, 6}, {1287, 3}, {1290, 2}, {1292, 3}, {1295, 5}, {1300, 7}, {1307, 15}, {1322, 6}, {1328, 2},
  {1330, 1}, {1331, 6}, {1337, 3}, {1340, 6}, {1346, 3}, {1349, 1}, {1350, 2}, {1352, 3}, {1355, 2}, {1357, 2},
  {1359, 5}, {1364, 2}, {1366, 3}, {1369, 1}, {1370, 3}, {1373, 2}, {1375, 1}, {1376, 2}, {1378, 4}, {1382, 1},
  {1383, 2}, {1385, 2}, {1387, 2}, {1389, 2}, {1391, 3}, {1394, 3}, {1397, 4}, {1401, 2}, {1403, 2}, {1405, 3},
  {1408, 4}, {1412, 7}, {1419, 1}, {1420, 3}, {1423, 3}, {1426, 5}, {1431, 2}, {1433, 3}, {1436, 3}, {1439, 4},
  {1443, 5}, {1448, 1}, {1449, 0}, {1449, 0}, {1449, 2}, {1451, 1}, {1452, 3}, {1455, 1}, {1456, 2}, {1458, 0},
  {1458, 8},
};

constexpr Root roots[] = {
  {"", "DeleteOptions", 295},
  {"", "Status", 305},
  {"apps/v1", "ControllerRevision", 0},
  {"apps/v1", "DaemonSet", 1},
  {"apps/v1", "Deployment", 6},
  {"apps/v1", "ReplicaSet", 11},
  {"apps/v1", "StatefulSet", 18},
  {"authentication.k8s.io/v1", "SelfSubjectReview", 26},
  {"authentication.k8s.io/v1", "TokenRequest", 28},
  {"authentication.k8s.io/v1", "TokenReview", 31},
  {"authorization.k8s.io/v1", "LocalSubjectAccessReview", 37},
  {"authorization.k8s.io/v1", "SelfSubjectAccessReview", 42},
  {"authorization.k8s.io/v1", "SelfSubjectRulesReview", 44},
  {"authorization.k8s.io/v1", "SubjectAccessReview", 46},
  {"autoscaling/v1", "Scale", 50},
  {"batch/v1", "CronJob", 53},
  {"batch/v1", "Job", 56},
  {"coordination.k8s.io/v1", "Lease", 69},
  {"discovery.k8s.io/v1", "EndpointSlice", 289},
  {"events.k8s.io/v1", "Event", 292},
  {"networking.k8s.io/v1", "Ingress", 311},
  {"networking.k8s.io/v1", "IngressClass", 313},
  {"networking.k8s.io/v1", "NetworkPolicy", 325},
  {"policy/v1", "Eviction", 332},
  {"policy/v1", "PodDisruptionBudget", 333},
  {"rbac.authorization.k8s.io/v1", "ClusterRole", 337},
  {"rbac.authorization.k8s.io/v1", "ClusterRoleBinding", 338},
  {"rbac.authorization.k8s.io/v1", "Role", 340},
  {"rbac.authorization.k8s.io/v1", "RoleBinding", 341},
  {"scheduling.k8s.io/v1", "PriorityClass", 344},
  {"storage.k8s.io/v1", "StorageClass", 354},
  {"v1", "Binding", 78},
  {"v1", "ConfigMap", 88},
  {"v1", "Endpoints", 115},
  {"v1", "Event", 122},
  {"v1", "LimitRange", 149},
  {"v1", "Namespace", 159},
  {"v1", "Node", 163},
  {"v1", "PersistentVolume", 186},
  {"v1", "PersistentVolumeClaim", 187},
  {"v1", "Pod", 197},
  {"v1", "ReplicationController", 227},
  {"v1", "ResourceQuota", 234},
  {"v1", "Secret", 245},
  {"v1", "Service", 252},
  {"v1", "ServiceAccount", 253},
};
// clang-format on

}  // namespace

std::span<const Field> fields_of(std::uint16_t message) {
  return std::span(fields).subspan(messages[message].first, messages[message].count);
}

std::span<const Root> all_roots() { return roots; }

}  // namespace slipway::kube::protobuf
