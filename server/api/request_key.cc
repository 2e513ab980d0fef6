#include "api/request_key.h"

#include <memory>
#include <string>

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include "api/validate/text.h"
#include "domain/stable_hash.h"

namespace storebridge::api {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Puts an empty value in the place of every secret.
void BlankSecrets(Message& request) {
  const FieldDescriptor* field = request.GetDescriptor()->FindFieldByName("secrets");
  if (field == nullptr || !field->is_map()) {
    return;
  }
  const google::protobuf::Reflection* reflection = request.GetReflection();
  const FieldDescriptor* value = field->message_type()->map_value();
  for (int i = 0; i < reflection->FieldSize(request, field); ++i) {
    Message* entry = reflection->MutableRepeatedMessage(&request, field, i);
    entry->GetReflection()->SetString(entry, value, "");
  }
}

// The same bytes for equal messages: entries of maps are sorted.
std::string Serialize(const Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializePartialToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

}  // namespace

Result<engine::RequestKey> MakeRequestKey(std::string_view method, const Message& request) {
  const FieldDescriptor* field = request.GetDescriptor()->FindFieldByName("request_id");
  std::string id = request.GetReflection()->GetString(request, field);
  if (id.empty()) {
    return engine::RequestKey{};
  }
  SB_CHECK(
      CheckText({.field = "request_id", .value = id, .characters_max = kRequestIdCharactersMax}));
  const std::unique_ptr<Message> copy(request.New());
  copy->CopyFrom(request);
  copy->GetReflection()->ClearField(copy.get(), field);
  BlankSecrets(*copy);
  const std::uint64_t hash = domain::StableHash(fmt::format("{}\n{}", method, Serialize(*copy)));
  return engine::RequestKey{.id = std::move(id), .hash = hash};
}

}  // namespace storebridge::api
