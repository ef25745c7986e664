#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace slipway::app {

// Writes Prometheus' text format 0.0.4.
class MetricsText {
 public:
  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;
  static constexpr std::string_view content_type = "text/plain; version=0.0.4; charset=utf-8";

  // The samples that follow belong to it. `type`: "counter", "gauge", "histogram".
  void family(std::string_view name, std::string_view type, std::string_view help);
  void sample(const Labels& labels, std::uint64_t value);
  void sample(const Labels& labels, double value);
  // Of a histogram: `counts` has one more than `bounds`, for what is above the last.
  void histogram(const Labels& labels, std::span<const double> bounds, std::span<const std::uint64_t> counts,
                 double sum);

  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  // `bound`: of a bucket, as its last label; "" for none.
  void write(std::string_view suffix, const Labels& labels, std::string_view value, std::string_view bound = {});
  std::string name_;
  std::string text_;
};

// CPU time, memory and descriptors of this process, under the names of Prometheus' clients.
void add_process_metrics(MetricsText& text);

}  // namespace slipway::app
