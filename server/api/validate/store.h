#pragma once

#include "core/result.h"
#include "engine/commands.h"
#include "engine/engine.h"
#include "storebridge/v1/store.pb.h"
#include "storebridge/v1/store_service.pb.h"

namespace storebridge::api {

// Takes what a caller may choose from the request; all else in `store` is ours and is ignored.
// Ranges and lengths are Commands' business.
Result<engine::NewStore> ReadNewStore(const v1::CreateStoreRequest& request);

// Without a mask, all fields that are set are written. With one, the named ones are, and an unset
// one goes back to its default. kInvalidArgument for a path that cannot be written, with those that
// can.
Result<engine::StoreChange> ReadStoreChange(const v1::UpdateStoreRequest& request);

// The settings that are set are tried.
Result<engine::Engine::PreviewRequest> ReadPreviewRequest(const v1::PreviewStoreRequest& request);

}  // namespace storebridge::api
