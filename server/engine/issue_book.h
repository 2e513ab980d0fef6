#pragma once

#include <cstdint>
#include <string>

#include "core/result.h"
#include "ports/random.h"
#include "ports/storage.h"

namespace storebridge::engine {

// What needs a person.
struct IssueText {
  std::string reason;
  std::string message;
  std::string resolution;
  // Our name of the record, where it has one.
  std::string record;
  // What a person would search for.
  std::string record_label;
  // The message says where it was met, which differs each time: other words are no news.
  bool has_varying_words = false;
};

// Raises an issue of a record. Met again with the same text within 15 minutes it costs no write.
// Gives whether it is news: a new issue, or another text.
Result<bool> RaiseIssue(ports::Tx& tx,
                        const ports::IssueKey& key,
                        const IssueText& text,
                        std::int64_t now_ms,
                        ports::Random& random);

// Resolves all open issues of a record, or those of one reason when it is given. Costs no write
// when there is none.
Status ResolveIssues(ports::Tx& tx,
                     const ports::IssueKey& key,
                     std::int64_t now_ms,
                     std::string_view reason = {});

}  // namespace storebridge::engine
