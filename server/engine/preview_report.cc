#include "engine/preview_report.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "domain/operation.h"
#include "domain/order_notices.h"
#include "engine/flows/pull_commit.h"
#include "engine/ledger.h"
#include "engine/order_book.h"
#include "engine/store_view.h"

namespace storebridge::engine {
namespace {

constexpr int kPerPage = 500;
constexpr std::size_t kDifferencesMax = 100;
constexpr int kFindingsMax = 100;
constexpr std::string_view kCheckReason = "STORE_CHECK";
constexpr int kNumbersMax = 20;

// By kind of record and reason.
using Findings = std::map<std::pair<v1::Issue::RecordType, std::string>, v1::PreviewFinding>;

// A store may show any number.
double DistanceOf(const v1::StockDifference& difference) {
  return std::abs(static_cast<double>(difference.published()) -
                  static_cast<double>(difference.shown()));
}

bool WritesStock(const RunSubject& subject) {
  return domain::HasOperation(*subject.manifest, domain::OperationOf(domain::Flow::kStock)) &&
         subject.store.stock_basis() != v1::STOCK_BASIS_UNSPECIFIED;
}

// Those that matter most come first.
void KeepGreatest(std::vector<v1::StockDifference> differences, v1::StockPreview& stock) {
  std::sort(differences.begin(), differences.end(), [](const auto& one, const auto& other) {
    return std::make_tuple(-DistanceOf(one), std::string_view(one.product_code())) <
           std::make_tuple(-DistanceOf(other), std::string_view(other.product_code()));
  });
  differences.resize(std::min(differences.size(), kDifferencesMax));
  stock.mutable_differences()->Assign(differences.begin(), differences.end());
}

Status DescribeStock(Ledger& ledger,
                     const ports::Listing& listing,
                     v1::StockPreview& stock,
                     std::vector<v1::StockDifference>& differences) {
  SB_TRY(const std::optional<std::int64_t> wanted, ledger.Wanted(listing.store, listing.product));
  if (!wanted) {
    stock.set_uncounted(stock.uncounted() + 1);
    return Ok();
  }
  if (wanted == listing.known_quantity) {
    stock.set_same(stock.same() + 1);
    return Ok();
  }
  stock.set_changed(stock.changed() + 1);
  v1::StockDifference& difference = differences.emplace_back();
  SB_TRY(*difference.mutable_product_code(),
         ledger.tx().products().CodeOf(ledger.merchant(), listing.product));
  if (listing.known_quantity) {
    difference.set_shown(*listing.known_quantity);
  }
  difference.set_published(*wanted);
  return Ok();
}

Status DescribeListings(Ledger& ledger,
                        const RunSubject& subject,
                        const PreviewRuns& runs,
                        v1::StorePreview& preview) {
  v1::ProductsPreview& products = *preview.mutable_products();
  const bool writes_stock = WritesStock(subject);
  if (!writes_stock) {
    preview.add_left_out("Stock: the connector does not write it.");
  }
  std::vector<v1::StockDifference> differences;
  std::string after;
  while (true) {
    SB_TRY(const std::vector<ports::Listing> page,
           ledger.tx().products().Listings(subject.key, after, kPerPage));
    for (const ports::Listing& listing : page) {
      after = listing.external_id;
      products.set_taken_over(products.taken_over() + 1);
      products.set_joined(products.joined() + (runs.had.contains(listing.product) ? 1 : 0));
      if (writes_stock) {
        SB_CHECK(DescribeStock(ledger, listing, *preview.mutable_stock(), differences));
      }
    }
    if (page.size() < kPerPage) {
      KeepGreatest(std::move(differences), *preview.mutable_stock());
      return Ok();
    }
  }
}

// Counts it; the first of its kind is the example.
void AddFinding(Findings& findings, const v1::PreviewFinding& finding) {
  v1::PreviewFinding& kept =
      findings.try_emplace({finding.record_type(), finding.reason()}, finding).first->second;
  kept.set_count(kept.count() + 1);
}

void AddProblems(const v1::Order& order, Findings& findings) {
  std::set<std::string> reasons;
  for (const v1::OrderProblem& problem : order.problems()) {
    if (!reasons.insert(problem.reason()).second) {
      continue;  // Orders are counted, not their lines.
    }
    v1::PreviewFinding finding;
    finding.set_record_type(v1::Issue::RECORD_TYPE_ORDER);
    finding.set_reason(problem.reason());
    finding.set_example(order.order_number());
    finding.set_message(problem.message());
    AddFinding(findings, finding);
  }
}

Status DescribeOrders(const ports::ReadTx& tx,
                      const RunSubject& subject,
                      v1::StorePreview& preview,
                      Findings& findings) {
  std::map<v1::OrderState, v1::OrderStateCount> states;
  domain::MerchantChild after;
  while (true) {
    SB_TRY(const std::vector<v1::Order> page,
           tx.orders().List(
               {.merchant = subject.key.merchant, .store = subject.key.store}, after, kPerPage));
    for (const v1::Order& order : page) {
      after = {.merchant = subject.key.merchant, .id = IdOf(order.name())};
      v1::OrderStateCount& state = states[order.state()];
      state.set_state(order.state());
      state.set_count(state.count() + 1);
      if (state.order_numbers_size() < kNumbersMax) {
        state.add_order_numbers(order.order_number());
      }
      AddProblems(order, findings);
    }
    if (page.size() < kPerPage) {
      break;
    }
  }
  for (auto& [state, count] : states) {
    *preview.mutable_orders()->add_states() = std::move(count);
  }
  return Ok();
}

Status DescribeIssues(const ports::ReadTx& tx,
                      const RunSubject& subject,
                      v1::StorePreview& preview,
                      Findings& findings) {
  v1::ProductsPreview& products = *preview.mutable_products();
  v1::OrdersPreview& orders = *preview.mutable_orders();
  domain::MerchantChild after;
  while (true) {
    SB_TRY(const std::vector<v1::Issue> page,
           tx.issues().List(subject.key.merchant, false, after, kPerPage));
    for (const v1::Issue& issue : page) {
      after = {.merchant = subject.key.merchant, .id = IdOf(issue.name())};
      if (issue.reason() == domain::kDraftReason) {
        continue;  // Its problems tell more.
      }
      // One that the store shows in two ways was taken over.
      const bool is_refused = issue.record().empty() && issue.reason() != kTwinReason;
      if (is_refused && issue.record_type() == v1::Issue::RECORD_TYPE_PRODUCT) {
        products.set_refused(products.refused() + 1);
      } else if (is_refused && issue.record_type() == v1::Issue::RECORD_TYPE_ORDER) {
        orders.set_refused(orders.refused() + 1);
      }
      v1::PreviewFinding finding;
      finding.set_record_type(issue.record_type());
      finding.set_reason(issue.reason());
      finding.set_example(issue.record_label());
      finding.set_message(issue.message());
      finding.set_resolution(issue.resolution());
      AddFinding(findings, finding);
    }
    if (page.size() < kPerPage) {
      return Ok();
    }
  }
}

void KeepMostFrequent(Findings& findings, v1::StorePreview& preview) {
  std::vector<v1::PreviewFinding> sorted;
  for (auto& [key, finding] : findings) {
    sorted.push_back(std::move(finding));
  }
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& one, const auto& other) {
    return one.count() > other.count();
  });
  for (v1::PreviewFinding& finding : sorted) {
    if (preview.findings_size() < kFindingsMax) {
      *preview.add_findings() = std::move(finding);
    }
  }
}

