#include "test/member/two_clusters.h"

#include "api/crd.h"
#include "json/text.h"

namespace slipway::member::testing {
namespace {

std::string_view word(client::Write::Verb verb) {
  using Verb = client::Write::Verb;
  switch (verb) {
    case Verb::create:
      return "create";
    case Verb::update:
      return "update";
    case Verb::update_status:
      return "status";
    case Verb::remove:
      return "delete";
    default:
      return "patch";
  }
}

apiserver::Identity somebody() { return {.user = "somebody", .groups = {"system:masters", "system:authenticated"}}; }

apiserver::DeleteContext deletion() {
  apiserver::DeleteContext context;
  context.write.identity = somebody();
  return context;
}

std::string text_of(const api::Conditions& conditions) {
  std::string text;
  for (const auto& condition : conditions) {
    text += fmt::format("{}{}={}/{}", text.empty() ? "" : " ", condition.type, kube::text(condition.status),
                        condition.reason);
  }
  return text;
}

}  // namespace

json::Value parsed(std::string_view text) {
  auto value = json::parse(text);
  EXPECT_TRUE(value.has_value()) << text;
  return value.value_or(json::Value());
}

void WatchedClient::get(const kube::GroupVersionResource& resource, const kube::NamespacedName& key,
                        client::Callback<Result<kube::ObjectPtr>> done) {
  if (blind) {
    if (auto error = blind(resource, key)) return done(fail(std::move(*error)));
  }
  inner_->get(resource, key, std::move(done));
}

void WatchedClient::write(client::Write write, client::Callback<Result<kube::ObjectPtr>> done) {
  if (write.resource.resource == "selfsubjectaccessreviews") {
    ++reviews;
    if (!answers_reviews) return done(fail(Reason::not_found, "no reviews here"));
    const bool allowed =
        !unwatched.contains(std::string(write.body.text_at({"spec", "resourceAttributes", "resource"})));
    json::Value answer = std::move(write.body);
    answer["status"] = json::Object{{"allowed", allowed}};
    return done(kube::Object::from_json({}, answer).value());
  }
  if (fault) {
    if (auto error = fault(write)) {
      ++refused;
      return done(fail(std::move(*error)));
    }
  }
  std::string line = fmt::format("{} {} {}", word(write.verb), write.resource.resource, write.key.text());
  inner_->write(std::move(write),
                [this, line = std::move(line), done = std::move(done)](Result<kube::ObjectPtr> result) mutable {
                  if (result) {
                    written.push_back(std::move(line));
                  } else {
                    ++refused;
                  }
                  done(std::move(result));
                });
}

TwoClusters::TwoClusters() {
  journal_ =
      std::make_unique<apiserver::Journal>(loop, store_, 0, [](const Error& error) { ADD_FAILURE() << error.message; });
  // The other kinds of the hub take half a second to compile.
  auto crds = api::hub_crds();
  std::erase_if(crds, [](const json::Value& crd) {
    const auto name = crd.text_at({"metadata", "name"});
    return !name.starts_with("works.") && !name.starts_with("internalmemberclusters.");
  });
  hub_ = make_cluster("/registry", crds);
  member_ = make_cluster("/clusters/m1", api::member_crds());
  json::Value space = parsed(R"({"apiVersion":"v1","kind":"Namespace"})");
  space["metadata"]["name"] = member_namespace;
  EXPECT_TRUE(hub_.registry->create(*resource(hub_, "namespaces"), "", space, {.identity = somebody()}));
  loop.run_until_idle();
}

TwoClusters::~TwoClusters() { stop_agent(); }

TwoClusters::Cluster TwoClusters::make_cluster(const std::string& prefix, const std::vector<json::Value>& crds) {
  Cluster cluster;
  cluster.registry = apiserver::Registry::make({.journal = *journal_, .clock = clock, .rng = Rng(7), .prefix = prefix});
  EXPECT_TRUE(cluster.registry->bootstrap(crds));
  cluster.authorizer = apiserver::make_rbac_authorizer(*cluster.registry);
  return cluster;
}

void TwoClusters::start_agent() {
  const auto connect = [](const Cluster& cluster) {
    return std::make_unique<WatchedClient>(
        apiserver::make_local_client(*cluster.registry, *cluster.authorizer, somebody()));
  };
  to_hub = connect(hub_);
  to_member = connect(member_);
  to_member->unwatched = unwatched;
  to_member->asks_for_rights = !unwatched.empty();
  if (prepare) prepare();
  agent = engine::Runner::make({.loop = loop,
                                .rng = Rng(1),
                                .hub = to_hub.get(),
                                .member = to_member.get(),
                                .log = Log::to([this](std::string_view line) { logged.emplace_back(line); }, {}, clock),
                                .component = "slipway-agent",
                                .instance = "slipway-agent",
                                .drop_memo_one_in = drop_memo_one_in,
                                .observer = observer});
  for (auto& controller : make_controllers(options)) agent->add(std::move(controller));
  agent->start();
  settle();
}

void TwoClusters::stop_agent() {
  if (agent != nullptr) agent->stop();
  agent.reset();
  to_hub.reset();
  to_member.reset();
}

void TwoClusters::settle() { loop.run_until_idle(); }
void TwoClusters::pass(Duration duration) { loop.run_for(duration); }

std::shared_ptr<const apiserver::Resource> TwoClusters::resource(const Cluster& cluster, Ref ref) const {
  const auto dot = ref.find('.');
  const std::string group(dot == Ref::npos ? "" : ref.substr(dot + 1));
  auto found = cluster.registry->find(kube::GroupResource{group, std::string(ref.substr(0, dot))});
  EXPECT_NE(found, nullptr) << ref;
  return found;
}

kube::NamespacedName TwoClusters::key_of(std::string_view key) {
  const auto slash = key.find('/');
  if (slash == std::string_view::npos) return {"", std::string(key)};
  return {std::string(key.substr(0, slash)), std::string(key.substr(slash + 1))};
}

void TwoClusters::ask(std::string_view state, int heartbeat_seconds) {
  const auto internal = resource(hub_, "internalmemberclusters.cluster.kubernetes-fleet.io");
  json::Value wanted = parsed(R"({"apiVersion":"cluster.kubernetes-fleet.io/v1beta1","kind":"InternalMemberCluster"})");
  wanted["metadata"]["name"] = member_name;
  wanted["metadata"]["namespace"] = member_namespace;
  wanted["spec"]["state"] = state;
  wanted["spec"]["heartbeatPeriodSeconds"] = heartbeat_seconds;
  const kube::NamespacedName key{std::string(member_namespace), std::string(member_name)};
  if (hub_.registry->get(*internal, key)) {
    const json::Value patch = json::Object{{"spec", *wanted.find("spec")}};
    EXPECT_TRUE(
        hub_.registry->patch(*internal, key, apiserver::PatchType::merge, patch, {.identity = somebody()}).has_value());
  } else {
    const auto made = hub_.registry->create(*internal, std::string(member_namespace), wanted, {.identity = somebody()});
    EXPECT_TRUE(made) << (made ? "" : made.error().message);
  }
  settle();
}

void TwoClusters::place(std::string_view name, const std::vector<std::string>& manifests, std::string_view strategy,
                        std::string_view report_back) {
  const auto works = resource(hub_, "works.placement.kubernetes-fleet.io");
  json::Array list;
  for (const auto& manifest : manifests) list.push_back(parsed(manifest));
  json::Value spec = json::Object{{"workload", json::Object{{"manifests", std::move(list)}}}};
  if (strategy != "{}") spec["applyStrategy"] = parsed(strategy);
  if (report_back != "null") spec["reportBackStrategy"] = parsed(report_back);
  const kube::NamespacedName key{std::string(member_namespace), std::string(name)};
  if (auto present = hub_.registry->get(*works, key)) {
    json::Value whole = (*present)->to_value();
    whole["spec"] = std::move(spec);
    const auto updated = hub_.registry->update(*works, key, std::move(whole), {.identity = somebody()});
    EXPECT_TRUE(updated) << (updated ? "" : updated.error().message);
  } else {
    json::Value whole = parsed(R"({"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"Work"})");
    whole["metadata"]["name"] = name;
    whole["metadata"]["namespace"] = member_namespace;
    whole["spec"] = std::move(spec);
    const auto made = hub_.registry->create(*works, key.namespace_, std::move(whole), {.identity = somebody()});
    EXPECT_TRUE(made) << (made ? "" : made.error().message);
  }
  settle();
}

