#include "app/install_server.h"

#include <algorithm>
#include <condition_variable>
#include <future>
#include <mutex>

#include "app/version.h"
#include "base/thread_loop.h"
#include "client/http_call.h"
#include "client/http_client.h"
#include "client/resource_path.h"
#include "client/tls_transport.h"
#include "json/text.h"

namespace slipway::app {
namespace {

constexpr std::chrono::seconds request_timeout{30};
constexpr std::chrono::seconds retry_delay{1};
constexpr int throttled_max = 5;  // answers 429 to one request

// What the watching side tells the waiting thread.
struct Seen {
  bool is_end = false;  // the watch ended, or could not begin
  Result<void> end{};
  std::optional<json::Value> object{};  // else this is what the object became; nothing: it is gone
};

class Inbox {
 public:
  void put(Seen seen) {
    const std::scoped_lock lock(mutex_);
    queue_.push_back(std::move(seen));
    filled_.notify_one();
  }
  std::optional<Seen> take_before(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    if (!filled_.wait_until(lock, deadline, [this] { return !queue_.empty(); })) return std::nullopt;
    Seen seen = std::move(queue_.front());
    queue_.erase(queue_.begin());
    return seen;
  }

 private:
  std::mutex mutex_;
  std::condition_variable filled_;
  std::vector<Seen> queue_;  // under mutex_
};

bool is_passing(const Error& error) {
  switch (error.reason) {
    case Reason::unavailable:
    case Reason::server_timeout:
    case Reason::too_many_requests:
    case Reason::internal:
    case Reason::expired:
    case Reason::gone:
      return true;
    default:
      return false;
  }
}

class RemoteServer final : public ApiServer {
 public:
  explicit RemoteServer(client::ServerAccess access) : access_(std::move(access)), loop_(clock_) {}
  ~RemoteServer() override {
    loop_.stop();
    client_.reset();
    transport_.reset();
  }
  RemoteServer(const RemoteServer&) = delete;
  RemoteServer& operator=(const RemoteServer&) = delete;

  Result<void> open() {
    auto transport = client::TlsTransport::open({.core = loop_, .access = access_});
    if (!transport) return fail(std::move(transport.error()));
    transport_ = *std::move(transport);
    client_ = client::make_http_client({.loop = loop_,
                                        .transport = *transport_,
                                        .rng = Rng::from_system(),
                                        .base_path = access_.base_path,
                                        .user_agent = user_agent()});
    loop_.start();
    return {};
  }

  std::string_view description() const override { return access_.description; }
  Result<json::Value> get(const std::string& target) override { return send("GET", target, nullptr); }
  Result<json::Value> create(const std::string& path, const json::Value& object) override {
    return send("POST", path, &object);
  }
  Result<json::Value> replace(const std::string& path, const json::Value& object) override {
    return send("PUT", path, &object);
  }
  Result<void> remove(const std::string& path, std::string_view uid) override {
    const json::Value options = json::Object{{"apiVersion", "v1"},
                                             {"kind", "DeleteOptions"},
                                             {"propagationPolicy", "Background"},
                                             {"preconditions", json::Object{{"uid", uid}}}};
    auto answer = send("DELETE", path, &options);
    if (!answer && answer.error().reason != Reason::not_found) return fail(std::move(answer.error()));
    return {};
  }
  Result<bool> wait_until(const kube::GroupVersionResource& resource, const kube::NamespacedName& key,
                          std::chrono::seconds timeout,
                          const std::function<bool(const json::Value*)>& is_done) override;

 private:
  static std::string user_agent() { return fmt::format("slipway/{}", version); }
  Result<json::Value> send(std::string_view method, const std::string& target, const json::Value* body);
  Result<json::Value> send_once(std::string_view method, const std::string& target, const json::Value* body);
  Result<client::ListResult> list_one(const kube::GroupVersionResource& resource, const client::ListOptions& options);

