#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/loop.h"
#include "client/client.h"
#include "json/patch.h"
#include "json/text.h"
#include "kube/object.h"

namespace slipway::test {

// A tiny API server behind the Client interface, for tests of what lives on clients: a versioned object store with
// watches, conditional writes, finalizers and discovery. Answers at once, or `answer_after` later in virtual time;
// `fault` makes calls fail, `hold_events` makes watches lag. Whole objects in one version, no admission.
class FakeClient final : public client::Client {
 public:
  struct Call {
    enum class Kind { get, list, watch, write, discover };
    Kind kind;
    kube::GroupVersionResource resource;
    kube::NamespacedName key;
    const client::Write* write = nullptr;
  };

  explicit FakeClient(Loop& loop) : loop_(loop), alive_(std::make_shared<bool>(true)) {}
  ~FakeClient() override { *alive_ = false; }

  // --- what a test sets up and looks at ---

  std::optional<Duration> answer_after;  // nothing: before the call returns
  std::function<std::optional<Error>(const Call&)>
      fault;  // asked before each call; an error is its answer, nothing happens
  std::function<std::optional<Error>(const Call&)> lost;  // asked after each write: it happened, but this is the answer
  std::vector<client::Write> writes;                      // every write that arrived, refused or not
  std::vector<std::string> calls;                         // "get deployments.apps web", in order
  kube::ObjectPtr old_answer;      // the next get of it answers this, as a server that lags would
  std::size_t metadata_lists = 0;  // that asked for no more than metadata

  void serve(const kube::GroupVersionResource& resource, const std::string& kind, bool namespaced) {
    resources_.push_back({.resource = resource,
                          .kind = kind,
                          .namespaced = namespaced,
                          .verbs = {"create", "delete", "get", "list", "patch", "update", "watch"},
                          .preferred = true});
  }
  void unserve(const kube::GroupResource& resource) {
    std::erase_if(resources_,
                  [&](const client::ApiResource& known) { return known.resource.group_resource() == resource; });
    objects_.erase(resource);
    end_watches(fail(Reason::not_found, "the server could not find the requested resource"), resource);
  }
  // Creates or replaces, as some other client would.
  kube::ObjectPtr put(const kube::GroupResource& resource, json::Value whole) {
    const kube::NamespacedName key{std::string(whole.text_at({"metadata", "namespace"})),
                                   std::string(whole.text_at({"metadata", "name"}))};
    const kube::ObjectPtr old = find(resource, key);
    return store(resource, old, std::move(whole));
  }
  void erase(const kube::GroupResource& resource, const kube::NamespacedName& key) {
    if (const kube::ObjectPtr old = find(resource, key)) erase_now(resource, *old);
  }
  [[nodiscard]] kube::ObjectPtr find(const kube::GroupResource& resource, const kube::NamespacedName& key) const {
    const auto objects = objects_.find(resource);
    if (objects == objects_.end()) return nullptr;
    const auto object = objects->second.find(key);
    return object == objects->second.end() ? nullptr : object->second;
  }
  [[nodiscard]] std::vector<kube::ObjectPtr> all(const kube::GroupResource& resource) const {
    std::vector<kube::ObjectPtr> found;
    if (const auto objects = objects_.find(resource); objects != objects_.end()) {
      for (const auto& [key, object] : objects->second) found.push_back(object);
    }
    return found;
  }
  [[nodiscard]] std::uint64_t revision() const { return revision_; }
  [[nodiscard]] std::size_t watch_count() const {
    std::size_t count = 0;
    for (const auto& stream : watches_) count += stream->is_open ? 1 : 0;
    return count;
  }
  // Every watch ends; of one resource only when given.
  void end_watches(const Result<void>& how, const std::optional<kube::GroupResource>& only = std::nullopt) {
    std::vector<std::shared_ptr<Stream>> ended;
    std::erase_if(watches_, [&](const std::shared_ptr<Stream>& stream) {
      if (only && stream->resource != *only) return false;
      ended.push_back(stream);
      return true;
    });
    for (const auto& stream : ended) {
      loop_.post([stream, how] {
        if (stream->is_open) stream->handlers.on_end(how);
      });
    }
  }
  // Watches may no longer begin before now.
  void forget_history() { oldest_ = revision_; }
  void hold_events() { is_holding_ = true; }
  void release_events() {
    is_holding_ = false;
    for (auto& [stream, event] : std::exchange(held_, {})) deliver(stream, std::move(event));
  }

  // --- Client ---

  void get(const kube::GroupVersionResource& resource, const kube::NamespacedName& key,
           client::Callback<Result<kube::ObjectPtr>> done) override {
    const Call call{Call::Kind::get, resource, key};
    if (auto error = begin(call, "get"))
      return answer(std::move(done), Result<kube::ObjectPtr>(fail(std::move(*error))));
    const kube::ObjectPtr object = find(resource.group_resource(), key);
    if (object == nullptr) return answer(std::move(done), Result<kube::ObjectPtr>(absent(resource, key)));
    const bool is_old = old_answer != nullptr && old_answer->key() == key;
    answer(std::move(done), Result<kube::ObjectPtr>(is_old ? std::exchange(old_answer, nullptr) : object));
  }

