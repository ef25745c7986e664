#include "engine/follower.h"

#include <algorithm>

#include "api/kinds.h"

namespace slipway::engine {
namespace {

const kube::GroupResource definitions_resource{"apiextensions.k8s.io", "customresourcedefinitions"};
const kube::GroupResource services_resource{"apiregistration.k8s.io", "apiservices"};
// API servers ask the servers beside them what they serve once a minute, so that their own word on it may come that
// late.
constexpr Duration services_settle = std::chrono::seconds{70};

bool can_be_followed(const client::ApiResource& resource) {
  const auto has = [&resource](std::string_view verb) {
    return std::ranges::find(resource.verbs, verb) != resource.verbs.end();
  };
  return has("list") && has("watch");
}

// The version to follow a collection in: for the fleet's kinds the one controllers read and write, else the preferred
// one.
std::string version_among(const kube::GroupResource& id, const std::vector<client::ApiResource>& resources) {
  const api::KindInfo* info = api::find_kind(id);
  std::string found;
  for (const client::ApiResource& resource : resources) {
    if (resource.resource.group_resource() != id || !can_be_followed(resource)) continue;
    if (info != nullptr && resource.resource.version == info->storage) return resource.resource.version;
    if (found.empty() || resource.preferred) found = resource.resource.version;
  }
  return found;
}

}  // namespace

Follower::Follower(Options options)
    : options_(std::move(options)),
      log_(options_.log.with("side", options_.side == Side::hub ? "hub" : "member")),
      backoff_(client::backoff_of_peer()),
      is_alive_(std::make_shared<bool>(true)) {}

Follower::~Follower() { stop(); }

void Follower::want(const kube::GroupResource& resource, const std::string& namespace_) {
  Followed& followed = followed_[resource];
  followed.is_fixed = true;
  followed.resource = {resource.group, "", resource.resource};
  if (namespace_.empty()) followed.namespaces.clear();
  if (!followed.namespaces.contains("")) followed.namespaces.insert(namespace_);
}

void Follower::want_matching(const DynamicWatch& watch) { matching_.push_back(watch); }

void Follower::start() { discover(); }

void Follower::stop() {
  *is_alive_ = false;
  for (auto* const timer : {&timer_, &rights_timer_, &services_timer_}) {
    if (*timer) options_.edge->loop.cancel(**timer);
    timer->reset();
  }
  definitions_.reset();
  services_.reset();
  catch_up_.reset();
  for (auto& [id, followed] : followed_) followed.streams.clear();
}

void Follower::discover() {
  if (!*is_alive_) return;
  if (timer_) options_.edge->loop.cancel(*timer_);
  timer_.reset();
  is_stale_ = is_discovering_;
  if (std::exchange(is_discovering_, true)) return;
  options_.edge->client(options_.side)
      ->discover([this, alive = is_alive_](Result<std::vector<client::ApiResource>> found) {
        if (*alive) discovered(std::move(found));
      });
}

void Follower::discovered(Result<std::vector<client::ApiResource>> found) {
  is_discovering_ = false;
  if (!found) {
    log_.warn("cannot find out what the server serves: {}", found.error().message);
    return discover_later();
  }
  has_discovered_ = true;
  const bool is_news = options_.edge->caches.set_discovery(options_.side, std::move(*found));
  const auto& resources = options_.edge->caches.discovery(options_.side);
  follow_fixed(resources);
  if (is_news) follow_matching(resources);
  follow_definitions(resources);
  check_synced();
  if (std::exchange(is_stale_, false)) return discover();
  if (misses_something()) return discover_later();
  backoff_.reset();
}

void Follower::discover_later() {
  if (timer_) return;
  const Ticks when = options_.edge->loop.clock().ticks() + backoff_.next(options_.rng);
  timer_ = options_.edge->loop.at(when, [this] {
    timer_.reset();
    discover();
  });
}

void Follower::follow_fixed(const std::vector<client::ApiResource>& resources) {
  for (auto& [id, followed] : followed_) {
    if (!followed.is_fixed || !followed.resource.version.empty()) continue;
    followed.resource.version = version_among(id, resources);
    if (!followed.resource.version.empty()) begin(followed);
  }
}

void Follower::follow_matching(const std::vector<client::ApiResource>& resources) {
  struct Wanted {
    std::string version;
    std::string kind;
    bool metadata_only;
    bool is_on_demand;
  };
  std::map<kube::GroupResource, Wanted> wanted;
  for (const client::ApiResource& resource : resources) {
    const kube::GroupResource id = resource.resource.group_resource();
    if (!resource.preferred || !can_be_followed(resource)) continue;
    for (const DynamicWatch& watch : matching_) {
      if (!watch.wanted(resource)) continue;
      if (watch.on_demand && !demanded_.contains({id.group, resource.kind})) continue;
      const auto [found, is_new] = wanted.try_emplace(id, version_among(id, resources), resource.kind, true, true);
      found->second.metadata_only &= watch.metadata_only;
      found->second.is_on_demand &= watch.on_demand.has_value();
    }
  }
  std::vector<kube::GroupResource> gone;
  for (const auto& [id, followed] : followed_) {
    if (followed.is_fixed) continue;
    const auto still = wanted.find(id);
    if (still == wanted.end() || still->second.version != followed.resource.version) gone.push_back(id);
  }
  for (const auto& id : gone) end(id);
  options_.on_discovery();
  for (const auto& [id, found] : wanted) {
    if (const auto known = followed_.find(id); known != followed_.end()) {
      if (known->second.rights == Rights::denied) begin_on_demand(known->second);
      continue;
    }
    Followed& followed = followed_[id];
    followed.namespaces.insert("");
    followed.resource = {id.group, found.version, id.resource};
    followed.kind = found.kind;
    followed.metadata_only = found.metadata_only;
    followed.is_on_demand = found.is_on_demand;
    if (found.is_on_demand) {
      begin_on_demand(followed);
    } else {
      begin(followed);
    }
  }
}

void Follower::note_demand(const Collection& collection, std::span<const Change> changes) {
  std::vector<kube::GroupKind> needed;
  for (const DynamicWatch& watch : matching_) {
    if (!watch.on_demand || watch.on_demand->by != collection) continue;
    for (const Change& change : changes) {
      if (change.after != nullptr) watch.on_demand->kinds(*change.after, needed);
    }
  }
  const std::size_t before = demanded_.size();
  demanded_.insert(needed.begin(), needed.end());
  if (demanded_.size() == before || std::exchange(is_demand_posted_, true)) return;
  options_.edge->loop.post([this, alive = is_alive_] {
    if (!*alive) return;
    is_demand_posted_ = false;
    if (has_discovered_) follow_matching(options_.edge->caches.discovery(options_.side));
  });
}

// Only where users' kinds matter: an agent may not look at the hub's definitions.
void Follower::follow_definitions(const std::vector<client::ApiResource>& resources) {
  if (matching_.empty() && options_.side == Side::hub) return;
  if (definitions_ == nullptr && !version_among(definitions_resource, resources).empty()) begin_definitions();
  if (services_ == nullptr && options_.side == Side::hub && !version_among(services_resource, resources).empty())
    begin_services();
}

void Follower::begin(Followed& followed) {
  const kube::GroupResource id = followed.resource.group_resource();
  const Collection collection{options_.side, id};
  auto& caches = options_.edge->caches;
  caches.set_version(collection, followed.resource.version);
  const bool metadata_only = followed.metadata_only && !options_.edge->client(options_.side)->shares_objects();
  if (metadata_only) caches.keep_metadata_only(collection, {id.group, followed.resource.version, followed.kind});
  for (const std::string& namespace_ : followed.namespaces) {
    client::Reflector::Options options{
        .loop = options_.edge->loop,
        .client = *options_.edge->client(options_.side),
        .rng = Rng(options_.rng()),
        .resource = followed.resource,
        .list = {.namespace_ = namespace_, .label_selector = {}, .field_selector = {}, .metadata_only = metadata_only}};
    client::Reflector::Handlers handlers;
    handlers.on_replace = [this, &caches, collection, namespace_](client::ListResult list, bool history_lost) {
      caches.replace(collection, std::move(list.items), list.revision, namespace_, history_lost);
      look_for_gaps();
      if (!is_synced_)
        options_.edge->loop.post([this, alive = is_alive_] {
          if (*alive) check_synced();
        });
    };
    handlers.on_event = [this, side = options_.side, resource = followed.resource, &caches,
                         collection](client::WatchEvent event) {
      look_for_gaps();
      if (event.type == client::WatchEvent::Type::deleted) return caches.put_deleted(collection, *event.object);
      caches.put(side, resource, std::move(event.object));
    };
    handlers.on_failure = [this, id, namespace_](const Error& error) { failed(id, namespace_, error); };
    Stream& stream = followed.streams[namespace_];
    stream.reflector = std::make_unique<client::Reflector>(std::move(options), std::move(handlers));
    stream.reflector->start();
  }
}

void Follower::end(const kube::GroupResource& id) {
  followed_.erase(id);
  options_.edge->caches.drop({options_.side, id});
  look_for_gaps();
}

void Follower::look_for_gaps() {
  if (catch_up_ != nullptr) catch_up_->look();
}

void Follower::catch_up(std::function<void()> done) {
  std::vector<CatchUp::Stream> streams;
  for (const auto& [id, followed] : followed_) {
    for (const auto& [namespace_, stream] : followed.streams) {
      if (!stream.reflector->is_synced()) continue;  // it has yet to list for the first time
      streams.push_back({.resource = followed.resource, .namespace_ = namespace_, .may_be_gone = !followed.is_fixed});
    }
  }
  const auto position = [this](const CatchUp::Stream& of) -> std::optional<std::uint64_t> {
    const auto followed = followed_.find(of.resource.group_resource());
    if (followed == followed_.end() || followed->second.resource != of.resource) return std::nullopt;
    const auto stream = followed->second.streams.find(of.namespace_);
    return stream == followed->second.streams.end() ? std::nullopt
                                                    : std::optional(stream->second.reflector->revision());
  };
  catch_up_ = std::make_unique<CatchUp>(CatchUp::Options{.edge = options_.edge,
                                                         .side = options_.side,
                                                         .rng = Rng(options_.rng()),
                                                         .log = log_,
                                                         .streams = std::move(streams),
                                                         .position = position,
                                                         .done = std::move(done)});
  catch_up_->start();
}

// Many definitions that come together are one piece of news.
void Follower::ask_soon() {
  backoff_.reset();
  if (std::exchange(is_discovery_posted_, true)) return;
  options_.edge->loop.post([this, alive = is_alive_] {
    if (!*alive) return;
    is_discovery_posted_ = false;
    discover();
  });
}

void Follower::begin_definitions() {
  client::Reflector::Handlers handlers;
  handlers.on_replace = [this](const client::ListResult& list, bool) {
    definition_names_.clear();
    for (const auto& item : list.items) definition_names_.insert(item->metadata().name);
    ask_soon();
  };
  handlers.on_event = [this](const client::WatchEvent& event) {
    const std::string& name = event.object->metadata().name;
    if (event.type == client::WatchEvent::Type::deleted) {
      definition_names_.erase(name);
    } else {
      definition_names_.insert(name);
    }
    ask_soon();
  };
  handlers.on_failure = [this](const Error& error) {
    const bool is_refused = error.reason == Reason::forbidden;
    if (!is_refused) return log_.warn("cannot follow custom resource definitions: {}", error.message);
    if (!std::exchange(are_definitions_refused_, true)) {
      log_.warn("may not follow custom resource definitions, and asks the server for its kinds from time to time: {}",
                error.message);
    }
    discover();  // as often as the definitions are tried
  };
  definitions_ = make_reflector(definitions_resource, std::move(handlers));
  definitions_->start();
}

// Kinds that servers of their own bring: only whoever places everything there is needs to hear of them. That one comes
// is seen by its status, too; without the right to look, the definitions' changes are what there is.
void Follower::begin_services() {
  client::Reflector::Handlers handlers;
  handlers.on_replace = [this](const client::ListResult&, bool) { service_changed(); };
  handlers.on_event = [this](const client::WatchEvent&) { service_changed(); };
  handlers.on_failure = [this](const Error& error) { log_.debug("cannot follow API services: {}", error.message); };
  services_ = make_reflector(services_resource, std::move(handlers));
  services_->start();
}

void Follower::service_changed() {
  ask_soon();
  if (services_timer_) return;
  services_timer_ = options_.edge->loop.at(options_.edge->loop.clock().ticks() + services_settle, [this] {
    services_timer_.reset();
    discover();
  });
}

std::unique_ptr<client::Reflector> Follower::make_reflector(const kube::GroupResource& resource,
                                                            client::Reflector::Handlers handlers) {
  client::Reflector::Options options{
      .loop = options_.edge->loop,
      .client = *options_.edge->client(options_.side),
      .rng = Rng(options_.rng()),
      .resource = {resource.group, "v1", resource.resource},
      .list = {.namespace_ = {}, .label_selector = {}, .field_selector = {}, .metadata_only = true}};
  return std::make_unique<client::Reflector>(std::move(options), std::move(handlers));
}

// A server serves a new kind some time after its definition has come.
bool Follower::misses_something() const {
  if (std::ranges::any_of(followed_, [](const auto& entry) { return entry.second.resource.version.empty(); }))
    return true;
  if (definition_names_.empty()) return false;
  std::set<std::string> served;
  for (const client::ApiResource& resource : options_.edge->caches.discovery(options_.side)) {
    served.insert(resource.resource.group_resource().text());
  }
  return !std::ranges::includes(served, definition_names_);
}

Follower::Stream* Follower::stream_of(const kube::GroupResource& id, const std::string& namespace_) {
  const auto followed = followed_.find(id);
  if (followed == followed_.end()) return nullptr;
  const auto stream = followed->second.streams.find(namespace_);
  return stream == followed->second.streams.end() ? nullptr : &stream->second;
}

void Follower::complain(Stream* stream, const Error& error, std::string_view text) {
  // Who joins is refused until the other side has given it its rights: no warning, unless it stays so.
  const bool is_first_refusal =
      stream != nullptr && error.reason == Reason::forbidden && !std::exchange(stream->was_refused, true);
  if (is_first_refusal) return log_.info("{}", text);
  const bool is_news = stream == nullptr || std::exchange(stream->complaint, error.message) != error.message;
  if (is_news) return log_.warn("{}", text);
  log_.debug("{}", text);
}

void Follower::failed(const kube::GroupResource& id, const std::string& namespace_, const Error& error) {
  const auto followed = followed_.find(id);
  if (followed != followed_.end() && followed->second.is_on_demand && error.reason == Reason::forbidden) {
    return options_.edge->loop.post([this, alive = is_alive_, id] {
      if (*alive) lose(id);
    });
  }
  const std::string text = fmt::format("cannot follow {}{}{} yet: {}", id.text(),
                                       namespace_.empty() ? "" : " in namespace ", namespace_, error.message);
  complain(stream_of(id, namespace_), error, text);
  if (followed == followed_.end() || followed->second.is_fixed || client::is_transient(error.reason)) return;
  followed->second.streams[namespace_].is_excused = true;
  options_.edge->loop.post([this, alive = is_alive_, is_gone = error.reason == Reason::not_found] {
    if (!*alive) return;
    if (is_gone) discover();
    check_synced();
  });
}

void Follower::check_synced() {
  if (is_synced_ || !has_discovered_) return;
  for (const auto& [id, followed] : followed_) {
    if (followed.resource.version.empty()) return;
    if (followed.is_on_demand) continue;
    for (const auto& [namespace_, stream] : followed.streams) {
      if (!stream.is_excused && !stream.reflector->is_synced()) return;
    }
  }
  is_synced_ = true;
  options_.on_synced();
}

}  // namespace slipway::engine
