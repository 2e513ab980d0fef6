#include "api.h"

#include <charconv>
#include <system_error>
#include <utility>

namespace woocommerce {
namespace {

constexpr std::string_view kApi = "/wp-json/wc/v3";

std::string SchemeOf(const sdk::Json& config) {
  std::string auth = config.OptionalText("auth");
  if (auth == "basic" || auth == "oauth1") {
    return auth;
  }
  if (!auth.empty() && auth != "auto") {
    throw sdk::Failure(sdk::Code::kConfig,
                       "setting auth is '" + auth + "', expected auto, basic or oauth1")
        .ConfigPath("auth");
  }
  // WooCommerce looks at HTTP Basic only when the request came over TLS (measured).
  const std::string base(sdk::Trim(config.At("base_url").Text()));
  return base.starts_with("http://") ? "oauth1" : "basic";
}

// WooCommerce's own word for an error, and what it says.
struct Complaint {
  std::string code = {};
  std::string text = {};
};

// What the answer complains of, or the answer that the host has shown instead of one: 401, 403 and
// the like never reach a connector as answers.
Complaint ComplaintIn(const sdk::Response& response) {
  std::optional<sdk::Json> body;
  if (!response.has_answer()) {
    const std::string detail = response.Problem().proto().detail();
    try {
      body = sdk::Json::Parse(detail, "the answer");
    } catch (const sdk::Failure&) {
      return {};  // None, or cut off.
    }
  } else if (!response.ok()) {
    body = response.ErrorJson();
  }
  if (!body || !body->IsObject()) {
    return {};
  }
  const std::optional<sdk::Json> code = body->Find("code");
  const std::optional<sdk::Json> text = body->Find("message");
  return {.code = code ? TextOf(*code) : std::string(),
          .text = text ? TextOf(*text) : std::string()};
}

sdk::Failure InPassing(const sdk::Failure& problem) {
  storebridge::connector::v1::Failure told = problem.proto();
  told.set_code(storebridge::connector::v1::Failure::CODE_TRANSIENT);
  return sdk::Failure(std::move(told));
}

}  // namespace

Store::Store(sdk::Context& cx) : cx_(&cx), scheme_(SchemeOf(cx.Config())), statuses_(cx.Config()) {
  page_size_ = cx.Config().OptionalInt("page_size").value_or(kPageSizeMax);
  if (page_size_ < 1 || page_size_ > kPageSizeMax) {
    throw sdk::Failure(sdk::Code::kConfig,
                       "setting page_size is " + std::to_string(page_size_) +
                           "; WooCommerce takes 1 to " + std::to_string(kPageSizeMax))
        .ConfigPath("page_size");
  }
}

sdk::Request Store::Get(std::string_view path) const {
  return cx_->Get(std::string(kApi) + std::string(path)).Auth(scheme_);
}

sdk::Request Store::Post(std::string_view path) const {
  return cx_->Post(std::string(kApi) + std::string(path)).Auth(scheme_);
}

sdk::Request Store::Put(std::string_view path) const {
  return cx_->Put(std::string(kApi) + std::string(path)).Auth(scheme_);
}

std::string ErrorCodeOf(const sdk::Response& response) {
  return ComplaintIn(response).code;
}

bool IsInvalidId(std::string_view code) {
  return code.find("invalid_id") != std::string_view::npos;
}

bool IsGone(const sdk::Response& response) {
  return response.has_answer() && response.status() == 404 && IsInvalidId(ErrorCodeOf(response));
}

sdk::Failure ProblemOf(const sdk::Response& response) {
  sdk::Failure problem = response.Problem();
  const Complaint complaint = ComplaintIn(response);
  if (complaint.code.empty()) {
    // WooCommerce says what it does not have: this is cut, or of something that stands before it.
    return problem.code() == sdk::Code::kNotFound ? InPassing(problem) : problem;
  }
  std::string message = problem.message();
  if (message.ends_with('.')) {
    message.pop_back();
  }
  message += ": WooCommerce says '" + sdk::HeadOf(complaint.text, kShownTextMax) + "' (" +
             sdk::HeadOf(complaint.code, kShownNameMax) + ")";
  if (problem.code() == sdk::Code::kAuth) {
    message += "; check the key, its secret and that it may read and write";
  }
  // The rest stays: whether to wait, and whether it may have happened all the same.
  storebridge::connector::v1::Failure told = problem.proto();
  told.set_message(sdk::Failure(problem.code(), message).message());
  told.clear_detail();
  return sdk::Failure(std::move(told));
}

sdk::Json ReadAnswer(const sdk::Response& response) {
  if (!response.ok()) {
    throw ProblemOf(response);
  }
  return response.Json();
}

std::optional<sdk::Json> MetaValue(const sdk::Json& owner, std::string_view key) {
  const std::optional<sdk::Json> list = owner.Find("meta_data");
  if (!list || !list->IsArray()) {
    return std::nullopt;
  }
  for (const sdk::Json& entry : list->Items()) {
    const std::optional<sdk::Json> name =
        entry.IsObject() ? entry.Find("key") : std::optional<sdk::Json>();
    if (name && TextOf(*name) == key) {
      return entry.Find("value");
    }
  }
  return std::nullopt;
}

std::string MetaText(const sdk::Json& owner, std::string_view key) {
  const std::optional<sdk::Json> value = MetaValue(owner, key);
  return value ? TextOf(*value) : std::string();
}

std::string TextOf(const sdk::Json& value) {
  return value.IsNull() || value.IsObject() || value.IsArray() ? std::string() : value.Scalar();
}

std::optional<Quantity> QuantityIn(const sdk::Json& row, std::string_view key) {
  const std::string text = TextIn(row, key);
  std::int64_t whole = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), whole);
  if (error == std::errc() && end == text.data() + text.size()) {
    return Quantity{.whole = whole};
  }
  const std::optional<sdk::Money> number = sdk::ParseMoney(text, "");
  if (!number) {
    return std::nullopt;
  }
  return Quantity{.whole = number->units() - (number->nanos() < 0 ? 1 : 0),
                  .is_exact = number->nanos() == 0};
}

