#include "sim/workloads/images.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace slipway::sim::workloads {
namespace {

using std::chrono::seconds;

// host/repository:tag@digest; host, tag and digest may be missing.
struct Reference {
  std::string_view host;
  std::string_view repository;
  std::optional<std::string_view> tag;
};

bool is_host(std::string_view part) {
  return part.find_first_of(".:") != std::string_view::npos || part == "localhost";
}

Reference split(std::string_view image) {
  Reference reference;
  image = image.substr(0, image.find('@'));
  if (const auto slash = image.find('/'); slash != std::string_view::npos && is_host(image.substr(0, slash))) {
    reference.host = image.substr(0, slash);
    image.remove_prefix(slash + 1);
  }
  const auto colon = image.rfind(':');
  reference.repository = image.substr(0, colon);
  if (colon != std::string_view::npos) reference.tag = image.substr(colon + 1);
  return reference;
}

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool is_repository(std::string_view repository) {
  char before = '/';
  for (const char c : repository) {
    if (!is_lower_or_digit(c)) {
      if (c != '.' && c != '_' && c != '-' && c != '/') return false;
      if (before == '/' || (c == '/' && !is_lower_or_digit(before))) return false;
    }
    before = c;
  }
  return is_lower_or_digit(before);
}

bool is_tag(std::string_view tag) {
  constexpr std::size_t length_max = 128;
  const auto is_word = [](char c) { return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !tag.empty() && tag.size() <= length_max && is_word(tag.front()) &&
         std::ranges::all_of(tag, [&](char c) { return is_word(c) || c == '.' || c == '-'; });
}

bool names_something_missing(std::string_view text) {
  constexpr std::array<std::string_view, 5> marks{"does-not-exist", "doesnotexist", "nonexistent", "invalid",
                                                  "bad-tag"};
  return std::ranges::any_of(marks, [&](std::string_view mark) { return text.find(mark) != std::string_view::npos; });
}

}  // namespace

ImageOutcome image_outcome(std::string_view image, std::string_view override) {
  const Reference reference = split(image);
  if (!is_repository(reference.repository) || (reference.tag && !is_tag(*reference.tag)))
    return ImageOutcome::invalid_name;
  if (override == "ok") return ImageOutcome::ok;
  if (override == "notFound") return ImageOutcome::not_found;
  if (override == "denied") return ImageOutcome::denied;
  if (override == "timeout") return ImageOutcome::timeout;
  const std::string_view host = reference.host.substr(0, reference.host.find(':'));
  if (host.ends_with(".invalid") || host.ends_with(".example")) return ImageOutcome::timeout;
  if (reference.repository == "random-image-name" || names_something_missing(reference.repository) ||
      names_something_missing(reference.tag.value_or(""))) {
    return ImageOutcome::not_found;
  }
  return ImageOutcome::ok;
}

std::string describe_failure(std::string_view image, ImageOutcome outcome) {
  switch (outcome) {
    case ImageOutcome::ok:
      return "";
    case ImageOutcome::invalid_name:
      return fmt::format("Failed to apply default image tag \"{}\": couldn't parse image name", image);
    case ImageOutcome::not_found:
      return fmt::format("failed to pull image \"{0}\": {0}: not found", image);
    case ImageOutcome::denied:
      return fmt::format("failed to pull image \"{}\": pull access denied", image);
    case ImageOutcome::timeout:
      return fmt::format("failed to pull image \"{}\": its registry does not answer", image);
  }
  std::unreachable();
}

PullState pull_state(seconds since_first_try) {
  constexpr seconds try_time{5};
  constexpr seconds longest{300};
  seconds begin{0};
  seconds wait{10};
  while (wait < longest && begin + wait <= since_first_try) {
    begin += wait;
    wait = std::min(wait * 2, longest);
  }
  if (wait == longest && since_first_try > begin) begin += (since_first_try - begin) / wait * wait;
  if (since_first_try < begin + try_time) return {.is_backing_off = false, .since = begin, .until = begin + try_time};
  return {.is_backing_off = true, .since = begin + try_time, .until = begin + wait};
}

}  // namespace slipway::sim::workloads
