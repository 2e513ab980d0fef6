#include "session_script.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "lines.h"

namespace storebridge::fuzz {
namespace {

constexpr std::string_view kAnswer = "### ";
constexpr std::int64_t kFromMsMax = 253'402'300'799'999;

// Takes the text up to the next answer.
std::string_view TakeBody(std::string_view& rest) {
  if (rest.starts_with(kAnswer)) {
    return {};
  }
  const std::size_t end = std::min(rest.find("\n" + std::string(kAnswer)), rest.size());
  const std::string_view body = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return body;
}

std::int64_t NumberOf(std::string_view text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string PartOr(const std::vector<std::string>& parts, std::size_t i) {
  return i < parts.size() ? parts[i] : std::string();
}

void AddLevel(const std::vector<std::string>& parts, connector::v1::Begin* begin) {
  connector::v1::StockLevel* level = begin->mutable_stock()->add_levels();
  level->set_ref(PartOr(parts, 0));
  level->set_external_id(PartOr(parts, 1));
  level->set_external_parent_id(PartOr(parts, 2));
  level->set_product_code("CODE-" + PartOr(parts, 1));
  level->set_quantity(NumberOf(PartOr(parts, 3)));
}

void AddShipment(const std::vector<std::string>& parts, connector::v1::Begin* begin) {
  connector::v1::Shipment* shipment = begin->mutable_shipments()->add_shipments();
  shipment->set_ref(PartOr(parts, 0));
  shipment->set_external_order_id(PartOr(parts, 1));
  for (const std::string& text : Split(PartOr(parts, 2), ',')) {
    const std::vector<std::string> line = Split(text, '*');
    if (!line.front().empty()) {
      shipment->add_lines()->set_external_line_id(line.front());
      shipment->mutable_lines()->rbegin()->set_quantity(NumberOf(PartOr(line, 1)));
    }
  }
  const std::string flags = PartOr(parts, 3);
  shipment->set_completes_order(flags.find('c') != std::string::npos);
  shipment->set_notify_customer(flags.find('n') != std::string::npos);
  shipment->set_read_back_first(flags.find('r') != std::string::npos);
  if (begin->operation() == "shipments.update") {
    shipment->set_revision(1);
    shipment->add_outdated_parcels()->set_tracking_code("JJFI1");
  }
  connector::v1::Parcel* parcel = shipment->add_parcels();
  parcel->set_carrier("Posti");
  parcel->set_tracking_code("JJFI6400000" + PartOr(parts, 1));
  parcel->set_tracking_url("https://posti.example/JJFI6400000");
}

void AddWord(std::string_view word, connector::v1::Begin* begin) {
  const std::size_t equals = std::min(word.find('='), word.size());
  const std::string_view name = word.substr(0, equals);
  const std::string value(word.substr(std::min(equals + 1, word.size())));
  if (name == "full" && begin->has_pull()) {
    begin->mutable_pull()->set_full(true);
  } else if (name == "from" && begin->has_pull()) {
    // The server takes times up to the end of 9999.
    begin->mutable_pull()->set_from_ms(std::clamp<std::int64_t>(NumberOf(value), 0, kFromMsMax));
  } else if (name == "only" && begin->has_pull()) {
    for (std::string& id : Split(value, ',')) {
      begin->mutable_pull()->add_only_external_ids(std::move(id));
    }
  } else if (name == "parent" && begin->has_pull()) {
    for (std::string& id : Split(value, ',')) {
      begin->mutable_pull()->add_only_external_parent_ids(std::move(id));
    }
  } else if (name == "cursor") {
    begin->set_cursor(value);
  } else if (name == "can") {
    for (std::string& capability : Split(value, ',')) {
      begin->add_capabilities(std::move(capability));
    }
  } else if (name == "level" && begin->has_stock()) {
    AddLevel(Split(value, ':'), begin);
  } else if (name == "ship" && begin->has_shipments()) {
    AddShipment(Split(value, ':'), begin);
  }
}

}  // namespace

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    parts.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

SessionScript ReadScript(std::string_view text) {
  SessionScript script;
  script.operation = TakeLine(text);
  script.config_json = TakeLine(text);
  while (!text.empty()) {
    if (text.starts_with(kAnswer)) {
      text.remove_prefix(kAnswer.size());
    }
    SessionScript::Answer answer;
    answer.head = TakeLine(text);
    answer.body = TakeBody(text);
    script.answers.push_back(std::move(answer));
  }
  return script;
}

std::string TextOf(const SessionScript& script) {
  std::string text = script.operation + '\n' + script.config_json + '\n';
  for (const SessionScript::Answer& answer : script.answers) {
    text.append(kAnswer).append(answer.head).append("\n");
    if (!answer.body.empty()) {
      text.append(answer.body).append("\n");
    }
  }
  return text;
}

connector::v1::Begin BeginOf(const SessionScript& script) {
  connector::v1::Begin begin;
  const std::vector<std::string> words = Split(script.operation, ' ');
  begin.set_operation(words.front());
  begin.set_config_json(script.config_json);
  begin.set_seed(42);
  begin.add_host_features("compare");
  if (words.front().ends_with(".pull")) {
    begin.mutable_pull();
  } else if (words.front() == "stock.push") {
    begin.mutable_stock();
  } else if (words.front().starts_with("shipments.")) {
    begin.mutable_shipments();
  }
  for (std::size_t i = 1; i < words.size(); ++i) {
    AddWord(words[i], &begin);
  }
  return begin;
}

}  // namespace storebridge::fuzz
