#include "engine/unneeded_write.h"

#include "api/kinds.h"
#include "json/patch.h"
#include "json/text.h"

namespace slipway::engine {
namespace {

std::string_view text_of(const kube::Segment& segment) {
  if (segment == nullptr || *segment == "null") return "{}";
  return *segment;
}

// What a client can change; the rest is the server's.
bool same_metadata(const kube::ObjectMeta& a, const kube::ObjectMeta& b) {
  return a.labels == b.labels && a.annotations == b.annotations && a.finalizers == b.finalizers &&
         a.owner_references == b.owner_references;
}

bool has_status_subresource(const kube::GroupVersionKind& kind) {
  const api::KindInfo* info = api::find_kind(kube::GroupKind{kind.group, kind.kind});
  return info != nullptr && info->status == api::StatusSubresource::yes;
}

bool update_changes_nothing(const json::Value& body, const kube::Object& current) {
  const auto wanted = kube::Object::from_json(current.kind(), body);
  if (!wanted) return false;
  return text_of((*wanted)->body()) == text_of(current.body()) &&
         same_metadata((*wanted)->metadata(), current.metadata()) &&
         (text_of((*wanted)->status()) == text_of(current.status()) || has_status_subresource(current.kind()));
}

bool status_update_changes_nothing(const json::Value& body, const kube::Object& current) {
  const json::Value* status = body.find("status");
  const bool is_empty = status == nullptr || status->is_null();
  return (is_empty ? "{}" : json::write(*status)) == text_of(current.status());
}

// RFC 7386 without making the result.
bool merge_changes_nothing(const json::Value& patch, const json::Value* value) {
  const json::Object* members = patch.object();
  if (members == nullptr) return value != nullptr && patch == *value;
  if (value == nullptr || !value->is_object()) return false;
  for (const auto& [key, member] : *members) {
    const json::Value* old = value->find(key);
    if (member.is_null() ? old != nullptr : !merge_changes_nothing(member, old)) return false;
  }
  return true;
}

}  // namespace

bool changes_nothing(const client::Write& write, const kube::Object& current) {
  using Verb = client::Write::Verb;
  switch (write.verb) {
    case Verb::update:
      return update_changes_nothing(write.body, current);
    case Verb::update_status:
      return status_update_changes_nothing(write.body, current);
    case Verb::merge_patch:
    case Verb::merge_patch_status: {
      const json::Value value = current.to_value();
      return merge_changes_nothing(write.body, &value);
    }
    case Verb::json_patch: {
      const json::Value value = current.to_value();
      const auto patched = json::apply_json_patch(value, write.body);
      return patched && *patched == value;
    }
    case Verb::remove:  // a shorter grace period is news
      return current.metadata().is_deleting() &&
             (!write.grace_period_seconds ||
              *write.grace_period_seconds >= current.metadata().deletion_grace_period_seconds.value_or(0));
    case Verb::create:
    case Verb::strategic_patch:
      return false;
  }
  std::unreachable();
}

}  // namespace slipway::engine
