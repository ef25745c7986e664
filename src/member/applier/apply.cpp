#include "member/applier/apply.h"

#include <algorithm>

#include "api/conditions.h"
#include "json/patch.h"
#include "json/text.h"
#include "kube/strategic_merge.h"
#include "member/applier/ownership.h"
#include "member/applier/prepare.h"
#include "member/applier/sameness.h"
#include "member/writes.h"

namespace slipway::member::applier {
namespace {

namespace reason = api::manifest_reason;
using engine::Read;
using engine::Side;

Step verdict(std::string_view reason, std::string message, kube::ObjectPtr live = nullptr) {
  return {.verdict = Verdict{reason, std::move(message), std::move(live)}};
}

Step applied(kube::ObjectPtr live) {
  return verdict(reason::applied, "The manifest has been applied", std::move(live));
}

std::string why(const Manifest& manifest, const Applying& applying) {
  return fmt::format("manifest {} of Work {}", manifest.ordinal, applying.work.metadata.name);
}

// The object on the member. Nothing when a read is awaited; not_found when there is none.
std::optional<Result<kube::ObjectPtr>> find_live(const Manifest& manifest, Applying& applying) {
  if (is_followed(*manifest.resource, applying.view)) {
    return applying.view.get({Side::member, manifest.gvr().group_resource()}, manifest.key());
  }
  const Read read{.side = Side::member, .resource = manifest.gvr(), .key = manifest.key()};
  const engine::Answer* const answer = applying.view.answer(read);
  if (answer == nullptr) {
    applying.reads.push_back(read);
    return std::nullopt;
  }
  if (!*answer) {
    if (answer->error().reason == Reason::not_found) return kube::ObjectPtr();
    return fail(answer->error());
  }
  return (*answer)->empty() ? kube::ObjectPtr() : (*answer)->front();
}

// Plans the write, unless the server has been asked before: then `refused` has the answer, or nothing was to be
// changed.
Step write_or(engine::Write write, const Applying& applying, std::string_view refused, const kube::ObjectPtr& live) {
  write.wants_answer = true;
  const engine::Tried* const tried = applying.view.tried(write);
  if (tried == nullptr) return {.write = std::move(write)};
  if (tried->refusal) return verdict(refused, tried->refusal->message, live);
  return {};
}

std::string names_of(const std::vector<kube::OwnerReference>& owners) {
  std::string names;
  for (const auto& owner : owners) names += fmt::format("{}{} {}", names.empty() ? "" : ", ", owner.kind, owner.name);
  return names;
}

// --- 8.9.1 ---

enum class Standing { unknown, stale, live, unreadable };

// Whether an AppliedWork that owns an object still has a Work: one without was left behind by an earlier membership.
Standing standing_of(const kube::OwnerReference& reference, Applying& applying) {
  const kube::NamespacedName key{applying.work.metadata.namespace_, reference.name};
  if (applying.view.get<api::Work>(key) != nullptr) return Standing::live;
  const Read read{.resource = api::storage_resource_of<api::Work>(api::Scope::namespaced), .key = key};
  const engine::Answer* const answer = applying.view.answer(read);
  if (answer == nullptr) {
    applying.reads.push_back(read);
    return Standing::unknown;
  }
  if (*answer) return Standing::live;
  return answer->error().reason == Reason::not_found ? Standing::stale : Standing::unreadable;
}

// Nothing in the step: the object is ours to apply to, or a read is awaited.
Step take_over(const Manifest& manifest, const kube::ObjectPtr& live, Applying& applying) {
  std::vector<kube::OwnerReference> remaining;
  for (const auto& reference : live->metadata().owner_references) {
    switch (is_applied_work(reference) ? standing_of(reference, applying) : Standing::live) {
      case Standing::unknown:
        return {};
      case Standing::stale:
        continue;
      case Standing::unreadable:
        return verdict(reason::failed_to_take_over,
                       fmt::format("it cannot be found out whether Work {} still exists", reference.name), live);
      case Standing::live:
        remaining.push_back(reference);
    }
  }
  if (!remaining.empty() && !applying.strategy.allow_co_ownership) {
    return verdict(reason::failed_to_take_over,
                   fmt::format("the object belongs to {}, and the apply strategy does not allow co-ownership",
                               names_of(remaining)),
                   live);
  }
  if (const auto other = std::ranges::find_if(remaining, is_applied_work); other != remaining.end()) {
    return verdict(reason::failed_to_take_over,
                   fmt::format("the object is placed by another Work already (AppliedWork {})", other->name), live);
  }
  remaining.push_back(applying.owner);
  return write_or(change_object(client::Write::Verb::merge_patch, manifest.gvr(), *live,
                                json::Object{{"metadata", json::Object{{"ownerReferences", to_json(remaining)}}}},
                                why(manifest, applying) + " takes over an object that was there before"),
                  applying, reason::failed_to_take_over, live);
}

// --- 8.9.3, 8.9.4 ---

std::string owner_problem(const Manifest& manifest, const kube::ObjectPtr& live, const Applying& applying) {
  const json::Value* const wanted = manifest.content->find_path({"metadata", "ownerReferences"});
  if (wanted != nullptr && wanted->is_array() && !wanted->array()->empty()) {
    if (!applying.strategy.allow_co_ownership)
      return "the manifest names owners, and the apply strategy does not allow co-ownership";
    for (const json::Value& reference : *wanted->array()) {
      if (is_applied_work({.api_version = std::string(reference.text_at({"apiVersion"})),
                           .kind = std::string(reference.text_at({"kind"}))}))
        return "the manifest names an AppliedWork as owner";
    }
  }
  if (live == nullptr) return {};
  const auto& owners = live->metadata().owner_references;
  if (owners.size() > 1 && !applying.strategy.allow_co_ownership) {
    return fmt::format("the object belongs to {}, and the apply strategy does not allow co-ownership",
                       names_of(owners));
  }
  const auto is_foreign = [&applying](const auto& reference) {
    return is_applied_work(reference) && !is_same_owner(reference, applying.owner);
  };
  if (std::ranges::any_of(owners, is_foreign)) return "the object is placed by another Work too";
  return {};
}

json::Value last_applied(const kube::Object& live) {
  const std::string* const text = live.metadata().annotation(api::annotation::last_applied_configuration);
  if (text == nullptr || text->empty()) return json::Object{};
  auto parsed = json::parse(*text);
  return parsed ? *std::move(parsed) : json::Value(json::Object{});
}

struct Patch {
  client::Write::Verb verb = client::Write::Verb::merge_patch;
  json::Value body{};  // {}: nothing to change
};

Result<Patch> make_patch(const Manifest& manifest, const json::Value& modified, const kube::Object& live) {
  const kube::GroupKind kind{manifest.identifier.group, manifest.identifier.kind};
  const json::Value original = last_applied(live);
  json::Value current = live.to_value();
  current["apiVersion"] = manifest.content->text_at({"apiVersion"});  // it may be stored in another version
  Patch patch;
  json::Value after;
  if (kube::has_merge_strategy(kind)) {
    patch.verb = client::Write::Verb::strategic_patch;
    auto made = kube::make_three_way_strategic_patch(kind, original, modified, current);
    if (!made) return fail(made.error());
    patch.body = *std::move(made);
    auto patched = kube::apply_strategic_merge_patch(kind, current, patch.body);
    if (!patched) return fail(patched.error());
    after = *std::move(patched);
  } else {
    patch.body = kube::make_three_way_merge_patch(original, modified, current);
    after = json::apply_merge_patch(current, patch.body);
  }
  if (after.text_at({"kind"}) != current.text_at({"kind"}) ||
      after.text_at({"metadata", "name"}) != current.text_at({"metadata", "name"})) {
    return fail(Reason::invalid, "the manifest would make another object of {}", live.key().text());
  }
  if (means_the_same(after, current)) patch.body = json::Object{};
  return patch;
}

bool is_there(const Applying& applying, const std::string& namespace_) {
  if (!applying.view.is_followed({Side::member, {"", "namespaces"}})) return true;  // the server will say
  const auto found = applying.view.get({Side::member, {"", "namespaces"}}, {"", namespace_});
  return found != nullptr && !found->metadata().is_deleting();
}

Step create(const Manifest& manifest, json::Value modified, const Applying& applying) {
  std::string reason = why(manifest, applying);
  // A namespace that comes later makes it worth another try.
  if (!manifest.identifier.namespace_.empty() && !is_there(applying, manifest.identifier.namespace_))
    reason += ", whose namespace does not seem to be there";
  return write_or({.side = Side::member,
                   .request = {.verb = client::Write::Verb::create,
                               .resource = manifest.gvr(),
                               .key = manifest.key(),
                               .body = std::move(modified),
                               .field_manager = std::string(api::field_manager::member_apply)},
                   .why = std::move(reason)},
                  applying, reason::manifest_apply_failed, nullptr);
}

Step apply(const Manifest& manifest, const kube::ObjectPtr& live, const Applying& applying, std::uint64_t& settled) {
  if (live != nullptr && live->revision() == settled) return applied(live);
  if (auto problem = owner_problem(manifest, live, applying); !problem.empty())
    return verdict(reason::manifest_apply_failed, std::move(problem), live);
  auto modified = prepare(*manifest.content, applying.owner);
  if (!modified) return verdict(reason::manifest_apply_failed, modified.error().message, live);
  if (live == nullptr) return create(manifest, *std::move(modified), applying);
  // The patch leaves the references of co-owners alone where lists merge, and must where they do not.
  std::vector<kube::OwnerReference> owners = live->metadata().owner_references;
  (*modified)["metadata"]["ownerReferences"] = to_json(owners);
  auto patch = make_patch(manifest, *modified, *live);
  if (!patch) return verdict(reason::manifest_apply_failed, patch.error().message, live);
  if (!patch->body.object()->empty()) {
    Step step =
        write_or(change_object(patch->verb, manifest.gvr(), *live, std::move(patch->body), why(manifest, applying)),
                 applying, reason::manifest_apply_failed, live);
    if (step.write || step.verdict) return step;
  }
  settled = live->revision();
  return applied(live);
}

}  // namespace

Step next_step(const Manifest& manifest, Applying& applying, std::uint64_t& settled) {
  const bool has_namespace = !manifest.identifier.namespace_.empty();
  if (has_namespace != manifest.resource->namespaced) {
    return verdict(reason::manifest_apply_failed,
                   fmt::format("objects of kind {} {}, but the manifest {}", manifest.identifier.kind,
                               has_namespace ? "live outside of namespaces" : "live in namespaces",
                               has_namespace ? "names one" : "names none"));
  }
  const auto found = find_live(manifest, applying);
  if (!found) return {};
  if (!*found) return verdict(reason::failed_to_find_object_in_member_cluster, found->error().message);
  const kube::ObjectPtr& live = **found;
  if (live != nullptr && !is_owned(live->metadata(), applying.owner)) {
    if (applying.strategy.when_to_take_over == api::WhenToTakeOver::never) {
      return verdict(reason::not_taken_over,
                     "the object was there before, and the apply strategy does not let it be taken over", live);
    }
    return take_over(manifest, live, applying);
  }
  return apply(manifest, live, applying, settled);
}

}  // namespace slipway::member::applier
