#include "domain/explanation.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace storebridge::domain {
namespace {

// Why a flow of a store does not do its work.
struct Hindrance {
  v1::Cause cause;
  // Empty when nobody can do anything.
  std::string action;
};

Hindrance MakeHindrance(std::string_view reason, std::string message, std::string action) {
  Hindrance hindrance{.cause = {}, .action = std::move(action)};
  hindrance.cause.set_reason(std::string(reason));
  hindrance.cause.set_message(std::move(message));
  return hindrance;
}

// `: why`, or nothing.
std::string Because(std::string_view reason) {
  return reason.empty() ? "" : fmt::format(": {}", reason);
}

std::optional<Hindrance> NotActive(const v1::Store& store) {
  const std::string& name = store.name();
  if (store.state() == v1::Store::STATE_PAUSED) {
    return MakeHindrance(
        "STORE_PAUSED",
        fmt::format("nothing runs for '{}', it is paused{}", name, Because(store.state_reason())),
        fmt::format("Call ResumeStore for '{}'.", name));
  }
  if (store.state() == v1::Store::STATE_NEEDS_CREDENTIALS) {
    return MakeHindrance("STORE_NEEDS_CREDENTIALS",
                         fmt::format("nothing runs for '{}', it refuses our credentials{}",
                                     name,
                                     Because(store.state_reason())),
                         fmt::format("Give '{}' new secrets with UpdateStore.", name));
  }
  if (store.state() == v1::Store::STATE_DELETING) {
    return MakeHindrance(
        "STORE_DELETING", fmt::format("nothing runs for '{}', it is being deleted", name), "");
  }
  return std::nullopt;
}

// None when it does its work.
std::optional<Hindrance> HindranceOf(const v1::Store& store, Flow flow) {
  std::optional<Hindrance> hindrance = NotActive(store);
  if (hindrance) {
    hindrance->cause.set_resource(store.name());
    return hindrance;
  }
  for (const v1::FlowHealth& health : store.flows()) {
    if (health.flow() != ToProto(flow) || health.failures() == 0) {
      continue;
    }
    hindrance = MakeHindrance("FLOW_FAILING",
                              fmt::format("the flow '{}' of '{}' has failed {} times in a row{}",
                                          FlowName(flow),
                                          store.name(),
                                          health.failures(),
                                          Because(health.last_error())),
                              fmt::format("See why the flow '{}' of '{}' fails; it is tried again "
                                          "by itself.",
                                          FlowName(flow),
                                          store.name()));
    hindrance->cause.set_resource(store.name());
    if (health.has_last_success_time()) {
      *hindrance->cause.mutable_time() = health.last_success_time();
    }
    return hindrance;
  }
  return std::nullopt;
}

// That a store is paused hinders all of its flows.
void AddOnce(v1::Explanation& explanation, const v1::Cause& cause) {
  const auto& causes = explanation.causes();
  if (std::none_of(causes.begin(), causes.end(), [&](const v1::Cause& one) {
        return one.reason() == cause.reason() && one.message() == cause.message();
      })) {
    *explanation.add_causes() = cause;
  }
}

}  // namespace

v1::Cause& AddCause(v1::Explanation& explanation,
                    std::string_view reason,
                    std::string message,
                    const std::string& resource) {
  v1::Cause& cause = *explanation.add_causes();
  cause.set_reason(std::string(reason));
  cause.set_message(std::move(message));
  cause.set_resource(resource);
  return cause;
}

void AddIssue(v1::Explanation& explanation, const v1::Issue& issue) {
  v1::Cause& cause = AddCause(explanation, issue.reason(), issue.message(), issue.name());
  *cause.mutable_time() = issue.create_time();
  AddAction(explanation, issue.resolution());
}

bool AddHindrance(v1::Explanation& explanation, const v1::Store& store, Flow flow) {
  const std::optional<Hindrance> hindrance = HindranceOf(store, flow);
  if (hindrance) {
    AddOnce(explanation, hindrance->cause);
    AddAction(explanation, hindrance->action);
  }
  return hindrance.has_value();
}

void AddBystander(v1::Explanation& explanation, const v1::Store& store, Flow flow) {
  if (const std::optional<Hindrance> hindrance = HindranceOf(store, flow)) {
    AddOnce(explanation, hindrance->cause);
  }
}

void AddAction(v1::Explanation& explanation, std::string_view action) {
  std::string& all = *explanation.mutable_action();
  if (action.empty() || all.find(action) != std::string::npos) {
    return;
  }
  all += all.empty() ? "" : " ";
  all += action;
}

}  // namespace storebridge::domain
