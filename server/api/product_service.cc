#include "api/product_service.h"

#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "api/page.h"
#include "api/product_page.h"
#include "api/reading.h"
#include "api/unary_call.h"
#include "api/validate/refs.h"
#include "domain/names.h"
#include "engine/refs.h"

namespace storebridge::api {
namespace {

Error OwnedByStore(const v1::Product& product) {
  std::string stores;
  for (const v1::ProductListing& listing : product.listings()) {
    stores += fmt::format("{}'{}'", stores.empty() ? "" : " or ", listing.store());
  }
  const std::string where =
      stores.empty()
          ? "no store sells it any more, so it stays as it is"
          : fmt::format("change it there, in {}; it follows at the next products run", stores);
  return Error{
      .code = Code::kFailedPrecondition,
      .reason = "PRODUCT_OWNED_BY_STORE",
      .message = fmt::format(
          "the store owns the information of product '{}': {}", product.product_code(), where),
      .facts = {{"product", product.name()},
                {"product_code", product.product_code()},
                {"stores", stores}}};
}

}  // namespace

grpc::ServerUnaryReactor* ProductService::GetProduct(grpc::CallbackServerContext* context,
                                                     const v1::GetProductRequest* request,
                                                     v1::Product* response) {
  return AnswerNow(ports_, "ProductService.GetProduct", context, Get(*request), response);
}

grpc::ServerUnaryReactor* ProductService::ListProducts(grpc::CallbackServerContext* context,
                                                       const v1::ListProductsRequest* request,
                                                       v1::ListProductsResponse* response) {
  return AnswerNow(ports_, "ProductService.ListProducts", context, List(*request), response);
}

grpc::ServerUnaryReactor* ProductService::UpdateProduct(grpc::CallbackServerContext* context,
                                                        const v1::UpdateProductRequest* request,
                                                        v1::Product* response) {
  return AnswerNow(ports_, "ProductService.UpdateProduct", context, Refuse(*request), response);
}

Result<v1::Product> ProductService::Get(const v1::GetProductRequest& request) const {
  SB_TRY(const engine::ProductRef ref, ReadProductRef(request.name(), request.product_code()));
  return ReadFrom<v1::Product>(
      ports_.storage, [&](const ports::ReadTx& tx) { return engine::FindProduct(tx, ref); });
}

Result<v1::ListProductsResponse> ProductService::List(
    const v1::ListProductsRequest& request) const {
  SB_TRY(const std::string merchant, ReadParent(request.parent()));
  SB_TRY(const Page page,
         ReadPage({.method = "ListProducts", .parent = request.parent(), .filter = ""},
                  request.page_size(),
                  request.page_token(),
                  2));
  return ReadFrom<v1::ListProductsResponse>(
      ports_.storage, [&](const ports::ReadTx& tx) -> Result<v1::ListProductsResponse> {
        v1::ListProductsResponse response;
        SB_TRY(ProductPage products, ReadProductPage(tx, merchant, page));
        response.set_next_page_token(std::move(products.next_page_token));
        FillField(*response.mutable_products(), std::move(products.products));
        return response;
      });
}

Result<v1::Product> ProductService::Refuse(const v1::UpdateProductRequest& request) const {
  SB_TRY(const domain::MerchantChild name, domain::ParseProductName(request.product().name()));
  SB_TRY(const v1::Product product,
         ReadFrom<v1::Product>(ports_.storage, [&](const ports::ReadTx& tx) {
           return tx.products().Get(name.merchant, name.id);
         }));
  return OwnedByStore(product);
}

}  // namespace storebridge::api
