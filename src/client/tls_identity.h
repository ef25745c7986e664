#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "client/bearer_token.h"
#include "client/exec_runner.h"
#include "client/file_stamp.h"
#include "client/server_access.h"

// For tls_transport.cpp alone: it shows Asio, which is slow to compile.
namespace slipway::client {

// Whom we trust and what we show: authorities, certificate and token, each as it is now. Files are read again when they
// have changed; a credential plugin is run when what it handed out expires or is refused. Network thread only.
class TlsIdentity {
 public:
  using Context = std::shared_ptr<boost::asio::ssl::context>;

  // `access` outlives it.
  TlsIdentity(const ServerAccess& access, std::shared_ptr<boost::asio::io_context> network,
              std::chrono::seconds runs_apart);

  // Error: usage, when a certificate or key cannot be used. On any thread, before everything else.
  [[nodiscard]] Result<void> open();

  // For each request, before a connection is chosen for it; "" is none. Waits for a plugin. Error: usage.
  [[nodiscard]] boost::asio::awaitable<Result<std::string>> token();
  // For each new connection. What cannot be used, because a file is just being replaced, leaves it as it was.
  [[nodiscard]] const Context& context();
  // What context() returned last: connections of another one are not to be used again.
  [[nodiscard]] const Context& current() const { return context_; }
  // The server answered 401.
  void refused();
  // Nobody waits any more.
  void stop();

 private:
  using Time = std::chrono::steady_clock::time_point;
  [[nodiscard]] Result<Context> make(const std::string& authority, const std::string& certificate,
                                     const std::string& key) const;
  [[nodiscard]] bool is_good() const;
  void run_plugin();
  void plugin_ended(Result<ExecCredential> made);
  void read_files();

  const ServerAccess& access_;
  const std::shared_ptr<boost::asio::io_context> network_;
  Context context_;
  BearerToken bearer_;
  FileStamp authority_seen_, certificate_seen_, key_seen_;
  std::string authority_;

  const std::chrono::seconds runs_apart_;
  std::optional<ExecRunner> runner_;
  std::optional<ExecCredential> credential_;
  std::optional<Error> failure_;  // of the last run
  Time ran_{};                    // the last run ended
  boost::asio::steady_timer ended_;
  bool is_running_ = false;
  bool is_stopped_ = false;
};

}  // namespace slipway::client