  void list(const kube::GroupVersionResource& resource, const client::ListOptions& options,
            client::Callback<Result<client::ListResult>> done) override {
    const Call call{Call::Kind::list, resource, {options.namespace_, ""}};
    if (auto error = begin(call, "list"))
      return answer(std::move(done), Result<client::ListResult>(fail(std::move(*error))));
    client::ListResult result{.items = {}, .revision = revision_};
    for (const auto& object : all(resource.group_resource())) {
      if (options.namespace_.empty() || object->metadata().namespace_ == options.namespace_)
        result.items.push_back(object);
    }
    if (options.metadata_only) {
      ++metadata_lists;
      for (auto& item : result.items) item = without_content(*item);
    }
    answer(std::move(done), Result<client::ListResult>(std::move(result)));
  }

  std::unique_ptr<client::WatchHandle> watch(const kube::GroupVersionResource& resource,
                                             const client::ListOptions& options, std::uint64_t revision,
                                             client::WatchHandlers handlers) override {
    const Call call{Call::Kind::watch, resource, {options.namespace_, ""}};
    auto stream = std::make_shared<Stream>(Stream{
        .resource = resource.group_resource(), .namespace_ = options.namespace_, .handlers = std::move(handlers)});
    auto handle = std::make_unique<Handle>(stream);
    std::optional<Error> error = begin(call, "watch");
    if (!error && revision < oldest_)
      error = Error{.reason = Reason::expired, .message = "too old resource version", .causes = {}};
    if (error) {
      loop_.post([stream, error = std::move(*error)] {
        if (stream->is_open) stream->handlers.on_end(fail(error));
      });
      return handle;
    }
    for (const auto& [of, event] : history_) {
      if (of == stream->resource && event.revision > revision) send(stream, event);
    }
    watches_.push_back(std::move(stream));
    return handle;
  }

  void write(client::Write write, client::Callback<Result<kube::ObjectPtr>> done) override {
    const Call call{Call::Kind::write, write.resource, write.key, &write};
    std::optional<Error> error = begin(call, "write");
    Result<kube::ObjectPtr> result = error ? fail(std::move(*error)) : apply(write);
    if (lost && result) {
      if (auto instead = lost(call)) result = fail(std::move(*instead));
    }
    writes.push_back(std::move(write));
    answer(std::move(done), std::move(result));
  }

  void discover(client::Callback<Result<std::vector<client::ApiResource>>> done) override {
    const Call call{Call::Kind::discover, {}, {}};
    if (auto error = begin(call, "discover"))
      return answer(std::move(done), Result<std::vector<client::ApiResource>>(fail(std::move(*error))));
    answer(std::move(done), Result<std::vector<client::ApiResource>>(resources_));
  }

 private:
  struct Stream {
    kube::GroupResource resource;
    std::string namespace_;
    client::WatchHandlers handlers;
    bool is_open = true;
  };
  struct Handle final : client::WatchHandle {
    explicit Handle(std::shared_ptr<Stream> of) : stream(std::move(of)) {}
    ~Handle() override { stream->is_open = false; }
    std::shared_ptr<Stream> stream;
  };

  std::optional<Error> begin(const Call& call, std::string_view verb) {
    calls.push_back(fmt::format("{} {} {}", verb, call.resource.group_resource().text(), call.key.text()));
    return fault ? fault(call) : std::nullopt;
  }

  template <class T>
  void answer(client::Callback<T> done, T result) {
    if (!answer_after) return done(std::move(result));
    auto both = std::make_shared<std::pair<client::Callback<T>, T>>(std::move(done), std::move(result));
    loop_.at(loop_.clock().ticks() + *answer_after, [alive = alive_, both] {
      if (*alive) both->first(std::move(both->second));
    });
  }

  static std::unexpected<Error> absent(const kube::GroupVersionResource& resource, const kube::NamespacedName& key) {
    return fail(Reason::not_found, "{} \"{}\" not found", resource.group_resource().text(), key.name);
  }

