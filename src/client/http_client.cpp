#include "client/http_client.h"

#include <map>

#include "client/discovery.h"
#include "client/http_call.h"
#include "client/http_watch.h"
#include "client/resource_path.h"
#include "client/watch_stream.h"
#include "client/write_request.h"

namespace slipway::client {
namespace {

constexpr std::string_view page_size = "500";
// A list whose pages expire while they are fetched begins anew so often.
constexpr int restarts_max = 2;
// A watch that was to end so long ago is lost.
constexpr Duration watch_grace = std::chrono::seconds{30};

constexpr std::string_view accept_json = "application/json";
constexpr std::string_view accept_metadata =
    "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";
constexpr std::string_view accept_metadata_list =
    "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";
constexpr std::string_view accept_discovery =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

class HttpClient final : public Client {
 public:
  explicit HttpClient(HttpClientOptions options) : options_(std::move(options)) {}

  void get(const kube::GroupVersionResource& resource, const kube::NamespacedName& key,
           Callback<Result<kube::ObjectPtr>> done) override {
    HttpRequest request{.method = "GET", .target = resource_path(resource, key), .headers = {}, .body = {}};
    send(std::move(request), accept_json, false,
         [resource, done = std::move(done)](Result<json::Value> answer) mutable {
           if (!answer) return done(fail(std::move(answer.error())));
           done(parse_object(*answer, {resource.group, resource.version, ""}, false));
         });
  }

  void list(const kube::GroupVersionResource& resource, const ListOptions& options,
            Callback<Result<ListResult>> done) override {
    list_page(std::make_shared<Listing>(Listing{.resource = resource, .options = options, .done = std::move(done)}));
  }

  std::unique_ptr<WatchHandle> watch(const kube::GroupVersionResource& resource, const ListOptions& options,
                                     std::uint64_t revision, WatchHandlers handlers) override {
    HttpRequest request = collection_request(resource, options);
    const std::uint64_t seconds = 300 + options_.rng.below(300);
    add_query(request.target, "allowWatchBookmarks", "true");
    if (options.initial_events) {
      add_query(request.target, "resourceVersionMatch", "NotOlderThan");
      add_query(request.target, "sendInitialEvents", "true");
      handlers.on_end = [this, told = std::move(handlers.on_end)](Result<void> end) mutable {
        // Its feature gate is off, or it is too old to know it.
        if (!end && (end.error().reason == Reason::invalid || end.error().reason == Reason::bad_request))
          streams_lists_ = false;
        told(std::move(end));
      };
    }
    if (revision != 0) add_query(request.target, "resourceVersion", std::to_string(revision));
    add_query(request.target, "timeoutSeconds", std::to_string(seconds));
    add_query(request.target, "watch", "true");
    complete(request, options.metadata_only ? accept_metadata : accept_json);
    return start_http_watch({.loop = options_.loop,
                             .transport = options_.transport,
                             .kind = {resource.group, resource.version, ""},
                             .metadata_only = options.metadata_only,
                             .timeout = std::chrono::seconds{seconds} + watch_grace},
                            std::move(request), std::move(handlers));
  }

  [[nodiscard]] bool streams_lists() const override { return streams_lists_; }

  void write(Write write, Callback<Result<kube::ObjectPtr>> done) override {
    const kube::GroupVersionKind kind{write.resource.group, write.resource.version, ""};
    send(to_request(std::move(write)), accept_json, true,
         [kind, done = std::move(done)](Result<json::Value> answer) mutable {
           if (!answer) return done(fail(std::move(answer.error())));
           if (answer->text_at({"kind"}) == "Status") return done(kube::ObjectPtr());  // removed
           done(parse_object(*answer, kind, false));
         });
  }

  void check_ready(Callback<Result<void>> done) override {
    HttpRequest request{.method = "GET", .target = "/readyz", .headers = {}, .body = {}};
    send(
        std::move(request), "*/*", false,
        [done = std::move(done)](Result<json::Value> answer) mutable {
          done(answer ? Result<void>() : Result<void>(fail(std::move(answer.error()))));
        },
        true);
  }

