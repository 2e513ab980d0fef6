#include "adapters/egress/auth.h"

#include <algorithm>
#include <memory>

#include "adapters/egress/oauth1.h"
#include "adapters/egress/text.h"

namespace storebridge::egress {
namespace {

namespace cv1 = connector::v1;
using MaybeFailure = std::optional<cv1::Failure>;

constexpr std::string_view kPlaceholder = "{secret.";

cv1::Failure MakeFailure(cv1::Failure::Code code, std::string message, std::string path = {}) {
  cv1::Failure failure;
  failure.set_code(code);
  failure.set_message(std::move(message));
  failure.set_config_path(std::move(path));
  return failure;
}

// The credentials of one store, with words for what is wrong with them.
class Credentials {
 public:
  Credentials(const ports::SecretMap& secrets, const domain::StoreKey& store)
      : secrets_(secrets), store_(domain::StoreName(store)) {}

  MaybeFailure Find(const std::string& name, Secret& out) const {
    const auto found = secrets_.find(name);
    if (found == secrets_.end() || found->second.empty()) {
      return Wrong(name, "is missing");
    }
    if (!IsHeaderValue(found->second.Reveal())) {
      return Wrong(name, "has a line break or another control character");
    }
    out = found->second;
    return std::nullopt;
  }

  [[nodiscard]] cv1::Failure Wrong(const std::string& name, const std::string& what) const {
    return MakeFailure(
        cv1::Failure::CODE_CONFIG,
        "The credential '" + name + "' of " + store_ + " " + what + ". Set it again.",
        "secrets." + name);
  }

 private:
  const ports::SecretMap& secrets_;
  std::string store_;
};

MaybeFailure SignBasic(const cv1::BasicAuth& scheme, const Credentials& credentials, Signed& out) {
  Secret user;
  Secret password;
  if (auto failure = credentials.Find(scheme.user_secret(), user)) {
    return failure;
  }
  if (auto failure = credentials.Find(scheme.password_secret(), password)) {
    return failure;
  }
  if (user.Reveal().find(':') != std::string_view::npos) {
    return credentials.Wrong(scheme.user_secret(), "has a colon, which HTTP Basic cannot carry");
  }
  const Secret pair(std::string(user.Reveal()) + ":" + std::string(password.Reveal()));
  const std::string token = Base64(pair.Reveal());
  out.headers.push_back({"Authorization", "Basic " + token});
  out.hidden.push_back(token);
  out.hidden.emplace_back(password.Reveal());
  out.hidden.emplace_back(user.Reveal());
  return std::nullopt;
}

MaybeFailure BadTemplate(const cv1::AuthScheme& scheme) {
  return MakeFailure(cv1::Failure::CODE_CONNECTOR_BUG,
                     "The header of the connector's auth scheme '" + scheme.id() +
                         "' cannot be used. Its manifest needs a header name, and a value such as "
                         "'Bearer {secret.token}'.");
}

MaybeFailure SignHeader(const cv1::AuthScheme& scheme,
                        const Credentials& credentials,
                        Signed& out) {
  std::string_view rest = scheme.header().value();
  std::string value;
  while (!rest.empty()) {
    const std::size_t start = std::min(rest.find(kPlaceholder), rest.size());
    value += rest.substr(0, start);
    rest.remove_prefix(start);
    if (rest.empty()) {
      break;
    }
    const std::size_t end = rest.find('}');
    if (end == std::string_view::npos) {
      return BadTemplate(scheme);
    }
    Secret secret;
    const std::string name(rest.substr(kPlaceholder.size(), end - kPlaceholder.size()));
    if (auto failure = credentials.Find(name, secret)) {
      return failure;
    }
    value += secret.Reveal();
    out.hidden.emplace_back(secret.Reveal());
    rest.remove_prefix(end + 1);
  }
  if (!IsHeaderName(scheme.header().name()) || value.empty() || !IsHeaderValue(value)) {
    return BadTemplate(scheme);
  }
  out.headers.push_back({scheme.header().name(), value});
  return std::nullopt;
}

bool IsForm(const cv1::HttpRequest& request) {
  return std::any_of(request.headers().begin(), request.headers().end(), [](const auto& header) {
    return LowerCase(header.name()) == "content-type" &&
           LowerCase(header.value()).starts_with("application/x-www-form-urlencoded");
  });
}

std::string HexNonce(ports::Random& random) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  for (int word = 0; word < 2; ++word) {
    std::uint64_t bits = random.Next();
    for (int digit = 0; digit < 16; ++digit) {
      out += kHex[bits & 15];
      bits >>= 4;
    }
  }
  return out;
}

}  // namespace

MaybeFailure Signer::Sign(const ports::EgressProfile& profile,
                          const cv1::HttpRequest& request,
                          const Url& url,
                          Signed& out) {
  out.url = url;
  if (request.auth().empty()) {
    return std::nullopt;
  }
  const auto scheme = std::find_if(profile.auth.begin(), profile.auth.end(), [&](const auto& one) {
    return one.id() == request.auth();
  });
  if (scheme == profile.auth.end()) {
    return MakeFailure(cv1::Failure::CODE_CONNECTOR_BUG,
                       "The connector asks for auth scheme '" + Head(request.auth(), 60) +
                           "', which its manifest does not have. Correct the connector.");
  }
  const auto secrets = secrets_.ForStore(profile.store);
  if (!secrets) {
    const bool later = secrets.error().code == Code::kUnavailable;
    return MakeFailure(later ? cv1::Failure::CODE_TRANSIENT : cv1::Failure::CODE_CONFIG,
                       "The credentials of " + domain::StoreName(profile.store) +
                           " cannot be read: " + secrets.error().message);
  }
  const Credentials credentials(**secrets, profile.store);
  switch (scheme->kind_case()) {
    case cv1::AuthScheme::kBasic:
      return SignBasic(scheme->basic(), credentials, out);
    case cv1::AuthScheme::kHeader:
      return SignHeader(*scheme, credentials, out);
    case cv1::AuthScheme::kOauth1:
      break;
    case cv1::AuthScheme::KIND_NOT_SET:
      return MakeFailure(cv1::Failure::CODE_CONNECTOR_BUG,
                         "The connector's auth scheme '" + scheme->id() +
                             "' is of no kind that this server knows. Update the server.");
  }
  Secret key;
  Secret secret;
  if (auto failure = credentials.Find(scheme->oauth1().consumer_key_secret(), key)) {
    return failure;
  }
  if (auto failure = credentials.Find(scheme->oauth1().consumer_secret_secret(), secret)) {
    return failure;
  }
  const oauth1::Consumer consumer{
      std::string(key.Reveal()), secret, scheme->oauth1().signature_method()};
  const oauth1::Stamp stamp{clock_.NowMs() / 1000, HexNonce(random_)};
  const auto form = IsForm(request) ? oauth1::ParseForm(request.body()) : oauth1::Parameters();
  auto signed_url = oauth1::Sign(request.method(), url, form, consumer, stamp);
  if (!signed_url) {
    return MakeFailure(cv1::Failure::CODE_CONNECTOR_BUG,
                       "The connector's auth scheme '" + scheme->id() +
                           "' has a signature_method that is neither HMAC-SHA256 nor HMAC-SHA1.");
  }
  out.url = std::move(*signed_url);
  out.hidden.emplace_back(secret.Reveal());
  out.hidden.emplace_back(key.Reveal());
  return std::nullopt;
}

}  // namespace storebridge::egress
