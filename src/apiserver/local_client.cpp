// A Client without serialisation and network (design 3, 5): the same rules, the same permissions, the same objects.
#include "apiserver/conversion.h"
#include "apiserver/errors.h"
#include "apiserver/git_version.h"
#include "apiserver/selection.h"
#include "apiserver/server.h"

namespace slipway::apiserver {
namespace {

using client::Write;

std::string_view verb_of(Write::Verb verb) {
  switch (verb) {
    case Write::Verb::create:
      return "create";
    case Write::Verb::update:
    case Write::Verb::update_status:
      return "update";
    case Write::Verb::merge_patch:
    case Write::Verb::merge_patch_status:
    case Write::Verb::strategic_patch:
    case Write::Verb::json_patch:
      return "patch";
    case Write::Verb::remove:
      return "delete";
  }
  std::unreachable();
}

bool is_about_status(Write::Verb verb) {
  return verb == Write::Verb::update_status || verb == Write::Verb::merge_patch_status;
}

kube::ObjectPtr without_content(const kube::Object& object) {
  return std::make_shared<const kube::Object>(object.kind(), object.metadata(), nullptr, nullptr);
}

// What a list or watch is about, understood once.
struct Question {
  std::shared_ptr<const Resource> resource;
  std::string version;
  Selection selection;
  bool metadata_only = false;

  [[nodiscard]] kube::ObjectPtr answer(const kube::ObjectPtr& object) const {
    if (metadata_only) return without_content(*object);
    return in_version(*resource, object, version);
  }
};

class LocalWatch final : public client::WatchHandle {
 public:
  LocalWatch(Question question, client::WatchHandlers handlers)
      : heard_(std::make_shared<Heard>(Heard{std::move(question), std::move(handlers)})) {}

  Result<void> start(Registry& registry, std::uint64_t revision) {
    const Question& question = heard_->question;
    Registry::Receiver receiver{
        .on_change = [heard = heard_](const Registry::ChangeEvent& change) { heard->pass_on(change); },
        .on_close = [heard = heard_] { heard->handlers.on_end({}); },
        .namespace_ = question.resource->namespaced ? question.selection.namespace_ : ""};
    auto handle = registry.watch(*question.resource, revision, std::move(receiver));
    if (!handle) return fail(std::move(handle.error()));
    handle_ = std::move(*handle);
    return {};
  }
  void end(Result<void> outcome) { heard_->handlers.on_end(std::move(outcome)); }

 private:
  // Shared with the registry's side: a handler may end the watch that calls it.
  struct Heard {
    Question question;
    client::WatchHandlers handlers;
    void pass_on(const Registry::ChangeEvent& change) {
      auto event = selected_change(*question.resource, question.selection, change);
      if (!event) return;
      event->object = question.answer(event->object);
      handlers.on_event(std::move(*event));
    }
  };
  std::shared_ptr<Heard> heard_;
  std::unique_ptr<client::WatchHandle> handle_;
};

class LocalClient final : public client::Client {
 public:
  LocalClient(Registry& registry, const Authorizer& authorizer, Identity identity)
      : registry_(registry), authorizer_(authorizer), identity_(std::move(identity)) {}

  void get(const kube::GroupVersionResource& resource, const kube::NamespacedName& key,
           client::Callback<Result<kube::ObjectPtr>> done) override {
    done(get_now(resource, key));
  }
  void list(const kube::GroupVersionResource& resource, const client::ListOptions& options,
            client::Callback<Result<client::ListResult>> done) override {
    done(list_now(resource, options));
  }
  std::unique_ptr<client::WatchHandle> watch(const kube::GroupVersionResource& resource,
                                             const client::ListOptions& options, std::uint64_t revision,
                                             client::WatchHandlers handlers) override;
  void write(Write write, client::Callback<Result<kube::ObjectPtr>> done) override {
    done(write_now(std::move(write)));
  }
  void version(client::Callback<Result<kube::ObjectPtr>> done) override {
    done(kube::Object::from_json({}, json::Object{{"gitVersion", git_version}}));
  }
  [[nodiscard]] bool shares_objects() const override { return true; }
  void discover(client::Callback<Result<std::vector<client::ApiResource>>> done) override { done(discover_now()); }

