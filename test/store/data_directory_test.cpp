#include "store/data_directory.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/sqlite_store.h"
#include "test/store/support.h"

namespace slipway::store {
namespace {

using testing::AllOf;
using testing::HasSubstr;
namespace fs = std::filesystem;

unsigned mode_of(const std::string& path) {
  struct stat facts{};
  return ::stat(path.c_str(), &facts) == 0 ? facts.st_mode & 0777u : 0;
}

TEST(DataDirectory, IsMadeForItsOwnerOnly) {
  const TemporaryDirectory parent;
  const auto directory = DataDirectory::open(parent / "new/deep/fleet/");
  ASSERT_TRUE(directory) << message_of(directory);
  EXPECT_EQ(directory->path(), fs::canonical(parent / "new/deep/fleet").string());
  for (const auto& path : {parent / "new", directory->path(), directory->pki()})
    EXPECT_EQ(mode_of(path), 0700u) << path;
  for (const char* name : {"/format", "/lock"}) EXPECT_EQ(mode_of(directory->path() + name), 0600u) << name;
  EXPECT_EQ(directory->database(), directory->path() + "/hub.db");
  EXPECT_EQ(directory->kubeconfig(), directory->path() + "/kubeconfig");
  EXPECT_EQ(directory->log(), directory->path() + "/log");
}

TEST(DataDirectory, OpensWhatIsOurs) {
  const struct {
    const char* rule;
    std::function<void(const std::string&)> prepare;
  } rows[] = {
      {"an empty directory, whatever its mode",
       [](auto& path) { fs::create_directory(path), fs::permissions(path, fs::perms{0755}); }},
      {"one that was used before",
       [](auto& path) {
         const auto directory = DataDirectory::open(path);
         ASSERT_TRUE(directory && SqliteStore::open(directory->database()));
         put_file(directory->kubeconfig(), "contexts: []");
         put_file(path + "/notes.txt", "the owner's own");
       }},
      {"left by a start that was killed",
       [](auto& path) {
         fs::create_directory(path), put_file(path + "/lock", "1\n"), put_file(path + "/format.new", "sli");
       }},
      {"only a store, put back from a backup",
       [](auto& path) {
         fs::create_directory(path);
         ASSERT_TRUE(SqliteStore::open(path + "/hub.db"));
       }},
      {"through a link",
       [](auto& path) { fs::create_directory(path + "-real"), fs::create_directory_symlink(path + "-real", path); }},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    const TemporaryDirectory parent;
    row.prepare(parent / "fleet");
    const auto directory = DataDirectory::open(parent / "fleet");
    EXPECT_TRUE(directory) << message_of(directory);
    EXPECT_EQ(mode_of(parent / "fleet"), 0700u);
  }
}

TEST(DataDirectory, RefusesWhatIsNotOursAndTouchesNothing) {
  const struct {
    const char* rule;
    const char* path;
    std::function<void(const std::string&)> prepare;
    Reason want;
    const char* message;
  } rows[] = {
      {"no name", "", [](auto&) {}, Reason::usage, "give one with --data-dir"},
      {"a file in its place", "fleet", [](auto& path) { put_file(path, "text"); }, Reason::usage, "is not a directory"},
      {"a file above it", "file/fleet", [](auto& path) { put_file(fs::path(path).parent_path(), "text"); },
       Reason::usage, "choose another with --data-dir"},
      {"a link that leads nowhere", "fleet", [](auto& path) { fs::create_symlink(path, path); }, Reason::usage,
       "choose another"},
      {"somebody's files", "fleet", [](auto& path) { fs::create_directory(path), put_file(path + "/photo.jpg", "x"); },
       Reason::usage, "holds files that Slipway did not make (such as \"photo.jpg\")"},
      {"shared by everybody", "fleet",
       [](auto& path) { fs::create_directory(path), fs::permissions(path, fs::perms{01777}); }, Reason::usage,
       "shared by all users"},
      {"somebody's hub.db", "fleet",
       [](auto& path) { fs::create_directory(path), put_file(path + "/hub.db", "hubbub"); }, Reason::usage,
       "hub.db was not made by Slipway"},
      {"a newer layout", "fleet",
       [](auto& path) { fs::create_directory(path), put_file(path + "/format", "slipway data directory, format 2\n"); },
       Reason::usage, "made by a newer Slipway (format 2, this one knows up to 1)"},
      {"a marker that is not one", "fleet",
       [](auto& path) {
         fs::create_directory(path), put_file(path + "/format", "slipway data directory, format 1.5\n");
       },
       Reason::corrupt, "format is not what Slipway wrote"},
      {"an empty marker", "fleet", [](auto& path) { fs::create_directory(path), put_file(path + "/format", ""); },
       Reason::corrupt, "format is not what Slipway wrote"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    const TemporaryDirectory parent;
    row.prepare(parent / row.path);
    const auto before = contents_of(parent.path());
    const auto refused = DataDirectory::open(*row.path == '\0' ? "" : parent / row.path);
    EXPECT_EQ(reason_of(refused), row.want);
    EXPECT_THAT(message_of(refused), HasSubstr(row.message));
    EXPECT_TRUE(contents_of(parent.path()) == before) << "touched";
  }
}

// Permissions mean nothing to root, so a child process gives them up and reports by its exit code.
TEST(DataDirectory, SaysWhatItMayNotRead) {
  const struct {
    const char* rule;
    unsigned mode;  // of an existing directory
    const char* below;
  } rows[] = {
      {"a directory nobody may read", 0, ""},
      {"one that may be read only", 0500, ""},
      {"one to be made where nothing may be made", 0500, "/new"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    const TemporaryDirectory parent;
    fs::permissions(parent.path(), fs::perms{0755});
    const std::string path = parent / "fleet";
    fs::create_directory(path);
    constexpr uid_t kNobody = 65534;
    if (::geteuid() == 0) ASSERT_EQ(::chown(path.c_str(), kNobody, kNobody), 0);
    fs::permissions(path, fs::perms{row.mode});
    const pid_t child = ::fork();
    if (child == 0) {
      if (::geteuid() == 0 && (::setgid(kNobody) != 0 || ::setuid(kNobody) != 0)) ::_exit(9);
      const auto refused = DataDirectory::open(path + row.below);
      const bool clear = message_of(refused).contains("Permission denied: give yourself access");
      ::_exit(reason_of(refused) == Reason::usage && clear ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
    EXPECT_EQ(mode_of(path), row.mode);
    fs::permissions(path, fs::perms{0700});
  }
}

TEST(DataDirectory, HasOneHolderAtATime) {
  const TemporaryDirectory parent;
  const std::string path = parent / "fleet";
  EXPECT_EQ(DataDirectory::holder(path), std::nullopt) << "not there";
  {
    const auto first = DataDirectory::open(path);
    ASSERT_TRUE(first) << message_of(first);
    EXPECT_EQ(DataDirectory::holder(path), ::getpid());
    const auto second = DataDirectory::open(path);
    EXPECT_EQ(reason_of(second), Reason::usage);
    EXPECT_THAT(message_of(second), AllOf(HasSubstr(fmt::format("in use by process {}", ::getpid())),
                                          HasSubstr(fmt::format("`slipway down --data-dir {}`", first->path()))));
    EXPECT_EQ(DataDirectory::holder(path), ::getpid()) << "the second has changed nothing";
  }
  EXPECT_EQ(DataDirectory::holder(path), std::nullopt);
  put_file(path + "/lock", "1\n");  // what a killed holder leaves; process 1 runs, but holds nothing
  EXPECT_EQ(DataDirectory::holder(path), std::nullopt);
  EXPECT_TRUE(DataDirectory::open(path));
}

TEST(PrivateFile, IsReplacedWhole) {
  const TemporaryDirectory directory;
  const std::string path = directory / "kubeconfig";
  EXPECT_EQ(reason_of(read_file(path)), Reason::not_found);
  put_file(path, "old, and readable by all");
  fs::permissions(path, fs::perms{0644});
  put_file(path + ".new", "of a write that was killed");
  const std::string content = std::string(100'000, 'k') + '\0' + "end";
  ASSERT_TRUE(write_private_file(path, content));
  EXPECT_TRUE(read_file(path) == content);
  EXPECT_EQ(mode_of(path), 0600u);
  EXPECT_EQ(contents_of(directory.path()).size(), 1u);
  EXPECT_EQ(reason_of(write_private_file(directory / "nowhere/file", "")), Reason::io);
}

}  // namespace
}  // namespace slipway::store
