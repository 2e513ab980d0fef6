#include "written_names.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "recording.h"
#include "words.h"

namespace storebridge::conformance {
namespace {

namespace cv1 = connector::v1;

// What of a request may name a record.
std::string NamingTextOf(const cv1::HttpRequest& request) {
  return std::string(PathOf(request)) + " " + request.body() + " " + request.ref();
}

bool HasAny(const std::string& text, const std::set<std::string>& names) {
  return std::any_of(
      names.begin(), names.end(), [&](const auto& name) { return HasWord(text, name); });
}

}  // namespace

WrittenNames::WrittenNames(const cv1::Begin& begin, const Outcome& good) {
  std::set<std::string> quantities;
  for (const cv1::StockLevel& level : begin.stock().levels()) {
    quantities.insert(std::to_string(level.quantity()));
    names_[level.ref()] = {level.external_id(), level.product_code()};
  }
  for (const cv1::Shipment& shipment : begin.shipments().shipments()) {
    for (const cv1::ShipmentLine& line : shipment.lines()) {
      quantities.insert(std::to_string(line.quantity()));
    }
    names_[shipment.ref()] = {shipment.external_order_id(), shipment.external_id()};
  }
  for (const MadeRequest& made : good.requests) {
    if (IsWrite(made.request)) {
      writes_.insert(NamingTextOf(made.request));
    }
  }
  std::map<std::string, std::set<std::string>> telling = names_;
  for (auto& [ref, names] : telling) {
    std::erase_if(names, [&, &ref = ref](const std::string& name) {
      return quantities.contains(name) || IsAmbiguous(ref, name);
    });
    names.insert(ref);
  }
  names_ = std::move(telling);
}

const MadeRequest* WrittenNames::WriteAbout(const Outcome& outcome, const std::string& ref) const {
  const auto found = names_.find(ref);
  for (const MadeRequest& made : outcome.requests) {
    if (found != names_.end() && IsWrite(made.request) &&
        HasAny(NamingTextOf(made.request), found->second)) {
      return &made;
    }
  }
  return nullptr;
}

// Whether it is a name of another record too, or stands in several writes of which one is about
// another record. In a single write, such as of a batch, it names what it says.
bool WrittenNames::IsAmbiguous(const std::string& ref, const std::string& name) const {
  std::size_t writes = 0;
  bool is_of_another = false;
  for (const auto& [other, names] : names_) {
    if (other != ref && names.contains(name)) {
      return true;
    }
  }
  for (const std::string& write : writes_) {
    if (!HasWord(write, name)) {
      continue;
    }
    ++writes;
    for (const auto& [other, names] : names_) {
      is_of_another =
          is_of_another || (other != ref && (HasAny(write, names) || HasWord(write, other)));
    }
  }
  return writes > 1 && is_of_another;
}

}  // namespace storebridge::conformance
