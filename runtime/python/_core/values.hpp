#pragma once

#include "ref.hpp"

#include <kameo/decimal.hpp>
#include <kameo/uuid.hpp>

#include <cstdint>
#include <optional>
#include <string>

/// Python's classes for scalars that C has none for. Each module is imported when a schema that
/// needs it is first bound: `uuid` and `decimal` are milliseconds of a worker's start.
namespace kameo::python {

// Each gives false with an exception set where the import fails; cheap after the first time.
bool import_datetime();
bool import_uuid();
bool import_decimal();

// New references, empty with an exception set.

/// An aware `datetime` in UTC; ValueError beyond the years 1 to 9999.
Ref datetime_from_us(std::int64_t us);
Ref timedelta_from_us(std::int64_t us);
Ref uuid_from(const Uuid& uuid);
Ref decimal_from_text(const std::string& text);

/// What became of a conversion to the wire.
enum class Converted { yes, wrong_type, raised };

/// `wrong_type` also for a naive datetime.
Converted us_from_datetime(PyObject* value, std::int64_t& us);
/// `wrong_type` also for one that does not fit 64 bits of µs.
Converted us_from_timedelta(PyObject* value, std::int64_t& us);
Converted uuid_to(PyObject* value, Uuid& uuid);
/// Takes int too. `wrong_type` also for NaN, infinities and more than 34 digits.
Converted decimal_to(PyObject* value, Decimal& decimal);

}  // namespace kameo::python
