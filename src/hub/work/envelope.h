#pragma once

#include <string>
#include <vector>

#include "api/common.h"
#include "kube/metadata.h"

// Envelopes: objects of a hub that stand for what they wrap (placement 6.3). Pure.
namespace slipway::hub::work {

struct Envelope {
  api::EnvelopeType type{};
  std::string namespace_;  // "" for a ClusterResourceEnvelope
  std::string name;
  std::vector<json::Value> manifests;  // in descending order of their text, so that no order of a map matters
  // What a Work for it is known by.
  [[nodiscard]] kube::StringMap labels() const;
  // "ResourceEnvelope app/e"
  [[nodiscard]] std::string text() const;
};

// `manifest` as override::is_envelope accepts it. Error: invalid (an entry is no manifest, or of a namespace that this
// envelope may not hold; the message names the entry and shows nothing of it).
[[nodiscard]] Result<Envelope> open_envelope(const json::Value& manifest);

}  // namespace slipway::hub::work
