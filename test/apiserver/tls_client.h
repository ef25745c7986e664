#pragma once

#include <arpa/inet.h>
#include <memory>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

#include "apiserver/certificates.h"

namespace slipway::apiserver {

// A blocking TLS connection to 127.0.0.1 that says what it is told to, byte for byte. A read waits 20 s at most, so a
// server that never answers fails a test instead of stopping it.
class TlsClient {
 public:
  struct Options {
    std::uint16_t port = 0;
    std::string authority;                   // PEM
    const Credential* credential = nullptr;  // none: no client certificate
    int version_max = TLS1_3_VERSION;
  };

  explicit TlsClient(const Options& options)
      : context_(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free), tls_(nullptr, &SSL_free) {
    SSL_CTX_set_security_level(context_.get(), 0);  // else OpenSSL itself refuses old versions
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context_.get(), options.version_max);
    const auto authority = certificate(options.authority);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), authority.get());
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    if (options.credential != nullptr) {
      SSL_CTX_use_certificate(context_.get(), certificate(options.credential->certificate).get());
      const std::unique_ptr<BIO, decltype(&BIO_free_all)> text(
          BIO_new_mem_buf(options.credential->key.data(), static_cast<int>(options.credential->key.size())),
          &BIO_free_all);
      const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
          PEM_read_bio_PrivateKey(text.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
      SSL_CTX_use_PrivateKey(context_.get(), key.get());
    }
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval limit{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(options.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return;
    tls_.reset(SSL_new(context_.get()));
    SSL_set_fd(tls_.get(), socket_);
    connected_ = SSL_connect(tls_.get()) == 1;
    ERR_clear_error();
  }
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;
  ~TlsClient() { close(); }

  // The handshake went well on this side; with TLS 1.3 the server may still refuse our certificate, which the first
  // read tells.
  [[nodiscard]] bool is_connected() const { return connected_; }

  bool write(std::string_view bytes) {
    return connected_ && SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size())) > 0;
  }

  // What has come up to and with `mark`; all that came when the connection ended before it.
  std::string read_until(std::string_view mark) {
    for (;;) {
      if (const auto at = pending_.find(mark); at != std::string::npos) {
        std::string text = pending_.substr(0, at + mark.size());
        pending_.erase(0, text.size());
        return text;
      }
      if (!read_more()) return std::exchange(pending_, {});
    }
  }
  // Everything until the server closes.
  std::string read_to_end() {
    while (read_more()) {
    }
    return std::exchange(pending_, {});
  }
  // A whole answer: its head, and its body without the marks of chunks.
  std::string read_answer() {
    std::string answer = read_until("\r\n\r\n");
    if (answer.find("Transfer-Encoding: chunked") != std::string::npos) {
      for (;;) {
        const std::string line = read_until("\r\n");
        const std::size_t size = line.empty() ? 0 : std::stoul(line, nullptr, 16);
        answer += take(size);
        take(2);
        if (size == 0) return answer;
      }
    }
    const auto at = answer.find("Content-Length: ");
    return answer + take(at == std::string::npos ? 0 : std::stoul(answer.substr(at + 16)));
  }
  // True when the server has closed, rather than been silent for 20 s.
  [[nodiscard]] bool is_closed_by_server() const { return closed_; }

  void close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }

 private:
  using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
  static Certificate certificate(const std::string& pem) {
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> text(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                             &BIO_free_all);
    return {PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr), &X509_free};
  }
  std::string take(std::size_t size) {
    while (pending_.size() < size && read_more()) {
    }
    std::string bytes = pending_.substr(0, size);
    pending_.erase(0, bytes.size());
    return bytes;
  }
  bool read_more() {
    if (!connected_ || closed_) return false;
    char buffer[16384];
    const int size = SSL_read(tls_.get(), buffer, sizeof buffer);
    if (size <= 0) {
      const bool timed_out = SSL_get_error(tls_.get(), size) == SSL_ERROR_WANT_READ;
      closed_ = !timed_out;
      ERR_clear_error();
      return false;
    }
    pending_.append(buffer, static_cast<std::size_t>(size));
    return true;
  }

  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> tls_;
  int socket_ = -1;
  bool connected_ = false;
  bool closed_ = false;
  std::string pending_;
};

}  // namespace slipway::apiserver
