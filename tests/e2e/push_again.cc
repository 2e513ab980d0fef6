#include "push_again.h"

#include <chrono>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "day_kit/json_text.h"

namespace storebridge::e2e {
namespace {

namespace json = boost::json;

constexpr std::chrono::milliseconds kPushMost{120'000};

std::string LastPart(const std::string& name) {
  return name.substr(name.rfind('/') + 1);
}

json::object Told(const v1::Order& order,
                  const v1::Shipment& shipment,
                  const PushAgainOptions& options) {
  json::array lines;
  for (const v1::ShipmentLine& line : shipment.lines()) {
    lines.push_back({{"external_line_id", line.external_line_id()}, {"quantity", line.quantity()}});
  }
  json::array parcels;
  for (const v1::Parcel& parcel : shipment.parcels()) {
    parcels.push_back({{"tracking_code", parcel.tracking_code()},
                       {"tracking_url", parcel.tracking_url()},
                       {"carrier", parcel.carrier()}});
  }
  return {{"ref", LastPart(shipment.name())},
          {"external_order_id", order.external_id()},
          {"lines", std::move(lines)},
          {"parcels", std::move(parcels)},
          {"completes_order", &shipment == &*order.shipments().rbegin()},
          {"notify_customer", options.notify_customer},
          {"read_back_first", options.read_back_first},
          {"shipped_ms", shipment.ship_time().seconds() * 1000}};
}

Status Write(const std::string& path, const json::object& content) {
  std::ofstream out(path);
  out << json::serialize(content);
  out.flush();
  return out ? Ok()
             : Status(Error{.code = Code::kInternal, .message = path + " cannot be written"});
}

}  // namespace

Status PushAgain(const day::TempFolder& folder,
                 day::Platform& platform,
                 const day::StoreSide& side,
                 const v1::Order& order,
                 const PushAgainOptions& options) {
  json::array shipments;
  for (const v1::Shipment& shipment : order.shipments()) {
    shipments.push_back(Told(order, shipment, options));
  }
  json::object secrets;
  for (const auto& [name, value] : side.secrets()) {
    secrets[name] = value;
  }
  SB_TRY(json::value config, day::ParseJson(side.config_json()));
  SB_CHECK(Write(folder.File("push.json"), {{"shipments", std::move(shipments)}}));
  SB_CHECK(Write(folder.File("push_store.json"),
                 {{"config", std::move(config)}, {"secrets", std::move(secrets)}}));
  std::vector<std::string> command{
      E2E_RUN,
      fmt::format("{}/{}.so", E2E_CONNECTORS, LastPart(side.connector())),
      "--operation",
      "shipments.push",
      "--config",
      folder.File("push_store.json"),
      "--input",
      folder.File("push.json"),
      "--allow-private"};
  SB_TRY(const v1::Store store, platform.GetStore("web"));
  for (const std::string& capability : store.capabilities()) {
    command.insert(command.end(), {"--capability", capability});
  }
  SB_TRY(const day::CommandResult run, day::RunCommand(command, "", kPushMost));
  if (run.exit_code == 0) {
    return Ok();
  }
  return Error{.code = Code::kFailedPrecondition,
               .reason = "PUSH_AGAIN",
               .message = fmt::format("{}\n{}", run.output, run.errors)};
}

}  // namespace storebridge::e2e
