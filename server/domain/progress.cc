#include "domain/progress.h"

#include "domain/enum_table.h"

namespace storebridge::domain {
namespace {

using Row = EnumRow<Progress, connector::v1::Order::Progress>;
constexpr std::array kTable = {
    Row{Progress::kOpen, connector::v1::Order::PROGRESS_OPEN, "OPEN"},
    Row{Progress::kCompleted, connector::v1::Order::PROGRESS_COMPLETED, "COMPLETED"},
    Row{Progress::kCancelled, connector::v1::Order::PROGRESS_CANCELLED, "CANCELLED"},
};

}  // namespace

Result<Progress> ProgressFrom(connector::v1::Order::Progress progress) {
  if (const auto found = FindByProto(kTable, progress)) {
    return *found;
  }
  return Error{.code = Code::kInvalidArgument,
               .reason = "ORDER_MALFORMED",
               .message = fmt::format("the connector gave progress {}; it has to say one of {}",
                                      static_cast<int>(progress),
                                      JoinNames(kTable)),
               .facts = {{"progress", std::to_string(static_cast<int>(progress))}}};
}

}  // namespace storebridge::domain