void DescribeChecks(const PreviewRuns& runs, v1::StorePreview& preview) {
  for (const StoreCheck& check : runs.checks) {
    if (check.ok || preview.findings_size() >= kFindingsMax) {
      continue;
    }
    v1::PreviewFinding& finding = *preview.add_findings();
    finding.set_reason(std::string(kCheckReason));
    finding.set_count(1);
    finding.set_example(check.check);
    finding.set_message(check.message);
    finding.set_resolution(check.action);
  }
}

}  // namespace

Result<v1::StorePreview> DescribePreview(ports::Tx& tx,
                                         const RunSubject& subject,
                                         const PreviewRuns& runs,
                                         std::int64_t now_ms) {
  v1::StorePreview preview;
  preview.set_store(domain::StoreName(subject.key));
  *preview.mutable_settings() = subject.store.settings();
  Ledger ledger(tx, subject.key.merchant, now_ms);
  SB_CHECK(DescribeListings(ledger, subject, runs, preview));
  Findings findings;
  SB_CHECK(DescribeOrders(tx, subject, preview, findings));
  SB_CHECK(DescribeIssues(tx, subject, preview, findings));
  preview.mutable_orders()->set_passed_over(static_cast<std::int64_t>(runs.passed_over));
  DescribeChecks(runs, preview);
  KeepMostFrequent(findings, preview);
  return preview;
}

}  // namespace storebridge::engine
