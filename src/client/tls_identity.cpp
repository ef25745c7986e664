#include "client/tls_identity.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <openssl/ssl.h>

#include "client/kubeconfig.h"

namespace slipway::client {
namespace {

namespace asio = boost::asio;

// A credential is not shown when it is about to expire on its way.
constexpr std::chrono::seconds expiry_margin{10};

}  // namespace

TlsIdentity::TlsIdentity(const ServerAccess& access, std::shared_ptr<asio::io_context> network,
                         std::chrono::seconds runs_apart)
    : access_(access),
      network_(std::move(network)),
      bearer_(access.token, access.token_file),
      authority_(access.authority),
      runs_apart_(runs_apart),
      ended_(*network_) {
  ended_.expires_at(asio::steady_timer::time_point::max());
  if (access.exec) runner_.emplace(*access.exec, exec_info(*access.exec, access));
}

Result<void> TlsIdentity::open() {
  authority_seen_ = stamp_of(access_.authority_file);
  certificate_seen_ = stamp_of(access_.certificate_file);
  key_seen_ = stamp_of(access_.key_file);
  auto made = make(access_.authority, access_.certificate, access_.key);
  if (!made) return fail(std::move(made.error()));
  context_ = *std::move(made);
  return {};
}

Result<TlsIdentity::Context> TlsIdentity::make(const std::string& authority, const std::string& certificate,
                                               const std::string& key) const {
  const char* what = "the certificate authority";
  try {
    auto tls = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
    tls->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                     asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
    SSL_CTX_set_mode(tls->native_handle(), SSL_MODE_RELEASE_BUFFERS);  // watches are many, and mostly silent
    if (authority.empty()) {
      tls->set_default_verify_paths();
    } else {
      tls->add_certificate_authority(asio::buffer(authority));
    }
    if (!certificate.empty()) {
      what = "the client certificate";
      tls->use_certificate_chain(asio::buffer(certificate));
      what = "the client key";
      tls->use_private_key(asio::buffer(key), asio::ssl::context::pem);
    }
    return tls;
  } catch (const std::exception& error) {
    return fail(Reason::usage, "{}: {} cannot be used: {}", access_.description, what, error.what());
  }
}

const TlsIdentity::Context& TlsIdentity::context() {
  read_files();
  return context_;
}

// Certificate and key are two files: for a moment one may be new and the other not, and then they do not fit.
void TlsIdentity::read_files() {
  const FileStamp authority_now = stamp_of(access_.authority_file);
  const FileStamp certificate_now = stamp_of(access_.certificate_file);
  const FileStamp key_now = stamp_of(access_.key_file);
  if (authority_now == authority_seen_ && certificate_now == certificate_seen_ && key_now == key_seen_) return;
  const auto read = [](const std::string& file, const std::string& fixed) -> Result<std::string> {
    if (file.empty()) return fixed;
    auto content = read_credential_file(file);
    if (content && content->empty()) return fail(Reason::usage, "{} is empty", file);
    return content;
  };
  const auto authority = read(access_.authority_file, access_.authority);
  const auto certificate = read(access_.certificate_file, access_.certificate);
  const auto key = read(access_.key_file, access_.key);
  if (!authority || !certificate || !key) return;
  const bool is_handed_out = credential_ && !credential_->certificate.empty();
  auto made = is_handed_out ? make(*authority, credential_->certificate, credential_->key)
                            : make(*authority, *certificate, *key);
  if (!made) return;
  context_ = *std::move(made);
  authority_ = *authority;
  authority_seen_ = authority_now;
  certificate_seen_ = certificate_now;
  key_seen_ = key_now;
}

asio::awaitable<Result<std::string>> TlsIdentity::token() {
  if (!runner_) co_return bearer_.get();
  while (!is_good()) {
    const bool is_fresh = ran_ != Time{} && std::chrono::steady_clock::now() - ran_ < runs_apart_;
    if (!is_running_ && failure_ && is_fresh) co_return fail(*failure_);
    if (is_stopped_) co_return fail(Reason::usage, "the connection is being closed");
    run_plugin();
    boost::system::error_code ignored;
    co_await ended_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    if (!is_running_ && failure_) co_return fail(*failure_);
  }
  co_return credential_->token;
}

bool TlsIdentity::is_good() const {
  return credential_ && (!credential_->expires || SystemClock{}.wall() + expiry_margin < *credential_->expires);
}

void TlsIdentity::run_plugin() {
  if (std::exchange(is_running_, true)) return;
  runner_->start([this, network = network_](Result<ExecCredential> made) {
    asio::post(*network, [this, made = std::move(made)]() mutable { plugin_ended(std::move(made)); });
  });
}

void TlsIdentity::plugin_ended(Result<ExecCredential> made) {
  is_running_ = false;
  ran_ = std::chrono::steady_clock::now();
  failure_.reset();
  if (made && made->expires && *made->expires <= SystemClock{}.wall() + expiry_margin)
    made = fail(exec_error(*access_.exec, "handed out what has expired already"));
  if (made && (!made->certificate.empty() || (credential_ && !credential_->certificate.empty()))) {
    const bool is_other = !credential_ || credential_->certificate != made->certificate;
    auto context = make(authority_, made->certificate, made->key);
    if (!context) made = fail(exec_error(*access_.exec, "handed out a certificate or key that cannot be used"));
    if (context && is_other) context_ = *std::move(context);
  }
  if (made) {
    credential_ = *std::move(made);
  } else {
    failure_ = std::move(made.error());
  }
  ended_.cancel();
}

void TlsIdentity::refused() {
  bearer_.refused();
  if (credential_ && std::chrono::steady_clock::now() - ran_ >= runs_apart_) credential_.reset();
}

void TlsIdentity::stop() {
  is_stopped_ = true;
  ended_.cancel();
  if (runner_) runner_->stop();
}

}  // namespace slipway::client
