#ifndef HTTP_H
#define HTTP_H
#include "text.h"

struct request {
  char method[8], path[512], host[128], session[64];
  char body[16384];
};

struct response {
  int status;
  const char *type;
  struct text body;
};

typedef void (*http_handler)(const struct request *request, struct response *response);

// Listens in a thread of its own; one thread per connection, which is closed after the answer.
void http_serve(int port, http_handler handler);

#endif
