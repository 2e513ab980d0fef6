#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/recording/recording_file.h"
#include "core/result.h"
#include "storebridge/connector/v1/connector.pb.h"

namespace storebridge::conformance {

// A request and what the store answered.
struct Exchange {
  connector::v1::HttpRequest request = {};
  connector::v1::Completion answer = {};
};

// A recorded session, as the evidence that it is.
struct Recording {
  // The file's name, for people.
  std::string name = {};
  recording::RecordingText text = {};
  connector::v1::Begin begin = {};
  // Event.now_ms of each step.
  std::vector<std::int64_t> now_ms = {};
  // In the order in which they were made.
  std::vector<Exchange> exchanges = {};
  // Order marks that were worth fetching, by external_id, and all that were asked about.
  std::map<std::string, bool> compared = {};
  // What was open in the server and not in the store.
  std::vector<std::string> missing = {};

  [[nodiscard]] const std::string& operation() const { return begin.operation(); }
  [[nodiscard]] bool is_pull() const { return begin.has_pull(); }
  [[nodiscard]] bool is_push() const { return begin.has_stock() || begin.has_shipments(); }
  // A pull of single records, which reads no list to its end and leaves no cursor.
  [[nodiscard]] bool is_retry() const { return begin.pull().only_external_ids_size() > 0; }
};

// Reads the file and takes it apart. kInvalidArgument when it has no step, or is of another
// connector than `connector`.
Result<Recording> ReadEvidence(const std::string& path, const std::string& connector);

// Takes apart what was read.
Result<Recording> TakeApart(std::string name, recording::RecordingText text);

// Whether a store's status says that it did what was asked.
constexpr bool IsOk(std::uint32_t status) {
  return status >= 200 && status < 300;
}

// Whether a request may change something in the store.
bool IsWrite(const connector::v1::HttpRequest& request);

// Path and query of a request.
std::string_view PathOf(const connector::v1::HttpRequest& request);

// `GET /api/orders?page=2`, for people.
std::string ShownRequest(const connector::v1::HttpRequest& request);

}  // namespace storebridge::conformance
