#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "operations.h"
#include "product_record.h"
#include "variations.h"

namespace woocommerce {
namespace {

// Changes become visible a little after the time they carry.
constexpr std::int64_t kMarginSeconds = 30;
// Of a product that is too large to be read: those by which it is found again.
constexpr std::string_view kNameFields = "id,type,sku,date_modified_gmt";

// What a run leaves for the next: the second up to which all changes were seen, and the units, so
// that a quiet round needs no request for them.
struct Cursor {
  std::int64_t second = 0;
  Units units = {};
};

std::vector<std::string> Split(std::string_view text, char at) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(at, begin), text.size());
    parts.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::optional<Cursor> ReadCursor(const std::string& text) {
  const std::vector<std::string> parts = Split(text, '|');
  const auto ms = sdk::ParseTime(parts.front());
  if (parts.size() != 5 || !ms) {
    return std::nullopt;
  }
  Cursor cursor;
  cursor.second = *ms / 1000;
  cursor.units.currency = parts[1];
  cursor.units.weight = parts[2];
  cursor.units.dimension = parts[3];
  cursor.units.prices_include_tax = parts[4];
  return cursor;
}

std::string TextOfCursor(const Cursor& cursor) {
  const Units& units = cursor.units;
  return sdk::FormatTimeBare(cursor.second * 1000) + '|' + units.currency + '|' + units.weight +
         '|' + units.dimension + '|' + units.prices_include_tax;
}

// The settings of one group, by id. None when the key may not read them: it needs the rights of a
// shop manager for that, and not for the rest. Any other trouble ends the run: the units go into
// the cursor, and would be wrong for a day.
std::map<std::string, std::string> SettingsIn(const sdk::Response& response) {
  std::map<std::string, std::string> settings;
  const bool is_absent = response.has_answer() && response.status() == 404;
  if (is_absent || ErrorCodeOf(response) == "woocommerce_rest_cannot_view") {
    return settings;
  }
  const sdk::Json body = ReadAnswer(response);
  for (const sdk::Json& setting : body.Items()) {
    const std::optional<sdk::Json> value =
        setting.IsObject() ? setting.Find("value") : std::optional<sdk::Json>();
    if (value) {
      settings[setting.OptionalText("id")] = TextOf(*value);
    }
  }
  return settings;
}

using Settings = std::map<std::string, std::string>;

sdk::Task<void> ReadSettings(sdk::Context& cx,
                             const Store& store,
                             const std::vector<std::string>& groups,
                             Settings& settings) {
  std::vector<sdk::Request> requests;
  requests.reserve(groups.size());
  for (const std::string& group : groups) {
    requests.push_back(store.Get("/settings/" + group).Query("_fields", "id,value"));
  }
  const std::vector<sdk::Response> answers = co_await cx.All(std::move(requests));
  for (const sdk::Response& answer : answers) {
    settings.merge(SettingsIn(answer));
  }
}

sdk::Task<Units> ReadUnits(sdk::Context& cx, const Store& store) {
  const std::vector<std::string> general = {"general", "products"};
  Settings settings;
  co_await ReadSettings(cx, store, general, settings);
  Units units;
  units.currency = settings["woocommerce_currency"];
  if (const std::string& weight = settings["woocommerce_weight_unit"]; !weight.empty()) {
    units.weight = weight;
  }
  if (const std::string& length = settings["woocommerce_dimension_unit"]; !length.empty()) {
    units.dimension = length;
  }
  // A new shop calculates no taxes: its prices are what is paid.
  units.prices_include_tax = "yes";
  if (settings["woocommerce_calc_taxes"] != "no") {
    const std::vector<std::string> tax = {"tax"};
    co_await ReadSettings(cx, store, tax, settings);
    units.prices_include_tax = settings["woocommerce_prices_include_tax"];
  }
  if (units.currency.empty()) {
    cx.Warn(
        "the key may not read WooCommerce's settings: products have no price, weights are "
        "taken for kg and sizes for cm; give the key to a user who is a shop manager");
  }
  co_return units;
}

// Reads a page of products: those with a stock of their own are given, the others go to `parents`.
sdk::Page<sdk::Product> ReadProducts(const sdk::Json& list,
                                     const Units& units,
                                     const std::string& source,
                                     Parents* parents) {
  const auto read = [&](const sdk::Json& json) -> std::optional<sdk::Product> {
    if (!IsVariable(json)) {
      return ReadProduct(json, units);
    }
    try {
      parents->Add(ReadProduct(json, units));
      return std::nullopt;
    } catch (const sdk::Failure& failure) {
      parents->AddUnreadable(TextIn(json, "id"), failure.message());
      throw;
    }
  };
  return sdk::ReadEach(list, read, sdk::RecordKeys("id", "sku", source));
}

std::int64_t NewestIn(const sdk::Json& list) {
  std::int64_t newest = 0;
  for (const sdk::Json& json : list.Items()) {
    const auto ms = sdk::ParseTime(TextIn(json, "date_modified_gmt"));
    newest = std::max(newest, ms ? *ms / 1000 : 0);
  }
  return newest;
}

// Whether the store says that its list ends with a full page. Believed in a first import only, and
// where the first page said the same: what a cache or an extension leaves out of a count would be
// taken for deleted later on, and one that counts what a page shows never counts two pages.
class Count {
 public:
  explicit Count(bool is_first) : is_first_(is_first) {}

