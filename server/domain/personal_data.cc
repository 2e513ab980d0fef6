#include "domain/personal_data.h"

#include <algorithm>
#include <utility>

#include "domain/personal_names.h"

namespace storebridge::domain {
namespace {

constexpr std::size_t kDepthMax = 256;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsBlank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool IsMailCharacter(char c) {
  constexpr std::string_view kOthers = "._%+-";
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80 || kOthers.find(c) != std::string_view::npos;
}

// `2026-11-18`, with or without a time.
bool LooksLikeDate(std::string_view text) {
  constexpr std::string_view kShape = "0000-00-00";
  if (text.size() < kShape.size()) {
    return false;
  }
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    if (kShape[i] == '0' ? !IsDigit(text[i]) : text[i] != kShape[i]) {
      return false;
    }
  }
  return true;
}

// What is known of the list or object that is being read.
struct Level {
  bool is_object = false;
  // Everything in it is about a person.
  bool is_person = false;
  // The plain name of the member whose value comes next.
  std::string name = {};
  bool expects_name = false;
  // What the members `key` or `display_key` said: the name of `value` beside them.
  std::string told = {};
};

class JsonReader {
 public:
  JsonReader(std::string_view text, PersonalData& found) : text_(text), found_(found) {}

  void Read() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        ReadString();
      } else if (IsDigit(c) || c == '-') {
        ReadNumber();
      } else {
        ReadMark(c);
        ++at_;
      }
    }
  }

 private:
  void ReadMark(char c) {
    if (c == '{' || c == '[') {
      Open(c == '{');
    } else if ((c == '}' || c == ']') && !levels_.empty()) {
      if (too_deep_ > 0) {
        --too_deep_;
      } else {
        levels_.pop_back();
      }
    } else if (c == ',' && !levels_.empty() && levels_.back().is_object) {
      levels_.back().expects_name = true;
    } else if (c == ':' && !levels_.empty()) {
      levels_.back().expects_name = false;
    }
  }

  void Open(bool is_object) {
    if (levels_.size() == kDepthMax) {
      ++too_deep_;
      return;
    }
    Level level{.is_object = is_object, .expects_name = is_object};
    if (!levels_.empty()) {
      const Level& outer = levels_.back();
      level.is_person = outer.is_person || IsPersonName(outer.name) || IsPersonalName(outer.name);
      // The elements of a list are called as the list is.
      level.name = is_object ? "" : outer.name;
    }
    levels_.push_back(std::move(level));
  }

  void ReadString() {
    const std::size_t begin = ++at_;
    while (at_ < text_.size() && text_[at_] != '"') {
      at_ += text_[at_] == '\\' ? 2U : 1U;
    }
    const std::size_t end = std::min(at_, text_.size());
    at_ = std::min(end + 1, text_.size());
    const std::string_view value = text_.substr(begin, end - begin);
    if (!levels_.empty() && levels_.back().is_object && levels_.back().expects_name) {
      levels_.back().name = PlainName(value);
      return;
    }
    Judge({begin, end}, value);
  }

  void ReadNumber() {
    const std::size_t begin = at_;
    const std::size_t end = std::min(text_.find_first_not_of("0123456789+-.eE", at_), text_.size());
    at_ = end;
    if (!levels_.empty()) {
      const std::string& name = levels_.back().name;
      if (IsPersonalName(name) ||
          (levels_.back().is_person && !IsStructuralName(name, true) && !name.ends_with("id"))) {
        AddDigits(begin, end);
      }
    }
  }

  // The number has to stay one: its sign, point and exponent do.
  void AddDigits(std::size_t begin, std::size_t end) {
    while (begin < end) {
      std::size_t stop = begin;
      while (stop < end && IsDigit(text_[stop])) {
        ++stop;
      }
      if (stop > begin) {
        found_.personal.push_back({begin, stop});
      }
      begin = stop + 1;
    }
  }

  void Judge(Span span, std::string_view value) {
    if (levels_.empty()) {
      return JudgeFree(span, value);
    }
    Level& level = levels_.back();
    std::string name = level.name;
    if (name == "key" || name == "displaykey") {
      level.told = PlainName(value);
    } else if ((name == "value" || name == "displayvalue") && !level.told.empty()) {
      name = level.told;
    }
    const bool is_personal = IsPersonalName(name) || level.is_person;
    if (is_personal && !LooksLikeDate(value) &&
        (IsPersonalName(name) || !IsStructuralName(name, true))) {
      found_.personal.push_back(span);
      return;
    }
    if (!IsStructuralName(name, level.is_person) && !LooksLikeDate(value)) {
      JudgeFree(span, value);
    }
  }

  // Takes e-mail addresses out of a text; the rest may repeat a name.
  void JudgeFree(Span span, std::string_view value) {
    std::size_t done = 0;
    for (const Span& mail : FindMailAddresses(value)) {
      if (mail.begin > done) {
        found_.free.push_back({span.begin + done, span.begin + mail.begin});
      }
      found_.personal.push_back({span.begin + mail.begin, span.begin + mail.end});
      done = mail.end;
    }
    if (done < value.size()) {
      found_.free.push_back({span.begin + done, span.end});
    }
  }

  std::string_view text_;
  PersonalData& found_;
  std::size_t at_ = 0;
  std::vector<Level> levels_;
  std::size_t too_deep_ = 0;
};

