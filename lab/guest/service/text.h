// A string that grows; everything the service answers is written into one.
#ifndef TEXT_H
#define TEXT_H
#include <stddef.h>

struct text {
  char *bytes;
  size_t length, capacity;
};

void text_add(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_add_json(struct text *text, const char *value); // quoted and escaped
void text_add_html(struct text *text, const char *value); // escaped
void text_free(struct text *text);

#endif
