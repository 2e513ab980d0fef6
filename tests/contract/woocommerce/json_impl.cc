// The one place that compiles Boost.JSON; Debian's package is used header-only.
#include <boost/json/src.hpp>
