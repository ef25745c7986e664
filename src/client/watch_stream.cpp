#include "client/watch_stream.h"

#include <charconv>

#include "json/text.h"
#include "kube/status.h"

namespace slipway::client {

Result<kube::ObjectPtr> parse_object(const json::Value& value, const kube::GroupVersionKind& kind, bool metadata_only) {
  auto object = kube::Object::from_json(kind, value);
  if (!object)
    return fail(Reason::internal, "the server sent an object that cannot be read: {}", object.error().message);
  if (!metadata_only) return kube::ObjectPtr(std::move(*object));
  return std::make_shared<const kube::Object>((*object)->kind(), (*object)->metadata(), nullptr, nullptr);
}

Result<std::uint64_t> revision_of(const json::Value& value) {
  const std::string_view text = value.text_at({"metadata", "resourceVersion"});
  std::uint64_t revision = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), revision);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || revision == 0) {
    return fail(Reason::internal, "the server sent the resource version '{}', which is no number", text);
  }
  return revision;
}

Result<std::variant<WatchEvent, Error>> parse_watch_line(std::string_view line, const kube::GroupVersionKind& kind,
                                                         bool metadata_only) {
  using Type = WatchEvent::Type;
  const auto value = json::parse(line);
  if (!value)
    return fail(Reason::internal, "the server sent a watch event that cannot be read: {}", value.error().message);
  const std::string_view type = value->text_at({"type"});
  const json::Value* object = value->find("object");
  if (object == nullptr)
    return fail(Reason::internal, "the server sent a watch event of type '{}' without object", type);
  if (type == "ERROR") return kube::from_status(500, object);

  const auto revision = revision_of(*object);
  if (!revision) return fail(revision.error());
  if (type == "BOOKMARK") {
    return WatchEvent{
        .type = Type::bookmark,
        .object = nullptr,
        .revision = *revision,
        .ends_initial = object->text_at({"metadata", "annotations", "k8s.io/initial-events-end"}) == "true"};
  }
  auto parsed = parse_object(*object, kind, metadata_only);
  if (!parsed) return fail(std::move(parsed.error()));
  WatchEvent event{.type = Type::added, .object = std::move(*parsed), .revision = *revision};
  if (type == "ADDED") return event;
  event.type = type == "DELETED" ? Type::deleted : Type::modified;
  if (type == "DELETED" || type == "MODIFIED") return event;
  return fail(Reason::internal, "the server sent a watch event of the unknown type '{}'", type);
}

}  // namespace slipway::client
