#include <utility>

#include <gtest/gtest.h>

#include "driver.h"

namespace storebridge::sdk {
namespace {

using testing::Driver;
using FailureProto = connector::v1::Failure;

Operation AskEverything(Context& cx) {
  co_await cx.Put("/products/7?x=1")
      .Auth("keys")
      .Query("name", "a b&c")
      .Query("n", 12)
      .Header("x-one", "1")
      .JsonBody("{}")
      .TimeoutMs(5000)
      .Idempotent();
  co_await cx.Get("https://other.example/a");
}

TEST(RequestTest, IsWhatWasBuilt) {
  Driver driver(AskEverything);

  const connector::v1::HttpRequest put = driver.Begin().calls(0).http();
  const connector::v1::HttpRequest get = driver.Answer().calls(0).http();

  EXPECT_EQ(put.method(), "PUT");
  EXPECT_EQ(put.url(), "https://store.example/products/7?x=1&name=a%20b%26c&n=12");
  EXPECT_EQ(put.auth(), "keys");
  EXPECT_EQ(put.headers(0).name(), "x-one");
  EXPECT_EQ(put.headers(1).value(), "application/json");
  EXPECT_EQ(put.body(), "{}");
  EXPECT_EQ(put.timeout_ms(), 5000U);
  EXPECT_EQ(put.safety(), connector::v1::HttpRequest::SAFETY_IDEMPOTENT);
  EXPECT_EQ(get.url(), "https://other.example/a");
}

Operation AskWithoutSlash(Context& cx) {
  co_await cx.Get("-1.evil.example/a");
  co_await cx.Get("?q=1");
}

TEST(RequestTest, AsksTheHostOfTheBaseAlsoByAPathWithoutASlash) {
  Driver driver(AskWithoutSlash);

  EXPECT_EQ(driver.Begin().calls(0).http().url(), "https://store.example/-1.evil.example/a");
  EXPECT_EQ(driver.Answer().calls(0).http().url(), "https://store.example?q=1");
}

TEST(RequestTest, FailsWithoutABaseAddress) {
  connector::v1::Begin begin;
  begin.set_config_json("{}");
  Driver without(AskEverything);
  without.Begin(begin);
  EXPECT_EQ(without.failure().code(), FailureProto::CODE_CONFIG);
  EXPECT_EQ(without.failure().config_path(), "base_url");

  begin.set_config_json(R"({"base_url":"store.example"})");
  Driver wrong(AskEverything);
  wrong.Begin(begin);
  EXPECT_EQ(wrong.failure().code(), FailureProto::CODE_CONFIG);
  EXPECT_NE(wrong.failure().message().find("'store.example'"), std::string::npos);
}

Operation AskJson(Context& cx) {
  Response response = co_await cx.Get("/orders").Query("email", "jo@example.org");
  co_yield Checkpoint(response.Json().At("a").Text() + response.Header("X-Total") +
                      std::to_string(response.DateMs().value_or(0)));
}

TEST(ResponseTest, GivesBodyAndHeaders) {
  Driver driver(AskJson);
  driver.Begin();

  const auto& effect = driver.Answer([](const connector::v1::HttpRequest&) {
    connector::v1::Completion completion = Driver::Http(200, R"({"a":"b"})");
    auto* total = completion.mutable_http()->add_headers();
    total->set_name("x-total");
    total->set_value("9");
    auto* date = completion.mutable_http()->add_headers();
    date->set_name("date");
    date->set_value("Thu, 01 Jan 1970 00:00:01 GMT");
    return completion;
  });

  EXPECT_EQ(effect.calls(0).emit().cursor(), "b91000");
}

TEST(ResponseTest, MakesAFailureOfAStatus) {
  const std::vector<std::pair<int, FailureProto::Code>> cases = {
      {301, FailureProto::CODE_CONFIG},
      {400, FailureProto::CODE_PERMANENT},
      {401, FailureProto::CODE_AUTH},
      {403, FailureProto::CODE_AUTH},
      {404, FailureProto::CODE_NOT_FOUND},
      {409, FailureProto::CODE_CONFLICT},
      {413, FailureProto::CODE_LIMIT},
      {429, FailureProto::CODE_RATE_LIMITED},
      {503, FailureProto::CODE_TRANSIENT}};
  for (const auto& [status, code] : cases) {
    Driver driver(AskJson);
    driver.Begin();

    driver.Answer([s = status](const connector::v1::HttpRequest&) {
      return Driver::Http(s, R"({"message":"no"})");
    });

    EXPECT_EQ(driver.failure().code(), code) << status;
    EXPECT_EQ(driver.failure().message().rfind("GET /orders answered " + std::to_string(status), 0),
              0U);
    EXPECT_EQ(driver.failure().message().find("jo@"), std::string::npos);
  }
}

TEST(ResponseTest, SaysThatHtmlIsNotJson) {
  Driver driver(AskJson);
  driver.Begin();

  driver.Answer([](const connector::v1::HttpRequest&) {
    return Driver::Http(200, "<html>Briefly unavailable for scheduled maintenance.</html>");
  });

  EXPECT_EQ(driver.failure().code(), FailureProto::CODE_TRANSIENT);
  EXPECT_NE(driver.failure().detail().find("Briefly"), std::string::npos);
}

Operation TryWrites(Context& cx) {
  for (const StockLevel& level : cx.StockInput().levels()) {
    Response response = co_await cx.Put("/stock/" + level.external_id()).Idempotent().Try();
    if (response.ok()) {
      co_yield Confirmed(level.ref(), level.external_id());
    } else {
      co_yield Refused(level.ref(), response.Problem());
    }
  }
}

TEST(ResponseTest, LetsAPushGoOnAfterOneRecordFailed) {
  connector::v1::Begin begin;
  for (const char* id : {"1", "2", "3"}) {
    auto* level = begin.mutable_stock()->add_levels();
    level->set_ref(id);
    level->set_external_id(id);
  }
  Driver driver(TryWrites);

  driver.Run(
      [](const connector::v1::HttpRequest& request) {
        if (request.url().ends_with("1")) {
          return Driver::Http(404, "{}");
        }
        connector::v1::Completion lost;
        lost.mutable_failure()->set_code(FailureProto::CODE_TRANSIENT);
        lost.mutable_failure()->set_ambiguous(true);
        return request.url().ends_with("2") ? lost : Driver::Http(200, "{}");
      },
      begin);

  ASSERT_EQ(driver.emits.size(), 1U);
  const connector::v1::Emit& emit = driver.emits[0];
  EXPECT_EQ(emit.results(0).failure().code(), FailureProto::CODE_NOT_FOUND);
  EXPECT_TRUE(emit.results(1).failure().ambiguous());
  EXPECT_TRUE(emit.results(2).accepted().confirmed());
}

Order ReadOrder(const Json& json) {
  Order order;
  order.set_external_id(json.At("id").Id());
  *order.mutable_grand_total() = json.At("total").Amount("EUR");
  return order;
}

TEST(ReadEachTest, MakesAnIssueOfOnePoisonedRecordAndGoesOn) {
  const Json list = Json::Parse(
      R"([{"id":1,"total":"1.00"},{"id":2,"number":"N2","total":"cheap"},"junk",{"total":"3"},
          {"id":5,"total":5}])");

