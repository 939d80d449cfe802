#include "json.h"

#include <ctype.h>
#include <string.h>

// Steps over a string that starts at its quote; returns what follows it.
static const char *skip_string(const char *at) {
  for (at++; *at && *at != '"'; at++)
    if (*at == '\\' && at[1]) at++;
  return *at ? at + 1 : at;
}

static const char *skip_blanks(const char *at) {
  while (isspace((unsigned char)*at)) at++;
  return at;
}

static const char *value_of(const char *json, const char *name) {
  size_t length = strlen(name);
  for (const char *at = json; *at;) {
    if (*at != '"') {
      at++;
      continue;
    }
    const char *after = skip_string(at);
    const char *colon = skip_blanks(after);
    if (*colon == ':' && (size_t)(after - at) == length + 2 && strncmp(at + 1, name, length) == 0)
      return skip_blanks(colon + 1);
    at = after;
  }
  return NULL;
}

int json_has(const char *json, const char *name) { return value_of(json, name) != NULL; }

int json_string(const char *json, const char *name, char *into, size_t size) {
  const char *at = value_of(json, name);
  if (at == NULL || *at != '"') return 0;
  size_t length = 0;
  for (at++; *at && *at != '"'; at++) {
    if (*at == '\\' && at[1]) at++;
    if (length + 1 >= size) return 0;
    into[length++] = *at;
  }
  into[length] = 0;
  return *at == '"';
}
