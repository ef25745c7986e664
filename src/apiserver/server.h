#pragma once

#include <memory>
#include <string>

#include "apiserver/identity.h"
#include "apiserver/registry.h"
#include "client/http.h"

namespace slipway::apiserver {

// Turns HTTP requests into Registry calls and answers (kube-api 2-5, 10-12) without sockets. One per cluster;
// `base_path` ("" for the hub, "/clusters/member1") is stripped from request paths and put before every URL in
// discovery and OpenAPI. Answers are parked until what they show is durable. Core thread only.
class Server {
 public:
  struct Options {
    Registry& registry;
    Loop& loop;
    const Authorizer& authorizer;
    std::string base_path;
    std::string server_address;  // "127.0.0.1:6443", for /api
    Rng rng;                     // audit ids, watch time-outs
  };
  [[nodiscard]] static std::unique_ptr<Server> make(Options options);
  virtual ~Server() = default;

  // Answers through `sink`. Destroying the exchange abandons the request (the peer went away): a watch ends.
  [[nodiscard]] virtual std::unique_ptr<client::HttpExchange> handle(client::HttpRequest request, Identity identity,
                                                                     std::shared_ptr<client::HttpSink> sink) = 0;
  // Ends every watch in order (server shutdown).
  virtual void close_streams() = 0;
};

// A Client that calls a Registry in process: no serialisation, no network; identity and RBAC as for any other client
// (design 3, 5). Callbacks run before the call returns, except watch events, which arrive with each write.
[[nodiscard]] std::unique_ptr<client::Client> make_local_client(Registry& registry, const Authorizer& authorizer,
                                                                Identity identity);

// The RBAC authorizer of a registry: evaluates Roles, ClusterRoles and their bindings as stored now (kube-api 11.2). It
// watches the registry, which must outlive it.
[[nodiscard]] std::unique_ptr<Authorizer> make_rbac_authorizer(Registry& registry);

}  // namespace slipway::apiserver
