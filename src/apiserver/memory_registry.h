#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>

#include "apiserver/catalog.h"
#include "apiserver/claims.h"
#include "apiserver/collection.h"
#include "apiserver/custom_resources.h"
#include "apiserver/draft.h"
#include "apiserver/garbage_collector.h"
#include "apiserver/namespace_lifecycle.h"
#include "apiserver/registry.h"

namespace slipway::apiserver {

// The Registry: everything in memory, every change to the Journal. One file for each family of rules: registry_start,
// registry_read, registry_create, registry_update, registry_patch, registry_remove, registry_settle, registry_commit.
class MemoryRegistry final : public Registry {
 public:
  explicit MemoryRegistry(Options options);
  ~MemoryRegistry() override;

  Result<void> restore(std::string_view key, std::string_view value, std::uint64_t revision) override;
  Result<void> bootstrap(const std::vector<json::Value>& crds) override;
  std::shared_ptr<const Resource> find(const kube::GroupResource& id) const override { return catalog_.find(id); }
  std::shared_ptr<const Resource> find_kind(const kube::GroupKind& kind) const override {
    return catalog_.find_kind(kind);
  }
  std::vector<std::shared_ptr<const Resource>> resources() const override { return catalog_.all(); }
  std::uint64_t resources_version() const override { return catalog_.version(); }
  Result<kube::ObjectPtr> get(const Resource& resource, const kube::NamespacedName& key) const override;
  Result<Page> list(const Resource& resource, const Selection& selection, std::size_t limit,
                    std::string_view continue_token, std::optional<std::uint64_t> revision_exact) const override;
  Result<kube::ObjectPtr> create(const Resource& resource, const std::string& namespace_, json::Value body,
                                 WriteContext context) override;
  Result<kube::ObjectPtr> update(const Resource& resource, const kube::NamespacedName& key, json::Value body,
                                 WriteContext context) override;
  Result<kube::ObjectPtr> patch(const Resource& resource, const kube::NamespacedName& key, PatchType type,
                                const json::Value& patch, WriteContext context) override;
  Result<Deleted> remove(const Resource& resource, const kube::NamespacedName& key, DeleteContext context) override;
  Result<std::unique_ptr<client::WatchHandle>> watch(const Resource& resource, std::uint64_t revision,
                                                     Receiver receiver) override;
  std::uint64_t revision() const override { return journal_.current(); }
  void add_admission(std::unique_ptr<Admission> admission) override { admissions_.push_back(std::move(admission)); }
  void settle() override;
  Journal& journal() override { return journal_; }
  const Clock& clock() const override { return clock_; }

  // For the background work: what the server changes by itself, without validation or admission.
  [[nodiscard]] kube::ObjectPtr find_object(const kube::GroupResource& id, const kube::NamespacedName& key) const;
  [[nodiscard]] const Collection* find_collection(const kube::GroupResource& id) const;
  // `change` returns false to leave the object alone. A deletion that nothing holds up any more is completed.
  void amend(const Resource& resource, const kube::NamespacedName& key, const std::function<bool(Draft&)>& change);
  void amend_metadata(const Resource& resource, const kube::NamespacedName& key,
                      const std::function<bool(kube::ObjectMeta&)>& change);
  // A deletion by the server itself.
  void remove_internally(const Resource& resource, const kube::NamespacedName& key, client::Propagation propagation);
  // A creation by the server itself; one that is there already stays.
  [[nodiscard]] Result<void> create_internally(const Resource& resource, const std::string& namespace_,
                                               json::Value body);

