#include "client/exec_plugin.h"

#include <filesystem>

#include "base/bytes.h"
#include "client/host_port.h"
#include "json/text.h"

namespace slipway::client {
namespace {

constexpr std::string_view v1 = "client.authentication.k8s.io/v1";
constexpr std::string_view v1beta1 = "client.authentication.k8s.io/v1beta1";
constexpr std::string_view extension_name = "client.authentication.k8s.io/exec";

std::string url_of(const ServerAccess& access) {
  return fmt::format("https://{}{}", host_port_text(access.host, access.port), access.base_path);
}

bool is_true(const json::Value& value, std::string_view name) {
  const json::Value* const member = value.find(name);
  return member != nullptr && *member == json::Value(true);
}

}  // namespace

Result<ExecPlugin> parse_exec_plugin(const json::Value& exec, const std::string& directory) {
  ExecPlugin plugin;
  plugin.api_version = exec.text_at({"apiVersion"});
  plugin.command = exec.text_at({"command"});
  plugin.install_hint = exec.text_at({"installHint"});
  plugin.provide_cluster_info = is_true(exec, "provideClusterInfo");
  if (plugin.command.empty()) return fail(Reason::usage, "the user's exec names no command");
  if (plugin.api_version != v1 && plugin.api_version != v1beta1) {
    return fail(Reason::usage, "the user's exec speaks '{}'; {} and {} are supported", plugin.api_version, v1, v1beta1);
  }
  if (const std::filesystem::path path = plugin.command; plugin.command.contains('/') && path.is_relative())
    plugin.command = (std::filesystem::path(directory.empty() ? "." : directory) / path).string();
  const auto mode = exec.text_at({"interactiveMode"});
  if (mode.empty() && plugin.api_version == v1)
    return fail(Reason::usage, "the user's exec must say its interactiveMode: Never or IfAvailable");
  if (mode == "Always")
    return fail(Reason::usage, "the credential plugin '{}' needs a terminal (interactiveMode Always)", plugin.command);
  if (!mode.empty() && mode != "Never" && mode != "IfAvailable")
    return fail(Reason::usage, "the user's exec has the interactiveMode '{}': it is Never or IfAvailable", mode);
  if (const json::Value* const arguments = exec.find("args"); arguments != nullptr && arguments->array() != nullptr) {
    for (const json::Value& one : *arguments->array()) {
      const std::string* const text = one.string();
      if (text == nullptr) return fail(Reason::usage, "the args of the user's exec are strings");
      plugin.arguments.push_back(*text);
    }
  }
  if (const json::Value* const set = exec.find("env"); set != nullptr && set->array() != nullptr) {
    for (const json::Value& one : *set->array())
      plugin.environment.emplace_back(one.text_at({"name"}), one.text_at({"value"}));
  }
  return plugin;
}

std::string exec_config_of(const json::Value& cluster) {
  const json::Value* const extensions = cluster.find("extensions");
  if (extensions == nullptr || extensions->array() == nullptr) return {};
  for (const json::Value& one : *extensions->array()) {
    const json::Value* const extension = one.find("extension");
    if (one.text_at({"name"}) == extension_name && extension != nullptr) return json::write(*extension);
  }
  return {};
}

std::string exec_info(const ExecPlugin& plugin, const ServerAccess& access) {
  json::Object spec{{"interactive", false}};
  if (plugin.provide_cluster_info) {
    json::Object cluster{{"server", url_of(access)}};
    if (!access.server_name.empty()) cluster.set("tls-server-name", access.server_name);
    if (access.proxy && !access.proxy->url.empty()) cluster.set("proxy-url", access.proxy->url);
    if (access.skip_verification) cluster.set("insecure-skip-tls-verify", true);
    if (!access.authority.empty()) cluster.set("certificate-authority-data", base64(access.authority));
    if (const auto config = json::parse(plugin.cluster_config); config && !plugin.cluster_config.empty())
      cluster.set("config", *config);
    spec.set("cluster", std::move(cluster));
  }
  return json::write(
      json::Object{{"apiVersion", plugin.api_version}, {"kind", "ExecCredential"}, {"spec", std::move(spec)}});
}

Result<ExecCredential> parse_exec_credential(const ExecPlugin& plugin, std::string_view output) {
  const auto value = json::parse(output);
  if (!value || value->text_at({"kind"}) != "ExecCredential")
    return fail(exec_error(plugin, "did not write an ExecCredential"));
  if (value->text_at({"apiVersion"}) != plugin.api_version) {
    return fail(exec_error(
        plugin, fmt::format("answers in another API version than {}, which the kubeconfig names", plugin.api_version)));
  }
  ExecCredential credential;
  credential.token = value->text_at({"status", "token"});
  credential.certificate = value->text_at({"status", "clientCertificateData"});
  credential.key = value->text_at({"status", "clientKeyData"});
  if (credential.certificate.empty() != credential.key.empty())
    return fail(exec_error(plugin, "must hand out a certificate and its key together"));
  if (credential.token.empty() && credential.certificate.empty())
    return fail(exec_error(plugin, "handed out neither a token nor a certificate"));
  const auto expires = value->text_at({"status", "expirationTimestamp"});
  if (expires.empty()) return credential;
  const auto time = parse_rfc3339(expires);
  if (!time) return fail(exec_error(plugin, "wrote an expirationTimestamp that is no time"));
  credential.expires = *time;
  return credential;
}

Error exec_error(const ExecPlugin& plugin, std::string_view what) {
  return {.reason = Reason::usage,
          .message = fmt::format("the credential plugin '{}' {}{}{}", plugin.command, what,
                                 plugin.install_hint.empty() ? "" : ". ", plugin.install_hint),
          .causes = {}};
}

}  // namespace slipway::client