void TwoClusters::remove_work(std::string_view name) {
  const auto works = resource(hub_, "works.placement.kubernetes-fleet.io");
  EXPECT_TRUE(hub_.registry->remove(*works, {std::string(member_namespace), std::string(name)}, deletion()));
  settle();
}

void TwoClusters::put(std::string_view json) {
  const json::Value whole = parsed(json);
  const auto version = kube::parse_group_version(whole.text_at({"apiVersion"}));
  const auto found = member_.registry->find_kind({version->group, std::string(whole.text_at({"kind"}))});
  ASSERT_NE(found, nullptr) << json;
  const auto made = member_.registry->create(*found, std::string(whole.text_at({"metadata", "namespace"})), whole,
                                             {.identity = somebody()});
  EXPECT_TRUE(made) << (made ? "" : made.error().message);
  settle();
}

void TwoClusters::merge(Ref ref, std::string_view key, std::string_view patch, bool status) {
  const auto patched =
      member_.registry->patch(*resource(member_, ref), key_of(key), apiserver::PatchType::merge, parsed(patch),
                              {.identity = somebody(), .subresource = status ? "status" : ""});
  EXPECT_TRUE(patched) << (patched ? "" : patched.error().message);
  settle();
}

void TwoClusters::remove(Ref ref, std::string_view key) {
  EXPECT_TRUE(member_.registry->remove(*resource(member_, ref), key_of(key), deletion()).has_value());
  settle();
}

