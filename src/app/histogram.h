#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "app/metrics_text.h"

namespace slipway::app {

// How many values fell into which bucket. A bound belongs to the bucket that ends with it.
class Histogram {
 public:
  explicit Histogram(std::span<const double> bounds) : bounds_(bounds) {}  // ascending; they outlive it

  void observe(double value) {
    counts_.resize(bounds_.size() + 1);
    ++counts_[static_cast<std::size_t>(std::ranges::lower_bound(bounds_, value) - bounds_.begin())];
    sum_ += value;
  }
  // Nothing when nothing was observed.
  void add_to(MetricsText& text, const MetricsText::Labels& labels) const {
    if (!counts_.empty()) text.histogram(labels, bounds_, counts_, sum_);
  }

 private:
  std::span<const double> bounds_;
  std::vector<std::uint64_t> counts_;
  double sum_ = 0;
};

}  // namespace slipway::app
