#include "adapters/plugin_host/connector_list.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/suggest.h"
#include "domain/names.h"
#include "domain/operation.h"
#include "domain/stock_basis.h"

namespace storebridge::plugin_host {
namespace {

namespace cv1 = connector::v1;

constexpr std::size_t kNamesShownMax = 20;

v1::OrderFeed FeedOf(cv1::OrderFeed feed) {
  if (feed == cv1::ORDER_FEED_WATERMARK) {
    return v1::ORDER_FEED_WATERMARK;
  }
  return feed == cv1::ORDER_FEED_OPEN_SET ? v1::ORDER_FEED_OPEN_SET : v1::ORDER_FEED_UNSPECIFIED;
}

v1::Connector ResourceOf(const ConnectorOrigin& origin, v1::Connector::State state) {
  v1::Connector resource;
  resource.set_name(domain::ConnectorName(origin.id));
  resource.set_state(state);
  resource.set_path(origin.path);
  return resource;
}

std::string IdOf(const v1::Connector& resource) {
  const auto id = domain::ParseConnectorName(resource.name());
  return id ? *id : resource.name();
}

v1::ConnectorSecret Shown(const cv1::Secret& secret) {
  v1::ConnectorSecret shown;
  shown.set_secret(secret.name());
  shown.set_label(secret.label());
  return shown;
}

}  // namespace

ports::ConnectorInfo ReadyConnector(const ConnectorOrigin& origin, cv1::Manifest manifest) {
  ports::ConnectorInfo info;
  info.resource = ResourceOf(origin, v1::Connector::STATE_READY);
  info.resource.set_display_name(manifest.display_name().empty() ? manifest.id()
                                                                 : manifest.display_name());
  info.resource.set_version(manifest.version());
  info.resource.set_docs_url(manifest.docs_url());
  info.resource.set_config_schema_json(manifest.config_schema_json());
  info.resource.set_stock_basis(domain::StockBasisOf(manifest.stock_basis()));
  info.resource.set_order_feed(FeedOf(manifest.order_feed()));
  for (const cv1::Operation& operation : manifest.operations()) {
    v1::ConnectorOperation* shown = info.resource.add_operations();
    shown->set_operation(operation.name());
    shown->set_limitation(operation.limitation());
    if (domain::IsPush(operation.name())) {
      shown->set_items_max(static_cast<std::int32_t>(domain::PushItemsOf(operation)));
    }
  }
  for (const cv1::Secret& secret : manifest.secrets()) {
    *info.resource.add_secrets() = Shown(secret);
  }
  if (manifest.has_webhook()) {
    v1::ConnectorWebhook& webhook = *info.resource.mutable_webhook();
    *webhook.mutable_secret() = Shown(manifest.webhook().secret());
    for (const cv1::WebhookTopic& topic : manifest.webhook().topics()) {
      webhook.add_topics(topic.prefix());
    }
  }
  info.manifest = std::make_shared<const cv1::Manifest>(std::move(manifest));
  return info;
}

ports::ConnectorInfo UntrustedConnector(const ConnectorOrigin& origin) {
  ports::ConnectorInfo info;
  info.resource = ResourceOf(origin, v1::Connector::STATE_NOT_TRUSTED);
  info.resource.set_state_reason(
      fmt::format("was not opened: connectors.sandbox is off, and a connector inside the server "
                  "can do whatever "
                  "the server can; turn the sandbox on or, if you trust the file, add '{}' to "
                  "connectors.in_process in the server's configuration, and restart it",
                  origin.id));
  return info;
}

ports::ConnectorInfo RefusedConnector(const ConnectorOrigin& origin, std::string reason) {
  ports::ConnectorInfo info;
  info.resource = ResourceOf(origin, v1::Connector::STATE_REFUSED);
  info.resource.set_state_reason(std::move(reason));
  return info;
}

ports::ConnectorInfo DuplicateConnector(const std::string& id,
                                        const std::vector<std::string>& paths) {
  return RefusedConnector(
      {.id = id, .path = paths.front()},
      fmt::format("{} are all connector '{}', and nobody could tell which one runs; "
                  "remove all but one, then call ReloadConnector or restart the server",
                  fmt::join(paths, " and "),
                  id));
}

void ConnectorList::Add(ports::ConnectorInfo info) {
  std::string id = IdOf(info.resource);
  const std::string path = info.resource.path();
  const auto [place, is_new] = by_id_.try_emplace(std::move(id), std::move(info));
  if (!is_new) {
    place->second = DuplicateConnector(place->first, {place->second.resource.path(), path});
  }
}

void ConnectorList::Replace(ports::ConnectorInfo info) {
  std::string id = IdOf(info.resource);
  by_id_.insert_or_assign(std::move(id), std::move(info));
}

std::vector<ports::ConnectorInfo> ConnectorList::All() const {
  std::vector<ports::ConnectorInfo> all;
  all.reserve(by_id_.size());
  for (const auto& [id, info] : by_id_) {
    all.push_back(info);
  }
  return all;
}

Result<ports::ConnectorInfo> ConnectorList::Find(std::string_view id) const {
  const auto found = by_id_.find(id);
  if (found != by_id_.end()) {
    return found->second;
  }
  const std::string asked(id.substr(0, 60));
  std::vector<std::string> known;
  for (const auto& [one, info] : by_id_) {
    known.push_back(one);
  }
  const std::string meant = Suggest(asked, known);
  known.resize(std::min(known.size(), kNamesShownMax));
  return Error{
      .code = Code::kNotFound,
      .reason = "CONNECTOR_NOT_FOUND",
      .message = fmt::format("there is no connector '{}'{}; {}",
                             asked,
                             meant.empty() ? "" : fmt::format(" (did you mean '{}'?)", meant),
                             known.empty() ? "the folder connectors.folder has none at all"
                                           : fmt::format("there is {}", fmt::join(known, ", "))),
      .facts = {{"connector", asked}}};
}

Status ConnectorList::CheckReady(std::string_view id) const {
  const auto found = by_id_.find(id);
  if (found != by_id_.end() && found->second.resource.state() == v1::Connector::STATE_READY) {
    return Ok();
  }
  SB_TRY(const ports::ConnectorInfo info, Find(id));
  return Error{
      .code = Code::kFailedPrecondition,
      .reason = "CONNECTOR_NOT_READY",
      .message = fmt::format("connector '{}' cannot be used: {}", id, info.resource.state_reason()),
      .facts = {{"connector", std::string(id)}}};
}

}  // namespace storebridge::plugin_host
