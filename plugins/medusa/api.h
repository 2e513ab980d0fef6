#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "storebridge/sdk.h"

// Medusa's Admin API. Facts of this folder: Medusa 2.21.2, measured (see README.md).
namespace medusa {

namespace sdk = storebridge::sdk;

// Begin a request; `path` is what follows /admin.
sdk::Request Get(sdk::Context& cx, std::string_view path, sdk::Where where = sdk::Where::current());
sdk::Request Post(sdk::Context& cx,
                  std::string_view path,
                  sdk::Where where = sdk::Where::current());

// Whether an answer says, in Medusa's own words, that there is no record of an id. Another 404 is
// of what stands before Medusa, such as a proxy.
bool IsGone(const sdk::Response& response);

// Says what is wrong with an answer, in Medusa's words where it gave some. A 404 that is not its
// own is kTransient.
sdk::Failure ProblemOf(const sdk::Response& response);

// Reads the answer. Throws ProblemOf when it is not 2xx.
sdk::Json ReadAnswer(const sdk::Response& response);

// Asks for the records of these ids.
sdk::Request WithIds(sdk::Request request, const std::vector<std::string>& ids);

// Path of a record below `list`, such as `/orders/order_01J...`. Throws Failure kPermanent when
// `id` cannot be one of Medusa's.
std::string PathOf(std::string_view list, std::string_view id);

// A member that is an object or a list; an empty value otherwise.
sdk::Json MemberOf(const sdk::Json& row, std::string_view key);
// Elements of a member; none where it is no list.
std::vector<sdk::Json> ListIn(const sdk::Json& row, std::string_view key);

// ASCII letters in upper or lower case: Medusa has codes of currencies and countries in lower case.
std::string UpperOf(std::string text);
std::string LowerOf(std::string text);

}  // namespace medusa
