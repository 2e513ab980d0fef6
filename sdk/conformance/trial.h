#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "ports/egress.h"
#include "recording.h"
#include "storebridge/connector/v1/connector.pb.h"
#include "subject.h"

namespace storebridge::conformance {

// A session takes no more steps than this, and so many for each that was recorded.
inline constexpr std::size_t kStepsMax = 2'000;
inline constexpr std::size_t kStepsPerRecordedMax = 10;
// Requests of a session of which more than the number is kept.
inline constexpr std::size_t kRequestsKept = 5'000;

// How a session is run on the store that was made of a recording.
struct Plan {
  const Recording* recording = nullptr;
  // What is different, in words; empty for the good run.
  std::string what = {};
  // Changes the answer to request `number`, from 0.
  std::function<void(std::size_t number,
                     const connector::v1::HttpRequest& request,
                     connector::v1::Completion* answer)>
      change = {};
  // The cursor that an earlier run left, instead of the recorded one.
  std::optional<std::string> cursor = {};
  // After so many steps Cancel comes instead of answers; 0: never.
  std::size_t cancel_after = 0;
  // 0: by kStepsMax and kStepsPerRecordedMax.
  std::size_t steps_max = 0;
  // 0: only steps are bounded.
  std::size_t requests_max = 0;
  // Of the wall clock; 0: only a single step is bounded.
  std::int64_t seconds_max = 0;
};

struct RecordId {
  bool is_order = false;
  std::string external_id = {};
  auto operator<=>(const RecordId&) const = default;
};

// `order 17`.
std::string ShownRecord(const RecordId& id);

struct ToldRecord {
  bool is_deleted = false;
  std::int64_t modified_ms = 0;
};

struct MadeRequest {
  connector::v1::HttpRequest request = {};
  // 0 when there was no answer.
  std::uint32_t status = 0;
};

struct CursorMove {
  std::string cursor = {};
  // Requests that were answered before it.
  std::size_t requests = 0;
};

// What a session did.
struct Outcome {
  enum class End {
    // Done.output.
    kWell,
    // Done.failure.
    kFailure,
    // An effect broke the contract.
    kBroken,
    // Its process crashed or hung.
    kDead,
    // It was still asking when it had to be over.
    kEndless,
    // It was left out: the connector has hung too often.
    kNotRun,
  };

  End end = End::kNotRun;
  connector::v1::Failure failure;
  // What it did, unless it ended well or with a failure.
  std::string problem;
  std::size_t steps = 0;
  std::size_t request_count = 0;
  std::vector<MadeRequest> requests;
  // Those that were not recorded: what came of them is no evidence.
  std::size_t unknown_requests = 0;
  std::map<RecordId, ToldRecord> records;
  std::vector<connector::v1::Order> orders;
  // Of the good run: what the server would not take for a fault of the connector, in its words.
  std::vector<std::string> unfit;
  std::vector<connector::v1::BadRecord> bad;
  std::vector<connector::v1::ItemResult> results;
  std::vector<CursorMove> cursors;
  // Of its own making: logs and messages of failures.
  std::vector<std::string> said;
  bool has_compared = false;
  std::int64_t longest_step_us = 0;
  std::size_t largest_effect = 0;

  [[nodiscard]] bool is_well() const { return end == End::kWell; }
  // How it ended, in words.
  [[nodiscard]] std::string Shown() const;
};

// Where the connector may go with the settings of a recording.
Result<std::shared_ptr<const ports::EgressProfile>> ProfileOf(
    const connector::v1::Manifest& manifest, const Recording& recording);

// Runs one session from Begin to its end.
Outcome RunTrial(Subject& subject, const ports::EgressProfile& profile, const Plan& plan);

// Event number `step` of a session that was begun as the recorded one, with its clock.
connector::v1::Event EventAt(const Recording& recording, std::size_t step);

}  // namespace storebridge::conformance
