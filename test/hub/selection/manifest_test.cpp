#include "hub/selection/manifest.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <sstream>

#include "json/text.h"

// placement 1.7, 1.8; the numbers are those of 12.1.
namespace slipway::hub::selection {
namespace {

json::Value parsed(std::string_view text) {
  auto value = json::parse(text);
  EXPECT_TRUE(value.has_value()) << text;
  return value.value_or(json::Value{});
}

TEST(Manifest, IsStrippedOfWhatBelongsToTheHub) {
  struct Row {
    std::string_view rule, object, want;
  };
  const Row rows[] = {
      {"33: what people wrote remains",
       R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d","namespace":"n","uid":"u","resourceVersion":"5","generation":3,
           "creationTimestamp":"2026-01-01T00:00:00Z","deletionTimestamp":"2026-01-01T00:00:00Z","deletionGracePeriodSeconds":30,"selfLink":"/x",
           "managedFields":[{}],"ownerReferences":[{"uid":"o"}],"finalizers":["a/b"],"labels":{"l":"1"},
           "annotations":{"deployment.kubernetes.io/revision":"4","mine":"yes","kubectl.kubernetes.io/last-applied-configuration":"{}"}},
           "spec":{"replicas":2},"status":{"replicas":2}})",
       R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d","namespace":"n","deletionGracePeriodSeconds":30,
           "finalizers":["a/b"],"labels":{"l":"1"},"annotations":{"mine":"yes"}},"spec":{"replicas":2}})"},
      {"34: emptied annotations go",
       R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{}"}}})",
       R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}})"},
      {"35: addresses and node ports of a Service",
       R"({"apiVersion":"v1","kind":"Service","spec":{"clusterIP":"10.0.0.1","clusterIPs":["10.0.0.1"],"healthCheckNodePort":30002,
           "ports":[{"port":80,"nodePort":30001},{"port":81}]},"status":{"loadBalancer":{}}})",
       R"({"apiVersion":"v1","kind":"Service","spec":{"ports":[{"port":80},{"port":81}]}})"},
      {"36: a headless Service stays headless",
       R"({"apiVersion":"v1","kind":"Service","spec":{"clusterIP":"None","clusterIPs":["None"]}})",
       R"({"apiVersion":"v1","kind":"Service","spec":{"clusterIP":"None","clusterIPs":["None"]}})"},
      {"35: only core Services",
       R"({"apiVersion":"serving.knative.dev/v1","kind":"Service","spec":{"clusterIP":"10.0.0.1"}})",
       R"({"apiVersion":"serving.knative.dev/v1","kind":"Service","spec":{"clusterIP":"10.0.0.1"}})"},
      {"37: the generated selector of a Job",
       R"({"apiVersion":"batch/v1","kind":"Job","spec":{"selector":{"matchLabels":{"controller-uid":"1","batch.kubernetes.io/controller-uid":"1","a":"b"}},
           "template":{"metadata":{"creationTimestamp":null,"labels":{"controller-uid":"1","batch.kubernetes.io/controller-uid":"1","job-name":"j"}}}}})",
       R"({"apiVersion":"batch/v1","kind":"Job","spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"job-name":"j"}}}}})"},
      {"38: a selector of one's own",
       R"({"apiVersion":"batch/v1","kind":"Job","spec":{"manualSelector":true,"selector":{"matchLabels":{"controller-uid":"1"}},
           "template":{"metadata":{"creationTimestamp":null}}}})",
       R"({"apiVersion":"batch/v1","kind":"Job","spec":{"manualSelector":true,"selector":{"matchLabels":{"controller-uid":"1"}},
           "template":{"metadata":{"creationTimestamp":null}}}})"},
      {"1.7: odd shapes are left as they are",
       R"({"apiVersion":"v1","kind":"Service","metadata":{"annotations":3},"spec":{"ports":[1,{"nodePort":2}]}})",
       R"({"apiVersion":"v1","kind":"Service","metadata":{"annotations":3},"spec":{"ports":[1,{}]}})"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    EXPECT_EQ(json::write(normalise(parsed(row.object))), json::write(parsed(row.want)));
  }
}

TEST(Manifest, OrderIsByKindThenGroupThenName) {
  struct Row {
    std::string_view rule;
    std::vector<std::string> sorted;  // "apiVersion Kind namespace name"
  };
  const Row rows[] = {
      {"39",
       {"v1 Namespace - app", "v1 Secret app a", "v1 Secret app b",
        "apiextensions.k8s.io/v1 CustomResourceDefinition - widgets", "apps/v1 Deployment app d",
        "networking.k8s.io/v1 Ingress app i", "example.com/v1 Widget app w"}},
      {"40: unranked by group, version and kind as text; the core group has a slash too",
       {"v1 Endpoints app z", "a.example/v1 Zebra app a", "a.example/v2 Ant app a", "b.example/v1 Ant app a"}},
      {"40: a lower-case kind is another kind", {"v1 Secret app s", "v1 secret app s"}},
      {"41: by namespace/name as text", {"v1 ConfigMap a- z", "v1 ConfigMap a b", "v1 ConfigMap b a"}},
      {"1.8: one rank, two groups", {"apps/v1 Deployment app d", "other/v1 Deployment app a"}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    std::vector<std::pair<OrderKey, std::string>> items;
    for (const auto& text : row.sorted) {
      std::istringstream words(text);
      std::string api_version, kind, namespace_, name;
      words >> api_version >> kind >> namespace_ >> name;
      const auto group_version = kube::parse_group_version(api_version);
      ASSERT_TRUE(group_version.has_value());
      items.emplace_back(order_key({.group = group_version->group,
                                    .version = group_version->version,
                                    .kind = kind,
                                    .name = name,
                                    .namespace_ = namespace_ == "-" ? "" : namespace_}),
                         text);
    }
    std::ranges::reverse(items);
    std::ranges::sort(items);
    std::vector<std::string> got;
    for (const auto& item : items) got.push_back(item.second);
    EXPECT_EQ(got, row.sorted);
  }
}

}  // namespace
}  // namespace slipway::hub::selection
