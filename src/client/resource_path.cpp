#include "client/resource_path.h"

namespace slipway::client {

std::string resource_path(const kube::GroupVersionResource& resource, const kube::NamespacedName& key,
                          std::string_view subresource) {
  std::string path = resource.group.empty() ? "/api/" : "/apis/" + percent_encode(resource.group) + "/";
  path += percent_encode(resource.version);
  if (!key.namespace_.empty()) path += "/namespaces/" + percent_encode(key.namespace_);
  path += "/" + percent_encode(resource.resource);
  if (!key.name.empty()) path += "/" + percent_encode(key.name);
  if (!subresource.empty()) path += "/" + percent_encode(subresource);
  return path;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (is_letter || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += digits[byte >> 4U];
      out += digits[byte & 15U];
    }
  }
  return out;
}

void add_query(std::string& target, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  target += target.find('?') == std::string::npos ? '?' : '&';
  target += percent_encode(name);
  target += '=';
  target += percent_encode(value);
}

}  // namespace slipway::client
