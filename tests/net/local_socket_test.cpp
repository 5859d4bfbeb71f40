// A Unix socket that is listened on, and its file.
#include "net/tcp_listener.h"
#include "tests/net/loop_fixture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <sys/un.h>

using net::LocalPath;
using tests::LoopTest;

namespace {

class LocalSocketTest : public LoopTest {
protected:
    LocalSocketTest() {
        std::string folder = (std::filesystem::temp_directory_path() / "boshcm-XXXXXX").string();
        folder_ = ::mkdtemp(folder.data());
        path_ = folder_ + "/http.sock";
    }
    ~LocalSocketTest() override { std::filesystem::remove_all(folder_); }

    auto open(const LocalPath& path) {
        return net::TcpListener::open(loop, env(), path, net::TcpOptions{}, *this);
    }
    [[nodiscard]] sockaddr_un name() const {
        sockaddr_un name{.sun_family = AF_UNIX, .sun_path = {}};
        std::ranges::copy(path_, name.sun_path);
        return name;
    }
    // A connected descriptor, or -1.
    [[nodiscard]] int connect() const {
        int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_un to = name();
        if (::connect(socket, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0) return socket;
        ::close(socket);
        return -1;
    }
    [[nodiscard]] unsigned mode() const {
        struct stat status{};
        EXPECT_EQ(::lstat(path_.c_str(), &status), 0);
        return status.st_mode & 07777U;
    }

    std::string folder_;
    std::string path_;
};

// Rows: H-012
TEST_F(LocalSocketTest, TakesConnectionsWithoutAnAddress) {
    auto listener = open({.path = path_, .mode = 0660});
    ASSERT_TRUE(listener);
    EXPECT_EQ(mode(), 0660U);
    int peer = connect();
    ASSERT_GE(peer, 0);
    ASSERT_TRUE(run_until([&] { return accepted.size() == 1; }));
    EXPECT_EQ(accepted[0]->peer().family, net::Address::Family::Local);
    EXPECT_EQ(::send(peer, "hello", 5, 0), 5);
    EXPECT_TRUE(run_until([&] { return records[0]->received == "hello"; }));
    accepted[0]->write(base::SliceChain(base::Slice::literal("answer")));
    std::string answer(6, '\0');
    EXPECT_EQ(::recv(peer, answer.data(), answer.size(), 0), 6);
    EXPECT_EQ(answer, "answer");
    accepted[0]->close(net::CloseMode::Flush);
    EXPECT_EQ(::recv(peer, answer.data(), answer.size(), 0), 0);
    ::close(peer);
    EXPECT_TRUE(run_until([&] { return records[0]->closed == 1; }));
}

// Rows: H-012
TEST_F(LocalSocketTest, TakesItsFileAwayAtTheEnd) {
    auto listener = open({.path = path_});
    ASSERT_TRUE(listener);
    EXPECT_TRUE(std::filesystem::exists(path_));
    listener->reset();
    EXPECT_FALSE(std::filesystem::exists(path_));
}

// Rows: H-012
TEST_F(LocalSocketTest, ReplacesAFileThatNobodyListensOn) {
    int dead = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un at = name();
    ASSERT_EQ(::bind(dead, reinterpret_cast<sockaddr*>(&at), sizeof at), 0);
    ::close(dead);
    auto listener = open({.path = path_});
    ASSERT_TRUE(listener);
    int peer = connect();
    EXPECT_GE(peer, 0);
    ::close(peer);
}

// Rows: H-012
TEST_F(LocalSocketTest, LeavesASocketAloneThatSomebodyListensOn) {
    auto first = open({.path = path_});
    ASSERT_TRUE(first);
    auto second = open({.path = path_});
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, EADDRINUSE);
    int peer = connect();
    EXPECT_GE(peer, 0);
    ::close(peer);
}

// Rows: H-012
TEST_F(LocalSocketTest, LeavesAFileAloneThatIsNoSocket) {
    std::ofstream(path_) << "precious";
    auto listener = open({.path = path_});
    ASSERT_FALSE(listener);
    EXPECT_EQ(listener.error().code, EADDRINUSE);
    EXPECT_EQ(std::filesystem::file_size(path_), 8U);
}

// Rows: H-012
TEST_F(LocalSocketTest, SaysWhatTheSystemRefused) {
    auto missing = open({.path = folder_ + "/no/such/http.sock"});
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ENOENT);
    auto too_long = open({.path = folder_ + "/" + std::string(200, 'x')});
    ASSERT_FALSE(too_long);
    EXPECT_EQ(too_long.error().code, ENAMETOOLONG);
}

} // namespace
