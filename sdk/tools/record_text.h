#pragma once

#include <string>

#include "storebridge/connector/v1/connector.pb.h"

// Records as one line of JSON each, for people and for diff. The runtime of connector.proto is lite
// and cannot print.
namespace storebridge::run {

std::string OrderText(const connector::v1::Order& order);
std::string ProductText(const connector::v1::Product& product);
std::string ResultText(const connector::v1::ItemResult& result);
// Of a record that was pushed and of which nothing was told.
std::string UntoldText(const std::string& ref);
std::string BadText(const connector::v1::BadRecord& bad);
std::string CheckText(const connector::v1::Check& check);
std::string CapabilityText(const std::string& capability);
std::string CursorText(const std::string& cursor);
// `CODE_AUTH: message` with detail and advice, for people.
std::string FailureText(const connector::v1::Failure& failure);

}  // namespace storebridge::run
