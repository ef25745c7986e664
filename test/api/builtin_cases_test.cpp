// What Kubernetes 1.33 itself makes of some 240 objects: decoded, defaulted, prepared, refused and printed
// (kube-api 15.2, 15.4, 15.6). test/data/builtin holds objects with the answers; nulls are left out of them, "@-90"
// stands for 90 s before `now`
// ("@-90u" with microseconds), and of a pod's refused update only the first line is kept.

#include <algorithm>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

#include "api/builtin_kinds.h"
#include "json/text.h"
#include "kube/names.h"

namespace slipway::api {
namespace {

struct Cases {
  WallTime now;
  json::Array rows;
};

Cases read_cases(std::string_view file) {
  std::ifstream in(fmt::format("{}/builtin/{}.json", SLIPWAY_TEST_DATA, file));
  std::stringstream text;
  text << in.rdbuf();
  auto whole = json::parse(text.str());
  if (!whole) return {};
  return {parse_rfc3339(whole->text_at({"now"})).value_or(WallTime{}), std::move(*whole->find("cases")->array())};
}

// "@-90" → a time.
void fill_times(json::Value& value, WallTime now) {
  if (std::string* text = value.string(); text != nullptr && text->starts_with("@-")) {
    const std::chrono::seconds ago{std::stoll(text->substr(2))};
    const WallTime then = now + -ago;
    *text = text->ends_with('u') ? to_rfc3339_micro(std::chrono::seconds{then.seconds}) : to_rfc3339(then);
  } else if (json::Array* array = value.array()) {
    for (json::Value& one : *array) fill_times(one, now);
  } else if (json::Object* object = value.object()) {
    for (auto& member : *object) fill_times(member.second, now);
  }
}

std::vector<std::string> as_lines(const std::vector<Cause>& causes) {
  std::vector<std::string> out;
  for (const Cause& cause : causes) {
    // Kubernetes prints whole Go structs of a CRD's versions; the names say as much.
    const std::string message =
        cause.field == "spec.versions" ? cause.message.substr(cause.message.rfind(": ")) : cause.message;
    out.push_back(fmt::format("{} | {} | {}", cause.reason, cause.field, message));
  }
  std::ranges::sort(out);  // Kubernetes walks maps in random order
  return out;
}

std::vector<std::string> wanted_lines(const json::Value& want) {
  std::vector<Cause> causes;
  if (const json::Value* list = want.find("causes")) {
    for (const json::Value& one : *list->array()) {
      causes.push_back({std::string(one.text_at({"reason"})), std::string(one.text_at({"field"})),
                        std::string(one.text_at({"message"}))});
    }
  }
  return as_lines(causes);
}

bool has_status(const BuiltinKind& kind) {
  return std::ranges::any_of(kind.subresources, [](const auto& one) { return one.name == "status"; });
}

const BuiltinKind* kind_of(const json::Value& object) {
  const auto version = kube::parse_group_version(object.text_at({"apiVersion"}));
  return version ? find_builtin_kind({version->group, std::string(object.text_at({"kind"}))}) : nullptr;
}

void expect_json(const json::Value& got, const json::Value* want, std::string_view what) {
  if (want != nullptr) EXPECT_EQ(json::write(got), json::write(*want)) << what;
}

void check_columns(const BuiltinKind& kind, const json::Value& want) {
  const json::Value* columns = want.find("columns");
  if (columns == nullptr) return;
  std::vector<std::string> got, wanted;
  for (const auto& column : kind.columns)
    got.push_back(fmt::format("{} {} {} {}", column.name, column.type, column.format, column.priority));
  for (const json::Value& column : *columns->array()) wanted.push_back(*column.string());
  EXPECT_EQ(got, wanted);
}

void check_case(const json::Value& row, WallTime now) {
  const json::Value& want = *row.find("want");
  json::Value object = *row.find("object");
  fill_times(object, now);
  const BuiltinKind* kind = kind_of(object);
  ASSERT_NE(kind, nullptr);

  std::vector<std::string> unknown;
  const auto pruned = kind->prune(object, &unknown);
  EXPECT_EQ(pruned ? "" : pruned.error().message, want.text_at({"decodeError"}));
  if (!pruned) return;
  std::vector<std::string> unknown_wanted;
  if (const json::Value* list = want.find("unknown")) {
    for (const json::Value& one : *list->array()) unknown_wanted.push_back(*one.string());
  }
  std::ranges::sort(unknown);
  std::ranges::sort(unknown_wanted);  // Kubernetes reports in the order of the text, which we do not keep
  EXPECT_EQ(unknown, unknown_wanted);
  expect_json(object, want.find("pruned"), "pruned");
  json::Value again = object;
  ASSERT_TRUE(kind->prune(again, nullptr));
  EXPECT_EQ(again, object) << "prune is idempotent";

  kind->apply_defaults(object);
  again = object;
  kind->apply_defaults(again);
  EXPECT_EQ(json::write(again), json::write(object)) << "defaults are idempotent";
  ASSERT_TRUE(kind->prune(again, nullptr));
  EXPECT_EQ(json::write(again), json::write(object)) << "defaults survive a round trip";
  if (const json::Value* cells = want.find("cells")) {
    EXPECT_EQ(json::write(kind->cells(object, now)), json::write(*cells));
    EXPECT_EQ(kind->columns.size(), cells->array()->size());
  }
  check_columns(*kind, want);

  json::Value old;
  if (const json::Value* given = row.find("old")) {
    old = *given;
    fill_times(old, now);
    ASSERT_TRUE(kind->prune(old, nullptr));
    kind->apply_defaults(old);
    if (has_status(*kind)) object["status"] = *old.find("status");
    kind->prepare_for_update(object, old);
  } else {
    if (has_status(*kind) && !kind->keeps_status_on_create) object.object()->erase("status");
    kind->prepare_for_create(object);
  }
  expect_json(object, want.find("prepared"), "prepared");
  EXPECT_EQ(as_lines(kind->validate(object, old.is_null() ? nullptr : &old)), wanted_lines(want));
}

class BuiltinCases : public testing::TestWithParam<std::string_view> {};

TEST_P(BuiltinCases, AreWhatKubernetesMakesOfThem) {
  const Cases cases = read_cases(GetParam());
  ASSERT_GT(cases.rows.size(), 40U);
  for (const json::Value& row : cases.rows) {
    SCOPED_TRACE(row.text_at({"name"}));
    check_case(row, cases.now);
  }
}

INSTANTIATE_TEST_SUITE_P(Files, BuiltinCases, testing::Values("core", "access", "workloads"),
                         [](const auto& file) { return std::string(file.param); });

}  // namespace
}  // namespace slipway::api
