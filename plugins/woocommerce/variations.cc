#include "variations.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace woocommerce {
namespace {

// Of a variation that is too large to be read: those by which it is found again.
constexpr std::string_view kNameFields = "id,sku,parent_id";
// Products that are asked for their variations at once: as many answers are in memory, of 16 MiB at
// most, and more requests do not run at the same time.
constexpr std::size_t kParentsAtOnce = 4;
// What a parent takes besides its texts.
constexpr std::size_t kParentBytes = 1024;

sdk::Page<sdk::Product> ReadVariations(const sdk::Json& list,
                                       const Parents& parents,
                                       const std::string& parent_id,
                                       const Units& units,
                                       const std::string& source) {
  const auto read = [&](const sdk::Json& json) -> std::optional<sdk::Product> {
    const std::string id = parent_id.empty() ? json.At("parent_id").Id() : parent_id;
    if (!parents.Has(id)) {
      return std::nullopt;  // Its product is deleted or in the bin; the shop does not sell it.
    }
    return ReadVariation(json, parents.At(id), units);
  };
  return sdk::ReadEach(list, read, sdk::RecordKeys("id", "sku", source));
}

sdk::Request VariationsRequest(const Store& store,
                               const std::string& path,
                               const sdk::Walk& walk,
                               std::string_view fields) {
  return AtPlace(store.Get(path), walk)
      .Query("orderby", "id")
      .Query("order", "asc")
      .Query("_fields", fields)
      .Try();
}

// One variation that makes an answer too large all by itself.
sdk::Task<void> StepOver(const Store& store,
                         const std::string& path,
                         const sdk::Walk& walk,
                         const sdk::Failure& problem) {
  const sdk::Response response = co_await VariationsRequest(store, path, walk, kNameFields);
  const sdk::Json list = ReadAnswer(response);
  for (const sdk::Json& row : list.Items()) {
    co_yield sdk::BadProduct(TextIn(row, "id"), TextIn(row, "sku"), sdk::TooLargeAlone(problem));
  }
}

// A list of variations. Lives longer than what reads it.
struct VariationList {
  std::string path;
  // Empty where each variation names its own.
  std::string parent_id;
  const Parents& parents;
  const Units& units;
};

// Whether an answer says that there is no such list: its product is gone, or WooCommerce is older
// than the list of all variations.
bool IsAbsent(const sdk::Response& response, const VariationList& variations) {
  const bool is_of_one = !variations.parent_id.empty();
  return is_of_one ? IsGone(response) : response.has_answer() && response.status() == 404;
}

// Reads a list from a place to its end. False when there is no such list.
sdk::Task<bool> EmitList(const Store& store,
                         const VariationList& variations,
                         sdk::Walk walk,
                         sdk::PageGuard guard) {
  const std::string& path = variations.path;
  bool has_more = true;
  while (has_more) {
    const sdk::Response response = co_await VariationsRequest(store, path, walk, kVariationFields);
    if (response.is_too_large()) {
      if (!walk.Shrink()) {
        const sdk::Failure problem = response.Problem();
        co_await StepOver(store, path, walk, problem);
        walk.Next();
      }
      continue;
    }
    if (walk.skip() == 0 && IsAbsent(response, variations)) {
      co_return false;
    }
    const sdk::Json list = ReadAnswer(response);
    has_more = static_cast<std::int64_t>(list.size()) >= walk.take();
    co_yield ReadVariations(list,
                            variations.parents,
                            variations.parent_id,
                            variations.units,
                            walk.Shown() + " of " + path);
    if (has_more) {
      guard.Take(IdsIn(list), walk.has_shrunk() ? 0 : PagesSaid(response));
    }
    walk.Next();
  }
  co_return true;
}

// The variations of a few products.
sdk::Task<void> EmitVariationsOfSome(sdk::Context& cx,
                                     const Store& store,
                                     const std::vector<std::string>& ids,
                                     const Parents& parents,
                                     const Units& units) {
  const sdk::Walk first_page(store.page_size());
  std::vector<sdk::Request> requests;
  std::vector<std::string> paths;
  for (const std::string& id : ids) {
    paths.push_back("/products/" + id + "/variations");
    requests.push_back(VariationsRequest(store, paths.back(), first_page, kVariationFields));
  }
  const std::vector<sdk::Response> answers = co_await cx.All(std::move(requests));
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (IsGone(answers[i])) {
      continue;  // Deleted since the list was read.
    }
    sdk::Walk rest = first_page;
    sdk::PageGuard guard("WooCommerce's list of the variations of product " + ids[i]);
    bool has_more = answers[i].is_too_large();
    if (!has_more) {
      const sdk::Json list = ReadAnswer(answers[i]);
      has_more = static_cast<std::int64_t>(list.size()) >= store.page_size();
      co_yield ReadVariations(list, parents, ids[i], units, rest.Shown() + " of " + paths[i]);
      rest.Next();
      if (has_more) {
        guard.Take(IdsIn(list), PagesSaid(answers[i]));
      }
    }
    if (has_more) {
      const VariationList variations{paths[i], ids[i], parents, units};
      co_await EmitList(store, variations, rest, guard);
    }
  }
}

}  // namespace

