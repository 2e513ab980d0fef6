#include "storebridge/sdk/records.h"

#include <set>

#include "storebridge/sdk/failure.h"
#include "storebridge/sdk/text.h"

namespace storebridge::sdk {
namespace {

BadRecord MakeBadRecord(std::string_view external_id,
                        std::string_view label,
                        std::string_view message) {
  BadRecord bad;
  bad.set_external_id(CleanText(external_id));
  bad.set_label(CleanText(label));
  bad.set_message(HeadOf(CleanText(message), 1000));
  return bad;
}

}  // namespace

ItemResult Accepted(std::string_view ref, std::string_view external_id) {
  ItemResult result;
  result.set_ref(std::string(ref));
  result.mutable_accepted()->set_external_id(CleanText(external_id));
  return result;
}

ItemResult Confirmed(std::string_view ref, std::string_view external_id) {
  ItemResult result = Accepted(ref, external_id);
  result.mutable_accepted()->set_confirmed(true);
  return result;
}

ItemResult WasThere(std::string_view ref, std::string_view external_id) {
  ItemResult result = Confirmed(ref, external_id);
  result.mutable_accepted()->set_was_there(true);
  return result;
}

ItemResult Refused(std::string_view ref, const Failure& failure) {
  ItemResult result;
  result.set_ref(std::string(ref));
  *result.mutable_failure() = failure.proto();
  return result;
}

Check CheckPassed(std::string_view name, std::string_view message) {
  Check check;
  check.set_name(std::string(name));
  check.set_ok(true);
  check.set_message(CleanText(message));
  return check;
}

Check CheckFailed(std::string_view name, std::string_view message, std::string_view action) {
  Check check;
  check.set_name(std::string(name));
  check.set_message(CleanText(message));
  check.set_action(CleanText(action));
  return check;
}

BadRecord BadOrder(std::string_view external_id, std::string_view label, std::string_view message) {
  BadRecord bad = MakeBadRecord(external_id, label, message);
  bad.set_is_order(true);
  return bad;
}

BadRecord BadProduct(std::string_view external_id,
                     std::string_view label,
                     std::string_view message) {
  return MakeBadRecord(external_id, label, message);
}

Product DeletedProduct(std::string_view external_id) {
  Product product;
  product.set_external_id(std::string(external_id));
  product.set_is_deleted(true);
  return product;
}

std::string CarriersOf(const Shipment& shipment, std::size_t limit) {
  std::set<std::string_view> seen;
  std::string carriers;
  for (const Parcel& parcel : shipment.parcels()) {
    if (!parcel.carrier().empty() && seen.insert(parcel.carrier()).second) {
      carriers += (carriers.empty() ? "" : ", ") + parcel.carrier();
    }
  }
  return HeadOf(carriers, limit);
}

void AddHeader(google::protobuf::RepeatedPtrField<Header>* headers,
               std::string_view name,
               std::string_view value) {
  Header* header = headers->Add();
  header->set_name(CleanText(name));
  header->set_value(CleanText(value));
}

}  // namespace storebridge::sdk
