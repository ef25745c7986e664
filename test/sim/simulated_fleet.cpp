#include "test/sim/simulated_fleet.h"

#include "api/staged_update.h"
#include "hub/updaterun/contract.h"
#include "json/text.h"

namespace slipway::sim::testing {
namespace {

apiserver::Identity admin() { return {.user = "admin", .groups = {"system:masters", "system:authenticated"}}; }

}  // namespace

SimulatedFleet::SimulatedFleet(std::uint64_t seed, Chances chances) : rng_(seed), chances_(chances) {}

SimulatedFleet::~SimulatedFleet() { close(); }

void SimulatedFleet::open() {
  auto opened = Fleet::open(
      {.loop = loop_,
       .store = store_,
       .rng = Rng{rng_()},
       .connect_agent =
           [this](Fleet& fleet, const std::string&, apiserver::Identity identity) {
             pipes_.push_back(std::make_unique<Pipe>(
                 Pipe::Options{.loop = loop_,
                               .rng = Rng{rng_()},
                               .server =
                                   [&fleet](client::HttpRequest request, apiserver::Identity who,
                                            std::shared_ptr<client::HttpSink> sink) {
                                     return fleet.handle(std::move(request), std::move(who), std::move(sink));
                                   },
                               .identity = std::move(identity),
                               .faults = chances_.network}));
             return client::make_http_client({.loop = loop_, .transport = *pipes_.back(), .rng = Rng{rng_()}});
           },
       .drop_memo_one_in = chances_.drop_memo_one_in});
  if (!opened) throw std::runtime_error(opened.error().message);  // a test's set-up that fails ends the test
  fleet_ = *std::move(opened);
  watch_contract();
  pipes_.push_back(std::make_unique<Pipe>(Pipe::Options{
      .loop = loop_,
      .rng = Rng{rng_()},
      .server =
          [this](client::HttpRequest request, apiserver::Identity who, std::shared_ptr<client::HttpSink> sink) {
            return fleet_->handle(std::move(request), std::move(who), std::move(sink));
          },
      .identity = admin(),
      .faults = chances_.network}));
  user_ = client::make_http_client(
      {.loop = loop_, .transport = *pipes_.back(), .rng = Rng{rng_()}, .user_agent = "kubectl"});
}

void SimulatedFleet::close() {
  checkers_.clear();
  user_.reset();
  if (fleet_ != nullptr) fleet_->stop();
  fleet_.reset();
  pipes_.clear();
  loop_.clear();
}

bool SimulatedFleet::start() {
  open();
  const std::vector<std::pair<std::string, kube::StringMap>> members = {
      {"member1", {{"environment", "canary"}, {"order", "2"}}},
      {"member2", {{"environment", "staging"}}},
      {"member3", {{"environment", "canary"}, {"order", "1"}}}};
  for (const auto& [name, labels] : members) {
    if (!fleet_->add_member(name, labels)) return false;
  }
  fleet_->start();
  return run_until([this] { return fleet_->joined_count() == 3; }, std::chrono::seconds{30});
}

void SimulatedFleet::crash() {
  ++crashes_;
  close();
  open();
  fleet_->start();
}

void SimulatedFleet::maybe_crash() {
  if (chances_.crash_one_in != 0 && rng_.one_in(chances_.crash_one_in)) crash();
}

void SimulatedFleet::heal() {
  chances_ = {};
  for (const auto& pipe : pipes_) pipe->set_faults({});
}

void SimulatedFleet::watch_contract() {
  for (const auto scope : {api::Scope::cluster, api::Scope::namespaced}) {
    const auto resource = fleet_->hub().find(api::resource_of<api::StagedUpdateRun>(scope));
    auto watch =
        fleet_->hub().watch(*resource, 0,
                            {.on_change =
                                 [this](const apiserver::Registry::ChangeEvent& change) {
                                   if (change.before == nullptr || change.after == nullptr) return;
                                   const auto* const before = api::as<api::StagedUpdateRun>(*change.before);
                                   const auto* const after = api::as<api::StagedUpdateRun>(*change.after);
                                   if (before == nullptr || after == nullptr) return;
                                   if (auto broken = hub::updaterun::broken_contract(before->status, after->status))
                                     violations_.push_back(*broken);
                                 },
                             .on_close = [] {}});
    if (watch) checkers_.push_back(*std::move(watch));
  }
}

Result<kube::ObjectPtr> SimulatedFleet::call(
    const std::function<void(client::Callback<Result<kube::ObjectPtr>>)>& start) {
  constexpr int tries_max = 50;
  Result<kube::ObjectPtr> last = fail(Reason::unavailable, "never tried");
  for (int i = 0; i < tries_max; ++i) {
    auto answer = std::make_shared<std::optional<Result<kube::ObjectPtr>>>();
    start([answer](Result<kube::ObjectPtr> result) { answer->emplace(std::move(result)); });
    if (!run_until([&] { return answer->has_value(); }, std::chrono::minutes{2}))
      return fail(Reason::server_timeout, "no answer");
    last = **std::move(answer);
    if (last || (last.error().reason != Reason::unavailable && last.error().reason != Reason::server_timeout))
      return last;
    run_for(std::chrono::milliseconds{100});
  }
  return last;
}

Result<kube::ObjectPtr> SimulatedFleet::create(const std::string& text) {
  const auto body = json::parse(text);
  if (!body) return fail(body.error());
  const auto version = kube::parse_group_version(body->text_at({"apiVersion"}));
  const auto resource = fleet_->hub().find_kind({version->group, std::string(body->text_at({"kind"}))});
  const client::Write write{
      .verb = client::Write::Verb::create,
      .resource = {version->group, version->version, resource->id.resource},
      .key = {std::string(body->text_at({"metadata", "namespace"})), std::string(body->text_at({"metadata", "name"}))},
      .body = *body};
  auto created = call([&](auto done) { user_->write(write, std::move(done)); });
  // A lost answer, then a second try: it was made.
  if (!created && created.error().reason == Reason::already_exists) return get(write.resource, write.key);
  return created;
}

Result<kube::ObjectPtr> SimulatedFleet::merge_patch(const kube::GroupVersionResource& resource,
                                                    const kube::NamespacedName& key, const std::string& patch,
                                                    bool status) {
  const auto body = json::parse(patch);
  if (!body) return fail(body.error());
  const client::Write write{.verb = status ? client::Write::Verb::merge_patch_status : client::Write::Verb::merge_patch,
                            .resource = resource,
                            .key = key,
                            .body = *body};
  return call([&](auto done) { user_->write(write, std::move(done)); });
}

Result<kube::ObjectPtr> SimulatedFleet::get(const kube::GroupVersionResource& resource,
                                            const kube::NamespacedName& key) {
  return call([&](auto done) { user_->get(resource, key, std::move(done)); });
}

std::string SimulatedFleet::member_text(const std::string& member, const kube::GroupResource& resource,
                                        const kube::NamespacedName& key, std::initializer_list<std::string_view> path) {
  apiserver::Registry* const registry = fleet_->member(member);
  if (registry == nullptr) return {};
  const auto found = registry->find(resource);
  if (found == nullptr) return {};
  const auto object = registry->get(*found, key);
  return object ? std::string((*object)->to_value().text_at(path)) : std::string();
}

}  // namespace slipway::sim::testing
