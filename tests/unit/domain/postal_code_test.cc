#include "domain/postal_code.h"

#include <vector>

#include <gtest/gtest.h>

namespace storebridge::domain {
namespace {

struct Country {
  const char* region;
  std::vector<const char*> right;
  std::vector<const char*> wrong;
};

TEST(PostalCodeTest, KnowsTheFormsOfEachCountry) {
  const std::vector<Country> countries = {
      {"AT", {"1010", "A-1010"}, {"101", "10100", "1O10"}},
      {"BE", {"1000", "B-1000"}, {"100", "10000"}},
      {"BG", {"1000"}, {"100", "10000"}},
      {"CA", {"K1A 0B1", "k1a0b1", "K1A-0B1"}, {"K1A", "11A 0B1", "K1A 0B"}},
      {"CH", {"8001", "CH-8001"}, {"800", "80010"}},
      {"CY", {"1010"}, {"101", "99999"}},
      {"CZ", {"110 00", "11000"}, {"1100", "110 000"}},
      {"DE", {"10115", "D-10115", "DE-10115"}, {"1011", "101155", "1O115"}},
      {"DK", {"1050", "DK-1050"}, {"105", "10500"}},
      {"EE", {"10111"}, {"1011", "101111"}},
      {"ES", {"28001"}, {"2800", "280011"}},
      {"FI", {"00100", "FI-00100", " 00100 "}, {"100", "0100", "001000", "0010O"}},
      {"FR", {"75001", "F-75001"}, {"7500", "750011"}},
      {"GB",
       {"SW1A 1AA",
        "sw1a1aa",
        "M1 1AE",
        "B33 8TH",
        "CR2 6XH",
        "DN55 1PT",
        "EC1A 1BB",
        "W1A 0AX",
        "GIR 0AA"},
       {"SW1A", "12345", "SW1A 11A", "1AA SW1"}},
      {"GR", {"104 31", "10431"}, {"1043", "104 311"}},
      {"HR", {"10000", "HR-10000"}, {"1000", "100000"}},
      {"HU", {"1011", "H-1011"}, {"101", "10111"}},
      {"IE", {"", "D02 AF30", "d02af30", "D6W XY00"}, {"D02", "DUBLIN 2", "12345"}},
      {"IS", {"101"}, {"10", "1011"}},
      {"IT", {"00118", "I-00118"}, {"118", "001188"}},
      {"LI", {"9490"}, {"949", "94900"}},
      {"LT", {"01103", "LT-01103"}, {"1103", "011033"}},
      {"LU", {"1111", "L-1111"}, {"111", "11111"}},
      {"LV", {"LV-1010", "1010"}, {"101", "LV-10100"}},
      {"MT", {"VLT 1117", "vlt1117"}, {"1117", "VL 1117", "VLT 111"}},
      {"NL", {"1012 AB", "1012ab"}, {"1012", "AB 1012", "1012 A"}},
      {"NO", {"0150", "NO-0150"}, {"150", "01500"}},
      {"PL", {"00-001", "00001"}, {"0001", "000-0011"}},
      {"PT", {"1000-001", "1000001"}, {"1000", "1000-0011"}},
      {"RO", {"010011"}, {"10011", "0100111"}},
      {"SE", {"111 20", "11120", "SE-111 20"}, {"1112", "111 200"}},
      {"SI", {"1000", "SI-1000"}, {"100", "10000"}},
      {"SK", {"811 01", "81101"}, {"8110", "811 011"}},
      {"US", {"20500", "20500-0003"}, {"2050", "20500-00", "2050O"}},
      {"AU", {"2000"}, {"2", "2000!", "1234567890123"}},
      {"JP", {"100-0001"}, {"1"}},
      {"AE", {"", "00000", "-"}, {"1234567890123"}},
      {"HK", {"", "N/A"}, {}},
  };

  for (const Country& country : countries) {
    for (const char* code : country.right) {
      const Status status = CheckPostalCode(country.region, code);
      EXPECT_TRUE(status) << country.region << " '" << code << "'";
    }
    for (const char* code : country.wrong) {
      const Status status = CheckPostalCode(country.region, code);
      ASSERT_FALSE(status) << country.region << " '" << code << "'";
      EXPECT_EQ(status.error().reason, "POSTAL_CODE_FORMAT");
    }
  }
}

TEST(PostalCodeTest, SaysCountryGivenCodeAndAnExample) {
  const Status status = CheckPostalCode("FI", "100");

  EXPECT_EQ(status.error().message,
            "'100' is not a postal code of Finland: Finland uses 5 digits, such as 00100");
}

TEST(PostalCodeTest, MayBeAbsentOnlyWhereTheCountryHasNone) {
  EXPECT_TRUE(CheckPostalCode("AE", ""));
  EXPECT_EQ(CheckPostalCode("FI", "  ").error().reason, "POSTAL_CODE_MISSING");
  EXPECT_EQ(CheckPostalCode("AU", "").error().reason, "POSTAL_CODE_MISSING");
}

}  // namespace
}  // namespace storebridge::domain
