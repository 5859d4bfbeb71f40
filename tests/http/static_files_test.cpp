// Rows: -
#include "http/static_files.h"
#include "tests/http/server_fixture.h"

#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace http {
namespace {

namespace fs = std::filesystem;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

class StaticFilesTest : public ServerFixture {
protected:
    void SetUp() override {
        std::string name = (fs::temp_directory_path() / "static_files_test.XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        outside_ = name;
        root_ = outside_ / "site";
        fs::create_directories(root_ / "sub");
        fs::create_directories(root_ / ".hidden");
        put("site/index.html", "<p>home</p>");
        put("site/app.js", "let a;");
        put("site/sub/index.html", "<p>sub</p>");
        put("site/.secret", "hidden");
        put("site/.hidden/x.txt", "hidden");
        put("passwd", "outside");
        put("site2", "neighbour");
        start({});
        auto files = StaticFiles::open(env_.pool, *server_, root_.string(), "/chat/");
        ASSERT_TRUE(files) << files.error().what;
        files_ = std::move(*files);
        server_->add_route({.path = "/chat/",
                            .handler = files_.get(),
                            .allow = "GET, HEAD, OPTIONS",
                            .folder = true});
    }
    void TearDown() override {
        server_.reset();
        fs::remove_all(outside_);
    }
    void put(const std::string& name, std::string_view content) {
        std::ofstream(outside_ / name, std::ios::binary) << content;
    }
    std::string get(std::string_view target, std::string_view fields = "",
                    std::string_view method = "GET") {
        return exchange(std::string(method) + " " + std::string(target) +
                        " HTTP/1.1\r\nHost: h\r\n" + std::string(fields) + "\r\n");
    }
    static std::string etag_of(std::string_view answer) {
        size_t at = answer.find("ETag: ") + 6;
        return std::string(answer.substr(at, answer.find("\r\n", at) - at));
    }

    fs::path outside_;
    fs::path root_;
    std::unique_ptr<StaticFiles> files_;
};

TEST_F(StaticFilesTest, ServesFilesWithTypeAndValidator) {
    std::string answer = get("/chat/app.js");
    EXPECT_EQ(status_of(answer), 200);
    EXPECT_THAT(answer, HasSubstr("Content-Type: text/javascript; charset=utf-8\r\n"));
    EXPECT_THAT(answer, HasSubstr("Content-Length: 6\r\n"));
    EXPECT_THAT(answer, HasSubstr("Cache-Control: no-cache\r\n"));
    EXPECT_THAT(answer, HasSubstr("ETag: \""));
    EXPECT_THAT(answer, EndsWith("\r\n\r\nlet a;"));
    EXPECT_EQ(get("/chat/app.js?v=1"), answer);
}

// Rows: S-040
TEST_F(StaticFilesTest, LeavesHalfOfTheMemoryToOthers) {
    put("site/big.txt", std::string(5'000'000, 'x')); // too large to be kept, of a budget of 16 MiB
    {
        base::Slice on_its_way = base::Slice::copy(env_.pool, std::string(4'000'000, 'y'));
        EXPECT_EQ(status_of(get("/chat/big.txt")), 503);
        EXPECT_EQ(status_of(get("/chat/app.js")), 200);
    }
    EXPECT_EQ(status_of(get("/chat/big.txt")), 200);
}

TEST_F(StaticFilesTest, TellsWhenAFileChangedAndAnswersWhoKnows) {
    timespec changed[2] = {{.tv_sec = 784111777, .tv_nsec = 5},
                           {.tv_sec = 784111777, .tv_nsec = 5}};
    ASSERT_EQ(::utimensat(AT_FDCWD, (root_ / "app.js").c_str(), changed, 0), 0);
    EXPECT_THAT(get("/chat/app.js"), HasSubstr("Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n"));
    auto since = [&](std::string_view date, std::string_view more = "") {
        return status_of(get("/chat/app.js", "If-Modified-Since: " + std::string(date) + "\r\n" +
                                                 std::string(more)));
    };
    EXPECT_EQ(since("Sun, 06 Nov 1994 08:49:37 GMT"), 304);
    EXPECT_EQ(since("Mon, 07 Nov 1994 08:49:37 GMT"), 304);
    EXPECT_EQ(since("Sun, 06 Nov 1994 08:49:36 GMT"), 200);
    EXPECT_EQ(since("yesterday"), 200);
    // Tags say more than dates.
    EXPECT_EQ(since("Sun, 06 Nov 1994 08:49:37 GMT", "If-None-Match: \"other\"\r\n"), 200);
    EXPECT_EQ(status_of(get("/chat/app.js", "If-None-Match: \"other\"\r\nIf-None-Match: " +
                                                etag_of(get("/chat/app.js")) + "\r\n")),
              304);
}

TEST_F(StaticFilesTest, KnowsTheTypesOfAWebPage) {
    const std::pair<std::string_view, std::string_view> types[] = {
        {"a.html", "text/html; charset=utf-8"},
        {"a.mjs", "text/javascript; charset=utf-8"},
        {"a.css", "text/css; charset=utf-8"},
        {"a.svg", "image/svg+xml"},
        {"a.PNG", "image/png"},
        {"a.jpg", "image/jpeg"},
        {"a.ico", "image/x-icon"},
        {"a.json", "application/json"},
        {"a.txt", "text/plain; charset=utf-8"},
        {"a.woff2", "font/woff2"},
        {"a.js.map", "application/json"},
        {"a.exe", "application/octet-stream"}};
    for (auto [name, type] : types) {
        put("site/" + std::string(name), "x");
        EXPECT_THAT(get("/chat/" + std::string(name)),
                    HasSubstr("Content-Type: " + std::string(type) + "\r\n"));
    }
}

TEST_F(StaticFilesTest, ServesTheIndexOfAFolder) {
    EXPECT_THAT(get("/chat/"), EndsWith("<p>home</p>"));
    EXPECT_THAT(get("/chat/sub/"), EndsWith("<p>sub</p>"));
    EXPECT_EQ(status_of(get("/chat")), 301);
    EXPECT_EQ(status_of(get("/chat/sub")), 404);
    put("site/empty", "");
    EXPECT_THAT(get("/chat/empty"), HasSubstr("Content-Length: 0\r\n"));
}

// Rows: H-003
TEST_F(StaticFilesTest, AnswersHeadWithTheLengthOnly) {
    std::string answer = get("/chat/app.js", "", "HEAD");
    EXPECT_THAT(answer, HasSubstr("Content-Length: 6\r\n"));
    EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
    EXPECT_EQ(status_of(get("/chat/app.js", "Content-Length: 0\r\n", "POST")), 405);
}

// Rows: H-036
TEST_F(StaticFilesTest, SaysNotModifiedToWhoHasTheFile) {
    std::string etag = etag_of(get("/chat/app.js"));
    for (const std::string& tags : {etag, "W/" + etag, "\"other\", " + etag, std::string("*")}) {
        std::string answer = get("/chat/app.js", "If-None-Match: " + tags + "\r\n");
        EXPECT_EQ(status_of(answer), 304) << tags;
        EXPECT_THAT(answer, HasSubstr("ETag: " + etag + "\r\n"));
        EXPECT_THAT(answer, Not(HasSubstr("Content-Length")));
        EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
    }
    EXPECT_EQ(status_of(get("/chat/app.js", "If-None-Match: \"x\"\r\n")), 200);
}

TEST_F(StaticFilesTest, NoticesThatAFileHasChanged) {
    std::string before = get("/chat/app.js");
    put("site/app.js", "let b; // longer");
    std::string after = get("/chat/app.js");
    EXPECT_THAT(after, EndsWith("let b; // longer"));
    EXPECT_NE(etag_of(before), etag_of(after));
    put("site/app.js", "let c; // longer"); // same size
    struct timespec times[2] = {{1000, 0}, {1000, 5}};
    ASSERT_EQ(::utimensat(AT_FDCWD, (root_ / "app.js").c_str(), times, 0), 0);
    EXPECT_THAT(get("/chat/app.js"), EndsWith("let c; // longer"));
    fs::remove(root_ / "app.js");
    EXPECT_EQ(status_of(get("/chat/app.js")), 404);
}

// Rows: H-001
TEST_F(StaticFilesTest, ShowsNothingOutsideTheFolder) {
    for (std::string_view target :
         {"/chat/../passwd", "/chat/%2e%2e/passwd", "/chat/..%2fpasswd", "/chat/%2e%2e%2fpasswd",
          "/chat/..%5cpasswd", "/chat/sub/../../passwd", "/chat/%252e%252e/passwd",
          "/chat//etc/passwd", "/chat/%2fetc%2fpasswd", "/chat/..;/passwd", "/chat/.../passwd",
          "/chat/../site2", "/chat/.secret", "/chat/.hidden/x.txt", "/chat/%2ehidden/x.txt",
          "/chat/sub//index.html", "/chat/app.js/", "/chat/app.js%5c", "/chat/app.js/index.html"}) {
        std::string answer = get(target);
        EXPECT_EQ(status_of(answer), 404) << target;
        EXPECT_THAT(answer, EndsWith("Not Found\n")) << target;
    }
    EXPECT_EQ(status_of(get("/chat/app.js%00.html")), 400);
}

TEST_F(StaticFilesTest, FollowsNoLinkOutOfTheFolder) {
    fs::create_symlink(outside_ / "passwd", root_ / "link.txt");
    fs::create_directory_symlink(outside_, root_ / "up");
    fs::create_symlink(root_ / ".secret", root_ / "shown.txt");
    fs::create_symlink(root_ / "app.js", root_ / "inside.js");
    EXPECT_EQ(status_of(get("/chat/link.txt")), 404);
    EXPECT_EQ(status_of(get("/chat/up/passwd")), 404);
    EXPECT_EQ(status_of(get("/chat/shown.txt")), 404);
    EXPECT_EQ(status_of(get("/chat/inside.js")), 200);
}

TEST_F(StaticFilesTest, ServesPlainFilesOfModestSizeOnly) {
    ASSERT_EQ(::mkfifo((root_ / "fifo.txt").c_str(), 0600), 0);
    EXPECT_EQ(status_of(get("/chat/fifo.txt")), 404);
    put("site/large.txt", "");
    fs::resize_file(root_ / "large.txt", 16UL * 1024 * 1024 + 1);
    EXPECT_EQ(status_of(get("/chat/large.txt")), 404);
}

TEST_F(StaticFilesTest, RefusesToServeWhatIsNoFolder) {
    for (const std::string& path :
         {(outside_ / "nothing").string(), (outside_ / "passwd").string(), std::string("/")}) {
        EXPECT_FALSE(StaticFiles::open(env_.pool, *server_, path, "/x/")) << path;
    }
}

} // namespace
} // namespace http
