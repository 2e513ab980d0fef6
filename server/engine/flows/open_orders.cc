#include "engine/flows/open_orders.h"

#include <algorithm>
#include <optional>

#include "domain/order_notices.h"
#include "engine/flows/pull_commit.h"

namespace storebridge::engine {
namespace {

namespace cv1 = connector::v1;

constexpr int kOpenHeadsPerRead = 1000;

}  // namespace

Status OpenOrders::AddMissing(const ports::ReadTx& tx,
                              const std::set<std::string_view>& listed,
                              cv1::CompareResult& result) {
  // What is collected, or ended here, goes on as it is whatever the store says: it is fetched once,
  // and again when everything is compared.
  const auto add_once = [&](const std::string& id) {
    if (!listed.contains(id) && !memory_.IsGone(id)) {
      result.add_missing(id);
      missing_once_.push_back(id);
    }
  };
  std::string after;
  bool more = true;
  while (more) {
    SB_TRY(const std::vector<ports::OrderHead> page,
           tx.orders().OpenHeads(store_, after, kOpenHeadsPerRead));
    for (const ports::OrderHead& head : page) {
      after = head.order;
      if (head.state == v1::ORDER_STATE_COLLECTING) {
        add_once(head.external_id);
      } else if (!listed.contains(head.external_id)) {
        result.add_missing(head.external_id);
      }
    }
    more = page.size() == kOpenHeadsPerRead;
  }
  for (const std::string_view reason : domain::kNoticesAfterwards) {
    SB_TRY(const std::vector<std::string> noted,
           tx.issues().OpenKeys(store_, v1::Issue::RECORD_TYPE_ORDER, reason, kOpenHeadsPerRead));
    for (const std::string& id : noted) {
      add_once(id);
    }
  }
  return Ok();
}

Result<bool> OpenOrders::MayHaveHealed(const ports::ReadTx& tx,
                                       const ports::OrderHead& head,
                                       const std::set<std::string, std::less<>>& twins) const {
  if (twins.contains(head.external_id)) {
    return true;
  }
  if (head.state != v1::ORDER_STATE_DRAFT) {
    return false;
  }
  SB_TRY(const ports::OrderRecord record, tx.orders().Get(store_.merchant, head.order));
  // Stores show a line under the code that its product has now, and call that no change of the
  // order.
  const auto& problems = record.order.problems();
  return std::any_of(problems.begin(), problems.end(), [](const v1::OrderProblem& problem) {
    return problem.field().ends_with(".product_code");
  });
}

Result<cv1::CompareResult> OpenOrders::Compare(const ports::ReadTx& tx,
                                               const cv1::Compare& compare) {
  SB_TRY(
      const std::vector<std::string> shown_twice,
      tx.issues().OpenKeys(store_, v1::Issue::RECORD_TYPE_ORDER, kTwinReason, kOpenHeadsPerRead));
  const std::set<std::string, std::less<>> twins(shown_twice.begin(), shown_twice.end());
  cv1::CompareResult result;
  std::set<std::string_view> listed;
  for (int i = 0; i < compare.records_size(); ++i) {
    const cv1::OrderMark& record = compare.records(i);
    listed.insert(record.external_id());
    SB_TRY(const std::optional<ports::OrderHead> head,
           tx.orders().FindHead(store_, record.external_id()));
    bool is_known =
        head ? head->mark == record.mark() : memory_.Knows(record.external_id(), record.mark());
    if (is_known && head) {
      SB_TRY(const bool may_have_healed, MayHaveHealed(tx, *head, twins));
      is_known = !may_have_healed;
    }
    if (!is_known) {
      result.add_wanted(static_cast<std::uint32_t>(i));
      wanted_[record.external_id()] = record.mark();
    }
  }
  if (compare.is_whole_set()) {
    SB_CHECK(AddMissing(tx, listed, result));
  }
  return result;
}

}  // namespace storebridge::engine
