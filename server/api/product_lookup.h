#pragma once

#include <string>
#include <vector>

#include "api/page.h"
#include "core/result.h"
#include "engine/commands.h"
#include "ports/storage.h"
#include "storebridge/v1/product.pb.h"

namespace storebridge::api {

// Finds a product by id or by code. kNotFound when there is none.
Result<v1::Product> FindProduct(const ports::ReadTx& tx, const engine::ProductRef& ref);

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
