// kill -9 of the server at many moments of a day; what came true is asked from the store.
#include <fstream>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "crash_day.h"
#include "day_kit/json_text.h"
#include "day_kit/vendure_side.h"

namespace storebridge::e2e {
namespace {

class CrashTest : public CrashDay {
 protected:
  // A day with the demo store, started with further flags.
  void LiveWithDemoStore(const DemoStoreOptions& options) {
    DemoStore store = Must(StartDemoStore(folder_, "store", options));
    ASSERT_TRUE(store.side);
    PutProxy(store.place);
    day::DemoSide by_proxy(day::DemoAccess{.url = "http://" + proxy_->place()});
    Live({.side = store.side.get(),
          .by_proxy = &by_proxy,
          .writes = {"POST /wp-json/wc/v3/orders", "PUT /wp-json/wc/v3/orders", "/batch"}});
  }
};

TEST_F(CrashTest, TheDemoStoreIsToldEverythingOnceByNotes) {
  LiveWithDemoStore({});
}

TEST_F(CrashTest, TheDemoStoreIsToldEverythingOnceByFulfillments) {
  LiveWithDemoStore({.flags = {"--fulfillments", "on"}});
}

TEST_F(CrashTest, VendureIsToldEverythingOnce) {
  NpmStore store = Must(StartVendure(folder_));
  ASSERT_TRUE(store.side) << "Vendure could not be installed or started: its first start needs "
                             "npm's registry; see tools/vendure_store/README.md";
  PutProxy(store.place);
  // The same store, by way of the proxy.
  std::ifstream in(store.ready_file);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  boost::json::object ready = Must(day::ParseJson(text)).as_object();
  ready["url"] = "http://" + proxy_->place();
  const std::string ready_by_proxy = folder_.File("vendure_by_proxy.json");
  std::ofstream(ready_by_proxy) << boost::json::serialize(ready);
  const auto by_proxy = Must(day::VendureSide::Open("", ready_by_proxy));
  ASSERT_TRUE(by_proxy);

  Live({.side = store.side.get(),
        .by_proxy = by_proxy.get(),
        .writes = {
            "addFulfillmentToOrder", "transitionFulfillmentToState", "updateProductVariants"}});
}

}  // namespace
}  // namespace storebridge::e2e
