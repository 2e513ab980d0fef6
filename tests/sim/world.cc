#include "sim/world.h"

#include <algorithm>
#include <iostream>
#include <utility>

#include "adapters/plugin_host/in_process_session.h"
#include "adapters/plugin_host/manifest_check.h"
#include "adapters/storage/storage.h"
#include "domain/record_hash.h"
#include "storebridge/connector.h"

const sb_connector_v1* woocommerce_connector() noexcept;

namespace storebridge::sim {
namespace {

namespace json = boost::json;

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kHourMs = 60 * kMinuteMs;
constexpr std::size_t kEventsKept = 50;
constexpr const char* kKey = "ck_demo0000000000000000000000000000000000001";
constexpr const char* kSecret = "cs_demo0000000000000000000000000000000000001";

}  // namespace

// The production session over the connector's own table, linked into this program.
class World::SimHost : public ports::ConnectorHost {
 public:
  SimHost(ports::Clock& clock, ports::Log& log) : ports_{clock, log} {
    const sb_bytes bytes = woocommerce_connector()->manifest;
    const Result<connector::v1::Manifest> manifest = plugin_host::CheckManifest(
        {reinterpret_cast<const char*>(bytes.data), bytes.size}, "woocommerce", {});
    info_.resource.set_name("connectors/woocommerce");
    info_.resource.set_state(v1::Connector::STATE_READY);
    info_.manifest = std::make_shared<connector::v1::Manifest>(*manifest);
  }

  [[nodiscard]] std::vector<ports::ConnectorInfo> List() const override { return {info_}; }
  [[nodiscard]] Result<ports::ConnectorInfo> Find(std::string_view /*id*/) const override {
    return info_;
  }
  Result<std::unique_ptr<ports::ConnectorSession>> Open(std::string_view id) override {
    return plugin_host::InProcessSession::Begin(std::string(id), *woocommerce_connector(), ports_);
  }

 private:
  plugin_host::SessionPorts ports_;
  ports::ConnectorInfo info_;
};

class World::SimSecrets : public ports::SecretSource {
 public:
  SimSecrets() : secrets_(std::make_shared<ports::SecretMap>()) {
    secrets_->emplace("consumer_key", Secret(kKey));
    secrets_->emplace("consumer_secret", Secret(kSecret));
  }
  Result<std::shared_ptr<const ports::SecretMap>> ForStore(
      const domain::StoreKey& /*store*/) override {
    return std::shared_ptr<const ports::SecretMap>(secrets_);
  }

