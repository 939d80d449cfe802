#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void text_add(struct text *text, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int needed = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  if (needed < 0) return;
  if (text->length + (size_t)needed + 1 > text->capacity) {
    size_t capacity = (text->length + (size_t)needed + 1) * 2;
    char *grown = realloc(text->bytes, capacity);
    if (grown == NULL) abort();
    text->bytes = grown;
    text->capacity = capacity;
  }
  va_start(arguments, format);
  vsnprintf(text->bytes + text->length, text->capacity - text->length, format, arguments);
  va_end(arguments);
  text->length += (size_t)needed;
}

void text_add_json(struct text *text, const char *value) {
  text_add(text, "\"");
  for (const unsigned char *at = (const unsigned char *)value; *at; at++) {
    if (*at == '"' || *at == '\\') text_add(text, "\\%c", *at);
    else if (*at < 0x20) text_add(text, "\\u%04x", *at);
    else text_add(text, "%c", *at);
  }
  text_add(text, "\"");
}

void text_add_html(struct text *text, const char *value) {
  for (; *value; value++) {
    if (*value == '<' || *value == '>' || *value == '&' || *value == '"') text_add(text, "&#%d;", *value);
    else text_add(text, "%c", *value);
  }
}

void text_free(struct text *text) {
  free(text->bytes);
  *text = (struct text){0};
}
