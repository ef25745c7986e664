#pragma once

#include <memory>

#include "json/value.h"

namespace slipway::api {

// Members that the description of a struct does not know: filled by decode, written back by encode, so that a
// read-modify-write by this version keeps what a newer one has added (design 3). One pointer, normally null; a copy is
// deep.
class Unknown {
 public:
  Unknown() = default;
  Unknown(const Unknown& other)
      : members_(other.members_ ? std::make_unique<json::Object>(*other.members_) : nullptr) {}
  Unknown(Unknown&&) noexcept = default;
  Unknown& operator=(const Unknown& other) {
    if (this != &other) members_ = other.members_ ? std::make_unique<json::Object>(*other.members_) : nullptr;
    return *this;
  }
  Unknown& operator=(Unknown&&) noexcept = default;
  ~Unknown() = default;

  // Null when there is none.
  [[nodiscard]] const json::Object* members() const { return members_.get(); }
  void add(std::string_view key, json::Value value) {
    if (!members_) members_ = std::make_unique<json::Object>();
    members_->set(key, std::move(value));
  }
  friend bool operator==(const Unknown& a, const Unknown& b) {
    return a.members_ && b.members_ ? *a.members_ == *b.members_ : !a.members_ == !b.members_;
  }

 private:
  std::unique_ptr<json::Object> members_;
};

}  // namespace slipway::api