  void version(Callback<Result<kube::ObjectPtr>> done) override {
    HttpRequest request{.method = "GET", .target = "/version", .headers = {}, .body = {}};
    send(std::move(request), accept_json, false, [done = std::move(done)](Result<json::Value> answer) mutable {
      if (!answer) return done(fail(std::move(answer.error())));
      done(kube::Object::from_json({}, *answer));
    });
  }

  void discover(Callback<Result<std::vector<ApiResource>>> done) override {
    auto discovery = std::make_shared<Discovery>();
    discovery->done = std::move(done);
    discovery->open = 2;
    for (std::size_t part = 0; part < discovery->roots.size(); ++part) {
      HttpRequest request{.method = "GET", .target = part == 0 ? "/api" : "/apis", .headers = {}, .body = {}};
      send(std::move(request), accept_discovery, false,
           [this, discovery, part](Result<json::Value> answer) { take_root(discovery, part, std::move(answer)); });
    }
  }

 private:
  struct Listing {
    kube::GroupVersionResource resource;
    ListOptions options;
    Callback<Result<ListResult>> done;
    ListResult result{};
    std::string continue_token{};
    int restarts = 0;
    bool is_whole = false;
  };
  // Both roots first, then, of a server without the aggregated form, each group-version.
  struct Discovery {
    Callback<Result<std::vector<ApiResource>>> done;
    std::size_t open = 0;
    std::array<std::vector<std::vector<ApiResource>>, 2> roots;  // by root, in order of preference
    std::optional<Error> error;
  };

  static HttpRequest collection_request(const kube::GroupVersionResource& resource, const ListOptions& options) {
    HttpRequest request{
        .method = "GET", .target = resource_path(resource, {options.namespace_, ""}), .headers = {}, .body = {}};
    add_query(request.target, "labelSelector", options.label_selector);
    add_query(request.target, "fieldSelector", options.field_selector);
    return request;
  }

  void complete(HttpRequest& request, std::string_view accept) const {
    request.target = options_.base_path + request.target;
    request.headers.add("accept", std::string(accept));
    request.headers.add("user-agent", options_.user_agent);
  }

  void send(HttpRequest request, std::string_view accept, bool is_write, HttpCall::Done done, bool is_text = false) {
    complete(request, accept);
    const std::uint64_t id = ++last_call_;
    calls_[id] = nullptr;
    const HttpCall::Options options{.loop = options_.loop,
                                    .transport = options_.transport,
                                    .timeout = options_.timeout,
                                    .is_write = is_write,
                                    .is_text = is_text};
    auto call = HttpCall::send(options, std::move(request),
                               [this, id, done = std::move(done)](Result<json::Value> answer) mutable {
                                 const auto finished = calls_.extract(id);  // lives until this returns
                                 auto told = std::move(done);
                                 told(std::move(answer));
                               });
    if (const auto entry = calls_.find(id); entry != calls_.end()) entry->second = std::move(call);
  }

  void list_page(const std::shared_ptr<Listing>& listing) {
    HttpRequest request = collection_request(listing->resource, listing->options);
    // Pages that expire again and again: all at once, whatever it costs the server.
    listing->is_whole = listing->restarts == restarts_max;
    if (!listing->is_whole) add_query(request.target, "limit", page_size);
    add_query(request.target, "continue", listing->continue_token);
    const std::string_view accept = listing->options.metadata_only ? accept_metadata_list : accept_json;
    send(std::move(request), accept, false,
         [this, listing](Result<json::Value> answer) { take_page(listing, std::move(answer)); });
  }

  void take_page(const std::shared_ptr<Listing>& listing, Result<json::Value> answer) {
    if (!answer) {
      const Reason reason = answer.error().reason;
      const bool is_expired = !listing->continue_token.empty() && (reason == Reason::expired || reason == Reason::gone);
      if (!is_expired || ++listing->restarts > restarts_max || listing->is_whole)
        return listing->done(fail(std::move(answer.error())));
      listing->result = {};
      listing->continue_token.clear();
      return list_page(listing);
    }
    if (auto added = add_page(*listing, *answer); !added) return listing->done(fail(std::move(added.error())));
    listing->continue_token = answer->text_at({"metadata", "continue"});
    if (!listing->continue_token.empty()) return list_page(listing);
    listing->done(std::move(listing->result));
  }

