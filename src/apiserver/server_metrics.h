#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>

namespace slipway::apiserver {

// Counts what was answered, under the names of Kubernetes' API server (kube-api 12). Core thread only.
class ServerMetrics {
 public:
  void count(const std::string& verb, const std::string& group, const std::string& resource, int code) {
    ++requests_[{verb, group, resource, code}];
  }
  // Prometheus' text format. `watches`: streams that are open now.
  [[nodiscard]] std::string text(std::size_t watches) const;

 private:
  std::map<std::tuple<std::string, std::string, std::string, int>, std::uint64_t> requests_;
};

}  // namespace slipway::apiserver
