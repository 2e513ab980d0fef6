#pragma once

#include <memory>

#include <grpcpp/impl/codegen/service_type.h>

#include "api/descriptors.h"

namespace storebridge::api {

// Server reflection v1 and v1alpha. gRPC's own one shows no comments, and its library may not be
// linked beside this one. `descriptors` outlives the services.
std::unique_ptr<grpc::Service> MakeReflectionV1(const Descriptors& descriptors);
std::unique_ptr<grpc::Service> MakeReflectionV1Alpha(const Descriptors& descriptors);

}  // namespace storebridge::api
