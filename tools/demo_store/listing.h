#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "api_error.h"
#include "http_types.h"
#include "payloads.h"
#include "store_state.h"

namespace storebridge::demo_store {

enum class SortKey { kDate, kModified, kId };

/// The collection parameters that products, variations and orders share.
struct ListQuery {
  std::int64_t page = 1;
  std::int64_t per_page = 10;
  std::optional<std::int64_t> offset;
  SortKey sort = SortKey::kDate;
  bool descending = true;
  bool gmt = false;  ///< Bounds are compared with the GMT columns, else with the shop's own time.
  std::optional<Seconds> after, before, modified_after, modified_before;
  std::unordered_set<Id> include, exclude;
  std::vector<std::string> statuses;
  std::string fields;
};

/// Reads the parameters; an error is the platform's rest_invalid_param.
std::optional<ApiError> ReadListQuery(const StoreState& state, const Params& query, ListQuery& out);

/// Makes the answer of a page: the joined texts, X-WP-Total, X-WP-TotalPages and Link.
Answer PageAnswer(const StoreState& state,
                  const Request& request,
                  const ListQuery& query,
                  std::size_t total,
                  std::string body);

/// True when the shop does not show a thing in lists yet.
template <class Thing>
bool IsHidden(const StoreState& state, const Thing& thing) {
  const Settings& settings = state.settings;
  return settings.hide_seconds > 0 && thing.modified > state.Now() - settings.hide_seconds &&
         thing.id % settings.hide_every == 0;
}

/// True when a thing lies within the query's bounds; both ends are excluded, as the platform does.
template <class Thing>
bool IsWithin(const StoreState& state, const ListQuery& query, const Thing& thing) {
  const Seconds shift = query.gmt ? 0 : state.utc_offset();
  const Seconds created = thing.created + shift;
  const Seconds modified = thing.modified + shift;
  return !(query.after && created <= *query.after) && !(query.before && created >= *query.before) &&
         !(query.modified_after && modified <= *query.modified_after) &&
         !(query.modified_before && modified >= *query.modified_before) &&
         (query.include.empty() || query.include.contains(thing.id)) &&
         !query.exclude.contains(thing.id) && !IsHidden(state, thing);
}

/// Returns the things that pass `keep`, in the asked order.
template <class Thing, class Keep>
std::vector<const Thing*> Select(const StoreState& state,
                                 const ListQuery& query,
                                 const Table<Thing>& table,
                                 Keep keep) {
  std::vector<const Thing*> found;
  const auto take = [&](const Thing& thing) {
    if (IsWithin(state, query, thing) && keep(thing)) {
      found.push_back(&thing);
    }
  };
  if (!query.include.empty()) {
    for (const Id id : query.include) {
      if (const Thing* thing = table.Find(id)) {
        take(*thing);
      }
    }
  } else if (query.modified_after) {
    const Seconds bound = *query.modified_after - (query.gmt ? 0 : state.utc_offset());
    const auto& all = table.by_modified();
    const auto first = std::partition_point(
        all.begin(), all.end(), [bound](const Thing* t) { return t->modified <= bound; });
    std::for_each(first, all.end(), [&](const Thing* thing) { take(*thing); });
  } else {
    const auto& all = query.sort == SortKey::kModified ? table.by_modified() : table.by_created();
    std::for_each(all.begin(), all.end(), [&](const Thing* thing) { take(*thing); });
  }
  const auto key = [&query](const Thing* thing) {
    switch (query.sort) {
      case SortKey::kDate:
        return std::pair(thing->created, thing->id);
      case SortKey::kModified:
        return std::pair(thing->modified, thing->id);
      case SortKey::kId:
        break;
    }
    return std::pair(Seconds{0}, thing->id);
  };
  const auto less = [&key](const Thing* a, const Thing* b) { return key(a) < key(b); };
  if (!std::is_sorted(found.begin(), found.end(), less)) {
    std::sort(found.begin(), found.end(), less);
  }
  if (query.descending) {
    std::reverse(found.begin(), found.end());
  }
  return found;
}

/// Cuts the asked page out of `found` and answers it.
template <class Thing>
Answer Page(const StoreState& state,
            const Request& request,
            const ListQuery& query,
            const std::vector<const Thing*>& found) {
  const auto total = static_cast<std::int64_t>(found.size());
  const std::int64_t start =
      std::min(total, query.offset.value_or((query.page - 1) * query.per_page));
  const std::int64_t end = std::min(total, start + query.per_page);
  std::string body = "[";
  for (std::int64_t i = start; i < end; ++i) {
    if (i > start) {
      body.push_back(',');
    }
    const Thing& thing = *found[static_cast<std::size_t>(i)];
    body += PayloadText(state, thing, query.fields);
    if (const std::string second = SecondText(state, thing, query.fields); !second.empty()) {
      body += ',' + second;
    }
  }
  body.push_back(']');
  return PageAnswer(state, request, query, found.size(), std::move(body));
}

}  // namespace storebridge::demo_store
