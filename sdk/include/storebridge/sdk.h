#pragma once

// The one header that a connector includes. Everything is in storebridge::sdk. See sdk/README.md.
// IWYU pragma: begin_exports
#include "storebridge/sdk/by_ids.h"
#include "storebridge/sdk/checking.h"
#include "storebridge/sdk/context.h"
#include "storebridge/sdk/failure.h"
#include "storebridge/sdk/http.h"
#include "storebridge/sdk/json.h"
#include "storebridge/sdk/json_writer.h"
#include "storebridge/sdk/money.h"
#include "storebridge/sdk/open_set.h"
#include "storebridge/sdk/paging.h"
#include "storebridge/sdk/pieces.h"
#include "storebridge/sdk/pushing.h"
#include "storebridge/sdk/reading.h"
#include "storebridge/sdk/records.h"
#include "storebridge/sdk/registration.h"
#include "storebridge/sdk/task.h"
#include "storebridge/sdk/text.h"
#include "storebridge/sdk/time.h"
// IWYU pragma: end_exports
