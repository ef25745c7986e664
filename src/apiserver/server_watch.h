#pragma once

#include <memory>
#include <string>
#include <unordered_set>

#include "apiserver/server_options.h"
#include "apiserver/server_render.h"
#include "apiserver/server_reply.h"

namespace slipway::apiserver {

class WatchStream;

// The watches under way on one server, and the text of the last event, which most of them want in the same words.
class WatchStreams {
 public:
  void add(WatchStream& stream) { streams_.insert(&stream); }
  void remove(WatchStream& stream) { streams_.erase(&stream); }
  [[nodiscard]] std::size_t size() const { return streams_.size(); }
  void close_all();
  // The line for an event; `make` is called unless the same was made last.
  template <class Make>
  [[nodiscard]] const std::string& line(const ResourceView& view, std::uint64_t revision, std::string_view type,
                                        Make make) {
    if (resource_ != view.resource || revision_ != revision || version_ != view.version->name || type_ != type) {
      line_ = make();
      resource_ = view.resource;
      revision_ = revision;
      version_ = view.version->name;
      type_ = type;
    }
    return line_;
  }

 private:
  std::unordered_set<WatchStream*> streams_;
  std::shared_ptr<const Resource> resource_;
  std::uint64_t revision_ = 0;
  std::string version_;
  std::string type_;
  std::string line_;
};

// One watch (kube-api 10.5): the present state where asked for, then every change that the selectors see, bookmarks,
// the end.
class WatchStream : public std::enable_shared_from_this<WatchStream> {
 public:
  struct Options {
    Registry& registry;
    Loop& loop;
    std::shared_ptr<WatchStreams> streams;
    std::shared_ptr<Reply> reply;
    ResourceView view;
    WatchParameters parameters;
    std::chrono::seconds timeout;
  };
  explicit WatchStream(Options options) : options_(std::move(options)) {}
  ~WatchStream();
  WatchStream(const WatchStream&) = delete;
  WatchStream& operator=(const WatchStream&) = delete;

  // An error is yet to be answered: nothing has been sent. What goes wrong later is an ERROR event.
  [[nodiscard]] Result<void> start();
  // Ends in order.
  void close();

 private:
  static constexpr std::chrono::seconds bookmark_interval{60};
  static constexpr std::chrono::seconds bookmark_before_end{2};

  void send_present(const Page& page);
  void pass_on(const Registry::ChangeEvent& change);
  [[nodiscard]] std::string line_of(std::string_view type, const kube::ObjectPtr& object);
  void fail_with(const Error& error);
  void schedule_bookmark();
  void release();

  Options options_;
  std::unique_ptr<client::WatchHandle> handle_;
  std::optional<Loop::TimerId> end_timer_;
  std::optional<Loop::TimerId> bookmark_timer_;
  Ticks end_at_;
  bool has_sent_columns_ = false;
  bool is_open_ = false;
};

}  // namespace slipway::apiserver
