#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace slipway::client {

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
};

}  // namespace slipway::client
