#include "apiserver/watch_window.h"

namespace slipway::apiserver {
namespace {

constexpr std::size_t bytes_beside_segments = 512;  // metadata, roughly

// What the window alone keeps alive: segments that a change left as they were are shared with its neighbours.
std::size_t bytes_of(const Registry::ChangeEvent& event) {
  std::size_t bytes = bytes_beside_segments;
  const auto count = [&](const kube::Segment& before, const kube::Segment& after) {
    if (before != after && before != nullptr) bytes += before->size();
  };
  if (event.before != nullptr) {
    count(event.before->body(), event.after != nullptr ? event.after->body() : nullptr);
    count(event.before->status(), event.after != nullptr ? event.after->status() : nullptr);
  }
  return bytes;
}

}  // namespace

void WatchWindow::restart(std::uint64_t floor) {
  events_.clear();
  holds_.clear();
  bytes_ = 0;
  floor_ = floor;
}

void WatchWindow::add(Registry::ChangeEvent event, Ticks now) {
  const std::size_t bytes = bytes_of(event);
  events_.push_back({.event = std::move(event), .when = now, .bytes = bytes});
  bytes_ += bytes;
  trim(now);
}

void WatchWindow::hold(std::uint64_t revision, Ticks now) {
  std::erase_if(holds_, [&](const Hold& one) { return one.revision == revision || one.until <= now; });
  holds_.push_back({.revision = revision, .until = now + page_kept});
}

void WatchWindow::trim(Ticks now) {
  while (!holds_.empty() && holds_.front().until <= now) holds_.pop_front();
  std::uint64_t held_from = events_.back().event.revision;
  if (bytes_ <= paged_bytes_max) {
    for (const Hold& one : holds_) held_from = std::min(held_from, one.revision);
  }
  while (events_.size() > events_max || bytes_ > bytes_max) {
    const Entry& oldest = events_.front();
    if (now - oldest.when <= kept_always || oldest.event.revision > held_from) return;
    floor_ = oldest.event.revision;
    bytes_ -= oldest.bytes;
    events_.pop_front();
  }
}

std::map<kube::NamespacedName, kube::ObjectPtr> WatchWindow::undone_to(std::uint64_t revision) const {
  std::map<kube::NamespacedName, kube::ObjectPtr> was;
  for (std::size_t i = first_after(revision); i < events_.size(); ++i) {
    const Registry::ChangeEvent& event = events_[i].event;
    was.try_emplace((event.after != nullptr ? event.after : event.before)->key(), event.before);  // the oldest wins
  }
  return was;
}

std::size_t WatchWindow::first_after(std::uint64_t revision) const {
  const auto found =
      std::ranges::upper_bound(events_, revision, {}, [](const Entry& one) { return one.event.revision; });
  return static_cast<std::size_t>(found - events_.begin());
}

}  // namespace slipway::apiserver