json::Value TwoClusters::object(Ref ref, std::string_view key) const {
  const auto found = member_.registry->get(*resource(member_, ref), key_of(key));
  return found ? (*found)->to_value() : json::Value();
}

bool TwoClusters::exists(Ref ref, std::string_view key) const { return !object(ref, key).is_null(); }

std::string TwoClusters::text(Ref ref, std::string_view key, std::initializer_list<std::string_view> path) const {
  const json::Value whole = object(ref, key);
  const json::Value* const found = whole.find_path(path);
  if (found == nullptr) return "";
  return found->is_string() ? *found->string() : json::write(*found);
}

std::vector<std::string> TwoClusters::owners(Ref ref, std::string_view key) const {
  std::vector<std::string> names;
  const json::Value whole = object(ref, key);
  const json::Value* const references = whole.find_path({"metadata", "ownerReferences"});
  if (references == nullptr || !references->is_array()) return names;
  for (const auto& one : *references->array())
    names.push_back(fmt::format("{} {}", one.text_at({"kind"}), one.text_at({"name"})));
  return names;
}

api::Work TwoClusters::work(std::string_view name) const {
  const auto found = hub_.registry->get(*resource(hub_, "works.placement.kubernetes-fleet.io"),
                                        {std::string(member_namespace), std::string(name)});
  return found ? api::decode_object<api::Work>(**found).value_or(api::Work{}) : api::Work{};
}

bool TwoClusters::work_exists(std::string_view name) const { return !work(name).metadata.name.empty(); }

api::AppliedWork TwoClusters::applied_work(std::string_view name) const {
  const auto found =
      member_.registry->get(*resource(member_, "appliedworks.placement.kubernetes-fleet.io"), {"", std::string(name)});
  return found ? api::decode_object<api::AppliedWork>(**found).value_or(api::AppliedWork{}) : api::AppliedWork{};
}

api::InternalMemberCluster TwoClusters::internal_member() const {
  const auto found = hub_.registry->get(*resource(hub_, "internalmemberclusters.cluster.kubernetes-fleet.io"),
                                        {std::string(member_namespace), std::string(member_name)});
  return found ? api::decode_object<api::InternalMemberCluster>(**found).value_or(api::InternalMemberCluster{})
               : api::InternalMemberCluster{};
}

std::string TwoClusters::state(std::string_view name) const { return text_of(work(name).status.conditions); }

std::string TwoClusters::state(std::string_view name, std::size_t ordinal) const {
  const auto entries = work(name).status.manifest_conditions;
  return ordinal < entries.size() ? text_of(entries[ordinal].conditions) : "none";
}

std::vector<std::string> TwoClusters::listed(std::string_view name) const {
  std::vector<std::string> lines;
  for (const auto& entry : applied_work(name).status.applied_resources) {
    const kube::NamespacedName key{entry.resource.namespace_, entry.resource.name};
    lines.push_back(fmt::format("{} {}", entry.resource.kind, key.text()));
  }
  return lines;
}

std::string TwoClusters::config_map(std::string_view key, std::string_view value) {
  const auto name = key_of(key);
  return fmt::format(
      R"({{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"{}","namespace":"{}"}},"data":{{"key":"{}"}}}})",
      name.name, name.namespace_, value);
}

std::string TwoClusters::space(std::string_view name) {
  return fmt::format(R"({{"apiVersion":"v1","kind":"Namespace","metadata":{{"name":"{}"}}}})", name);
}

std::string TwoClusters::deployment(std::string_view key, int replicas) {
  const auto name = key_of(key);
  return fmt::format(
      R"({{"apiVersion":"apps/v1","kind":"Deployment","metadata":{{"name":"{}","namespace":"{}"}},
          "spec":{{"replicas":{},"selector":{{"matchLabels":{{"app":"a"}}}},"template":{{"metadata":{{"labels":{{"app":"a"}},
          "creationTimestamp":null}},"spec":{{"containers":[{{"name":"c","image":"i:1","ports":[{{"containerPort":80}}],
          "resources":{{"requests":{{"cpu":"1000m"}}}}}}]}}}}}}}})",
      name.name, name.namespace_, replicas);
}

void TwoClusters::make_ready(std::string_view key, bool ready) {
  const json::Value whole = object("deployments.apps", key);
  const auto* const generation = whole.find_path({"metadata", "generation"});
  const auto* const replicas = whole.find_path({"spec", "replicas"});
  ASSERT_NE(replicas, nullptr) << key;
  const std::int64_t count = ready ? *replicas->integer() : 0;
  merge("deployments.apps", key,
        fmt::format(R"({{"status":{{"observedGeneration":{},"replicas":{},"updatedReplicas":{},"availableReplicas":{},
                    "readyReplicas":{},"unavailableReplicas":{}}}}})",
                    *generation->integer(), *replicas->integer(), count, count, count, *replicas->integer() - count),
        true);
}

}  // namespace slipway::member::testing
