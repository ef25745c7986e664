#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace slipway::client {

// A program that hands out credentials, as a kubeconfig names it (client.authentication.k8s.io).
struct ExecPlugin {
  std::string api_version;  // "client.authentication.k8s.io/v1" or …/v1beta1
  std::string command;      // a path, or a name to look for in PATH
  std::vector<std::string> arguments;
  std::vector<std::pair<std::string, std::string>> environment;  // beside this process's own
  std::string install_hint;                                      // for people who do not have it
  bool provide_cluster_info = false;  // whether it is told which server the credentials are for
  std::string cluster_config;         // JSON for it, from the cluster's extensions; "": none
};

// An HTTP proxy that connects us with a server by CONNECT; TLS goes through it to the server.
struct Proxy {
  std::string host;  // name or address, without brackets
  std::uint16_t port = 80;
  std::string credentials{};  // base64 of user:password, secret; "": none
  std::string source;         // what named it, for errors: "HTTPS_PROXY"
  std::string url{};          // as a kubeconfig has it, for credential plugins; secret, for it may hold the password
};

// How to reach one API server, and as whom. PEM texts are whole files; empty parts are not used.
struct ServerAccess {
  std::string description;  // for logs and errors: "context hub of /home/me/.kube/config"
  std::string host;         // name or address, without brackets
  std::uint16_t port = 443;
  std::string base_path;    // before every path, without a slash at its end: "/clusters/member1"
  std::string server_name;  // what the server's certificate must name; "" is the host
  std::string authority;    // PEM: who may sign the server's certificate; "" is the system's trust
  bool skip_verification = false;
  std::string certificate;                                   // PEM: the client's certificate chain
  std::string key;                                           // PEM
  std::string token;                                         // bearer
  std::string token_file;                                    // a bearer token that may change; outranks `token`
  std::vector<std::pair<std::string, std::string>> headers;  // sent with every request; names in lower case
  // Where the PEM texts come from: read again for new connections when they change. "": from nowhere.
  std::string authority_file{};
  std::string certificate_file{};
  std::string key_file{};
  std::optional<Proxy> proxy{};
  std::optional<ExecPlugin> exec{};  // outranks `token`; a certificate of it outranks `certificate`
};

}  // namespace slipway::client
