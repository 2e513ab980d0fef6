#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "checks.h"
#include "written_names.h"

namespace storebridge::conformance {
namespace {

namespace cv1 = connector::v1;

Row OrderFeed(const Bench& bench) {
  constexpr const char* kClaim = "finds orders as it says";
  if (!bench.Declares("orders.pull")) {
    return {.verdict = Verdict::kNone, .claim = kClaim, .how = "it has no orders.pull"};
  }
  const bool is_open_set = bench.manifest().order_feed() == cv1::ORDER_FEED_OPEN_SET;
  std::vector<Finding> findings;
  std::size_t pulls = 0;
  for (const Evidence* evidence : bench.Pulls()) {
    const Recording& recording = evidence->recording;
    if (recording.operation() != "orders.pull" || recording.is_retry()) {
      continue;
    }
    if (is_open_set) {
      ++pulls;
      if (!evidence->good.has_compared) {
        findings.push_back({.where = recording.name,
                            .did = "ended well and asked no Compare",
                            .should = "compare its open orders, or declare ORDER_FEED_WATERMARK"});
      }
    } else if (recording.begin.cursor().empty() && !evidence->good.records.empty()) {
      ++pulls;
      if (evidence->good.cursors.empty()) {
        findings.push_back({.where = recording.name,
                            .did = "emitted orders and left no cursor",
                            .should = "leave one, or declare ORDER_FEED_OPEN_SET"});
      }
    }
  }
  if (pulls == 0) {
    return {.verdict = Verdict::kNotShown,
            .claim = kClaim,
            .how = is_open_set ? "record orders.pull"
                               : "record orders.pull without --cursor, of a store with orders"};
  }
  return MakeRow(kClaim,
                 fmt::format("{} of orders {}",
                             Counted(pulls, "pull"),
                             is_open_set ? "compare the open set" : "leave a cursor"),
                 std::move(findings));
}

bool IsShipmentWrite(const Evidence& evidence, const MadeRequest& made) {
  return evidence.recording.begin.has_shipments() && IsWrite(made.request);
}

bool IsUnsafe(const cv1::HttpRequest& request) {
  return request.safety() == cv1::HttpRequest::SAFETY_UNSAFE ||
         request.safety() == cv1::HttpRequest::SAFETY_UNSPECIFIED;
}

Row UnsafeWrites(const Bench& bench) {
  constexpr const char* kClaim = "unsafe writes name a shipment";
  std::vector<Finding> findings;
  std::size_t unsafe = 0;
  bool has_writes = false;
  for (const Evidence* evidence : bench.Pushes()) {
    std::set<std::string> refs;
    for (const cv1::Shipment& shipment : evidence->recording.begin.shipments().shipments()) {
      refs.insert(shipment.ref());
    }
    for (const MadeRequest& made : evidence->good.requests) {
      has_writes = has_writes || IsShipmentWrite(*evidence, made);
      if (!IsShipmentWrite(*evidence, made) || !IsUnsafe(made.request)) {
        continue;
      }
      ++unsafe;
      if (!refs.contains(made.request.ref())) {
        findings.push_back(
            {.where = fmt::format("{}: {}", evidence->recording.name, ShownRequest(made.request)),
             .did = made.request.ref().empty()
                        ? "names no shipment"
                        : "names '" + made.request.ref() + "', which was not pushed",
             .should = ".Unsafe().About(shipment.ref()): without it, a lost answer leaves all "
                       "shipments of the push in doubt"});
      }
    }
  }
  if (!bench.Declares("shipments.push")) {
    return {.verdict = Verdict::kNone, .claim = kClaim, .how = "it has no shipments.push"};
  }
  if (!has_writes) {
    return {.verdict = Verdict::kNotShown,
            .claim = kClaim,
            .how = "no recording writes a shipment; record shipments.push"};
  }
  return MakeRow(kClaim,
                 unsafe == 0 ? "all its writes may be repeated" : Counted(unsafe, "unsafe write"),
                 std::move(findings));
}

// What a push wrote, and about which of its shipments.
class ShipmentWrites {
 public:
  explicit ShipmentWrites(const Evidence& evidence)
      : evidence_(evidence), names_(evidence.recording.begin, evidence.good) {
    for (const MadeRequest& made : evidence.good.requests) {
      if (IsShipmentWrite(evidence, made)) {
        writes_.push_back(&made);
      }
    }
  }

  // Whether there is a write about the shipment: there is none where its order is gone, or where it
  // was found in the store.
  [[nodiscard]] bool HasWritten(const cv1::Shipment& shipment) const {
    const bool is_alone = evidence_.recording.begin.shipments().shipments_size() == 1;
    return std::any_of(writes_.begin(), writes_.end(), [&](const MadeRequest* write) {
      return is_alone || IsAbout(*write, shipment.ref()) ||
             (IsNewInStore(shipment.ref()) && IsAboutNone(*write));
    });
  }

  [[nodiscard]] bool HasMarker(const cv1::Shipment& shipment) const {
    return std::any_of(writes_.begin(), writes_.end(), [&](const MadeRequest* write) {
      const std::string text = write->request.url() + " " + write->request.body();
      return text.find(shipment.ref()) != std::string::npos;
    });
  }

 private:
  [[nodiscard]] bool IsAbout(const MadeRequest& write, const std::string& ref) const {
    Outcome single;
    single.requests.push_back(write);
    return names_.WriteAbout(single, ref) != nullptr;
  }

  // It may name what only the store knows, such as a fulfilment.
  [[nodiscard]] bool IsAboutNone(const MadeRequest& write) const {
    const auto& shipments = evidence_.recording.begin.shipments().shipments();
    return std::none_of(shipments.begin(), shipments.end(), [&](const cv1::Shipment& shipment) {
      return IsAbout(write, shipment.ref());
    });
  }

  [[nodiscard]] bool IsNewInStore(const std::string& ref) const {
    return std::any_of(evidence_.good.results.begin(),
                       evidence_.good.results.end(),
                       [&](const cv1::ItemResult& result) {
                         return result.ref() == ref && result.has_accepted() &&
                                !result.accepted().was_there();
                       });
  }

  const Evidence& evidence_;
  WrittenNames names_;
  std::vector<const MadeRequest*> writes_;
};

// Whether a write leaves something in the store by which the shipment is found again.
Row Marker(const Bench& bench) {
  constexpr const char* kClaim = "leaves a marker";
  std::size_t written = 0;
  std::size_t marked = 0;
  for (const Evidence* evidence : bench.Pushes()) {
    const ShipmentWrites writes(*evidence);
    for (const cv1::Shipment& shipment : evidence->recording.begin.shipments().shipments()) {
      if (writes.HasWritten(shipment)) {
        ++written;
        marked += writes.HasMarker(shipment) ? 1U : 0U;
      }
    }
  }
  if (written == 0) {
    return MakeUnshownRow(kClaim,
                          bench.Declares("shipments.push"),
                          "no recording writes a shipment; record shipments.push of one that the "
                          "store does not have yet");
  }
  if (marked < written) {
    return {.verdict = Verdict::kNone,
            .claim = kClaim,
            .how = fmt::format("in the writes of {} of {}: \"at least once\" must be on its page",
                               marked,
                               Counted(written, "shipment"))};
  }
  return {.claim = kClaim,
          .how = fmt::format("its ref is in the writes of {}", Counted(written, "shipment"))};
}

}  // namespace

std::vector<Row> CheckClaims(Bench& bench) {
  return {OrderFeed(bench), UnsafeWrites(bench), Marker(bench)};
}

}  // namespace storebridge::conformance
