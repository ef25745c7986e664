#pragma once

#include "apiserver/server.h"
#include "test/apiserver/registry_fixture.h"

namespace slipway::apiserver {

// What a requester was told.
struct Recorded {
  int status = 0;
  client::Headers headers;
  std::string body;
  std::vector<std::string> chunks;
  bool has_head = false;
  bool has_ended = false;

  [[nodiscard]] json::Value json() const { return json::parse(body).value_or(json::Value()); }
  [[nodiscard]] std::string message() const { return std::string(json().text_at({"message"})); }
  [[nodiscard]] std::string reason() const { return std::string(json().text_at({"reason"})); }
  // The lines of a watch.
  [[nodiscard]] std::vector<json::Value> events() const {
    std::vector<json::Value> out;
    std::string_view rest = body;
    while (!rest.empty()) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      out.push_back(json::parse(line).value_or(json::Value()));
      rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    }
    return out;
  }
  // "ADDED a, BOOKMARK": types and names.
  [[nodiscard]] std::string story() const {
    std::string out;
    for (const json::Value& event : events()) {
      out += out.empty() ? "" : ", ";
      out += event.text_at({"type"});
      const std::string_view name = event.text_at({"object", "metadata", "name"});
      if (!name.empty()) out += fmt::format(" {}", name);
    }
    return out;
  }
};

class RecordingSink final : public client::HttpSink {
 public:
  explicit RecordingSink(std::shared_ptr<Recorded> recorded) : recorded_(std::move(recorded)) {}
  void on_head(client::HttpHead head) override {
    EXPECT_FALSE(recorded_->has_head);
    recorded_->has_head = true;
    recorded_->status = head.status;
    recorded_->headers = std::move(head.headers);
  }
  void on_chunk(std::string bytes) override {
    EXPECT_TRUE(recorded_->has_head && !recorded_->has_ended);
    recorded_->body += bytes;
    recorded_->chunks.push_back(std::move(bytes));
  }
  void on_end(Result<void> end) override {
    EXPECT_TRUE(end && recorded_->has_head && !recorded_->has_ended);
    recorded_->has_ended = true;
  }

 private:
  std::shared_ptr<Recorded> recorded_;
};

// A stream that the test holds open.
struct OpenWatch {
  std::shared_ptr<Recorded> told = std::make_shared<Recorded>();
  std::unique_ptr<client::HttpExchange> exchange;
};

inline constexpr std::string_view table_accept =
    "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";

// A server in front of a registry, asked with literal requests.
class ServerFixture : public RegistryFixture {
 protected:
  ServerFixture() { serve(""); }
  ~ServerFixture() override {
    server_.reset();
    authorizer_.reset();
  }

  void serve(const std::string& base_path) {
    server_.reset();
    authorizer_ = make_rbac_authorizer(*registry_);
    server_ = Server::make({.registry = *registry_,
                            .loop = loop_,
                            .authorizer = *authorizer_,
                            .base_path = base_path,
                            .server_address = "127.0.0.1:6443",
                            .rng = Rng(3)});
  }

  struct Ask {
    std::string method = "GET";
    std::string target{};
    std::string body{};
    std::string content_type{};
    std::string accept = "application/json";
    Identity identity = {.user = "admin", .groups = {"system:masters", "system:authenticated"}};
    std::vector<std::pair<std::string, std::string>> headers{};
  };
  std::unique_ptr<client::HttpExchange> send(Ask ask, const std::shared_ptr<Recorded>& told) {
    client::HttpRequest request{.method = ask.method, .target = ask.target, .headers = {}, .body = ask.body};
    if (!ask.accept.empty()) request.headers.add("accept", ask.accept);
    if (!ask.content_type.empty()) request.headers.add("content-type", ask.content_type);
    for (auto& [name, value] : ask.headers) request.headers.add(name, value);
    auto exchange = server_->handle(std::move(request), std::move(ask.identity), std::make_shared<RecordingSink>(told));
    loop_.run_until_idle();
    return exchange;
  }
  Recorded ask(Ask ask) {
    const auto told = std::make_shared<Recorded>();
    const auto exchange = send(std::move(ask), told);
    EXPECT_TRUE(told->has_ended) << "no answer";
    EXPECT_FALSE(told->headers.get("audit-id").empty());
    return *told;
  }
  Recorded get(std::string target) { return ask({.target = std::move(target)}); }
  Recorded post(std::string target, std::string_view body, std::string content_type = "application/json") {
    return ask({.method = "POST",
                .target = std::move(target),
                .body = std::string(body),
                .content_type = std::move(content_type)});
  }
  Recorded patch_with(std::string target, std::string_view body, std::string content_type) {
    return ask({.method = "PATCH",
                .target = std::move(target),
                .body = std::string(body),
                .content_type = std::move(content_type)});
  }
  Recorded erase(std::string target, std::string_view body = "") {
    return ask({.method = "DELETE",
                .target = std::move(target),
                .body = std::string(body),
                .content_type = "application/json"});
  }
  OpenWatch watch(std::string target, std::string accept = "application/json") {
    OpenWatch out;
    out.exchange = send({.target = std::move(target), .accept = std::move(accept)}, out.told);
    return out;
  }
  void create_config_map(std::string_view name, std::string_view labels = "{}") {
    const auto told =
        post("/api/v1/namespaces/default/configmaps",
             fmt::format(R"({{"metadata": {{"name": "{}", "labels": {}}}, "data": {{"k": "v"}}}})", name, labels));
    EXPECT_EQ(told.status, 201) << told.body;
  }
  void create_widgets() {
    EXPECT_THAT(create("customresourcedefinitions.apiextensions.k8s.io", widget_crd), Ok());
    loop_.run_until_idle();
  }

  std::unique_ptr<Authorizer> authorizer_;
  std::unique_ptr<Server> server_;
};

}  // namespace slipway::apiserver
