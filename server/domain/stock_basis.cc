#include "domain/stock_basis.h"

#include "domain/enum_table.h"

namespace storebridge::domain {
namespace {

using Row = EnumRow<StockBasis, v1::StockBasis>;
constexpr std::array kTable = {
    Row{StockBasis::kSalable, v1::STOCK_BASIS_SALABLE, "SALABLE"},
    Row{StockBasis::kPhysical, v1::STOCK_BASIS_PHYSICAL, "PHYSICAL"},
};
static_assert(IsInOrder(kTable));

using SeenRow = EnumRow<StockBasis, connector::v1::StockBasis>;
constexpr std::array kSeenTable = {
    SeenRow{StockBasis::kSalable, connector::v1::STOCK_BASIS_SALABLE, "SALABLE"},
    SeenRow{StockBasis::kPhysical, connector::v1::STOCK_BASIS_PHYSICAL, "PHYSICAL"},
};

Error NotSaid(int value) {
  return Error{
      .code = Code::kFailedPrecondition,
      .reason = "STOCK_BASIS",
      .message = fmt::format(
          "stock_basis is {}: the connector's manifest has to say one of {} before stock can be "
          "published",
          value,
          JoinNames(kTable)),
      .facts = {{"stock_basis", std::to_string(value)}}};
}

}  // namespace

Result<StockBasis> StockBasisFrom(v1::StockBasis basis) {
  if (const auto found = FindByProto(kTable, basis)) {
    return *found;
  }
  return NotSaid(static_cast<int>(basis));
}

Result<StockBasis> StockBasisFrom(connector::v1::StockBasis basis) {
  if (const auto found = FindByProto(kSeenTable, basis)) {
    return *found;
  }
  return NotSaid(static_cast<int>(basis));
}

v1::StockBasis ToProto(StockBasis basis) {
  return RowOf(kTable, basis).proto;
}

}  // namespace storebridge::domain
