#include "files.h"

#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void read_line(const char *path, char *into, size_t size) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  ssize_t count = read(file, into, size - 1);
  if (count > 0) {
    into[count] = 0;
    into[strcspn(into, "\r\n")] = 0;
  }
  close(file);
}

static int sync_path(const char *path, int flags) {
  int file = open(path, flags | O_CLOEXEC);
  if (file < 0) return -1;
  int result = fsync(file);
  close(file);
  return result;
}

int replace_file(const char *path, const char *bytes, size_t length) {
  char draft[256], folder[256];
  snprintf(draft, sizeof draft, "%s.new", path);
  snprintf(folder, sizeof folder, "%s", path);
  FILE *file = fopen(draft, "we");
  if (file == NULL) return -1;
  size_t written = fwrite(bytes, 1, length, file);
  if (fclose(file) != 0 || written != length) return -1;
  if (sync_path(draft, O_RDONLY) != 0 || rename(draft, path) != 0) return -1;
  return sync_path(dirname(folder), O_RDONLY | O_DIRECTORY);
}
