// The SDK's reading of JSON, with the repair of what stores write wrongly.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "claim.h"
#include "json_repair.h"
#include "mutate.h"
#include "storebridge/sdk/failure.h"
#include "storebridge/sdk/json.h"
#include "storebridge/sdk/money.h"
#include "storebridge/sdk/text.h"

namespace storebridge::fuzz {
namespace {

constexpr std::size_t kTextMax = 16'384;
constexpr std::size_t kNodesMax = 400;

// Calls a reader that may refuse, with words.
template <typename Read>
void Try(Read read) {
  try {
    (void)read();
  } catch (const sdk::Failure& failure) {
    Claim(!failure.message().empty(), "a refusal says what is wrong");
    Claim(IsUtf8(failure.message()), "a refusal is UTF-8", failure.message());
    Claim(failure.code() != sdk::Code::kConnectorBug, "a refusal is none of the SDK itself");
  }
}

void ReadMoney(const sdk::Json& json) {
  const sdk::Money money = json.Amount("EUR");
  const auto again = sdk::ParseMoney(sdk::FormatMoney(money), "EUR");
  // What is rounded up to 10^15 has one digit more than is read.
  const bool is_readable = std::abs(money.units()) < 1'000'000'000'000'000;
  Claim(
      !is_readable || (again && again->units() == money.units() && again->nanos() == money.nanos()),
      "money that was written is read again",
      sdk::FormatMoney(money));
}

// Reads a value in one of the ways there are, by turns: all of them would mostly be exceptions.
void ReadValue(const sdk::Json& json, std::size_t turn) {
  switch (turn % 8) {
    case 0:
      return Try([&] { Claim(IsUtf8(json.Text()), "a text is UTF-8"); });
    case 1:
      return Try([&] { Claim(!json.Id().empty(), "an id is not empty"); });
    case 2:
      return Try([&] { Claim(IsUtf8(json.Scalar()), "a scalar is UTF-8"); });
    case 3:
      return Try([&] { return json.Int(); });
    case 4:
      return Try([&] { return json.Bool(); });
    case 5:
      return Try([&] { return json.TimeMs(); });
    case 6:
      return Try([&] { ReadMoney(json); });
    default:
      Claim(json.Path().starts_with('$'), "a value has a path");
      Claim(json.Dump(100).size() <= 100 && IsUtf8(json.Dump(100)), "a dump is short and UTF-8");
  }
}

void ReadMember(const sdk::Json& json, std::string_view name, std::size_t turn) {
  switch (turn % 3) {
    case 0:
      return Try([&] { return json.OptionalAmount(name, "EUR"); });
    case 1:
      return Try([&] { return json.OptionalTimeMs(name); });
    default:
      return Try([&] { return json.OptionalId(name); });
  }
}

// Reads a value and all in it, up to a number of them.
void Walk(const sdk::Json& json, std::size_t* left) {
  if (*left == 0) {
    return;
  }
  --*left;
  ReadValue(json, *left);
  if (json.IsArray()) {
    for (const sdk::Json& item : json.Items()) {
      Walk(item, left);
    }
  } else if (json.IsObject()) {
    for (const auto& [name, member] : json.Members()) {
      Walk(member, left);
      ReadMember(json, name, *left);
    }
  }
}

void Run(std::string_view text) {
  const std::string repaired = sdk::internal::RepairJson(text);
  Claim(IsUtf8(repaired), "repaired text is UTF-8");
  Claim(sdk::internal::RepairJson(repaired) == repaired, "what was repaired needs no other repair");
  Try([&] {
    // Inputs differ in which way their values are read.
    std::size_t left = kNodesMax + text.size() % 8;
    Walk(sdk::Json::Parse(text, "the answer"), &left);
  });
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data,
                                               std::size_t size,
                                               std::size_t max_size,
                                               unsigned int seed) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Chance chance(seed);
  const bool is_raw = chance.Below(2) == 0;
  return Store(
      is_raw ? MutateBytes(text, kTextMax) : MutateJson(text, kTextMax, chance), data, max_size);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Run({reinterpret_cast<const char*>(data), size});
  return 0;
}

}  // namespace storebridge::fuzz