 private:
  std::shared_ptr<ports::SecretMap> secrets_;
};

World::World(Options options)
    : options_(options), random_(options.seed), people_(options.seed * 7919 + 1) {
  demo_store::Options shop_options;
  shop_options.clock = [this] { return clock_.NowMs() / 1000; };
  shop_options.products = 12;
  shop_options.variable_products = 1;
  shop_ = std::make_unique<demo_store::Shop>(shop_options);
  shop_->SetUrl("http://shop.example");
  secrets_ = std::make_unique<SimSecrets>();
  host_ = std::make_unique<SimHost>(clock_, log_);
  storage_ =
      *storage::OpenStorage({.path = ":memory:", .inline_mode = true}, executor_, clock_, nullptr);
  auto wire = std::make_unique<StoreWire>(*shop_, executor_, clock_, random_);
  wire_ = wire.get();
  if (options_.trace) {
    wire_->Trace([this](const std::string& line) { Note(line); });
  }
  egress_ = std::make_unique<egress::PolicyEgress>(
      std::move(wire),
      egress::PolicyEgress::Ports{*secrets_, clock_, random_, executor_, log_},
      100);
  engine_ = std::make_unique<engine::Engine>(engine::Engine::Ports{
      *storage_, clock_, random_, executor_, *egress_, *host_, config_, log_});
  commands_ = std::make_unique<engine::Commands>(
      engine::Commands::Ports{*storage_, clock_, random_, *host_, config_, vault_});
}

World::~World() {
  resting_ = true;
  bool drained = false;
  engine_->Drain([&] { drained = true; });
  executor_.AdvanceUntil([&] { return drained; }, std::chrono::hours(1));
}

void World::Note(const std::string& event) {
  const std::string line =
      std::to_string(clock_.NowMs() - testing::ManualClock::kStartMs) + " ms " + event;
  report_.hash = domain::StableHash(std::to_string(report_.hash) + line);
  if (options_.trace) {
    std::cerr << line << "\n";
  }
  report_.last_events.push_back(line);
  if (report_.last_events.size() > kEventsKept) {
    report_.last_events.erase(report_.last_events.begin());
  }
}

void World::Violate(const std::string& what) {
  Note("VIOLATION " + what);
  report_.violations.push_back(what);
}

json::object World::Ask(const std::string& method,
                        const std::string& target,
                        const json::object& body) {
  demo_store::Request request;
  request.method = method;
  request.target = target;
  request.host = "shop.example";
  request.body = json::serialize(body);
  demo_store::ParseTarget(request);
  boost::system::error_code error;
  const json::value value = json::parse(shop_->Handle(request).body, error);
  return value.is_object() ? value.get_object() : json::object();
}

void World::After(std::int64_t ms_least, std::int64_t ms_most, void (World::*act)()) {
  const auto spread = static_cast<std::uint64_t>(ms_most - ms_least + 1);
  const std::int64_t wait = ms_least + static_cast<std::int64_t>(people_.Below(spread));
  executor_.PostAfter(std::chrono::milliseconds(wait), [this, act] {
    if (!resting_) {
      (this->*act)();
    }
  });
}

const std::string& World::AnyCode() {
  return codes_.at(people_.Below(codes_.size()));
}

void World::Connect() {
  engine_->Start();
  engine_->ObserveChanges(
      [this](const std::string& /*merchant*/, std::int64_t head) { OnChange(head); },
      [](std::uint64_t) {});
  commands_->CreateMerchant("acme", "Acme", {}, [](Result<v1::Merchant>) {});
  engine::NewStore store{.key = {"acme", "web"}, .store = {}, .secrets = {}};
  store.store.set_connector("connectors/woocommerce");
  store.store.set_config_json(R"({"base_url":"http://shop.example"})");
  store.secrets.emplace("consumer_key", Secret(kKey));
  store.secrets.emplace("consumer_secret", Secret(kSecret));
  commands_->CreateStore(std::move(store), {}, [this](Result<v1::Store> created) {
    if (!created) {
      Violate("the store could not be connected: " + created.error().message);
    }
  });
}

void World::SetFirstStock() {
  const json::object state = Ask("GET", "/demo/state");
  std::set<std::int64_t> parents;
  for (const json::value& product : state.at("products").as_array()) {
    parents.insert(product.as_object().at("parent_id").as_int64());
  }
  for (const json::value& product : state.at("products").as_array()) {
    const json::object& fields = product.as_object();
    const json::value* shown = fields.if_contains("stock_quantity");
    // The parent of variations has no stock of its own.
    if (shown == nullptr || !shown->is_int64() || parents.contains(fields.at("id").as_int64())) {
      continue;
    }
    const std::string code(fields.at("sku").as_string());
    codes_.push_back(code);
    shelf_[code] = 200;
    commands_->SetStock(
        {.merchant = "acme", .product = {}, .product_code = code},
        200,
        "first count",
        "",
        {},
        [this, code](Result<v1::Stock> stock) {
          if (!stock) {
            Violate("stock of " + code + " cannot be set: " + stock.error().message);
          }
        });
  }
}

void World::Begin() {
  Connect();
  executor_.Advance(std::chrono::minutes(5));
  SetFirstStock();
  executor_.Advance(std::chrono::minutes(5));
  if (options_.faults) {
    wire_->DrawFaults();
  }
  After(0, kMinuteMs, &World::Shopper);
  After(kHourMs, 3 * kHourMs, &World::Merchant);
  After(0, 30 * kMinuteMs, &World::Warehouse);
  After(0, kHourMs, &World::StockKeeper);
}

void World::Place(bool paid, bool wrong_postcode) {
  json::array lines;
  for (std::uint64_t i = 0; i <= people_.Below(3); ++i) {
    lines.push_back(json::object{{"sku", AnyCode()}, {"quantity", 1 + people_.Below(3)}});
  }
  json::object order{{"lines", lines}, {"paid", paid}, {"oversell", true}};
  json::object address{{"country", "FI"}, {"postcode", wrong_postcode ? "ABC" : "00100"}};
  order["address"] = address;
  const json::object placed = Ask("POST", "/demo/orders", order);
  if (!placed.contains("orders")) {
    return Note("the store would not sell: " + json::serialize(placed));
  }
  for (const json::value& item : placed.at("orders").as_array()) {
    const std::int64_t id =
        item.is_object() ? item.as_object().at("id").as_int64() : item.as_int64();
    ++report_.placed;
    Note("customer places order " + std::to_string(id) + (paid ? "" : ", unpaid") +
         (wrong_postcode ? ", wrong postcode" : ""));
    const std::string target = "/demo/orders/" + std::to_string(id);
    if (paid) {
      paid_.insert(id);
    } else {
      executor_.PostAfter(std::chrono::minutes(30), [this, id, target] {
        Ask("POST", target, {{"pay", true}});
        paid_.insert(id);
        Note("customer pays order " + std::to_string(id));
      });
    }
    if (wrong_postcode) {
      executor_.PostAfter(std::chrono::minutes(45), [this, id, target] {
        Ask("POST", target, {{"address", {{"postcode", "00100"}}}});
        Note("merchant corrects order " + std::to_string(id));
      });
    }
    if (paid && !wrong_postcode && people_.Below(10) == 0) {
      executor_.PostAfter(std::chrono::minutes(2), [this, id, target] {
        Ask("POST", target, {{"cancel", true}});
        cancelled_.insert(id);
        Note("merchant cancels order " + std::to_string(id));
      });
    }
  }
}

void World::Shopper() {
  Place(people_.Below(8) != 0, people_.Below(8) == 0);
  After(kMinuteMs, 2 * kHourMs, &World::Shopper);
}

void World::Merchant() {
  const std::string& code = AnyCode();
  if (people_.Below(2) == 0) {
    Ask("POST", "/demo/stock", {{"sku", code}, {"quantity", people_.Below(1000)}});
    Note("merchant edits the stock of " + code + " by hand");
  } else {
    Ask("POST",
        "/demo/products",
        {{"sku", code}, {"title", "Title " + std::to_string(people_.Below(1000))}});
    Note("merchant edits the title of " + code);
  }
  After(kHourMs, 6 * kHourMs, &World::Merchant);
}

void World::StockKeeper() {
  const std::string& code = AnyCode();
  const auto more = static_cast<std::int64_t>(people_.Below(20));
  commands_->AdjustStock({.merchant = "acme", .product = {}, .product_code = code},
                         more,
                         "received",
                         {},
                         [this, code, more](Result<v1::Stock> stock) {
                           if (stock) {
                             shelf_[code] += more;
                             ++report_.stock_changes;
                             Note("received " + std::to_string(more) + " of " + code);
                           }
                         });
  After(10 * kMinuteMs, 2 * kHourMs, &World::StockKeeper);
}

void World::Warehouse() {
  std::vector<v1::Order> orders;
  const Status read = storage_->Read([&](const ports::ReadTx& tx) -> Status {
    SB_TRY(orders,
           tx.orders().List(
               {.merchant = "acme", .states = {v1::ORDER_STATE_NEW, v1::ORDER_STATE_COLLECTING}},
               {},
               100));
    return Ok();
  });
  for (const v1::Order& order : orders) {
    const engine::OrderRef ref{.merchant = "acme",
                               .order = order.name().substr(order.name().rfind('/') + 1),
                               .order_number = {}};
    if (order.state() == v1::ORDER_STATE_NEW) {
      commands_->CollectOrder(ref, "", [this](Result<v1::Order> collected) {
        if (collected) {
          Note("collected " + collected->order_number());
          for (const v1::OrderLine& line : collected->lines()) {
            shelf_[line.product_code()] -= line.open_quantity();
          }
        }
      });
      continue;
    }
    engine::Commands::ShipRequest request{.order = ref, .parcels = {}, .lines = {}, .etag = {}};
    const std::string code = "T" + order.order_number();
    request.parcels.emplace_back().set_tracking_code(code);
    commands_->ShipOrder(request, {}, [this, code](Result<v1::Order> shipped) {
      if (shipped) {
        Note("shipped " + shipped->order_number());
        tracking_[shipped->external_id()] = code;
        ++report_.shipped;
      }
    });
  }
  After(5 * kMinuteMs, 40 * kMinuteMs, &World::Warehouse);
}

Report World::Run() {
  Begin();
  executor_.Advance(std::chrono::hours(24 * options_.days));
  resting_ = true;
  wire_->Heal();
  // Longer than every appointment that customers still have, every back-off and the audit.
  executor_.Advance(std::chrono::hours(2));
  CheckQuiet();
  report_.faults = wire_->fired();
  return report_;
}

}  // namespace storebridge::sim