  const Page<Order> page = ReadEach(list, ReadOrder, RecordKeys("id", "number"));

  ASSERT_EQ(page.records.size(), 2U);
  EXPECT_EQ(page.records[1].external_id(), "5");
  ASSERT_EQ(page.bad.size(), 3U);
  EXPECT_TRUE(page.bad[0].is_order());
  EXPECT_EQ(page.bad[0].external_id(), "2");
  EXPECT_EQ(page.bad[0].label(), "N2");
  EXPECT_EQ(page.bad[0].message().rfind("$[1].total is the string \"cheap\"", 0), 0U);
  EXPECT_EQ(page.bad[1].external_id(), "");
}

TEST(ReadEachTest, TakesSomeOrManyRecordsOfOneValue) {
  const Json list = Json::Parse("[0, 1, 2]");

  const Page<Product> some = ReadEach(list, [](const Json& json) {
    return json.Int() == 1 ? std::nullopt : std::optional<Product>(Product());
  });
  const Page<Product> many = ReadEach(list, [](const Json& json) {
    return std::vector<Product>(static_cast<std::size_t>(json.Int()));
  });

  EXPECT_EQ(some.records.size(), 2U);
  EXPECT_EQ(many.records.size(), 3U);
}

TEST(ReadEachTest, LetsAWrongSettingPass) {
  const Json list = Json::Parse("[0]");

  EXPECT_THROW(
      (void)ReadEach(list, [](const Json&) -> Order { throw Failure(Code::kConfig, "x"); }),
      Failure);
}

Operation PullPages(Context& cx) {
  Pager pages(2, 5);
  for (;;) {
    Response response = co_await cx.Get("/orders").Query("page", pages.number());
    if (!pages.Next(response, response.Json().size())) {
      co_return;
    }
  }
}

TEST(PagerTest, EndsAtThePageThatIsNotFull) {
  Driver driver(PullPages);

  driver.Run([](const connector::v1::HttpRequest& request) {
    const std::string page = request.url().substr(request.url().size() - 1);
    return Driver::Http(200, page == "3" ? "[3]" : "[" + page + ",0]");
  });

  EXPECT_TRUE(driver.effect().done().has_output());
  EXPECT_EQ(driver.requests.size(), 3U);
}

TEST(PagerTest, StopsAStoreThatIgnoresThePageNumber) {
  Driver driver(PullPages);

  driver.Run([](const connector::v1::HttpRequest&) { return Driver::Http(200, "[1,2]"); });

  EXPECT_EQ(driver.failure().code(), FailureProto::CODE_LIMIT);
  EXPECT_EQ(driver.requests.size(), 2U);
}

TEST(PagerTest, StopsAtTheMaximum) {
  Driver driver(PullPages);

  driver.Run([](const connector::v1::HttpRequest& request) {
    return Driver::Http(200, "[1," + request.url().substr(request.url().size() - 1) + "]");
  });

  EXPECT_EQ(driver.failure().code(), FailureProto::CODE_LIMIT);
  EXPECT_EQ(driver.requests.size(), 5U);
}

TEST(PageSizeTest, HalvesDownToOneAndDoublesAgain) {
  PageSize size(100);

  EXPECT_TRUE(size.Shrink(100));
  EXPECT_EQ(size.take(), 50);
  EXPECT_TRUE(size.Shrink(3)) << "fewer were asked for than might have been";
  EXPECT_EQ(size.take(), 1);
  EXPECT_FALSE(size.Shrink(1));
  EXPECT_EQ(size.take(), 1);
  for (int i = 0; i < 10; ++i) {
    size.Grow();
  }
  EXPECT_EQ(size.take(), 100);
}

TEST(WalkTest, CountsPagesWhereThePlaceIsAWholeNumberOfThem) {
  Walk walk(100);
  walk.Next();
  EXPECT_EQ(walk.page(), 2);
  EXPECT_EQ(walk.Shown(), "records 101 to 200");

  EXPECT_TRUE(walk.Shrink());
  EXPECT_TRUE(walk.Shrink());
  EXPECT_TRUE(walk.Shrink());
  EXPECT_EQ(walk.skip(), 100);
  EXPECT_EQ(walk.take(), 12);
  EXPECT_EQ(walk.page(), 0);
  walk.Next();

  EXPECT_EQ(walk.skip(), 112);
  EXPECT_EQ(walk.take(), 24);
}

TEST(WalkTest, EndsAListWithoutEnd) {
  Walk walk(1000);
  const auto go_on = [&] {
    for (std::int64_t place = 0; place <= Walk::kPlacesMax; place += 1000) {
      walk.Next();
    }
  };

  EXPECT_THROW(go_on(), Failure);
}

TEST(OpenSetTest, HasEachOrderOnceWithTheMarkThatCameLast) {
  OpenSet open;
  open.Add("1", "a");
  open.Add("2", "b");
  open.Add("1", "c");
  open.AddNameless("record 4 has no id");

  ASSERT_EQ(open.marks().size(), 2U);
  EXPECT_EQ(open.marks()[0].mark(), "c");
  ASSERT_EQ(open.nameless().size(), 1U);
  EXPECT_TRUE(open.nameless()[0].is_order());

  CompareResult compared;
  compared.add_wanted(1);
  compared.add_missing("9");
  EXPECT_EQ(open.WantedIn(compared), (std::vector<std::string>{"2", "9"}));
}

TEST(TextInTest, GivesNothingForWhatIsNoTextOrNumber) {
  const Json row = Json::Parse(
      R"({"id":7,"name":"A","flag":true,"none":null,"list":[1],"at":"2026-01-02T03:04:05Z","bad":"soon"})");

  EXPECT_EQ(TextIn(row, "id"), "7");
  EXPECT_EQ(TextIn(row, "name"), "A");
  for (const char* key : {"flag", "none", "list", "absent"}) {
    EXPECT_EQ(TextIn(row, key), "") << key;
  }
  EXPECT_EQ(TextIn(Json::Parse("[1]"), "id"), "");
  EXPECT_EQ(TimeIn(row, "at"), 1'767'323'045'000);
  EXPECT_EQ(TimeIn(row, "bad"), 0);
}

Operation PullFat(Context& cx) {
  const Response response = co_await cx.Get("/orders").Try();
  if (response.is_too_large() && !response.ok()) {
    co_yield BadOrder("7", "7", TooLargeAlone(response.Problem()));
  }
  co_await cx.Flush();
  const Response other = co_await cx.Get("/orders").Try();
  if (!other.is_too_large()) {
    throw other.Problem();
  }
}

TEST(TooLargeTest, TellsAnAnswerThatIsTooLargeFromOtherLimits) {
  Driver driver(PullFat);
  bool is_too_large = true;

  driver.Run([&](const connector::v1::HttpRequest&) {
    connector::v1::Completion completion;
    completion.mutable_failure()->set_code(FailureProto::CODE_LIMIT);
    completion.mutable_failure()->set_message("more than 10 bytes");
    completion.mutable_failure()->set_answer_too_large(std::exchange(is_too_large, false));
    return completion;
  });

  EXPECT_EQ(driver.failure().code(), FailureProto::CODE_LIMIT);
  EXPECT_FALSE(driver.failure().answer_too_large());
  ASSERT_EQ(driver.emits.size(), 1U);
  EXPECT_NE(driver.emits[0].bad(0).message().find("shorten its texts in the store"),
            std::string::npos);
}

TEST(ReadEachTest, SaysWhereARecordStandsWhoseIdCannotBeRead) {
  const Json list = Json::Parse(R"([{"id":1},{"id":null,"sku":"A"}])");
  const auto read = [](const Json& json) {
    Product product;
    product.set_external_id(json.At("id").Id());
    return product;
  };

  const auto page = ReadEach(list, read, RecordKeys("id", "sku", "records 1 to 2 of /products"));

  ASSERT_EQ(page.bad.size(), 1U);
  EXPECT_EQ(page.bad[0].external_id(), "");
  EXPECT_EQ(page.bad[0].label(), "A");
  EXPECT_EQ(page.bad[0].message().rfind("records 1 to 2 of /products: $[1].id is null", 0), 0U)
      << page.bad[0].message();
}

// Why a list of full pages, each of the ids that `ids` gives for its number, ends after how many.
struct GuardedWalk {
  int pages = 0;
  std::string message = {};
};

GuardedWalk WalkGuarded(const std::function<std::vector<std::string>(int)>& ids,
                        std::int64_t said_pages = 0) {
  PageGuard guard("the list of mugs", 50);
  GuardedWalk walk;
  try {
    while (walk.pages < 1'000) {
      ++walk.pages;
      guard.Take(ids(walk.pages), said_pages);
    }
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), Code::kLimit);
    walk.message = failure.message();
  }
  return walk;
}

