#include "bench/store/goods.h"

#include <algorithm>
#include <ctime>

#include <fmt/format.h>

namespace storebridge::bench {
namespace {

std::string Date(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm parts{};
  gmtime_r(&time, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
                     parts.tm_year + 1900,
                     parts.tm_mon + 1,
                     parts.tm_mday,
                     parts.tm_hour,
                     parts.tm_min,
                     parts.tm_sec);
}

// As WooCommerce 11 writes a line of an order.
std::string Line(std::size_t order, std::size_t position, const GoodsOptions& options) {
  const std::size_t sellable =
      std::max<std::size_t>(options.products * std::max<std::size_t>(options.variations, 1), 1);
  const std::size_t good = (order * 7 + position * 3) % sellable;
  const std::size_t product = good / std::max<std::size_t>(options.variations, 1);
  return fmt::format(
      R"({{"id":{},"name":"Everyday item {}","product_id":{},"variation_id":{},"quantity":{},)"
      R"("tax_class":"","subtotal":"19.90","subtotal_tax":"4.78","total":"19.90","total_tax":"4.78",)"
      R"("taxes":[{{"id":1,"total":"4.776","subtotal":"4.776"}}],"meta_data":[],"sku":"P-{:06}",)"
      R"("global_unique_id":"","price":19.9,"image":{{"id":"{}",)"
      R"("src":"https:\/\/shop.example\/wp-content\/uploads\/2026\/01\/item-{}.jpg"}},)"
      R"("parent_name":null}})",
      order * 10 + position,
      good,
      kFirstProductId + static_cast<std::int64_t>(product),
      options.variations == 0 ? 0 : kFirstVariationId + static_cast<std::int64_t>(good),
      1 + position,
      good,
      product + 50'000,
      product);
}

std::string Order(std::size_t i, const GoodsOptions& options) {
  const std::string date = Date(options.first_order_s + static_cast<std::int64_t>(i));
  const std::string address = fmt::format(
      R"("first_name":"Aino","last_name":"Virtanen {0}","company":"","address_1":"Mannerheimintie {1}",)"
      R"("address_2":"","city":"Helsinki","state":"","postcode":"00100","country":"FI",)"
      R"("phone":"+358 40 123 4567")",
      i,
      i % 200 + 1);
  return fmt::format(
      R"({{"id":{0},"status":"processing","currency":"EUR","discount_total":"0.00",)"
      R"("discount_tax":"0.00","shipping_total":"4.90","shipping_tax":"1.18","total":"55.44",)"
      R"("total_tax":"10.73","billing":{{{1},"email":"aino.virtanen{2}@mail.example"}},)"
      R"("shipping":{{{1}}},"payment_method":"stripe","customer_note":"",)"
      R"("meta_data":[{{"id":{3},"key":"_wc_order_attribution_source_type","value":"typein"}},)"
      R"({{"id":{4},"key":"_wc_order_attribution_session_pages","value":"4"}}],"number":"{0}",)"
      R"("date_created_gmt":"{5}","date_modified_gmt":"{5}","date_paid_gmt":"{5}",)"
      R"("line_items":[{6},{7}],"shipping_lines":[{{"id":{8},"method_title":"Posti parcel",)"
      R"("method_id":"flat_rate","instance_id":"1","total":"4.90","total_tax":"1.18",)"
      R"("taxes":[{{"id":1,"total":"1.176","subtotal":""}}],"tax_status":"taxable",)"
      R"("meta_data":[{{"id":{9},"key":"Items","value":"Everyday item &times; 1",)"
      R"("display_key":"Items","display_value":"Everyday item &times; 1"}}]}}],)"
      R"("fee_lines":[],"coupon_lines":[],"refunds":[]}})",
      kFirstOrderId + static_cast<std::int64_t>(i),
      address,
      i,
      i * 20,
      i * 20 + 1,
      date,
      Line(i, 0, options),
      Line(i, 1, options),
      i * 10 + 2,
      i * 10 + 3);
}

std::string Mark(std::size_t i, const GoodsOptions& options) {
  return fmt::format(
      R"({{"id":{0},"status":"processing","date_modified_gmt":"{1}","date_created_gmt":"{1}",)"
      R"("date_paid_gmt":"{1}"}})",
      kFirstOrderId + static_cast<std::int64_t>(i),
      Date(options.first_order_s + static_cast<std::int64_t>(i)));
}

std::string Product(std::size_t i, const GoodsOptions& options) {
  const bool is_simple = options.variations == 0;
  return fmt::format(
      R"({{"id":{0},"type":"{1}","sku":"{2}","global_unique_id":"","name":"Everyday item {3}",)"
      R"("description":"<p>A thing of daily use, made of birch and wool in a small workshop by the lake. )"
      R"(It lasts, it can be mended, and it is sent in paper. Wash it by hand and let it dry in the air.<\/p>",)"
      R"("short_description":"<p>A thing of daily use.<\/p>","price":"19.90","status":"publish",)"
      R"("virtual":false,"manage_stock":{4},"stock_quantity":{5},"weight":"0.4",)"
      R"("dimensions":{{"length":"20","width":"10","height":"5"}},)"
      R"("images":[{{"id":{6},"src":"https:\/\/shop.example\/wp-content\/uploads\/2026\/01\/item-{3}.jpg",)"
      R"("name":"item","alt":""}}],"permalink":"https:\/\/shop.example\/product\/item-{3}\/",)"
      R"("date_modified_gmt":"{7}","parent_id":0,)"
      R"("categories":[{{"id":15,"name":"Everyday","slug":"everyday"}}]}})",
      kFirstProductId + static_cast<std::int64_t>(i),
      is_simple ? "simple" : "variable",
      is_simple ? fmt::format("P-{:06}", i) : std::string(),
      i,
      is_simple ? "true" : "false",
      is_simple ? "5" : "null",
      i + 50'000,
      Date(options.first_order_s - 1'000'000));
}

