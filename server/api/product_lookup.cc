#include "api/product_lookup.h"

#include "api/reading.h"
#include "domain/names.h"

namespace storebridge::api {

Result<v1::Product> FindProduct(const ports::ReadTx& tx, const engine::ProductRef& ref) {
  if (ref.product_code.empty()) {
    return tx.products().Get(ref.merchant, ref.product);
  }
  return tx.products().GetByCode(ref.merchant, ref.product_code);
}

Result<ProductPage> ReadProductPage(const ports::ReadTx& tx,
                                    const std::string& merchant,
                                    const Page& page) {
  SB_CHECK(CheckMerchant(tx, merchant));
  ProductPage read;
  SB_TRY(
      read.products,
      tx.products().List(merchant, {.merchant = page.after[0], .id = page.after[1]}, page.limit()));
  read.next_page_token =
      CutPage(page, read.products, [](const v1::Product& product) -> std::vector<std::string> {
        return {domain::ParseProductName(product.name()).value().merchant, product.product_code()};
      });
  return read;
}

}  // namespace storebridge::api