std::vector<std::string> NewIds(int page) {
  return {std::to_string(2 * page), std::to_string(2 * page + 1)};
}

TEST(PageGuardTest, StopsAtTheSecondPageWithoutANewRecord) {
  const GuardedWalk walk = WalkGuarded([](int) { return NewIds(1); });

  EXPECT_EQ(walk.pages, 3);
  EXPECT_EQ(walk.message.find("page 3 of the list of mugs holds only records"), 0U) << walk.message;
}

TEST(PageGuardTest, LetsOnePageComeTwice) {
  const GuardedWalk walk = WalkGuarded([](int page) { return NewIds(page == 7 ? 6 : page); });

  EXPECT_EQ(walk.pages, 50);
}

TEST(PageGuardTest, StopsAtItsLimitOfPages) {
  const GuardedWalk walk = WalkGuarded(NewIds);

  EXPECT_EQ(walk.pages, 50);
  EXPECT_EQ(walk.message.find("the list of mugs has more than 50 pages"), 0U) << walk.message;
}

TEST(PageGuardTest, StopsTwoPagesPastWhatTheStoreSays) {
  const GuardedWalk walk = WalkGuarded(NewIds, 3);

  EXPECT_EQ(walk.pages, 5);
  EXPECT_NE(walk.message.find("has 3 pages, but page 5 is full"), std::string::npos)
      << walk.message;
}

