#include "api.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace medusa {
namespace {

constexpr std::size_t kMessageMax = 300;

// As Medusa makes them, such as order_01J...: nothing that could lead elsewhere in a path.
bool IsId(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

}  // namespace

sdk::Request Get(sdk::Context& cx, std::string_view path, sdk::Where where) {
  return cx.Get("/admin" + std::string(path), where).Auth("api_key");
}

sdk::Request Post(sdk::Context& cx, std::string_view path, sdk::Where where) {
  return cx.Post("/admin" + std::string(path), where).Auth("api_key");
}

bool IsGone(const sdk::Response& response) {
  if (!response.has_answer() || response.status() != 404) {
    return false;
  }
  const std::optional<sdk::Json> body = response.ErrorJson();
  return body && TextIn(*body, "type") == "not_found";
}

sdk::Failure ProblemOf(const sdk::Response& response) {
  sdk::Failure problem = response.Problem();
  if (!response.has_answer()) {
    return problem;
  }
  const std::optional<sdk::Json> body = response.ErrorJson();
  const std::string text = body ? TextIn(*body, "message") : "";
  const std::string type = body ? TextIn(*body, "type") : "";
  // The rest of what is told stays: whether to wait, and whether it may have happened all the same.
  storebridge::connector::v1::Failure told = problem.proto();
  std::string message = problem.message();
  if (message.ends_with('.')) {
    message.pop_back();
  }
  if (problem.code() == sdk::Code::kNotFound && !IsGone(response)) {
    told.set_code(storebridge::connector::v1::Failure::CODE_TRANSIENT);
    message += "; it is not Medusa that says so: check base_url, and what stands before Medusa";
  } else if (!text.empty()) {
    message += ": Medusa says '" + sdk::HeadOf(text, kMessageMax) + "'" +
               (type.empty() ? "" : " (" + sdk::HeadOf(type, kMessageMax) + ")");
    told.clear_detail();
  }
  if (problem.code() == sdk::Code::kAuth) {
    message += "; check the secret API key";
  }
  told.set_message(message);
  return sdk::Failure(std::move(told));
}

sdk::Json ReadAnswer(const sdk::Response& response) {
  if (!response.ok()) {
    throw ProblemOf(response);
  }
  return response.Json();
}

sdk::Request WithIds(sdk::Request request, const std::vector<std::string>& ids) {
  for (const std::string& id : ids) {
    request = std::move(request).Query("id[]", id);
  }
  return std::move(request).Query("limit", ids.size());
}

std::string PathOf(std::string_view list, std::string_view id) {
  if (!IsId(id)) {
    throw sdk::Failure(sdk::Code::kPermanent,
                       "'" + sdk::HeadOf(id, kMessageMax) + "' is no id of Medusa's");
  }
  return std::string(list) + '/' + std::string(id);
}

sdk::Json MemberOf(const sdk::Json& row, std::string_view key) {
  return row.IsObject() ? row.Find(key).value_or(sdk::Json()) : sdk::Json();
}

std::vector<sdk::Json> ListIn(const sdk::Json& row, std::string_view key) {
  const sdk::Json member = MemberOf(row, key);
  return member.IsArray() ? member.Items() : std::vector<sdk::Json>();
}

std::string UpperOf(std::string text) {
  for (char& c : text) {
    c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return text;
}

std::string LowerOf(std::string text) {
  for (char& c : text) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return text;
}

}  // namespace medusa