  Result<kube::ObjectPtr> apply(const client::Write& write) {
    using Verb = client::Write::Verb;
    const kube::GroupResource resource = write.resource.group_resource();
    const kube::ObjectPtr old = find(resource, write.key);
    if (write.verb == Verb::create) {
      if (old != nullptr)
        return fail(Reason::already_exists, "{} \"{}\" already exists", resource.text(), write.key.name);
      return store(resource, nullptr, write.body);
    }
    if (old == nullptr) return absent(write.resource, write.key);
    const bool is_stale = write.resource_version != 0 && write.resource_version != old->revision();
    if (is_stale || (!write.uid.empty() && write.uid != old->metadata().uid)) {
      return fail(Reason::conflict, "the object has been modified: {} is not {}", write.resource_version,
                  old->revision());
    }
    json::Value whole = old->to_value();
    switch (write.verb) {
      case Verb::update: {
        json::Value status = whole.find("status") == nullptr ? json::Value() : *whole.find("status");
        whole = write.body;
        if (status.is_null()) {
          whole.object()->erase("status");
        } else {
          whole["status"] = std::move(status);
        }
        break;
      }
      case Verb::update_status:
        whole["status"] = write.body.find("status") == nullptr ? json::Value() : *write.body.find("status");
        break;
      case Verb::remove:
        if (old->metadata().finalizers.empty()) {
          erase_now(resource, *old);
          return nullptr;
        }
        if (old->metadata().is_deleting()) return old;
        whole["metadata"]["deletionTimestamp"] = to_rfc3339(loop_.clock().wall());
        break;
      default:
        whole = json::apply_merge_patch(std::move(whole), write.body);
    }
    return store(resource, old, std::move(whole));
  }

  static kube::ObjectPtr without_content(const kube::Object& object) {
    return std::make_shared<const kube::Object>(kube::GroupVersionKind{"meta.k8s.io", "v1", "PartialObjectMetadata"},
                                                object.metadata(), nullptr, nullptr);
  }
  kube::ObjectPtr store(const kube::GroupResource& resource, const kube::ObjectPtr& old, json::Value whole) {
    json::Value& metadata = whole["metadata"];
    if (old == nullptr) {
      metadata["uid"] = fmt::format("uid-{}", ++uids_);
      metadata["creationTimestamp"] = to_rfc3339(loop_.clock().wall());
      metadata["generation"] = 1;
    } else {
      metadata["uid"] = old->metadata().uid;
      metadata["generation"] = old->metadata().generation;
      metadata["resourceVersion"] = std::to_string(old->revision());
      metadata["creationTimestamp"] = to_rfc3339(*old->metadata().creation_timestamp);
      if (const auto deleted = old->metadata().deletion_timestamp) metadata["deletionTimestamp"] = to_rfc3339(*deleted);
    }
    kube::ObjectPtr made = kube::Object::from_json({}, whole).value();
    if (old != nullptr) {
      if (made->to_value() == old->to_value()) return old;
      if (*made->body() != *old->body()) metadata["generation"] = old->metadata().generation + 1;
    }
    metadata["resourceVersion"] = std::to_string(++revision_);
    made = kube::Object::from_json({}, whole).value();
    const bool is_gone = made->metadata().is_deleting() && made->metadata().finalizers.empty();
    if (is_gone) {
      --revision_;
      erase_now(resource, *made);
      return made;
    }
    objects_[resource][made->key()] = made;
    using Type = client::WatchEvent::Type;
    publish(resource, {.type = old == nullptr ? Type::added : Type::modified, .object = made, .revision = revision_});
    return made;
  }

  void erase_now(const kube::GroupResource& resource, const kube::Object& old) {
    kube::ObjectMeta metadata = old.metadata();
    metadata.resource_version = ++revision_;
    auto last = std::make_shared<const kube::Object>(old.kind(), std::move(metadata), old.body(), old.status());
    objects_[resource].erase(last->key());
    publish(resource, {.type = client::WatchEvent::Type::deleted, .object = last, .revision = revision_});
  }

  void publish(const kube::GroupResource& resource, const client::WatchEvent& event) {
    history_.emplace_back(resource, event);
    std::erase_if(watches_, [](const auto& stream) { return !stream->is_open; });
    const auto watches = watches_;
    for (const auto& stream : watches) {
      if (stream->resource == resource) send(stream, event);
    }
  }

  void send(const std::shared_ptr<Stream>& stream, client::WatchEvent event) {
    if (!stream->namespace_.empty() && event.object->metadata().namespace_ != stream->namespace_) return;
    if (is_holding_) {
      held_.emplace_back(stream, std::move(event));
    } else {
      deliver(stream, std::move(event));
    }
  }

  void deliver(const std::shared_ptr<Stream>& stream, client::WatchEvent event) {
    if (!answer_after) {
      if (stream->is_open) stream->handlers.on_event(std::move(event));
      return;
    }
    loop_.at(loop_.clock().ticks() + *answer_after, [stream, event = std::move(event)] {
      if (stream->is_open) stream->handlers.on_event(event);
    });
  }

  Loop& loop_;
  std::shared_ptr<bool> alive_;
  std::vector<client::ApiResource> resources_;
  std::map<kube::GroupResource, std::map<kube::NamespacedName, kube::ObjectPtr>> objects_;
  std::vector<std::pair<kube::GroupResource, client::WatchEvent>> history_;
  std::vector<std::shared_ptr<Stream>> watches_;
  std::vector<std::pair<std::shared_ptr<Stream>, client::WatchEvent>> held_;
  std::uint64_t revision_ = 100;
  std::uint64_t oldest_ = 0;
  std::uint64_t uids_ = 0;
  bool is_holding_ = false;
};

}  // namespace slipway::test