Operation UseWatermark(Context& cx) {
  Watermark changed(cx, 1000);
  co_await cx.Get("/since/" + std::to_string(changed.since_ms()));
  changed.See(4102444800000);
  changed.See(1600000000000);
  co_yield Checkpoint(changed.Cursor());
}

std::string CursorAfter(std::string_view cursor, bool is_full, std::string* url) {
  connector::v1::Begin begin;
  begin.set_cursor(std::string(cursor));
  begin.mutable_pull()->set_full(is_full);
  Driver driver(UseWatermark);
  driver.Run({}, begin);
  *url = driver.requests.at(0).url();
  return driver.emits.at(0).cursor();
}

TEST(WatermarkTest, OverlapsAndNeverPassesTheClock) {
  std::string url;

  EXPECT_EQ(CursorAfter("", false, &url), "modified_ms:1700000000000");
  EXPECT_EQ(url, "https://store.example/since/0");

  EXPECT_EQ(CursorAfter("modified_ms:1650000000000", false, &url), "modified_ms:1700000000000");
  EXPECT_EQ(url, "https://store.example/since/1649999999000");

  CursorAfter("modified_ms:1650000000000", true, &url);
  EXPECT_EQ(url, "https://store.example/since/0");

  CursorAfter("of another version", false, &url);
  EXPECT_EQ(url, "https://store.example/since/0");
}

}  // namespace
}  // namespace storebridge::sdk
