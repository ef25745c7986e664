#pragma once

#include <functional>
#include <memory>
#include <string>

#include "apiserver/journal.h"
#include "base/result.h"
#include "client/http.h"

namespace slipway::apiserver {

// A whole answer that is yet to be sent.
struct Answer {
  int status = 200;
  std::string body{};
  std::string content_type = "application/json";
  client::Headers headers{};  // besides those that every answer has
};

// {"kind":"Status", "status":"Failure", …} with its code, and Retry-After where the error says so (kube-api 5).
[[nodiscard]] Answer error_answer(const Error& error);
// What is not an API at all: 404, text.
[[nodiscard]] Answer page_not_found();

// The way back to one requester. What is given to it leaves the core in this order, and not before everything applied
// until then is durable (design 1.4). Core thread only.
class Reply : public std::enable_shared_from_this<Reply> {
 public:
  Reply(std::shared_ptr<client::HttpSink> sink, Journal& journal, std::string audit_id)
      : sink_(std::move(sink)), journal_(journal), audit_id_(std::move(audit_id)) {}

  void send(Answer answer);
  // A stream: begin, any number of chunks, end.
  void begin(std::string content_type);
  void chunk(std::string bytes);
  void end();
  // The peer went away: it is told nothing more.
  void abandon() { sink_.reset(); }
  [[nodiscard]] bool is_abandoned() const { return sink_ == nullptr; }
  // Receives each text for a Warning header; set before send().
  std::vector<std::string> warnings;

 private:
  [[nodiscard]] client::HttpHead head(int status, std::string content_type, client::Headers headers) const;
  void park(std::move_only_function<void(client::HttpSink&)> task);

  std::shared_ptr<client::HttpSink> sink_;
  Journal& journal_;
  std::string audit_id_;
};

}  // namespace slipway::apiserver
