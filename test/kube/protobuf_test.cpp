#include "kube/protobuf.h"

#include <fstream>

#include "base/bytes.h"
#include "json/patch.h"
#include "json/text.h"
#include "test/base/matchers.h"

namespace slipway::kube {
namespace {

using namespace std::string_literals;

std::string from_hex(std::string_view hex) {
  std::string out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    out += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return out;
}

std::string varint(std::uint64_t value) {
  std::string out;
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  return out += static_cast<char>(value);
}
std::string field(std::uint32_t tag, std::string_view bytes) {
  return varint(tag << 3 | 2) + varint(bytes.size()) + std::string(bytes);
}
std::string field(std::uint32_t tag, std::uint64_t number) { return varint(tag << 3) + varint(number); }
std::string body(std::string_view api_version, std::string_view kind, std::string_view raw) {
  return "k8s\0"s + field(1, field(1, api_version) + field(2, kind)) + field(2, raw);
}

std::string json_of(std::string_view bytes) {
  const auto value = decode_protobuf(bytes);
  return value ? json::write(*value) : "error: " + value.error().message;
}

// kube-api 3.5: what kubectl 1.33 sends.
TEST(Protobuf, BodiesOfKubectl) {
  EXPECT_EQ(
      json_of(from_hex("6b3873000a0f0a02763112094e616d65737061636512260a1e0a0e746573742d6e616d65737061636512001a00220"
                       "02a0032003800420012001a020a001a002200")),
      R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"test-namespace"},"spec":{},"status":{}})");
  EXPECT_EQ(
      json_of(from_hex("6b3873000a0f0a0276311209436f6e6669674d617012360a250a07746573742d636d12001a0e746573742d6e616d657"
                       "37061636522002a00320038004200120d0a036b6579120676616c7565311a002200")),
      R"({"apiVersion":"v1","data":{"key":"value1"},"kind":"ConfigMap","metadata":{"name":"test-cm",)"
      R"("namespace":"test-namespace"}})");
}

// Every kind with nothing, everything, and every pointer set to zero, against what Go writes (script/protobuf).
TEST(Protobuf, AgreesWithGo) {
  std::ifstream file(SLIPWAY_TEST_DATA "/protobuf/golden.tsv");
  std::string line;
  std::size_t count = 0;
  while (std::getline(file, line)) {
    if (line.starts_with('#')) continue;
    const std::size_t first = line.find('\t'), second = line.find('\t', first + 1);
    SCOPED_TRACE(line.substr(0, first));
    const auto bytes = decode_base64(std::string_view(line).substr(first + 1, second - first - 1));
    const auto want = json::parse(std::string_view(line).substr(second + 1));
    ASSERT_THAT(bytes, Ok());
    ASSERT_THAT(want, Ok());
    const auto got = decode_protobuf(*bytes);
    ASSERT_THAT(got, Ok());
    for (const json::Difference& it : json::diff(*want, *got, 10)) {
      ADD_FAILURE() << it.path << ": Go " << (it.left ? json::write(*it.left) : "nothing") << ", here "
                    << (it.right ? json::write(*it.right) : "nothing");
    }
    // Cut anywhere, the body is an error or an object, never a crash.
    const std::size_t step = bytes->size() / 97 + 1;
    for (std::size_t cut = 0; cut < bytes->size(); cut += step) {
      const auto part = decode_protobuf(std::string_view(*bytes).substr(0, cut));
      if (!part) EXPECT_EQ(part.error().reason, Reason::bad_request);
    }
    ++count;
  }
  EXPECT_EQ(count, 138U);
}

TEST(Protobuf, WireForms) {
  struct Row {
    std::string_view what;
    std::string raw;
    std::string_view want;  // without apiVersion, kind and metadata
  };
  const std::string annotations_twice =
      field(1, field(12, field(1, "b") + field(2, "1")) + field(12, field(1, "a") + field(2, "2")));
  const Row rows[] = {
      {"unknown fields of every wire type are skipped",
       field(99, 1) + field(99, "x") + varint(99 << 3 | 1) + "12345678" + varint(99 << 3 | 5) + "1234" +
           varint(99 << 3 | 3) + field(1, "zz") + varint(98 << 3 | 3) + varint(98 << 3 | 4) + varint(99 << 3 | 4) +
           field(4, 1),
       R"({"immutable":true})"},
      {"of a scalar the last one wins", field(4, 1) + field(4, std::uint64_t{0}), R"({"immutable":false})"},
      {"of a map key the last one wins",
       field(2, field(1, "b") + field(2, "1")) + field(2, field(1, "a") + field(2, "2")) +
           field(2, field(2, "3") + field(1, "b")),
       R"({"data":{"a":"2","b":"3"}})"},
      {"a map entry without key and value", field(2, "") + field(3, ""), R"({"binaryData":{"":""},"data":{"":""}})"},
      {"bytes are base64", field(3, field(1, "k") + field(2, "\xff\x00"s)), R"({"binaryData":{"k":"/wA="}})"},
      {"text that is not UTF-8", field(2, field(1, "\xff") + field(2, "a\xc3(\xe2\x82")),
       "{\"data\":{\"\xef\xbf\xbd\":\"a\xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd\"}}"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    auto got = decode_protobuf(body("v1", "ConfigMap", row.raw));
    ASSERT_THAT(got, Ok());
    for (const auto key : {"apiVersion", "kind", "metadata"}) got->object()->erase(key);
    EXPECT_EQ(json::write(*got), row.want);
  }
  EXPECT_EQ(
      json_of(body("v1", "ConfigMap",
                   field(1, field(1, "a") + field(11, field(1, "x") + field(2, "1"))) +
                       field(1, field(3, "n") + field(11, field(1, "y") + field(2, "2"))))),
      R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"labels":{"x":"1","y":"2"},"name":"a","namespace":"n"}})");
  // A zero after a value takes it back: neither is a pointer in Go.
  EXPECT_EQ(json_of(body("v1", "ConfigMap", field(1, field(1, "a") + field(1, "")))),
            R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{}})");
  // metav1's own kinds belong to every group.
  EXPECT_EQ(
      json_of(body("apps/v1", "DeleteOptions", field(4, "Background") + field(1, std::uint64_t{0}))),
      R"({"apiVersion":"apps/v1","gracePeriodSeconds":0,"kind":"DeleteOptions","propagationPolicy":"Background"})");
}

