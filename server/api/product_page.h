#pragma once

#include <string>
#include <vector>

#include "api/page.h"
#include "core/result.h"
#include "ports/storage.h"
#include "storebridge/v1/product.pb.h"

namespace storebridge::api {

// Products by code, and where the next page begins.
struct ProductPage {
  std::vector<v1::Product> products;
  std::string next_page_token;
};

// Reads a page of a merchant's products; of all merchants' when `merchant` is empty.
Result<ProductPage> ReadProductPage(const ports::ReadTx& tx,
                                    const std::string& merchant,
                                    const Page& page);

}  // namespace storebridge::api
