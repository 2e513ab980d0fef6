// The header is enough for C++20, and its layout is the released one.
#include <type_traits>

#include "storebridge/connector.h"

static_assert(std::is_standard_layout_v<sb_connector_v1> && std::is_trivial_v<sb_connector_v1>);
static_assert(std::is_same_v<sb_status, ::int32_t>);
static_assert(SB_OK == 0 && SB_BROKEN == 1);
static_assert(offsetof(sb_bytes, data) == 0);
static_assert(offsetof(sb_bytes, size) == sizeof(void*));
static_assert(offsetof(sb_connector_v1, struct_size) == 0);
static_assert(offsetof(sb_connector_v1, proto_minor) == 4);
static_assert(offsetof(sb_connector_v1, manifest) == 8);
static_assert(offsetof(sb_connector_v1, open) == 8 + 2 * sizeof(void*));
static_assert(offsetof(sb_connector_v1, step) == 8 + 3 * sizeof(void*));
static_assert(offsetof(sb_connector_v1, close) == 8 + 4 * sizeof(void*));
static_assert(sizeof(sb_connector_v1) == 8 + 5 * sizeof(void*));
