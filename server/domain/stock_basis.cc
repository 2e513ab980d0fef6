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

}  // namespace

Result<StockBasis> StockBasisFrom(v1::StockBasis basis) {
  if (const auto found = FindByProto(kTable, basis)) {
    return *found;
  }
  const int value = static_cast<int>(basis);
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

v1::StockBasis StockBasisOf(connector::v1::StockBasis basis) {
  if (basis == connector::v1::STOCK_BASIS_SALABLE) {
    return v1::STOCK_BASIS_SALABLE;
  }
  return basis == connector::v1::STOCK_BASIS_PHYSICAL ? v1::STOCK_BASIS_PHYSICAL
                                                      : v1::STOCK_BASIS_UNSPECIFIED;
}

}  // namespace storebridge::domain
