#include "apiserver/server_metrics.h"

#include <fmt/format.h>

namespace slipway::apiserver {

std::string ServerMetrics::text(std::size_t watches) const {
  std::string out =
      "# HELP apiserver_request_total Requests that were answered.\n"
      "# TYPE apiserver_request_total counter\n";
  for (const auto& [key, count] : requests_) {
    const auto& [verb, group, resource, code] = key;
    std::string upper = verb;
    for (char& c : upper) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    out += fmt::format("apiserver_request_total{{code=\"{}\",group=\"{}\",resource=\"{}\",verb=\"{}\"}} {}\n", code,
                       group, resource, upper, count);
  }
  out += fmt::format(
      "# HELP apiserver_longrunning_requests Watches that are open.\n"
      "# TYPE apiserver_longrunning_requests gauge\n"
      "apiserver_longrunning_requests{{verb=\"WATCH\"}} {}\n",
      watches);
  return out;
}

}  // namespace slipway::apiserver
