#include "order_fetch.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "order_record.h"

namespace woocommerce {
namespace {

// Pages of the refunds of one order.
constexpr std::int64_t kRefundPagesMax = 10;
constexpr std::string_view kDeleted =
    "the order was deleted in WooCommerce; cancel it here by hand, if nothing of it was sent";

// An order and the requests about it.
struct Pending {
  sdk::Json json;
  OrderExtras extras;
  // Why its refunds or fulfillments could not be read.
  std::optional<sdk::Failure> problem;
};

// A question about an order, and where its answer goes.
struct Question {
  std::size_t order;
  // Of its refunds; 0 asks for its fulfillments.
  std::int64_t refund_page;
};

// Whether WooCommerce says that the order itself is not there any more. Any other 404 says nothing
// of it: a plugin, a cache or a firewall gives one, too.
bool IsOrderGone(const sdk::Response& response) {
  if (!response.has_answer() || response.status() != 404) {
    return false;
  }
  const std::string code = ErrorCodeOf(response);
  return code == "woocommerce_rest_shop_order_invalid_id" ||
         code == "woocommerce_rest_order_invalid_id";
}

// Fulfillments are switched off, or were never there.
bool IsNoRoute(const sdk::Response& response) {
  return ErrorCodeOf(response) == "rest_no_route";
}

// Why an answer about an order cannot be had.
sdk::Failure ExtraProblem(const sdk::Response& response, const Question& question) {
  if (IsOrderGone(response)) {
    return sdk::Failure(sdk::Code::kNotFound, kDeleted);
  }
  sdk::Failure problem = ProblemOf(response);
  if (question.refund_page == 0 && IsNoRoute(response)) {
    return sdk::Failure(
        sdk::Code::kTransient,
        "goods of it were sent by a fulfillment in WooCommerce, and which cannot be "
        "read, as the feature is off there: switch fulfillments on again, or send "
        "by hand what is left of it and set it to completed in WooCommerce. The "
        "order is read again then");
  }
  const bool is_refund_404 =
      question.refund_page > 0 && response.has_answer() && response.status() == 404;
  if (!is_refund_404) {
    return problem;
  }
  return sdk::Failure(sdk::Code::kTransient,
                      "it has refunds, and their list cannot be read: " + problem.message() +
                          "; see that no plugin, cache or firewall stands before the "
                          "/orders/ID/refunds of WooCommerce's API. The order is read again then");
}

// Takes a page of refunds; whether there may be another one.
bool TakeRefunds(const sdk::Json& page, const Question& question, OrderExtras* extras) {
  const std::size_t known = extras->refund_ids.size();
  AddRefunds(page, extras);
  const bool is_full = static_cast<std::int64_t>(page.size()) >= kPageSizeMax;
  // What ignores the number of the page gives the same one for ever.
  if (!is_full || extras->refund_ids.size() == known) {
    return false;
  }
  if (question.refund_page >= kRefundPagesMax) {
    throw sdk::Failure(sdk::Code::kLimit,
                       "it has " + std::to_string(kRefundPagesMax * kPageSizeMax) +
                           " refunds or more, which are not read; send by hand what is left of "
                           "it, and set it to completed in WooCommerce");
  }
  return true;
}

// Puts an answer where it belongs; whether to ask for the page after it. A failure of the store as
// a whole is thrown; one about this order makes it an issue and lets the others go on.
bool TakeExtra(const sdk::Response& response, const Question& question, Pending* pending) {
  const bool is_refund = question.refund_page > 0;
  // A plugin may have words of its own where WooCommerce keeps whether an order was sent.
  if (!is_refund && IsNoRoute(response) && !IsSentByFulfillment(pending->json)) {
    return false;
  }
  if (!response.ok()) {
    sdk::Failure problem = ExtraProblem(response, question);
    const bool is_of_the_store = !response.has_answer() && !response.is_too_large();
    if (is_of_the_store || problem.code() == sdk::Code::kAuth) {
      throw sdk::Failure(problem);
    }
    pending->problem = std::move(problem);
    return false;
  }
  try {
    if (is_refund) {
      return TakeRefunds(response.Json(), question, &pending->extras);
    }
    AddFulfillments(response.Json(), &pending->extras);
  } catch (const sdk::Failure& failure) {
    pending->problem = failure;
  }
  return false;
}

std::vector<Question> QuestionsAbout(const Store& store, const std::vector<Pending>& orders) {
  std::vector<Question> questions;
  for (std::size_t i = 0; i < orders.size(); ++i) {
    const sdk::Json& json = orders[i].json;
    if (!IdOf(TextIn(json, "id"))) {
      continue;
    }
    if (HasRefunds(json)) {
      questions.push_back(Question{.order = i, .refund_page = 1});
    }
    // Also where the check found no such feature: what was sent while it was on stays sent.
    if (HasFulfillments(json, store)) {
      questions.push_back(Question{.order = i, .refund_page = 0});
    }
  }
  return questions;
}

sdk::Request RequestOf(const Store& store, const Question& question, const sdk::Json& order) {
  const std::string path = "/orders/" + TextIn(order, "id");
  if (question.refund_page == 0) {
    return store.Get(path + "/fulfillments");
  }
  sdk::Request request = store.Get(path + "/refunds").Query("per_page", kPageSizeMax);
  return question.refund_page == 1 ? std::move(request)
                                   : std::move(request).Query("page", question.refund_page);
}

// Asks for what the orders do not say themselves; several orders at once.
sdk::Task<void> FetchExtras(sdk::Context& cx, const Store& store, std::vector<Pending>& orders) {
  std::vector<Question> questions = QuestionsAbout(store, orders);
  while (!questions.empty()) {
    std::vector<sdk::Request> requests;
    requests.reserve(questions.size());
    for (const Question& question : questions) {
      requests.push_back(RequestOf(store, question, orders[question.order].json));
    }
    const std::vector<sdk::Response> answers = co_await cx.All(std::move(requests));
    std::vector<Question> more;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      const Question& question = questions[i];
      if (TakeExtra(answers[i], question, &orders[question.order])) {
        more.push_back(Question{.order = question.order, .refund_page = question.refund_page + 1});
      }
    }
    questions = std::move(more);
  }
}

// Nothing is sent of it, whatever was refunded: it has to be cancelled here all the same.
bool IsOver(const sdk::Json& order, const Store& store) {
  return store.statuses().KindOf(TextIn(order, "status")) == StatusKind::kOver;
}

sdk::Page<sdk::Order> ReadPending(const Pending& pending,
                                  const Store& store,
                                  const std::string& source) {
  const auto read = [&](const sdk::Json& json) -> sdk::Order {
    const bool is_over = IsOver(json, store);
    if (pending.problem && !is_over) {
      throw sdk::Failure(*pending.problem);
    }
    sdk::Order order = ReadOrder(json, store, pending.extras);
    if (!is_over) {
      RequireRefunds(json, pending.extras);
    }
    return order;
  };
  return sdk::ReadOne(pending.json, read, sdk::RecordKeys("id", "number", source));
}

// Orders that a list by id does not show: in the bin, or deleted for good.
sdk::Task<void> EmitUnlisted(sdk::Context& cx,
                             const Store& store,
                             const std::vector<std::string>& ids) {
  std::vector<sdk::Request> requests;
  requests.reserve(ids.size());
  for (const std::string& id : ids) {
    requests.push_back(store.Get("/orders/" + id).Query("_fields", kOrderFields));
  }
  const std::vector<sdk::Response> answers = co_await cx.All(std::move(requests));
  std::vector<sdk::Json> rows;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (answers[i].has_answer() && answers[i].status() == 404) {
      co_yield sdk::BadOrder(ids[i], ids[i], kDeleted);
      continue;
    }
    if (answers[i].is_too_large()) {
      co_yield sdk::BadOrder(ids[i], ids[i], sdk::TooLargeAlone(answers[i].Problem()));
      continue;
    }
    rows.push_back(ReadAnswer(answers[i]));
  }
  co_await EmitOrders(cx, store, std::move(rows), "orders that were asked for one by one");
}

