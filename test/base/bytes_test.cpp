#include "base/bytes.h"

#include <gtest/gtest.h>

#include "test/base/matchers.h"

namespace slipway {
namespace {

using namespace std::string_literals;

TEST(Bytes, HashesMatchPublishedVectors) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");  // FIPS 180-4
  EXPECT_EQ(fnv1a(""), 0xcbf29ce484222325U);
  EXPECT_EQ(fnv1a("a"), 0xaf63dc4c8601ec8cU);
  EXPECT_EQ(fnv1a("foobar"), 0x85944171f73967e8U);
  EXPECT_EQ(hex("\x00\x0f\xf0\xff"s), "000ff0ff");
}

TEST(Bytes, Base64BothWays) {
  struct Row {
    std::string bytes, padded, url;
  };
  const Row rows[] = {
      {"", "", ""},
      {"f", "Zg==", "Zg"},
      {"fo", "Zm8=", "Zm8"},
      {"foo", "Zm9v", "Zm9v"},
      {"foob", "Zm9vYg==", "Zm9vYg"},
      {"\xfb\xff\xfe", "+//+", "-__-"},
      {"\x00\x00"s, "AAA=", "AAA"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.padded);
    EXPECT_EQ(base64(row.bytes), row.padded);
    EXPECT_EQ(base64url(row.bytes), row.url);
    EXPECT_THAT(decode_base64(row.padded), OkAnd(row.bytes));
    EXPECT_THAT(decode_base64url(row.url), OkAnd(row.bytes));
  }
}

TEST(Bytes, Base64AcceptsWhatGoAcceptsInManifests) {
  EXPECT_THAT(decode_base64("Zm9v\nYg==\r\n"), OkAnd("foob"s));
  EXPECT_THAT(decode_base64("Zh=="), OkAnd("f"s));  // bits cut off at the end are not zero
}

TEST(Bytes, Base64RefusesAndNamesThePosition) {
  struct Row {
    std::string text, message;
  };
  const Row padded[] = {
      {"Zg", "byte 2"},       {"Zg=", "byte 3"},  {"Z", "byte 1"},    {"Z===", "byte 1"},  {"Zm9v=", "byte 4"},
      {"Zg==Zg==", "byte 4"}, {"Zm 9", "byte 2"}, {"-__-", "byte 0"}, {"Zm8==", "byte 4"},
  };
  for (const Row& row : padded) {
    SCOPED_TRACE(row.text);
    EXPECT_THAT(decode_base64(row.text), FailsWith(Reason::bad_request, row.message));
  }
  const Row url[] = {{"Zg==", "byte 2"}, {"Z", "byte 1"}, {"Zh", "byte 2"}, {"+//+", "byte 0"}, {"Zm9v\n", "byte 4"}};
  for (const Row& row : url) {
    SCOPED_TRACE(row.text);
    EXPECT_THAT(decode_base64url(row.text), FailsWith(Reason::bad_request, row.message));
  }
}

}  // namespace
}  // namespace slipway
