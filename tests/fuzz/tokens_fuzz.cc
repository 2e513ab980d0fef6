// What callers send back: page tokens, resume tokens, names. The first line says what follows:
//
//   token      a token as it would be sent
//   payload    what a token holds, line by line, behind a checksum that is right: a number of eight
//              bytes as `#7`, the scope of a list as `#list`, that of changes as `#changes`, or
//              text
//   names      a name and what a person knows, a line each
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "api/page.h"
#include "api/resume_token.h"
#include "api/token.h"
#include "api/validate/refs.h"
#include "claim.h"
#include "domain/stable_hash.h"
#include "lines.h"

namespace storebridge::fuzz {
namespace {

constexpr api::PageScope kList = {
    .method = "ListOrders", .parent = "merchants/demo", .filter = "state = NEW"};
constexpr std::size_t kKeyParts = 2;
constexpr std::string_view kMerchant = "demo";

std::uint64_t ListScope() {
  return api::ScopeOf({kList.method, kList.parent, kList.filter});
}

std::uint64_t ChangesScope() {
  return api::DecodeToken(api::MakeResumeToken(std::string(kMerchant), 7)).value().scope;
}

void PutNumber(std::uint64_t number, std::string* bytes) {
  for (unsigned i = 0; i < 8; ++i) {
    *bytes += static_cast<char>(static_cast<unsigned char>((number >> (8 * i)) & 0xFFU));
  }
}

std::string PayloadOf(std::string_view lines) {
  std::string payload;
  while (!lines.empty()) {
    const std::string_view line = TakeLine(lines);
    if (line == "#list") {
      PutNumber(ListScope(), &payload);
    } else if (line == "#changes") {
      PutNumber(ChangesScope(), &payload);
    } else if (line.starts_with('#')) {
      std::uint64_t number = 0;
      std::from_chars(line.data() + 1, line.data() + line.size(), number);
      PutNumber(number, &payload);
    } else {
      payload += line;
    }
  }
  return payload;
}

// What anybody can do who has read the server's source: there is no key in a checksum.
std::string ForgedToken(std::string_view payload) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string bytes;
  PutNumber(domain::StableHash(std::string("storebridge token 1").append(payload)), &bytes);
  bytes += payload;
  std::string text;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : bytes) {
    bits = (bits << 8U) | static_cast<unsigned char>(c);
    for (count += 8; count >= 6;) {
      count -= 6;
      text += kDigits[(bits >> count) & 63U];
    }
  }
  if (count > 0) {
    text += kDigits[(bits << (6 - count)) & 63U];
  }
  return text;
}

void ReadToken(const std::string& text) {
  if (const auto token = api::DecodeToken(text)) {
    Claim(api::EncodeToken(*token) == text, "a token has one spelling");
  }
  const auto page = api::ReadPage(kList, 0, text, kKeyParts);
  if (page) {
    Claim(page->after.size() == kKeyParts, "a page begins after a key");
  } else {
    ClaimTellable(page.error());
  }
  const auto sequence = api::ReadResumeToken(std::string(kMerchant), text);
  if (sequence) {
    Claim(*sequence >= 0, "a change has a number");
    Claim(api::MakeResumeToken(std::string(kMerchant), *sequence) == text,
          "a resume token is ours");
  } else {
    ClaimTellable(sequence.error());
  }
}

template <typename Read>
void ClaimRead(const Result<Read>& read) {
  if (!read) {
    ClaimTellable(read.error());
  }
}

void ReadNames(std::string_view lines) {
  const std::string_view name = TakeLine(lines);
  const std::string_view known = TakeLine(lines);
  if (!IsUtf8(name) || !IsUtf8(known)) {
    return;  // gRPC refuses such a request.
  }
  ClaimRead(api::ReadParent(name));
  const auto product = api::ReadProductRef(name, known);
  ClaimRead(product);
  Claim(!product || product->product.empty() == !product->product_code.empty(),
        "a product is named in one way");
  const auto order = api::ReadOrderRef(name, known);
  ClaimRead(order);
  Claim(!order || !order->merchant.empty(), "an order is of a merchant");
}

// Else `payload` would only ever make tokens that are refused at once.
bool ClaimForgeryFits() {
  const api::Token token{.scope = 7, .parts = {"demo", "42"}};
  std::string payload;
  PutNumber(token.scope, &payload);
  for (const std::string& part : token.parts) {
    PutNumber(part.size(), &payload);
    payload += part;
  }
  Claim(ForgedToken(payload) == api::EncodeToken(token), "the forgery is as good as the server's");
  return true;
}

void Run(std::string_view text) {
  static const bool forgery_fits = ClaimForgeryFits();
  const std::string_view kind = TakeLine(text);
  if (kind == "token") {
    ReadToken(std::string(text));
  } else if (kind == "payload" && forgery_fits) {
    ReadToken(ForgedToken(PayloadOf(text)));
  } else if (kind == "names") {
    ReadNames(text);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Run({reinterpret_cast<const char*>(data), size});
  return 0;
}

}  // namespace storebridge::fuzz