void Parents::Add(sdk::Product product) {
  const std::string id = product.external_id();
  bytes_ += product.ByteSizeLong() + kParentBytes;
  known_.insert_or_assign(id, Parent{.product = std::move(product), .problem = {}});
}

void Parents::AddUnreadable(const std::string& id, std::string_view problem) {
  if (!IdOf(id)) {
    return;  // Nothing can be asked about it.
  }
  bytes_ += problem.size() + kParentBytes;
  known_.insert_or_assign(id, Parent{.product = {}, .problem = std::string(problem)});
}

void Parents::Clear() {
  known_.clear();
  bytes_ = 0;
}

std::vector<std::string> Parents::Ids() const {
  std::vector<std::string> ids;
  for (const auto& [id, parent] : known_) {
    ids.push_back(id);
  }
  return ids;
}

const sdk::Product& Parents::At(const std::string& id) const {
  const Parent& parent = known_.at(id);
  if (!parent.problem.empty()) {
    throw sdk::Failure(sdk::Code::kPermanent,
                       "its product " + id + " cannot be read: " + parent.problem);
  }
  return parent.product;
}

sdk::Request AtPlace(sdk::Request request, const sdk::Walk& walk) {
  request = std::move(request).Query("per_page", walk.take());
  if (walk.page() > 0) {
    return std::move(request).Query("page", walk.page());
  }
  return std::move(request).Query("offset", walk.skip());
}

sdk::Task<void> EmitVariationsOf(sdk::Context& cx,
                                 const Store& store,
                                 const Parents& parents,
                                 const Units& units) {
  const std::vector<std::string> ids = parents.Ids();
  for (std::size_t done = 0; done < ids.size(); done += kParentsAtOnce) {
    const auto first = ids.begin() + static_cast<std::ptrdiff_t>(done);
    const std::size_t count = std::min(kParentsAtOnce, ids.size() - done);
    const std::vector<std::string> some(first, first + static_cast<std::ptrdiff_t>(count));
    co_await EmitVariationsOfSome(cx, store, some, parents, units);
  }
}

sdk::Task<void> EmitAllVariations(sdk::Context& cx,
                                  const Store& store,
                                  const Parents& parents,
                                  const Units& units) {
  if (parents.empty()) {
    co_return;
  }
  const sdk::Walk walk(store.page_size());
  const sdk::PageGuard guard("WooCommerce's list of variations");
  const VariationList variations{"/variations", "", parents, units};
  const bool has_list = co_await EmitList(store, variations, walk, guard);
  if (!has_list) {
    co_await EmitVariationsOf(cx, store, parents, units);  // An older version since the check.
  }
}

}  // namespace woocommerce
