#include "api/server.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <mutex>
#include <utility>

#include <fmt/format.h>
#include <grpcpp/ext/channelz_service_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include "api/change_service.h"
#include "api/connector_service.h"
#include "api/descriptors.h"
#include "api/issue_service.h"
#include "api/merchant_service.h"
#include "api/order_service.h"
#include "api/product_service.h"
#include "api/reflection.h"
#include "api/stock_service.h"
#include "api/store_service.h"
#include "api/sync_service.h"
#include "api/unix_socket.h"
#include "api/watchers.h"

namespace storebridge::api {
namespace {

using Credentials = std::shared_ptr<grpc::ServerCredentials>;

Result<std::string> ReadFile(const std::string& what, const std::string& path) {
  constexpr std::size_t kFileBytesMax = 1024UL * 1024UL;
  std::ifstream file(path, std::ios::binary);
  std::string text;
  if (file) {
    text.resize(kFileBytesMax + 1);
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
  }
  if (text.empty() || text.size() > kFileBytesMax) {
    return Error{
        .code = Code::kFailedPrecondition,
        .reason = "TLS_FILE",
        .message = fmt::format("the {} '{}' cannot be read, is empty or has more than 1 MiB: "
                               "correct the path or its rights",
                               what,
                               path),
        .facts = {{"file", path}}};
  }
  return text;
}

Result<Credentials> MakeCredentials(const TcpAddress& address, const TlsFiles& tls) {
  if (!address.IsLoopback() && (tls.certificate.empty() || tls.client_ca.empty())) {
    return Error{
        .code = Code::kFailedPrecondition,
        .reason = "LISTEN_NEEDS_TLS",
        .message = fmt::format("{} can be reached from other machines, which needs mutual TLS: set "
                               "the certificate, the key and the clients' authority, or listen on "
                               "127.0.0.1",
                               address.ToString()),
        .facts = {{"address", address.ToString()}}};
  }
  if (tls.certificate.empty()) {
    return grpc::InsecureServerCredentials();
  }
  grpc::SslServerCredentialsOptions::PemKeyCertPair pair;
  SB_TRY(pair.cert_chain, ReadFile("TLS certificate", tls.certificate));
  SB_TRY(pair.private_key, ReadFile("TLS key", tls.key));
  grpc::SslServerCredentialsOptions options(
      tls.client_ca.empty() ? GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE
                            : GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  options.pem_key_cert_pairs.push_back(std::move(pair));
  if (!tls.client_ca.empty()) {
    SB_TRY(options.pem_root_certs, ReadFile("TLS clients' authority", tls.client_ca));
  }
  return grpc::SslServerCredentials(options);
}

void SetLimits(const ServerOptions& options, grpc::ServerBuilder& builder) {
  grpc::ResourceQuota quota("storebridge");
  quota.Resize(kMemoryBytesMax);
  quota.SetMaxThreads(kThreadsMax);
  builder.SetResourceQuota(quota);
  builder.SetMaxReceiveMessageSize(options.receive_bytes_max);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, options.streams_per_connection_max);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMetadataBytesMax);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PING_STRIKES, kPingStrikesMax);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                             kPingIntervalMsMin);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  // Otherwise two servers share a port, and each gets half of the calls.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
}

}  // namespace

class GrpcServer::Impl {
 public:
  Impl(const ApiPorts& ports, Descriptors descriptors);

  Status Listen(const ServerOptions& options, const std::optional<CallWatch>& watch);
  void Shutdown(std::chrono::milliseconds grace);

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] const std::vector<std::string>& addresses() const { return addresses_; }

 private:
  Status AddTcp(const ServerOptions& options, grpc::ServerBuilder& builder);
  Status AddUnix(const ServerOptions& options, grpc::ServerBuilder& builder);
  // Says why the server did not start.
  [[nodiscard]] Error ExplainFailure(const ServerOptions& options) const;

  const Descriptors descriptors_;
  Watchers watchers_;
  std::vector<std::unique_ptr<grpc::Service>> services_;
  std::optional<TcpAddress> tcp_;
  int port_ = 0;
  std::vector<std::string> addresses_;
  std::unique_ptr<UnixSocket> unix_socket_;
  std::mutex shutdown_mutex_;
  // Dies first: the services serve it.
  std::unique_ptr<grpc::Server> server_;
};

GrpcServer::Impl::Impl(const ApiPorts& ports, Descriptors descriptors)
    : descriptors_(std::move(descriptors)) {
  services_.push_back(std::make_unique<ConnectorService>(ports));
  services_.push_back(std::make_unique<MerchantService>(ports));
  services_.push_back(std::make_unique<StoreService>(ports));
  services_.push_back(std::make_unique<ProductService>(ports));
  services_.push_back(std::make_unique<StockService>(ports));
  services_.push_back(std::make_unique<OrderService>(ports));
  services_.push_back(std::make_unique<IssueService>(ports));
  services_.push_back(std::make_unique<SyncService>(ports, watchers_));
  services_.push_back(std::make_unique<ChangeService>(ports, watchers_));
  services_.push_back(MakeReflectionV1(descriptors_));
  services_.push_back(MakeReflectionV1Alpha(descriptors_));
}

