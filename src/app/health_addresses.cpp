#include "app/health_addresses.h"

#include <algorithm>

namespace slipway::app {
namespace {

class Addresses {
 public:
  explicit Addresses(bool in_pod) : in_pod_(in_pod) {}
  void add(const std::optional<std::string>& chosen, std::string_view in_pod, bool HealthAddress::* what) {
    const std::string address = chosen ? *chosen : std::string(in_pod_ ? in_pod : "");
    if (address.empty() || address == "0") return;
    auto found = std::ranges::find(all_, address, &HealthAddress::address);
    if (found == all_.end()) found = all_.insert(all_.end(), {.address = address});
    (*found).*what = true;
  }
  [[nodiscard]] std::vector<HealthAddress> take() { return std::move(all_); }

 private:
  const bool in_pod_;
  std::vector<HealthAddress> all_;
};

}  // namespace

std::vector<HealthAddress> health_addresses_of_controllers(const cli::ProbeChoice& choice, bool in_pod) {
  Addresses addresses(in_pod);
  addresses.add(choice.health, ":8081", &HealthAddress::has_health);
  addresses.add(choice.metrics, ":8080", &HealthAddress::has_metrics);
  return addresses.take();
}

std::vector<HealthAddress> health_addresses_of_agent(const cli::ProbeChoice& choice, bool in_pod) {
  Addresses addresses(in_pod);
  addresses.add(choice.hub_health, ":8081", &HealthAddress::has_health);
  addresses.add(choice.health, ":8091", &HealthAddress::has_health);
  addresses.add(choice.hub_metrics, ":8080", &HealthAddress::has_metrics);
  addresses.add(choice.metrics, ":8090", &HealthAddress::has_metrics);
  return addresses.take();
}

}  // namespace slipway::app
