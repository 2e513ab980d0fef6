#include "graphql.h"

#include <cstdint>
#include <utility>

namespace vendure {
namespace {

sdk::Code CodeOf(std::string_view code) {
  if (code == "FORBIDDEN" || code == "UNAUTHORIZED") {
    return sdk::Code::kAuth;
  }
  if (code == "ENTITY_NOT_FOUND") {
    return sdk::Code::kNotFound;
  }
  return sdk::Code::kPermanent;
}

// The first of `errors` says enough; the others follow from it.
sdk::Failure ErrorIn(const sdk::Json& error) {
  const std::optional<sdk::Json> extensions = error.Find("extensions");
  const std::string code = extensions ? extensions->OptionalText("code") : "";
  const std::string text = error.OptionalText("message");
  if (CodeOf(code) == sdk::Code::kAuth) {
    return sdk::Failure(sdk::Code::kAuth,
                        "Vendure refuses the API key or its rights: " + text +
                            "; check the key and the permissions on the integration page");
  }
  return sdk::Failure(CodeOf(code), "Vendure: " + text + (code.empty() ? "" : " (" + code + ")"));
}

}  // namespace

sdk::Task<sdk::Response> Ask(sdk::Context& cx,
                             std::string_view query,
                             const sdk::JsonWriter& variables,
                             Repeat repeat,
                             std::string_view about) {
  sdk::JsonWriter body;
  body.Object().Field("query", query).Key("variables").Raw(variables.Text()).End();
  const std::string path =
      cx.Config().Find("admin_path") ? cx.Config().At("admin_path").Text() : "/admin-api";
  sdk::Request request = cx.Post(path).Auth("api_key").JsonBody(body).About(about);
  switch (repeat) {
    case Repeat::kSafe:
      request = std::move(request).Safe();
      break;
    case Repeat::kIdempotent:
      request = std::move(request).Idempotent();
      break;
    case Repeat::kUnsafe:
      request = std::move(request).Unsafe();
      break;
  }
  sdk::Response response = co_await std::move(request).Try();
  co_return response;
}

sdk::Json DataOf(const sdk::Response& response) {
  if (!response.has_answer()) {
    throw response.Problem();
  }
  // A query that the schema does not fit is HTTP 400 with `errors`, too.
  const std::optional<sdk::Json> error_body = response.ErrorJson();
  if (error_body && error_body->IsObject()) {
    const std::vector<sdk::Json> errors = error_body->OptionalItems("errors");
    if (!errors.empty()) {
      throw ErrorIn(errors.front());
    }
  }
  response.RequireOk();
  return response.Json().At("data");
}

sdk::Task<sdk::Response> AskByIds(sdk::Context& cx,
                                  std::string_view query,
                                  const std::vector<std::string>& ids) {
  sdk::JsonWriter variables;
  variables.Object().Field("take", static_cast<std::int64_t>(ids.size())).Key("ids").Array();
  for (const std::string& id : ids) {
    variables.Value(id);
  }
  variables.End().End();
  sdk::Response response = co_await Ask(cx, query, variables, Repeat::kSafe);
  co_return response;
}

sdk::Task<sdk::Json> Query(sdk::Context& cx,
                           std::string_view query,
                           const sdk::JsonWriter& variables,
                           Repeat repeat,
                           std::string_view about) {
  const sdk::Response response = co_await Ask(cx, query, variables, repeat, about);
  co_return DataOf(response);
}

std::vector<std::string> IdsIn(const sdk::Json& list) {
  std::vector<std::string> ids;
  for (const sdk::Json& item : list.At("items").Items()) {
    if (std::string id = TextIn(item, "id"); !id.empty()) {
      ids.push_back(std::move(id));
    }
  }
  return ids;
}

}  // namespace vendure
