#include "app/request_counts.h"

namespace slipway::app {
namespace {

class CountingSink final : public client::HttpSink {
 public:
  CountingSink(std::shared_ptr<client::HttpSink> to, std::shared_ptr<RequestCounts> counts, std::string host,
               std::string method)
      : to_(std::move(to)), counts_(std::move(counts)), host_(std::move(host)), method_(std::move(method)) {}

  void on_head(client::HttpHead head) override {
    has_head_ = true;
    counts_->count(host_, method_, std::to_string(head.status));
    to_->on_head(std::move(head));
  }
  void on_chunk(std::string bytes) override { to_->on_chunk(std::move(bytes)); }
  void on_end(Result<void> end) override {
    if (!has_head_) counts_->count(host_, method_, "<error>");
    to_->on_end(std::move(end));
  }

 private:
  const std::shared_ptr<client::HttpSink> to_;
  const std::shared_ptr<RequestCounts> counts_;
  const std::string host_;
  const std::string method_;
  bool has_head_ = false;
};

class CountingTransport final : public client::Transport {
 public:
  CountingTransport(client::Transport& under, std::shared_ptr<RequestCounts> counts, std::string host)
      : under_(under), counts_(std::move(counts)), host_(std::move(host)) {}
  std::unique_ptr<client::HttpExchange> send(client::HttpRequest request,
                                             std::shared_ptr<client::HttpSink> sink) override {
    auto counting = std::make_shared<CountingSink>(std::move(sink), counts_, host_, request.method);
    return under_.send(std::move(request), std::move(counting));
  }

 private:
  client::Transport& under_;
  const std::shared_ptr<RequestCounts> counts_;
  const std::string host_;
};

}  // namespace

void RequestCounts::add_to(MetricsText& text) const {
  text.family("rest_client_requests_total", "counter", "Requests to API servers, by status code, method and host.");
  for (const auto& [key, count] : counts_) {
    const auto& [host, method, code] = key;
    text.sample({{"code", code}, {"host", host}, {"method", method}}, count);
  }
}

std::unique_ptr<client::Transport> count_requests(client::Transport& under, std::shared_ptr<RequestCounts> counts,
                                                  std::string host) {
  return std::make_unique<CountingTransport>(under, std::move(counts), std::move(host));
}

}  // namespace slipway::app
