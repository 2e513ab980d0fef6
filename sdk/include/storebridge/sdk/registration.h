#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "storebridge/connector.h"
#include "storebridge/sdk/context.h"

namespace storebridge::sdk {

// What a connector can do, made at compile time: no code runs when the library is loaded.
class Registration {
 public:
  using Handler = Operation (*)(Context&);
  static constexpr std::size_t kOperationsMax = 16;

  struct Entry {
    std::string_view name;
    Handler handler = nullptr;
  };

  constexpr Registration() = default;

  // Adds an operation, such as `orders.pull`.
  [[nodiscard]] constexpr Registration On(std::string_view name, Handler handler) const {
    Registration with = *this;
    with.entries_.at(with.count_) = Entry{name, handler};
    ++with.count_;
    return with;
  }

  // Returns nullptr when there is no such operation.
  [[nodiscard]] constexpr Handler Find(std::string_view name) const {
    for (std::size_t i = 0; i < count_; ++i) {
      if (entries_.at(i).name == name) {
        return entries_.at(i).handler;
      }
    }
    return nullptr;
  }
  [[nodiscard]] constexpr std::size_t size() const { return count_; }
  [[nodiscard]] constexpr const Entry& at(std::size_t i) const { return entries_.at(i); }

 private:
  std::array<Entry, kOperationsMax> entries_ = {};
  std::size_t count_ = 0;
};

namespace internal {

// Newest minor of connector.proto that this SDK knows.
inline constexpr std::uint32_t kProtoMinor = 0;

// The functions of the C ABI (storebridge/connector.h).
sb_session* OpenSession(const Registration& registration) noexcept;
sb_status StepSession(sb_session* session, sb_bytes event, sb_bytes* effect) noexcept;
void CloseSession(sb_session* session) noexcept;

}  // namespace internal
}  // namespace storebridge::sdk

// Registers the connector that CMake's storebridge_add_connector(NAME name ...) builds; once,
// outside of any namespace:
//   STOREBRIDGE_CONNECTOR(woocommerce).On("auth.check", CheckAuth).On("orders.pull", PullOrders);
#define STOREBRIDGE_CONNECTOR(name)                                      \
  extern const ::storebridge::sdk::Registration name##_registration;     \
  constinit const ::storebridge::sdk::Registration name##_registration = \
      ::storebridge::sdk::Registration()
