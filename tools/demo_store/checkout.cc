#include "checkout.h"

#include <algorithm>
#include <array>

namespace storebridge::demo_store {
namespace {

constexpr std::int64_t kVatPermille = 255;
constexpr Cents kShippingHome = 590;
constexpr Cents kShippingAbroad = 1490;

bool IsTaxed(const std::string& country) {
  static constexpr std::array kUnion{"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES",
                                     "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU",
                                     "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"};
  return std::find(kUnion.begin(), kUnion.end(), country) != kUnion.end();
}

Cents NetOf(Cents gross) {
  return MulDiv(gross, 1000, 1000 + kVatPermille);
}

OrderLine PriceLine(const CartLine& item, bool taxed, int discount_percent) {
  const Product& product = *item.product;
  OrderLine line;
  line.product_id = product.parent_id != 0 ? product.parent_id : product.id;
  line.variation_id = product.parent_id != 0 ? product.id : 0;
  line.name = product.name;
  line.sku = product.sku;
  line.quantity = item.quantity;
  const Cents before = ParseMoney(product.price()).value_or(0) * item.quantity;
  const Cents after = MulDiv(before, 100 - discount_percent, 100);
  line.subtotal = NetOf(before);
  line.total = NetOf(after);
  line.subtotal_tax = taxed ? before - line.subtotal : 0;
  line.total_tax = taxed ? after - line.total : 0;
  return line;
}

}  // namespace

Order PriceCart(const StoreState& state,
                const std::vector<CartLine>& cart,
                const Address& ship_to,
                int discount_percent) {
  Order order;
  order.currency = state.settings.currency;
  const bool taxed = IsTaxed(ship_to.country);
  for (const CartLine& item : cart) {
    OrderLine line = PriceLine(item, taxed, discount_percent);
    order.discount_total += line.subtotal - line.total;
    order.discount_tax += line.subtotal_tax - line.total_tax;
    order.lines.push_back(std::move(line));
  }
  if (discount_percent > 0) {
    order.coupon = "ale" + std::to_string(discount_percent);
  }
  const bool home = ship_to.country == "FI";
  const Cents gross = home ? kShippingHome : kShippingAbroad;
  order.shipping_method = home ? "Posti Paketti" : "International parcel";
  order.shipping_total = NetOf(gross);
  order.shipping_tax = taxed ? gross - order.shipping_total : 0;
  return order;
}

}  // namespace storebridge::demo_store
