#include "values.hpp"

// Its API is a variable of this file, so all that touches dates and times is here.
#include <datetime.h>

#include <chrono>
#include <cstring>
#include <string_view>

namespace kameo::python {
namespace {

// Classes, once imported. The extension serves one interpreter (module.cpp refuses a second), and
// they live as long as it.
PyObject* uuid_class = nullptr;
PyObject* decimal_class = nullptr;

bool import_class(PyObject*& held, const char* module, const char* name) {
  if (held != nullptr) return true;
  const Ref imported(PyImport_ImportModule(module));
  if (!imported) return false;
  held = PyObject_GetAttrString(imported.get(), name);
  return held != nullptr;
}

constexpr std::int64_t second_us = 1000000;
constexpr std::int64_t day_us = 86400 * second_us;

/// False where it does not fit. A negative timedelta is negative days plus positive seconds.
bool us_of_delta(PyObject* delta, std::int64_t& us) {
  const std::int64_t days = PyDateTime_DELTA_GET_DAYS(delta);
  const std::int64_t rest =
      PyDateTime_DELTA_GET_SECONDS(delta) * second_us + PyDateTime_DELTA_GET_MICROSECONDS(delta);
  // The lowest day alone is below the lowest i64, the whole may not be.
  const std::int64_t from_zero = days < 0 ? days + 1 : days;
  const std::int64_t rest_from_zero = days < 0 ? rest - day_us : rest;
  return !__builtin_mul_overflow(from_zero, day_us, &us) &&
         !__builtin_add_overflow(us, rest_from_zero, &us);
}

/// What to take from a local time to get UTC.
Converted offset_of(PyObject* datetime, PyObject* zone, std::int64_t& us) {
  us = 0;
  if (zone == PyDateTime_TimeZone_UTC) return Converted::yes;
  if (zone == Py_None) return Converted::wrong_type;
  const Ref offset(PyObject_CallMethod(datetime, "utcoffset", nullptr));
  if (!offset) return Converted::raised;
  if (!PyDelta_Check(offset.get())) return Converted::wrong_type;
  return us_of_delta(offset.get(), us) ? Converted::yes : Converted::wrong_type;
}

}  // namespace

bool import_datetime() {
  if (PyDateTimeAPI == nullptr) PyDateTime_IMPORT;
  return PyDateTimeAPI != nullptr;
}
bool import_uuid() {
  return import_class(uuid_class, "uuid", "UUID");
}
bool import_decimal() {
  return import_class(decimal_class, "decimal", "Decimal");
}

Ref datetime_from_us(std::int64_t us) {
  using std::chrono::days;
  using std::chrono::floor;
  const std::chrono::sys_time<std::chrono::microseconds> at{std::chrono::microseconds(us)};
  const auto day = floor<days>(at);
  const std::chrono::year_month_day date(day);
  const auto year = static_cast<int>(date.year());
  // Years that std::chrono can't hold wrap; the day count says it exactly.
  constexpr auto first = std::chrono::sys_days(std::chrono::year(1) / 1 / 1);
  constexpr auto last = std::chrono::sys_days(std::chrono::year(9999) / 12 / 31);
  if (day < first || day > last) {
    PyErr_Format(PyExc_ValueError, "a timestamp of %lld µs is beyond datetime's years 1 to 9999",
                 static_cast<long long>(us));
    return {};
  }
  const auto in_day = (at - day).count();
  const auto seconds = static_cast<int>(in_day / second_us);
  return Ref(PyDateTimeAPI->DateTime_FromDateAndTime(
      year, static_cast<int>(static_cast<unsigned>(date.month())),
      static_cast<int>(static_cast<unsigned>(date.day())), seconds / 3600, seconds / 60 % 60,
      seconds % 60, static_cast<int>(in_day % second_us), PyDateTime_TimeZone_UTC,
      PyDateTimeAPI->DateTimeType));
}

Ref timedelta_from_us(std::int64_t us) {
  auto days = us / day_us;
  auto rest = us % day_us;
  if (rest < 0) {
    --days;
    rest += day_us;
  }
  return Ref(PyDelta_FromDSU(static_cast<int>(days), static_cast<int>(rest / second_us),
                             static_cast<int>(rest % second_us)));
}

Converted us_from_datetime(PyObject* value, std::int64_t& us) {
  if (!PyDateTime_Check(value)) return Converted::wrong_type;
  std::int64_t offset_us = 0;
  const auto known = offset_of(value, PyDateTime_DATE_GET_TZINFO(value), offset_us);
  if (known != Converted::yes) return known;
  using namespace std::chrono;
  const auto month_number = static_cast<unsigned>(PyDateTime_GET_MONTH(value));
  const auto day_number = static_cast<unsigned>(PyDateTime_GET_DAY(value));
  const sys_days date = year(PyDateTime_GET_YEAR(value)) / month(month_number) / day(day_number);
  const std::int64_t seconds = PyDateTime_DATE_GET_HOUR(value) * 3600 +
                               PyDateTime_DATE_GET_MINUTE(value) * 60 +
                               PyDateTime_DATE_GET_SECOND(value);
  us = date.time_since_epoch().count() * day_us + seconds * second_us +
       PyDateTime_DATE_GET_MICROSECOND(value) - offset_us;
  return Converted::yes;
}

Converted us_from_timedelta(PyObject* value, std::int64_t& us) {
  if (!PyDelta_Check(value)) return Converted::wrong_type;
  return us_of_delta(value, us) ? Converted::yes : Converted::wrong_type;
}

Ref uuid_from(const Uuid& uuid) {
  const Ref bytes(PyBytes_FromStringAndSize(reinterpret_cast<const char*>(uuid.bytes.data()), 16));
  if (!bytes) return {};
  // UUID(None, bytes): `hex` comes first.
  return Ref(PyObject_CallFunctionObjArgs(uuid_class, Py_None, bytes.get(), nullptr));
}

Converted uuid_to(PyObject* value, Uuid& uuid) {
  const int is_uuid = PyObject_IsInstance(value, uuid_class);
  if (is_uuid <= 0) return is_uuid == 0 ? Converted::wrong_type : Converted::raised;
  const Ref bytes(PyObject_GetAttrString(value, "bytes"));
  if (!bytes) return Converted::raised;
  if (!PyBytes_Check(bytes.get()) || PyBytes_GET_SIZE(bytes.get()) != 16) {
    return Converted::wrong_type;
  }
  std::memcpy(uuid.bytes.data(), PyBytes_AS_STRING(bytes.get()), 16);
  return Converted::yes;
}

Ref decimal_from_text(const std::string& text) {
  if (!import_decimal()) return {};
  return Ref(PyObject_CallFunction(decimal_class, "s#", text.data(),
                                   static_cast<Py_ssize_t>(text.size())));
}

Converted decimal_to(PyObject* value, Decimal& decimal) {
  const int is_decimal = PyObject_IsInstance(value, decimal_class);
  if (is_decimal < 0) return Converted::raised;
  if (is_decimal == 0 && (!PyLong_Check(value) || PyBool_Check(value))) {
    return Converted::wrong_type;
  }
  // `str` keeps sign, digits and exponent of a Decimal, zeros included; of a subclass of int it
  // would say what the subclass likes.
  auto* as_text = PyLong_Check(value) ? PyLong_Type.tp_repr : PyObject_Str;
  const Ref text(as_text(value));
  if (!text && PyLong_Check(value) && PyErr_ExceptionMatches(PyExc_ValueError)) {
    PyErr_Clear();  // more digits than Python turns into text, so far more than 34
    return Converted::wrong_type;
  }
  if (!text) return Converted::raised;
  Py_ssize_t size = 0;
  const char* data = PyUnicode_AsUTF8AndSize(text.get(), &size);
  if (data == nullptr) return Converted::raised;
  const auto parsed = parse_decimal(std::string_view(data, static_cast<std::size_t>(size)));
  if (!parsed) return Converted::wrong_type;
  decimal = *parsed;
  return Converted::yes;
}

}  // namespace kameo::python
