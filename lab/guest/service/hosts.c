#include "hosts.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SSH_PORT 22
#define KNOCK_TIMEOUT_MS 1000
#define WATCH_PERIOD_SECONDS 3
// Long enough for a client to see PreMaintenance, as on the real platform.
#define MAINTENANCE_SECONDS 2
#define CLUSTER_UUID "7472697665740000746573742d6c6162"

#define COPY(into, from) snprintf(into, sizeof(into), "%s", from)
#define IS(text, word) (strcmp(text, word) == 0)

static int answers(const char *ip) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(SSH_PORT)};
  if (inet_pton(AF_INET, ip, &address.sin_addr) != 1) return 0;
  int error = 0, knock = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (knock < 0) return 0;
  socklen_t size = sizeof error;
  connect(knock, (struct sockaddr *)&address, sizeof address);
  struct pollfd wait = {.fd = knock, .events = POLLOUT};
  int reached = poll(&wait, 1, KNOCK_TIMEOUT_MS) == 1 &&
                getsockopt(knock, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
  close(knock);
  return reached;
}

// The first host that may take an instance, or NULL.
static struct host *place_for_instance(void) {
  for (int i = 0; i < store.host_count; i++)
    if (IS(store.hosts[i].state, "Enabled") && IS(store.hosts[i].status, "Connected")) return &store.hosts[i];
  return NULL;
}

static void move_instances_away(const struct host *from) {
  struct host *to = place_for_instance();
  for (int i = 0; i < store.vm_count; i++) {
    struct vm *vm = &store.vms[i];
    if (!IS(vm->host, from->uuid) || !IS(vm->state, "Running")) continue;
    if (to == NULL) COPY(vm->state, "Stopped");
    else COPY(vm->host, to->uuid);
  }
}

// What the platform's VM HA does: NeverStop instances run somewhere as long as the global switch is on.
static int keep_instances_running(void) {
  const struct setting *ha = store_setting("ha", "enable");
  struct host *to = place_for_instance();
  int changed = 0;
  for (int i = 0; i < store.vm_count; i++) {
    struct vm *vm = &store.vms[i];
    struct host *on = store_host(vm->host);
    int lost = on != NULL && IS(on->status, "Disconnected") && IS(vm->state, "Running");
    int wanted = ha != NULL && IS(ha->value, "true") && IS(vm->level, "NeverStop");
    if (wanted && to != NULL && (lost || !IS(vm->state, "Running"))) {
      COPY(vm->host, to->uuid);
      COPY(vm->state, "Running");
      changed = 1;
    } else if (lost) {
      COPY(vm->state, "Unknown");
      changed = 1;
    } else if (IS(vm->state, "Unknown") && on != NULL && IS(on->status, "Connected")) {
      // The host came back from a power cut: what ran on it does not run any more.
      COPY(vm->state, "Stopped");
      changed = 1;
    }
  }
  return changed;
}

void start_instance(const char *uuid, const char *unused, struct job_result *result) {
  (void)unused;
  pthread_mutex_lock(&store_lock);
  struct host *to = place_for_instance();
  struct vm *vm = NULL;
  for (int i = 0; i < store.vm_count; i++)
    if (IS(store.vms[i].uuid, uuid)) vm = &store.vms[i];
  if (vm != NULL && to != NULL && !IS(vm->state, "Running")) {
    COPY(vm->host, to->uuid);
    COPY(vm->state, "Running");
  }
  if (vm == NULL || !IS(vm->state, "Running") || store_save() != 0) {
    result->failed = 1;
    COPY(result->code, "VM.1001");
    COPY(result->description, "failed to start the instance");
    COPY(result->details, to == NULL ? "no host is enabled and connected" : "the instance could not be stored");
  } else {
    text_add(&result->inventory, "{\"uuid\":\"%s\",\"state\":\"%s\"}", vm->uuid, vm->state);
  }
  pthread_mutex_unlock(&store_lock);
}

