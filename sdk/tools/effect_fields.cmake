# Run at build time with cmake -P: reads names and numbers of fields out of connector.proto, whose lite runtime does not know them,
# and writes them as C++.   -DPROTO= -DOUT=
file(STRINGS "${PROTO}" lines)
set(message "")
set(in_enum FALSE)
set(rows "")
foreach(line IN LISTS lines)
  if(line MATCHES "^message ([A-Za-z0-9]+) {")
    set(message "${CMAKE_MATCH_1}")
  elseif(line MATCHES "^ *enum ")
    set(in_enum TRUE)
  elseif(in_enum AND line MATCHES "^ *}")
    set(in_enum FALSE)
  elseif(NOT in_enum AND message AND line MATCHES "^ +(repeated |optional )?([A-Za-z0-9_.]+) ([a-z0-9_]+) = ([0-9]+);")
    set(repeated "false")
    if(CMAKE_MATCH_1 STREQUAL "repeated ")
      set(repeated "true")
    endif()
    string(APPEND rows "    {\"${message}\", ${CMAKE_MATCH_4}, \"${CMAKE_MATCH_3}\", \"${CMAKE_MATCH_2}\", ${repeated}},\n")
  endif()
endforeach()
if(rows STREQUAL "")
  message(FATAL_ERROR "no fields in ${PROTO}")
endif()
file(WRITE "${OUT}" "// Made from connector.proto; do not edit.
#include \"effect_fields.h\"

namespace storebridge::run {
namespace {

constexpr FieldName kFields[] = {
${rows}};

}  // namespace

std::span<const FieldName> FieldNames() { return kFields; }

}  // namespace storebridge::run
")