 private:
  // What the server itself writes into an object of this kind. `old`: the stored one, null on create.
  [[nodiscard]] Result<void> prepare_kind(const Resource& resource, Draft& draft, const json::Value* old,
                                          const WriteContext& context);
  [[nodiscard]] Result<void> admit_namespace(const Resource& resource, const kube::NamespacedName& key) const;
  [[nodiscard]] AdmissionRequest admission_request(const Resource& resource, AdmissionRequest::Operation operation,
                                                   const kube::NamespacedName& key, const WriteContext& context,
                                                   const kube::ObjectPtr& old) const;
  [[nodiscard]] Result<void> mutate(const AdmissionRequest& request, const ResourceVersion& version,
                                    Draft& draft) const;
  [[nodiscard]] Result<void> judge(const AdmissionRequest& request, const json::Value& object) const;
  // `old` and `old_metadata`: the stored object, in the version of the request; null on create.
  [[nodiscard]] Result<void> validate(const Resource& resource, const ResourceVersion& version, Draft& draft,
                                      const json::Value* old, const kube::ObjectMeta* old_metadata);
  [[nodiscard]] static Result<void> check_size(const Parts& parts);
  [[nodiscard]] Result<const ResourceVersion*> version_of(const Resource& resource, const WriteContext& context) const;
  // A name from generateName that is free.
  [[nodiscard]] Result<std::string> generate_name(const Resource& resource, const kube::ObjectMeta& metadata);
  [[nodiscard]] Result<kube::ObjectPtr> create_by_update(const Resource& resource, const kube::NamespacedName& key,
                                                         json::Value body, WriteContext context);
  // Steps 5-10 of an update, for PUT and PATCH. `present` is `old` and `sent` what shall be, in the version of the
  // request.
  [[nodiscard]] Result<kube::ObjectPtr> replace(const Resource& resource, const ResourceVersion& version,
                                                const kube::ObjectPtr& old, const Draft& present, Draft sent,
                                                const WriteContext& context);

  // registry_commit.cpp: applying.
  [[nodiscard]] static kube::ObjectPtr seal(const Resource& resource, Parts parts);
  // Null `before`: created. Returns what is stored.
  kube::ObjectPtr put(const Resource& resource, const kube::ObjectPtr& before, Parts after);
  // Returns the last state with the deletion's revision.
  kube::ObjectPtr erase(const Resource& resource, const kube::ObjectPtr& before);
  void changed(const Resource& resource, ChangeEvent event);
  [[nodiscard]] Result<void> install_crd(const std::string& name, const kube::ObjectPtr& crd);
  Collection& collection(const kube::GroupResource& id);
  // Brings objects to the form that the present schema gives them (8.3): no new version, no event.
  void normalize(const Resource& resource, const std::vector<kube::NamespacedName>& keys);
  void note_event(const kube::Object& event);
  void schedule_settle();
  [[nodiscard]] bool is_due() const;
  [[nodiscard]] Result<void> admit_load() const;

  // registry_settle.cpp
  void settle_crds();
  void settle_events();

  // registry_start.cpp
  void normalize_restored();
  [[nodiscard]] Result<void> start_crds(const std::vector<json::Value>& crds);

  Journal& journal_;
  const Clock& clock_;
  Rng rng_;
  std::string prefix_;
  Catalog catalog_;
  CustomResources custom_{catalog_};
  Claims claims_;
  std::map<kube::GroupResource, std::unique_ptr<Collection>> collections_;
  std::vector<std::unique_ptr<Admission>> admissions_;
  GarbageCollector garbage_{*this};
  NamespaceLifecycle namespaces_{*this};
  std::set<std::string> crds_due_;  // terminating, or waiting for names that became free
  struct ExpiringEvent {
    Ticks due;
    kube::NamespacedName key;
    std::uint64_t revision;  // written again since: has a later entry
    std::string group;
  };
  std::deque<ExpiringEvent> events_;
  std::uint64_t start_revision_;
  int internal_depth_ = 0;  // > 0: the server writes by itself, whatever the journal holds
  struct RestoredDigest {
    kube::NamespacedName key;
    std::uint64_t digest;
  };
  std::map<kube::GroupResource, std::vector<RestoredDigest>> restored_;  // between restore() and bootstrap()
  bool settle_posted_ = false;
  bool settling_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace slipway::apiserver
