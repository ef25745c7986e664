#include "hub/work/envelope.h"

#include <algorithm>

#include "api/hash.h"
#include "api/names.h"
#include "hub/override/target.h"

namespace slipway::hub::work {

kube::StringMap Envelope::labels() const {
  kube::StringMap labels{{std::string(api::label::envelope_work), std::string(api::text(type))},
                         {std::string(api::label::envelope_name), name}};
  if (!namespace_.empty()) labels.emplace(api::label::envelope_namespace, namespace_);
  return labels;
}

std::string Envelope::text() const {
  return fmt::format("{} {}", api::text(type), kube::NamespacedName{namespace_, name}.text());
}

Result<Envelope> open_envelope(const json::Value& manifest) {
  const bool is_of_cluster = manifest.text_at({"kind"}) == "ClusterResourceEnvelope";
  Envelope envelope{
      .type = is_of_cluster ? api::EnvelopeType::cluster_resource_envelope : api::EnvelopeType::resource_envelope,
      .namespace_ = std::string(manifest.text_at({"metadata", "namespace"})),
      .name = std::string(manifest.text_at({"metadata", "name"})),
      .manifests = {}};
  const json::Value* const data = manifest.find("data");
  if (data == nullptr || !data->is_object()) return fail(Reason::invalid, "the {} has no data", envelope.text());
  std::vector<std::pair<std::string, const json::Value*>> by_text;
  for (const auto& [entry, wrapped] : *data->object()) {
    const auto target = override::target_of(wrapped);
    if (!target) {
      return fail(Reason::invalid, "the entry {} of the {} is no manifest: it lacks apiVersion, kind or metadata.name",
                  entry, envelope.text());
    }
    if (target->namespace_ != envelope.namespace_) {
      return fail(Reason::invalid, "the entry {} of the {} {}: such an envelope holds {} only", entry, envelope.text(),
                  target->namespace_.empty() ? "has no namespace" : "is in the namespace " + target->namespace_,
                  is_of_cluster ? "objects without a namespace" : "objects of its own namespace");
    }
    by_text.emplace_back(api::go_json(wrapped), &wrapped);
  }
  std::ranges::sort(by_text, std::greater{}, &std::pair<std::string, const json::Value*>::first);
  for (const auto& [text, wrapped] : by_text) envelope.manifests.push_back(*wrapped);
  return envelope;
}

}  // namespace slipway::hub::work
