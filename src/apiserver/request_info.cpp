#include "apiserver/request_info.h"

#include <algorithm>
#include <charconv>

#include "apiserver/errors.h"
#include "kube/selector.h"

namespace slipway::apiserver {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

Result<Query> parse_query(std::string_view text) {
  Query out;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    auto name = percent_decode(part.substr(0, equals), true);
    if (!name) return fail(std::move(name.error()));
    auto value = percent_decode(equals == std::string_view::npos ? "" : part.substr(equals + 1), true);
    if (!value) return fail(std::move(value.error()));
    out.parameters.emplace_back(std::move(*name), std::move(*value));
  }
  return out;
}

// One slash at the end is tolerated; an empty segment is not (kube-api 2.1).
Result<std::vector<std::string>> split_path(std::string_view path) {
  std::vector<std::string> out;
  if (path.starts_with('/')) path.remove_prefix(1);
  if (path.ends_with('/')) path.remove_suffix(1);
  while (!path.empty()) {
    const std::string_view part = path.substr(0, path.find('/'));
    if (part.empty()) return fail(Reason::not_found, "404 page not found");
    auto decoded = percent_decode(part, false);
    if (!decoded) return fail(std::move(decoded.error()));
    out.push_back(std::move(*decoded));
    path.remove_prefix(part.size());
    if (path == "/") return fail(Reason::not_found, "404 page not found");
    if (!path.empty()) path.remove_prefix(1);
  }
  return out;
}

std::string verb_of(std::string_view method, bool has_name) {
  if (method == "GET") return has_name ? "get" : "list";
  if (method == "POST") return "create";
  if (method == "PUT") return "update";
  if (method == "PATCH") return "patch";
  if (method == "DELETE") return has_name ? "delete" : "deletecollection";
  return "";
}

// The name that a selector picks is what authorization asks for.
std::string name_in_selector(const Query& query) {
  const auto selector = kube::parse_field_selector(query.get("fieldSelector"));
  if (!selector) return "";
  for (const auto& one : selector->requirements) {
    if (one.equal && one.path == "metadata.name") return one.value;
  }
  return "";
}

// `parts`: what follows the version.
Result<void> read_resource(RequestInfo& info, std::vector<std::string> parts, std::string_view method) {
  bool is_watch_path = false;
  if (parts.front() == "watch" && parts.size() > 1) {
    is_watch_path = true;
    parts.erase(parts.begin());
  }
  if (parts.front() == "namespaces" && parts.size() > 1) {
    info.namespace_ = parts[1];
    const bool is_namespace_itself =
        parts.size() == 2 || (parts.size() == 3 && (parts[2] == "status" || parts[2] == "finalize"));
    if (!is_namespace_itself) parts.erase(parts.begin(), parts.begin() + 2);
    info.is_too_deep = !is_namespace_itself && parts.front() == "namespaces";  // there are none within a namespace
  }
  info.is_resource = true;
  info.resource.resource = parts[0];
  if (parts.size() > 1) info.name = parts[1];
  if (parts.size() > 2) info.subresource = parts[2];
  info.is_too_deep |= parts.size() > 3;

  info.verb = verb_of(method, !info.name.empty());
  if (info.verb.empty()) return fail(method_not_allowed());
  const bool is_watch = is_watch_path || (info.verb == "list" && info.query.flag("watch"));
  if (is_watch && (info.verb == "list" || info.verb == "get")) {
    info.verb = "watch";
    if (!info.name.empty()) {  // "/api/v1/watch/namespaces/ns/pods/x" is a watch of one name
      info.query.parameters.emplace(info.query.parameters.begin(), "fieldSelector", "metadata.name=" + info.name);
    }
  }
  const bool is_about_many = info.verb == "list" || info.verb == "watch" || info.verb == "deletecollection";
  if (is_about_many && info.name.empty()) info.name = name_in_selector(info.query);
  return {};
}

}  // namespace

