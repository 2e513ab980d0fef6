#include "stock_location.h"

namespace medusa {

sdk::Task<std::string> AskLocation(sdk::Context& cx) {
  std::string location = cx.Config().OptionalText("stock_location_id");
  if (location.empty()) {
    const sdk::Response response = co_await Get(cx, "/stock-locations")
                                       .Query("limit", 1)
                                       .Query("order", "created_at")
                                       .Query("fields", "id")
                                       .Try();
    const sdk::Json answer = ReadAnswer(response);
    for (const sdk::Json& row : answer.At("stock_locations").Items()) {
      location = row.At("id").Id();
    }
  }
  co_return location;
}

sdk::Task<std::string> RequireLocation(sdk::Context& cx) {
  std::string location = co_await AskLocation(cx);
  if (location.empty()) {
    throw sdk::Failure(sdk::Code::kConfig,
                       "Medusa has no stock location; make one under Settings > Locations");
  }
  co_return location;
}

}  // namespace medusa
