#include "order_fetch.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "order_record.h"

namespace woocommerce {
namespace {

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
  bool is_refund;
};

// Puts an answer where it belongs. A failure of the store as a whole is thrown; one about this
// order makes it an issue and lets the others go on.
void TakeExtra(const sdk::Response& response, bool is_refund, Pending* pending) {
  const bool is_gone = response.has_answer() && response.status() == 404;
  if (is_gone) {
    return;
  }
  if (!response.ok()) {
    sdk::Failure problem = ProblemOf(response);
    const bool is_of_the_store = !response.has_answer() && !response.is_too_large();
    if (is_of_the_store || problem.code() == sdk::Code::kAuth) {
      throw problem;
    }
    pending->problem = std::move(problem);
    return;
  }
  try {
    if (is_refund) {
      AddRefunds(response.Json(), &pending->extras);
    } else {
      AddFulfillments(response.Json(), &pending->extras);
    }
  } catch (const sdk::Failure& failure) {
    pending->problem = failure;
  }
}

// Asks for what the orders do not say themselves; several orders at once.
sdk::Task<void> FetchExtras(sdk::Context& cx, const Store& store, std::vector<Pending>& orders) {
  std::vector<sdk::Request> requests;
  std::vector<Question> questions;
  for (std::size_t i = 0; i < orders.size(); ++i) {
    const sdk::Json& json = orders[i].json;
    const std::string id = TextIn(json, "id");
    if (!IdOf(id)) {
      continue;
    }
    const std::string path = "/orders/" + id;
    if (HasRefunds(json)) {
      requests.push_back(store.Get(path + "/refunds").Query("per_page", kPageSizeMax));
      questions.push_back(Question{.order = i, .is_refund = true});
    }
    if (cx.HasCapability(kFulfillments) && HasFulfillments(json, store)) {
      requests.push_back(store.Get(path + "/fulfillments"));
      questions.push_back(Question{.order = i, .is_refund = false});
    }
  }
  if (requests.empty()) {
    co_return;
  }
  const std::vector<sdk::Response> answers = co_await cx.All(std::move(requests));
  for (std::size_t i = 0; i < answers.size(); ++i) {
    TakeExtra(answers[i], questions[i].is_refund, &orders[questions[i].order]);
  }
}

sdk::Page<sdk::Order> ReadPending(const Pending& pending,
                                  const Store& store,
                                  const std::string& source) {
  const auto read = [&](const sdk::Json& json) -> sdk::Order {
    if (pending.problem) {
      throw *pending.problem;
    }
    return ReadOrder(json, store, pending.extras);
  };
  return sdk::ReadOne(pending.json, read, sdk::RecordKeys("id", "number", source));
}

// Orders that a list by id does not show: in the bin, or deleted for good.
sdk::Task<void> EmitUnlisted(sdk::Context& cx,
                             const Store& store,
                             const std::vector<std::string>& ids) {
  std::vector<sdk::Request> requests;
  for (const std::string& id : ids) {
    requests.push_back(store.Get("/orders/" + id).Query("_fields", kOrderFields));
  }
  const std::vector<sdk::Response> answers = co_await cx.All(std::move(requests));
  std::vector<sdk::Json> rows;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (answers[i].has_answer() && answers[i].status() == 404) {
      co_yield sdk::BadOrder(ids[i],
                             ids[i],
                             "the order was deleted in WooCommerce; cancel it here by hand, if "
                             "nothing of it was sent");
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
  sdk::IdWalk walk(std::move(ids), store.page_size());
  while (!walk.is_done()) {
    const std::vector<std::string> chunk = walk.ids();
    const sdk::Response response = co_await ByIdsRequest(store, chunk);
    if (response.is_too_large() && walk.Shrink()) {
      continue;
    }
    walk.Next();
    if (response.is_too_large()) {
      co_yield sdk::BadOrder(chunk[0], chunk[0], sdk::TooLargeAlone(response.Problem()));
      continue;
    }
    std::vector<sdk::Json> rows = ReadAnswer(response).Items();
    std::set<std::string> missing(chunk.begin(), chunk.end());
    for (const sdk::Json& row : rows) {
      missing.erase(TextIn(row, "id"));
    }
    co_await EmitOrders(cx, store, std::move(rows), "orders " + Joined(chunk));
    if (!missing.empty()) {
      const std::vector<std::string> unlisted(missing.begin(), missing.end());
      co_await EmitUnlisted(cx, store, unlisted);
    }
    cx.SetProgress(walk.done(), walk.size());
  }
}

}  // namespace woocommerce
