#include "app/agent_environment.h"

#include <algorithm>

#include "base/bytes.h"
#include "client/proxy.h"

namespace slipway::app {
namespace {

constexpr int token_file_tries = 5;  // member 2.2

std::string_view trim(std::string_view text) {
  constexpr std::string_view white = " \t\r\n";
  const std::size_t first = text.find_first_not_of(white);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(white) - first + 1);
}

Result<void> take_headers(std::string_view text, client::ServerAccess& access) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = trim(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (line.empty()) continue;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0)  // which line is not said: it may hold a secret
      return fail(Reason::usage, "HUB_KUBE_HEADER: a line of it is not written as 'Name: value'");
    std::string name(trim(line.substr(0, colon)));
    std::ranges::transform(name, name.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    for (const std::string_view own :
         {"accept", "authorization", "content-length", "content-type", "host", "user-agent"}) {
      if (name == own) return fail(Reason::usage, "HUB_KUBE_HEADER: every request has its own header '{}'", name);
    }
    access.headers.emplace_back(std::move(name), trim(line.substr(colon + 1)));
  }
  return {};
}

Result<void> take_authority(const client::EnvironmentLookup& environment,
                            const std::function<bool(std::string_view)>& is_set, client::ServerAccess& access) {
  const std::string bundle = environment("CA_BUNDLE");
  const std::string data = environment("HUB_CERTIFICATE_AUTHORITY");
  for (const std::string_view name : {"CA_BUNDLE", "HUB_CERTIFICATE_AUTHORITY"}) {
    if (is_set(name) && environment(name).empty()) return fail(Reason::usage, "{} is set, but empty", name);
  }
  if (!bundle.empty() && !data.empty())
    return fail(Reason::usage, "CA_BUNDLE and HUB_CERTIFICATE_AUTHORITY are both set: keep one of them");
  if (!bundle.empty()) {
    auto authority = client::read_credential_file(bundle);
    if (!authority) return fail(with_context(std::move(authority.error()), "CA_BUNDLE"));
    access.authority = *std::move(authority);
    access.authority_file = bundle;
  } else if (!data.empty()) {
    auto authority = decode_base64(data);
    if (!authority)
      return fail(Reason::usage, "HUB_CERTIFICATE_AUTHORITY is not base64: {}", authority.error().message);
    access.authority = *std::move(authority);
  }
  return {};
}

// The files are remembered too: who renews them tells nobody (member 3.2).
Result<void> take_certificate(const client::EnvironmentLookup& environment, client::ServerAccess& access) {
  for (const auto& [name, target, file] : {std::tuple{"IDENTITY_CERT", &access.certificate, &access.certificate_file},
                                           std::tuple{"IDENTITY_KEY", &access.key, &access.key_file}}) {
    *file = environment(name);
    if (file->empty()) return fail(Reason::usage, "{} is not set: --use-ca-auth needs the path of that file", name);
    auto content = client::read_credential_file(*file);
    if (!content) return fail(with_context(std::move(content.error()), name));
    *target = *std::move(content);
  }
  return {};
}

}  // namespace

Result<client::ServerAccess> hub_access_of(const cli::AgentCommand& command,
                                           const client::EnvironmentLookup& environment,
                                           const std::function<bool(std::string_view)>& is_set,
                                           const std::function<void()>& pause) {
  if (!command.hub.kubeconfig.empty())
    return client::find_access(command.hub.kubeconfig, command.hub.context, environment);
  client::ServerAccess access;
  const std::string url = environment("HUB_SERVER_URL");
  if (url.empty()) return fail(Reason::usage, "where is the hub? Give --hub-kubeconfig, or set HUB_SERVER_URL");
  if (auto set = client::set_server_url(url, access); !set)
    return fail(with_context(std::move(set.error()), "HUB_SERVER_URL"));
  access.description = "the hub " + url;
  if (command.use_ca_auth) {
    if (auto taken = take_certificate(environment, access); !taken) return fail(std::move(taken.error()));
  } else {
    access.token_file = environment("CONFIG_PATH");
    if (access.token_file.empty())
      return fail(Reason::usage, "CONFIG_PATH is not set: it names the file with the hub's token");
    auto token = client::read_credential_file(access.token_file);
    for (int tries = 1; !token && tries < token_file_tries; ++tries) {
      pause();
      token = client::read_credential_file(access.token_file);
    }
    if (!token) return fail(with_context(std::move(token.error()), "CONFIG_PATH"));
  }
  access.skip_verification = command.tls_insecure;
  if (!command.tls_insecure) {
    if (auto taken = take_authority(environment, is_set, access); !taken) return fail(std::move(taken.error()));
  }
  if (auto taken = take_headers(environment("HUB_KUBE_HEADER"), access); !taken) return fail(std::move(taken.error()));
  if (auto taken = client::take_proxy(environment, access); !taken) return fail(std::move(taken.error()));
  return access;
}

}  // namespace slipway::app
