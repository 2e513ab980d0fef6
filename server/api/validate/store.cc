#include "api/validate/store.h"

#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "api/validate/text.h"
#include "api/validate/times.h"
#include "core/ids.h"
#include "domain/names.h"
#include "domain/text_rules.h"

namespace storebridge::api {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using SecretTexts = google::protobuf::Map<std::string, std::string>;

constexpr std::string_view kSettings = "settings";
constexpr std::string_view kSettingsPrefix = "settings.";

std::map<std::string, Secret, std::less<>> ReadSecrets(const SecretTexts& texts) {
  std::map<std::string, Secret, std::less<>> secrets;
  for (const auto& [name, value] : texts) {
    secrets.emplace(name, Secret(value));
  }
  return secrets;
}

Status CheckSettingTimes(std::string_view field, const v1::StoreSettings& settings) {
  if (settings.has_orders_from()) {
    SB_CHECK(ReadTime(field, settings.orders_from()));
  }
  return Ok();
}

// What is checked of a store that is created or changed.
Status CheckStoreTexts(const v1::Store& store) {
  SB_CHECK(CheckText({.field = "store.display_name",
                      .value = store.display_name(),
                      .characters_max = domain::kDisplayNameMax}));
  return CheckSettingTimes("store.settings.orders_from", store.settings());
}

Error BadPath(std::string_view path) {
  std::string allowed = "display_name, config_json, settings";
  const Descriptor* settings = v1::StoreSettings::descriptor();
  for (int i = 0; i < settings->field_count(); ++i) {
    allowed += fmt::format(", {}{}", kSettingsPrefix, settings->field(i)->name());
  }
  const std::string shown(path.substr(0, 100));
  return Error{.code = Code::kInvalidArgument,
               .reason = "UPDATE_MASK",
               .message = fmt::format("update_mask names '{}', which cannot be written; the paths "
                                      "are {}. Write it as {{\"paths\":[\"display_name\"]}}",
                                      shown,
                                      allowed),
               .facts = {{"path", shown}, {"allowed", std::move(allowed)}}};
}

// What a mask asks for.
struct Mask {
  bool display_name = false;
  bool config_json = false;
  // All settings are replaced.
  bool whole_settings = false;
  std::set<const FieldDescriptor*> settings;
};

Result<Mask> ReadMask(const google::protobuf::FieldMask& paths) {
  Mask mask;
  for (const std::string& text : paths.paths()) {
    const std::string_view path = text;
    if (path == "display_name") {
      mask.display_name = true;
    } else if (path == "config_json") {
      mask.config_json = true;
    } else if (path == kSettings) {
      mask.whole_settings = true;
    } else {
      const FieldDescriptor* field = path.substr(0, kSettingsPrefix.size()) == kSettingsPrefix
                                         ? v1::StoreSettings::descriptor()->FindFieldByName(
                                               std::string(path.substr(kSettingsPrefix.size())))
                                         : nullptr;
      if (field == nullptr) {
        return BadPath(path);
      }
      mask.settings.insert(field);
    }
  }
  return mask;
}

std::set<const FieldDescriptor*> SetFields(const v1::StoreSettings& settings) {
  std::set<const FieldDescriptor*> fields;
  const Descriptor* descriptor = v1::StoreSettings::descriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const FieldDescriptor* field = descriptor->field(i);
    if (settings.GetReflection()->HasField(settings, field)) {
      fields.insert(field);
    }
  }
  return fields;
}

// All that is set.
Mask MaskOfSetFields(const v1::Store& store) {
  return {.display_name = !store.display_name().empty(),
          .config_json = !store.config_json().empty(),
          .whole_settings = false,
          .settings = SetFields(store.settings())};
}

// Copies the named fields; those that are unset in `from` become unset in `to`.
void MergeFields(const std::set<const FieldDescriptor*>& fields,
                 const v1::StoreSettings& from,
                 v1::StoreSettings& to) {
  v1::StoreSettings named = from;
  const Descriptor* descriptor = v1::StoreSettings::descriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const FieldDescriptor* field = descriptor->field(i);
    if (fields.contains(field)) {
      to.GetReflection()->ClearField(&to, field);
    } else {
      named.GetReflection()->ClearField(&named, field);
    }
  }
  to.MergeFrom(named);
}

}  // namespace

Result<engine::NewStore> ReadNewStore(const v1::CreateStoreRequest& request) {
  SB_TRY(std::string merchant, domain::ParseMerchantName(request.parent()));
  if (request.store_id().empty()) {
    return MissingField("store_id", "write 1 to 32 of a-z, 0-9 and '-', such as 'web'");
  }
  SB_CHECK(CheckChosenId("store", request.store_id()));
  const v1::Store& store = request.store();
  if (store.connector().empty()) {
    return MissingField("store.connector",
                        "write connectors/{connector}; ListConnectors shows which there are");
  }
  SB_CHECK(domain::ParseConnectorName(store.connector()));
  if (store.config_json().empty()) {
    return MissingField("store.config_json",
                        "write a JSON object; GetConnector shows its schema, {} is the empty one");
  }
  SB_CHECK(CheckStoreTexts(store));
  engine::NewStore made;
  made.key = {.merchant = std::move(merchant), .store = request.store_id()};
  made.store.set_name(domain::StoreName(made.key));
  made.store.set_display_name(store.display_name());
  made.store.set_connector(store.connector());
  made.store.set_config_json(store.config_json());
  if (store.has_settings()) {
    *made.store.mutable_settings() = store.settings();
  }
  made.secrets = ReadSecrets(request.secrets());
  made.validate_only = request.validate_only();
  made.start_paused = request.start_paused();
  return made;
}

Result<engine::StoreChange> ReadStoreChange(const v1::UpdateStoreRequest& request) {
  const v1::Store& store = request.store();
  engine::StoreChange change;
  SB_TRY(change.key, domain::ParseStoreName(store.name()));
  SB_CHECK(CheckText(
      {.field = "store.etag", .value = store.etag(), .characters_max = kEtagCharactersMax}));
  SB_CHECK(CheckStoreTexts(store));
  change.secrets = ReadSecrets(request.secrets());
  change.etag = store.etag();
  Mask mask = MaskOfSetFields(store);
  if (request.update_mask().paths_size() > 0) {
    SB_TRY(mask, ReadMask(request.update_mask()));
  }
  if (mask.display_name) {
    change.display_name = store.display_name();
  }
  if (mask.config_json) {
    if (store.config_json().empty()) {
      return MissingField("store.config_json", "update_mask names it: write a JSON object");
    }
    change.config_json = store.config_json();
  }
  if (mask.whole_settings) {
    change.merge_settings = [from = store.settings()](v1::StoreSettings& to) { to = from; };
  } else if (!mask.settings.empty()) {
    change.merge_settings = [fields = std::move(mask.settings), from = store.settings()](
                                v1::StoreSettings& to) { MergeFields(fields, from, to); };
  }
  return change;
}

Result<engine::Engine::PreviewRequest> ReadPreviewRequest(const v1::PreviewStoreRequest& request) {
  engine::Engine::PreviewRequest asked;
  SB_TRY(asked.store, domain::ParseStoreName(request.name()));
  SB_CHECK(CheckSettingTimes("settings.orders_from", request.settings()));
  asked.merge_settings = [fields = SetFields(request.settings()), from = request.settings()](
                             v1::StoreSettings& to) { MergeFields(fields, from, to); };
  return asked;
}

}  // namespace storebridge::api
