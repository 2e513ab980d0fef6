#include "domain/line_doubts.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "domain/text_rules.h"

namespace storebridge::domain {
namespace {

bool IsAnother(const v1::OrderLine& line, const ProductFacts& facts) {
  const auto& ids = facts.listed_as;
  return facts.name != line.product() && !ids.empty() &&
         std::find(ids.begin(), ids.end(), line.external_product_id()) == ids.end();
}

v1::OrderProblem AmbiguousProduct(const v1::Order& order, int place, const ProductFacts& facts) {
  v1::OrderProblem problem;
  problem.set_reason(std::string(kProductAmbiguous));
  problem.set_field(fmt::format("lines[{}].product_code", place));
  problem.set_message(fmt::format(
      "Order {}: line {}: the store sold its product '{}', but the code '{}' is known here as that "
      "of its product '{}'. Give each of them a code of its own in the store; products are read "
      "again by themselves, and then the order is checked again. Where both are one thing, such as "
      "translations, set match_by_code in the store's settings instead.",
      Shown(order.order_number()),
      place + 1,
      Shown(order.lines(place).external_product_id()),
      Shown(order.lines(place).product_code()),
      Shown(facts.listed_as.front())));
  return problem;
}

}  // namespace

LineDoubts DoubtsOf(const v1::Order& order, const ProductLookup& products) {
  LineDoubts doubts;
  for (int i = 0; i < order.lines_size(); ++i) {
    const v1::OrderLine& line = order.lines(i);
    if (line.external_product_id().empty() || line.product_code().empty()) {
      continue;
    }
    if (const ProductFacts facts = products(line.product_code()); IsAnother(line, facts)) {
      doubts.emplace(i, AmbiguousProduct(order, i, facts));
    }
  }
  return doubts;
}

}  // namespace storebridge::domain
