#include "adapters/recording/event_redactor.h"

#include <string>

#include <gtest/gtest.h>

#include "fake_session.h"

namespace storebridge::recording {
namespace {

namespace cv1 = connector::v1;

class EventRedactorTest : public ::testing::Test {
 protected:
  cv1::Event Redacted(const cv1::Event& event) {
    const Result<std::string> bytes = redactor_.Redact(event.SerializeAsString());
    EXPECT_TRUE(bytes.has_value());
    cv1::Event parsed;
    parsed.ParseFromString(*bytes);
    return parsed;
  }

  std::string BodyOf(const std::string& body) {
    cv1::Event event;
    event.ParseFromString(testing::AnswerBytes(body));
    const std::string after = Redacted(event).completions().items(0).http().body();
    EXPECT_EQ(after.size(), body.size());
    return after;
  }

  EventRedactor redactor_{{.first = 3, .second = 4}};
};

TEST_F(EventRedactorTest, ReplacesPersonsAndKeepsWhatRules) {
  const std::string body = BodyOf(
      R"([{"id":12,"status":"processing","billing":{"first_name":"Maija","email":"m@a.fi"}}])");

  EXPECT_EQ(body.find("Maija"), std::string::npos);
  EXPECT_EQ(body.find("m@a.fi"), std::string::npos);
  EXPECT_NE(body.find(R"("status":"processing")"), std::string::npos);
}

TEST_F(EventRedactorTest, FindsANameWhereItIsRepeated) {
  const std::string body =
      BodyOf(R"([{"name":"Mug for Maija","customer":{"first":"Maija"}},{"status":"maija"}])");

  EXPECT_EQ(body.find("Maija"), std::string::npos);
  EXPECT_NE(body.find("Mug for "), std::string::npos);
  EXPECT_NE(body.find(R"("status":"maija")"), std::string::npos) << "what rules is never replaced";
  EXPECT_EQ(BodyOf(R"({"title":"Maija again"})").find("Maija"), std::string::npos);
}

TEST_F(EventRedactorTest, ReplacesGiftMessagesAndDocumentsAsNotes) {
  const std::string body = BodyOf(
      R"({"customer_note":"Ovikoodi","giftMessage":"Onnea","documents":[{"type":"invoice","url":)"
      R"("https://shop.example/pdf?key=wc_77"},{"type":"cn23","base64":"JVBERi0x"}]})");

  for (const char* text : {"Ovikoodi", "Onnea", "shop.example", "wc_77", "JVBERi0x"}) {
    EXPECT_EQ(body.find(text), std::string::npos) << text;
  }
  EXPECT_NE(body.find(R"("type":"cn23")"), std::string::npos);
}

TEST_F(EventRedactorTest, ReplacesTheSameByTheSame) {
  const std::string first = BodyOf(R"({"email":"maija@example.com"})");

  EXPECT_EQ(BodyOf(R"({"email":"maija@example.com"})"), first);
}

TEST_F(EventRedactorTest, HidesCookiesAndKeepsPaging) {
  cv1::Event event;
  cv1::HttpResponse* http = event.mutable_completions()->add_items()->mutable_http();
  for (const auto& [name, value] : {std::pair{"set-cookie", "sid=abcdef"},
                                    std::pair{"x-wp-totalpages", "12"},
                                    std::pair{"date", "Wed, 18 Nov 2026 11:00:00 GMT"}}) {
    http->add_headers()->set_name(name);
    http->mutable_headers()->rbegin()->set_value(value);
  }

  const cv1::Event after = Redacted(event);

  EXPECT_EQ(after.completions().items(0).http().headers(0).value().find("abcdef"),
            std::string::npos);
  EXPECT_EQ(after.completions().items(0).http().headers(1).value(), "12");
  EXPECT_EQ(after.completions().items(0).http().headers(2).value(),
            "Wed, 18 Nov 2026 11:00:00 GMT");
}

TEST_F(EventRedactorTest, KeepsTheMarkersThatAConnectorLooksFor) {
  cv1::Event begin;
  cv1::Shipment* shipment = begin.mutable_begin()->mutable_shipments()->add_shipments();
  shipment->set_ref("0q4wabc");
  Redacted(begin);

  const std::string body = BodyOf(R"([{"note":"Shipped to Maija. [0q4wabc]"}])");

  EXPECT_NE(body.find("[0q4wabc]"), std::string::npos);
  EXPECT_EQ(body.find("Maija"), std::string::npos);
}

TEST_F(EventRedactorTest, HidesTheHeadOfAnAnswerInAFailure) {
  cv1::Event event;
  cv1::Failure* failure = event.mutable_completions()->add_items()->mutable_failure();
  failure->set_code(cv1::Failure::CODE_TRANSIENT);
  failure->set_message("asked maija@example.com");
  failure->set_detail(R"({"billing":{"first_name":"Mai)");

  const cv1::Failure after = Redacted(event).completions().items(0).failure();

  EXPECT_EQ(after.message().find("maija@example.com"), std::string::npos);
  EXPECT_EQ(after.detail().find("Mai"), std::string::npos);
  EXPECT_EQ(after.code(), cv1::Failure::CODE_TRANSIENT);
}

TEST_F(EventRedactorTest, LeavesACancelAsItIs) {
  cv1::Event event;
  event.mutable_cancel()->set_reason("stop");

  EXPECT_EQ(Redacted(event).SerializeAsString(), event.SerializeAsString());
}

TEST_F(EventRedactorTest, RefusesWhatIsNoEvent) {
  EXPECT_FALSE(redactor_.Redact("\xFF\xFF").has_value());
}

}  // namespace
}  // namespace storebridge::recording
