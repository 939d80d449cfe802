#include "jobs.h"

#include "store.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The oldest are forgotten first; a client polls its job within seconds.
#define MAX_JOBS 64

struct job {
  char uuid[33], target[33], argument[64];
  int running;
  job_work work;
  struct job_result result;
};

static struct job *jobs[MAX_JOBS];
static unsigned next;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *run(void *argument) {
  struct job *job = argument;
  struct job_result result = {0};
  job->work(job->target, job->argument, &result);
  pthread_mutex_lock(&lock);
  job->result = result;
  job->running = 0;
  pthread_mutex_unlock(&lock);
  return NULL;
}

int job_start(job_work work, const char *target, const char *argument, char uuid[33]) {
  struct job *job = calloc(1, sizeof *job);
  if (job == NULL) return 0;
  new_uuid(job->uuid);
  snprintf(job->target, sizeof job->target, "%s", target);
  snprintf(job->argument, sizeof job->argument, "%s", argument);
  job->work = work;
  job->running = 1;
  memcpy(uuid, job->uuid, sizeof job->uuid);
  pthread_mutex_lock(&lock);
  struct job **place = &jobs[next % MAX_JOBS];
  int free_place = *place == NULL || !(*place)->running;
  if (free_place) {
    if (*place != NULL) text_free(&(*place)->result.inventory);
    free(*place);
    *place = job;
    next++;
  }
  pthread_mutex_unlock(&lock);
  pthread_t thread;
  if (!free_place) {
    free(job);
    return 0;
  }
  if (pthread_create(&thread, NULL, run, job) != 0) {
    job->running = 0;
    return 0;
  }
  pthread_detach(thread);
  return 1;
}

void error_json(struct text *out, const char *code, const char *description, const char *details) {
  text_add(out, "{\"error\":{\"code\":");
  text_add_json(out, code);
  text_add(out, ",\"description\":");
  text_add_json(out, description);
  text_add(out, ",\"details\":");
  text_add_json(out, details);
  text_add(out, "}}\n");
}

int job_answer(const char *uuid, struct text *out) {
  int status = 404;
  pthread_mutex_lock(&lock);
  for (int i = 0; i < MAX_JOBS && status == 404; i++) {
    if (jobs[i] == NULL || strcmp(jobs[i]->uuid, uuid) != 0) continue;
    const struct job_result *result = &jobs[i]->result;
    status = jobs[i]->running ? 202 : result->failed ? 503 : 200;
    if (status == 503) error_json(out, result->code, result->description, result->details);
    if (status == 200) text_add(out, "{\"inventory\":%s}\n", result->inventory.bytes ? result->inventory.bytes : "{}");
  }
  pthread_mutex_unlock(&lock);
  if (status == 404) error_json(out, "SYS.1007", "resource not found", "no such job");
  return status;
}
