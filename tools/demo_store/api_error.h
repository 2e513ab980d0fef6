#pragma once

#include <string>

#include <boost/json/object.hpp>

#include "http_types.h"

namespace storebridge::demo_store {

namespace json = boost::json;

/// What the REST API answers when it refuses: {code, message, data:{status, ...}}.
struct ApiError {
  int status = 400;
  std::string code;
  std::string message;
  json::object params;  ///< Goes to data.params when not empty.
};

json::object ErrorPayload(const ApiError& error);
Answer ErrorAnswer(const ApiError& error);
Answer JsonAnswer(int status, const json::value& value);

/// The platform's refusal of one parameter.
ApiError InvalidParam(const std::string& name, const std::string& why);

}  // namespace storebridge::demo_store
