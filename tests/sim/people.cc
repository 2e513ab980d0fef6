#include "sim/people.h"

#include <algorithm>
#include <utility>

#include "sim/times.h"

namespace storebridge::sim {
namespace {

// Who gets no answer, or a "try again", does.
constexpr std::int64_t kPatienceMs = 90'000;
constexpr std::int64_t kAgainMs = 30'000;
constexpr std::int64_t kSoonMs = 185'000;
constexpr int kRushOrders = 40;

}  // namespace

bool IsPassing(const Error& error) {
  return error.code == Code::kUnavailable || error.code == Code::kResourceExhausted ||
         error.code == Code::kAborted || error.code == Code::kInternal;
}

// Something that a person asks of the server until it is answered.
struct People::Errand {
  Call call;
  int attempt = 0;
  bool is_done = false;
};

void People::Send(Call call) {
  auto errand = std::make_shared<Errand>();
  errand->call = std::move(call);
  Try(errand);
}

void People::Try(const std::shared_ptr<Errand>& errand) {
  if (errand->is_done) {
    return;
  }
  const int attempt = ++errand->attempt;
  Later(kPatienceMs, [this, errand, attempt] {
    if (errand->attempt == attempt) {
      Try(errand);
    }
  });
  SimServer* server = parts_.server();
  if (server == nullptr) {
    return;
  }
  errand->call(server->commands(), [this, errand, attempt](const Error* error) {
    if (error == nullptr || !IsPassing(*error)) {
      errand->is_done = true;
    } else {
      Later(kAgainMs, [this, errand, attempt] {
        if (errand->attempt == attempt) {
          Try(errand);
        }
      });
    }
  });
}

void People::Later(std::int64_t ms, std::function<void()> act) {
  parts_.executor.PostAfter(std::chrono::milliseconds(ms), std::move(act));
}

void People::After(std::int64_t ms_least, std::int64_t ms_most, void (People::*act)()) {
  const auto spread = static_cast<std::uint64_t>(ms_most - ms_least + 1);
  Later(ms_least + static_cast<std::int64_t>(random_.Below(spread)), [this, act] {
    if (!resting_) {
      (this->*act)();
    }
  });
}

void People::Connect() {
  Send([](engine::Commands& commands, const Answer& answer) {
    commands.CreateMerchant("acme", "Acme", {}, [answer](Result<v1::Merchant> created) {
      answer(created ? nullptr : &created.error());
    });
  });
  Send([this](engine::Commands& commands, const Answer& answer) {
    engine::NewStore store{.key = kStore, .store = {}, .secrets = {}};
    store.store.set_connector("connectors/woocommerce");
    store.store.set_config_json(R"({"base_url":"https://shop.example"})");
    store.secrets.emplace("consumer_key", Secret(kConsumerKey));
    store.secrets.emplace("consumer_secret", Secret(kConsumerSecret));
    commands.CreateStore(std::move(store), {}, [this, answer](Result<v1::Store> created) {
      if (!created && !IsPassing(created.error()) && created.error().code != Code::kAlreadyExists) {
        parts_.log.Note("the store cannot be connected: " + created.error().message);
      }
      answer(created ? nullptr : &created.error());
    });
  });
}

void People::CountShelf() {
  codes_ = parts_.store.Codes();
  for (const std::string& code : codes_) {
    const std::int64_t pieces = random_.Below(8) == 0
                                    ? static_cast<std::int64_t>(random_.Below(4))
                                    : static_cast<std::int64_t>(20 + random_.Below(180));
    parts_.oracle.OnShelf(code, pieces);
    Send([code, pieces](engine::Commands& commands, const Answer& answer) {
      commands.SetStock(
          {.product = {.merchant = kStore.merchant, .product = {}, .product_code = code},
           .on_hand = pieces,
           .reason = "first count",
           .etag = {}},
          {},
          [answer](Result<v1::Stock> stock) { answer(stock ? nullptr : &stock.error()); });
    });
  }
}

void People::Work() {
  After(0, kMinuteMs, &People::Shopper);
  After(kHourMs, 3 * kHourMs, &People::Merchant);
  After(0, 30 * kMinuteMs, &People::Warehouse);
  After(0, kHourMs, &People::StockKeeper);
  After(0, 30 * kMinuteMs, &People::Administrator);
}

// ---- customers

void People::Watch(std::int64_t order) {
  if (is_calm_) {
    Later(kSoonMs, [this, order] { parts_.oracle.CheckSoon(order); });
  }
}

void People::PayIn(std::int64_t order, std::int64_t ms) {
  Later(ms, [this, order] { Pay(order); });
}

void People::Pay(std::int64_t order) {
  if (parts_.store.Pay(order)) {
    parts_.log.Note("customer pays order " + std::to_string(order));
    Watch(order);
  }
}

std::int64_t People::Order(const std::string& code, bool paid) {
  const std::vector<std::int64_t> ids = parts_.store.Place({{code, 1}}, paid, false);
  for (const std::int64_t id : ids) {
    ++counts_.placed;
    orders_.push_back(id);
    if (paid) {
      Watch(id);
    }
  }
  return ids.empty() ? 0 : ids.front();
}

void People::Buy(bool is_rush) {
  std::vector<Bought> lines;
  for (std::uint64_t i = 0; i <= random_.Below(3); ++i) {
    lines.push_back({AnyCode(), static_cast<std::int64_t>(1 + random_.Below(3))});
  }
  const std::uint64_t how = random_.Below(8);
  const bool paid = how >= 4 || is_rush;
  const bool wrong_postcode = !is_rush && random_.Below(8) == 0;
  for (const std::int64_t id : parts_.store.Place(lines, paid, wrong_postcode)) {
    ++counts_.placed;
    orders_.push_back(id);
    parts_.log.Note("customer places order " + std::to_string(id) + (paid ? "" : ", unpaid") +
                    (wrong_postcode ? ", wrong postcode" : ""));
    if (paid && !wrong_postcode) {
      Watch(id);
    }
    if (!paid) {
      // Most pay within seconds of placing it, some come back for it.
      PayIn(id, how == 0 ? 30 * kMinuteMs : static_cast<std::int64_t>(random_.Below(3'000)));
    }
    if (wrong_postcode) {
      Later(45 * kMinuteMs, [this, id] {
        parts_.store.CorrectAddress(id);
        parts_.log.Note("merchant corrects order " + std::to_string(id));
        Watch(id);
      });
    }
    if (!is_rush) {
      EditLater(id);
    }
  }
}

void People::EndOrder(std::int64_t order, bool refund) {
  if (refund ? parts_.store.RefundAll(order) : parts_.store.Cancel(order)) {
    parts_.oracle.OnMeddled(order);
    parts_.log.Note(std::string("merchant ") + (refund ? "refunds" : "cancels") + " order " +
                    std::to_string(order));
  }
}

void People::EditLater(std::int64_t order) {
  const std::int64_t wait =
      static_cast<std::int64_t>(random_.Below(static_cast<std::uint64_t>(50 * kMinuteMs)));
  switch (random_.Below(16)) {
    case 0:
      return Later(wait, [this, order] { EndOrder(order, false); });
    case 1:
      return Later(wait, [this, order] { EndOrder(order, true); });
    case 2:
      return Later(wait, [this, order] {
        if (parts_.store.RefundOne(order)) {
          parts_.oracle.OnMeddled(order);
          parts_.log.Note("merchant refunds a piece of order " + std::to_string(order));
        }
      });
    case 3:
      return Later(wait, [this, order] {
        parts_.store.WriteNote(order, "Leave it at the door");
        parts_.log.Note("customer adds a note to order " + std::to_string(order));
      });
    default:
      return;
  }
}

void People::Shopper() {
  Buy(false);
  After(kMinuteMs, 75 * kMinuteMs, &People::Shopper);
}

// ---- the store itself

// Calls come late, twice and for nothing, and so whenever they like.
void People::LetStoreCall() {
  SimServer* server = parts_.server();
  if (server != nullptr) {
    parts_.oracle.OnCall();
    const domain::Flow news =
        random_.Below(3) == 0 ? domain::Flow::kProducts : domain::Flow::kOrders;
    for (std::uint64_t i = 0; i <= random_.Below(3); ++i) {
      server->engine().HearStore(kStore, {.news = news}, [] {});
    }
  }
  After(1, random_.Below(2) == 0 ? 5'000 : 5 * kMinuteMs, &People::LetStoreCall);
}

// ---- the merchant

void People::Merchant() {
  const std::string code = AnyCode();
  if (random_.Below(2) == 0) {
    parts_.store.SetStock(code, static_cast<std::int64_t>(random_.Below(1000)));
    parts_.log.Note("merchant edits the stock of " + code + " by hand");
  } else {
    parts_.store.SetTitle(code, "Title " + std::to_string(random_.Below(1000)));
    parts_.log.Note("merchant edits the title of " + code);
  }
  After(kHourMs, 4 * kHourMs, &People::Merchant);
}

void People::Meddle(std::int64_t order, std::uint64_t chance) {
  if (orders_.empty()) {
    return;
  }
  if (order == 0) {
    order = orders_.at(orders_.size() - 1 - chance % std::min<std::size_t>(orders_.size(), 5));
  }
  switch ((chance >> 8U) % 6) {
    case 0:
      return EndOrder(order, false);
    case 1:
      return EndOrder(order, true);
    case 2:
      if (parts_.store.RefundOne(order)) {
        parts_.oracle.OnMeddled(order);
      }
      return;
    case 3:
      if (!resting_) {
        Order(codes_.at(chance % codes_.size()), true);
      }
      return;
    case 4:
      return Pay(order);
    default:
      parts_.store.WriteNote(order, "Note " + std::to_string(chance % 100));
      return;
  }
}

void People::MakeTrouble() {
  FaultPlan& faults = parts_.faults;
  if (faults.Fires(Fault::kRush)) {
    for (int i = 0; i < kRushOrders; ++i) {
      Buy(true);
    }
  }
  if (faults.Fires(Fault::kStockByHand)) {
    parts_.store.SetStock(AnyCode(), static_cast<std::int64_t>(random_.Below(1000)));
  }
  if (!orders_.empty() && faults.Fires(Fault::kPoison)) {
    const std::int64_t order = Order(AnyCode(), true);
    const auto poison = static_cast<Poison>(random_.Below(kPoisons));
    parts_.store.Spoil(order, poison);
    spoiled_.insert(order);
    parts_.log.Note("order " + std::to_string(order) + " is spoiled, kind " +
                    std::to_string(static_cast<int>(poison)));
    Later(20 * kMinuteMs, [this, order] {
      if (spoiled_.erase(order) > 0) {
        parts_.store.Unspoil(order);
        parts_.log.Note("order " + std::to_string(order) + " is mended");
        Watch(order);
      }
    });
  }
  if (faults.Fires(Fault::kProductRenamed)) {
    const std::string code = AnyCode();
    const std::string renamed = code + "-R";
    if (parts_.store.Rename(code, renamed)) {
      parts_.oracle.OnRenamed(code, renamed);
      std::replace(codes_.begin(), codes_.end(), code, renamed);
      parts_.log.Note("merchant changes the code " + code + " to " + renamed);
    }
  }
  if (faults.Fires(Fault::kProductGone)) {
    const std::string code = AnyCode();
    if (codes_.size() > 2 && parts_.store.Remove(code)) {
      parts_.oracle.OnGone(code);
      std::erase(codes_, code);
      gone_.insert(code);
      parts_.log.Note("merchant deletes the product " + code);
      Later(40 * kMinuteMs, [this, code] {
        if (gone_.erase(code) > 0 && parts_.store.Create(code)) {
          codes_.push_back(code);
          parts_.log.Note("merchant makes the product " + code + " again");
        }
      });
    }
  }
}

void People::MendAll() {
  for (const std::int64_t order : std::exchange(spoiled_, {})) {
    parts_.store.Unspoil(order);
  }
  gone_.clear();  // Stays gone: made again, it would be work in the time that has to be quiet.
  Resume();
}

// ---- the administrator

void People::Resume() {
  Result<v1::Store> store = v1::Store();
  const Status read = parts_.database.Read([&](const ports::ReadTx& tx) -> Status {
    store = tx.stores().Get(kStore);
    return Ok();
  });
  if (!read || !store || store->state() != v1::Store::STATE_NEEDS_CREDENTIALS) {
    return;
  }
  parts_.log.Note("administrator lets the store go on");
  Send([](engine::Commands& commands, const Answer& answer) {
    commands.ResumeStore(kStore, [answer](Result<v1::Store> resumed) {
      answer(resumed ? nullptr : &resumed.error());
    });
  });
}

void People::Administrator() {
  Resume();
  After(20 * kMinuteMs, 40 * kMinuteMs, &People::Administrator);
}

}  // namespace storebridge::sim
