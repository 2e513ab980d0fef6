#pragma once

#include <memory>
#include <string>

#include <boost/asio/ssl/context.hpp>

namespace storebridge::demo_store {

/// A server context with its certificate, which a client may take as its own authority.
struct TlsIdentity {
  std::unique_ptr<boost::asio::ssl::context> context;
  std::string certificate_pem;
};

/// Makes a fresh P-256 key and a self-signed certificate for 127.0.0.1 and localhost, good for a
/// week. On failure the context is null and `error` says why.
TlsIdentity MakeTlsIdentity(std::string& error);

}  // namespace storebridge::demo_store
