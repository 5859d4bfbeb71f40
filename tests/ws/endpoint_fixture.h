// EndpointTest — a world of its own for each test.
// Life:   as gtest has it.
#pragma once

#include "tests/ws/endpoint_world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ws {

class EndpointTest : public testing::Test, protected EndpointWorld {
protected:
    void SetUp() override { start(); }
};

} // namespace ws
