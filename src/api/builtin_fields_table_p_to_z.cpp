// Written by script/builtin: change that program, not this table.

#include "api/builtin_fields_table.h"

namespace slipway::api::fields {

// Types from core.v1.PersistentVolumeClaimTemplate on.
const std::string_view table_p_to_z = R"(
core.v1.PersistentVolumeClaimTemplate metadata:meta.v1.ObjectMeta spec!:core.v1.PersistentVolumeClaimSpec
core.v1.PersistentVolumeClaimVolumeSource claimName!:string readOnly:bool
core.v1.PhotonPersistentDiskVolumeSource fsType:string pdID!:string
core.v1.Pod metadata:meta.v1.ObjectMeta spec:core.v1.PodSpec status:core.v1.PodStatus
core.v1.PodAffinity preferredDuringSchedulingIgnoredDuringExecution:[]core.v1.WeightedPodAffinityTerm
 requiredDuringSchedulingIgnoredDuringExecution:[]core.v1.PodAffinityTerm
core.v1.PodAffinityTerm labelSelector:*meta.v1.LabelSelector matchLabelKeys:[]string mismatchLabelKeys:[]string
 namespaceSelector:*meta.v1.LabelSelector namespaces:[]string topologyKey!:string
core.v1.PodAntiAffinity preferredDuringSchedulingIgnoredDuringExecution:[]core.v1.WeightedPodAffinityTerm
 requiredDuringSchedulingIgnoredDuringExecution:[]core.v1.PodAffinityTerm
core.v1.PodCondition lastProbeTime:time lastTransitionTime:time message:string observedGeneration:int64 reason:string status!:string type!:string
core.v1.PodDNSConfig nameservers:[]string options:[]core.v1.PodDNSConfigOption searches:[]string
core.v1.PodDNSConfigOption name:string value:*string
core.v1.PodIP ip!:string
core.v1.PodOS name!:string
core.v1.PodReadinessGate conditionType!:string
core.v1.PodResourceClaim name!:string resourceClaimName:*string resourceClaimTemplateName:*string
core.v1.PodResourceClaimStatus name!:string resourceClaimName:*string
core.v1.PodSchedulingGate name!:string
core.v1.PodSecurityContext appArmorProfile:*core.v1.AppArmorProfile fsGroup:*int64 fsGroupChangePolicy:*string runAsGroup:*int64 runAsNonRoot:*bool
 runAsUser:*int64 seLinuxChangePolicy:*string seLinuxOptions:*core.v1.SELinuxOptions seccompProfile:*core.v1.SeccompProfile
 supplementalGroups:[]int64 supplementalGroupsPolicy:*string sysctls:[]core.v1.Sysctl windowsOptions:*core.v1.WindowsSecurityContextOptions
core.v1.PodSpec activeDeadlineSeconds:*int64 affinity:*core.v1.Affinity automountServiceAccountToken:*bool containers!:[]core.v1.Container
 dnsConfig:*core.v1.PodDNSConfig dnsPolicy:string enableServiceLinks:*bool ephemeralContainers:[]core.v1.EphemeralContainer
 hostAliases:[]core.v1.HostAlias hostIPC:bool hostNetwork:bool hostPID:bool hostUsers:*bool hostname:string
 imagePullSecrets:[]core.v1.LocalObjectReference initContainers:[]core.v1.Container nodeName:string nodeSelector:{}string os:*core.v1.PodOS
 overhead:{}quantity preemptionPolicy:*string priority:*int32 priorityClassName:string readinessGates:[]core.v1.PodReadinessGate
 resourceClaims:[]core.v1.PodResourceClaim resources:*core.v1.ResourceRequirements restartPolicy:string runtimeClassName:*string
 schedulerName:string schedulingGates:[]core.v1.PodSchedulingGate securityContext:*core.v1.PodSecurityContext serviceAccount:string
 serviceAccountName:string setHostnameAsFQDN:*bool shareProcessNamespace:*bool subdomain:string terminationGracePeriodSeconds:*int64
 tolerations:[]core.v1.Toleration topologySpreadConstraints:[]core.v1.TopologySpreadConstraint volumes:[]core.v1.Volume
core.v1.PodStatus conditions:[]core.v1.PodCondition containerStatuses:[]core.v1.ContainerStatus ephemeralContainerStatuses:[]core.v1.ContainerStatus
 hostIP:string hostIPs:[]core.v1.HostIP initContainerStatuses:[]core.v1.ContainerStatus message:string nominatedNodeName:string
 observedGeneration:int64 phase:string podIP:string podIPs:[]core.v1.PodIP qosClass:string reason:string resize:string
 resourceClaimStatuses:[]core.v1.PodResourceClaimStatus startTime:*time
core.v1.PodTemplateSpec metadata:meta.v1.ObjectMeta spec:core.v1.PodSpec
core.v1.PortStatus error:*string port!:int32 protocol!:string
core.v1.PortworxVolumeSource fsType:string readOnly:bool volumeID!:string
core.v1.PreferredSchedulingTerm preference!:core.v1.NodeSelectorTerm weight!:int32
core.v1.Probe exec:*core.v1.ExecAction failureThreshold:int32 grpc:*core.v1.GRPCAction httpGet:*core.v1.HTTPGetAction initialDelaySeconds:int32
 periodSeconds:int32 successThreshold:int32 tcpSocket:*core.v1.TCPSocketAction terminationGracePeriodSeconds:*int64 timeoutSeconds:int32
core.v1.ProjectedVolumeSource defaultMode:*int32 sources!:[]core.v1.VolumeProjection
core.v1.QuobyteVolumeSource group:string readOnly:bool registry!:string tenant:string user:string volume!:string
core.v1.RBDVolumeSource fsType:string image!:string keyring:string monitors!:[]string pool:string readOnly:bool
 secretRef:*core.v1.LocalObjectReference user:string
core.v1.ResourceClaim name!:string request:string
core.v1.ResourceFieldSelector containerName:string divisor:quantity resource!:string
core.v1.ResourceHealth health:string resourceID!:string
core.v1.ResourceRequirements claims:[]core.v1.ResourceClaim limits:{}quantity requests:{}quantity
core.v1.ResourceStatus name!:string resources:[]core.v1.ResourceHealth
core.v1.SELinuxOptions level:string role:string type:string user:string
core.v1.ScaleIOVolumeSource fsType:string gateway!:string protectionDomain:string readOnly:bool secretRef!:*core.v1.LocalObjectReference
 sslEnabled:bool storageMode:string storagePool:string system!:string volumeName:string
core.v1.SeccompProfile localhostProfile:*string type!:string
core.v1.Secret data:{}bytes immutable:*bool metadata:meta.v1.ObjectMeta stringData:{}string type:string
core.v1.SecretEnvSource name:string optional:*bool
core.v1.SecretKeySelector key!:string name:string optional:*bool
core.v1.SecretProjection items:[]core.v1.KeyToPath name:string optional:*bool
core.v1.SecretVolumeSource defaultMode:*int32 items:[]core.v1.KeyToPath optional:*bool secretName:string
core.v1.SecurityContext allowPrivilegeEscalation:*bool appArmorProfile:*core.v1.AppArmorProfile capabilities:*core.v1.Capabilities privileged:*bool
 procMount:*string readOnlyRootFilesystem:*bool runAsGroup:*int64 runAsNonRoot:*bool runAsUser:*int64 seLinuxOptions:*core.v1.SELinuxOptions
 seccompProfile:*core.v1.SeccompProfile windowsOptions:*core.v1.WindowsSecurityContextOptions
core.v1.Service metadata:meta.v1.ObjectMeta spec:core.v1.ServiceSpec status:core.v1.ServiceStatus
core.v1.ServiceAccount automountServiceAccountToken:*bool imagePullSecrets:[]core.v1.LocalObjectReference metadata:meta.v1.ObjectMeta
 secrets:[]core.v1.ObjectReference
core.v1.ServiceAccountTokenProjection audience:string expirationSeconds:*int64 path!:string
core.v1.ServicePort appProtocol:*string name:string nodePort:int32 port!:int32 protocol:string targetPort:intorstring
core.v1.ServiceSpec allocateLoadBalancerNodePorts:*bool clusterIP:string clusterIPs:[]string externalIPs:[]string externalName:string
 externalTrafficPolicy:string healthCheckNodePort:int32 internalTrafficPolicy:*string ipFamilies:[]string ipFamilyPolicy:*string
 loadBalancerClass:*string loadBalancerIP:string loadBalancerSourceRanges:[]string ports:[]core.v1.ServicePort publishNotReadyAddresses:bool
 selector:{}string sessionAffinity:string sessionAffinityConfig:*core.v1.SessionAffinityConfig trafficDistribution:*string type:string
core.v1.ServiceStatus conditions:[]meta.v1.Condition loadBalancer:core.v1.LoadBalancerStatus
core.v1.SessionAffinityConfig clientIP:*core.v1.ClientIPConfig
core.v1.SleepAction seconds!:int64
core.v1.StorageOSVolumeSource fsType:string readOnly:bool secretRef:*core.v1.LocalObjectReference volumeName:string volumeNamespace:string
core.v1.Sysctl name!:string value!:string
core.v1.TCPSocketAction host:string port!:intorstring
core.v1.Taint effect!:string key!:string timeAdded:*time value:string
core.v1.Toleration effect:string key:string operator:string tolerationSeconds:*int64 value:string
core.v1.TopologySpreadConstraint labelSelector:*meta.v1.LabelSelector matchLabelKeys:[]string maxSkew!:int32 minDomains:*int32
 nodeAffinityPolicy:*string nodeTaintsPolicy:*string topologyKey!:string whenUnsatisfiable!:string
core.v1.TypedLocalObjectReference apiGroup!:*string kind!:string name!:string
core.v1.TypedObjectReference apiGroup!:*string kind!:string name!:string namespace:*string
core.v1.Volume awsElasticBlockStore:*core.v1.AWSElasticBlockStoreVolumeSource azureDisk:*core.v1.AzureDiskVolumeSource
 azureFile:*core.v1.AzureFileVolumeSource cephfs:*core.v1.CephFSVolumeSource cinder:*core.v1.CinderVolumeSource
 configMap:*core.v1.ConfigMapVolumeSource csi:*core.v1.CSIVolumeSource downwardAPI:*core.v1.DownwardAPIVolumeSource
 emptyDir:*core.v1.EmptyDirVolumeSource ephemeral:*core.v1.EphemeralVolumeSource fc:*core.v1.FCVolumeSource flexVolume:*core.v1.FlexVolumeSource
 flocker:*core.v1.FlockerVolumeSource gcePersistentDisk:*core.v1.GCEPersistentDiskVolumeSource gitRepo:*core.v1.GitRepoVolumeSource
 glusterfs:*core.v1.GlusterfsVolumeSource hostPath:*core.v1.HostPathVolumeSource image:*core.v1.ImageVolumeSource iscsi:*core.v1.ISCSIVolumeSource
 name!:string nfs:*core.v1.NFSVolumeSource persistentVolumeClaim:*core.v1.PersistentVolumeClaimVolumeSource
 photonPersistentDisk:*core.v1.PhotonPersistentDiskVolumeSource portworxVolume:*core.v1.PortworxVolumeSource
 projected:*core.v1.ProjectedVolumeSource quobyte:*core.v1.QuobyteVolumeSource rbd:*core.v1.RBDVolumeSource scaleIO:*core.v1.ScaleIOVolumeSource
 secret:*core.v1.SecretVolumeSource storageos:*core.v1.StorageOSVolumeSource vsphereVolume:*core.v1.VsphereVirtualDiskVolumeSource
core.v1.VolumeDevice devicePath!:string name!:string
core.v1.VolumeMount mountPath!:string mountPropagation:*string name!:string readOnly:bool recursiveReadOnly:*string subPath:string
 subPathExpr:string
core.v1.VolumeMountStatus mountPath!:string name!:string readOnly:bool recursiveReadOnly:*string
core.v1.VolumeProjection clusterTrustBundle:*core.v1.ClusterTrustBundleProjection configMap:*core.v1.ConfigMapProjection
 downwardAPI:*core.v1.DownwardAPIProjection secret:*core.v1.SecretProjection serviceAccountToken:*core.v1.ServiceAccountTokenProjection
core.v1.VolumeResourceRequirements limits:{}quantity requests:{}quantity
core.v1.VsphereVirtualDiskVolumeSource fsType:string storagePolicyID:string storagePolicyName:string volumePath!:string
core.v1.WeightedPodAffinityTerm podAffinityTerm!:core.v1.PodAffinityTerm weight!:int32
core.v1.WindowsSecurityContextOptions gmsaCredentialSpec:*string gmsaCredentialSpecName:*string hostProcess:*bool runAsUserName:*string
discovery.v1.Endpoint addresses!:[]string conditions:discovery.v1.EndpointConditions deprecatedTopology:{}string hints:*discovery.v1.EndpointHints
 hostname:*string nodeName:*string targetRef:*core.v1.ObjectReference zone:*string
discovery.v1.EndpointConditions ready:*bool serving:*bool terminating:*bool
discovery.v1.EndpointHints forNodes:[]discovery.v1.ForNode forZones:[]discovery.v1.ForZone
discovery.v1.EndpointPort appProtocol:*string name:*string port:*int32 protocol:*string
discovery.v1.EndpointSlice addressType!:string endpoints!:[]discovery.v1.Endpoint metadata:meta.v1.ObjectMeta ports!:[]discovery.v1.EndpointPort
discovery.v1.ForNode name!:string
discovery.v1.ForZone name!:string
meta.v1.Condition lastTransitionTime!:time message!:string observedGeneration:int64 reason!:string status!:string type!:string
meta.v1.FieldSelectorRequirement key!:string operator!:string values:[]string
meta.v1.LabelSelector matchExpressions:[]meta.v1.LabelSelectorRequirement matchLabels:{}string
meta.v1.LabelSelectorRequirement key!:string operator!:string values:[]string
meta.v1.ManagedFieldsEntry apiVersion:string fieldsType:string fieldsV1:*any manager:string operation:string subresource:string time:*time
meta.v1.ObjectMeta annotations:{}string creationTimestamp:time deletionGracePeriodSeconds:*int64 deletionTimestamp:*time finalizers:[]string
 generateName:string generation:int64 labels:{}string managedFields:[]meta.v1.ManagedFieldsEntry name:string namespace:string
 ownerReferences:[]meta.v1.OwnerReference resourceVersion:string selfLink:string uid:string
meta.v1.OwnerReference apiVersion!:string blockOwnerDeletion:*bool controller:*bool kind!:string name!:string uid!:string
rbac.v1.AggregationRule clusterRoleSelectors:[]meta.v1.LabelSelector
rbac.v1.ClusterRole aggregationRule:*rbac.v1.AggregationRule metadata:meta.v1.ObjectMeta rules!:[]rbac.v1.PolicyRule
rbac.v1.ClusterRoleBinding metadata:meta.v1.ObjectMeta roleRef!:rbac.v1.RoleRef subjects:[]rbac.v1.Subject
rbac.v1.PolicyRule apiGroups:[]string nonResourceURLs:[]string resourceNames:[]string resources:[]string verbs!:[]string
rbac.v1.Role metadata:meta.v1.ObjectMeta rules!:[]rbac.v1.PolicyRule
rbac.v1.RoleBinding metadata:meta.v1.ObjectMeta roleRef!:rbac.v1.RoleRef subjects:[]rbac.v1.Subject
rbac.v1.RoleRef apiGroup!:string kind!:string name!:string
rbac.v1.Subject apiGroup:string kind!:string name!:string namespace:string
)";

}  // namespace slipway::api::fields