TEST(Protobuf, Times) {
  struct Row {
    std::string time;
    std::string_view want;
  };
  const auto seconds = [](std::int64_t s, std::uint64_t nanos = 0) {
    return field(1, static_cast<std::uint64_t>(s)) + field(2, nanos);
  };
  const Row rows[] = {
      {"", R"("acquireTime":null)"},
      {seconds(-62'135'596'800), R"("acquireTime":null)"},
      {seconds(0), R"("acquireTime":"1970-01-01T00:00:00.000000Z")"},
      {seconds(1'700'000'000, 123'456'789), R"("acquireTime":"2023-11-14T22:13:20.123456Z")"},
      {seconds(-1, 999'999'999), R"("acquireTime":"1969-12-31T23:59:59.999999Z")"},
      {seconds(253'402'300'799), R"("acquireTime":"9999-12-31T23:59:59.000000Z")"},
      {seconds(253'402'300'800), "error: a time is outside"},
      {seconds(-62'135'596'801), "error: a time is outside"},
      {seconds(0, 1'000'000'000), "error: a time is outside"},
  };
  for (const Row& row : rows) {
    EXPECT_THAT(json_of(body("coordination.k8s.io/v1", "Lease", field(2, field(3, row.time)))),
                testing::HasSubstr(row.want));
  }
}

TEST(Protobuf, Refuses) {
  struct Row {
    std::string_view what;
    std::string bytes;
    Reason reason;
    std::string_view message;
  };
  const auto pod = [](const std::string& container) { return body("v1", "Pod", field(2, field(2, container))); };
  const Row rows[] = {
      {"nothing", "", Reason::bad_request, "expected prefix [107 56 115 0]"},
      {"JSON", "{}", Reason::bad_request, "expected prefix [107 56 115 0]"},
      {"only the magic", "k8s\0"s, Reason::bad_request, "Object 'Kind' is missing"},
      {"a custom resource", body("lab.io/v1", "Widget", ""), Reason::unsupported_media_type,
       "accepted media types include"},
      {"another version", body("apps/v1beta1", "Deployment", ""), Reason::unsupported_media_type,
       "accepted media types"},
      {"an encoding", body("v1", "Pod", "") + field(3, "gzip"), Reason::bad_request, "content encoding \"gzip\""},
      {"another type", body("v1", "Pod", "") + field(4, "application/json"), Reason::bad_request,
       "of type \"application/json\""},
      {"a cut varint", body("v1", "ConfigMap", "\x20"), Reason::bad_request, "unexpected EOF"},
      {"a cut length", body("v1", "ConfigMap", "\x0a\x05x"), Reason::bad_request, "unexpected EOF"},
      {"a huge length", body("v1", "ConfigMap", "\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), Reason::bad_request,
       "unexpected EOF"},
      {"a varint without end", body("v1", "ConfigMap", "\x20" + std::string(11, '\xff')), Reason::bad_request,
       "integer overflow"},
      {"tag 0", body("v1", "ConfigMap", "\0\0"s), Reason::bad_request, "illegal tag 0"},
      {"wire type 7", body("v1", "ConfigMap", "\x0f"), Reason::bad_request, "illegal wireType 7"},
      {"a group that does not end", body("v1", "ConfigMap", "\x9b\x06"), Reason::bad_request, "unexpected EOF"},
      {"a group that does not begin", body("v1", "ConfigMap", "\x9c\x06"), Reason::bad_request,
       "unexpected end of group"},
      {"a number for a message", body("v1", "ConfigMap", field(1, 1)), Reason::bad_request,
       "wrong wireType = 0 for field metadata"},
      {"text for a number", body("v1", "ConfigMap", field(4, "x")), Reason::bad_request,
       "wrong wireType = 2 for field immutable"},
      {"a bad quantity", pod(field(8, field(1, field(1, "cpu") + field(2, field(1, "lots"))))), Reason::bad_request,
       "quantities must match"},
      {"a bad IntOrString", body("v1", "Service", field(2, field(1, field(4, field(1, 2))))), Reason::bad_request,
       "IntOrString"},
      {"raw data that is not JSON", body("apps/v1", "ControllerRevision", field(2, field(1, "{"))), Reason::bad_request,
       ""},
      {"too many bytes", std::string(protobuf_bytes_max + 1, 'k'), Reason::request_entity_too_large,
       "limit is 3145728"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    EXPECT_THAT(decode_protobuf(row.bytes), FailsWith(row.reason, std::string(row.message)));
  }
  // A condition of a node is two bytes here and five values there.
  std::string many;
  for (int i = 0; i < 100; ++i) many += field(4, "");
  const std::string node = body("v1", "Node", field(3, many));
  EXPECT_THAT(decode_protobuf(node), Ok());
  EXPECT_THAT(decode_protobuf(node, 500), FailsWith(Reason::request_entity_too_large, "limit is 500 values"));
  EXPECT_TRUE(is_protobuf("k8s\0x"s));
  EXPECT_FALSE(is_protobuf("k8s"));
}

}  // namespace
}  // namespace slipway::kube
