#include "http.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

// A client that sends nothing holds a thread this long.
#define CLIENT_TIMEOUT_SECONDS 5
#define MAX_REQUEST 32768

struct listener {
  int socket;
  http_handler handler;
};

struct connection {
  int socket;
  http_handler handler;
};

static void copy_header(const char *head, const char *name, char *into, size_t size) {
  const char *at = strcasestr(head, name);
  if (at == NULL) return;
  at += strlen(name);
  while (*at == ' ') at++;
  size_t length = strcspn(at, "\r\n");
  if (length >= size) length = size - 1;
  memcpy(into, at, length);
  into[length] = 0;
}

// Reads head and body into the buffer; returns where the body starts, or NULL for anything that is no request.
static char *receive(int socket, char *buffer) {
  size_t have = 0;
  char *body = NULL;
  size_t wanted = 0;
  while (have < MAX_REQUEST - 1) {
    ssize_t count = read(socket, buffer + have, MAX_REQUEST - 1 - have);
    if (count <= 0) return NULL;
    have += (size_t)count;
    buffer[have] = 0;
    if (body == NULL) {
      char *end = strstr(buffer, "\r\n\r\n");
      if (end == NULL) continue;
      *end = 0;
      body = end + 4;
      char length[16] = "0";
      copy_header(buffer, "\nContent-Length:", length, sizeof length);
      wanted = (size_t)strtoul(length, NULL, 10);
    }
    if (have - (size_t)(body - buffer) >= wanted) return body;
  }
  return NULL;
}

static const char *reason(int status) {
  switch (status) {
  case 200: return "OK";
  case 202: return "Accepted";
  case 400: return "Bad Request";
  case 404: return "Not Found";
  case 405: return "Method Not Allowed";
  default: return "Service Unavailable";
  }
}

static void send_all(int socket, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t count = send(socket, bytes, length, MSG_NOSIGNAL);
    if (count <= 0) return;
    bytes += count;
    length -= (size_t)count;
  }
}

static void answer(int socket, http_handler handler, char *buffer) {
  char *body = receive(socket, buffer);
  if (body == NULL) return;
  struct request *request = calloc(1, sizeof *request);
  struct response response = {.status = 200, .type = "application/json"};
  if (request == NULL) return;
  if (sscanf(buffer, "%7s %511s", request->method, request->path) == 2) {
    request->path[strcspn(request->path, "?")] = 0;
    copy_header(buffer, "\nHost:", request->host, sizeof request->host);
    copy_header(buffer, "\nAuthorization: OAuth", request->session, sizeof request->session);
    snprintf(request->body, sizeof request->body, "%s", body);
    handler(request, &response);
  } else {
    response.status = 400;
  }
  struct text head = {0};
  text_add(&head,
           "HTTP/1.1 %d %s\r\nContent-Type: %s; charset=utf-8\r\nContent-Length: %zu\r\nCache-Control: no-store\r\n"
           "Connection: close\r\n\r\n",
           response.status, reason(response.status), response.type, response.body.length);
  send_all(socket, head.bytes, head.length);
  if (response.body.length > 0) send_all(socket, response.body.bytes, response.body.length);
  text_free(&head);
  text_free(&response.body);
  free(request);
}

static void *converse(void *argument) {
  struct connection connection = *(struct connection *)argument;
  free(argument);
  char *buffer = malloc(MAX_REQUEST);
  if (buffer != NULL) answer(connection.socket, connection.handler, buffer);
  free(buffer);
  shutdown(connection.socket, SHUT_WR);
  close(connection.socket);
  return NULL;
}

static void *listen_forever(void *argument) {
  struct listener *listener = argument;
  for (;;) {
    int client = accept4(listener->socket, NULL, NULL, SOCK_CLOEXEC);
    if (client < 0) {
      usleep(10000); // out of file descriptors: do not spin
      continue;
    }
    struct timeval limit = {.tv_sec = CLIENT_TIMEOUT_SECONDS};
    setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    struct connection *connection = malloc(sizeof *connection);
    pthread_t thread;
    if (connection != NULL) *connection = (struct connection){client, listener->handler};
    if (connection == NULL || pthread_create(&thread, NULL, converse, connection) != 0) {
      free(connection);
      close(client);
    } else {
      pthread_detach(thread);
    }
  }
  return NULL;
}

void http_serve(int port, http_handler handler) {
  int one = 1, server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  struct listener *listener = malloc(sizeof *listener);
  pthread_t thread;
  setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (listener == NULL || bind(server, (struct sockaddr *)&address, sizeof address) != 0 || listen(server, 64) != 0) {
    perror("listen");
    exit(1);
  }
  *listener = (struct listener){server, handler};
  if (pthread_create(&thread, NULL, listen_forever, listener) != 0) exit(1);
}