sdk::Request ByIdsRequest(const Store& store, const std::vector<std::string>& chunk) {
  return store.Get("/orders")
      .Query("include", Joined(chunk))
      .Query("status", "any")
      .Query("per_page", chunk.size())
      .Query("_fields", kOrderFields)
      .Try();
}

// Each that the list leaves out is asked for alone, and only its own answer says that it is gone:
// so it does not matter here whether the list is the answer to the question.
sdk::Task<void> EmitAnswer(sdk::Context& cx,
                           const Store& store,
                           const std::vector<std::string>& ids,
                           const sdk::Response& response) {
  std::vector<sdk::Json> rows = ReadAnswer(response).Items();
  std::set<std::string> missing(ids.begin(), ids.end());
  for (const sdk::Json& row : rows) {
    missing.erase(TextIn(row, "id"));
  }
  co_await EmitOrders(cx, store, std::move(rows), "orders " + Joined(ids));
  if (!missing.empty()) {
    const std::vector<std::string> unlisted(missing.begin(), missing.end());
    co_await EmitUnlisted(cx, store, unlisted);
  }
}

}  // namespace

sdk::Task<void> EmitOrders(sdk::Context& cx,
                           const Store& store,
                           std::vector<sdk::Json> rows,
                           std::string source) {
  std::vector<Pending> orders;
  for (sdk::Json& row : rows) {
    if (!row.IsObject() || !IsDraft(row)) {
      orders.push_back(Pending{.json = std::move(row), .extras = {}, .problem = std::nullopt});
    }
  }
  co_await FetchExtras(cx, store, orders);
  for (const Pending& pending : orders) {
    co_yield ReadPending(pending, store, source);
  }
}

sdk::Task<void> EmitByIds(sdk::Context& cx,
                          const Store& store,
                          const std::vector<std::string>& all_ids) {
  std::vector<std::string> ids;
  std::copy_if(all_ids.begin(), all_ids.end(), std::back_inserter(ids), [](const auto& id) {
    return IdOf(id).has_value();
  });
  const auto ask = [&store](const std::vector<std::string>& some) {
    return ByIdsRequest(store, some);
  };
  const auto take = [&](const std::vector<std::string>& some, const sdk::Response& response) {
    return EmitAnswer(cx, store, some, response);
  };
  co_await sdk::ReadByIds(
      cx, sdk::IdWalk(std::move(ids), store.page_size()), ask, take, sdk::BadOrder);
}

}  // namespace woocommerce
