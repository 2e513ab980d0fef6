// Debian's Boost.JSON is used without its compiled library.
#include <boost/json/src.hpp>
