#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "support/scripted_host.h"

const sb_connector_v1* woocommerce_connector() noexcept;

namespace storebridge::testing {

inline constexpr const char* kWooConfig = R"({"base_url":"https://shop.example"})";

// The orders of a WooCommerce store as it is documented, was measured and is written. Lists: whole
// seconds, `modified_after` strict, sorted by time and id, at most 100 per page.
class WooModel {
 public:
  struct Fulfillment {
    std::string status;
    boost::json::array meta_data;
    std::int64_t updated_s = 0;
    [[nodiscard]] bool is_fulfilled() const { return status == "fulfilled"; }
    // A value of its meta data as text; empty when it is absent.
    [[nodiscard]] std::string Meta(std::string_view key) const;
  };
  struct Note {
    std::string text;
    bool is_for_customer = false;
  };
  struct Order {
    std::string status = "processing";
    std::int64_t modified_s = 0;
    boost::json::array meta_data = {};
    std::map<std::int64_t, Fulfillment> fulfillments = {};
    std::vector<Note> notes = {};
    // What its customer was mailed, such as `fulfillment_updated`.
    std::vector<std::string> mails = {};
    [[nodiscard]] std::string Meta(std::string_view key) const;
    [[nodiscard]] long Mails(std::string_view kind) const;
  };

  // Answers /orders, /orders/ID, its notes and fulfillments; anything else is 404.
  connector::v1::Completion Answer(const connector::v1::HttpRequest& request);

  std::map<std::int64_t, Order> orders;
  std::int64_t now_s = 1'795'000'000;
  bool has_fulfillments = true;
  bool is_completed_mail_on = true;
  // A new fulfillment passes over meta rows without an id, though its documentation shows some.
  bool needs_meta_ids = true;
  // Before each answer.
  std::function<void()> between;

 private:
  connector::v1::Completion List(const std::string& url) const;
  connector::v1::Completion AnswerOrder(const connector::v1::HttpRequest& request,
                                        std::int64_t id,
                                        const std::string& part);
  connector::v1::Completion Update(Order& order, std::int64_t id, const boost::json::object& given);
  connector::v1::Completion Notes(Order& order, const connector::v1::HttpRequest& request);
  connector::v1::Completion Fulfillments(std::int64_t order,
                                         const connector::v1::HttpRequest& request);
  connector::v1::Completion OneFulfillment(std::int64_t order,
                                           std::int64_t id,
                                           const connector::v1::HttpRequest& request);
  connector::v1::Completion Create(std::int64_t order,
                                   const boost::json::object& given,
                                   bool tells);
  connector::v1::Completion Change(std::int64_t order,
                                   std::int64_t id,
                                   const boost::json::object& given,
                                   bool tells);
  // As WC_Data::update_meta_data: by id, else the first row of the key, whose others go.
  void WriteMeta(const boost::json::array& given, boost::json::array& meta);
  void Stamp(Fulfillment& fulfillment);

  std::int64_t last_id_ = 500;
};

// An order in full, as WooCommerce 11 gives it; a line of two pieces for 31.00.
std::string OrderJson(std::int64_t id, const std::string& status, std::int64_t modified_s);

// The same with its meta data.
std::string ShownOrder(std::int64_t id, const WooModel::Order& order);

// `2026-11-18T10:00:00`.
std::string WooTime(std::int64_t second);

}  // namespace storebridge::testing
