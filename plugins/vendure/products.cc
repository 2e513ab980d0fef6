#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "graphql.h"
#include "operations.h"
#include "stock_location.h"
#include "variant_record.h"

namespace vendure {
namespace {

// Changes become visible a little after the time they carry: the watermark stays this far behind
// the store's clock.
constexpr std::int64_t kMarginMs = 10'000;

// Of what is too large to be read: those by which it is found again.
constexpr const char* kNameFields = "id sku updatedAt product { updatedAt }";
constexpr std::int64_t kIdsPerRequest = 100;

// The newest time that the store has put on a variant or its product.
std::int64_t TimeOf(const sdk::Json& variant) {
  const std::optional<sdk::Json> product =
      variant.IsObject() ? variant.Find("product") : std::nullopt;
  return std::max(TimeIn(variant, "updatedAt"), product ? TimeIn(*product, "updatedAt") : 0);
}

// Reads a list of variants. Those of which only names were asked for are issues.
sdk::Page<sdk::Product> ReadVariants(const sdk::Json& items,
                                     const VariantReader& reader,
                                     const std::string& source,
                                     const std::string& problem) {
  const auto read = [&](const sdk::Json& json) -> sdk::Product {
    if (!problem.empty()) {
      throw sdk::Failure(sdk::Code::kLimit, problem);
    }
    return reader(json);
  };
  return sdk::ReadEach(items, read, sdk::RecordKeys("id", "sku", source));
}

std::string AllQuery(sdk::Context& cx, std::string_view fields) {
  return "query($take: Int!, $skip: Int!) { " + LocationField(cx) +
         "productVariants(options: { take: $take, skip: $skip, sort: { id: ASC } }) { totalItems "
         "items { " +
         std::string(fields) + " } } }";
}

// All variants, by id. Gives the newest time that the store has put on one.
sdk::Task<std::int64_t> PullAll(sdk::Context& cx) {
  const std::string whole = AllQuery(cx, VariantFields(cx));
  const std::string names = AllQuery(cx, kNameFields);
  std::int64_t newest = 0;
  sdk::Walk walk(sdk::PageSizeOf(cx));
  sdk::PageGuard guard("Vendure's list of variants");
  std::string problem;
  bool more = true;
  while (more) {
    sdk::JsonWriter variables;
    variables.Object().Field("take", walk.take()).Field("skip", walk.skip()).End();
    const std::string& query = problem.empty() ? whole : names;
    const sdk::Response response = co_await Ask(cx, query, variables, Repeat::kSafe);
    if (response.is_too_large() && problem.empty()) {
      problem = walk.Shrink() ? "" : sdk::TooLargeAlone(response.Problem());
      continue;
    }
    const sdk::Json data = DataOf(response);
    const VariantReader reader(cx, data);
    const sdk::Json list = data.At("productVariants");
    const std::int64_t total = list.At("totalItems").Int();
    const std::vector<sdk::Json> items = list.At("items").Items();
    for (const sdk::Json& item : items) {
      newest = std::max(newest, TimeOf(item));
    }
    co_yield ReadVariants(list.At("items"), reader, walk.Shown() + " of productVariants", problem);
    const std::int64_t done = walk.skip() + static_cast<std::int64_t>(items.size());
    cx.SetProgress(static_cast<std::uint64_t>(done),
                   static_cast<std::uint64_t>(std::max(total, done)));
    problem.clear();
    walk.Next();
    more = walk.skip() < total;
    if (more) {
      guard.Take(IdsIn(list));
    }
  }
  co_return newest;
}

sdk::Task<void> EmitAnswer(sdk::Context& cx,
                           const std::vector<std::string>& ids,
                           const sdk::Response& response) {
  const sdk::Json data = DataOf(response);
  const VariantReader reader(cx, data);
  const sdk::Json items = data.At("productVariants").At("items");
  const std::set<std::string> gone = sdk::MissingOf(ids, items.Items());
  for (const std::string& id : gone) {
    co_yield sdk::DeletedProduct(id);
  }
  co_yield ReadVariants(items, reader, "variants that were asked for by id", "");
}

sdk::Task<void> PullSome(sdk::Context& cx) {
  const std::string query =
      "query($ids: [String!], $take: Int!) { " + LocationField(cx) +
      "productVariants(options: { take: $take, filter: { id: { in: $ids } } }) { items { " +
      VariantFields(cx) + " } } }";
  const auto& only = cx.PullInput().only_external_ids();
  std::vector<std::string> ids(only.begin(), only.end());
  std::erase(ids, "");  // What has no id cannot be gone.
  const auto ask = [&](const std::vector<std::string>& some) { return AskByIds(cx, query, some); };
  const auto take = [&cx](const std::vector<std::string>& some, const sdk::Response& response) {
    return EmitAnswer(cx, some, response);
  };
  co_await sdk::ReadByIds(
      cx, sdk::IdWalk(std::move(ids), kIdsPerRequest), ask, take, sdk::BadProduct);
}

// The two lists in which a change can show.
enum class ChangedList { kVariants, kProducts };

const char* NameOf(ChangedList list) {
  return list == ChangedList::kProducts ? "products" : "productVariants";
}

std::string TextOf(ChangedList list, const std::string& fields) {
  const bool is_products = list == ChangedList::kProducts;
  return std::string(NameOf(list)) +
         "(options: { take: $take, skip: $skip, sort: { id: ASC }, filter: { updatedAt: { after: "
         "$since } } }) { totalItems items { " +
         (is_products ? "id updatedAt variants { " + fields + " }" : fields) + " } } ";
}

// A part of these lists.
class ChangedPart {
 public:
  ChangedPart(sdk::Context& cx, std::int64_t since_ms, const sdk::Walk& walk)
      : cx_(&cx), since_ms_(since_ms), walk_(walk) {}

