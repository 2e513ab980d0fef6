#include "engine/connector_fit.h"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "domain/names.h"

namespace storebridge::engine {
namespace {

constexpr std::size_t kStoresPerRead = 200;
constexpr std::size_t kStoresNamedMax = 5;

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
    const Status fits = checker.CheckConfig(manifest, store.config_json());
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
                   "the settings of {} of its {} stores do not fit version {}; change them or the "
                   "connector first: {}{}",
                   misfits,
                   stores.size(),
                   manifest.version(),
                   fmt::join(named, "; "),
                   misfits > named.size() ? "; ..." : "")};
}

}  // namespace storebridge::engine