 private:
  [[nodiscard]] Result<void> authorize(std::string_view verb, const kube::GroupVersionResource& resource,
                                       const kube::NamespacedName& key, std::string_view subresource = "") const;
  [[nodiscard]] Result<std::shared_ptr<const Resource>> find(const kube::GroupVersionResource& resource) const;
  [[nodiscard]] Result<Question> understand(std::string_view verb, const kube::GroupVersionResource& resource,
                                            const client::ListOptions& options) const;
  [[nodiscard]] Result<kube::ObjectPtr> get_now(const kube::GroupVersionResource& resource,
                                                const kube::NamespacedName& key) const;
  [[nodiscard]] Result<client::ListResult> list_now(const kube::GroupVersionResource& resource,
                                                    const client::ListOptions& options) const;
  [[nodiscard]] Result<kube::ObjectPtr> write_now(Write write);
  [[nodiscard]] Result<kube::ObjectPtr> carry_out(const Resource& resource, Write write, WriteContext context);
  [[nodiscard]] std::vector<client::ApiResource> discover_now() const;

  Registry& registry_;
  const Authorizer& authorizer_;
  Identity identity_;
};

Result<void> LocalClient::authorize(std::string_view verb, const kube::GroupVersionResource& resource,
                                    const kube::NamespacedName& key, std::string_view subresource) const {
  const Attributes attributes{.identity = identity_,
                              .verb = std::string(verb),
                              .group = resource.group,
                              .resource = resource.resource,
                              .subresource = std::string(subresource),
                              .namespace_ = key.namespace_,
                              .name = key.name,
                              .path = ""};
  if (authorizer_.authorize(attributes).allowed) return {};
  return fail(forbidden(attributes));
}

Result<std::shared_ptr<const Resource>> LocalClient::find(const kube::GroupVersionResource& resource) const {
  auto found = registry_.find(resource.group_resource());
  if (found == nullptr || found->version(resource.version) == nullptr) {
    return fail(Reason::not_found, "the server could not find the requested resource");
  }
  return found;
}

Result<Question> LocalClient::understand(std::string_view verb, const kube::GroupVersionResource& resource,
                                         const client::ListOptions& options) const {
  auto labels = kube::parse_label_selector(options.label_selector);
  if (!labels) return fail(std::move(labels.error()));
  auto fields = kube::parse_field_selector(options.field_selector);
  if (!fields) return fail(std::move(fields.error()));
  const std::string* name = selected_name(*fields);
  if (auto allowed = authorize(verb, resource, {options.namespace_, name != nullptr ? *name : ""}); !allowed) {
    return fail(std::move(allowed.error()));
  }
  auto found = find(resource);
  if (!found) return fail(std::move(found.error()));
  if (auto supported = check_fields(**found, *fields); !supported) return fail(std::move(supported.error()));
  return Question{
      .resource = std::move(*found),
      .version = resource.version,
      .selection = {.namespace_ = options.namespace_, .labels = std::move(*labels), .fields = std::move(*fields)},
      .metadata_only = options.metadata_only};
}

Result<kube::ObjectPtr> LocalClient::get_now(const kube::GroupVersionResource& resource,
                                             const kube::NamespacedName& key) const {
  if (auto allowed = authorize("get", resource, key); !allowed) return fail(std::move(allowed.error()));
  const auto found = find(resource);
  if (!found) return fail(found.error());
  auto object = registry_.get(**found, key);
  if (!object) return object;
  return in_version(**found, *object, resource.version);
}

Result<client::ListResult> LocalClient::list_now(const kube::GroupVersionResource& resource,
                                                 const client::ListOptions& options) const {
  const auto question = understand("list", resource, options);
  if (!question) return fail(question.error());
  auto page = registry_.list(*question->resource, question->selection, 0, "", std::nullopt);
  if (!page) return fail(std::move(page.error()));
  for (kube::ObjectPtr& object : page->items) object = question->answer(object);
  return client::ListResult{.items = std::move(page->items), .revision = page->revision};
}

std::unique_ptr<client::WatchHandle> LocalClient::watch(const kube::GroupVersionResource& resource,
                                                        const client::ListOptions& options, std::uint64_t revision,
                                                        client::WatchHandlers handlers) {
  auto question = understand("watch", resource, options);
  if (!question) {
    handlers.on_end(fail(std::move(question.error())));
    return std::make_unique<client::WatchHandle>();
  }
  auto watch = std::make_unique<LocalWatch>(std::move(*question), std::move(handlers));
  if (auto started = watch->start(registry_, revision); !started) watch->end(std::move(started));
  return watch;
}

Result<kube::ObjectPtr> LocalClient::write_now(Write write) {
  const std::string_view subresource = is_about_status(write.verb) ? "status" : "";
  if (auto allowed = authorize(verb_of(write.verb), write.resource, write.key, subresource); !allowed)
    return fail(std::move(allowed.error()));
  const auto found = find(write.resource);
  if (!found) return fail(found.error());
  WriteContext context;
  context.identity = identity_;
  context.version = write.resource.version;
  context.subresource = subresource;
  context.field_validation = FieldValidation::ignore;
  context.field_manager = write.field_manager;
  context.preconditions.uid = write.uid;
  if (write.resource_version != 0) context.preconditions.resource_version = std::to_string(write.resource_version);
  const std::string version = write.resource.version;
  auto written = carry_out(**found, std::move(write), std::move(context));
  if (!written) return written;
  return in_version(**found, *written, version);
}

Result<kube::ObjectPtr> LocalClient::carry_out(const Resource& resource, Write write, WriteContext context) {
  switch (write.verb) {
    case Write::Verb::create: {
      if (!write.key.name.empty() && write.body.text_at({"metadata", "name"}).empty())
        write.body["metadata"]["name"] = write.key.name;
      return registry_.create(resource, write.key.namespace_, std::move(write.body), std::move(context));
    }
    case Write::Verb::update:
    case Write::Verb::update_status:
      // The expectation stands beside the document; a version that the document was read at would only repeat or
      // contradict it.
      if (write.resource_version != 0)
        write.body["metadata"]["resourceVersion"] = std::to_string(write.resource_version);
      return registry_.update(resource, write.key, std::move(write.body), std::move(context));
    case Write::Verb::merge_patch:
    case Write::Verb::merge_patch_status:
      return registry_.patch(resource, write.key, PatchType::merge, write.body, std::move(context));
    case Write::Verb::strategic_patch:
      return registry_.patch(resource, write.key, PatchType::strategic, write.body, std::move(context));
    case Write::Verb::json_patch:
      return registry_.patch(resource, write.key, PatchType::json, write.body, std::move(context));
    case Write::Verb::remove: {
      DeleteContext removal{.write = std::move(context),
                            .preconditions = {},
                            .propagation = write.propagation,
                            .grace_period_seconds = write.grace_period_seconds};
      removal.preconditions = removal.write.preconditions;
      auto removed = registry_.remove(resource, write.key, std::move(removal));
      if (!removed) return fail(std::move(removed.error()));
      return std::move(removed->object);
    }
  }
  std::unreachable();
}

std::vector<client::ApiResource> LocalClient::discover_now() const {
  std::vector<client::ApiResource> out;
  for (const auto& resource : registry_.resources()) {
    for (const ResourceVersion& version : resource->versions) {
      out.push_back({.resource = {resource->id.group, version.name, resource->id.resource},
                     .kind = resource->kind,
                     .namespaced = resource->namespaced,
                     .verbs = resource->verbs,
                     .preferred = &version == &resource->versions.front()});
    }
  }
  return out;
}

}  // namespace

std::unique_ptr<client::Client> make_local_client(Registry& registry, const Authorizer& authorizer, Identity identity) {
  return std::make_unique<LocalClient>(registry, authorizer, std::move(identity));
}

}  // namespace slipway::apiserver
