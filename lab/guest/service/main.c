#include "hosts.h"
#include "http.h"
#include "page.h"
#include "platform.h"
#include "store.h"
#include "witness.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int is_witness(const struct request *request, struct response *response) {
  if (strcmp(request->path, "/witness") != 0) return 0;
  witness_json(&response->body);
  return 1;
}

static void answer_page(const struct request *request, struct response *response) {
  if (is_witness(request, response)) return;
  response->type = "text/html";
  if (strcmp(request->path, "/") == 0) page_html(&response->body);
  else {
    response->status = 404;
    text_add(&response->body, "<!doctype html><title>Not found</title><p>The stand-in has one page: <a href=/>/</a>\n");
  }
}

static void answer_api(const struct request *request, struct response *response) {
  if (!is_witness(request, response)) platform_answer(request, response);
}

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  witness_start();
  store_load();
  const char *hosts = getenv("HOSTS");
  if (hosts != NULL) hosts_register(hosts);
  hosts_watch();
  http_serve(5000, answer_page);
  http_serve(8080, answer_api);
  for (;;) pause();
}