  sdk::Task<sdk::Response> Ask(std::string lists) const {
    const std::string query =
        "query($since: DateTime!, $take: Int!, $skip: Int!) { " + LocationField(*cx_) + lists + "}";
    sdk::JsonWriter variables;
    variables.Object()
        .Field("since", sdk::FormatTime(since_ms_))
        .Field("take", walk_.take())
        .Field("skip", walk_.skip())
        .End();
    sdk::Response response = co_await vendure::Ask(*cx_, query, variables, Repeat::kSafe);
    co_return response;
  }

  // Emits what is in one of the lists.
  sdk::Task<void> Emit(ChangedList which, sdk::Json data, std::string problem) {
    const VariantReader reader(*cx_, data);
    const std::string source = walk_.Shown() + " of the changed " + NameOf(which);
    const sdk::Json list = data.At(NameOf(which));
    total = std::max(total, list.At("totalItems").Int());
    for (const std::string& id : IdsIn(list)) {
      ids.push_back(std::string(NameOf(which)) + ' ' + id);
    }
    for (const sdk::Json& item : list.At("items").Items()) {
      newest = std::max(newest, TimeIn(item, "updatedAt"));
    }
    if (which == ChangedList::kVariants) {
      co_yield ReadVariants(list.At("items"), reader, source, problem);
      co_return;
    }
    for (const sdk::Json& item : list.At("items").Items()) {
      const std::optional<sdk::Json> own = item.IsObject() ? item.Find("variants") : std::nullopt;
      if (own && own->IsArray()) {
        co_yield ReadVariants(*own, reader, source, problem);
      } else {
        co_yield sdk::BadProduct("", "", source + ": " + item.Path() + " has no variants");
      }
    }
  }

  // As Emit, for one record of the list that may be too large by itself.
  sdk::Task<void> EmitAlone(ChangedList which) {
    sdk::Response response = co_await Ask(TextOf(which, VariantFields(*cx_)));
    std::string problem;
    if (response.is_too_large()) {
      problem = sdk::TooLargeAlone(response.Problem());
      response = co_await Ask(TextOf(which, kNameFields));
    }
    const sdk::Json data = DataOf(response);
    co_await Emit(which, data, problem);
  }

  // The longer of the lists, and the newest time in them.
  std::int64_t total = 0;
  std::int64_t newest = 0;
  // What was in them.
  std::vector<std::string> ids;

 private:
  sdk::Context* cx_;
  std::int64_t since_ms_;
  sdk::Walk walk_;
};

// What changed after `since_ms`. An edit of title or description moves the product's time only, a
// stock or price edit the variant's only, so both lists are asked, in one request.
sdk::Task<std::int64_t> PullChanged(sdk::Context& cx, std::int64_t since_ms) {
  const std::string fields = VariantFields(cx);
  const std::string both =
      TextOf(ChangedList::kVariants, fields) + TextOf(ChangedList::kProducts, fields);
  std::int64_t newest = since_ms;
  sdk::Walk walk(sdk::PageSizeOf(cx));
  sdk::PageGuard guard("Vendure's list of changed products");
  bool more = true;
  while (more) {
    ChangedPart part(cx, since_ms, walk);
    const sdk::Response response = co_await part.Ask(both);
    if (response.is_too_large() && walk.Shrink()) {
      continue;
    }
    for (const ChangedList which : {ChangedList::kVariants, ChangedList::kProducts}) {
      if (response.is_too_large()) {
        co_await part.EmitAlone(which);
      } else {
        const sdk::Json data = DataOf(response);
        co_await part.Emit(which, data, "");
      }
    }
    newest = std::max(newest, part.newest);
    walk.Next();
    more = walk.skip() < part.total;
    if (more) {
      guard.Take(part.ids);
    }
  }
  co_return newest;
}

}  // namespace

sdk::Operation PullProducts(sdk::Context& cx) {
  if (!cx.PullInput().only_external_ids().empty()) {
    co_await PullSome(cx);
    co_return;
  }
  const std::int64_t begun_ms = cx.NowMs();
  const std::int64_t since_ms = sdk::ParseTime(cx.Cursor()).value_or(0);
  std::int64_t newest_ms = 0;
  if (cx.PullInput().full() || since_ms == 0) {
    newest_ms = co_await PullAll(cx);
  } else {
    newest_ms = co_await PullChanged(cx, since_ms);
  }
  const std::int64_t next_ms = std::max(since_ms, std::min(newest_ms, begun_ms - kMarginMs));
  if (next_ms != since_ms) {
    co_yield sdk::Checkpoint(sdk::FormatTime(next_ms));
  }
}

}  // namespace vendure