Status GrpcServer::Impl::AddTcp(const ServerOptions& options, grpc::ServerBuilder& builder) {
  if (options.tcp_address.empty()) {
    return Ok();
  }
  SB_TRY(tcp_, ParseTcpAddress(options.tcp_address));
  SB_TRY(const Credentials credentials, MakeCredentials(*tcp_, options.tls));
  builder.AddListeningPort(tcp_->ToString(), credentials, &port_);
  return Ok();
}

Status GrpcServer::Impl::AddUnix(const ServerOptions& options, grpc::ServerBuilder& builder) {
  if (options.unix_socket.empty()) {
    return Ok();
  }
  SB_TRY(unix_socket_, UnixSocket::Prepare(options.unix_socket));
  builder.AddListeningPort("unix:" + unix_socket_->bind_path(), grpc::InsecureServerCredentials());
  return Ok();
}

Error GrpcServer::Impl::ExplainFailure(const ServerOptions& options) const {
  if (tcp_ && port_ == 0) {
    if (const Status probed = ProbeTcpAddress(*tcp_); !probed) {
      return probed.error();
    }
    if (!options.tls.certificate.empty()) {
      return Error{
          .code = Code::kFailedPrecondition,
          .reason = "TLS_FILE",
          .message = fmt::format("'{}' and '{}' are not accepted: both have to be PEM, and "
                                 "the key has to be that of the certificate",
                                 options.tls.certificate,
                                 options.tls.key),
          .facts = {{"certificate", options.tls.certificate}, {"key", options.tls.key}}};
    }
  }
  return Error{.code = Code::kFailedPrecondition,
               .reason = "LISTEN",
               .message = "the gRPC server does not start: set GRPC_VERBOSITY=debug to see why"};
}

Status GrpcServer::Impl::Listen(const ServerOptions& options,
                                const std::optional<CallWatch>& watch) {
  if (options.tcp_address.empty() && options.unix_socket.empty()) {
    return Error{.code = Code::kInvalidArgument,
                 .reason = "LISTEN_ADDRESS",
                 .message = "there is nothing to listen on: set an address or a unix socket"};
  }
  grpc::EnableDefaultHealthCheckService(true);
  grpc::channelz::experimental::InitChannelzService();
  grpc::ServerBuilder builder;
  SetLimits(options, builder);
  SB_CHECK(AddTcp(options, builder));
  SB_CHECK(AddUnix(options, builder));
  if (watch) {
    builder.experimental().SetInterceptorCreators(CallMeters(*watch, descriptors_.services()));
  }
  for (const std::unique_ptr<grpc::Service>& service : services_) {
    builder.RegisterService(service.get());
  }
  server_ = builder.BuildAndStart();
  if (server_ == nullptr) {
    return ExplainFailure(options);
  }
  if (tcp_) {
    tcp_->port = port_;
    addresses_.push_back(tcp_->ToString());
  }
  if (unix_socket_) {
    SB_CHECK(unix_socket_->Publish());
    addresses_.push_back("unix:" + options.unix_socket);
  }
  for (const std::string& service : descriptors_.services()) {
    server_->GetHealthCheckService()->SetServingStatus(service, true);
  }
  return Ok();
}

void GrpcServer::Impl::Shutdown(std::chrono::milliseconds grace) {
  const std::lock_guard lock(shutdown_mutex_);
  watchers_.EndAll();
  if (server_ != nullptr) {
    server_->GetHealthCheckService()->SetServingStatus(false);
    server_->Shutdown(std::chrono::system_clock::now() + grace);
    server_.reset();
  }
  unix_socket_.reset();
}

Result<std::unique_ptr<GrpcServer>> GrpcServer::Start(const ServerOptions& options,
                                                      const ApiPorts& ports,
                                                      const std::optional<CallWatch>& watch) {
  SB_TRY(Descriptors descriptors, Descriptors::Parse(EmbeddedProtoset()));
  std::unique_ptr<GrpcServer> server(
      new GrpcServer(std::make_unique<Impl>(ports, std::move(descriptors))));
  SB_CHECK(server->impl_->Listen(options, watch));
  return server;
}

GrpcServer::GrpcServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

GrpcServer::~GrpcServer() {
  impl_->Shutdown(std::chrono::milliseconds(0));
}

int GrpcServer::port() const {
  return impl_->port();
}

const std::vector<std::string>& GrpcServer::addresses() const {
  return impl_->addresses();
}

void GrpcServer::Shutdown(std::chrono::milliseconds grace) {
  impl_->Shutdown(grace);
}

}  // namespace storebridge::api
