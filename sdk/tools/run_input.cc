#include "run_input.h"

#include <functional>
#include <map>
#include <set>

#include <yaml-cpp/yaml.h>

#include "storebridge/sdk/json.h"
#include "storebridge/sdk/json_writer.h"

namespace storebridge::run {
namespace {

constexpr int kDepthMax = 32;

// Thrown and caught in this file only, as yaml-cpp does.
[[noreturn]] void Refuse(const YAML::Node& node, const std::string& what) {
  throw YAML::Exception(node.Mark(), what);
}

// Whether a plain scalar means the JSON value of the same text.
bool IsJsonScalar(const std::string& text) {
  if (text == "true" || text == "false") {
    return true;
  }
  try {
    return sdk::Json::Parse(text).IsNumber();
  } catch (const sdk::Failure&) {
    return false;
  }
}

void WriteJson(const YAML::Node& node, int depth, sdk::JsonWriter* writer) {
  if (depth > kDepthMax) {
    Refuse(node, "nested too deeply");
  }
  switch (node.Type()) {
    case YAML::NodeType::Map:
      writer->Object();
      for (const auto& member : node) {
        writer->Key(member.first.Scalar());
        WriteJson(member.second, depth + 1, writer);
      }
      writer->End();
      return;
    case YAML::NodeType::Sequence:
      writer->Array();
      for (const auto& element : node) {
        WriteJson(element, depth + 1, writer);
      }
      writer->End();
      return;
    case YAML::NodeType::Scalar:
      // "!" is the tag of what was quoted.
      if (node.Tag() != "!" && IsJsonScalar(node.Scalar())) {
        writer->Raw(node.Scalar());
      } else {
        writer->Value(node.Scalar());
      }
      return;
    case YAML::NodeType::Null:
    case YAML::NodeType::Undefined:
      writer->Null();
      return;
  }
}

// Reads the members of a map, each with its reader.
using Readers = std::map<std::string, std::function<void(const YAML::Node&)>>;

void ReadMap(const YAML::Node& node, const Readers& readers) {
  if (!node.IsMap()) {
    Refuse(node, "expected names and values");
  }
  for (const auto& member : node) {
    const std::string name = member.first.Scalar();
    const auto reader = readers.find(name);
    if (reader == readers.end()) {
      std::string fault = "'" + name + "' is not known here; there are: ";
      for (const auto& known : readers) {
        fault += known.first == readers.begin()->first ? "" : ", ";
        fault += known.first;
      }
      Refuse(member.first, fault);
    }
    reader->second(member.second);
  }
}

void ReadLevel(const YAML::Node& node, connector::v1::StockLevel* level) {
  ReadMap(node,
          {{"ref", [&](const YAML::Node& n) { level->set_ref(n.Scalar()); }},
           {"external_id", [&](const YAML::Node& n) { level->set_external_id(n.Scalar()); }},
           {"external_parent_id",
            [&](const YAML::Node& n) { level->set_external_parent_id(n.Scalar()); }},
           {"product_code", [&](const YAML::Node& n) { level->set_product_code(n.Scalar()); }},
           {"quantity", [&](const YAML::Node& n) { level->set_quantity(n.as<std::int64_t>()); }}});
}

void ReadParcel(const YAML::Node& node, connector::v1::Parcel* parcel) {
  ReadMap(node,
          {{"tracking_code", [&](const YAML::Node& n) { parcel->set_tracking_code(n.Scalar()); }},
           {"tracking_url", [&](const YAML::Node& n) { parcel->set_tracking_url(n.Scalar()); }},
           {"carrier", [&](const YAML::Node& n) { parcel->set_carrier(n.Scalar()); }}});
}

void ReadLine(const YAML::Node& node, connector::v1::ShipmentLine* line) {
  ReadMap(
      node,
      {{"external_line_id", [&](const YAML::Node& n) { line->set_external_line_id(n.Scalar()); }},
       {"quantity", [&](const YAML::Node& n) { line->set_quantity(n.as<std::int64_t>()); }}});
}

void ReadShipment(const YAML::Node& node, connector::v1::Shipment* shipment) {
  ReadMap(node,
          {{"ref", [&](const YAML::Node& n) { shipment->set_ref(n.Scalar()); }},
           {"external_order_id",
            [&](const YAML::Node& n) { shipment->set_external_order_id(n.Scalar()); }},
           {"lines",
            [&](const YAML::Node& n) {
              for (const auto& line : n) {
                ReadLine(line, shipment->add_lines());
              }
            }},
           {"parcels",
            [&](const YAML::Node& n) {
              for (const auto& parcel : n) {
                ReadParcel(parcel, shipment->add_parcels());
              }
            }},
           {"revision", [&](const YAML::Node& n) { shipment->set_revision(n.as<std::int32_t>()); }},
           {"external_id", [&](const YAML::Node& n) { shipment->set_external_id(n.Scalar()); }},
           {"outdated_parcels",
            [&](const YAML::Node& n) {
              for (const auto& parcel : n) {
                ReadParcel(parcel, shipment->add_outdated_parcels());
              }
            }},
           {"completes_order",
            [&](const YAML::Node& n) { shipment->set_completes_order(n.as<bool>()); }},
           {"notify_customer",
            [&](const YAML::Node& n) { shipment->set_notify_customer(n.as<bool>()); }},
           {"read_back_first",
            [&](const YAML::Node& n) { shipment->set_read_back_first(n.as<bool>()); }},
           {"shipped_ms",
            [&](const YAML::Node& n) { shipment->set_shipped_ms(n.as<std::int64_t>()); }}});
}

// The outcome of a record is told by its ref.
void TakeRef(const YAML::Node& node, std::set<std::string>* refs) {
  const std::string ref = node["ref"] ? node["ref"].Scalar() : std::string();
  if (ref.empty()) {
    Refuse(node, "it has no ref: give it one, such as `ref: a`");
  }
  if (!refs->insert(ref).second) {
    Refuse(node, "the ref '" + ref + "' is there twice: give each record one of its own");
  }
}

// Calls `read` with the file; what it throws becomes an error that names the file and the line.
Status ReadYaml(const std::string& path, const std::function<void(const YAML::Node&)>& read) {
  try {
    read(YAML::LoadFile(path));
    return Ok();
  } catch (const YAML::BadFile&) {
    return Error{.code = Code::kInvalidArgument,
                 .reason = "INPUT_FILE",
                 .message = path + " cannot be read; is it there?"};
  } catch (const YAML::Exception& error) {
    const std::string line =
        error.mark.is_null() ? std::string() : ":" + std::to_string(error.mark.line + 1);
    return Error{.code = Code::kInvalidArgument,
                 .reason = "INPUT_FILE",
                 .message = path + line + ": " + error.msg};
  }
}

}  // namespace

Result<StoreFile> ReadStoreFile(const std::string& path) {
  StoreFile file;
  file.config_json = "{}";
  SB_CHECK(ReadYaml(path, [&file](const YAML::Node& root) {
    ReadMap(root,
            {{"config",
              [&file](const YAML::Node& node) {
                sdk::JsonWriter writer;
                WriteJson(node, 0, &writer);
                file.config_json = writer.Text();
              }},
             {"secrets", [&file](const YAML::Node& node) {
                if (!node.IsMap()) {
                  Refuse(node, "expected names and values");
                }
                for (const auto& member : node) {
                  file.secrets.emplace(member.first.Scalar(), Secret(member.second.Scalar()));
                }
              }}});
  }));
  return file;
}

Status ReadPush(const std::string& path, connector::v1::Begin* begin) {
  std::set<std::string> refs;
  SB_CHECK(ReadYaml(path, [&](const YAML::Node& root) {
    ReadMap(root,
            {{"levels",
              [&](const YAML::Node& node) {
                for (const auto& level : node) {
                  ReadLevel(level, begin->mutable_stock()->add_levels());
                  TakeRef(level, &refs);
                }
              }},
             {"shipments", [&](const YAML::Node& node) {
                for (const auto& shipment : node) {
                  ReadShipment(shipment, begin->mutable_shipments()->add_shipments());
                  TakeRef(shipment, &refs);
                }
              }}});
  }));
  const bool is_of_stock = begin->operation() == "stock.push";
  const std::string needed = is_of_stock ? "levels" : "shipments";
  const std::string other = is_of_stock ? "shipments" : "levels";
  const bool has_needed = is_of_stock ? begin->has_stock() : begin->has_shipments();
  const bool has_other = is_of_stock ? begin->has_shipments() : begin->has_stock();
  if (has_needed && !has_other) {
    return Ok();
  }
  return Error{.code = Code::kInvalidArgument,
               .reason = "INPUT_FILE",
               .message = path + " has " + (has_other ? other : "no " + needed) + "; " +
                          begin->operation() + " needs " + needed};
}

}  // namespace storebridge::run
