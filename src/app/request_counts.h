#pragma once

#include <map>
#include <memory>
#include <string>
#include <tuple>

#include "app/metrics_text.h"
#include "client/http.h"

namespace slipway::app {

// How often each server answered what, under client-go's metric name. Core thread only.
class RequestCounts {
 public:
  // `code`: the answer's status, or "<error>" when there was none.
  void count(const std::string& host, const std::string& method, const std::string& code) {
    ++counts_[{host, method, code}];
  }
  void add_to(MetricsText& text) const;

 private:
  std::map<std::tuple<std::string, std::string, std::string>, std::uint64_t> counts_;
};

// Sends through `under` and counts what comes back as of `host`. Both outlive it, and so do the exchanges' sinks.
[[nodiscard]] std::unique_ptr<client::Transport> count_requests(client::Transport& under,
                                                                std::shared_ptr<RequestCounts> counts,
                                                                std::string host);

}  // namespace slipway::app