// HTML, XML and the like: all but names of tags and attributes.
void ReadMarkup(std::string_view text, PersonalData& found) {
  std::size_t at = 0;
  const auto add = [&](std::size_t end) {
    if (end > at) {
      found.personal.push_back({at, end});
    }
    at = end;
  };
  while (at < text.size()) {
    add(std::min(text.find('<', at), text.size()));
    // In a tag: what is in quotes.
    while (at < text.size() && text[at] != '>') {
      const char quote = text[at];
      ++at;
      if (quote == '"' || quote == '\'') {
        add(std::min(text.find(quote, at), text.size()));
        at = std::min(at + 1, text.size());
      }
    }
  }
}

std::string Masked(std::string_view text, const std::vector<Span>& spans) {
  std::string masked(text);
  for (const Span& span : spans) {
    for (std::size_t i = span.begin; i < span.end; ++i) {
      char& c = masked[i];
      if (c == '\\' && i + 1 < span.end) {
        // An escape stays what it is, but for the letter that it stands for.
        ++i;
        const std::size_t digits =
            masked[i] == 'u' ? std::min<std::size_t>(4, span.end - i - 1) : 0;
        masked.replace(i + 1, digits, digits, '0');
        i += digits;
      } else if (IsDigit(c)) {
        c = '0';
      } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                 static_cast<unsigned char>(c) >= 0x80) {
        c = 'x';
      }
    }
  }
  return masked;
}

}  // namespace

PersonalData FindPersonalData(std::string_view text) {
  PersonalData found;
  const auto first = std::find_if_not(text.begin(), text.end(), IsBlank);
  if (first != text.end() && (*first == '{' || *first == '[' || *first == '"')) {
    JsonReader(text, found).Read();
  } else {
    ReadMarkup(text, found);
  }
  return found;
}

std::vector<Span> FindMailAddresses(std::string_view text) {
  std::vector<Span> found;
  std::size_t done = 0;
  for (std::size_t sign = text.find('@'); sign != std::string_view::npos;
       sign = text.find('@', sign + 1)) {
    std::size_t begin = sign;
    while (begin > done && IsMailCharacter(text[begin - 1])) {
      --begin;
    }
    std::size_t end = sign + 1;
    while (end < text.size() && IsMailCharacter(text[end])) {
      ++end;
    }
    if (begin < sign && end > sign + 1) {
      found.push_back({begin, end});
      done = end;
    }
  }
  return found;
}

std::string MaskPersonalData(std::string_view text) {
  return Masked(text, FindPersonalData(text).personal);
}

std::string MaskMailAddresses(std::string_view text) {
  return Masked(text, FindMailAddresses(text));
}

}  // namespace storebridge::domain
