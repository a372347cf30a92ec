// Loaded with LD_PRELOAD: lets the Nth write, fsync, truncation or rename below a folder fail.
// FAIL_BELOW the folder, FAIL_AT which one, FAIL_WITH the errno, FAIL_ON=1 when every one after it fails too.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_int calls;

static int fails(const char *what, const char *path) {
  const char *below = getenv("FAIL_BELOW"), *at = getenv("FAIL_AT"), *with = getenv("FAIL_WITH"), *on = getenv("FAIL_ON");
  if (!below || !at || !with || strncmp(path, below, strlen(below)) != 0) return 0;
  int call = atomic_fetch_add(&calls, 1) + 1;
  int wanted = atoi(at);
  if (call < wanted || (call > wanted && !on)) return 0;
  if (call == wanted) dprintf(2, "failing %s %d: %s\n", what, call, path);
  errno = atoi(with);
  return 1;
}

static int fails_at(const char *what, int file) {
  if (file <= 2) return 0;
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  return fails(what, path);
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int file, const void *bytes, size_t count) { return fails_at("write", file) ? -1 : NEXT(write)(file, bytes, count); }
ssize_t pwrite(int file, const void *bytes, size_t count, off_t at) { return fails_at("write", file) ? -1 : NEXT(pwrite)(file, bytes, count, at); }
ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at) { return fails_at("write", file) ? -1 : NEXT(pwrite64)(file, bytes, count, at); }
ssize_t writev(int file, const struct iovec *parts, int count) { return fails_at("write", file) ? -1 : NEXT(writev)(file, parts, count); }
ssize_t pwritev(int file, const struct iovec *parts, int count, off_t at) { return fails_at("write", file) ? -1 : NEXT(pwritev)(file, parts, count, at); }
int fsync(int file) { return fails_at("fsync", file) ? -1 : NEXT(fsync)(file); }
int fdatasync(int file) { return fails_at("fsync", file) ? -1 : NEXT(fdatasync)(file); }
int ftruncate(int file, off_t length) { return fails_at("truncate", file) ? -1 : NEXT(ftruncate)(file, length); }
int ftruncate64(int file, off64_t length) { return fails_at("truncate", file) ? -1 : NEXT(ftruncate64)(file, length); }
int rename(const char *from, const char *to) { return fails("rename", to) ? -1 : NEXT(rename)(from, to); }
