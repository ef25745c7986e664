#include "api/codec.h"

#include "json/text.h"

namespace slipway::api {

Result<json::Value> body_and_status(const kube::Object& object) {
  json::Value whole = json::Object();
  if (object.body() != nullptr) {
    Result<json::Value> body = json::parse(*object.body());
    if (!body || !body->is_object())
      return fail(Reason::corrupt, "{}: its body is not a JSON object", object.key().text());
    whole = std::move(*body);
  }
  if (object.status() != nullptr) {
    Result<json::Value> status = json::parse(*object.status());
    if (!status) return fail(Reason::corrupt, "{}: its status is not JSON", object.key().text());
    whole["status"] = std::move(*status);
  }
  return whole;
}

Result<kube::LabelSelector> compile(const LabelSelector& selector) {
  const json::Value whole = encode(selector);
  return kube::label_selector_from_json(&whole);
}

SLIPWAY_API_STRUCT(LabelSelector)
SLIPWAY_API_STRUCT(ApplyStrategy)
SLIPWAY_API_STRUCT(ClusterSelector)
SLIPWAY_API_STRUCT(ResourceIdentifier)
SLIPWAY_API_STRUCT(ResourceSelectorTerm)

template Result<kube::Condition> decode<kube::Condition>(const json::Value&);
template json::Value encode<kube::Condition>(const kube::Condition&);

}  // namespace slipway::api
