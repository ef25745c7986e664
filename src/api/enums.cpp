#include "api/enum_texts.h"

namespace slipway::api {
namespace {

template <class E>
std::string_view text_of(E value) {
  static constexpr auto texts = description::texts(std::type_identity<E>{});
  const auto index = static_cast<std::size_t>(value);
  return index < texts.size() ? texts[index] : std::string_view();
}

}  // namespace

std::string_view text(Scope value) { return text_of(value); }
std::string_view text(ComparisonOption value) { return text_of(value); }
std::string_view text(WhenToApply value) { return text_of(value); }
std::string_view text(ApplyType value) { return text_of(value); }
std::string_view text(WhenToTakeOver value) { return text_of(value); }
std::string_view text(PropagationPolicy value) { return text_of(value); }
std::string_view text(ReportBackType value) { return text_of(value); }
std::string_view text(ReportBackDestination value) { return text_of(value); }
std::string_view text(SortOrder value) { return text_of(value); }
std::string_view text(SelectionScope value) { return text_of(value); }
std::string_view text(EnvelopeType value) { return text_of(value); }
std::string_view text(PlacementType value) { return text_of(value); }
std::string_view text(WhenUnsatisfiable value) { return text_of(value); }
std::string_view text(TolerationOperator value) { return text_of(value); }
std::string_view text(RolloutStrategyType value) { return text_of(value); }
std::string_view text(StatusReportingScope value) { return text_of(value); }
std::string_view text(OverrideType value) { return text_of(value); }
std::string_view text(PatchOperator value) { return text_of(value); }
std::string_view text(UpdateRunState value) { return text_of(value); }
std::string_view text(StageTaskType value) { return text_of(value); }
std::string_view text(DeleteValidationMode value) { return text_of(value); }

}  // namespace slipway::api
