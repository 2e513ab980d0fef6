#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "day_kit/process.h"

namespace storebridge::e2e {

// Stands in front of a demo store with TLS, on 127.0.0.1, and speaks HTTP/2 only:
// `http2_front.cjs`, with the Node that Vendure's tests have.
class Http2Front {
 public:
  struct Request {
    int session = 0;
    // Method, path and query.
    std::string asked = {};
  };

  // `place` is the store's host:port, `faults` are further flags of the script.
  static Result<std::unique_ptr<Http2Front>> Start(const day::TempFolder& folder,
                                                   const std::string& place,
                                                   const std::vector<std::string>& faults = {});

  // Where the server finds the store instead: host:port.
  [[nodiscard]] const std::string& place() const { return place_; }
  [[nodiscard]] std::string url() const { return "https://" + place_; }
  // The certificate to believe.
  [[nodiscard]] const std::string& certificate() const { return certificate_; }

  // What came, the oldest first.
  [[nodiscard]] std::vector<Request> Requests() const;

 private:
  Http2Front() = default;

  std::unique_ptr<day::Process> process_;
  std::string place_;
  std::string certificate_;
  std::string log_;
};

}  // namespace storebridge::e2e
