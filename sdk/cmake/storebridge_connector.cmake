# Builds connectors.
#   storebridge_add_connector(NAME woocommerce SOURCES woocommerce.cc orders.cc MANIFEST manifest.txtpb)
# gives
#   woocommerce           the connector, ${CMAKE_BINARY_DIR}/connectors/woocommerce.so, installed with the server
#   woocommerce_objects   the very same objects as a static library for tests and simulators; its table is
#                         `const sb_connector_v1* woocommerce_connector() noexcept;`, declared by who uses it
# NAME is a C identifier, and that of STOREBRIDGE_CONNECTOR: another one does not link. What is not a field or a value
# of the manifest is an error of the build, with its line.
set(STOREBRIDGE_SDK_CMAKE_DIR "${CMAKE_CURRENT_LIST_DIR}")
if(NOT STOREBRIDGE_CONNECTOR_PROTO_ROOT)
  get_filename_component(STOREBRIDGE_CONNECTOR_PROTO_ROOT "${CMAKE_CURRENT_LIST_DIR}/../../proto" ABSOLUTE)
endif()

# Whether this folder builds with a sanitizer, whose symbols the program that loads a connector may define.
function(storebridge_has_sanitizer OUT)
  get_property(compile_options DIRECTORY PROPERTY COMPILE_OPTIONS)
  get_property(link_options DIRECTORY PROPERTY LINK_OPTIONS)
  string(TOUPPER "${CMAKE_BUILD_TYPE}" config)
  set(flags "${compile_options} ${link_options} ${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${config}} ${CMAKE_MODULE_LINKER_FLAGS}")
  string(FIND "${flags}" "-fsanitize" at)
  if(at EQUAL -1)
    set(${OUT} FALSE PARENT_SCOPE)
  else()
    set(${OUT} TRUE PARENT_SCOPE)
  endif()
endfunction()

function(storebridge_add_connector)
  cmake_parse_arguments(arg "NO_INSTALL" "NAME;MANIFEST" "SOURCES" ${ARGN})
  if(NOT arg_NAME MATCHES "^[a-z][a-z0-9_]*$")
    message(FATAL_ERROR "storebridge_add_connector: NAME '${arg_NAME}' must be a-z, 0-9 and '_'")
  endif()
  if(NOT arg_SOURCES OR NOT arg_MANIFEST)
    message(FATAL_ERROR "storebridge_add_connector: ${arg_NAME} needs SOURCES and MANIFEST")
  endif()
  get_filename_component(manifest "${arg_MANIFEST}" ABSOLUTE)
  set(table "${CMAKE_CURRENT_BINARY_DIR}/${arg_NAME}_table.cc")
  add_custom_command(
    OUTPUT "${table}"
    COMMAND ${CMAKE_COMMAND} "-DPROTOC=$<TARGET_FILE:protobuf::protoc>"
      "-DPROTO_ROOT=${STOREBRIDGE_CONNECTOR_PROTO_ROOT}" "-DMANIFEST=${manifest}" -DNAME=${arg_NAME}
      "-DOUT=${table}" -P "${STOREBRIDGE_SDK_CMAKE_DIR}/storebridge_embed_manifest.cmake"
    DEPENDS "${manifest}" "${STOREBRIDGE_SDK_CMAKE_DIR}/storebridge_embed_manifest.cmake"
      "${STOREBRIDGE_CONNECTOR_PROTO_ROOT}/storebridge/connector/v1/connector.proto"
    COMMENT "Manifest of ${arg_NAME}"
    VERBATIM)

  add_library(${arg_NAME}_objects STATIC ${arg_SOURCES} "${table}")
  target_compile_features(${arg_NAME}_objects PUBLIC cxx_std_20)
  target_compile_options(${arg_NAME}_objects PRIVATE -fvisibility=hidden -fvisibility-inlines-hidden
    $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)
  set_target_properties(${arg_NAME}_objects PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_link_libraries(${arg_NAME}_objects PUBLIC storebridge_sdk)
  if(TARGET storebridge_options)
    target_link_libraries(${arg_NAME}_objects PRIVATE storebridge_options)
  endif()

  # The exported symbol is apart from the objects: a test can hold several connectors.
  set(entry "${CMAKE_CURRENT_BINARY_DIR}/${arg_NAME}_entry.cc")
  file(CONFIGURE OUTPUT "${entry}" CONTENT "#include \"storebridge/connector.h\"
const sb_connector_v1* @arg_NAME@_connector() noexcept;
extern \"C\" const sb_connector_v1* storebridge_connector_v1(void) { return @arg_NAME@_connector(); }
" @ONLY)
  add_library(${arg_NAME} MODULE "${entry}")
  target_compile_options(${arg_NAME} PRIVATE -fvisibility=hidden $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)
  target_link_libraries(${arg_NAME} PRIVATE ${arg_NAME}_objects)
  target_link_options(${arg_NAME} PRIVATE
    "LINKER:--version-script=${STOREBRIDGE_SDK_CMAKE_DIR}/connector.map" LINKER:--gc-sections)
  storebridge_has_sanitizer(has_sanitizer)
  if(NOT has_sanitizer)
    # A wrong name in STOREBRIDGE_CONNECTOR would be told by the server only.
    target_link_options(${arg_NAME} PRIVATE LINKER:-z,defs)
  endif()
  set_target_properties(${arg_NAME} PROPERTIES
    PREFIX "" SUFFIX ".so"
    LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/connectors"
    LINK_DEPENDS "${STOREBRIDGE_SDK_CMAKE_DIR}/connector.map")
  if(NOT arg_NO_INSTALL)
    include(GNUInstallDirs)
    install(TARGETS ${arg_NAME} LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}/storebridge/connectors")
  endif()
endfunction()
