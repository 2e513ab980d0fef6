#include "api_error.h"

#include "php_json.h"

namespace storebridge::demo_store {

json::object ErrorPayload(const ApiError& error) {
  json::object data{{"status", error.status}};
  if (!error.params.empty()) {
    data["params"] = error.params;
  }
  return {{"code", error.code}, {"message", error.message}, {"data", data}};
}

Answer ErrorAnswer(const ApiError& error) {
  return JsonAnswer(error.status, ErrorPayload(error));
}

Answer JsonAnswer(int status, const json::value& value) {
  Answer answer;
  answer.status = status;
  answer.body = PhpJson(value);
  return answer;
}

ApiError InvalidParam(const std::string& name, const std::string& why) {
  return {400, "rest_invalid_param", "Invalid parameter(s): " + name, {{name, why}}};
}

}  // namespace storebridge::demo_store
