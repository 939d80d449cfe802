#ifndef JSON_H
#define JSON_H
#include <stddef.h>

// Finds the first member of that name at any depth and copies its string value; 0 when it is missing or no string.
// Enough for the few fixed request bodies of the platform's API, and no more than that.
int json_string(const char *json, const char *name, char *into, size_t size);
int json_has(const char *json, const char *name);

#endif
