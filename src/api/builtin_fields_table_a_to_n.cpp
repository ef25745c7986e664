// Written by script/builtin: change that program, not this table.

#include "api/builtin_fields_table.h"

namespace slipway::api::fields {

// Types up to core.v1.ObjectReference and its neighbours.
const std::string_view table_a_to_n = R"(
apiextensions.v1.CustomResourceColumnDefinition description:string format:string jsonPath!:string name!:string priority:int32 type!:string
apiextensions.v1.CustomResourceConversion strategy!:string webhook:*apiextensions.v1.WebhookConversion
apiextensions.v1.CustomResourceDefinition metadata:meta.v1.ObjectMeta spec!:apiextensions.v1.CustomResourceDefinitionSpec
 status:apiextensions.v1.CustomResourceDefinitionStatus
apiextensions.v1.CustomResourceDefinitionCondition lastTransitionTime:time message:string reason:string status!:string type!:string
apiextensions.v1.CustomResourceDefinitionNames categories:[]string kind!:string listKind:string plural!:string shortNames:[]string singular:string
apiextensions.v1.CustomResourceDefinitionSpec conversion:*apiextensions.v1.CustomResourceConversion group!:string
 names!:apiextensions.v1.CustomResourceDefinitionNames preserveUnknownFields:bool scope!:string
 versions!:[]apiextensions.v1.CustomResourceDefinitionVersion
apiextensions.v1.CustomResourceDefinitionStatus acceptedNames!:apiextensions.v1.CustomResourceDefinitionNames
 conditions!:[]apiextensions.v1.CustomResourceDefinitionCondition storedVersions!:[]string
apiextensions.v1.CustomResourceDefinitionVersion additionalPrinterColumns:[]apiextensions.v1.CustomResourceColumnDefinition deprecated:bool
 deprecationWarning:*string name!:string schema:*apiextensions.v1.CustomResourceValidation selectableFields:[]apiextensions.v1.SelectableField
 served!:bool storage!:bool subresources:*apiextensions.v1.CustomResourceSubresources
apiextensions.v1.CustomResourceSubresourceScale labelSelectorPath:*string specReplicasPath!:string statusReplicasPath!:string
apiextensions.v1.CustomResourceSubresourceStatus
apiextensions.v1.CustomResourceSubresources scale:*apiextensions.v1.CustomResourceSubresourceScale
 status:*apiextensions.v1.CustomResourceSubresourceStatus
apiextensions.v1.CustomResourceValidation openAPIV3Schema:*apiextensions.v1.JSONSchemaProps
apiextensions.v1.ExternalDocumentation description:string url:string
apiextensions.v1.JSONSchemaProps $ref:*string $schema:string additionalItems:*schemaorbool additionalProperties:*schemaorbool
 allOf:[]apiextensions.v1.JSONSchemaProps anyOf:[]apiextensions.v1.JSONSchemaProps default:*any definitions:{}apiextensions.v1.JSONSchemaProps
 dependencies:{}schemaorstrings description:string enum:[]any example:*any exclusiveMaximum:bool exclusiveMinimum:bool
 externalDocs:*apiextensions.v1.ExternalDocumentation format:string id:string items:*schemaorarray maxItems:*int64 maxLength:*int64
 maxProperties:*int64 maximum:*double minItems:*int64 minLength:*int64 minProperties:*int64 minimum:*double multipleOf:*double
 not:*apiextensions.v1.JSONSchemaProps nullable:bool oneOf:[]apiextensions.v1.JSONSchemaProps pattern:string
 patternProperties:{}apiextensions.v1.JSONSchemaProps properties:{}apiextensions.v1.JSONSchemaProps required:[]string title:string type:string
 uniqueItems:bool x-kubernetes-embedded-resource:bool x-kubernetes-int-or-string:bool x-kubernetes-list-map-keys:[]string
 x-kubernetes-list-type:*string x-kubernetes-map-type:*string x-kubernetes-preserve-unknown-fields:*bool
 x-kubernetes-validations:[]apiextensions.v1.ValidationRule
apiextensions.v1.SelectableField jsonPath!:string
apiextensions.v1.ServiceReference name!:string namespace!:string path:*string port:*int32
apiextensions.v1.ValidationRule fieldPath:string message:string messageExpression:string optionalOldSelf:*bool reason:*string rule!:string
apiextensions.v1.WebhookClientConfig caBundle:bytes service:*apiextensions.v1.ServiceReference url:*string
apiextensions.v1.WebhookConversion clientConfig:*apiextensions.v1.WebhookClientConfig conversionReviewVersions!:[]string
apps.v1.Deployment metadata:meta.v1.ObjectMeta spec:apps.v1.DeploymentSpec status:apps.v1.DeploymentStatus
apps.v1.DeploymentCondition lastTransitionTime:time lastUpdateTime:time message:string reason:string status!:string type!:string
apps.v1.DeploymentSpec minReadySeconds:int32 paused:bool progressDeadlineSeconds:*int32 replicas:*int32 revisionHistoryLimit:*int32
 selector!:*meta.v1.LabelSelector strategy:apps.v1.DeploymentStrategy template!:core.v1.PodTemplateSpec
apps.v1.DeploymentStatus availableReplicas:int32 collisionCount:*int32 conditions:[]apps.v1.DeploymentCondition observedGeneration:int64
 readyReplicas:int32 replicas:int32 terminatingReplicas:*int32 unavailableReplicas:int32 updatedReplicas:int32
apps.v1.DeploymentStrategy rollingUpdate:*apps.v1.RollingUpdateDeployment type:string
apps.v1.ReplicaSet metadata:meta.v1.ObjectMeta spec:apps.v1.ReplicaSetSpec status:apps.v1.ReplicaSetStatus
apps.v1.ReplicaSetCondition lastTransitionTime:time message:string reason:string status!:string type!:string
apps.v1.ReplicaSetSpec minReadySeconds:int32 replicas:*int32 selector!:*meta.v1.LabelSelector template:core.v1.PodTemplateSpec
apps.v1.ReplicaSetStatus availableReplicas:int32 conditions:[]apps.v1.ReplicaSetCondition fullyLabeledReplicas:int32 observedGeneration:int64
 readyReplicas:int32 replicas!:int32 terminatingReplicas:*int32
apps.v1.RollingUpdateDeployment maxSurge:*intorstring maxUnavailable:*intorstring
authentication.v1.SelfSubjectReview metadata:meta.v1.ObjectMeta status:authentication.v1.SelfSubjectReviewStatus
authentication.v1.SelfSubjectReviewStatus userInfo:authentication.v1.UserInfo
authentication.v1.UserInfo extra:{}[]string groups:[]string uid:string username:string
authorization.v1.FieldSelectorAttributes rawSelector:string requirements:[]meta.v1.FieldSelectorRequirement
authorization.v1.LabelSelectorAttributes rawSelector:string requirements:[]meta.v1.LabelSelectorRequirement
authorization.v1.LocalSubjectAccessReview metadata:meta.v1.ObjectMeta spec!:authorization.v1.SubjectAccessReviewSpec
 status:authorization.v1.SubjectAccessReviewStatus
authorization.v1.NonResourceAttributes path:string verb:string
authorization.v1.NonResourceRule nonResourceURLs:[]string verbs!:[]string
authorization.v1.ResourceAttributes fieldSelector:*authorization.v1.FieldSelectorAttributes group:string
 labelSelector:*authorization.v1.LabelSelectorAttributes name:string namespace:string resource:string subresource:string verb:string version:string
authorization.v1.ResourceRule apiGroups:[]string resourceNames:[]string resources:[]string verbs!:[]string
authorization.v1.SelfSubjectAccessReview metadata:meta.v1.ObjectMeta spec!:authorization.v1.SelfSubjectAccessReviewSpec
 status:authorization.v1.SubjectAccessReviewStatus
authorization.v1.SelfSubjectAccessReviewSpec nonResourceAttributes:*authorization.v1.NonResourceAttributes
 resourceAttributes:*authorization.v1.ResourceAttributes
authorization.v1.SelfSubjectRulesReview metadata:meta.v1.ObjectMeta spec!:authorization.v1.SelfSubjectRulesReviewSpec
 status:authorization.v1.SubjectRulesReviewStatus
authorization.v1.SelfSubjectRulesReviewSpec namespace:string
authorization.v1.SubjectAccessReview metadata:meta.v1.ObjectMeta spec!:authorization.v1.SubjectAccessReviewSpec
 status:authorization.v1.SubjectAccessReviewStatus
authorization.v1.SubjectAccessReviewSpec extra:{}[]string groups:[]string nonResourceAttributes:*authorization.v1.NonResourceAttributes
 resourceAttributes:*authorization.v1.ResourceAttributes uid:string user:string
authorization.v1.SubjectAccessReviewStatus allowed!:bool denied:bool evaluationError:string reason:string
authorization.v1.SubjectRulesReviewStatus evaluationError:string incomplete!:bool nonResourceRules!:[]authorization.v1.NonResourceRule
 resourceRules!:[]authorization.v1.ResourceRule
coordination.v1.Lease metadata:meta.v1.ObjectMeta spec:coordination.v1.LeaseSpec
coordination.v1.LeaseSpec acquireTime:*microtime holderIdentity:*string leaseDurationSeconds:*int32 leaseTransitions:*int32 preferredHolder:*string
 renewTime:*microtime strategy:*string
core.v1.AWSElasticBlockStoreVolumeSource fsType:string partition:int32 readOnly:bool volumeID!:string
core.v1.Affinity nodeAffinity:*core.v1.NodeAffinity podAffinity:*core.v1.PodAffinity podAntiAffinity:*core.v1.PodAntiAffinity
core.v1.AppArmorProfile localhostProfile:*string type!:string
core.v1.AttachedVolume devicePath!:string name!:string
core.v1.AzureDiskVolumeSource cachingMode:*string diskName!:string diskURI!:string fsType:*string kind:*string readOnly:*bool
core.v1.AzureFileVolumeSource readOnly:bool secretName!:string shareName!:string
core.v1.CSIVolumeSource driver!:string fsType:*string nodePublishSecretRef:*core.v1.LocalObjectReference readOnly:*bool volumeAttributes:{}string
core.v1.Capabilities add:[]string drop:[]string
core.v1.CephFSVolumeSource monitors!:[]string path:string readOnly:bool secretFile:string secretRef:*core.v1.LocalObjectReference user:string
core.v1.CinderVolumeSource fsType:string readOnly:bool secretRef:*core.v1.LocalObjectReference volumeID!:string
core.v1.ClientIPConfig timeoutSeconds:*int32
core.v1.ClusterTrustBundleProjection labelSelector:*meta.v1.LabelSelector name:*string optional:*bool path!:string signerName:*string
core.v1.ConfigMap binaryData:{}bytes data:{}string immutable:*bool metadata:meta.v1.ObjectMeta
core.v1.ConfigMapEnvSource name:string optional:*bool
core.v1.ConfigMapKeySelector key!:string name:string optional:*bool
core.v1.ConfigMapNodeConfigSource kubeletConfigKey!:string name!:string namespace!:string resourceVersion:string uid:string
core.v1.ConfigMapProjection items:[]core.v1.KeyToPath name:string optional:*bool
core.v1.ConfigMapVolumeSource defaultMode:*int32 items:[]core.v1.KeyToPath name:string optional:*bool
core.v1.Container args:[]string command:[]string env:[]core.v1.EnvVar envFrom:[]core.v1.EnvFromSource image:string imagePullPolicy:string
 lifecycle:*core.v1.Lifecycle livenessProbe:*core.v1.Probe name!:string ports:[]core.v1.ContainerPort readinessProbe:*core.v1.Probe
 resizePolicy:[]core.v1.ContainerResizePolicy resources:core.v1.ResourceRequirements restartPolicy:*string securityContext:*core.v1.SecurityContext
 startupProbe:*core.v1.Probe stdin:bool stdinOnce:bool terminationMessagePath:string terminationMessagePolicy:string tty:bool
 volumeDevices:[]core.v1.VolumeDevice volumeMounts:[]core.v1.VolumeMount workingDir:string
core.v1.ContainerImage names!:[]string sizeBytes:int64
core.v1.ContainerPort containerPort!:int32 hostIP:string hostPort:int32 name:string protocol:string
core.v1.ContainerResizePolicy resourceName!:string restartPolicy!:string
core.v1.ContainerState running:*core.v1.ContainerStateRunning terminated:*core.v1.ContainerStateTerminated waiting:*core.v1.ContainerStateWaiting
core.v1.ContainerStateRunning startedAt:time
core.v1.ContainerStateTerminated containerID:string exitCode!:int32 finishedAt:time message:string reason:string signal:int32 startedAt:time
core.v1.ContainerStateWaiting message:string reason:string
core.v1.ContainerStatus allocatedResources:{}quantity allocatedResourcesStatus:[]core.v1.ResourceStatus containerID:string image!:string
 imageID!:string lastState:core.v1.ContainerState name!:string ready!:bool resources:*core.v1.ResourceRequirements restartCount!:int32 started:*bool
 state:core.v1.ContainerState stopSignal:*string user:*core.v1.ContainerUser volumeMounts:[]core.v1.VolumeMountStatus
core.v1.ContainerUser linux:*core.v1.LinuxContainerUser
core.v1.DaemonEndpoint Port!:int32
core.v1.DownwardAPIProjection items:[]core.v1.DownwardAPIVolumeFile
core.v1.DownwardAPIVolumeFile fieldRef:*core.v1.ObjectFieldSelector mode:*int32 path!:string resourceFieldRef:*core.v1.ResourceFieldSelector
core.v1.DownwardAPIVolumeSource defaultMode:*int32 items:[]core.v1.DownwardAPIVolumeFile
core.v1.EmptyDirVolumeSource medium:string sizeLimit:*quantity
core.v1.EndpointAddress hostname:string ip!:string nodeName:*string targetRef:*core.v1.ObjectReference
core.v1.EndpointPort appProtocol:*string name:string port!:int32 protocol:string
core.v1.EndpointSubset addresses:[]core.v1.EndpointAddress notReadyAddresses:[]core.v1.EndpointAddress ports:[]core.v1.EndpointPort
core.v1.Endpoints metadata:meta.v1.ObjectMeta subsets:[]core.v1.EndpointSubset
core.v1.EnvFromSource configMapRef:*core.v1.ConfigMapEnvSource prefix:string secretRef:*core.v1.SecretEnvSource
core.v1.EnvVar name!:string value:string valueFrom:*core.v1.EnvVarSource
core.v1.EnvVarSource configMapKeyRef:*core.v1.ConfigMapKeySelector fieldRef:*core.v1.ObjectFieldSelector
 resourceFieldRef:*core.v1.ResourceFieldSelector secretKeyRef:*core.v1.SecretKeySelector
core.v1.EphemeralContainer args:[]string command:[]string env:[]core.v1.EnvVar envFrom:[]core.v1.EnvFromSource image:string imagePullPolicy:string
 lifecycle:*core.v1.Lifecycle livenessProbe:*core.v1.Probe name!:string ports:[]core.v1.ContainerPort readinessProbe:*core.v1.Probe
 resizePolicy:[]core.v1.ContainerResizePolicy resources:core.v1.ResourceRequirements restartPolicy:*string securityContext:*core.v1.SecurityContext
 startupProbe:*core.v1.Probe stdin:bool stdinOnce:bool targetContainerName:string terminationMessagePath:string terminationMessagePolicy:string
 tty:bool volumeDevices:[]core.v1.VolumeDevice volumeMounts:[]core.v1.VolumeMount workingDir:string
core.v1.EphemeralVolumeSource volumeClaimTemplate:*core.v1.PersistentVolumeClaimTemplate
core.v1.Event action:string count:int32 eventTime:microtime firstTimestamp:time involvedObject!:core.v1.ObjectReference lastTimestamp:time
 message:string metadata!:meta.v1.ObjectMeta reason:string related:*core.v1.ObjectReference reportingComponent!:string reportingInstance!:string
 series:*core.v1.EventSeries source:core.v1.EventSource type:string
core.v1.EventSeries count:int32 lastObservedTime:microtime
core.v1.EventSource component:string host:string
core.v1.ExecAction command:[]string
core.v1.FCVolumeSource fsType:string lun:*int32 readOnly:bool targetWWNs:[]string wwids:[]string
core.v1.FlexVolumeSource driver!:string fsType:string options:{}string readOnly:bool secretRef:*core.v1.LocalObjectReference
core.v1.FlockerVolumeSource datasetName:string datasetUUID:string
core.v1.GCEPersistentDiskVolumeSource fsType:string partition:int32 pdName!:string readOnly:bool
core.v1.GRPCAction port!:int32 service!:*string
core.v1.GitRepoVolumeSource directory:string repository!:string revision:string
core.v1.GlusterfsVolumeSource endpoints!:string path!:string readOnly:bool
core.v1.HTTPGetAction host:string httpHeaders:[]core.v1.HTTPHeader path:string port!:intorstring scheme:string
core.v1.HTTPHeader name!:string value!:string
core.v1.HostAlias hostnames:[]string ip!:string
core.v1.HostIP ip!:string
core.v1.HostPathVolumeSource path!:string type:*string
core.v1.ISCSIVolumeSource chapAuthDiscovery:bool chapAuthSession:bool fsType:string initiatorName:*string iqn!:string iscsiInterface:string
 lun!:int32 portals:[]string readOnly:bool secretRef:*core.v1.LocalObjectReference targetPortal!:string
core.v1.ImageVolumeSource pullPolicy:string reference:string
core.v1.KeyToPath key!:string mode:*int32 path!:string
core.v1.Lifecycle postStart:*core.v1.LifecycleHandler preStop:*core.v1.LifecycleHandler stopSignal:*string
core.v1.LifecycleHandler exec:*core.v1.ExecAction httpGet:*core.v1.HTTPGetAction sleep:*core.v1.SleepAction tcpSocket:*core.v1.TCPSocketAction
core.v1.LinuxContainerUser gid!:int64 supplementalGroups:[]int64 uid!:int64
core.v1.LoadBalancerIngress hostname:string ip:string ipMode:*string ports:[]core.v1.PortStatus
core.v1.LoadBalancerStatus ingress:[]core.v1.LoadBalancerIngress
core.v1.LocalObjectReference name:string
core.v1.NFSVolumeSource path!:string readOnly:bool server!:string
core.v1.Namespace metadata:meta.v1.ObjectMeta spec:core.v1.NamespaceSpec status:core.v1.NamespaceStatus
core.v1.NamespaceCondition lastTransitionTime:time message:string reason:string status!:string type!:string
core.v1.NamespaceSpec finalizers:[]string
core.v1.NamespaceStatus conditions:[]core.v1.NamespaceCondition phase:string
core.v1.Node metadata:meta.v1.ObjectMeta spec:core.v1.NodeSpec status:core.v1.NodeStatus
core.v1.NodeAddress address!:string type!:string
core.v1.NodeAffinity preferredDuringSchedulingIgnoredDuringExecution:[]core.v1.PreferredSchedulingTerm
 requiredDuringSchedulingIgnoredDuringExecution:*core.v1.NodeSelector
core.v1.NodeCondition lastHeartbeatTime:time lastTransitionTime:time message:string reason:string status!:string type!:string
core.v1.NodeConfigSource configMap:*core.v1.ConfigMapNodeConfigSource
core.v1.NodeConfigStatus active:*core.v1.NodeConfigSource assigned:*core.v1.NodeConfigSource error:string lastKnownGood:*core.v1.NodeConfigSource
core.v1.NodeDaemonEndpoints kubeletEndpoint:core.v1.DaemonEndpoint
core.v1.NodeFeatures supplementalGroupsPolicy:*bool
core.v1.NodeRuntimeHandler features:*core.v1.NodeRuntimeHandlerFeatures name!:string
core.v1.NodeRuntimeHandlerFeatures recursiveReadOnlyMounts:*bool userNamespaces:*bool
core.v1.NodeSelector nodeSelectorTerms!:[]core.v1.NodeSelectorTerm
core.v1.NodeSelectorRequirement key!:string operator!:string values:[]string
core.v1.NodeSelectorTerm matchExpressions:[]core.v1.NodeSelectorRequirement matchFields:[]core.v1.NodeSelectorRequirement
core.v1.NodeSpec configSource:*core.v1.NodeConfigSource externalID:string podCIDR:string podCIDRs:[]string providerID:string taints:[]core.v1.Taint
 unschedulable:bool
core.v1.NodeStatus addresses:[]core.v1.NodeAddress allocatable:{}quantity capacity:{}quantity conditions:[]core.v1.NodeCondition
 config:*core.v1.NodeConfigStatus daemonEndpoints:core.v1.NodeDaemonEndpoints features:*core.v1.NodeFeatures images:[]core.v1.ContainerImage
 nodeInfo:core.v1.NodeSystemInfo phase:string runtimeHandlers:[]core.v1.NodeRuntimeHandler volumesAttached:[]core.v1.AttachedVolume
 volumesInUse:[]string
core.v1.NodeSwapStatus capacity:*int64
core.v1.NodeSystemInfo architecture!:string bootID!:string containerRuntimeVersion!:string kernelVersion!:string kubeProxyVersion!:string
 kubeletVersion!:string machineID!:string operatingSystem!:string osImage!:string swap:*core.v1.NodeSwapStatus systemUUID!:string
core.v1.ObjectFieldSelector apiVersion:string fieldPath!:string
core.v1.ObjectReference apiVersion:string fieldPath:string kind:string name:string namespace:string resourceVersion:string uid:string
core.v1.PersistentVolumeClaimSpec accessModes:[]string dataSource:*core.v1.TypedLocalObjectReference dataSourceRef:*core.v1.TypedObjectReference
 resources:core.v1.VolumeResourceRequirements selector:*meta.v1.LabelSelector storageClassName:*string volumeAttributesClassName:*string
 volumeMode:*string volumeName:string
)";

}  // namespace slipway::api::fields
