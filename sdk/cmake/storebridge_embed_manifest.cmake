# Run at build time with cmake -P: encodes a manifest and writes the C++ that holds it. Fails with protoc's own words.
#   -DPROTOC= -DPROTO_ROOT= -DMANIFEST= -DNAME= -DOUT=
set(encoded "${OUT}.pb")
execute_process(
  COMMAND "${PROTOC}" "-I${PROTO_ROOT}" --encode=storebridge.connector.v1.Manifest
    storebridge/connector/v1/connector.proto
  INPUT_FILE "${MANIFEST}"
  OUTPUT_FILE "${encoded}"
  ERROR_VARIABLE errors
  RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  string(REPLACE "input:" "${MANIFEST}:" errors "${errors}")
  message(FATAL_ERROR "${errors}")
endif()
file(READ "${encoded}" hex HEX)
if(hex STREQUAL "")
  message(FATAL_ERROR "${MANIFEST} is empty")
endif()
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
file(WRITE "${OUT}" "// Made from the manifest; do not edit.
#include \"storebridge/sdk/registration.h\"

extern const ::storebridge::sdk::Registration ${NAME}_registration;
const sb_connector_v1* ${NAME}_connector() noexcept;

namespace {

constexpr unsigned char kManifest[] = {${bytes}};

sb_session* Open() noexcept {
  return ::storebridge::sdk::internal::OpenSession(${NAME}_registration);
}

constexpr sb_connector_v1 kConnector = {
    sizeof(sb_connector_v1),
    ::storebridge::sdk::internal::kProtoMinor,
    {kManifest, sizeof(kManifest)},
    &Open,
    &::storebridge::sdk::internal::StepSession,
    &::storebridge::sdk::internal::CloseSession,
};

}  // namespace

const sb_connector_v1* ${NAME}_connector() noexcept { return &kConnector; }
")
