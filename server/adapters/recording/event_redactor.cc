#include "adapters/recording/event_redactor.h"

#include <algorithm>
#include <array>

#include "domain/personal_data.h"

namespace storebridge::recording {
namespace {

namespace cv1 = connector::v1;

// Headers whose values rule what a connector does, and tell nothing of anybody.
constexpr std::array<std::string_view, 10> kPlainHeaders = {"content-type",
                                                            "content-length",
                                                            "date",
                                                            "link",
                                                            "x-wp-total",
                                                            "x-wp-totalpages",
                                                            "retry-after",
                                                            "etag",
                                                            "last-modified",
                                                            "cache-control"};
// What headers with credentials or persons have in their names.
constexpr std::array<std::string_view, 11> kHiddenHeaders = {"cookie",
                                                             "auth",
                                                             "token",
                                                             "nonce",
                                                             "key",
                                                             "secret",
                                                             "session",
                                                             "csrf",
                                                             "user",
                                                             "customer",
                                                             "mail"};

bool IsPlain(std::string_view header) {
  return std::find(kPlainHeaders.begin(), kPlainHeaders.end(), header) != kPlainHeaders.end();
}

bool IsHidden(std::string_view header) {
  return std::any_of(kHiddenHeaders.begin(), kHiddenHeaders.end(), [&](std::string_view part) {
    return header.find(part) != std::string_view::npos;
  });
}

}  // namespace

Result<std::string> EventRedactor::Redact(std::string_view event) {
  cv1::Event parsed;
  if (!parsed.ParseFromArray(event.data(), static_cast<int>(event.size()))) {
    return Error{.code = Code::kInternal,
                 .reason = "RECORDING",
                 .message = "the event is not a storebridge.connector.v1.Event"};
  }
  if (parsed.has_begin()) {
    RedactBegin(*parsed.mutable_begin());
  } else if (parsed.has_completions()) {
    for (cv1::Completion& completion : *parsed.mutable_completions()->mutable_items()) {
      RedactCompletion(completion);
    }
  }
  return parsed.SerializeAsString();
}

void EventRedactor::RedactBegin(cv1::Begin& begin) {
  // What a connector looks for in the texts of a store.
  for (const cv1::Shipment& shipment : begin.shipments().shipments()) {
    pseudonyms_.Protect(shipment.ref());
    pseudonyms_.Protect(shipment.external_order_id());
    for (const cv1::Parcel& parcel : shipment.parcels()) {
      pseudonyms_.Protect(parcel.tracking_code());
    }
  }
  RedactBody(*begin.mutable_config_json());
  RedactText(*begin.mutable_cursor());
}

void EventRedactor::RedactCompletion(cv1::Completion& completion) {
  if (completion.has_http()) {
    RedactAnswer(*completion.mutable_http());
  } else if (completion.has_failure()) {
    RedactText(*completion.mutable_failure()->mutable_message());
    RedactBody(*completion.mutable_failure()->mutable_detail());
  }
}

void EventRedactor::RedactAnswer(cv1::HttpResponse& response) {
  RedactBody(*response.mutable_body());
  for (cv1::Header& header : *response.mutable_headers()) {
    std::string& value = *header.mutable_value();
    if (IsHidden(header.name())) {
      pseudonyms_.ReplaceAll(value, 0, value.size());
    } else if (!IsPlain(header.name())) {
      RedactText(value);
    }
  }
}

void EventRedactor::RedactBody(std::string& text) {
  const domain::PersonalData found = domain::FindPersonalData(text);
  for (const domain::Span& span : found.personal) {
    pseudonyms_.Learn(std::string_view(text).substr(span.begin, span.end - span.begin));
  }
  for (const domain::Span& span : found.personal) {
    pseudonyms_.ReplaceAll(text, span.begin, span.end);
  }
  for (const domain::Span& span : found.free) {
    pseudonyms_.ReplaceKnown(text, span.begin, span.end);
  }
}

void EventRedactor::RedactText(std::string& text) {
  pseudonyms_.ReplaceKnown(text, 0, text.size());
  // E-mail addresses are seen without being known.
  for (const domain::Span& span : domain::FindMailAddresses(text)) {
    pseudonyms_.ReplaceAll(text, span.begin, span.end);
  }
}

}  // namespace storebridge::recording
