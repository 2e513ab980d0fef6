#pragma once

#include <string>
#include <string_view>

#include "domain/flow.h"
#include "storebridge/v1/explanation.pb.h"
#include "storebridge/v1/issue.pb.h"
#include "storebridge/v1/store.pb.h"

// What the explanations of orders and of stock have in common.
namespace storebridge::domain {

v1::Cause& AddCause(v1::Explanation& explanation,
                    std::string_view reason,
                    std::string message,
                    const std::string& resource);

// Adds an issue as a cause, and what it says to do.
void AddIssue(v1::Explanation& explanation, const v1::Issue& issue);

// Adds why a flow of a store does not do its work (the store is not active, or the flow fails), and
// what to do against it; false when it does its work. What is said already is not said again.
bool AddHindrance(v1::Explanation& explanation, const v1::Store& store, Flow flow);

// The same where things go on without that flow: nothing has to be done.
void AddBystander(v1::Explanation& explanation, const v1::Store& store, Flow flow);

// Adds what to do behind what is to be done already; nothing when that says it.
void AddAction(v1::Explanation& explanation, std::string_view action);

}  // namespace storebridge::domain
