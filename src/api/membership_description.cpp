#include "api/codec.h"

// api 3.10. Rule R22 of 5.
namespace slipway::api {
namespace description {

const Struct& description_of(std::type_identity<Subject>) {
  using T = Subject;
  static const Struct description = [] {
    Struct one = described<T>({
        field<&T::kind>("kind").required(),
        field<&T::api_group>("apiGroup"),
        field<&T::name>("name").required(),
        field<&T::namespace_>("namespace"),
    });
    one.is_atomic = true;
    return one;
  }();
  return description;
}

const Struct& description_of(std::type_identity<Taint>) {
  using T = Taint;
  static const Struct description = described<T>({
      field<&T::key>("key").required(),
      field<&T::value>("value"),
      field<&T::effect>("effect").required().one_of({"NoSchedule"}),
  });
  return description;
}

const Struct& description_of(std::type_identity<DeleteOptions>) {
  using T = DeleteOptions;
  static const Struct description = described<T>({field<&T::validation_mode>("validationMode").preset("Strict")});
  return description;
}

const Struct& description_of(std::type_identity<MemberClusterSpec>) {
  using T = MemberClusterSpec;
  static const Struct description = described<T>({
      field<&T::identity>("identity").required(),
      field<&T::heartbeat_period_seconds>("heartbeatPeriodSeconds").preset(60).at_least(1).at_most(600),
      field<&T::taints>("taints").items({}, 100),
      field<&T::delete_options>("deleteOptions").in(not_v1),
  });
  return description;
}

const Struct& description_of(std::type_identity<PropertyValue>) {
  using T = PropertyValue;
  static const Struct description = described<T>({
      field<&T::value>("value").required(),
      field<&T::observation_time>("observationTime").required(),
  });
  return description;
}

const Struct& description_of(std::type_identity<ResourceUsage>) {
  using T = ResourceUsage;
  static const Struct description = described<T>({
      field<&T::capacity>("capacity"),
      field<&T::allocatable>("allocatable"),
      field<&T::available>("available"),
      field<&T::observation_time>("observationTime").always(),
  });
  return description;
}

const Struct& description_of(std::type_identity<AgentStatus>) {
  using T = AgentStatus;
  static const Struct description = described<T>({
      field<&T::type>("type").required(),
      field<&T::conditions>("conditions").map_list("type"),
      field<&T::last_received_heartbeat>("lastReceivedHeartbeat").always(),
  });
  return description;
}

const Struct& description_of(std::type_identity<MemberClusterStatus>) {
  using T = MemberClusterStatus;
  static const Struct description = described<T>({
      field<&T::conditions>("conditions").always().map_list("type"),
      field<&T::properties>("properties"),
      field<&T::resource_usage>("resourceUsage").always(),
      field<&T::namespaces>("namespaces").in(not_v1),
      field<&T::agent_status>("agentStatus"),
  });
  return description;
}

const Struct& description_of(std::type_identity<MemberCluster>) {
  using T = MemberCluster;
  static const Struct description = [] {
    Struct one = described_root<T>({
        field<&T::spec>("spec").required(),
        field<&T::status>("status").always(),
    });
    one.rules = {{"size(self.metadata.name) < 64", "metadata.name max length is 63"}};
    return one;
  }();
  return description;
}

const Struct& description_of(std::type_identity<InternalMemberClusterSpec>) {
  using T = InternalMemberClusterSpec;
  static const Struct description = described<T>({
      field<&T::state>("state").required(),
      field<&T::heartbeat_period_seconds>("heartbeatPeriodSeconds").preset(60).at_least(1).at_most(600),
  });
  return description;
}

const Struct& description_of(std::type_identity<InternalMemberClusterStatus>) {
  using T = InternalMemberClusterStatus;
  static const Struct description = described<T>({
      field<&T::conditions>("conditions").always(),
      field<&T::properties>("properties"),
      field<&T::resource_usage>("resourceUsage").always(),
      field<&T::namespaces>("namespaces").in(not_v1),
      field<&T::agent_status>("agentStatus"),
  });
  return description;
}

const Struct& description_of(std::type_identity<InternalMemberCluster>) {
  using T = InternalMemberCluster;
  static const Struct description = described_root<T>({
      field<&T::spec>("spec").required(),
      field<&T::status>("status").always(),
  });
  return description;
}

}  // namespace description

SLIPWAY_API_ROOT(MemberCluster, "MemberCluster", "MemberCluster")
SLIPWAY_API_ROOT(InternalMemberCluster, "InternalMemberCluster", "InternalMemberCluster")
SLIPWAY_API_STRUCT(MemberClusterSpec)
SLIPWAY_API_STRUCT(MemberClusterStatus)
SLIPWAY_API_STRUCT(InternalMemberClusterSpec)
SLIPWAY_API_STRUCT(InternalMemberClusterStatus)

}  // namespace slipway::api