std::string Variation(std::size_t i, const GoodsOptions& options) {
  const std::size_t product = i / options.variations;
  return fmt::format(
      R"({{"id":{0},"sku":"P-{1:06}","global_unique_id":"","name":"Size {2}","description":"",)"
      R"("price":"19.90","status":"publish","virtual":false,"manage_stock":true,"stock_quantity":5,)"
      R"("weight":"0.4","dimensions":{{"length":"20","width":"10","height":"5"}},)"
      R"("image":{{"id":{3},"src":"https:\/\/shop.example\/wp-content\/uploads\/2026\/01\/item-{1}.jpg"}},)"
      R"("permalink":"https:\/\/shop.example\/product\/item-{4}\/?attribute_size={2}",)"
      R"("attributes":[{{"id":1,"name":"Size","option":"{2}"}}],"date_modified_gmt":"{5}","parent_id":{6}}})",
      kFirstVariationId + static_cast<std::int64_t>(i),
      i,
      i % options.variations,
      i + 50'000,
      product,
      Date(options.first_order_s - 1'000'000),
      kFirstProductId + static_cast<std::int64_t>(product));
}

}  // namespace

void Rows::Add(std::string_view row) {
  if (!ends_.empty()) {
    text_ += ',';
  }
  text_ += row;
  ends_.push_back(text_.size());
}

std::string_view Rows::Slice(std::size_t first, std::size_t last) const {
  last = std::min(last, ends_.size());
  if (first >= last) {
    return {};
  }
  const std::size_t begin = first == 0 ? 0 : ends_[first - 1] + 1;
  return std::string_view(text_).substr(begin, ends_[last - 1] - begin);
}

Goods MakeGoods(const GoodsOptions& options) {
  Goods goods;
  for (std::size_t i = 0; i < options.orders; ++i) {
    goods.orders.Add(Order(i, options));
    goods.marks.Add(Mark(i, options));
  }
  for (std::size_t i = 0; i < options.products; ++i) {
    goods.products.Add(Product(i, options));
  }
  for (std::size_t i = 0; i < options.products * options.variations; ++i) {
    goods.variations.Add(Variation(i, options));
  }
  return goods;
}

}  // namespace storebridge::bench
