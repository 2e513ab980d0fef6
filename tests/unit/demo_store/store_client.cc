#include "store_client.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "demo_store/text.h"

namespace storebridge::demo_store {
namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = net::ip::tcp;

using Message = http::request<http::string_body>;

template <class Stream>
Reply Exchange(Stream& stream, Message& message) {
  Reply reply;
  http::write(stream, message, reply.error);
  if (reply.error) {
    return reply;
  }
  beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(boost::none);
  http::read(stream, buffer, parser, reply.error);
  if (!parser.is_header_done()) {
    return reply;
  }
  reply.status = static_cast<int>(parser.get().result_int());
  reply.body = parser.get().body();
  for (const auto& field : parser.get()) {
    reply.headers[Lower(std::string(field.name_string()))] = std::string(field.value());
  }
  return reply;
}

}  // namespace

json::value Reply::Json() const {
  boost::system::error_code bad;
  json::value value = json::parse(body, bad);
  return bad ? json::value() : value;
}

Reply SendOnce(std::uint16_t port,
               const std::string& method,
               const std::string& target,
               const std::string& body,
               const Headers& headers,
               const std::string& certificate_pem) {
  Message message(http::string_to_verb(method), target, 11);
  message.set(http::field::host, "127.0.0.1:" + std::to_string(port));
  message.set(http::field::connection, "close");
  for (const auto& [name, value] : headers) {
    message.set(name, value);
  }
  message.body() = body;
  message.prepare_payload();
  net::io_context io;
  const tcp::endpoint address(net::ip::address_v4::loopback(), port);
  Reply reply;
  if (certificate_pem.empty()) {
    tcp::socket socket(io);
    socket.connect(address, reply.error);
    return reply.error ? reply : Exchange(socket, message);
  }
  net::ssl::context tls(net::ssl::context::tls_client);
  tls.add_certificate_authority(net::buffer(certificate_pem));
  beast::ssl_stream<tcp::socket> stream(io, tls);
  stream.set_verify_mode(net::ssl::verify_peer);
  stream.set_verify_callback(net::ssl::host_name_verification("127.0.0.1"));
  stream.next_layer().connect(address, reply.error);
  if (!reply.error) {
    stream.handshake(net::ssl::stream_base::client, reply.error);
  }
  return reply.error ? reply : Exchange(stream, message);
}

StoreTest::StoreTest() : now_(std::make_shared<std::atomic<std::int64_t>>(kStart)) {
  options_.clock = [now = now_] { return now->load(); };
  options_.fulfillments = true;
}

void StoreTest::Start() {
  port_ = store_.Start(options_);
  ASSERT_NE(port_, 0) << store_.error();
}

Reply StoreTest::Api(const std::string& method, const std::string& path, const json::value& body) {
  if (port_ == 0) {
    Start();
  }
  const Headers headers{
      {"X-Forwarded-Proto", "https"},
      {"Authorization", "Basic " + Base64(options_.consumer_key + ":" + options_.consumer_secret)}};
  return SendOnce(
      port_, method, "/wp-json/wc/v3" + path, body.is_null() ? "" : json::serialize(body), headers);
}

Reply StoreTest::Demo(const std::string& path, const json::value& body) {
  if (port_ == 0) {
    Start();
  }
  return SendOnce(port_, "POST", "/demo" + path, json::serialize(body), {});
}

json::value StoreTest::State() {
  if (port_ == 0) {
    Start();
  }
  return SendOnce(port_, "GET", "/demo/state", "", {}).Json();
}

std::int64_t StoreTest::PlaceOrder(const std::string& sku, int quantity) {
  const json::object line{{"sku", sku}, {"quantity", quantity}};
  const Reply reply = Demo("/orders", json::object({{"lines", json::array({line})}}));
  EXPECT_EQ(reply.status, 201) << reply.body;
  return reply.status == 201 ? reply.Json().at("ids").at(0).as_int64() : 0;
}

json::value StoreTest::OrderState(std::int64_t id) {
  const json::value state = State();
  for (const json::value& order : state.at("orders").as_array()) {
    if (order.at("id") == id) {
      return order;
    }
  }
  return {};
}

std::int64_t StoreTest::IdOf(const std::string& sku) {
  const json::value state = State();
  for (const json::value& product : state.at("products").as_array()) {
    if (product.at("sku").as_string() == sku) {
      return product.at("id").as_int64();
    }
  }
  return 0;
}

std::int64_t StoreTest::StockOf(const std::string& sku) {
  const json::value state = State();
  for (const json::value& product : state.at("products").as_array()) {
    if (product.at("sku").as_string() == sku) {
      return product.at("stock_quantity").as_int64();
    }
  }
  return -1'000'000;
}

}  // namespace storebridge::demo_store
