#include "api/descriptors.h"

#include <algorithm>
#include <set>
#include <utility>

#include <google/protobuf/descriptor.pb.h>

extern "C" {
extern const char storebridge_protoset_begin[];
extern const char storebridge_protoset_end[];
}

namespace storebridge::api {
namespace {

namespace pb = google::protobuf;

using Symbols = std::vector<std::string>;

std::string Join(const std::string& scope, const std::string& name) {
  return scope.empty() ? name : scope + "." + name;
}

void AddEnum(const std::string& scope, const pb::EnumDescriptorProto& type, Symbols& symbols) {
  symbols.push_back(Join(scope, type.name()));
  for (const pb::EnumValueDescriptorProto& value : type.value()) {
    // Values lie beside their enum, as in C++.
    symbols.push_back(Join(scope, value.name()));
    symbols.push_back(Join(Join(scope, type.name()), value.name()));
  }
}

void AddMessage(const std::string& scope, const pb::DescriptorProto& type, Symbols& symbols) {
  const std::string name = Join(scope, type.name());
  symbols.push_back(name);
  for (const pb::FieldDescriptorProto& field : type.field()) {
    symbols.push_back(Join(name, field.name()));
  }
  for (const pb::EnumDescriptorProto& nested : type.enum_type()) {
    AddEnum(name, nested, symbols);
  }
  for (const pb::DescriptorProto& nested : type.nested_type()) {
    AddMessage(name, nested, symbols);
  }
}

Symbols SymbolsOf(const pb::FileDescriptorProto& file) {
  Symbols symbols;
  for (const pb::DescriptorProto& type : file.message_type()) {
    AddMessage(file.package(), type, symbols);
  }
  for (const pb::EnumDescriptorProto& type : file.enum_type()) {
    AddEnum(file.package(), type, symbols);
  }
  for (const pb::ServiceDescriptorProto& service : file.service()) {
    const std::string name = Join(file.package(), service.name());
    symbols.push_back(name);
    for (const pb::MethodDescriptorProto& method : service.method()) {
      symbols.push_back(Join(name, method.name()));
    }
  }
  return symbols;
}

void ClearJsonNames(pb::DescriptorProto& type) {
  for (pb::FieldDescriptorProto& field : *type.mutable_field()) {
    field.clear_json_name();
  }
  for (pb::DescriptorProto& nested : *type.mutable_nested_type()) {
    ClearJsonNames(nested);
  }
}

}  // namespace

std::string_view EmbeddedProtoset() {
  return {storebridge_protoset_begin,
          static_cast<std::size_t>(storebridge_protoset_end - storebridge_protoset_begin)};
}

Result<Descriptors> Descriptors::Parse(std::string_view protoset) {
  pb::FileDescriptorSet set;
  if (!set.ParseFromArray(protoset.data(), static_cast<int>(protoset.size()))) {
    return Error{.code = Code::kInvalidArgument,
                 .reason = "PROTOSET",
                 .message = "the embedded protoset cannot be read: build the server again"};
  }
  Descriptors made;
  for (pb::FileDescriptorProto& file : *set.mutable_file()) {
    for (pb::DescriptorProto& type : *file.mutable_message_type()) {
      ClearJsonNames(type);
    }
    for (std::string& symbol : SymbolsOf(file)) {
      made.file_of_symbol_.emplace(std::move(symbol), file.name());
    }
    for (const pb::ServiceDescriptorProto& service : file.service()) {
      made.services_.push_back(Join(file.package(), service.name()));
    }
    made.files_[file.name()] = File{
        .serialized = file.SerializeAsString(),
        .imports = std::vector<std::string>(file.dependency().begin(), file.dependency().end())};
  }
  std::sort(made.services_.begin(), made.services_.end());
  return made;
}

std::vector<std::string> Descriptors::FilesOf(const std::string& file) const {
  std::vector<std::string> serialized;
  std::set<std::string> seen = {file};
  std::vector<std::string> open = {file};
  while (!open.empty()) {
    const auto found = files_.find(open.back());
    open.pop_back();
    if (found == files_.end()) {
      continue;
    }
    serialized.push_back(found->second.serialized);
    for (const std::string& import : found->second.imports) {
      if (seen.insert(import).second) {
        open.push_back(import);
      }
    }
  }
  return serialized;
}

std::string Descriptors::FileOfSymbol(const std::string& symbol) const {
  const auto found = file_of_symbol_.find(symbol);
  return found == file_of_symbol_.end() ? std::string() : found->second;
}

}  // namespace storebridge::api
