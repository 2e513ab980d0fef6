#include "listing.h"

namespace storebridge::demo_store {
namespace {

std::optional<ApiError> ReadNumber(const Params& query,
                                   const std::string& name,
                                   std::int64_t least,
                                   std::int64_t most,
                                   std::int64_t& out) {
  const std::string* text = query.Find(name);
  if (text == nullptr) {
    return std::nullopt;
  }
  const auto number = ParseInt(*text);
  if (!number) {
    return InvalidParam(name, name + " is not of type integer.");
  }
  if (*number < least || *number > most) {
    return InvalidParam(name,
                        name + " must be between " + std::to_string(least) + " (inclusive) and " +
                            std::to_string(most) + " (inclusive)");
  }
  out = *number;
  return std::nullopt;
}

/// A date without a zone stands as it is; one with a zone is first turned to the shop's own time,
/// even when the column is GMT. That surprises clients, and it is what the platform does.
std::optional<ApiError> ReadDate(const StoreState& state,
                                 const Params& query,
                                 const std::string& name,
                                 std::optional<Seconds>& out) {
  const std::string* text = query.Find(name);
  if (text == nullptr) {
    return std::nullopt;
  }
  const auto date = ParseDate(*text);
  if (!date) {
    return InvalidParam(name, "Invalid date.");
  }
  out = date->offset ? date->clock_time - *date->offset + state.utc_offset() : date->clock_time;
  return std::nullopt;
}

std::optional<ApiError> ReadDates(const StoreState& state, const Params& query, ListQuery& out) {
  out.gmt = query.IsTrue("dates_are_gmt");
  auto error = ReadDate(state, query, "after", out.after);
  error = error ? error : ReadDate(state, query, "before", out.before);
  error = error ? error : ReadDate(state, query, "modified_after", out.modified_after);
  error = error ? error : ReadDate(state, query, "modified_before", out.modified_before);
  return error;
}

std::optional<ApiError> ReadIds(const Params& query,
                                const std::string& name,
                                std::unordered_set<Id>& out) {
  for (const std::string& text : query.List(name)) {
    const auto id = ParseInt(text);
    if (!id) {
      return InvalidParam(name, name + "[0] is not of type integer.");
    }
    out.insert(*id);
  }
  return std::nullopt;
}

std::optional<ApiError> ReadSort(const Params& query, ListQuery& out) {
  const std::string* order = query.Find("order");
  if (order != nullptr && *order != "asc" && *order != "desc") {
    return InvalidParam("order", "order is not one of asc and desc.");
  }
  out.descending = order == nullptr || *order == "desc";
  const std::string* by = query.Find("orderby");
  if (by == nullptr || *by == "date") {
    out.sort = SortKey::kDate;
  } else if (*by == "modified") {
    out.sort = SortKey::kModified;
  } else if (*by == "id" || *by == "include") {
    out.sort = SortKey::kId;
  } else {
    return InvalidParam("orderby", "orderby is not one of date, id, include, and modified.");
  }
  return std::nullopt;
}

std::string JoinFields(const Params& query) {
  std::string out;
  for (const std::string& field : query.List("_fields")) {
    out += (out.empty() ? "" : ",") + field;
  }
  return out;
}

/// The request's URL with another page number and without what must not be repeated.
std::string PageUrl(const StoreState& state, const Request& request, std::int64_t page) {
  std::string query;
  for (const auto& [name, value] : request.query.all()) {
    if (name != "page" && name != "consumer_secret" && !name.starts_with("oauth_")) {
      query += UrlEncode(name) + "=" + UrlEncode(value) + "&";
    }
  }
  return state.base_url + request.path + "?" + query + "page=" + std::to_string(page);
}

}  // namespace

std::optional<ApiError> ReadListQuery(const StoreState& state,
                                      const Params& query,
                                      ListQuery& out) {
  constexpr std::int64_t kManyPages = 1'000'000'000;
  auto error = ReadNumber(query, "page", 1, kManyPages, out.page);
  error = error ? error : ReadNumber(query, "per_page", 1, state.settings.page_max, out.per_page);
  if (query.Find("offset") != nullptr) {
    std::int64_t offset = 0;
    error = error ? error : ReadNumber(query, "offset", 0, kManyPages, offset);
    out.offset = offset;
  }
  error = error ? error : ReadDates(state, query, out);
  error = error ? error : ReadSort(query, out);
  error = error ? error : ReadIds(query, "include", out.include);
  error = error ? error : ReadIds(query, "exclude", out.exclude);
  out.statuses = query.List("status");
  std::erase(out.statuses, "any");
  out.fields = JoinFields(query);
  return error;
}

Answer PageAnswer(const StoreState& state,
                  const Request& request,
                  const ListQuery& query,
                  std::size_t total,
                  std::string body) {
  const auto pages = (static_cast<std::int64_t>(total) + query.per_page - 1) / query.per_page;
  Answer answer;
  answer.body = std::move(body);
  answer.headers.emplace_back("X-WP-Total", std::to_string(total));
  answer.headers.emplace_back("X-WP-TotalPages", std::to_string(pages));
  answer.headers.emplace_back("Access-Control-Expose-Headers", "X-WP-Total, X-WP-TotalPages, Link");
  std::string link;
  if (query.page > 1) {
    link = "<" +
           PageUrl(state, request, std::min(query.page - 1, std::max<std::int64_t>(pages, 1))) +
           ">; rel=\"prev\"";
  }
  if (query.page < pages) {
    link += link.empty() ? "" : ", ";
    link += "<" + PageUrl(state, request, query.page + 1) + ">; rel=\"next\"";
  }
  if (!link.empty()) {
    answer.headers.emplace_back("Link", link);
  }
  return answer;
}

}  // namespace storebridge::demo_store
