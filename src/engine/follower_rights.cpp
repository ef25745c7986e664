#include <array>

#include "engine/follower.h"

// What is followed only where it is needed, and where the server lets us (member 2.5: an agent may have the right to
// write everything and to watch nothing).
namespace slipway::engine {
namespace {

constexpr std::array<std::string_view, 2> verbs{"list", "watch"};
constexpr Duration ask_again_after = std::chrono::minutes{10};

client::Write question(const kube::GroupVersionResource& resource, std::string_view verb) {
  json::Object attributes{
      {"group", resource.group}, {"version", resource.version}, {"resource", resource.resource}, {"verb", verb}};
  client::Write write;
  write.verb = client::Write::Verb::create;
  write.resource = {"authorization.k8s.io", "v1", "selfsubjectaccessreviews"};
  write.body = json::Object{{"apiVersion", "authorization.k8s.io/v1"},
                            {"kind", "SelfSubjectAccessReview"},
                            {"spec", json::Object{{"resourceAttributes", std::move(attributes)}}}};
  return write;
}

bool is_no(const Result<kube::ObjectPtr>& answer) {
  if (!answer || *answer == nullptr) return false;  // a server that cannot say: trying tells
  const json::Value whole = (*answer)->to_value();
  const json::Value* const allowed = whole.find_path({"status", "allowed"});
  return allowed != nullptr && *allowed == json::Value(false);
}

}  // namespace

void Follower::begin_on_demand(Followed& followed) {
  if (options_.edge->client(options_.side)->shares_objects()) {  // trying costs nothing
    followed.rights = Rights::granted;
    return begin(followed);
  }
  followed.rights = Rights::asked;
  ask_for_rights(followed.resource, verbs.front());
}

void Follower::ask_for_rights(const kube::GroupVersionResource& resource, std::string_view verb) {
  options_.edge->client(options_.side)
      ->write(question(resource, verb), [this, alive = is_alive_, resource, verb](Result<kube::ObjectPtr> answer) {
        if (*alive) take_rights(resource, verb, is_no(answer));
      });
}

void Follower::take_rights(const kube::GroupVersionResource& resource, std::string_view verb, bool is_refused) {
  const auto found = followed_.find(resource.group_resource());
  if (found == followed_.end() || found->second.resource != resource || found->second.rights != Rights::asked) return;
  if (is_refused) return deny(found->second);
  if (verb != verbs.back()) return ask_for_rights(resource, verbs.back());
  found->second.rights = Rights::granted;
  begin(found->second);
}

// The rights were taken away, or were not there although the server did not say so.
void Follower::lose(const kube::GroupResource& id) {
  const auto found = followed_.find(id);
  if (found == followed_.end() || found->second.rights != Rights::granted) return;
  found->second.streams.clear();
  options_.edge->caches.drop({options_.side, id});
  look_for_gaps();
  deny(found->second);
}

void Follower::deny(Followed& followed) {
  followed.rights = Rights::denied;
  const kube::GroupResource id = followed.resource.group_resource();
  if (told_.insert(id).second)
    log_.warn("may not list and watch {}: its objects are looked at from time to time instead", id.text());
  if (rights_timer_) return;
  rights_timer_ = options_.edge->loop.at(options_.edge->loop.clock().ticks() + ask_again_after, [this] {
    rights_timer_.reset();
    ask_again();
  });
}

void Follower::ask_again() {
  for (auto& [id, followed] : followed_) {
    if (followed.rights == Rights::denied) begin_on_demand(followed);
  }
}

}  // namespace slipway::engine
