#include "apiserver/server_options.h"

#include <algorithm>
#include <charconv>

#include "apiserver/errors.h"
#include "kube/go_text.h"

namespace slipway::apiserver {
namespace {

constexpr std::size_t field_manager_bytes_max = 128;

// "CreateOptions.meta.k8s.io "" is invalid: …": options have no name.
std::unexpected<Error> invalid_options(std::string_view kind, std::vector<Cause> causes) {
  return fail(invalid({"meta.k8s.io", std::string(kind)}, "", std::move(causes)));
}

std::string_view options_kind(WriteKind kind) {
  switch (kind) {
    case WriteKind::create:
      return "CreateOptions";
    case WriteKind::update:
      return "UpdateOptions";
    case WriteKind::patch:
      return "PatchOptions";
  }
  std::unreachable();
}

bool is_printable(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

void check_dry_run(const std::vector<std::string>& values, std::vector<Cause>& causes) {
  for (const std::string& value : values) {
    if (value != "All") causes.push_back(unsupported_value("dryRun", value, {"All"}));
  }
}

Result<std::uint64_t> parse_revision(std::string_view text) {
  std::uint64_t out = 0;
  if (text.empty()) return out;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size()) {
    return fail(Reason::bad_request,
                "resourceVersion: Invalid value: {0}: strconv.ParseUint: parsing {0}: invalid syntax",
                kube::go_quoted(text));
  }
  return out;
}

Result<Selection> parse_selection(const Query& query, std::string namespace_) {
  auto labels = kube::parse_label_selector(query.get("labelSelector"));
  if (!labels) return fail(std::move(labels.error()));
  auto fields = kube::parse_field_selector(query.get("fieldSelector"));
  if (!fields) return fail(std::move(fields.error()));
  return Selection{.namespace_ = std::move(namespace_), .labels = std::move(*labels), .fields = std::move(*fields)};
}

constexpr std::string_view match_field = "resourceVersionMatch";

Cause match_forbidden(std::string_view why) { return forbidden_value(std::string(match_field), why); }

// What resourceVersionMatch may be together with the others on a list (10.2).
std::vector<Cause> check_match(const Query& query) {
  const std::string_view match = query.get(match_field);
  const std::string_view revision = query.get("resourceVersion");
  if (query.has("sendInitialEvents")) {
    return {forbidden_value("sendInitialEvents", "sendInitialEvents is forbidden for list")};
  }
  if (match.empty()) return {};
  if (!query.get("continue").empty())
    return {match_forbidden("resourceVersionMatch is forbidden when continue is provided")};
  if (revision.empty()) {
    return {match_forbidden("resourceVersionMatch is forbidden unless resourceVersion is provided")};
  }
  if (match != "Exact" && match != "NotOlderThan") {
    return {unsupported_value(std::string(match_field), match, {"Exact", "NotOlderThan"})};
  }
  if (match == "Exact" && revision == "0") {
    return {match_forbidden("resourceVersionMatch \"Exact\" is forbidden for resourceVersion \"0\"")};
  }
  return {};
}

std::optional<client::Propagation> parse_propagation(std::string_view text, std::vector<Cause>& causes) {
  if (text.empty()) return std::nullopt;
  if (text == "Background") return client::Propagation::background;
  if (text == "Foreground") return client::Propagation::foreground;
  if (text == "Orphan") return client::Propagation::orphan;
  causes.push_back(unsupported_value("propagationPolicy", text, {"Background", "Foreground", "Orphan", "nil"}));
  return std::nullopt;
}

// The options of the body, else of the query.
json::Value delete_options(const Query& query, const json::Value& body) {
  if (body.is_object()) return body;
  json::Object out;
  if (query.has("propagationPolicy")) out.set("propagationPolicy", query.get("propagationPolicy"));
  if (query.has("orphanDependents")) out.set("orphanDependents", query.flag("orphanDependents"));
  json::Array dry_run;
  for (const std::string& value : query.all("dryRun")) dry_run.emplace_back(value);
  if (!dry_run.empty()) out.set("dryRun", std::move(dry_run));
  return out;
}

}  // namespace

Result<WriteContext> parse_write_options(const Query& query, WriteKind kind) {
  WriteContext out;
  std::vector<Cause> causes;
  const auto dry_run = query.all("dryRun");
  check_dry_run(dry_run, causes);
  out.dry_run = !dry_run.empty();
  const std::string_view manager = query.get("fieldManager");
  if (manager.size() > field_manager_bytes_max) causes.push_back(too_long("fieldManager", field_manager_bytes_max));
  if (!is_printable(manager))
    causes.push_back(invalid_text("fieldManager", manager, "should only contain printable characters"));
  out.field_manager = manager;
  const std::string_view validation = query.get("fieldValidation");
  if (validation == "Strict") {
    out.field_validation = FieldValidation::strict;
  } else if (validation == "Ignore") {
    out.field_validation = FieldValidation::ignore;
  } else if (!validation.empty() && validation != "Warn") {
    causes.push_back(unsupported_value("fieldValidation", validation, {"", "Ignore", "Strict", "Warn"}));
  }
  if (kind == WriteKind::patch && query.has("force")) {
    causes.push_back(forbidden_value("force", "may not be specified for non-apply patch"));
  }
  if (!causes.empty()) return invalid_options(options_kind(kind), std::move(causes));
  return out;
}

Result<DeleteContext> parse_delete_options(const Query& query, const json::Value& body) {
  const json::Value options = delete_options(query, body);
  DeleteContext out;
  std::vector<Cause> causes;
  out.propagation = parse_propagation(options.text_at({"propagationPolicy"}), causes);
  if (const json::Value* orphan = options.find("orphanDependents"); orphan != nullptr && orphan->boolean() != nullptr) {
    if (!options.text_at({"propagationPolicy"}).empty()) {
      causes.push_back(invalid_text("propagationPolicy", options.text_at({"propagationPolicy"}),
                                    "orphanDependents and deletionPropagation cannot be both set"));
    }
    out.propagation = *orphan->boolean() ? client::Propagation::orphan : client::Propagation::background;
  }
  std::vector<std::string> dry_run;
  if (const json::Value* list = options.find("dryRun"); list != nullptr && list->array() != nullptr) {
    for (const json::Value& one : *list->array())
      dry_run.push_back(one.string() != nullptr ? *one.string() : std::string());
  }
  for (const std::string& value : query.all("dryRun")) dry_run.push_back(value);
  check_dry_run(dry_run, causes);
  out.write.dry_run = !dry_run.empty();
  out.preconditions.uid = options.text_at({"preconditions", "uid"});
  out.preconditions.resource_version = options.text_at({"preconditions", "resourceVersion"});
  if (const json::Value* grace = options.find("gracePeriodSeconds"); grace != nullptr && grace->integer() != nullptr) {
    out.grace_period_seconds = *grace->integer();
  }
  if (auto grace = query.integer("gracePeriodSeconds"); !grace) {
    return fail(std::move(grace.error()));
  } else if (*grace) {
    out.grace_period_seconds = *grace;
  }
  if (!causes.empty()) return invalid_options("DeleteOptions", std::move(causes));
  return out;
}

Result<ListParameters> parse_list_options(const Query& query, std::string namespace_) {
  ListParameters out;
  if (auto causes = check_match(query); !causes.empty()) return invalid_options("ListOptions", std::move(causes));
  auto selection = parse_selection(query, std::move(namespace_));
  if (!selection) return fail(std::move(selection.error()));
  out.selection = std::move(*selection);
  const auto limit = query.integer("limit");
  if (!limit) return fail(limit.error());
  out.limit = static_cast<std::size_t>(std::max<std::int64_t>(0, limit->value_or(0)));
  const auto revision = parse_revision(query.get("resourceVersion"));
  if (!revision) return fail(revision.error());
  out.continue_token = query.get("continue");
  if (!out.continue_token.empty()) {
    if (*revision != 0) {
      return fail(Reason::bad_request, "specifying resource version is not allowed when using continue");
    }
    return out;
  }
  if (query.get("resourceVersion") == "0") out.limit = 0;
  const std::string_view match = query.get(match_field);
  const bool is_exact = match == "Exact" || (match.empty() && out.limit > 0 && *revision > 0);
  if (is_exact) {
    out.revision_exact = *revision;
  } else {
    out.revision_at_least = *revision;
  }
  return out;
}

Result<WatchParameters> parse_watch_options(const Query& query, std::string namespace_) {
  WatchParameters out;
  const std::string_view match = query.get(match_field);
  if (query.has("sendInitialEvents")) {
    if (match != "NotOlderThan") {
      const std::string why = "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan";
      return invalid_options("ListOptions", {match_forbidden(why)});
    }
  } else if (!match.empty()) {
    return invalid_options(
        "ListOptions",
        {match_forbidden("resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided")});
  }
  auto selection = parse_selection(query, std::move(namespace_));
  if (!selection) return fail(std::move(selection.error()));
  out.selection = std::move(*selection);
  const auto revision = parse_revision(query.get("resourceVersion"));
  if (!revision) return fail(revision.error());
  out.revision = *revision;
  out.wants_bookmarks = query.flag("allowWatchBookmarks");
  if (query.has("sendInitialEvents")) {
    out.sends_present = query.flag("sendInitialEvents");
    out.marks_end_of_present = out.sends_present && out.wants_bookmarks;
  } else {
    out.sends_present = *revision == 0;
  }
  const auto timeout = query.integer("timeoutSeconds");
  if (!timeout) return fail(timeout.error());
  if (*timeout && **timeout > 0) out.timeout = std::chrono::seconds{std::min<std::int64_t>(**timeout, 86'400)};
  return out;
}

}  // namespace slipway::apiserver
