#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>

#include "apiserver/registry.h"

namespace slipway::apiserver {

// The recent changes of one resource (design 5): empty after a start, keeps 75 s, and beyond that up to 10,000 events
// or 16 MiB. A paged list holds the window open from its revision on for 5 minutes (kube-api 10.2), within 64 MiB.
class WatchWindow {
 public:
  static constexpr std::chrono::seconds kept_always{75};
  static constexpr std::size_t events_max = 10'000;
  static constexpr std::size_t bytes_max = 16u << 20;
  static constexpr std::chrono::minutes page_kept{5};
  static constexpr std::size_t paged_bytes_max = 64u << 20;

  // Nothing at or before `floor` is known.
  explicit WatchWindow(std::uint64_t floor) : floor_(floor) {}
  void restart(std::uint64_t floor);

  void add(Registry::ChangeEvent event, Ticks now);
  // Changes after this revision are all here.
  [[nodiscard]] std::uint64_t floor() const { return floor_; }
  [[nodiscard]] std::size_t size() const { return events_.size(); }
  [[nodiscard]] std::uint64_t last() const { return events_.empty() ? floor_ : events_.back().event.revision; }

  // Keeps what came after `revision` for page_kept from now.
  void hold(std::uint64_t revision, Ticks now);
  // What changed after `revision` (>= floor), as it was at that revision; null: was not there.
  [[nodiscard]] std::map<kube::NamespacedName, kube::ObjectPtr> undone_to(std::uint64_t revision) const;
  // The position of the first event after `revision`; positions stay valid while the window only grows.
  [[nodiscard]] std::size_t first_after(std::uint64_t revision) const;
  [[nodiscard]] const Registry::ChangeEvent& at(std::size_t position) const { return events_[position].event; }

 private:
  struct Entry {
    Registry::ChangeEvent event;
    Ticks when;
    std::size_t bytes;
  };
  struct Hold {
    std::uint64_t revision;
    Ticks until;
  };
  void trim(Ticks now);

  std::uint64_t floor_;
  std::deque<Entry> events_;
  std::size_t bytes_ = 0;
  std::deque<Hold> holds_;  // in order of `until`
};

}  // namespace slipway::apiserver
