#include "order_status.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "api.h"

namespace woocommerce {
namespace {

constexpr std::array<std::pair<std::string_view, StatusKind>, 10> kOwn = {{
    {"pending", StatusKind::kUnpaid},
    {"on-hold", StatusKind::kUnpaid},
    {"processing", StatusKind::kPaid},
    {"completed", StatusKind::kCompleted},
    {"cancelled", StatusKind::kOver},
    {"failed", StatusKind::kOver},
    {"refunded", StatusKind::kOver},
    {"trash", StatusKind::kOver},
    {"checkout-draft", StatusKind::kOver},
    {"auto-draft", StatusKind::kOver},
}};

// A setting that names statuses.
struct Setting {
  std::string_view name;
  StatusKind kind;
  // WooCommerce's own that it may name besides those of its kind: a shop may send before the money
  // comes, and what is complete was paid.
  std::array<std::string_view, 3> also = {};
};

constexpr std::array<Setting, 3> kSettings = {{
    {.name = "paid_statuses",
     .kind = StatusKind::kPaid,
     .also = {"pending", "on-hold", "completed"}},
    {.name = "unpaid_statuses", .kind = StatusKind::kUnpaid},
    {.name = "completed_statuses", .kind = StatusKind::kCompleted},
}};

void AddName(std::string_view text, std::set<std::string>* names) {
  std::string_view name = sdk::Trim(text);
  // People copy the name from the database, where it has a prefix.
  if (name.starts_with("wc-")) {
    name.remove_prefix(3);
  }
  if (!name.empty()) {
    names->insert(std::string(name));
  }
}

std::set<std::string> NamesIn(const sdk::Json& config, std::string_view key) {
  std::set<std::string> names;
  const std::optional<sdk::Json> setting = config.Find(key);
  if (setting && setting->IsArray()) {
    for (const sdk::Json& item : setting->Items()) {
      AddName(item.Text(), &names);
    }
  } else if (setting) {
    const std::string text = setting->Text();
    std::string_view rest = text;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(','), rest.size());
      AddName(rest.substr(0, end), &names);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return names;
}

std::optional<StatusKind> OwnKindOf(std::string_view status) {
  for (const auto& [name, kind] : kOwn) {
    if (name == status) {
      return kind;
    }
  }
  return std::nullopt;
}

std::optional<sdk::Failure> OtherMeaning(const Setting& setting, const std::string& status) {
  const std::optional<StatusKind> own = OwnKindOf(status);
  const bool is_also =
      std::find(setting.also.begin(), setting.also.end(), status) != setting.also.end();
  if (!own || *own == setting.kind || is_also) {
    return std::nullopt;
  }
  return sdk::Failure(sdk::Code::kConfig,
                      "setting " + std::string(setting.name) + " names '" + status +
                          "', which is WooCommerce's own and keeps its meaning; name statuses of "
                          "plugins there")
      .ConfigPath(setting.name);
}

std::optional<sdk::Failure> InTwo(std::string_view first,
                                  std::string_view second,
                                  const std::string& status) {
  if (first == second) {
    return std::nullopt;
  }
  return sdk::Failure(sdk::Code::kConfig,
                      "status '" + sdk::HeadOf(status, kShownNameMax) + "' is in " +
                          std::string(first) + " and in " + std::string(second) +
                          "; leave it in one of them")
      .ConfigPath(second);
}

}  // namespace

OrderStatuses::OrderStatuses(const sdk::Json& config) : kinds_(kOwn.begin(), kOwn.end()) {
  std::map<std::string, std::string_view> named_in;
  for (const Setting& setting : kSettings) {
    for (const std::string& status : NamesIn(config, setting.name)) {
      const std::string_view first = named_in.emplace(status, setting.name).first->second;
      std::optional<sdk::Failure> problem = OtherMeaning(setting, status);
      problem = problem ? problem : InTwo(first, setting.name, status);
      problem_ = problem_ ? problem_ : problem;
      // It stays complete where it is named as paid.
      if (!problem && status != "completed") {
        kinds_[status] = setting.kind;
      }
    }
  }
}

void OrderStatuses::RequireSense() const {
  if (problem_) {
    throw sdk::Failure(*problem_);
  }
}

StatusKind OrderStatuses::KindOf(const std::string& status) const {
  const auto found = kinds_.find(status);
  return found == kinds_.end() ? StatusKind::kUnlisted : found->second;
}

std::vector<std::string> OrderStatuses::Open() const {
  std::vector<std::string> open;
  for (const auto& [status, kind] : kinds_) {
    if (kind == StatusKind::kUnpaid || kind == StatusKind::kPaid) {
      open.push_back(status);
    }
  }
  return open;
}

}  // namespace woocommerce
