// Long actions of the platform: answered at once with a job, finished by a thread.
#ifndef JOBS_H
#define JOBS_H
#include "text.h"

struct job_result {
  int failed;
  char code[16], description[64], details[128];
  struct text inventory; // JSON object when it went well
};

typedef void (*job_work)(const char *target, const char *argument, struct job_result *result);

// Fills uuid; returns 0 when no more jobs can be kept.
int job_start(job_work work, const char *target, const char *argument, char uuid[33]);
// HTTP status: 202 running, 200 done, 503 failed, 404 unknown; the body is written for all but 202.
int job_answer(const char *uuid, struct text *out);
void error_json(struct text *out, const char *code, const char *description, const char *details);

#endif
