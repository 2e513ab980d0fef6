#include "demo_store.h"

#include <fstream>
#include <optional>

#include "counters.h"
#include "demo_control.h"
#include "http_server.h"
#include "misbehaviour.h"
#include "seed.h"
#include "tls_cert.h"
#include "web_page.h"
#include "woo_api.h"

namespace storebridge::demo_store {
namespace {

/// Everything behind the socket. Used on the server's thread only.
class Shop {
 public:
  explicit Shop(const Options& options)
      : state_(options),
        api_(state_, counters_, MakeKeys(options)),
        control_(state_, counters_, misbehaviour_) {
    SeedProducts(state_);
  }

  Answer Handle(const Request& request) {
    if (request.path.starts_with("/wp-json") || request.query.Find("rest_route") != nullptr) {
      return HandleApi(request);
    }
    if (request.path.starts_with("/demo/")) {
      return control_.Handle(request);
    }
    Answer page;
    page.content_type = "text/html; charset=UTF-8";
    page.status = request.path == "/" ? 200 : 404;
    page.body = page.status == 200 ? std::string(WebPage()) : "<h1>404</h1>";
    return page;
  }

  Seconds Now() const { return state_.Now(); }
  void SetUrl(const std::string& url) { state_.base_url = url; }

 private:
  /// A read-only key comes with the given one: `..._read` for both parts.
  static std::vector<ApiKey> MakeKeys(const Options& options) {
    return {
        {options.consumer_key, options.consumer_secret, KeyPermissions::kReadWrite},
        {options.consumer_key + "_read", options.consumer_secret + "_read", KeyPermissions::kRead}};
  }

  Answer HandleApi(const Request& request) {
    const auto trouble = misbehaviour_.Fire(request);
    WooApi::Outcome outcome;
    if (!trouble) {
      outcome = api_.Handle(request);
    } else if (ReplacesAnswer(*trouble)) {
      outcome.route = "(misbehaved)";
    } else {
      Request changed = request;
      TroubleRequest(*trouble, changed);
      outcome = api_.Handle(changed);
    }
    if (trouble) {
      TroubleAnswer(*trouble, outcome.answer);
    }
    outcome.answer.headers.emplace_back("X-Robots-Tag", "noindex");
    outcome.answer.headers.emplace_back("X-Content-Type-Options", "nosniff");
    counters_.Record(request,
                     outcome.route.empty() ? "(no route)" : outcome.route,
                     outcome.answer,
                     state_.Now(),
                     trouble ? trouble->kind : "");
    return std::move(outcome.answer);
  }

  StoreState state_;
  Counters counters_;
  Misbehaviour misbehaviour_;
  WooApi api_;
  DemoControl control_;
};

}  // namespace

class DemoStore::Impl {
 public:
  std::uint16_t Start(const Options& options) {
    Stop();
    error_.clear();
    shop_ = std::make_unique<Shop>(options);
    TlsIdentity identity;
    if (options.tls) {
      identity = MakeTlsIdentity(error_);
      if (identity.context == nullptr || !WriteCertificate(options, identity)) {
        return 0;
      }
    }
    certificate_ = identity.certificate_pem;
    Shop* shop = shop_.get();
    server_ = std::make_unique<HttpServer>(
        [shop](const Request& request) { return shop->Handle(request); },
        [shop] { return shop->Now(); },
        std::move(identity.context));
    const std::uint16_t port = server_->Start(options.port, error_, [&](std::uint16_t bound) {
      url_ = (options.tls ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(bound);
      shop_->SetUrl(url_);
    });
    return port;
  }

  void Stop() {
    if (server_ != nullptr) {
      server_->Stop();
    }
    server_.reset();
    shop_.reset();
  }

  std::string error_;
  std::string url_;
  std::string certificate_;

 private:
  bool WriteCertificate(const Options& options, const TlsIdentity& identity) {
    if (options.tls_cert_out.empty()) {
      return true;
    }
    std::ofstream out(options.tls_cert_out);
    out << identity.certificate_pem;
    out.close();
    if (!out) {
      error_ = "cannot write the certificate to " + options.tls_cert_out + "; check the folder";
    }
    return static_cast<bool>(out);
  }

  std::unique_ptr<Shop> shop_;
  std::unique_ptr<HttpServer> server_;
};

DemoStore::DemoStore() : impl_(std::make_unique<Impl>()) {}
DemoStore::~DemoStore() {
  Stop();
}
std::uint16_t DemoStore::Start(const Options& options) {
  return impl_->Start(options);
}
void DemoStore::Stop() {
  impl_->Stop();
}
const std::string& DemoStore::error() const {
  return impl_->error_;
}
const std::string& DemoStore::url() const {
  return impl_->url_;
}
const std::string& DemoStore::certificate_pem() const {
  return impl_->certificate_;
}

}  // namespace storebridge::demo_store
