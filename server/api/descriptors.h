#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace storebridge::api {

// The FileDescriptorSet that was embedded when the server was built.
std::string_view EmbeddedProtoset();

// Finds the descriptors of files by file name and by symbol. Fixed after it was made; safe from any
// thread.
class Descriptors {
 public:
  // kInvalidArgument when `protoset` is no FileDescriptorSet. JSON names are taken out, so that
  // clients show the names that stand in the files, which are also those in the documentation and
  // in field masks.
  static Result<Descriptors> Parse(std::string_view protoset);

  // Full names of all services, sorted.
  [[nodiscard]] const std::vector<std::string>& services() const { return services_; }

  // A file and all that it imports, directly or not; each serialized. Empty when there is no such
  // file.
  [[nodiscard]] std::vector<std::string> FilesOf(const std::string& file) const;

  // Name of the file that defines a message, field, enum, value, service or method, by its full
  // name. Empty when none does.
  [[nodiscard]] std::string FileOfSymbol(const std::string& symbol) const;

 private:
  struct File {
    std::string serialized;
    std::vector<std::string> imports;
  };

  std::map<std::string, File> files_;
  std::map<std::string, std::string> file_of_symbol_;
  std::vector<std::string> services_;
};

}  // namespace storebridge::api
