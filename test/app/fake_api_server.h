#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "app/install_server.h"

namespace slipway::app {

// Objects by path, in memory. Resource versions are checked as an API server does.
class FakeApiServer : public ApiServer {
 public:
  std::map<std::string, json::Value> objects;
  std::set<std::string> denied;     // what a SelfSubjectAccessReview says no to, as Access::text()
  std::vector<std::string> writes;  // "POST /path", …
  // Called before a write; may change `objects`, or return an error instead of the answer (after `is_lost` writes).
  std::function<Result<void>(const std::string& path)> before_write;

  std::string_view description() const override { return "context test"; }

  Result<json::Value> get(const std::string& target) override {
    const auto found = objects.find(target);
    if (found == objects.end()) return fail(Reason::not_found, "{} does not exist", target);
    return found->second;
  }

  Result<json::Value> create(const std::string& path, const json::Value& object) override {
    if (path.ends_with("selfsubjectaccessreviews")) return review(object);
    writes.push_back("POST " + path);
    if (auto fault = take_fault(path); !fault) return fail(fault.error());
    const std::string full = path + "/" + std::string(object.text_at({"metadata", "name"}));
    if (objects.contains(full)) return fail(Reason::already_exists, "{} exists", full);
    return objects[full] = stamped(object);
  }

  Result<json::Value> replace(const std::string& path, const json::Value& object) override {
    writes.push_back("PUT " + path);
    if (auto fault = take_fault(path); !fault) return fail(fault.error());
    auto live = get(path);
    if (!live) return live;
    if (live->text_at({"metadata", "resourceVersion"}) != object.text_at({"metadata", "resourceVersion"}))
      return fail(Reason::conflict, "{} has changed", path);
    return objects[path] = stamped(object);
  }

  Result<void> remove(const std::string& path, std::string_view uid) override {
    writes.push_back("DELETE " + path);
    auto live = get(path);
    if (!live) return {};
    if (live->text_at({"metadata", "uid"}) != uid) return fail(Reason::conflict, "{} is another one", path);
    objects.erase(path);
    return {};
  }

  Result<bool> wait_until(const kube::GroupVersionResource& resource, const kube::NamespacedName& key,
                          std::chrono::seconds, const std::function<bool(const json::Value*)>& is_done) override {
    ObjectPlace place{.resource = resource, .key = key, .kind = ""};
    const auto found = objects.find(place.path());
    return is_done(found == objects.end() ? nullptr : &found->second);
  }

  json::Value stamped(json::Value object) {
    object["metadata"]["resourceVersion"] = std::to_string(++version_);
    if (object.text_at({"metadata", "uid"}).empty()) object["metadata"]["uid"] = fmt::format("uid-{}", version_);
    return object;
  }

 private:
  Result<void> take_fault(const std::string& path) { return before_write ? before_write(path) : Result<void>(); }

  Result<json::Value> review(const json::Value& object) {
    const auto text = [&](std::string_view field) {
      return std::string(object.text_at({"spec", "resourceAttributes", field}));
    };
    const Access access{.verb = text("verb"),
                        .group = text("group"),
                        .resource = text("resource"),
                        .subresource = text("subresource"),
                        .namespace_ = text("namespace"),
                        .name = text("name")};
    json::Value answer = object;
    answer["status"]["allowed"] = !denied.contains(access.text());
    return answer;
  }

  int version_ = 0;
};

}  // namespace slipway::app