std::vector<std::string> IdsIn(const sdk::Json& list) {
  std::vector<std::string> ids;
  for (const sdk::Json& record : list.Items()) {
    const std::optional<sdk::Json> id =
        record.IsObject() ? record.Find("id") : std::optional<sdk::Json>();
    if (id) {
      ids.push_back(TextOf(*id));
    }
  }
  return ids;
}

std::int64_t PagesSaid(const sdk::Response& response) {
  return IdOf(response.Header("x-wp-totalpages")).value_or(0);
}

std::int64_t RecordsSaid(const sdk::Response& response) {
  return IdOf(response.Header("x-wp-total")).value_or(0);
}

std::string Joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) {
    text += (text.empty() ? "" : ",") + part;
  }
  return text;
}

std::string OrderPath(const sdk::Shipment& shipment) {
  if (!IdOf(shipment.external_order_id())) {
    throw sdk::Failure(sdk::Code::kPermanent,
                       "order '" + sdk::HeadOf(shipment.external_order_id(), kShownNameMax) +
                           "' cannot be one of WooCommerce: its ids are numbers");
  }
  return "/orders/" + shipment.external_order_id();
}

std::optional<std::int64_t> IdOf(std::string_view text) {
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc() || end != text.data() + text.size() || id <= 0) {
    return std::nullopt;
  }
  return id;
}

std::string RecordId(const sdk::Json& record) {
  std::string id = record.At("id").Id();
  if (!IdOf(id)) {
    throw sdk::Failure(sdk::Code::kPermanent,
                       "its id '" + sdk::HeadOf(id, kShownNameMax) +
                           "' is none of WooCommerce's, which are whole numbers above 0");
  }
  return id;
}

}  // namespace woocommerce
