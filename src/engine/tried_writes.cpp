#include "engine/tried_writes.h"

#include <algorithm>

#include "base/bytes.h"
#include "json/text.h"

namespace slipway::engine {

std::uint64_t TriedWrites::hash_of(const Write& write) {
  const client::Write& request = write.request;
  std::string text =
      fmt::format("{} {} {} {}\n", static_cast<int>(request.verb), request.resource.version, request.uid, write.why);
  json::write_to(text, request.body);
  return fnv1a(text);
}

const Tried* TriedWrites::find(const Write& write) const {
  const auto known = entries_.find({write.side, write.request.resource.group_resource(), write.request.key});
  if (known == entries_.end() || known->second.hash != hash_of(write)) return nullptr;
  const bool stands = known->second.tried.refusal || known->second.resource_version == write.request.resource_version;
  return stands ? &known->second.tried : nullptr;
}

void TriedWrites::remember(Entry entry) {
  entries_.insert_or_assign(Target{entry.side, std::move(entry.resource), std::move(entry.key)},
                            Known{entry.hash, entry.resource_version, std::move(entry.tried)});
}

void TriedWrites::forget_refusals() {
  std::erase_if(entries_, [](const auto& entry) { return entry.second.tried.refusal.has_value(); });
}

bool TriedWrites::has_refusals() const {
  return std::ranges::any_of(entries_, [](const auto& entry) { return entry.second.tried.refusal.has_value(); });
}

}  // namespace slipway::engine
