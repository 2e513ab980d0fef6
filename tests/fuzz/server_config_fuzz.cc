// The server's configuration file.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/config/network_address.h"
#include "adapters/config/server_config.h"
#include "claim.h"
#include "mutate.h"

namespace storebridge::fuzz {
namespace {

constexpr std::string_view kName = "storebridged.yaml";
constexpr std::size_t kProblemsTold = 20;
constexpr std::size_t kTextMax = 4'096;

// Each line of an error names the file, and a place in it unless it is the last.
void ClaimPlaces(std::string_view message) {
  std::size_t lines = 0;
  while (!message.empty()) {
    const std::size_t end = std::min(message.find('\n'), message.size());
    Claim(message.substr(0, end).starts_with(kName), "a problem names its file", message);
    message.remove_prefix(std::min(end + 1, message.size()));
    ++lines;
  }
  Claim(lines > 0 && lines <= kProblemsTold + 1, "problems are told, and not too many of them");
}

void ClaimUsable(const config::ServerConfig& config) {
  Claim(!config.listen.address.empty() || !config.listen.unix_socket.empty(),
        "a server listens somewhere");
  if (!config.listen.address.empty()) {
    const auto place = config::ParseHostPort(config.listen.address);
    Claim(place.has_value(), "the address is one", config.listen.address);
    Claim(config::IsLoopback(place->host) || !config.listen.tls.client_ca_file.empty(),
          "who comes from elsewhere shows a certificate",
          config.listen.address);
  }
  for (const std::string& place : config.egress.allow_private) {
    Claim(config::CheckPrivatePlace(place).has_value(), "a private place is one", place);
  }
  Claim(config.limits.sync_runs >= 1 && config.limits.stop_seconds <= 600, "limits are in range");
  Claim(!config.data.database_file.empty() && !config.data.key_file.empty(), "paths are filled in");
}

void Run(std::string_view text) {
  const auto read = config::ParseConfig(text, std::string(kName));
  if (read) {
    return ClaimUsable(*read);
  }
  ClaimPlaces(read.error().message);
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data,
                                               std::size_t size,
                                               std::size_t max_size,
                                               unsigned int seed) {
  static const std::vector<std::string_view> odd_words = {"0",
                                                          "-1",
                                                          "9223372036854775808",
                                                          ":0",
                                                          ":7420",
                                                          "[::1]:0",
                                                          "0.0.0.0:7420",
                                                          "::/0",
                                                          "fd00::/8",
                                                          "10.0.0.0/33",
                                                          "/24",
                                                          "&a",
                                                          "*a",
                                                          "!!map",
                                                          "|",
                                                          "?",
                                                          "null",
                                                          "---",
                                                          "...",
                                                          "\"\"",
                                                          "\"\\n\"",
                                                          "[",
                                                          "}",
                                                          "listen:",
                                                          "tls:",
                                                          "client_ca:",
                                                          "unix_socket:",
                                                          "data:"};
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Chance chance(seed);
  const bool is_raw = chance.Below(3) == 0;
  return Store(
      is_raw ? MutateBytes(text, kTextMax) : MutateWords(text, kTextMax, odd_words, chance),
      data,
      max_size);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Run({reinterpret_cast<const char*>(data), size});
  return 0;
}

}  // namespace storebridge::fuzz
