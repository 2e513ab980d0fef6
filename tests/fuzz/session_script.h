#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "storebridge/connector/v1/connector.pb.h"

namespace storebridge::fuzz {

// What a host does in one session: how it begins the operation, and what it answers. A text, so
// that seeds can be read and written by people:
//
//   orders.pull full only=71,72 cursor=2026-11-18T10:00:00 can=fulfillments
//   {"base_url":"https://shop.example"}
//   ### 200;date: Wed, 18 Nov 2026 10:05:00 GMT
//   [{"id":71}]
//   ### failure 4 ambiguous
//   ### compare wanted=0,2 missing=77
//   ### emit 9
//   ### cancel
//
// The first line also takes `from=MS`, `level=REF:ID:PARENT:QUANTITY` and
// `ship=REF:ORDER:LINE*QUANTITY,...:FLAGS` (c completes the order, n notifies, r reads back first).
// `failure` and `emit` name a Failure.Code by its number. Answers to requests are used in their
// order; `compare` and `emit` are for the calls of their kind, which are answered well without.
struct SessionScript {
  struct Answer {
    // After `### `.
    std::string head;
    std::string body;
  };

  std::string operation;
  std::string config_json;
  std::vector<Answer> answers;
};

SessionScript ReadScript(std::string_view text);
std::string TextOf(const SessionScript& script);

// The parts of `text` between `separator`s; one when there is none.
std::vector<std::string> Split(std::string_view text, char separator);

// The first line as what the host sends.
connector::v1::Begin BeginOf(const SessionScript& script);

}  // namespace storebridge::fuzz
