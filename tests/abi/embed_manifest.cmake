# Run at build time with cmake -P: encodes a manifest and writes its bytes as a list for C.
#   -DPROTOC= -DPROTO_ROOT= -DMANIFEST= -DOUT=
execute_process(
  COMMAND "${PROTOC}" "-I${PROTO_ROOT}" --encode=storebridge.connector.v1.Manifest
    storebridge/connector/v1/connector.proto
  INPUT_FILE "${MANIFEST}"
  OUTPUT_FILE "${OUT}.pb"
  COMMAND_ERROR_IS_FATAL ANY)
file(READ "${OUT}.pb" hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
file(WRITE "${OUT}" "${bytes}\n")