  static Result<void> add_page(Listing& listing, const json::Value& page) {
    const auto revision = revision_of(page);
    if (!revision) return fail(revision.error());
    listing.result.revision = *revision;
    // Items of built-in kinds do not say what they are; the list does.
    std::string_view kind = page.text_at({"kind"});
    if (kind.ends_with("List")) kind.remove_suffix(4);
    const kube::GroupVersionKind item_kind{listing.resource.group, listing.resource.version, std::string(kind)};
    const json::Value* items = page.find("items");
    if (items == nullptr || items->array() == nullptr) return {};
    listing.result.items.reserve(listing.result.items.size() + items->array()->size());
    for (const json::Value& item : *items->array()) {
      auto object = parse_object(item, item_kind, listing.options.metadata_only);
      if (!object) return fail(std::move(object.error()));
      listing.result.items.push_back(std::move(*object));
    }
    return {};
  }

  void take_root(const std::shared_ptr<Discovery>& discovery, std::size_t part, Result<json::Value> answer) {
    if (!answer) {
      discovery->error = std::move(answer.error());
    } else if (answer->text_at({"kind"}) == "APIGroupDiscoveryList") {
      std::vector<kube::GroupVersion> stale;
      auto found = parse_aggregated(*answer, stale);
      for (const kube::GroupVersion& of : stale) discovery->roots[part].push_back(last_known(of));
      if (found) discovery->roots[part].insert(discovery->roots[part].begin(), std::move(*found));
    } else if (auto versions = parse_group_versions(*answer); !versions) {
      discovery->error = std::move(versions.error());
    } else {
      discovery->roots[part].resize(versions->size());
      discovery->open += versions->size();
      for (std::size_t position = 0; position < versions->size(); ++position) {
        ask_group_version(discovery, part, position, std::move((*versions)[position]));
      }
    }
    finish_one(discovery);
  }

  void ask_group_version(const std::shared_ptr<Discovery>& discovery, std::size_t part, std::size_t position,
                         kube::GroupVersion of) {
    HttpRequest request{
        .method = "GET", .target = resource_path({of.group, of.version, ""}, {}), .headers = {}, .body = {}};
    request.target.pop_back();  // the slash before the resource's name
    send(std::move(request), accept_json, false,
         [this, discovery, part, position, of = std::move(of)](Result<json::Value> answer) {
           auto& slot = discovery->roots[part][position];
           if (answer) {
             if (auto found = parse_resource_list(of, *answer)) slot = std::move(*found);
           } else if (answer.error().reason != Reason::not_found) {
             slot = last_known(
                 of);  // one group's own server does not answer: that must not look as if its kinds were gone
           }
           finish_one(discovery);
         });
  }

  [[nodiscard]] std::vector<ApiResource> last_known(const kube::GroupVersion& of) const {
    std::vector<ApiResource> found;
    for (const ApiResource& resource : last_discovery_) {
      if (resource.resource.group == of.group && resource.resource.version == of.version) found.push_back(resource);
    }
    return found;
  }

  void finish_one(const std::shared_ptr<Discovery>& discovery) {
    if (--discovery->open != 0) return;
    if (discovery->error) return discovery->done(fail(std::move(*discovery->error)));
    std::vector<ApiResource> all;
    for (const auto& root : discovery->roots) {
      for (const auto& resources : root) all.insert(all.end(), resources.begin(), resources.end());
    }
    mark_preferred(all);
    last_discovery_ = all;
    discovery->done(std::move(all));
  }

  HttpClientOptions options_;
  std::map<std::uint64_t, std::shared_ptr<HttpCall>> calls_;
  std::uint64_t last_call_ = 0;
  std::vector<ApiResource> last_discovery_;
  bool streams_lists_ = true;  // until the server says no
};

}  // namespace

std::unique_ptr<Client> make_http_client(HttpClientOptions options) {
  return std::make_unique<HttpClient>(std::move(options));
}

}  // namespace slipway::client
