#include "apiserver/server_reply.h"

#include <algorithm>

#include "json/text.h"
#include "kube/go_text.h"
#include "kube/status.h"

namespace slipway::apiserver {
namespace {

constexpr std::size_t warnings_bytes_max = 4096;
constexpr std::size_t warning_bytes_when_many = 256;

// Each distinct text once; too many are cut (kube-api 2.1).
void add_warnings(client::Headers& headers, const std::vector<std::string>& warnings) {
  std::vector<std::string> distinct;
  std::size_t bytes = 0;
  for (const std::string& warning : warnings) {
    if (std::ranges::find(distinct, warning) != distinct.end()) continue;
    distinct.push_back(warning);
    bytes += warning.size();
  }
  std::size_t sent = 0;
  for (std::string& warning : distinct) {
    if (bytes > warnings_bytes_max && warning.size() > warning_bytes_when_many) warning.resize(warning_bytes_when_many);
    sent += warning.size();
    if (sent > warnings_bytes_max) return;
    headers.add("warning", fmt::format("299 - {}", kube::go_quoted(warning)));
  }
}

}  // namespace

Answer error_answer(const Error& error) {
  Error shown = error;
  const bool is_of_store = error.reason == Reason::io || error.reason == Reason::corrupt;
  if (is_of_store) shown = with_context(std::move(shown), "Internal error occurred");
  json::Value status = kube::to_status(shown);
  // Clients read the details of a 404 without looking whether there are any (kube-api 5).
  if (error.reason == Reason::not_found && status.find("details") == nullptr) {
    status.object()->set("details", json::Object());
  }
  Answer out{.status = kube::http_code(error.reason), .body = json::write(status), .headers = {}};
  if (error.retry_after) out.headers.add("retry-after", std::to_string(error.retry_after->count()));
  return out;
}

Answer page_not_found() {
  return {.status = 404, .body = "404 page not found\n", .content_type = "text/plain; charset=utf-8", .headers = {}};
}

client::HttpHead Reply::head(int status, std::string content_type, client::Headers headers) const {
  client::HttpHead out{.status = status, .headers = std::move(headers)};
  out.headers.add("audit-id", audit_id_);
  if (out.headers.get("cache-control").empty()) out.headers.add("cache-control", "no-cache, private");
  if (!content_type.empty()) out.headers.add("content-type", std::move(content_type));
  add_warnings(out.headers, warnings);
  return out;
}

void Reply::park(std::move_only_function<void(client::HttpSink&)> task) {
  if (is_abandoned()) return;
  journal_.when_durable([self = shared_from_this(), task = std::move(task)]() mutable {
    const auto sink = self->sink_;  // a sink may abandon the exchange while it is told
    if (sink != nullptr) task(*sink);
  });
}

void Reply::send(Answer answer) {
  client::HttpHead head = this->head(answer.status, std::move(answer.content_type), std::move(answer.headers));
  park([head = std::move(head), body = std::move(answer.body)](client::HttpSink& sink) mutable {
    sink.on_head(std::move(head));
    if (!body.empty()) sink.on_chunk(std::move(body));
    sink.on_end({});
  });
}

void Reply::begin(std::string content_type) {
  park([head = head(200, std::move(content_type), {})](client::HttpSink& sink) mutable {
    sink.on_head(std::move(head));
  });
}

void Reply::chunk(std::string bytes) {
  if (bytes.empty()) return;
  park([bytes = std::move(bytes)](client::HttpSink& sink) mutable { sink.on_chunk(std::move(bytes)); });
}

void Reply::end() {
  park([](client::HttpSink& sink) { sink.on_end({}); });
}

}  // namespace slipway::apiserver
