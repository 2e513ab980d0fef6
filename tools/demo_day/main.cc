#include <chrono>
#include <cstdio>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "day_kit/demo_side.h"
#include "day_kit/medusa_side.h"
#include "day_kit/platform.h"
#include "day_kit/vendure_side.h"
#include "demo_day/day.h"

namespace {

namespace day = storebridge::day;
using storebridge::Result;
using storebridge::Status;

struct Options {
  std::string server = "127.0.0.1:7420";
  std::string store = "demo";
  std::string store_url;
  std::string ready_file;
  std::string shop;
  std::string merchant = "demo";
  std::string store_id = "web";
  std::string webhooks;
};

constexpr const char* kWebhookSecret = "of-the-demo-day";

template <class Side>
Result<std::unique_ptr<day::StoreSide>> OpenNpmStore(const Options& options) {
  const std::string shop =
      options.shop.empty() ? fmt::format("tools/{}_store/shop", options.store) : options.shop;
  SB_TRY(std::unique_ptr<Side> side, Side::Open(shop, options.ready_file));
  return std::unique_ptr<day::StoreSide>(std::move(side));
}

Result<std::unique_ptr<day::StoreSide>> OpenStore(const Options& options) {
  if (options.store == "demo") {
    auto demo = std::make_unique<day::DemoSide>(day::DemoAccess{.url = options.store_url});
    if (!options.webhooks.empty()) {
      demo->SignWith(kWebhookSecret);
    }
    return std::unique_ptr<day::StoreSide>(std::move(demo));
  }
  return options.store == "medusa" ? OpenNpmStore<day::MedusaSide>(options)
                                   : OpenNpmStore<day::VendureSide>(options);
}

// The day itself goes by the clock; afterwards the store says when there is news.
Status LetStoreCall(const Options& options) {
  day::DemoSide store(day::DemoAccess{.url = options.store_url});
  const std::string url =
      fmt::format("{}merchants/{}/stores/{}", options.webhooks, options.merchant, options.store_id);
  for (const char* topic : {"order.created", "order.updated", "product.updated"}) {
    SB_CHECK(store.AddWebhook(topic, url, kWebhookSecret));
  }
  return storebridge::Ok();
}

Status Play(const Options& options) {
  SB_TRY(const std::unique_ptr<day::StoreSide> store, OpenStore(options));
  day::Platform platform(options.server, options.merchant);
  SB_CHECK(platform.WaitForServer());
  SB_CHECK(day::Day(*store, platform, options.store_id).Play());
  return options.webhooks.empty() ? storebridge::Ok() : LetStoreCall(options);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  bool once = false;
  CLI::App app("Plays a whole day of a merchant: a real store, a Storebridge server, a warehouse");
  app.add_option("--server", options.server, "Address of storebridged")->capture_default_str();
  app.add_option("--store", options.store, "Which kind of store")
      ->check(CLI::IsMember({"demo", "vendure", "medusa"}))
      ->capture_default_str();
  app.add_option("--store-url", options.store_url, "Address of the demo store");
  app.add_option("--ready-file", options.ready_file, "What the store's script `start` wrote");
  app.add_option("--shop", options.shop, "The store's script; default: tools/KIND_store/shop");
  app.add_option("--merchant", options.merchant, "Id of the merchant to make")
      ->capture_default_str();
  app.add_option("--store-id", options.store_id, "Id of the store to connect")
      ->capture_default_str();
  app.add_option("--webhooks",
                 options.webhooks,
                 "Where the demo store calls the server after the day, such as "
                 "http://127.0.0.1:7422/webhooks/");
  app.add_flag("--once", once, "One day and no more; there is no other way");
  CLI11_PARSE(app, argc, argv);

  const auto start = std::chrono::steady_clock::now();
  const Status played = Play(options);
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - start);
  if (!played) {
    fmt::print(stderr, "demo_day: {}\n", played.error().message);
    return 1;
  }
  fmt::print("The day came true in {}.{} s: the store itself says so.\n",
             took.count() / 1000,
             took.count() % 1000 / 100);
  return 0;
}
