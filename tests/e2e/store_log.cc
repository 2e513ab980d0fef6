#include "store_log.h"

#include <boost/json/value.hpp>

#include "day_kit/http.h"
#include "day_kit/json_text.h"

namespace storebridge::e2e {

Result<std::vector<StoreRequest>> LastRequests(const DemoStore& store) {
  SB_TRY(const day::HttpAnswer answer,
         day::CallHttp({.url = store.url + "/demo/state?requests=200&orders=0&products=0"}));
  SB_TRY(const boost::json::value state, day::ParseJson(answer.body));
  std::vector<StoreRequest> requests;
  for (const boost::json::value& request : day::ItemsAt(state, "requests")) {
    requests.push_back({.method = day::TextAt(request, "method"),
                        .route = day::TextAt(request, "route"),
                        .target = day::TextAt(request, "target"),
                        .status = day::IntAt(request, "status")});
  }
  return requests;
}

}  // namespace storebridge::e2e
