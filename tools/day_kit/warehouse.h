#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"
#include "day_kit/platform.h"

namespace storebridge::day {

// An order that left, and how.
struct SentOrder {
  std::string number = {};
  std::string recipient = {};
  std::string state = {};
  std::int64_t pieces = 0;
  std::vector<std::string> tracking_codes = {};
};

// What a warehouse system does with a Storebridge server: looks for NEW orders, collects and ships
// them.
class Warehouse {
 public:
  // Tracking codes are `JJFI` and fourteen digits that begin after `first_code`.
  Warehouse(Platform& platform, std::string carrier, std::uint64_t first_code);

  // Collects and ships every NEW order in one parcel each, the oldest first. An order that somebody
  // else took meanwhile is left out.
  Result<std::vector<SentOrder>> WorkThroughNew();

  // Collects one order and ships all that is open, in `parcels` parcels.
  Result<SentOrder> Send(const std::string& number, int parcels = 1);

  // Ships a part of an order that is being collected.
  Result<SentOrder> SendPart(const std::string& number,
                             const std::string& code,
                             std::int64_t pieces);

 private:
  std::vector<v1::Parcel> NewParcels(int count);

  Platform& platform_;
  std::string carrier_;
  std::uint64_t last_code_;
};

}  // namespace storebridge::day
