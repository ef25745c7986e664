#include "hub/selection/remembered_reads.h"

#include <algorithm>

#include "kube/selector.h"

namespace slipway::hub::selection {
namespace {

using engine::Answer;
using engine::Read;

// More single reads than this cost more than one list.
constexpr std::size_t single_reads_max = 8;

// What the cache shows of a read, in order of key; null when that cannot be said.
std::optional<std::vector<kube::ObjectPtr>> shown(const Read& read, const engine::View& view) {
  const engine::Collection collection{read.side, read.resource.group_resource()};
  if (read.kind == Read::Kind::get) {
    auto object = view.get(collection, read.key);
    return object == nullptr ? std::vector<kube::ObjectPtr>{} : std::vector{std::move(object)};
  }
  auto objects = view.list(collection, read.key.namespace_);
  if (read.label_selector.empty()) return objects;
  const auto selector = kube::parse_label_selector(read.label_selector);
  if (!selector) return std::nullopt;
  std::erase_if(objects, [&](const kube::ObjectPtr& object) { return !selector->matches(object->metadata().labels); });
  return objects;
}

bool is_same_version(const kube::Object& a, const kube::Object& b) {
  return a.metadata().uid == b.metadata().uid && a.revision() == b.revision();
}

// The one of that key; null when there is none.
kube::ObjectPtr find_among(const std::vector<kube::ObjectPtr>& objects, const kube::NamespacedName& key) {
  const auto found = std::ranges::lower_bound(objects, key, {}, [](const auto& object) { return object->key(); });
  return found == objects.end() || (*found)->key() != key ? nullptr : *found;
}

bool is_selected(const Read& list, const kube::Object& object) {
  if (list.label_selector.empty()) return true;
  const auto selector = kube::parse_label_selector(list.label_selector);
  return selector && selector->matches(object.metadata().labels);
}

}  // namespace

const std::vector<kube::ObjectPtr>* RememberedReads::find(const Read& read) const {
  const auto found = answers_.find(read);
  return found == answers_.end() ? nullptr : &found->second;
}

void RememberedReads::remember(const Read& read, const Answer& answer) {
  if (!answer) return;
  auto& objects = answers_[read];
  objects = *answer;
  std::ranges::sort(objects, {}, [](const auto& object) { return object->key(); });
}

const Answer* RememberingView::answer(const Read& read) const {
  if (const Answer* const live = view_.answer(read)) {
    used_.remember(read, *live);
    return live;
  }
  if (const auto known = recalled_.find(read); known != recalled_.end()) return &known->second;
  auto answer = recall(read);
  if (!answer) return nullptr;
  const auto [known, is_new] = recalled_.emplace(read, *std::move(answer));
  used_.remember(read, known->second);
  return &known->second;
}

// The remembered objects that the cache still shows in that version, and single live reads in place of the others: of
// what has changed, has come, or is no longer shown (an absence is confirmed, design 4).
std::optional<Answer> RememberingView::recall(const Read& read) const {
  const auto* const remembered = memory_ == nullptr ? nullptr : memory_->find(read);
  if (remembered == nullptr) return std::nullopt;
  const auto now = shown(read, view_);
  if (!now) return std::nullopt;
  std::vector<kube::ObjectPtr> objects;
  std::vector<kube::NamespacedName> other;
  for (const auto& one : *now) {
    if (auto known = find_among(*remembered, one->key()); known != nullptr && is_same_version(*known, *one)) {
      objects.push_back(std::move(known));
    } else {
      other.push_back(one->key());
    }
  }
  for (const auto& one : *remembered) {
    if (find_among(*now, one->key()) == nullptr) other.push_back(one->key());
  }
  if (read.kind == Read::Kind::get && !other.empty()) return std::nullopt;
  std::vector<Read> missing;
  for (const auto& key : other) {
    Read single{.kind = Read::Kind::get, .side = read.side, .resource = read.resource, .key = key};
    const Answer* const live = view_.answer(single);
    if (live == nullptr) {
      missing.push_back(std::move(single));
    } else if (*live) {
      if (is_selected(read, *live->value().front())) objects.push_back(live->value().front());
    } else if (live->error().reason != Reason::not_found) {
      return fail(live->error());
    }
  }
  if (missing.empty()) return objects;
  if (missing.size() == 1 || (missing.size() <= single_reads_max && missing.size() * 4 <= now->size()))
    few_changed_[read] = std::move(missing);
  return std::nullopt;
}

std::vector<Read> RememberingView::reads_for(std::vector<Read> asked) const {
  std::vector<Read> reads;
  for (Read& read : asked) {
    const auto few = few_changed_.find(read);
    if (few == few_changed_.end()) {
      reads.push_back(std::move(read));
    } else {
      reads.insert(reads.end(), few->second.begin(), few->second.end());
    }
  }
  std::ranges::sort(reads);
  const auto repeated = std::ranges::unique(reads);
  reads.erase(repeated.begin(), repeated.end());
  return reads;
}

}  // namespace slipway::hub::selection
