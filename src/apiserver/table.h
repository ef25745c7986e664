#pragma once

#include <string>
#include <vector>

#include "apiserver/resource.h"
#include "base/time.h"
#include "kube/object.h"

// meta.k8s.io Tables and PartialObjectMetadata (kube-api 3.4, 8.7), as canonical JSON text. Pure.
namespace slipway::apiserver {

enum class RowObject { metadata, whole, none };
// Of the includeObject parameter. Error: bad_request.
[[nodiscard]] Result<RowObject> parse_row_object(std::string_view parameter);

// The columnDefinitions of a resource in one version.
[[nodiscard]] std::string column_definitions(const Resource& resource, const ResourceVersion& version);

// One row. `object` is as read through `version`.
[[nodiscard]] std::string table_row(const Resource& resource, const ResourceVersion& version,
                                    const kube::Object& object, RowObject row_object, std::string_view meta_version,
                                    WallTime now);

// {"kind":"PartialObjectMetadata", …}
[[nodiscard]] std::string partial_metadata(const kube::Object& object, std::string_view meta_version);

// A whole table. `list_metadata` is a JSON object text; `columns` may be "null".
[[nodiscard]] std::string table(std::string_view meta_version, std::string_view list_metadata, std::string_view columns,
                                const std::vector<std::string>& rows);

}  // namespace slipway::apiserver
