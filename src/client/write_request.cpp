#include "client/write_request.h"

#include "client/resource_path.h"
#include "json/text.h"

namespace slipway::client {
namespace {

using Verb = Write::Verb;

std::string_view text_of(Propagation propagation) {
  switch (propagation) {
    case Propagation::background:
      return "Background";
    case Propagation::foreground:
      return "Foreground";
    case Propagation::orphan:
      return "Orphan";
  }
  std::unreachable();
}

json::Value delete_options(const Write& write) {
  json::Object preconditions;
  if (write.resource_version != 0) preconditions.set("resourceVersion", std::to_string(write.resource_version));
  if (!write.uid.empty()) preconditions.set("uid", write.uid);
  json::Object options{
      {"apiVersion", "v1"}, {"kind", "DeleteOptions"}, {"propagationPolicy", text_of(write.propagation)}};
  if (write.grace_period_seconds) options.set("gracePeriodSeconds", *write.grace_period_seconds);
  if (!preconditions.empty()) options.set("preconditions", std::move(preconditions));
  return options;
}

// In an object and in a patch alike, metadata that is set there is compared by the server (kube-api 6.3).
void expect_in_metadata(json::Value& body, const Write& write) {
  if (write.resource_version != 0) body["metadata"]["resourceVersion"] = std::to_string(write.resource_version);
  if (!write.uid.empty()) body["metadata"]["uid"] = write.uid;
}

void expect_in_operations(json::Value& operations, const Write& write) {
  json::Array* list = operations.array();
  if (list == nullptr) return;  // the server refuses it
  const auto set = [list](std::string_view path, std::string value) {
    list->insert(list->begin(), json::Object{{"op", "add"}, {"path", path}, {"value", std::move(value)}});
  };
  if (write.resource_version != 0) set("/metadata/resourceVersion", std::to_string(write.resource_version));
  if (!write.uid.empty()) set("/metadata/uid", write.uid);
}

struct Form {
  std::string_view method;
  std::string_view content_type;
  std::string_view subresource;
};

Form form_of(Verb verb) {
  constexpr std::string_view json = "application/json";
  switch (verb) {
    case Verb::create:
      return {"POST", json, ""};
    case Verb::update:
      return {"PUT", json, ""};
    case Verb::update_status:
      return {"PUT", json, "status"};
    case Verb::merge_patch:
      return {"PATCH", "application/merge-patch+json", ""};
    case Verb::merge_patch_status:
      return {"PATCH", "application/merge-patch+json", "status"};
    case Verb::strategic_patch:
      return {"PATCH", "application/strategic-merge-patch+json", ""};
    case Verb::json_patch:
      return {"PATCH", "application/json-patch+json", ""};
    case Verb::remove:
      return {"DELETE", json, ""};
  }
  std::unreachable();
}

}  // namespace

HttpRequest to_request(Write write) {
  const Form form = form_of(write.verb);
  kube::NamespacedName key = write.key;
  if (write.verb == Verb::create) key.name.clear();
  HttpRequest request;
  request.method = form.method;
  request.target = resource_path(write.resource, key, form.subresource);
  if (write.verb != Verb::remove) add_query(request.target, "fieldManager", write.field_manager);
  request.headers.add("content-type", std::string(form.content_type));
  if (write.verb == Verb::remove) {
    write.body = delete_options(write);
  } else if (write.verb == Verb::json_patch) {
    expect_in_operations(write.body, write);
  } else if (write.verb != Verb::create) {
    expect_in_metadata(write.body, write);
  }
  request.body = json::write(write.body);
  return request;
}

}  // namespace slipway::client
