#include "client/tls_transport.h"

#include <gmock/gmock.h>

#include "test/client/tls_transport_fixture.h"

namespace slipway::client {
namespace {

using testing::HasSubstr;

TEST_F(TlsTransportTest, CarriesRequestsAndAnswers) {
  serve();
  auto with_token = access();
  with_token.token = "secret";
  open(std::move(with_token), {.requests_max = 2, .idle_connections_max = 1});
  std::vector<std::shared_ptr<Heard>> all;
  for (int i = 0; i < 10; ++i) all.push_back(send("POST", fmt::format("/{}", i), "body"));
  for (std::size_t i = 0; i < all.size(); ++i) {
    ASSERT_TRUE(end_of(*all[i]));
    EXPECT_EQ(all[i]->status, 200);
    EXPECT_EQ(all[i]->body, fmt::format("POST /{} by ann as Bearer secret: body", i));
  }
  const auto large = send("GET", "/large");
  ASSERT_TRUE(end_of(*large));
  EXPECT_EQ(large->body.size(), 6'400'000U);
}

TEST_F(TlsTransportTest, StreamsPiecesAsTheyComeAndClosesWhatIsAbandoned) {
  serve();
  open(access(), {.queued_bytes_max = 1000});
  const auto watch = send("GET", "/stream?watch=true");
  ASSERT_EQ(streaming_.get_future().wait_for(patience), std::future_status::ready);
  on_core([&] { streams_.front()->on_chunk("one line\n"); });
  ASSERT_EQ(watch->first_chunk.get_future().wait_for(patience), std::future_status::ready);
  on_core([&] {
    EXPECT_EQ(watch->body, "one line\n");
    exchanges_.clear();
  });
  EXPECT_EQ(gone_.get_future().wait_for(patience), std::future_status::ready);
}

TEST_F(TlsTransportTest, ReadsAreAskedAgainWhenAKeptConnectionWasClosed) {
  serve();
  open(access());
  const auto first = send("GET", "/first");
  ASSERT_TRUE(end_of(*first));
  const std::uint16_t port = front_->port();
  front_->stop(std::chrono::milliseconds{0});
  front_.reset();
  const auto refused = send("GET", "/second");
  const auto end = end_of(*refused);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().reason, Reason::io);  // nothing was sent
  EXPECT_THAT(end.error().message, HasSubstr("cannot connect to 127.0.0.1"));
  serve(port);
  const auto third = send("POST", "/third");
  ASSERT_TRUE(end_of(*third));
}

TEST_F(TlsTransportTest, ALostAnswerLeavesOpenWhatHappened) {
  serve();
  open(access());
  const auto write = send("POST", "/stream");
  ASSERT_EQ(streaming_.get_future().wait_for(patience), std::future_status::ready);
  front_->stop(std::chrono::milliseconds{0});
  const auto end = end_of(*write);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().reason, Reason::unavailable);
}

TEST_F(TlsTransportTest, TrustsOnlyWhatTheAuthoritySignedForTheName) {
  serve();
  auto other_authority = access();
  other_authority.authority = apiserver::make_authority("another", clock_.wall())->certificate;
  auto other_name = access();
  other_name.server_name = "hub.example.com";
  auto unverified = other_authority;
  unverified.skip_verification = true;
  for (const auto& [access, is_good] :
       {std::pair{other_authority, false}, std::pair{other_name, false}, std::pair{unverified, true}}) {
    open(access);
    const auto heard = send("GET", "/");
    const auto end = end_of(*heard);
    EXPECT_EQ(end.has_value(), is_good);
    if (!end) {
      EXPECT_EQ(end.error().reason, Reason::io);
      EXPECT_THAT(end.error().message, HasSubstr("is not trusted for the name"));
    }
    on_core([&] { exchanges_.clear(); });
  }
}

TEST_F(TlsTransportTest, RefusesWhatHasNoLimit) {
  serve();
  open(access());
  const auto heard = send("GET", "/long-head");
  EXPECT_FALSE(end_of(*heard));
  const auto smuggled = send("GET", "/a HTTP/1.1\r\nx-evil: 1\r\n\r\n");
  const auto end = end_of(*smuggled);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().reason, Reason::io);
}

TEST_F(TlsTransportTest, FinishWaitsForWrites) {
  serve();
  open(access());
  transport_->finish(patience);  // nothing under way
  const auto write = send("POST", "/stream");
  ASSERT_EQ(streaming_.get_future().wait_for(patience), std::future_status::ready);
  on_core([&] { streams_.front()->on_end({}); });
  transport_->finish(patience);
  EXPECT_TRUE(end_of(*write));
}

TEST(TlsTransportOpenTest, BadCredentialsAreNamed) {
  SystemClock clock;
  ThreadLoop loop(clock);
  ServerAccess access;
  access.description = "context a of f";
  access.host = "127.0.0.1";
  access.certificate = "no certificate";
  access.key = "no key";
  const auto opened = TlsTransport::open({.core = loop, .access = access});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().reason, Reason::usage);
  EXPECT_THAT(opened.error().message, HasSubstr("context a of f: the client certificate cannot be used"));
}

}  // namespace
}  // namespace slipway::client
