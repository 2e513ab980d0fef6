#include "api/product_page.h"

#include "api/reading.h"
#include "domain/names.h"

namespace storebridge::api {

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
