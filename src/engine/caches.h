#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/log.h"
#include "base/time.h"
#include "engine/cache.h"
#include "engine/tried_writes.h"

namespace slipway::engine {

// All caches of a runner, and the View of them without answers. Every way into a cache tells `on_change` what changed.
class Caches final : public View {
 public:
  using OnChange = std::function<void(const Collection&, std::span<const Change>)>;
  explicit Caches(const Clock& clock) : clock_(clock) {}
  void on_change(OnChange told) { on_change_ = std::move(told); }

  // The cache of a collection, made now if there is none, with the indexes asked for so far.
  Cache& make(const Collection& collection);
  void add_index(const Index& index);

  void put(Side side, const kube::GroupVersionResource& resource, kube::ObjectPtr object);
  void put_deleted(const Collection& collection, const kube::Object& last);
  void put_gone(const Collection& collection, const Key& key, const std::string& uid);
  void replace(const Collection& collection, std::vector<kube::ObjectPtr> items, std::uint64_t revision,
               std::string_view namespace_, bool history_lost);
  // The collection is no longer followed: everything in it is gone, and so is the cache.
  void drop(const Collection& collection);

  // In which version a collection is followed; "" when it is not.
  [[nodiscard]] const std::string& version(const Collection& collection) const;
  void set_version(const Collection& collection, std::string version);
  // From now on the collection's objects are kept without body (it is null), status, and what kubectl notes of the body
  // in an annotation. `kind` is theirs: partial objects do not say it.
  void keep_metadata_only(const Collection& collection, const kube::GroupVersionKind& kind);
  // The highest revision that the collection has shown; 0 for none.
  [[nodiscard]] std::uint64_t revision(const Collection& collection) const;

  // Returns whether it says something new.
  bool set_discovery(Side side, std::vector<client::ApiResource> resources);

  using View::get;
  using View::indexed;
  [[nodiscard]] kube::ObjectPtr get(const Collection& collection, const kube::NamespacedName& key) const override;
  [[nodiscard]] std::vector<kube::ObjectPtr> indexed(const Collection& collection, std::string_view index,
                                                     std::string_view value) const override;
  [[nodiscard]] std::vector<kube::ObjectPtr> list(const Collection& collection,
                                                  std::string_view namespace_) const override;
  [[nodiscard]] const Answer* answer(const Read&) const override { return nullptr; }
  [[nodiscard]] bool is_followed(const Collection& collection) const override;
  [[nodiscard]] const std::vector<client::ApiResource>& discovery(Side side) const override {
    return discovery_[static_cast<std::size_t>(side)];
  }

 private:
  struct Entry {
    std::unique_ptr<Cache> cache;
    std::string version;
    bool is_listed = false;
    std::optional<kube::GroupVersionKind> metadata_of;  // set: without content
    [[nodiscard]] kube::ObjectPtr kept(kube::ObjectPtr object) const;
  };
  [[nodiscard]] const Cache* find(const Collection& collection) const;
  [[nodiscard]] Cache* find(const Collection& collection);
  void tell(const Collection& collection, const std::vector<Change>& changes);

  const Clock& clock_;
  OnChange on_change_;
  std::unordered_map<Collection, Entry, CollectionHash> entries_;
  std::vector<Index> indexes_;
  std::array<std::vector<client::ApiResource>, 2> discovery_;
};

// What one reconcile sees: the caches, and the answers to its reads.
class PassView final : public View {
 public:
  // `tried` is what is known of the key's earlier writes; null for nothing. It lives until the controller has decided.
  explicit PassView(const Caches& caches, const TriedWrites* tried = nullptr, Log log = {})
      : caches_(caches), tried_(tried), log_(std::move(log)) {}

  using View::get;
  using View::indexed;
  [[nodiscard]] kube::ObjectPtr get(const Collection& collection, const kube::NamespacedName& key) const override {
    return caches_.get(collection, key);
  }
  [[nodiscard]] std::vector<kube::ObjectPtr> indexed(const Collection& collection, std::string_view index,
                                                     std::string_view value) const override {
    return caches_.indexed(collection, index, value);
  }
  [[nodiscard]] std::vector<kube::ObjectPtr> list(const Collection& collection,
                                                  std::string_view namespace_) const override {
    return caches_.list(collection, namespace_);
  }
  [[nodiscard]] const Answer* answer(const Read& read) const override {
    const auto found = answers_.find(read);
    return found == answers_.end() ? nullptr : &found->second;
  }
  [[nodiscard]] bool is_followed(const Collection& collection) const override {
    return caches_.is_followed(collection);
  }
  [[nodiscard]] const Tried* tried(const Write& write) const override {
    return tried_ == nullptr ? nullptr : tried_->find(write);
  }
  [[nodiscard]] const std::vector<client::ApiResource>& discovery(Side side) const override {
    used_discovery_[static_cast<std::size_t>(side)] = true;
    return caches_.discovery(side);
  }

  void set_answer(Read read, Answer answer) { answers_.insert_or_assign(std::move(read), std::move(answer)); }
  [[nodiscard]] const std::map<Read, Answer>& answers() const { return answers_; }
  // Whether the controller asked what the server of `side` serves: it must be asked again when that changes.
  [[nodiscard]] bool used_discovery(Side side) const { return used_discovery_[static_cast<std::size_t>(side)]; }

 protected:
  void report_undecodable(const kube::Object& object, const Error& error) const override {
    log_.error("{} {} cannot be read and is treated as absent: {}", object.kind().kind, object.key().text(),
               error.message);
  }

 private:
  const Caches& caches_;
  const TriedWrites* tried_;
  Log log_;
  std::map<Read, Answer> answers_;
  mutable std::array<bool, 2> used_discovery_{};
};

}  // namespace slipway::engine
