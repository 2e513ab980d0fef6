#include "engine/connector_fit.h"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "domain/names.h"
#include "domain/stock_basis.h"

namespace storebridge::engine {
namespace {

constexpr std::size_t kStoresPerRead = 200;
constexpr std::size_t kStoresNamedMax = 5;

Status CheckFits(const v1::Store& store,
                 const ports::StoreConfigChecker& checker,
                 const connector::v1::Manifest& manifest) {
  SB_CHECK(checker.CheckConfig(manifest, store.config_json()));
  const v1::StockBasis basis = domain::StockBasisOf(manifest.stock_basis());
  if (basis != store.stock_basis()) {
    return Error{.code = Code::kFailedPrecondition,
                 .message = fmt::format("its stock numbers would mean something else, {} for {}; "
                                        "connect it anew",
                                        v1::StockBasis_Name(basis),
                                        v1::StockBasis_Name(store.stock_basis()))};
  }
  return Ok();
}

}  // namespace

Result<std::vector<v1::Store>> StoresOf(ports::Storage& storage, const std::string& connector) {
  std::vector<v1::Store> stores;
  domain::StoreKey after;
  std::vector<v1::Store> page;
  do {
    SB_CHECK(storage.Read([&](const ports::ReadTx& tx) -> Status {
      SB_TRY(page, tx.stores().List("", after, kStoresPerRead));
      return Ok();
    }));
    for (v1::Store& store : page) {
      SB_TRY(after, domain::ParseStoreName(store.name()));
      if (store.connector() == connector && store.state() != v1::Store::STATE_DELETING) {
        stores.push_back(std::move(store));
      }
    }
  } while (page.size() == kStoresPerRead);
  return stores;
}

Status CheckStoresFit(const std::vector<v1::Store>& stores,
                      const ports::StoreConfigChecker& checker,
                      const connector::v1::Manifest& manifest) {
  std::vector<std::string> named;
  std::size_t misfits = 0;
  for (const v1::Store& store : stores) {
    const Status fits = CheckFits(store, checker, manifest);
    misfits += fits ? 0U : 1U;
    if (!fits && named.size() < kStoresNamedMax) {
      named.push_back(fmt::format("{}: {}", store.name(), fits.error().message));
    }
  }
  if (misfits == 0) {
    return Ok();
  }
  return Error{.code = Code::kFailedPrecondition,
               .reason = "STORES_DO_NOT_FIT",
               .message = fmt::format(
                   "{} of its {} stores do not fit version {}; change them or the connector first: "
                   "{}{}",
                   misfits,
                   stores.size(),
                   manifest.version(),
                   fmt::join(named, "; "),
                   misfits > named.size() ? "; ..." : "")};
}

}  // namespace storebridge::engine
