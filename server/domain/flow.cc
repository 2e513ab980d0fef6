#include "domain/flow.h"

#include "domain/enum_table.h"

namespace storebridge::domain {
namespace {

using Row = EnumRow<Flow, v1::Flow>;
constexpr std::array kTable = {
    Row{Flow::kProducts, v1::FLOW_PRODUCTS, "products"},
    Row{Flow::kOrders, v1::FLOW_ORDERS, "orders"},
    Row{Flow::kStock, v1::FLOW_STOCK, "stock"},
    Row{Flow::kShipments, v1::FLOW_SHIPMENTS, "shipments"},
};
static_assert(IsInOrder(kTable) && kTable.size() == kFlows.size());

}  // namespace

Result<Flow> FlowFrom(v1::Flow flow) {
  if (const auto found = FindByProto(kTable, flow)) {
    return *found;
  }
  const std::string given = std::to_string(static_cast<int>(flow));
  return Error{.code = Code::kInvalidArgument,
               .reason = "FLOW",
               .message = fmt::format("flow {}; allowed are FLOW_PRODUCTS, FLOW_ORDERS, FLOW_STOCK "
                                      "and FLOW_SHIPMENTS",
                                      flow == v1::FLOW_UNSPECIFIED ? "is missing" : "is " + given),
               .facts = {{"flow", given}}};
}

v1::Flow ToProto(Flow flow) {
  return RowOf(kTable, flow).proto;
}

std::string_view FlowName(Flow flow) {
  return RowOf(kTable, flow).name;
}

std::string_view OperationOf(Flow flow) {
  switch (flow) {
    case Flow::kProducts:
      return "products.pull";
    case Flow::kOrders:
      return "orders.pull";
    case Flow::kStock:
      return "stock.push";
    case Flow::kShipments:
      return "shipments.push";
  }
  return "";
}

}  // namespace storebridge::domain
