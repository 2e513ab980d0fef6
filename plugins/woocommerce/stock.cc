#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api.h"
#include "operations.h"

namespace woocommerce {
namespace {

// WooCommerce refuses more with 413 (measured); some shops allow less.
constexpr std::size_t kLevelsPerRequest = 100;

// Levels that go in one request: simple products, or variations of one product.
struct Batch {
  // Empty for simple products.
  std::string parent_id;
  std::vector<sdk::StockLevel> levels;
};

sdk::Request RequestFor(const Store& store, const Batch& batch) {
  sdk::JsonWriter body;
  body.Object().Key("update").Array();
  for (const sdk::StockLevel& level : batch.levels) {
    body.Object().Field("id", IdOf(level.external_id()).value_or(0));
    body.Field("manage_stock", true).Field("stock_quantity", level.quantity()).End();
  }
  body.End().End();
  const std::string path = batch.parent_id.empty()
                               ? std::string("/products/batch")
                               : "/products/" + batch.parent_id + "/variations/batch";
  // Absolute numbers: twice is as good as once. WooCommerce writes 60 to 100 of them per second.
  return store.Post(path).JsonBody(body).Idempotent().TimeoutMs(60'000);
}

// What WooCommerce says about one item of a batch.
sdk::ItemResult OutcomeOf(const sdk::StockLevel& level, const sdk::Json& item) {
  const std::string name = "product " + level.external_id();
  if (const std::optional<sdk::Json> error = item.Find("error"); error && error->IsObject()) {
    const std::string code = error->OptionalText("code");
    const std::optional<sdk::Json> data = error->Find("data");
    const bool is_gone =
        (data && data->IsObject() && data->OptionalInt("status") == 404) || IsInvalidId(code);
    return sdk::Refused(
        level.ref(),
        sdk::Failure(is_gone ? sdk::Code::kNotFound : sdk::Code::kPermanent,
                     name + ": WooCommerce says '" +
                         sdk::HeadOf(error->OptionalText("message"), kShownTextMax) + "' (" + code +
                         ")"));
  }
  const std::optional<sdk::Json> manages = item.Find("manage_stock");
  if (manages && TextOf(*manages) == "false") {
    return sdk::Refused(
        level.ref(),
        sdk::Failure(sdk::Code::kUnsupported,
                     name + ": WooCommerce does not keep stock of it; switch 'Enable stock "
                            "management' on under WooCommerce > Settings > Products > Inventory, "
                            "or make it a simple product or a variation"));
  }
  const std::optional<Quantity> shown = QuantityIn(item, "stock_quantity");
  const bool is_same = shown && shown->is_exact && shown->whole == level.quantity();
  return is_same ? sdk::Confirmed(level.ref(), level.external_id())
                 : sdk::Accepted(level.ref(), level.external_id());
}

std::vector<sdk::ItemResult> ReadOutcomes(const Batch& batch, const sdk::Json& answer) {
  std::map<std::string, sdk::Json> by_id;
  for (const sdk::Json& item : answer.OptionalItems("update")) {
    if (item.IsObject() && item.Find("id")) {
      by_id.insert_or_assign(TextOf(item.At("id")), item);
    }
  }
  std::vector<sdk::ItemResult> results;
  for (const sdk::StockLevel& level : batch.levels) {
    const auto item = by_id.find(level.external_id());
    if (item == by_id.end()) {
      results.push_back(
          sdk::Refused(level.ref(),
                       sdk::Failure(sdk::Code::kTransient,
                                    "WooCommerce's answer does not mention product " +
                                        level.external_id() + "; it is written again")));
      continue;
    }
    results.push_back(OutcomeOf(level, item->second));
  }
  return results;
}

std::vector<sdk::ItemResult> RefuseAll(const Batch& batch, const sdk::Failure& failure) {
  std::vector<sdk::ItemResult> results;
  for (const sdk::StockLevel& level : batch.levels) {
    results.push_back(sdk::Refused(level.ref(), failure));
  }
  return results;
}

// The outcomes of a batch. A failure of the store as a whole is thrown.
std::vector<sdk::ItemResult> Outcomes(const Batch& batch, const sdk::Response& response) {
  std::optional<sdk::Failure> problem;
  try {
    return ReadOutcomes(batch, ReadAnswer(response));
  } catch (const sdk::Failure& failure) {
    problem = failure;
  }
  if (!response.has_answer() || problem->code() == sdk::Code::kAuth) {
    throw sdk::Failure(*problem);
  }
  return RefuseAll(batch, *problem);
}

// Sorts the levels into batches; those that cannot be written go to `refused`.
std::deque<Batch> BatchesOf(const sdk::StockPush& input, std::vector<sdk::ItemResult>* refused) {
  std::map<std::string, std::vector<sdk::StockLevel>> by_parent;
  for (const sdk::StockLevel& level : input.levels()) {
    const std::string& parent = level.external_parent_id();
    if (!IdOf(level.external_id()) || (!parent.empty() && !IdOf(parent))) {
      refused->push_back(
          sdk::Refused(level.ref(),
                       sdk::Failure(sdk::Code::kPermanent,
                                    "product '" + sdk::HeadOf(level.external_id(), kShownNameMax) +
                                        "' cannot be one of WooCommerce: its ids are numbers")));
      continue;
    }
    by_parent[parent].push_back(level);
  }
  std::deque<Batch> batches;
  for (const auto& [parent, levels] : by_parent) {
    for (std::size_t first = 0; first < levels.size(); first += kLevelsPerRequest) {
      const auto begin = levels.begin() + static_cast<std::ptrdiff_t>(first);
      const std::size_t count = std::min(levels.size() - first, kLevelsPerRequest);
      batches.push_back(Batch{.parent_id = parent,
                              .levels = {begin, begin + static_cast<std::ptrdiff_t>(count)}});
    }
  }
  return batches;
}

// Puts the halves of a batch that was too large before the others.
void Halve(const Batch& batch, std::deque<Batch>* batches) {
  const auto middle = batch.levels.begin() + static_cast<std::ptrdiff_t>(batch.levels.size() / 2);
  batches->push_front(Batch{.parent_id = batch.parent_id, .levels = {middle, batch.levels.end()}});
  batches->push_front(
      Batch{.parent_id = batch.parent_id, .levels = {batch.levels.begin(), middle}});
}

}  // namespace

sdk::Operation PushStock(sdk::Context& cx) {
  const Store store(cx);
  std::vector<sdk::ItemResult> refused;
  std::deque<Batch> batches = BatchesOf(cx.StockInput(), &refused);
  for (sdk::ItemResult& result : refused) {
    co_yield std::move(result);
  }
  while (!batches.empty()) {
    std::vector<Batch> wave;
    std::vector<sdk::Request> requests;
    while (!batches.empty() && wave.size() < sdk::kCallsTogetherMax) {
      requests.push_back(RequestFor(store, batches.front()));
      wave.push_back(std::move(batches.front()));
      batches.pop_front();
    }
    const std::vector<sdk::Response> answers = co_await cx.All(std::move(requests));
    for (std::size_t i = 0; i < answers.size(); ++i) {
      const bool is_too_large = answers[i].has_answer() && answers[i].status() == 413;
      if (is_too_large && wave[i].levels.size() > 1) {
        Halve(wave[i], &batches);
        continue;
      }
      for (sdk::ItemResult& result : Outcomes(wave[i], answers[i])) {
        co_yield std::move(result);
      }
    }
    co_await cx.Flush();
  }
}

}  // namespace woocommerce
