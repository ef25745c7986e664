#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "apiserver/catalog.h"
#include "base/time.h"
#include "kube/object.h"

namespace slipway::apiserver {

// The CRDs of one server and what they define (kube-api 8.2). Accepting and establishing happens inside the write.
class CustomResources {
 public:
  explicit CustomResources(Catalog& catalog) : catalog_(catalog) {}

  // Sets the status that a CRD gets with this write: conditions, accepted names, stored versions. `crd` carries the
  // status that it had before, or none.
  void write_status(json::Value& crd, WallTime now) const;
  // compile_crd(), with what it made last kept: the write that was checked is the one that is installed.
  [[nodiscard]] Result<std::shared_ptr<const Resource>> compile(const json::Value& crd);

  struct Effect {
    std::shared_ptr<const Resource> before;  // what was served under this CRD; null: nothing
    std::shared_ptr<const Resource> after;   // what is served now
    bool names_freed = false;                // another CRD may get the names it waits for
  };
  // A CRD as stored now; null `crd`: gone. Error: the schema of a stored CRD is not understood.
  [[nodiscard]] Result<Effect> install(const std::string& name, const kube::ObjectPtr& crd);

  // A CRD that is going away: its objects can be read and deleted, not created.
  [[nodiscard]] bool is_terminating(const kube::GroupResource& id) const;
  // CRDs of a group whose names are not accepted.
  [[nodiscard]] std::vector<std::string> waiting_for_names(const std::string& group) const;

 private:
  struct Names {
    std::string plural;
    std::string singular;
    std::vector<std::string> short_names;
    std::string kind;
    std::string list_kind;
    std::vector<std::string> categories;
  };
  struct Entry {
    std::string group;
    kube::Segment body;  // what `resource` was made of
    std::shared_ptr<const Resource> resource;
    Names accepted;
    bool is_served = false;
    bool is_terminating = false;
  };
  static Names names_of(const json::Value* names);
  static json::Value to_json(const Names& names);
  // Reason and message of the first name that another CRD of the group has; empty when there is none.
  [[nodiscard]] std::pair<std::string, std::string> conflict_of(const std::string& crd, const std::string& group,
                                                                const Names& wanted) const;

  Catalog& catalog_;
  std::map<std::string, Entry, std::less<>> entries_;  // by the CRD's name
  std::string last_spec_;
  std::shared_ptr<const Resource> last_;
};

}  // namespace slipway::apiserver
