#pragma once

namespace kameo {

class LimitCheck;  // kameo/limit_check.hpp; headers of generated types need no more than the name

}  // namespace kameo
