#include "apiserver/row.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/bytes.h"
#include "json/text.h"

namespace slipway::apiserver {
namespace {

constexpr std::string_view format_name = "slipway/1";

// The text up to `separator`, which goes as well; everything when there is none.
std::string_view take_until(std::string_view& text, char separator) {
  const std::size_t end = text.find(separator);
  const std::string_view taken = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return taken;
}

bool is_object_text(std::string_view text) { return text.size() >= 2 && text.front() == '{' && text.back() == '}'; }

Result<std::uint64_t> parse_hex(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (problem != std::errc{} || end != text.data() + text.size())
    return fail(Reason::corrupt, "not a number: {}", text);
  return value;
}

}  // namespace

std::string row_key(const kube::GroupResource& resource, const kube::NamespacedName& object) {
  return fmt::format("/{}/{}/{}", resource.group.empty() ? "core" : resource.group, resource.resource, object.text());
}

Result<RowKey> parse_row_key(std::string_view key) {
  std::string_view rest = key;
  if (rest.starts_with('/')) rest.remove_prefix(1);
  std::array<std::string_view, 4> parts;
  std::size_t count = 0;
  while (count < parts.size() && !rest.empty()) parts[count++] = take_until(rest, '/');
  const bool has_empty =
      std::ranges::find(parts.begin(), parts.begin() + count, std::string_view()) != parts.begin() + count;
  if (count < 3 || !rest.empty() || has_empty) return fail(Reason::corrupt, "the key {} names no object", key);
  RowKey out{.resource = {parts[0] == "core" ? "" : std::string(parts[0]), std::string(parts[1])}, .object = {}};
  if (count == 4) out.object.namespace_ = parts[2];
  out.object.name = parts[count - 1];
  return out;
}

std::string encode_row(const kube::Object& object, std::uint64_t schema_digest) {
  std::string content;
  content.reserve(512 + (object.body() ? object.body()->size() : 0) + (object.status() ? object.status()->size() : 0));
  json::write_to(content, kube::to_json(object.metadata()));
  content += '\n';
  content += object.body() != nullptr ? std::string_view(*object.body()) : "{}";
  content += '\n';
  if (object.status() != nullptr) content += *object.status();
  return fmt::format("{} {:x} {:x} {} {}\n{}", format_name, fnv1a(content), schema_digest, object.kind().api_version(),
                     object.kind().kind, content);
}

Result<Row> decode_row(std::string_view value, std::uint64_t revision, SegmentPool& segments) {
  std::string_view content = value;
  std::string_view head = take_until(content, '\n');
  if (take_until(head, ' ') != format_name) return fail(Reason::corrupt, "not an object of this program");
  const auto checksum = parse_hex(take_until(head, ' '));
  const auto digest = parse_hex(take_until(head, ' '));
  if (!checksum || !digest || *checksum != fnv1a(content)) return fail(Reason::corrupt, "the stored object is damaged");
  auto version = kube::parse_group_version(take_until(head, ' '));
  if (!version || head.empty()) return fail(Reason::corrupt, "the stored object has no kind");

  const auto metadata = json::parse(take_until(content, '\n'));
  auto parsed = metadata ? kube::parse_metadata(*metadata) : Result<kube::ObjectMeta>(fail(metadata.error()));
  const std::string_view body = take_until(content, '\n');
  if (!parsed || !is_object_text(body)) return fail(Reason::corrupt, "the stored object cannot be read");
  parsed->resource_version = revision;
  kube::GroupVersionKind kind{std::move(version->group), std::move(version->version), std::string(head)};
  kube::Segment status = content.empty() ? nullptr : segments.intern(std::string(content));
  return Row{.object = std::make_shared<const kube::Object>(std::move(kind), std::move(*parsed),
                                                            segments.intern(std::string(body)), std::move(status)),
             .schema_digest = *digest};
}

}  // namespace slipway::apiserver
