#include "witness.h"

#include "clock.h"
#include "files.h"
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define RING_DEVICE "/dev/vda2"
#define SLOT_BYTES 4096
#define SLOTS 2048
#define PERIOD_US 20000
#define BOOTS_FILE "/var/lib/platform/boots"
#define RESULTS_PORT 5009

// On disk, little endian, at the start of each 4 KiB slot; slot = seq mod 2048. docs/lab.md describes it for readers.
struct record {
  char magic[8];
  uint64_t epoch, seq, wall_ns, mono_ns;
  char node[32], boot[40];
  uint32_t crc; // CRC-32 of the record with this field zero
  uint32_t reserved;
};

static const char MAGIC[8] = {'T', 'R', 'V', 'R', 'I', 'N', 'G', '1'};
static struct witness state;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static uint32_t crc32(const void *data, size_t length) {
  const uint8_t *at = data;
  uint32_t crc = ~0u;
  while (length--) {
    crc ^= *at++;
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320u & -(crc & 1));
  }
  return ~crc;
}

static int is_valid(struct record *record) {
  if (memcmp(record->magic, MAGIC, sizeof MAGIC) != 0) return 0;
  uint32_t crc = record->crc;
  record->crc = 0;
  return crc32(record, sizeof *record) == crc;
}

static uint64_t highest_on_disk(int ring, void *slot) {
  uint64_t highest = 0;
  for (int number = 0; number < SLOTS; number++) {
    if (pread(ring, slot, SLOT_BYTES, (off_t)number * SLOT_BYTES) != SLOT_BYTES) break;
    struct record *record = slot;
    if (is_valid(record) && record->seq > highest) highest = record->seq;
  }
  return highest;
}

static void note(int log, int ok, const struct record *record, uint64_t took_ns) {
  if (log < 0) return;
  char line[160];
  int length = snprintf(line, sizeof line, "%c %llu %llu %llu.%03llu %llu\n", ok ? 'A' : 'E',
                        (unsigned long long)record->epoch, (unsigned long long)record->seq,
                        (unsigned long long)(record->wall_ns / 1000000000u),
                        (unsigned long long)(record->wall_ns / 1000000u % 1000u), (unsigned long long)(took_ns / 1000u));
  if (write(log, line, (size_t)length) < 0) return; // nobody reads the port: the ring itself is the truth
}

// One datagram per write to everybody on the management network: whoever listens knows what was acknowledged, also
// after a power cut. A lost datagram says nothing, so it is never evidence that a write was not acknowledged.
static void broadcast(int out, int ok, const struct record *record, uint64_t prev, uint64_t took_ns) {
  struct sockaddr_in everybody = {.sin_family = AF_INET, .sin_port = htons(RESULTS_PORT)};
  everybody.sin_addr.s_addr = htonl(INADDR_BROADCAST);
  char line[200];
  int length = snprintf(line, sizeof line, "%c %llu %llu %llu %llu %.39s %.31s\n", ok ? 'A' : 'E',
                        (unsigned long long)record->epoch, (unsigned long long)record->seq, (unsigned long long)prev,
                        (unsigned long long)(took_ns / 1000u), record->boot, record->node[0] ? record->node : "-");
  sendto(out, line, (size_t)length, MSG_DONTWAIT, (struct sockaddr *)&everybody, sizeof everybody);
}

static void *write_forever(void *unused) {
  (void)unused;
  int ring = open(RING_DEVICE, O_RDWR | O_DIRECT | O_SYNC | O_CLOEXEC);
  const char *port = getenv("ACK_PORT");
  int log = port ? open(port, O_WRONLY | O_NONBLOCK | O_CLOEXEC) : -1;
  int out = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), yes = 1;
  setsockopt(out, SOL_SOCKET, SO_BROADCAST, &yes, sizeof yes);
  struct record *record;
  if (ring < 0 || posix_memalign((void **)&record, SLOT_BYTES, SLOT_BYTES) != 0) {
    state.last_errno = errno;
    return NULL;
  }
  uint64_t prev = highest_on_disk(ring, record), seq = prev;
  pthread_mutex_lock(&lock);
  state.prev = state.seq = state.acked = seq;
  pthread_mutex_unlock(&lock);
  for (;;) {
    memset(record, 0, SLOT_BYTES);
    memcpy(record->magic, MAGIC, sizeof MAGIC);
    record->epoch = state.epoch;
    record->seq = ++seq;
    record->wall_ns = clock_ns(CLOCK_REALTIME);
    record->mono_ns = clock_ns(CLOCK_MONOTONIC);
    snprintf(record->node, sizeof record->node, "%s", state.node);
    snprintf(record->boot, sizeof record->boot, "%s", state.boot);
    record->crc = crc32(record, sizeof *record);
    pthread_mutex_lock(&lock);
    state.seq = seq;
    pthread_mutex_unlock(&lock);
    int ok = pwrite(ring, record, SLOT_BYTES, (off_t)(seq % SLOTS) * SLOT_BYTES) == SLOT_BYTES;
    int error = errno;
    uint64_t now = clock_ns(CLOCK_MONOTONIC);
    pthread_mutex_lock(&lock);
    if (ok) {
      state.acked = seq;
      state.last_ack_ns = now;
    } else {
      state.errors++;
      state.last_errno = error;
    }
    pthread_mutex_unlock(&lock);
    note(log, ok, record, now - record->mono_ns);
    broadcast(out, ok, record, prev, now - record->mono_ns);
    usleep(PERIOD_US);
  }
}

static void count_boot(void) {
  char text[32] = "0";
  mkdir("/var/lib/platform", 0755);
  read_line(BOOTS_FILE, text, sizeof text);
  state.boots = strtoull(text, NULL, 10) + 1;
  int length = snprintf(text, sizeof text, "%llu\n", (unsigned long long)state.boots);
  if (replace_file(BOOTS_FILE, text, (size_t)length) != 0) perror(BOOTS_FILE);
}

void witness_start(void) {
  const char *node = getenv("NODE"), *epoch = getenv("EPOCH");
  pthread_t thread;
  snprintf(state.node, sizeof state.node, "%s", node ? node : "");
  state.epoch = epoch ? strtoull(epoch, NULL, 10) : 0;
  read_line("/proc/sys/kernel/random/boot_id", state.boot, sizeof state.boot);
  count_boot();
  if (pthread_create(&thread, NULL, write_forever, NULL) != 0) exit(1);
}

struct witness witness_now(void) {
  pthread_mutex_lock(&lock);
  struct witness copy = state;
  pthread_mutex_unlock(&lock);
  return copy;
}

uint64_t uptime_ms(void) { return clock_ns(CLOCK_BOOTTIME) / 1000000u; }

void witness_json(struct text *out) {
  struct witness now = witness_now();
  text_add(out, "{\"node\":");
  text_add_json(out, now.node);
  text_add(out, ",\"epoch\":%llu,\"boot\":", (unsigned long long)now.epoch);
  text_add_json(out, now.boot);
  uint64_t age = now.last_ack_ns ? (clock_ns(CLOCK_MONOTONIC) - now.last_ack_ns) / 1000000u : 0;
  text_add(out,
           ",\"boots\":%llu,\"seq\":%llu,\"acked\":%llu,\"prev\":%llu,\"errs\":%llu,\"errno\":%d,\"ack_age_ms\":%llu,"
           "\"up_ms\":%llu}\n",
           (unsigned long long)now.boots, (unsigned long long)now.seq, (unsigned long long)now.acked,
           (unsigned long long)now.prev, (unsigned long long)now.errors, now.last_errno, (unsigned long long)age,
           (unsigned long long)uptime_ms());
}
