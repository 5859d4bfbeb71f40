// The file itself: what can be read, and where the names in it begin.
// Rows: -
#include "cm/config_loader.h"
#include "tests/cm/config_text.h"

#include <filesystem>
#include <fstream>
#include <unistd.h>

using tests::minimal_config;

namespace {

class ConfigFileTest : public testing::Test {
protected:
    ConfigFileTest() { std::filesystem::create_directories(directory_); }
    ~ConfigFileTest() override { std::filesystem::remove_all(directory_); }

    std::string write(const std::string& name, const std::string& text) {
        std::string path = directory_ + "/" + name;
        std::ofstream(path, std::ios::binary) << text;
        return path;
    }

    std::string directory_ = testing::TempDir() + "cm_config_" + std::to_string(getpid());
};

TEST_F(ConfigFileTest, OfMoreThanAMebibyteIsRefused) {
    std::string text = minimal_config();
    std::string filler(cm::kMaxConfigFileBytes - text.size(), '\n');
    EXPECT_TRUE(cm::load(write("largest.xml", text + filler)));
    std::string path = write("huge.xml", text + filler + "\n");
    cm::LoadResult result = cm::load(path);
    ASSERT_FALSE(result);
    EXPECT_EQ(cm::to_string(result.error().at(0)),
              path + ": found more than 1 MiB, expected a configuration file of at most 1 MiB");
}

TEST_F(ConfigFileTest, ThatIsMissingOrADirectoryIsSaid) {
    auto first_error = [](const std::string& path) {
        cm::LoadResult result = cm::load(path);
        return result ? "" : cm::to_string(result.error().at(0));
    };
    EXPECT_EQ(first_error(directory_ + "/none.xml"),
              directory_ +
                  "/none.xml: found no way to read it: No such file or directory, expected "
                  "a file that this user may read");
    EXPECT_EQ(first_error(directory_),
              directory_ + ": found something that is no regular file, expected a configuration "
                           "file");
}

TEST_F(ConfigFileTest, NamesDirectoriesFromItsOwnPlace) {
    std::filesystem::create_directories(directory_ + "/pages");
    std::string path = write("cm.xml", minimal_config("<static path='/chat' directory='pages'/>"));
    cm::LoadResult result = cm::load(path);
    ASSERT_TRUE(result) << cm::to_string(result.error().at(0));
    EXPECT_EQ(result->statics.at(0).directory, directory_ + "/pages");
}

} // namespace
