#ifndef FILES_H
#define FILES_H
#include <stddef.h>

// First line of a file; the buffer keeps its content when the file cannot be read.
void read_line(const char *path, char *into, size_t size);
// Replaces a file so that after a power cut either the old or the new content is there, on disk.
int replace_file(const char *path, const char *bytes, size_t length);

#endif