static void *watch_forever(void *unused) {
  (void)unused;
  for (;;) {
    for (int i = 0;; i++) {
      char ip[48];
      pthread_mutex_lock(&store_lock);
      int more = i < store.host_count;
      if (more) COPY(ip, store.hosts[i].ip);
      pthread_mutex_unlock(&store_lock);
      if (!more) break;
      int reached = answers(ip);
      pthread_mutex_lock(&store_lock);
      COPY(store.hosts[i].status, reached ? "Connected" : "Disconnected");
      pthread_mutex_unlock(&store_lock);
    }
    pthread_mutex_lock(&store_lock);
    if (keep_instances_running() && store_save() != 0) perror("state");
    pthread_mutex_unlock(&store_lock);
    sleep(WATCH_PERIOD_SECONDS);
  }
  return NULL;
}

void hosts_watch(void) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, watch_forever, NULL) == 0) pthread_detach(thread);
}

void hosts_register(const char *list) {
  char copy[1024], *rest = copy;
  snprintf(copy, sizeof copy, "%s", list);
  pthread_mutex_lock(&store_lock);
  for (char *entry; (entry = strsep(&rest, ",")) != NULL;) {
    char *ip = strchr(entry, '=');
    if (ip == NULL) continue;
    *ip++ = 0;
    if (store_host_named(entry) == NULL) store_add_host(entry, ip);
  }
  // Two instances to look at, one of each kind, as soon as there are hosts for them.
  if (store.vm_count == 0 && store.host_count > 0) {
    store_add_vm("sample-never-stop", "NeverStop", store.hosts[0].uuid);
    store_add_vm("sample-none", "None", store.hosts[store.host_count - 1].uuid);
  }
  if (store_save() != 0) perror("state");
  pthread_mutex_unlock(&store_lock);
}

void host_json(struct text *out, const struct host *host) {
  text_add(out,
           "{\"uuid\":\"%s\",\"name\":\"%s\",\"managementIp\":\"%s\",\"state\":\"%s\",\"status\":\"%s\","
           "\"clusterUuid\":\"" CLUSTER_UUID "\",\"hypervisorType\":\"KVM\"}",
           host->uuid, host->name, host->ip, host->state, host->status);
}

static void refuse(struct job_result *result, const char *code, const char *description, const char *details) {
  result->failed = 1;
  COPY(result->code, code);
  COPY(result->description, description);
  COPY(result->details, details);
}

// Stored before anybody is told; the caller holds the lock.
static void finish(struct job_result *result, const struct host *host) {
  if (store_save() != 0) refuse(result, "SYS.1000", "internal error", "the stand-in's disk refused the write");
  else host_json(&result->inventory, host);
}

void change_state(const char *uuid, const char *event, struct job_result *result) {
  int maintain = IS(event, "maintain");
  pthread_mutex_lock(&store_lock);
  struct host *host = store_host(uuid);
  if (host == NULL) refuse(result, "SYS.1007", "resource not found", "no such host");
  else if (maintain && IS(host->state, "PreMaintenance")) refuse(result, "HOST.1008", "operation conflict", "the host is already moving to maintenance");
  else if (maintain) COPY(host->state, "PreMaintenance");
  else COPY(host->state, IS(event, "enable") ? "Enabled" : "Disabled");
  if (!result->failed && !maintain) finish(result, host);
  if (!result->failed && maintain && store_save() != 0) refuse(result, "SYS.1000", "internal error", "the stand-in's disk refused the write");
  pthread_mutex_unlock(&store_lock);
  if (result->failed || !maintain) return;
  sleep(MAINTENANCE_SECONDS);
  pthread_mutex_lock(&store_lock);
  move_instances_away(host);
  COPY(host->state, "Maintenance");
  finish(result, host);
  pthread_mutex_unlock(&store_lock);
}

void reconnect(const char *uuid, const char *unused, struct job_result *result) {
  (void)unused;
  char ip[48] = "";
  pthread_mutex_lock(&store_lock);
  struct host *host = store_host(uuid);
  if (host != NULL) {
    COPY(ip, host->ip);
    COPY(host->status, "Connecting");
  }
  pthread_mutex_unlock(&store_lock);
  if (host == NULL) {
    refuse(result, "SYS.1007", "resource not found", "no such host");
    return;
  }
  int reached = answers(ip);
  pthread_mutex_lock(&store_lock);
  COPY(host->status, reached ? "Connected" : "Disconnected");
  if (reached) host_json(&result->inventory, host);
  else refuse(result, "HOST.1002", "unable to reconnect host", "its ssh port does not answer");
  pthread_mutex_unlock(&store_lock);
}
