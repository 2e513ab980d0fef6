# find_package(storebridge_sdk): storebridge_sdk and storebridge_add_connector() for connectors outside of the tree.
include(CMakeFindDependencyMacro)
set(CMAKE_CXX_STANDARD 20)
find_dependency(Threads)
find_dependency(Protobuf)
find_dependency(simdjson)
set(STOREBRIDGE_CONNECTOR_PROTO_ROOT "${CMAKE_CURRENT_LIST_DIR}/proto")
include("${CMAKE_CURRENT_LIST_DIR}/storebridge_sdkTargets.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/storebridge_connector.cmake")
