#include "apiserver/server_watch.h"

#include <algorithm>

#include "apiserver/selection.h"
#include "json/text.h"
#include "kube/status.h"

namespace slipway::apiserver {
namespace {

constexpr std::size_t chunk_bytes = 64 << 10;

std::string_view type_text(client::WatchEvent::Type type) {
  switch (type) {
    case client::WatchEvent::Type::added:
      return "ADDED";
    case client::WatchEvent::Type::modified:
      return "MODIFIED";
    case client::WatchEvent::Type::deleted:
      return "DELETED";
    case client::WatchEvent::Type::bookmark:
      return "BOOKMARK";
  }
  std::unreachable();
}

}  // namespace

void WatchStreams::close_all() {
  std::vector<std::shared_ptr<WatchStream>> all;
  for (WatchStream* stream : streams_) {
    if (auto held = stream->weak_from_this().lock()) all.push_back(std::move(held));
  }
  for (const auto& stream : all) stream->close();
}

WatchStream::~WatchStream() { release(); }

Result<void> WatchStream::start() {
  const WatchParameters& parameters = options_.parameters;
  const Resource& resource = *options_.view.resource;
  if (auto supported = check_fields(resource, parameters.selection.fields); !supported) return supported;
  std::uint64_t revision = parameters.revision != 0 ? parameters.revision : options_.registry.revision();
  Page present;
  if (parameters.sends_present) {
    auto page = options_.registry.list(resource, parameters.selection, 0, "", std::nullopt);
    if (!page) return fail(std::move(page.error()));
    present = std::move(*page);
    revision = present.revision;
  }

  is_open_ = true;
  options_.streams->add(*this);
  options_.reply->begin("application/json");  // at once: clients time out on the head (kube-api 1, fact 18)
  send_present(present);
  if (parameters.marks_end_of_present) {
    options_.reply->chunk(watch_line("BOOKMARK", render_bookmark(options_.view, revision, true)));
  }
  Registry::Receiver receiver{.on_change =
                                  [weak = weak_from_this()](const Registry::ChangeEvent& change) {
                                    if (const auto self = weak.lock()) self->pass_on(change);
                                  },
                              .on_close =
                                  [weak = weak_from_this()] {
                                    if (const auto self = weak.lock()) self->close();
                                  },
                              .namespace_ = resource.namespaced ? parameters.selection.namespace_ : std::string()};
  auto handle = options_.registry.watch(resource, revision, std::move(receiver));
  if (!handle) {
    fail_with(handle.error());
    return {};
  }
  if (!is_open_) return {};  // ended by what the registry told at once
  handle_ = std::move(*handle);

  end_at_ = options_.loop.now().ticks + options_.timeout;
  end_timer_ = options_.loop.at(end_at_, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->close();
  });
  schedule_bookmark();
  return {};
}

void WatchStream::send_present(const Page& page) {
  std::string text;
  for (const kube::ObjectPtr& object : page.items) {
    text += line_of("ADDED", object);
    if (text.size() >= chunk_bytes) options_.reply->chunk(std::exchange(text, {}));
  }
  options_.reply->chunk(std::move(text));
}

std::string WatchStream::line_of(std::string_view type, const kube::ObjectPtr& object) {
  const bool has_columns = !std::exchange(has_sent_columns_, true);
  return watch_line(type, render_watched(options_.view, object, options_.loop.now().wall, has_columns));
}

void WatchStream::pass_on(const Registry::ChangeEvent& change) {
  if (!is_open_) return;
  const auto event = selected_change(*options_.view.resource, options_.parameters.selection, change);
  if (!event) return;
  const std::string_view type = type_text(event->type);
  if (options_.view.representation.shape != Representation::Shape::whole) {
    options_.reply->chunk(line_of(type, event->object));
    return;
  }
  options_.reply->chunk(
      options_.streams->line(options_.view, change.revision, type, [&] { return line_of(type, event->object); }));
}

void WatchStream::fail_with(const Error& error) {
  options_.reply->chunk(watch_line("ERROR", json::write(kube::to_status(error))));
  close();
}

void WatchStream::schedule_bookmark() {
  if (!options_.parameters.wants_bookmarks || !is_open_) return;
  const Ticks now = options_.loop.now().ticks;
  const Ticks last = end_at_ + -bookmark_before_end;
  if (last <= now) return;
  bookmark_timer_ = options_.loop.at(std::min(now + bookmark_interval, last), [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self == nullptr || !self->is_open_) return;
    self->options_.reply->chunk(
        watch_line("BOOKMARK", render_bookmark(self->options_.view, self->options_.registry.revision(), false)));
    self->schedule_bookmark();
  });
}

void WatchStream::close() {
  if (!is_open_) return;
  release();
  options_.reply->end();
}

void WatchStream::release() {
  if (end_timer_) options_.loop.cancel(*end_timer_);
  if (bookmark_timer_) options_.loop.cancel(*bookmark_timer_);
  end_timer_.reset();
  bookmark_timer_.reset();
  if (is_open_) options_.streams->remove(*this);
  is_open_ = false;
  handle_.reset();
}

}  // namespace slipway::apiserver