  bool EndsWith(const sdk::Response& page, const sdk::Walk& walk, std::size_t records) {
    const std::int64_t said = RecordsSaid(page);
    if (walk.skip() == 0) {
      first_said_ = said;
      return false;
    }
    return is_first_ && said == first_said_ &&
           said == walk.skip() + static_cast<std::int64_t>(records);
  }

 private:
  bool is_first_;
  std::int64_t first_said_ = 0;
};

sdk::Request ProductsRequest(const Store& store,
                             const sdk::Walk& walk,
                             std::int64_t after_s,
                             std::string_view fields) {
  sdk::Request request = AtPlace(store.Get("/products"), walk)
                             .Query("orderby", "id")
                             .Query("order", "asc")
                             .Query("status", "any")
                             .Query("_fields", fields)
                             .Try();
  if (after_s >= 0) {
    request = std::move(request)
                  .Query("modified_after", sdk::FormatTimeBare(after_s * 1000))
                  .Query("dates_are_gmt", "true");
  }
  return request;
}

// One product that makes an answer too large all by itself. Gives its modification time.
sdk::Task<std::int64_t> StepOver(const Store& store,
                                 const sdk::Walk& walk,
                                 std::int64_t after_s,
                                 const sdk::Failure& problem,
                                 Parents& parents) {
  const sdk::Response response = co_await ProductsRequest(store, walk, after_s, kNameFields);
  const sdk::Json list = ReadAnswer(response);
  for (const sdk::Json& row : list.Items()) {
    if (IsVariable(row)) {
      parents.AddUnreadable(TextIn(row, "id"), sdk::TooLargeAlone(problem));
    }
    co_yield sdk::BadProduct(TextIn(row, "id"), TextIn(row, "sku"), sdk::TooLargeAlone(problem));
  }
  co_return NewestIn(list);
}

// Products modified after `after_s`, or all when it is negative. By id and page: an edit while the
// pages are read only ever adds to this list. Gives the second up to which everything was seen.
sdk::Task<std::int64_t> PullList(sdk::Context& cx,
                                 const Store& store,
                                 std::int64_t after_s,
                                 const Units& units) {
  bool from_one_list = after_s < 0 && cx.HasCapability(kVariationsEndpoint);
  Parents parents;
  sdk::Walk walk(store.page_size());
  std::int64_t newest = 0;
  std::optional<std::int64_t> clock_s;
  sdk::PageGuard guard("WooCommerce's list of products");
  Count count(cx.Cursor().empty());
  bool has_more = true;
  while (has_more) {
    const sdk::Response response = co_await ProductsRequest(store, walk, after_s, kProductFields);
    if (response.is_too_large() && walk.Shrink()) {
      continue;
    }
    if (response.is_too_large()) {
      const sdk::Failure problem = response.Problem();
      const std::int64_t time = co_await StepOver(store, walk, after_s, problem, parents);
      newest = std::max(newest, time);
    } else {
      const sdk::Json list = ReadAnswer(response);
      if (!clock_s) {
        clock_s = response.DateMs().value_or(cx.NowMs()) / 1000;
      }
      newest = std::max(newest, NewestIn(list));
      has_more = static_cast<std::int64_t>(list.size()) >= walk.take() &&
                 !count.EndsWith(response, walk, list.size());
      co_yield ReadProducts(list, units, walk.Shown() + " of /products", &parents);
      if (has_more) {
        guard.Take(IdsIn(list), walk.has_shrunk() ? 0 : PagesSaid(response));
      }
    }
    walk.Next();
    // A catalogue that is larger than what may be kept: from here on each product is asked for its
    // own variations.
    from_one_list = from_one_list && !parents.is_full();
    if (!from_one_list) {
      co_await EmitVariationsOf(cx, store, parents, units);
      parents.Clear();
    }
  }
  if (from_one_list) {
    co_await EmitAllVariations(cx, store, parents, units);
  }
  const std::int64_t now_s = clock_s.value_or(cx.NowMs() / 1000);
  co_return std::min(newest, now_s - kMarginSeconds);
}

// Whether it lies in the bin: no list shows it, and its SKU is free.
bool IsInBin(const sdk::Json& json) {
  return TextIn(json, "status") == "trash";
}

// Whether it is another record than that of the id, as from a cache that does not look at all of
// the address: then nothing is known of the one that was asked for.
bool IsOther(const sdk::Json& json, const std::string& id) {
  return TextIn(json, "id") != id;
}

sdk::BadRecord OtherCame(const std::string& id) {
  return sdk::BadProduct(id,
                         id,
                         "WooCommerce, or what stands before it, answered with another record than "
                         "was asked for; see that nothing caches its API");
}

// Reads a variation below its product, where the documentation has it. Gives whether it is there.
sdk::Task<bool> EmitVariation(sdk::Context& cx,
                              const Store& store,
                              const std::string& id,
                              const std::string& parent_id,
                              const Units& units) {
  const std::string parent_path = "/products/" + parent_id;
  std::vector<sdk::Request> requests;
  requests.push_back(store.Get(parent_path).Query("_fields", kProductFields));
  requests.push_back(
      store.Get(parent_path + "/variations/" + id).Query("_fields", kVariationFields));
  const std::vector<sdk::Response> answers = co_await cx.All(std::move(requests));
  if (IsGone(answers[0]) || IsGone(answers[1])) {
    co_return false;
  }
  for (const sdk::Response& answer : answers) {
    if (answer.is_too_large()) {
      co_yield sdk::BadProduct(id, id, sdk::TooLargeAlone(answer.Problem()));
      co_return true;
    }
  }
  const sdk::Json parent = ReadAnswer(answers[0]);
  const sdk::Json variation = ReadAnswer(answers[1]);
  // Before its pull request 48804, in 2024, WooCommerce gave a variation below any product.
  const std::string own_parent_id = TextIn(variation, "parent_id");
  const bool is_elsewhere = !own_parent_id.empty() && own_parent_id != parent_id;
  if (IsOther(variation, id) || (!is_elsewhere && IsOther(parent, parent_id))) {
    co_yield OtherCame(id);
    co_return true;
  }
  if (is_elsewhere || IsInBin(parent) || IsInBin(variation)) {
    co_return false;
  }
  const auto read = [&](const sdk::Json& one) {
    return ReadVariation(one, ReadProduct(parent, units), units);
  };
  co_yield sdk::ReadOne(variation, read, sdk::RecordKeys("id", "sku"));
  co_return true;
}

// Reads one product, or a variation whose product was not known: WooCommerce gives it under
// /products/ID, too, which it may mend one day (its issue 41374).
sdk::Task<void> EmitOne(sdk::Context& cx,
                        const Store& store,
                        const sdk::Json& json,
                        const Units& units) {
  if (TextIn(json, "type") != "variation") {
    const auto read_product = [&](const sdk::Json& one) -> std::optional<sdk::Product> {
      return IsVariable(one) ? std::nullopt : std::optional(ReadProduct(one, units));
    };
    co_yield sdk::ReadOne(json, read_product, sdk::RecordKeys("id", "sku"));
    co_return;
  }
  const std::string id = TextIn(json, "id");
  const std::string parent_id = TextIn(json, "parent_id");
  if (!IdOf(id) || !IdOf(parent_id)) {
    co_yield sdk::BadProduct(
        id, TextIn(json, "sku"), "its id or that of its product is no whole number above 0");
    co_return;
  }
  if (!co_await EmitVariation(cx, store, id, parent_id, units)) {
    co_yield sdk::DeletedProduct(id);
  }
}

sdk::Task<void> EmitSome(sdk::Context& cx, const Store& store, const Units& units) {
  const auto& only = cx.PullInput().only_external_ids();
  const auto& parents = cx.PullInput().only_external_parent_ids();
  std::vector<std::string> ids;
  std::vector<sdk::Request> requests;
  for (int i = 0; i < only.size(); ++i) {
    if (!IdOf(only[i])) {
      continue;
    }
    if (i < parents.size() && IdOf(parents[i])) {
      if (co_await EmitVariation(cx, store, only[i], parents[i], units)) {
        continue;
      }
      // Gone, or it belongs to another product now.
    }
    ids.push_back(only[i]);
    requests.push_back(store.Get("/products/" + only[i]).Query("_fields", kProductFields));
  }
  const std::vector<sdk::Response> answers = co_await cx.All(std::move(requests));
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (answers[i].is_too_large()) {
      co_yield sdk::BadProduct(ids[i], ids[i], sdk::TooLargeAlone(answers[i].Problem()));
      continue;
    }
    if (IsGone(answers[i])) {
      co_yield sdk::DeletedProduct(ids[i]);
      continue;
    }
    const sdk::Json json = ReadAnswer(answers[i]);
    if (IsOther(json, ids[i])) {
      co_yield OtherCame(ids[i]);
      continue;
    }
    if (IsInBin(json)) {
      co_yield sdk::DeletedProduct(ids[i]);
      continue;
    }
    co_await EmitOne(cx, store, json, units);
  }
}

}  // namespace

sdk::Operation PullProducts(sdk::Context& cx) {
  const Store store(cx);
  std::optional<Cursor> cursor = ReadCursor(cx.Cursor());
  const bool has_only = !cx.PullInput().only_external_ids().empty();
  const bool is_full = cx.PullInput().full() || !cursor;
  Cursor next;
  if (cursor) {
    next = *cursor;
  }
  if (!cursor || (is_full && !has_only)) {
    next.units = co_await ReadUnits(cx, store);
  }
  if (has_only) {
    co_await EmitSome(cx, store, next.units);
    co_return;
  }
  std::int64_t seen_s = -1;
  if (is_full) {
    seen_s = co_await PullList(cx, store, -1, next.units);
  } else {
    seen_s = co_await PullList(cx, store, next.second, next.units);
  }
  next.second = std::max(next.second, seen_s);
  const std::string text = TextOfCursor(next);
  if (text != cx.Cursor()) {
    co_yield sdk::Checkpoint(text);
  }
}

}  // namespace woocommerce