bool Query::has(std::string_view name) const {
  return std::ranges::any_of(parameters, [&](const auto& one) { return one.first == name; });
}

std::string_view Query::get(std::string_view name) const {
  const auto found = std::ranges::find(parameters, name, [](const auto& one) -> std::string_view { return one.first; });
  return found == parameters.end() ? std::string_view() : std::string_view(found->second);
}

std::vector<std::string> Query::all(std::string_view name) const {
  std::vector<std::string> out;
  for (const auto& [key, value] : parameters) {
    if (key == name) out.push_back(value);
  }
  return out;
}

bool Query::flag(std::string_view name) const {
  if (!has(name)) return false;
  const std::string value = lower(get(name));
  return value != "false" && value != "0";
}

Result<std::optional<std::int64_t>> Query::integer(std::string_view name) const {
  const std::string_view text = get(name);
  if (text.empty()) return std::optional<std::int64_t>();
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) {
    return fail(Reason::bad_request, "strconv.ParseInt: parsing \"{}\": value out of range", text);
  }
  if (error != std::errc() || end != text.data() + text.size()) {
    return fail(Reason::bad_request, "strconv.ParseInt: parsing \"{}\": invalid syntax", text);
  }
  return std::optional<std::int64_t>(value);
}

Attributes RequestInfo::attributes(const Identity& identity) const {
  if (!is_resource) {
    return {.identity = identity,
            .verb = verb,
            .group = {},
            .resource = {},
            .subresource = {},
            .namespace_ = {},
            .name = {},
            .path = path};
  }
  return {.identity = identity,
          .verb = verb,
          .group = resource.group,
          .resource = resource.resource,
          .subresource = subresource,
          .namespace_ = namespace_,
          .name = name,
          .path = path};
}

std::string RequestInfo::collection_namespace() const {
  return resource.group.empty() && resource.resource == "namespaces" ? std::string() : namespace_;
}

kube::NamespacedName RequestInfo::key() const { return {collection_namespace(), name}; }

Result<std::string> percent_decode(std::string_view text, bool in_query) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && in_query) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      const bool fits = i + 2 < text.size();
      const int high = fits ? hex_digit(text[i + 1]) : -1;
      const int low = fits ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return fail(Reason::bad_request, "invalid URL escape \"{}\"", text.substr(i, 3));
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

Result<RequestInfo> parse_request(std::string_view method, std::string_view target, std::string_view base_path) {
  target = target.substr(0, target.find('#'));
  const std::size_t question = target.find('?');
  std::string_view path = target.substr(0, question);
  if (!path.starts_with(base_path)) return fail(Reason::not_found, "404 page not found");
  path.remove_prefix(base_path.size());
  if (!path.empty() && !path.starts_with('/')) return fail(Reason::not_found, "404 page not found");

  RequestInfo info;
  auto query = parse_query(question == std::string_view::npos ? "" : target.substr(question + 1));
  if (!query) return fail(std::move(query.error()));
  info.query = std::move(*query);
  auto parts = split_path(path);
  if (!parts) return fail(std::move(parts.error()));
  auto decoded = percent_decode(path.empty() ? "/" : path, false);
  if (!decoded) return fail(std::move(decoded.error()));
  info.path = std::move(*decoded);
  info.verb = lower(method);

  std::size_t used = 0;
  if (parts->size() > 2 && parts->front() == "api") {
    info.resource.version = (*parts)[1];
    used = 2;
  } else if (parts->size() > 3 && parts->front() == "apis") {
    info.resource.group = (*parts)[1];
    info.resource.version = (*parts)[2];
    used = 3;
  } else {
    return info;
  }
  if (auto read = read_resource(info, {parts->begin() + static_cast<std::ptrdiff_t>(used), parts->end()}, method);
      !read) {
    return fail(std::move(read.error()));
  }
  return info;
}

}  // namespace slipway::apiserver
