#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "client/server_access.h"
#include "json/value.h"
#include "kube/names.h"

namespace slipway::app {

// One API server as one identity, asked one thing after the other by a command that has nothing else to do. Objects are
// whole JSON values. Errors are the client layer's: not_found, forbidden, conflict, unavailable, server_timeout, ….
class ApiServer {
 public:
  virtual ~ApiServer() = default;
  // "context hub of /home/ann/.kube/config".
  [[nodiscard]] virtual std::string_view description() const = 0;

  // GET of a path with its query.
  [[nodiscard]] virtual Result<json::Value> get(const std::string& target) = 0;
  // Creates the object of the collection at `path`.
  [[nodiscard]] virtual Result<json::Value> create(const std::string& path, const json::Value& object) = 0;
  // Replaces the object at `path`; it carries the resourceVersion it was read with, so that a change in between is a
  // conflict.
  [[nodiscard]] virtual Result<json::Value> replace(const std::string& path, const json::Value& object) = 0;
  // Removes this very object and no other of its name.
  [[nodiscard]] virtual Result<void> remove(const std::string& path, std::string_view uid) = 0;

  // Watches one object until `is_done` says so, called with it as it is (null: it does not exist) now and after every
  // change, on this thread. False: `timeout` passed first. Error: the server refused; being unreachable is no error but
  // tried again until the time is over.
  [[nodiscard]] virtual Result<bool> wait_until(const kube::GroupVersionResource& resource,
                                                const kube::NamespacedName& key, std::chrono::seconds timeout,
                                                const std::function<bool(const json::Value*)>& is_done) = 0;
};

// Connects with the first request. Error: usage, when a certificate or key cannot be used.
[[nodiscard]] Result<std::unique_ptr<ApiServer>> connect_to(const client::ServerAccess& access);

// The object, or nothing when there is none.
[[nodiscard]] Result<std::optional<json::Value>> find(ApiServer& server, const std::string& path);

// Where an object is, by its apiVersion, kind, namespace and name; only kinds that `install` and `join` write.
struct ObjectPlace {
  kube::GroupVersionResource resource;
  kube::NamespacedName key;
  [[nodiscard]] std::string path() const;        // of the object
  [[nodiscard]] std::string collection() const;  // where it is created
  [[nodiscard]] std::string text() const;        // "deployment fleet-system/slipway-agent"
  std::string kind;
};
[[nodiscard]] ObjectPlace place_of(const json::Value& object);

// Whether this identity may (SelfSubjectAccessReview). `subject`: a namespaced or named resource; "" where it does not
// matter.
struct Access {
  std::string verb;
  std::string group;
  std::string resource;
  std::string subresource{};
  std::string namespace_{};
  std::string name{};
  [[nodiscard]] std::string text() const;  // "create memberclusters.cluster.kubernetes-fleet.io"
  friend auto operator<=>(const Access&, const Access&) = default;
};
[[nodiscard]] Result<bool> is_allowed(ApiServer& server, const Access& access);

}  // namespace slipway::app
