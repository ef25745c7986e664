#include "client/kubeconfig.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/bytes.h"
#include "client/exec_plugin.h"
#include "client/host_port.h"
#include "client/proxy.h"
#include "json/value.h"
#include "json/yaml.h"

namespace slipway::client {
namespace {

constexpr std::size_t file_size_max = std::size_t{16} << 20U;

struct File {
  std::string path;
  json::Value content;
  // Relative paths in a kubeconfig are relative to it.
  [[nodiscard]] std::string resolve(std::string_view relative) const {
    return (std::filesystem::path(path).parent_path() / relative).string();
  }
};

// An entry of one of the three lists, and the file that has it.
struct Entry {
  const File* file = nullptr;
  const json::Value* value = nullptr;  // its "cluster", "context" or "user"
};

std::vector<std::string> split_paths(std::string_view text) {
  std::vector<std::string> paths;
  while (!text.empty()) {
    const std::size_t end = text.find(':');
    if (const auto part = text.substr(0, end); !part.empty()) paths.emplace_back(part);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return paths;
}

Result<std::vector<File>> read_files(const std::string& path) {
  std::vector<File> files;
  const auto paths = split_paths(path);
  for (const auto& one : paths) {
    std::error_code ignored;
    if (paths.size() > 1 && !std::filesystem::exists(one, ignored)) continue;
    auto text = read_credential_file(one);
    if (!text) return fail(std::move(text.error()));
    auto content = json::parse_yaml_document(*text);
    if (!content) return fail(Reason::usage, "the kubeconfig {} cannot be read: {}", one, content.error().message);
    files.push_back({one, *std::move(content)});
  }
  if (files.empty()) return fail(Reason::usage, "there is no kubeconfig: none of {} exists", path);
  return files;
}

Entry find_entry(const std::vector<File>& files, std::string_view list, std::string_view member,
                 std::string_view name) {
  for (const File& file : files) {
    const json::Value* const entries = file.content.find(list);
    if (entries == nullptr || entries->array() == nullptr) continue;
    for (const json::Value& entry : *entries->array()) {
      if (entry.text_at({"name"}) == name) return {&file, entry.find(member)};
    }
  }
  return {};
}

std::string context_names(const std::vector<File>& files) {
  std::string names;
  for (const File& file : files) {
    const json::Value* const entries = file.content.find("contexts");
    if (entries == nullptr || entries->array() == nullptr) continue;
    for (const json::Value& entry : *entries->array()) {
      names += fmt::format("{}{}", names.empty() ? "" : ", ", entry.text_at({"name"}));
    }
  }
  return names.empty() ? "none" : names;
}

bool is_true(const json::Value& value, std::string_view name) {
  const json::Value* const member = value.find(name);
  return member != nullptr && *member == json::Value(true);
}

// `name`-data in base64, else the file that `name` names, else nothing. `file` is set when it is a file.
Result<std::string> data_or_file(const Entry& entry, const std::string& name, std::string& file) {
  if (const auto data = entry.value->text_at({name + "-data"}); !data.empty()) {
    auto decoded = decode_base64(data);
    if (!decoded)
      return fail(Reason::usage, "{}: {}-data is not base64: {}", entry.file->path, name, decoded.error().message);
    return decoded;
  }
  const auto path = entry.value->text_at({name});
  if (path.empty()) return std::string();
  file = entry.file->resolve(path);
  auto content = read_credential_file(file);
  if (!content) return fail(with_context(std::move(content.error()), fmt::format("{}: {}", entry.file->path, name)));
  return content;
}

Result<void> take_cluster(const Entry& cluster, ServerAccess& access) {
  const auto refuse_server = [&](const Error& error) { return fail(with_context(error, cluster.file->path)); };
  if (auto set = set_server_url(cluster.value->text_at({"server"}), access); !set) return refuse_server(set.error());
  // It outranks the environment, and NO_PROXY does not count for it.
  if (const auto url = cluster.value->text_at({"proxy-url"}); !url.empty()) {
    auto proxy = parse_proxy(url, fmt::format("proxy-url in {}", cluster.file->path));
    if (!proxy) return fail(std::move(proxy.error()));
    access.proxy = *std::move(proxy);
    access.proxy->url = url;
  }
  access.server_name = cluster.value->text_at({"tls-server-name"});
  access.skip_verification = is_true(*cluster.value, "insecure-skip-tls-verify");
  auto authority = data_or_file(cluster, "certificate-authority", access.authority_file);
  if (!authority) return fail(std::move(authority.error()));
  access.authority = *std::move(authority);
  if (!access.skip_verification || access.authority.empty()) return {};
  return fail(Reason::usage,
              "{}: a certificate-authority and insecure-skip-tls-verify exclude each other: take one of them away",
              cluster.file->path);
}

Result<void> take_user(const Entry& user, ServerAccess& access) {
  // Each would need something this program does not have; without it the server would see somebody else.
  for (const std::string_view refused : {"auth-provider", "username", "password", "as", "as-uid", "as-groups"}) {
    if (user.value->find(refused) != nullptr) {
      return fail(Reason::usage,
                  "{}: the user's '{}' is not supported: use a client certificate, a token or a tokenFile (kubectl "
                  "create token makes one)",
                  user.file->path, refused);
    }
  }
  auto certificate = data_or_file(user, "client-certificate", access.certificate_file);
  if (!certificate) return fail(std::move(certificate.error()));
  auto key = data_or_file(user, "client-key", access.key_file);
  if (!key) return fail(std::move(key.error()));
  if (certificate->empty() != key->empty())
    return fail(Reason::usage, "{}: a client certificate and its key go together", user.file->path);
  access.certificate = *std::move(certificate);
  access.key = *std::move(key);
  access.token = user.value->text_at({"token"});
  if (const auto path = user.value->text_at({"tokenFile"}); !path.empty()) access.token_file = user.file->resolve(path);
  const json::Value* const exec = user.value->find("exec");
  if (exec == nullptr || exec->is_null()) return {};
  auto plugin = parse_exec_plugin(*exec, std::filesystem::path(user.file->path).parent_path().string());
  if (!plugin) return fail(with_context(std::move(plugin.error()), user.file->path));
  access.exec = *std::move(plugin);
  return {};
}

}  // namespace

Result<std::string> read_credential_file(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return fail(Reason::usage, "cannot read {}: {}", path, std::strerror(errno));
  std::string content;
  std::array<char, 4096> piece;
  while (stream.read(piece.data(), piece.size()), stream.gcount() > 0) {
    content.append(piece.data(), static_cast<std::size_t>(stream.gcount()));
    if (content.size() > file_size_max) return fail(Reason::usage, "{} is too large", path);
  }
  if (!stream.eof()) return fail(Reason::usage, "cannot read {}: {}", path, std::strerror(errno));
  return content;
}

Result<void> set_server_url(std::string_view url, ServerAccess& access) {
  constexpr std::string_view scheme = "https://";
  // Without the password that somebody may have put before the @.
  const std::size_t at = url.rfind('@');
  const std::string shown =
      at == std::string_view::npos ? std::string(url) : fmt::format("{}…{}", scheme, url.substr(at));
  const auto refuse = [&shown](std::string_view why) {
    return fail(Reason::usage, "'{}' is no server this program can talk to: {}", shown, why);
  };
  if (!url.starts_with(scheme)) return refuse("give a URL that begins with https://");
  std::string_view rest = url.substr(scheme.size());
  const std::size_t path = std::min(rest.find_first_of("/?#"), rest.size());
  std::string_view base_path = rest.substr(path);
  while (base_path.ends_with('/')) base_path.remove_suffix(1);
  if (base_path.find_first_of("?# ") != std::string_view::npos) return refuse("it may have a path, but no query");
  rest = rest.substr(0, path);
  if (rest.contains('@')) return refuse("credentials do not belong into it");
  auto place = parse_host_port(rest, 443);
  if (!place) return refuse(place.error().message);
  access.host = std::move(place->host);
  access.port = place->port;
  access.base_path = base_path;
  return {};
}

Result<ServerAccess> load_kubeconfig(const std::string& path, const std::string& context) {
  auto files = read_files(path);
  if (!files) return fail(std::move(files.error()));
  std::string name = context;
  for (const File& file : *files) {
    if (name.empty()) name = file.content.text_at({"current-context"});
  }
  if (name.empty())
    return fail(Reason::usage, "{} has no current-context: name one of its contexts ({})", path, context_names(*files));
  const Entry chosen = find_entry(*files, "contexts", "context", name);
  if (chosen.value == nullptr)
    return fail(Reason::usage, "{} has no context '{}'; it has: {}", path, name, context_names(*files));
  const Entry cluster = find_entry(*files, "clusters", "cluster", chosen.value->text_at({"cluster"}));
  if (cluster.value == nullptr) {
    return fail(Reason::usage, "{}: context '{}' names the cluster '{}', which is not there", path, name,
                chosen.value->text_at({"cluster"}));
  }
  ServerAccess access;
  access.description = fmt::format("context {} of {}", name, path);
  if (auto taken = take_cluster(cluster, access); !taken) return fail(std::move(taken.error()));
  const auto user_name = chosen.value->text_at({"user"});
  if (user_name.empty()) return access;
  const Entry user = find_entry(*files, "users", "user", user_name);
  if (user.value == nullptr)
    return fail(Reason::usage, "{}: context '{}' names the user '{}', which is not there", path, name, user_name);
  if (auto taken = take_user(user, access); !taken) return fail(std::move(taken.error()));
  if (access.exec && access.exec->provide_cluster_info) access.exec->cluster_config = exec_config_of(*cluster.value);
  return access;
}

Result<ServerAccess> load_in_cluster(const EnvironmentLookup& environment, const std::string& directory) {
  const std::string host = environment("KUBERNETES_SERVICE_HOST");
  const std::string port = environment("KUBERNETES_SERVICE_PORT");
  if (host.empty() || port.empty()) {
    return fail(Reason::usage,
                "this is no pod: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set. Name a kubeconfig");
  }
  ServerAccess access;
  access.description = "the cluster this pod runs in";
  const std::string url = fmt::format("https://{}:{}", host.contains(':') ? "[" + host + "]" : host, port);
  if (auto set = set_server_url(url, access); !set) return fail(std::move(set.error()));
  access.authority_file = directory + "/ca.crt";
  auto authority = read_credential_file(access.authority_file);
  if (!authority) return fail(std::move(authority.error()));
  access.authority = *std::move(authority);
  access.token_file = directory + "/token";
  if (auto token = read_credential_file(access.token_file); !token) return fail(std::move(token.error()));
  return access;
}

Result<ServerAccess> find_access(const std::string& path, const std::string& context,
                                 const EnvironmentLookup& environment) {
  const auto found = [&]() -> Result<ServerAccess> {
    if (!path.empty()) return load_kubeconfig(path, context);
    if (const std::string paths = environment("KUBECONFIG"); !paths.empty()) return load_kubeconfig(paths, context);
    if (!environment("KUBERNETES_SERVICE_HOST").empty() && context.empty()) return load_in_cluster(environment);
    const std::string home = environment("HOME");
    if (home.empty()) return fail(Reason::usage, "there is no kubeconfig: neither KUBECONFIG nor HOME is set");
    return load_kubeconfig(home + "/.kube/config", context);
  };
  auto access = found();
  if (!access) return access;
  if (auto taken = take_proxy(environment, *access); !taken) return fail(std::move(taken.error()));
  return access;
}

}  // namespace slipway::client
