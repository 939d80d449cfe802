// The witness: writes a numbered record every 20 ms past every cache, so that a test can say afterwards which instance
// of this machine wrote what, and whether two of them ever wrote at once.
#ifndef WITNESS_H
#define WITNESS_H
#include "text.h"
#include <stdint.h>

struct witness {
  char node[32], boot[40];
  uint64_t epoch, boots;
  uint64_t seq;       // last number attempted
  uint64_t acked;     // last number the disk confirmed
  uint64_t prev;      // highest number found on the disk at start
  uint64_t errors;
  uint64_t last_ack_ns;
  int last_errno;
};

void witness_start(void);
struct witness witness_now(void);
void witness_json(struct text *out);
uint64_t uptime_ms(void);

#endif
