#include "adapters/egress/text.h"

#include <algorithm>
#include <cstdint>

#include <openssl/evp.h>

namespace storebridge::egress {
namespace {

// A shorter text is no secret, and replacing it would only spoil the evidence.
constexpr std::size_t kHiddenMin = 4;

std::uint8_t Byte(char c) {
  return static_cast<std::uint8_t>(c);
}

bool IsContinuation(char c) {
  return (Byte(c) & 0xC0) == 0x80;
}

// Length of the UTF-8 sequence at the start of `text`; 0 when there is no valid one.
std::size_t SequenceLength(std::string_view text) {
  const std::uint8_t first = Byte(text[0]);
  if (first < 0x80) {
    return 1;
  }
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) {
    return 0;
  }
  if (!std::all_of(text.begin() + 1, text.begin() + static_cast<long>(length), IsContinuation)) {
    return 0;
  }
  const std::uint8_t second = Byte(text[1]);
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool surrogate = first == 0xED && second >= 0xA0;
  const bool too_high = first == 0xF4 && second >= 0x90;
  return overlong || surrogate || too_high ? 0 : length;
}

// RFC 9110 token characters beside letters and digits.
constexpr std::string_view kTokenMarks = "!#$%&'*+-.^_`|~";

bool IsAlphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

int HexValue(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

std::string ValidUtf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = SequenceLength(text);
    if (length == 0) {
      out += '?';
      text.remove_prefix(1);
    } else {
      out += text.substr(0, length);
      text.remove_prefix(length);
    }
  }
  return out;
}

std::string Head(std::string_view text, std::size_t max) {
  // A sequence that the cut goes through is dropped, not shown as a broken one.
  std::size_t cut = std::min(text.size(), max);
  if (cut < text.size()) {
    std::size_t start = cut;
    while (start > 0 && cut - start < 3 && IsContinuation(text[start])) {
      --start;
    }
    if (SequenceLength(text.substr(start)) > cut - start) {
      cut = start;
    }
  }
  std::string out = ValidUtf8(text.substr(0, cut));
  for (char& c : out) {
    if (Byte(c) < 0x20 || Byte(c) == 0x7F) {
      c = ' ';
    }
  }
  return out;
}

std::string Redact(std::string_view text, const std::vector<std::string>& hidden) {
  std::string out(text);
  for (const std::string& secret : hidden) {
    if (secret.size() < kHiddenMin) {
      continue;
    }
    for (std::size_t at = out.find(secret); at != std::string::npos; at = out.find(secret, at)) {
      out.replace(at, secret.size(), "[hidden]");
      at += 8;
    }
  }
  return out;
}

std::string RedactAnswer(std::string text, const std::vector<std::string>& hidden) {
  const auto blot_out = [&text](const std::string& secret) {
    for (std::size_t at = text.find(secret); at != std::string::npos;
         at = text.find(secret, at + secret.size())) {
      text.replace(at, secret.size(), secret.size(), '*');
    }
  };
  for (const std::string& secret : hidden) {
    if (secret.size() < kHiddenInAnswersMin) {
      continue;
    }
    blot_out(secret);
    if (secret.find('/') == std::string::npos) {
      continue;
    }
    std::string escaped;
    for (const char c : secret) {
      escaped += c == '/' ? "\\/" : std::string(1, c);
    }
    blot_out(escaped);
  }
  return text;
}

std::string LowerCase(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') {
      c = static_cast<char>(c | 0x20);
    }
  }
  return out;
}

bool IsHeaderName(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return IsAlphanumeric(c) || kTokenMarks.find(c) != std::string_view::npos;
  });
}

bool IsHeaderValue(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) {
    return c == '\t' || (Byte(c) >= 0x20 && Byte(c) != 0x7F);
  });
}

std::string PercentEncode(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (IsAlphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else {
      out += '%';
      out += kHex[Byte(c) >> 4];
      out += kHex[Byte(c) & 15];
    }
  }
  return out;
}

std::string FormDecode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && HexValue(text[i + 1]) >= 0 &&
                        HexValue(text[i + 2]) >= 0;
    if (escape) {
      out += static_cast<char>(HexValue(text[i + 1]) * 16 + HexValue(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

std::string Base64(std::string_view bytes) {
  // EVP_EncodeBlock adds a zero byte.
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(length));
  return out;
}

}  // namespace storebridge::egress
