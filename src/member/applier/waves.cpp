#include "member/applier/waves.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace slipway::member::applier {
namespace {

constexpr std::array<std::string_view, 12> known_groups{"",
                                                        "networking.k8s.io",
                                                        "scheduling.k8s.io",
                                                        "policy",
                                                        "storage.k8s.io",
                                                        "apiextensions.k8s.io",
                                                        "rbac.authorization.k8s.io",
                                                        "apps",
                                                        "autoscaling",
                                                        "apiregistration.k8s.io",
                                                        "admissionregistration.k8s.io",
                                                        "batch"};

constexpr std::array<std::pair<std::string_view, int>, 33> waves{{{"namespaces", 0},
                                                                  {"priorityclasses", 0},
                                                                  {"networkpolicies", 1},
                                                                  {"resourcequotas", 1},
                                                                  {"limitranges", 1},
                                                                  {"podsecuritypolicies", 1},
                                                                  {"poddisruptionbudgets", 1},
                                                                  {"serviceaccounts", 1},
                                                                  {"secrets", 1},
                                                                  {"configmaps", 1},
                                                                  {"storageclasses", 1},
                                                                  {"persistentvolumes", 1},
                                                                  {"persistentvolumeclaims", 1},
                                                                  {"customresourcedefinitions", 1},
                                                                  {"ingressclasses", 1},
                                                                  {"clusterroles", 2},
                                                                  {"roles", 2},
                                                                  {"clusterrolebindings", 3},
                                                                  {"rolebindings", 3},
                                                                  {"services", 4},
                                                                  {"daemonsets", 4},
                                                                  {"pods", 4},
                                                                  {"replicationcontrollers", 4},
                                                                  {"replicasets", 4},
                                                                  {"deployments", 4},
                                                                  {"horizontalpodautoscalers", 4},
                                                                  {"statefulsets", 4},
                                                                  {"jobs", 4},
                                                                  {"cronjobs", 4},
                                                                  {"ingresses", 4},
                                                                  {"apiservices", 5},
                                                                  {"validatingwebhookconfigurations", 5},
                                                                  {"mutatingwebhookconfigurations", 5}}};

}  // namespace

int wave_of(const kube::GroupResource& resource) {
  if (std::ranges::find(known_groups, resource.group) == known_groups.end()) return last_wave;
  const auto found =
      std::ranges::find(waves, std::string_view(resource.resource), &std::pair<std::string_view, int>::first);
  return found == waves.end() ? last_wave : found->second;
}

}  // namespace slipway::member::applier
