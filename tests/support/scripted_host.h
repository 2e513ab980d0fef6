#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storebridge/connector.h"
#include "storebridge/connector/v1/connector.pb.h"

namespace storebridge::testing {

// Drives one operation of a connector over its C table, as a host does: every request is answered
// by a function, what is emitted is kept, and a cursor moves only with an Emit.
class ScriptedHost {
 public:
  using Answerer =
      std::function<connector::v1::Completion(const connector::v1::HttpRequest& request)>;
  using Comparer =
      std::function<connector::v1::CompareResult(const connector::v1::Compare& compare)>;

  // A session that needs more steps is broken.
  static constexpr int kStepsMax = 200'000;

  // `connector` outlives the host.
  explicit ScriptedHost(const sb_connector_v1* connector, std::string config_json);

  // Runs an operation to its end. Requests, emits and the others are those of this run; the cursor
  // stays for the next. Gives whether it ended well.
  bool Run(std::string_view operation);

  // What Run gives to the operation; `operation`, `config_json` and `cursor` are filled in by it.
  connector::v1::Begin begin;
  // Answers 404 when there is none.
  Answerer answer;
  // Wants all that is compared, and misses nothing, when there is none.
  Comparer compare;
  std::int64_t now_ms = 1'795'000'000'000;
  std::string config_json;
  std::string cursor;

  // What the last Run saw.
  std::vector<connector::v1::HttpRequest> requests;
  std::vector<connector::v1::Compare> compares;
  std::vector<connector::v1::Order> orders;
  std::vector<connector::v1::Product> products;
  std::vector<connector::v1::ItemResult> results;
  std::vector<connector::v1::BadRecord> bad;
  std::vector<connector::v1::Check> checks;
  std::vector<std::string> capabilities;
  // How it failed; empty message when it ended well.
  connector::v1::Failure failure;
  // The session broke the contract, or did not end.
  bool is_broken = false;

 private:
  connector::v1::Completion AnswerTo(const connector::v1::Call& call);
  void Take(const connector::v1::Emit& emit);

  const sb_connector_v1* connector_;
};

// Makes an answer of a store. It carries `Date` when `date_ms` is not 0.
connector::v1::Completion HttpAnswer(int status, std::string body, std::int64_t date_ms = 0);
// Makes what a host says that could not do a request.
connector::v1::Completion HostFailure(connector::v1::Failure::Code code,
                                      std::string message,
                                      bool is_ambiguous = false);

// The path of a URL, without its query.
std::string PathOf(std::string_view url);
// A parameter of the query, decoded; empty when it is absent.
std::string QueryOf(std::string_view url, std::string_view name);

}  // namespace storebridge::testing
