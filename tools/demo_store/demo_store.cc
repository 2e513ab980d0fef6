#include "demo_store.h"

#include <fstream>
#include <mutex>
#include <optional>

#include "http_server.h"
#include "shop.h"
#include "tls_cert.h"
#include "webhook_sender.h"

namespace storebridge::demo_store {

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
    sender_ = std::make_unique<WebhookSender>(*shop_, shop_lock_);
    server_ = std::make_unique<HttpServer>(
        [this](const Request& request) {
          const std::lock_guard held(shop_lock_);
          Answer answer = shop_->Handle(request);
          sender_->Collect();
          return answer;
        },
        [this] {
          const std::lock_guard held(shop_lock_);
          return shop_->Now();
        },
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
    sender_.reset();
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

  std::mutex shop_lock_;  ///< Guards the shop: the server and the sender have a thread each.
  std::unique_ptr<Shop> shop_;
  std::unique_ptr<WebhookSender> sender_;
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
