// UvHandle — one libuv handle by RAII.
//
// libuv may not lose a handle's memory when we lose interest in it: closing takes a turn of the
// loop, and callbacks under way may still name the handle. So the handle lives in a box that the
// loop gives back in the close callback, and a late callback finds a box without an owner.
//
// Life:   every libuv callback begins with owner_of() and returns if it is nullptr. Whoever owns a
//         UvHandle stays where it is in memory while it is named as the owner.
#pragma once

#include "base/error.h"

#include <uv.h>

#include <memory>
#include <utility>

namespace net {

template <class H>
class UvHandle {
public:
    UvHandle() = default;
    UvHandle(UvHandle&& other) noexcept : box_(std::exchange(other.box_, nullptr)) {}
    UvHandle& operator=(UvHandle&& other) noexcept {
        if (this != &other) {
            reset();
            box_ = std::exchange(other.box_, nullptr);
        }
        return *this;
    }
    ~UvHandle() { reset(); }

    // `init` is the uv_*_init call, given an H*. If it fails nothing is held; its result.
    template <class Init>
    [[nodiscard]] int init(void* owner, Init&& init) {
        CM_ASSERT(box_ == nullptr);
        auto box = std::make_unique<Box>();
        int status = init(&box->handle);
        if (status < 0) return status;
        box->owner = owner;
        box_ = box.release();
        return status;
    }

    void set_owner(void* owner) noexcept { box_->owner = owner; }
    [[nodiscard]] H* get() const noexcept { return &box_->handle; }
    explicit operator bool() const noexcept { return box_ != nullptr; }

    // For callbacks, which get any of libuv's views of the handle. nullptr: the owner is gone.
    template <class Owner, class View>
    [[nodiscard]] static Owner* owner_of(View* handle) noexcept {
        return static_cast<Owner*>(reinterpret_cast<Box*>(handle)->owner);
    }

    // Closes. Nobody is called any more.
    void reset() noexcept {
        if (box_ == nullptr) return;
        box_->owner = nullptr;
        if (uv_is_closing(base()) == 0) {
            uv_close(base(), [](uv_handle_t* handle) { delete reinterpret_cast<Box*>(handle); });
        }
        box_ = nullptr;
    }

    // Closes, and calls owner.*Then when the loop gives the handle back, always later than now.
    // An owner that is gone by then is not called. `Then` finds this UvHandle empty.
    template <class Owner, UvHandle Owner::* Member, void (Owner::*Then)()>
    void close_then() noexcept {
        uv_close(base(), [](uv_handle_t* handle) {
            std::unique_ptr<Box> box(reinterpret_cast<Box*>(handle));
            auto* owner = static_cast<Owner*>(box->owner);
            if (owner == nullptr) return;
            (owner->*Member).box_ = nullptr;
            (owner->*Then)();
        });
    }

private:
    struct Box {
        H handle; // first: a pointer to the handle is a pointer to the box
        void* owner = nullptr;
    };

    [[nodiscard]] uv_handle_t* base() const noexcept {
        return reinterpret_cast<uv_handle_t*>(&box_->handle);
    }

    Box* box_ = nullptr;
};

} // namespace net
