#include "engine/store_removal.h"

#include <vector>

#include <fmt/format.h>

#include "domain/merge.h"
#include "engine/store_view.h"

namespace storebridge::engine {

Status CheckNotDeleting(const v1::Store& store) {
  if (store.state() != v1::Store::STATE_DELETING) {
    return Ok();
  }
  return Error{.code = Code::kFailedPrecondition,
               .reason = "STORE_DELETING",
               .message = fmt::format("store '{}' is being deleted; create another one when it is "
                                      "gone",
                                      store.name()),
               .facts = {{"store", store.name()}}};
}

Status RemovePart(ports::Tx& tx, const domain::StoreKey& store, std::int64_t now_ms) {
  SB_TRY(v1::Store record, tx.stores().Get(store));
  SB_TRY(const std::vector<ports::Listing> listings,
         tx.products().Listings(store, {}, kListingsPerRemoval));
  for (const ports::Listing& listing : listings) {
    SB_TRY(const v1::Product product, tx.products().Get(store.merchant, listing.product));
    const v1::Product left = domain::WithoutListing(product, store, listing.external_id, now_ms);
    SB_CHECK(tx.products().Put(store.merchant, left));
    SB_CHECK(tx.products().RemoveListing(store, listing.external_id));
    tx.changes().Add(store.merchant, v1::Change::TYPE_PRODUCT, left.name());
  }
  tx.Reload(store);
  if (listings.size() < kListingsPerRemoval) {
    tx.changes().Add(store.merchant, v1::Change::TYPE_STORE, record.name());
    return tx.stores().Remove(store);
  }
  if (record.state() == v1::Store::STATE_DELETING) {
    return Ok();
  }
  record.set_state(v1::Store::STATE_DELETING);
  record.set_state_reason("DeleteStore was called");
  return PutStore(tx, store, record, now_ms);
}

}  // namespace storebridge::engine
