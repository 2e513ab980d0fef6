#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace storebridge {

// Text that must not be seen: no stream operator, no formatter, wiped when it dies.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret& operator=(const Secret& other) {
    if (this != &other) {
      Wipe();
      value_ = other.value_;
    }
    return *this;
  }
  Secret(Secret&& other) noexcept : value_(std::move(other.value_)) { other.Wipe(); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      Wipe();
      value_ = std::move(other.value_);
      other.Wipe();
    }
    return *this;
  }
  ~Secret() { Wipe(); }

  // The only way to the text. Keep it short-lived and out of logs and errors.
  [[nodiscard]] std::string_view Reveal() const { return value_; }
  [[nodiscard]] bool empty() const { return value_.empty(); }

 private:
  void Wipe() noexcept {
    // The volatile write survives the optimiser, which knows that the string dies. Short strings
    // live inside the object.
    volatile char* bytes = value_.data();
    for (std::size_t i = 0; i < value_.capacity(); ++i) {
      bytes[i] = 0;
    }
    value_.clear();
  }

  std::string value_;
};

}  // namespace storebridge
