#include "adapters/plugin_host/elf_file.h"

#include <cstdint>
#include <cstring>
#include <fstream>
#include <type_traits>

#include <elf.h>
#include <fmt/format.h>
#include <link.h>

namespace storebridge::plugin_host {
namespace {

using Header = ElfW(Ehdr);
using Segment = ElfW(Phdr);

// More than any linker makes.
constexpr int kSegmentsMax = 1'000;

Error BadFile(std::string what) {
  return Error{
      .code = Code::kFailedPrecondition, .reason = "CONNECTOR_FILE", .message = std::move(what)};
}

// Reads a structure at an offset; false when the file ends before.
template <typename T>
bool ReadAt(std::ifstream& file, std::uint64_t offset, T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  file.seekg(static_cast<std::streamoff>(offset));
  file.read(reinterpret_cast<char*>(&value), sizeof(T));
  return file.good();
}

bool IsForThisMachine(const Header& header) {
  const unsigned char own_class = sizeof(void*) == 8 ? ELFCLASS64 : ELFCLASS32;
  return header.e_ident[EI_CLASS] == own_class && header.e_phentsize == sizeof(Segment);
}

}  // namespace

Status CheckLibraryIsWhole(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  const std::streamoff end = file.tellg();
  Header header = {};
  const bool is_elf =
      end > 0 && ReadAt(file, 0, header) && std::memcmp(header.e_ident, ELFMAG, SELFMAG) == 0;
  if (!is_elf || header.e_type != ET_DYN) {
    return BadFile("it cannot be loaded: the file is no shared library; copy it again");
  }
  if (!IsForThisMachine(header) || header.e_phnum > kSegmentsMax) {
    return BadFile(
        "it cannot be loaded: the file is for another kind of machine; build it for this one");
  }
  const auto size = static_cast<std::uint64_t>(end);
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    Segment segment = {};
    const bool is_there =
        header.e_phoff <= size && ReadAt(file, header.e_phoff + i * sizeof(Segment), segment);
    if (!is_there || segment.p_offset > size || segment.p_filesz > size - segment.p_offset) {
      return BadFile(
          fmt::format("it cannot be loaded: the file ends too early, after {} bytes; copy it "
                      "again, to another name "
                      "first, and then rename it",
                      size));
    }
  }
  return Ok();
}

}  // namespace storebridge::plugin_host
