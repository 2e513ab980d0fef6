#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/result.h"
#include "domain/names.h"
#include "engine/ledger.h"
#include "engine/new_id.h"
#include "ports/random.h"
#include "ports/storage.h"
#include "storebridge/connector/v1/connector.pb.h"

namespace storebridge::engine {

// Writes products of one store inside one transaction: what the rules want, and which listing they
// are.
class ProductBook {
 public:
  // `run_start_ms` is when the run began that reads them: what is known of a stock from later on is
  // newer than what it shows.
  ProductBook(Ledger& ledger,
              ports::Random& random,
              const domain::StoreKey& store,
              std::int64_t run_start_ms)
      : ledger_(ledger),
        ids_(ledger.now_ms(), random),
        store_(store),
        run_start_ms_(run_start_ms) {}

  // Takes an observation of a product over. Gives whether its record has changed. Errors are the
  // product's fault unless they are kUnavailable or kInternal.
  // `content_hash` is that of domain::ContentHashesOf.
  Result<bool> Observe(const connector::v1::Product& seen, std::uint64_t content_hash);

  // The same for a product that has no listing of the store yet.
  Result<bool> ObserveNew(const connector::v1::Product& seen, std::uint64_t content_hash) {
    return Merge(seen, content_hash, std::nullopt);
  }

  // Takes a listing for deleted. Gives whether the record of its product has changed.
  Result<bool> Remove(const ports::Listing& listing);

  // Product codes came, went or changed, or what has them: drafts may be right now.
  [[nodiscard]] bool codes_changed() const { return codes_changed_; }

 private:
  Result<bool> Merge(const connector::v1::Product& seen,
                     std::uint64_t content_hash,
                     const std::optional<ports::Listing>& listing);
  // Makes a product of what is seen and gives its id. None, and nothing is written, when another
  // one has the code, or what is seen is wrong.
  Result<std::optional<std::string>> AddNew(const connector::v1::Product& seen);
  Result<std::string> DrawId();
  // Writes the listing of what is seen as that of a product.
  Status Link(const connector::v1::Product& seen, ports::Listing listing);
  // Whether what is known of its stock is from before the run. What is known from later than now is
  // from a clock that was wrong.
  [[nodiscard]] bool IsOlderThanRun(const ports::Listing& listing) const;
  // Takes what the store shows as known, unless we wrote it after the run began: then the page may
  // be older than the write.
  Status CompareStock(const connector::v1::Product& seen, ports::Listing& listing);
  // Removes a listing, and with it the trouble with its stock.
  Status Forget(ports::Listing listing);
  // Wakes the store when it shows a wrong number.
  void WakeIfDirty(const ports::Listing& listing);

  Ledger& ledger_;
  NewIds ids_;
  const domain::StoreKey& store_;
  std::int64_t run_start_ms_;
  bool codes_changed_ = false;
  // A new listing's code is nobody's, as far as was seen: it is not looked for before.
  bool expects_free_codes_ = true;
};

}  // namespace storebridge::engine
