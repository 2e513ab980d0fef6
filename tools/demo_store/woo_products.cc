#include <algorithm>

#include "listing.h"
#include "payloads.h"
#include "php_json.h"
#include "product_edit.h"
#include "woo_batch.h"
#include "woo_call.h"

namespace storebridge::demo_store {
namespace {

ApiError InvalidId(int status, const std::string& thing) {
  return {status, "woocommerce_rest_" + thing + "_invalid_id", "Invalid ID.", {}};
}

bool HasStatus(const ListQuery& query, const std::string& status) {
  return query.statuses.empty() ||
         std::find(query.statuses.begin(), query.statuses.end(), status) != query.statuses.end();
}

/// The filters beyond the common ones: `sku` (a comma list) and `search` in the name.
struct ProductFilter {
  std::vector<std::string> skus;
  std::string search;

  explicit ProductFilter(const Params& query) : skus(query.List("sku")) {
    if (const std::string* text = query.Find("search")) {
      search = Lower(*text);
    }
  }
  bool Keeps(const Product& product) const {
    return (skus.empty() || std::find(skus.begin(), skus.end(), product.sku) != skus.end()) &&
           (search.empty() || Lower(product.name).find(search) != std::string::npos);
  }
};

Answer ListTable(Call& call, const Table<Product>& table, Id parent) {
  ListQuery query;
  if (const auto error = ReadListQuery(call.state, call.request.query, query)) {
    return ErrorAnswer(*error);
  }
  const ProductFilter filter(call.request.query);
  const auto found = Select(call.state, query, table, [&](const Product& product) {
    return (parent == 0 || product.parent_id == parent) && HasStatus(query, product.status) &&
           filter.Keeps(product);
  });
  return Page(call.state, call.request, query, found);
}

Answer ShowProduct(Call& call, int status, const Product& product) {
  ListQuery query;
  if (const auto error = ReadListQuery(call.state, call.request.query, query)) {
    return ErrorAnswer(*error);
  }
  Answer answer;
  answer.status = status;
  answer.body = PayloadText(call.state, product, query.fields);
  return answer;
}

json::object Payload(const StoreState& state, const Product& product) {
  return product.kind == ProductKind::kVariation ? VariationPayload(state, product)
                                                 : ProductPayload(state, product);
}

/// A quantity that the platform ignores is no version of the stock.
void CountStockVersion(Call& call, const json::object& given, const Product& product) {
  const json::value* quantity = given.if_contains("stock_quantity");
  if (quantity != nullptr && !quantity->is_null() && product.manage_stock) {
    call.counters.CountStockVersion(product.id, product.stock);
  }
}

std::optional<ApiError> Update(Call& call, Product& product, const json::object& given) {
  auto error = CheckProductFields(given);
  error = error ? error : ApplyProductFields(call.state, given, product);
  if (error) {
    return error;
  }
  call.state.TouchProduct(product);
  call.counters.CountWrite();
  if (given.contains("stock_quantity")) {
    call.counters.CountStockWrite();
  }
  CountStockVersion(call, given, product);
  return std::nullopt;
}

struct Created {
  Product* product = nullptr;
  std::optional<ApiError> error;
};

Created Create(Call& call, const json::object& given) {
  if (const auto error = CheckProductFields(given)) {
    return {nullptr, error};
  }
  const std::string sku = TextOr(given, "sku", "");
  if (!sku.empty() && call.state.FindSku(sku) != nullptr) {
    return {nullptr,
            ApiError{400,
                     "product_invalid_sku",
                     "Invalid or duplicated SKU.",
                     {{"resource_id", call.state.FindSku(sku)->id}}}};
  }
  Product product;
  product.manage_stock = false;
  product.name = TextOr(given, "name", "Product");
  product.kind =
      TextOr(given, "type", "simple") == "variable" ? ProductKind::kVariable : ProductKind::kSimple;
  Product* added = call.state.AddProduct(std::move(product));
  auto error = ApplyProductFields(call.state, given, *added);
  call.counters.CountWrite();
  if (!error) {
    CountStockVersion(call, given, *added);
  }
  return {added, error};
}

Product* FindOwn(Call& call, Id id) {
  return call.state.products().Find(id);
}

Product* FindVariation(Call& call, Id parent, Id id) {
  Product* found = call.state.variations().Find(id);
  return found != nullptr && found->parent_id == parent ? found : nullptr;
}

ItemResult UpdateItem(Call& call,
                      Product* product,
                      const json::object& given,
                      const std::string& thing) {
  if (product == nullptr) {
    return {{}, InvalidId(400, thing)};
  }
  if (const auto error = Update(call, *product, given)) {
    return {{}, error};
  }
  return {Payload(call.state, *product), std::nullopt};
}

/// Only what goes by way of the trash is told to webhooks; a batch has no trash.
ItemResult RemoveItem(Call& call, Product* product, const std::string& thing, Removal removal) {
  if (product == nullptr) {
    return {{}, InvalidId(400, thing)};
  }
  json::object last = Payload(call.state, *product);
  call.state.RemoveProduct(product->id, removal);
  call.counters.CountWrite();
  return {std::move(last), std::nullopt};
}

}  // namespace

Answer ListProducts(Call& call) {
  return ListTable(call, call.state.products(), 0);
}

Answer ListAllVariations(Call& call) {
  return ListTable(call, call.state.variations(), 0);
}

Answer ListVariations(Call& call) {
  if (FindOwn(call, call.ids[0]) == nullptr) {
    return ErrorAnswer({404, "woocommerce_rest_product_invalid_id", "Invalid product ID.", {}});
  }
  return ListTable(call, call.state.variations(), call.ids[0]);
}

Answer GetProduct(Call& call) {
  const Product* product = FindOwn(call, call.ids[0]);
  return product == nullptr ? ErrorAnswer(InvalidId(404, "product"))
                            : ShowProduct(call, 200, *product);
}

Answer GetVariation(Call& call) {
  const Product* variation = FindVariation(call, call.ids[0], call.ids[1]);
  return variation == nullptr ? ErrorAnswer(InvalidId(404, "product_variation"))
                              : ShowProduct(call, 200, *variation);
}

Answer CreateProduct(Call& call) {
  const Created created = Create(call, call.fields());
  return created.error ? ErrorAnswer(*created.error) : ShowProduct(call, 201, *created.product);
}

Answer UpdateProduct(Call& call) {
  Product* product = FindOwn(call, call.ids[0]);
  if (product == nullptr) {
    return ErrorAnswer(InvalidId(400, "product"));
  }
  const auto error = Update(call, *product, call.fields());
  return error ? ErrorAnswer(*error) : ShowProduct(call, 200, *product);
}

Answer UpdateVariation(Call& call) {
  Product* variation = FindVariation(call, call.ids[0], call.ids[1]);
  if (variation == nullptr) {
    return ErrorAnswer(InvalidId(400, "product_variation"));
  }
  const auto error = Update(call, *variation, call.fields());
  return error ? ErrorAnswer(*error) : ShowProduct(call, 200, *variation);
}

Answer DeleteProduct(Call& call) {
  const bool force = call.request.query.IsTrue("force") || BoolOr(call.fields(), "force", false);
  ItemResult result = RemoveItem(
      call, FindOwn(call, call.ids[0]), "product", force ? Removal::kForever : Removal::kTrash);
  return result.error ? ErrorAnswer(*result.error) : JsonAnswer(200, result.payload);
}

Answer BatchProducts(Call& call) {
  BatchActions actions;
  actions.create = [&call](const json::object& given) {
    const Created created = Create(call, given);
    return created.error ? ItemResult{{}, created.error}
                         : ItemResult{Payload(call.state, *created.product), std::nullopt};
  };
  actions.update = [&call](Id id, const json::object& given) {
    return UpdateItem(call, FindOwn(call, id), given, "product");
  };
  actions.remove = [&call](Id id) {
    return RemoveItem(call, FindOwn(call, id), "product", Removal::kForever);
  };
  return RunBatch(call, actions);
}

Answer BatchVariations(Call& call) {
  const Id parent = call.ids[0];
  BatchActions actions;
  actions.create = [](const json::object&) {
    return ItemResult{{},
                      ApiError{400,
                               "woocommerce_rest_cannot_create",
                               "The demo store makes variations through /demo/products only.",
                               {}}};
  };
  actions.update = [&call, parent](Id id, const json::object& given) {
    return UpdateItem(call, FindVariation(call, parent, id), given, "product_variation");
  };
  actions.remove = [&call, parent](Id id) {
    return RemoveItem(
        call, FindVariation(call, parent, id), "product_variation", Removal::kForever);
  };
  return RunBatch(call, actions);
}

}  // namespace storebridge::demo_store