  client::ServerAccess access_;
  SystemClock clock_;
  ThreadLoop loop_;
  std::unique_ptr<client::TlsTransport> transport_;
  std::unique_ptr<client::Client> client_;
};

Result<json::Value> RemoteServer::send_once(std::string_view method, const std::string& target,
                                            const json::Value* body) {
  client::HttpRequest request{
      .method = std::string(method), .target = access_.base_path + target, .headers = {}, .body = {}};
  request.headers.add("accept", "application/json");
  request.headers.add("user-agent", user_agent());
  if (body != nullptr) {
    request.headers.add("content-type", "application/json");
    request.body = json::write(*body);
  }
  std::promise<Result<json::Value>> promise;
  std::shared_ptr<client::HttpCall> call;  // loop thread
  loop_.post([&] {
    call = client::HttpCall::send({.loop = loop_,
                                   .transport = *transport_,
                                   .timeout = request_timeout,
                                   .is_write = method != "GET",
                                   .is_text = false},
                                  std::move(request),
                                  [&](Result<json::Value> answer) { promise.set_value(std::move(answer)); });
  });
  auto answer = promise.get_future().get();
  std::promise<void> forgotten;
  loop_.post([&] {
    call.reset();
    forgotten.set_value();
  });
  forgotten.get_future().wait();
  return answer;
}

// A server that has too much to do says when to come back.
Result<json::Value> RemoteServer::send(std::string_view method, const std::string& target, const json::Value* body) {
  for (int tries = 0;; ++tries) {
    auto answer = send_once(method, target, body);
    const bool is_throttled = !answer && answer.error().reason == Reason::too_many_requests && tries < throttled_max;
    if (!is_throttled) {
      if (!answer) return fail(with_context(std::move(answer.error()), access_.description));
      return answer;
    }
    std::this_thread::sleep_for(answer.error().retry_after.value_or(retry_delay));
  }
}

Result<client::ListResult> RemoteServer::list_one(const kube::GroupVersionResource& resource,
                                                  const client::ListOptions& options) {
  std::promise<Result<client::ListResult>> promise;
  loop_.post([&] { client_->list(resource, options, [&](auto answer) { promise.set_value(std::move(answer)); }); });
  return promise.get_future().get();
}

Result<bool> RemoteServer::wait_until(const kube::GroupVersionResource& resource, const kube::NamespacedName& key,
                                      std::chrono::seconds timeout,
                                      const std::function<bool(const json::Value*)>& is_done) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  const client::ListOptions options{.namespace_ = key.namespace_,
                                    .field_selector = fmt::format("metadata.name={}", key.name)};
  const auto pause = [&] {
    std::this_thread::sleep_until(std::min(deadline, std::chrono::steady_clock::now() + retry_delay));
  };
  while (true) {
    auto listed = list_one(resource, options);
    if (!listed && !is_passing(listed.error())) return fail(with_context(listed.error(), access_.description));
    if (listed) {
      std::optional<json::Value> object;
      if (!listed->items.empty()) object = listed->items.front()->to_value();
      if (is_done(object ? &*object : nullptr)) return true;
      auto inbox = std::make_shared<Inbox>();
      std::unique_ptr<client::WatchHandle> watch;  // loop thread
      loop_.post([&] {
        watch = client_->watch(
            resource, options, listed->revision,
            {.on_event =
                 [inbox](const client::WatchEvent& event) {
                   if (event.object == nullptr) return;
                   Seen seen;
                   if (event.type != client::WatchEvent::Type::deleted) seen.object = event.object->to_value();
                   inbox->put(std::move(seen));
                 },
             .on_end = [inbox](Result<void> end) { inbox->put({.is_end = true, .end = std::move(end)}); }});
      });
      bool done = false;
      bool ended = false;
      while (!done && !ended) {
        auto seen = inbox->take_before(deadline);
        if (!seen || seen->is_end) {
          ended = true;
        } else {
          done = is_done(seen->object ? &*seen->object : nullptr);
        }
      }
      std::promise<void> closed;
      loop_.post([&] {
        watch.reset();
        closed.set_value();
      });
      closed.get_future().wait();
      if (done) return true;
    }
    if (std::chrono::steady_clock::now() >= deadline) return false;
    pause();
  }
}

}  // namespace

Result<std::unique_ptr<ApiServer>> connect_to(const client::ServerAccess& access) {
  auto server = std::make_unique<RemoteServer>(access);
  if (auto opened = server->open(); !opened) return fail(std::move(opened.error()));
  return std::unique_ptr<ApiServer>(std::move(server));
}

Result<std::optional<json::Value>> find(ApiServer& server, const std::string& path) {
  auto object = server.get(path);
  if (object) return std::optional<json::Value>(*std::move(object));
  if (object.error().reason == Reason::not_found) return std::optional<json::Value>();
  return fail(std::move(object.error()));
}

std::string ObjectPlace::path() const { return client::resource_path(resource, key); }
std::string ObjectPlace::collection() const { return client::resource_path(resource, {key.namespace_, ""}); }
std::string ObjectPlace::text() const { return fmt::format("{} {}", kind, key.text()); }

ObjectPlace place_of(const json::Value& object) {
  const std::string_view api_version = object.text_at({"apiVersion"});
  const std::size_t slash = api_version.find('/');
  ObjectPlace place;
  if (slash != std::string_view::npos) place.resource.group = api_version.substr(0, slash);
  place.resource.version = slash == std::string_view::npos ? api_version : api_version.substr(slash + 1);
  std::string kind(object.text_at({"kind"}));
  std::ranges::transform(kind, kind.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  place.resource.resource = kind + "s";  // as the plurals of all kinds here are
  place.kind = std::move(kind);
  place.key = {std::string(object.text_at({"metadata", "namespace"})),
               std::string(object.text_at({"metadata", "name"}))};
  return place;
}

std::string Access::text() const {
  std::string text = fmt::format("{} {}", verb, resource);
  if (!subresource.empty()) text += "/" + subresource;
  if (!group.empty()) text += "." + group;
  if (!name.empty()) text += fmt::format(" '{}'", name);
  if (!namespace_.empty()) text += fmt::format(" in namespace {}", namespace_);
  return text;
}

Result<bool> is_allowed(ApiServer& server, const Access& access) {
  json::Object attributes{{"verb", access.verb}, {"group", access.group}, {"resource", access.resource}};
  if (!access.subresource.empty()) attributes.set("subresource", access.subresource);
  if (!access.namespace_.empty()) attributes.set("namespace", access.namespace_);
  if (!access.name.empty()) attributes.set("name", access.name);
  const json::Value review = json::Object{{"apiVersion", "authorization.k8s.io/v1"},
                                          {"kind", "SelfSubjectAccessReview"},
                                          {"spec", json::Object{{"resourceAttributes", std::move(attributes)}}}};
  auto answer = server.create("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review);
  if (!answer) return fail(std::move(answer.error()));
  const json::Value* const allowed = answer->find_path({"status", "allowed"});
  return allowed != nullptr && allowed->boolean() != nullptr && *allowed->boolean();
}

}  // namespace slipway::app
