#include "api/order_service.h"

#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include "api/page.h"
#include "api/reading.h"
#include "api/request_key.h"
#include "api/unary_call.h"
#include "api/validate/refs.h"
#include "api/validate/shipment.h"
#include "api/validate/text.h"
#include "domain/names.h"
#include "domain/order_filter.h"
#include "domain/reason_rules.h"
#include "engine/explanations.h"
#include "engine/refs.h"

namespace storebridge::api {
namespace {

Status CheckEtagText(const std::string& etag) {
  return CheckText({.field = "etag", .value = etag, .characters_max = kEtagCharactersMax});
}

Status CheckReason(const std::string& reason) {
  return CheckRequiredText(
      {.field = "reason", .value = reason, .characters_max = domain::kReasonMax});
}

// What a list shows. `merchant` is empty for all.
Result<ports::OrderFilter> ReadFilter(const std::string& merchant, const std::string& text) {
  SB_TRY(const domain::OrderFilter parsed, domain::ParseOrderFilter(text));
  ports::OrderFilter filter;
  filter.merchant = merchant;
  for (const domain::OrderState state : parsed.states) {
    filter.states.push_back(domain::ToProto(state));
  }
  filter.order_number = parsed.order_number;
  filter.create_from_ns = parsed.create_from_ns;
  filter.create_before_ns = parsed.create_before_ns;
  if (!parsed.store) {
    return filter;
  }
  if (!merchant.empty() && merchant != parsed.store->merchant) {
    return BadField("FILTER",
                    "filter",
                    fmt::format("filter names store '{}', which is not of '{}': set parent to '{}'",
                                domain::StoreName(*parsed.store),
                                domain::MerchantName(merchant),
                                domain::MerchantName(parsed.store->merchant)));
  }
  filter.merchant = parsed.store->merchant;
  filter.store = parsed.store->store;
  return filter;
}

// As gRPC reads one by itself, which tells the caller less.
Result<v1::GetOrderRequest> ReadGetOrderRequest(const grpc::ByteBuffer& bytes) {
  grpc::ByteBuffer taken(bytes);
  v1::GetOrderRequest request;
  if (!grpc::SerializationTraits<v1::GetOrderRequest>::Deserialize(&taken, &request).ok()) {
    return Error{.code = Code::kInvalidArgument,
                 .reason = "REQUEST_BYTES",
                 .message = "the request is no GetOrderRequest: send one, with text in UTF-8"};
  }
  return request;
}

Result<v1::ExplainOrderResponse> ExplainOrderNow(const engine::OrderEvidence& evidence,
                                                 const Result<std::vector<v1::Store>>& stores,
                                                 const ports::ConnectorHost& connectors) {
  if (!stores) {
    return stores.error();
  }
  v1::ExplainOrderResponse response;
  response.set_order(evidence.order.order.name());
  response.set_state(evidence.order.order.state());
  SB_TRY(*response.mutable_explanation(), engine::Explain(evidence, *stores, connectors));
  return response;
}

}  // namespace

grpc::ServerUnaryReactor* OrderService::GetOrder(grpc::CallbackServerContext* context,
                                                 const grpc::ByteBuffer* request,
                                                 grpc::ByteBuffer* response) {
  return AnswerNow(ports_, "OrderService.GetOrder", context, Get(*request), response);
}

grpc::ServerUnaryReactor* OrderService::ExplainOrder(grpc::CallbackServerContext* /*context*/,
                                                     const v1::ExplainOrderRequest* request,
                                                     v1::ExplainOrderResponse* response) {
  return AnswerLater(ports_, "OrderService.ExplainOrder", response, [&](auto done) -> Status {
    SB_TRY(const engine::OrderRef ref, ReadOrderRef(request->name(), request->order_number()));
    SB_TRY(engine::OrderEvidence evidence,
           ReadFrom<engine::OrderEvidence>(ports_.storage, [&](const ports::ReadTx& tx) {
             return engine::GatherOrder(tx, ref);
           }));
    std::vector<domain::StoreKey> keys = evidence.stores;
    ports_.engine.GetStores(std::move(keys),
                            [&connectors = ports_.connectors, evidence = std::move(evidence), done](
                                const Result<std::vector<v1::Store>>& stores) -> void {
                              done(ExplainOrderNow(evidence, stores, connectors));
                            });
    return Ok();
  });
}

grpc::ServerUnaryReactor* OrderService::ListOrders(grpc::CallbackServerContext* context,
                                                   const v1::ListOrdersRequest* request,
                                                   v1::ListOrdersResponse* response) {
  return AnswerNow(ports_, "OrderService.ListOrders", context, List(*request), response);
}

grpc::ServerUnaryReactor* OrderService::CollectOrder(grpc::CallbackServerContext* /*context*/,
                                                     const v1::CollectOrderRequest* request,
                                                     v1::Order* response) {
  return AnswerLater(ports_, "OrderService.CollectOrder", response, [&](auto done) -> Status {
    SB_TRY(engine::OrderRef ref, ReadOrderRef(request->name(), request->order_number()));
    SB_CHECK(CheckEtagText(request->etag()));
    ports_.commands.CollectOrder(std::move(ref), request->etag(), std::move(done));
    return Ok();
  });
}

grpc::ServerUnaryReactor* OrderService::ShipOrder(grpc::CallbackServerContext* /*context*/,
                                                  const v1::ShipOrderRequest* request,
                                                  v1::Order* response) {
  return AnswerLater(ports_, "OrderService.ShipOrder", response, [&](auto done) -> Status {
    SB_TRY(engine::Commands::ShipRequest shipment, ReadShipment(*request));
    SB_TRY(engine::RequestKey key, MakeRequestKey("ShipOrder", *request));
    ports_.commands.ShipOrder(std::move(shipment), std::move(key), std::move(done));
    return Ok();
  });
}

grpc::ServerUnaryReactor* OrderService::UpdateShipment(grpc::CallbackServerContext* /*context*/,
                                                       const v1::UpdateShipmentRequest* request,
                                                       v1::Order* response) {
  return AnswerLater(ports_, "OrderService.UpdateShipment", response, [&](auto done) -> Status {
    SB_TRY(ShipmentUpdate update, ReadShipmentUpdate(*request));
    ports_.commands.UpdateShipment(std::move(update.order),
                                   std::move(update.shipment),
                                   std::move(update.parcels),
                                   request->etag(),
                                   std::move(done));
    return Ok();
  });
}

grpc::ServerUnaryReactor* OrderService::PutBackOrder(grpc::CallbackServerContext* /*context*/,
                                                     const v1::PutBackOrderRequest* request,
                                                     v1::Order* response) {
  return AnswerLater(ports_, "OrderService.PutBackOrder", response, [&](auto done) -> Status {
    SB_TRY(engine::OrderRef ref, ReadOrderRef(request->name(), request->order_number()));
    SB_CHECK(CheckReason(request->reason()));
    SB_CHECK(CheckEtagText(request->etag()));
    ports_.commands.PutBackOrder(
        std::move(ref), request->reason(), request->etag(), std::move(done));
    return Ok();
  });
}

grpc::ServerUnaryReactor* OrderService::CancelOrder(grpc::CallbackServerContext* /*context*/,
                                                    const v1::CancelOrderRequest* request,
                                                    v1::Order* response) {
  return AnswerLater(ports_, "OrderService.CancelOrder", response, [&](auto done) -> Status {
    SB_TRY(engine::OrderRef ref, ReadOrderRef(request->name(), request->order_number()));
    SB_CHECK(CheckReason(request->reason()));
    SB_CHECK(CheckEtagText(request->etag()));
    ports_.commands.CancelOrder(
        std::move(ref), request->reason(), request->etag(), std::move(done));
    return Ok();
  });
}

grpc::ServerUnaryReactor* OrderService::HoldOrder(grpc::CallbackServerContext* /*context*/,
                                                  const v1::HoldOrderRequest* request,
                                                  v1::Order* response) {
  return AnswerLater(ports_, "OrderService.HoldOrder", response, [&](auto done) -> Status {
    SB_TRY(engine::OrderRef ref, ReadOrderRef(request->name(), request->order_number()));
    SB_CHECK(CheckReason(request->reason()));
    SB_CHECK(CheckEtagText(request->etag()));
    ports_.commands.HoldOrder(std::move(ref), request->reason(), request->etag(), std::move(done));
    return Ok();
  });
}

grpc::ServerUnaryReactor* OrderService::ReleaseOrder(grpc::CallbackServerContext* /*context*/,
                                                     const v1::ReleaseOrderRequest* request,
                                                     v1::Order* response) {
  return AnswerLater(ports_, "OrderService.ReleaseOrder", response, [&](auto done) -> Status {
    SB_TRY(engine::OrderRef ref, ReadOrderRef(request->name(), request->order_number()));
    SB_CHECK(CheckEtagText(request->etag()));
    ports_.commands.ReleaseOrder(std::move(ref), request->etag(), std::move(done));
    return Ok();
  });
}

Result<grpc::ByteBuffer> OrderService::Get(const grpc::ByteBuffer& bytes) const {
  SB_TRY(const v1::GetOrderRequest request, ReadGetOrderRequest(bytes));
  SB_TRY(const engine::OrderRef ref, ReadOrderRef(request.name(), request.order_number()));
  SB_TRY(const std::string order,
         ReadFrom<std::string>(ports_.storage, [&](const ports::ReadTx& tx) {
           return engine::FindOrderBytes(tx, ref);
         }));
  const grpc::Slice slice(order);
  return grpc::ByteBuffer(&slice, 1);
}

Result<v1::ListOrdersResponse> OrderService::List(const v1::ListOrdersRequest& request) const {
  SB_TRY(const std::string merchant, ReadParent(request.parent()));
  SB_TRY(const ports::OrderFilter filter, ReadFilter(merchant, request.filter()));
  SB_TRY(const Page page,
         ReadPage({.method = "ListOrders", .parent = request.parent(), .filter = request.filter()},
                  request.page_size(),
                  request.page_token(),
                  2));
  return ReadFrom<v1::ListOrdersResponse>(
      ports_.storage, [&](const ports::ReadTx& tx) -> Result<v1::ListOrdersResponse> {
        SB_CHECK(CheckMerchant(tx, filter.merchant));
        SB_TRY(std::vector<v1::Order> orders,
               tx.orders().List(
                   filter, {.merchant = page.after[0], .id = page.after[1]}, page.limit()));
        v1::ListOrdersResponse response;
        response.set_next_page_token(
            CutPage(page, orders, [](const v1::Order& order) -> std::vector<std::string> {
              domain::MerchantChild name = domain::ParseOrderName(order.name()).value();
              return {std::move(name.merchant), std::move(name.id)};
            }));
        FillField(*response.mutable_orders(), std::move(orders));
        return response;
      });
}

}  // namespace storebridge::api
