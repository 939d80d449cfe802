#include "sessions.h"

#include "store.h"
#include <pthread.h>
#include <string.h>

// The oldest session is dropped for a new one.
#define MAX_SESSIONS 64

static char sessions[MAX_SESSIONS][33];
static unsigned next;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static char *find(const char *uuid) {
  for (int i = 0; i < MAX_SESSIONS; i++)
    if (uuid[0] && strcmp(sessions[i], uuid) == 0) return sessions[i];
  return NULL;
}

void session_open(char uuid[33]) {
  new_uuid(uuid);
  pthread_mutex_lock(&lock);
  memcpy(sessions[next++ % MAX_SESSIONS], uuid, 33);
  pthread_mutex_unlock(&lock);
}

int session_is_open(const char *uuid) {
  pthread_mutex_lock(&lock);
  int open = find(uuid) != NULL;
  pthread_mutex_unlock(&lock);
  return open;
}

void session_close(const char *uuid) {
  pthread_mutex_lock(&lock);
  char *session = find(uuid);
  if (session != NULL) session[0] = 0;
  pthread_mutex_unlock(&lock);
}
