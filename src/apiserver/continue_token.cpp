#include "apiserver/continue_token.h"

#include "base/bytes.h"
#include "json/text.h"

namespace slipway::apiserver {

std::string write_continue_token(std::uint64_t revision, const kube::NamespacedName& last) {
  const json::Object token{{"rv", revision}, {"start", last.text() + '\0'}, {"v", "meta.k8s.io/v1"}};
  return base64url(json::write(token));
}

Result<ContinueToken> parse_continue_token(std::string_view token) {
  const auto broken = [](std::string_view why) {
    return fail(Reason::bad_request, "invalid continue token: continue key is not valid: {}", why);
  };
  const auto text = decode_base64url(token);
  if (!text) return broken(text.error().message);
  const auto value = json::parse(*text);
  if (!value) return broken(value.error().message);
  const json::Value* revision = value->find("rv");
  if (value->text_at({"v"}) != "meta.k8s.io/v1") return broken("server does not recognize this encoded version");
  if (revision == nullptr || revision->integer() == nullptr || *revision->integer() <= 0)
    return broken("incorrect encoded start resourceVersion");
  const std::string_view start = value->text_at({"start"});
  if (start.empty()) return broken("start key is missing");
  ContinueToken out{.revision = static_cast<std::uint64_t>(*revision->integer()), .start = {}};
  const std::size_t slash = start.find('/');
  if (slash != std::string_view::npos) out.start.namespace_ = start.substr(0, slash);
  out.start.name = start.substr(slash == std::string_view::npos ? 0 : slash + 1);
  return out;
}

}  // namespace slipway::apiserver
