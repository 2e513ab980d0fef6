#include "sim/fault.h"

#include <algorithm>

namespace storebridge::sim {
namespace {

constexpr std::uint64_t kMillion = 1'000'000;

// Doublings from `least` that stay within `most`.
std::uint64_t Doublings(std::uint64_t least, std::uint64_t most) {
  std::uint64_t count = 0;
  while (least << (count + 1) <= most) {
    ++count;
  }
  return count;
}

}  // namespace

const FaultInfo& InfoOf(Fault fault) {
  return *std::find_if(kFaults.begin(), kFaults.end(), [fault](const FaultInfo& info) {
    return info.fault == fault;
  });
}

bool IsOfPeople(Fault fault) {
  switch (static_cast<int>(fault)) {
    case static_cast<int>(Fault::kTie):
    case static_cast<int>(Fault::kEditBetween):
    case static_cast<int>(Fault::kPoison):
    case static_cast<int>(Fault::kProductRenamed):
    case static_cast<int>(Fault::kProductGone):
    case static_cast<int>(Fault::kStockByHand):
    case static_cast<int>(Fault::kRush):
      return true;
    default:
      return false;
  }
}

bool IsOfTheClock(Fault fault) {
  switch (static_cast<int>(fault)) {
    case static_cast<int>(Fault::kRefusedLogin):
    case static_cast<int>(Fault::kOutage):
    case static_cast<int>(Fault::kOwnClock):
    case static_cast<int>(Fault::kProductRenamed):
    case static_cast<int>(Fault::kProductGone):
    case static_cast<int>(Fault::kStockByHand):
    case static_cast<int>(Fault::kRush):
      return true;
    default:
      return false;
  }
}

void FaultPlan::Draw(bool only_people) {
  bool has_hourly = false;
  while (!has_hourly) {
    for (const FaultInfo& info : kFaults) {
      const bool is_on = random_.Below(2) == 1 && (!only_people || IsOfPeople(info.fault));
      const std::uint64_t doublings = random_.Below(Doublings(info.rate_least, info.rate_most) + 1);
      rates_.at(static_cast<std::size_t>(info.fault)) = is_on ? info.rate_least << doublings : 0;
      has_hourly = has_hourly || (is_on && IsOfTheClock(info.fault));
    }
  }
}

void FaultPlan::TurnOn(Fault fault, std::uint64_t per_million) {
  rates_.at(static_cast<std::size_t>(fault)) = per_million;
}

void FaultPlan::Heal() {
  rates_.fill(0);
  forced_.reset();
  is_next_forced_ = false;
}

bool FaultPlan::Fires(Fault fault) {
  if (!IsOn(fault)) {
    return false;
  }
  const bool is_forced = is_next_forced_ || forced_ == fault;
  if (!is_forced && random_.Below(kMillion) >= Rate(fault)) {
    return false;
  }
  is_next_forced_ = false;
  if (forced_ == fault) {
    forced_.reset();
  }
  ++fired_[fault];
  if (!by_hour_.empty()) {
    ++by_hour_.back();
  }
  return true;
}

std::optional<Fault> FaultPlan::FirstOf(const std::vector<Fault>& faults) {
  for (const Fault fault : faults) {
    if (Fires(fault)) {
      return fault;
    }
  }
  return std::nullopt;
}

void FaultPlan::BeginHour() {
  by_hour_.push_back(0);
  std::vector<Fault> on;
  for (const FaultInfo& info : kFaults) {
    // The store's clock is asked for only when a run begins.
    if (IsOn(info.fault) && info.fault != Fault::kStoreClock) {
      on.push_back(info.fault);
    }
  }
  if (!on.empty()) {
    forced_ = on.at(random_.Below(on.size()));
  }
}

void FaultPlan::MakeUp() {
  is_next_forced_ = !by_hour_.empty() && by_hour_.back() == 0;
}

}  // namespace storebridge::sim
