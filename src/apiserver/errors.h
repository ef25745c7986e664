#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apiserver/identity.h"
#include "base/result.h"
#include "kube/names.h"

// The errors of kube-api 5 in Kubernetes' words.
namespace slipway::apiserver {

[[nodiscard]] Error not_found(const kube::GroupResource& id, std::string_view name);
[[nodiscard]] Error already_exists(const kube::GroupResource& id, std::string_view name);
// 409: `why` follows "Operation cannot be fulfilled on <qr> "<name>": ".
[[nodiscard]] Error conflict(const kube::GroupResource& id, std::string_view name, std::string_view why);
// conflict() of a stale resourceVersion.
[[nodiscard]] Error modified(const kube::GroupResource& id, std::string_view name);
// 409 of a delete precondition: names the kind, not the resource.
[[nodiscard]] Error precondition_failed(const kube::GroupKind& kind, std::string_view name, std::string_view why);
// 422 with one cause or more.
[[nodiscard]] Error invalid(const kube::GroupKind& kind, std::string_view name, std::vector<Cause> causes);
// 403 of admission: `<qr> "<name>" is forbidden: <why>`.
[[nodiscard]] Error refused(const kube::GroupResource& id, std::string_view name, std::string_view why);
// 403 of authorization.
[[nodiscard]] Error forbidden(const Attributes& attributes);
[[nodiscard]] Error method_not_allowed();
[[nodiscard]] Error too_large_revision(std::uint64_t wanted, std::uint64_t current);  // 504
[[nodiscard]] Error overloaded();                                                     // 429

// Causes. `shown` is the refused value as Go would print it: see kube/go_text.h.
[[nodiscard]] Cause required_value(std::string field, std::string_view detail = "");
[[nodiscard]] Cause invalid_value(std::string field, std::string_view shown, std::string_view detail);
[[nodiscard]] Cause invalid_text(std::string field, std::string_view value, std::string_view detail);
[[nodiscard]] Cause forbidden_value(std::string field, std::string_view detail);
[[nodiscard]] Cause unsupported_value(std::string field, std::string_view value,
                                      const std::vector<std::string>& supported);
[[nodiscard]] Cause duplicate_value(std::string field, std::string_view shown);
[[nodiscard]] Cause too_long(std::string field, std::size_t bytes_max);

}  // namespace slipway::apiserver
