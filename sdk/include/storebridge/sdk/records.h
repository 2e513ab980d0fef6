#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storebridge/connector/v1/connector.pb.h"

// The records are the contract's own messages: there is one schema, connector.proto.
namespace storebridge::sdk {

using connector::v1::Address;
using connector::v1::BadRecord;
using connector::v1::Check;
using connector::v1::CompareResult;
using connector::v1::Header;
using connector::v1::ItemResult;
using connector::v1::Money;
using connector::v1::Order;
using connector::v1::OrderLine;
using connector::v1::OrderMark;
using connector::v1::Parcel;
using connector::v1::PAYMENT_STATE_AUTHORIZED;
using connector::v1::PAYMENT_STATE_PAID;
using connector::v1::PAYMENT_STATE_REFUNDED;
using connector::v1::PAYMENT_STATE_UNPAID;
using connector::v1::PaymentState;
using connector::v1::Product;
using connector::v1::Pull;
using connector::v1::Shipment;
using connector::v1::ShipmentLine;
using connector::v1::ShipmentPush;
using connector::v1::StockLevel;
using connector::v1::StockPush;

class Failure;

// Makes the outcome of a push that the store accepted. `ref` is StockLevel.ref or Shipment.ref.
ItemResult Accepted(std::string_view ref, std::string_view external_id = {});
// As Accepted, and the store's own state was read afterwards and shows it.
ItemResult Confirmed(std::string_view ref, std::string_view external_id = {});
// As Confirmed, and it had been there before this attempt.
ItemResult WasThere(std::string_view ref, std::string_view external_id = {});
// Makes the outcome of a push that failed for this one record.
ItemResult Refused(std::string_view ref, const Failure& failure);

// Makes a finding of `auth.check`.
Check CheckPassed(std::string_view name, std::string_view message);
// As CheckPassed, for what is wrong; `action` is what the merchant has to do.
Check CheckFailed(std::string_view name, std::string_view message, std::string_view action);

// Makes a record that could not be read; it becomes an issue while the others go on.
BadRecord BadOrder(std::string_view external_id, std::string_view label, std::string_view message);
BadRecord BadProduct(std::string_view external_id,
                     std::string_view label,
                     std::string_view message);

// Makes the record of a product that is gone from the store.
Product DeletedProduct(std::string_view external_id);

// The carriers of a shipment's parcels, each once, with commas between them; at most `limit` bytes
// as HeadOf cuts them. Empty when none is named.
std::string CarriersOf(const Shipment& shipment, std::size_t limit);

// Adds a name and a value to a repeated Header, such as order.mutable_attributes().
void AddHeader(google::protobuf::RepeatedPtrField<Header>* headers,
               std::string_view name,
               std::string_view value);

}  // namespace storebridge::sdk
