#include "store.h"

#include "files.h"
#include "text.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STATE_FILE "/var/lib/platform/state"

struct store store;
pthread_mutex_t store_lock = PTHREAD_MUTEX_INITIALIZER;

void new_uuid(char uuid[33]) {
  char text[40] = "";
  int length = 0;
  read_line("/proc/sys/kernel/random/uuid", text, sizeof text);
  for (const char *at = text; *at && length < 32; at++)
    if (*at != '-') uuid[length++] = *at;
  uuid[length] = 0;
}

// The state file separates with blanks.
int plain_word(const char *text) {
  if (*text == 0) return 0;
  for (; *text; text++)
    if (!isalnum((unsigned char)*text) && strchr("-._:", *text) == NULL) return 0;
  return 1;
}

#define COPY(into, from) snprintf(into, sizeof(into), "%s", from)

static void preset(const char *category, const char *name, const char *value) {
  if (store.setting_count == MAX_SETTINGS) return;
  struct setting *setting = &store.settings[store.setting_count++];
  COPY(setting->category, category);
  COPY(setting->name, name);
  COPY(setting->value, value);
  COPY(setting->preset, value);
}

struct host *store_add_host(const char *name, const char *ip) {
  if (store.host_count == MAX_HOSTS || !plain_word(name) || !plain_word(ip)) return NULL;
  struct host *host = &store.hosts[store.host_count++];
  *host = (struct host){0};
  new_uuid(host->uuid);
  COPY(host->name, name);
  COPY(host->ip, ip);
  COPY(host->state, "Enabled");
  COPY(host->status, "Connecting");
  return host;
}

struct vm *store_add_vm(const char *name, const char *level, const char *host) {
  if (store.vm_count == MAX_VMS || !plain_word(name) || !plain_word(level)) return NULL;
  struct vm *vm = &store.vms[store.vm_count++];
  *vm = (struct vm){0};
  new_uuid(vm->uuid);
  COPY(vm->name, name);
  COPY(vm->level, level);
  COPY(vm->state, "Running");
  COPY(vm->host, host);
  return vm;
}

void store_load(void) {
  preset("ha", "enable", "true");
  preset("kvm", "reservedMemory", "1G");
  FILE *file = fopen(STATE_FILE, "re");
  if (file == NULL) return;
  char line[512], a[64], b[64], c[64], d[64], e[64];
  while (fgets(line, sizeof line, file) != NULL) {
    if (sscanf(line, "host %63s %63s %63s %63s", a, b, c, d) == 4) {
      struct host *host = store_add_host(b, c);
      if (host == NULL) continue;
      snprintf(host->uuid, sizeof host->uuid, "%.32s", a);
      // A move to maintenance that a power cut interrupted did not happen.
      snprintf(host->state, sizeof host->state, "%.15s", strcmp(d, "PreMaintenance") == 0 ? "Enabled" : d);
    } else if (sscanf(line, "vm %63s %63s %63s %63s %63s", a, b, c, d, e) == 5) {
      struct vm *vm = store_add_vm(b, c, "");
      if (vm == NULL) continue;
      snprintf(vm->uuid, sizeof vm->uuid, "%.32s", a);
      snprintf(vm->state, sizeof vm->state, "%.15s", d);
      snprintf(vm->host, sizeof vm->host, "%.32s", strcmp(e, "-") == 0 ? "" : e);
    } else if (sscanf(line, "setting %63s %63s %63s", a, b, c) == 3) {
      struct setting *setting = store_setting(a, b);
      if (setting != NULL) COPY(setting->value, c);
    }
  }
  fclose(file);
}

int store_save(void) {
  struct text out = {0};
  for (int i = 0; i < store.host_count; i++) {
    const struct host *host = &store.hosts[i];
    text_add(&out, "host %s %s %s %s\n", host->uuid, host->name, host->ip, host->state);
  }
  for (int i = 0; i < store.vm_count; i++) {
    const struct vm *vm = &store.vms[i];
    text_add(&out, "vm %s %s %s %s %s\n", vm->uuid, vm->name, vm->level, vm->state, vm->host[0] ? vm->host : "-");
  }
  for (int i = 0; i < store.setting_count; i++) {
    const struct setting *setting = &store.settings[i];
    text_add(&out, "setting %s %s %s\n", setting->category, setting->name, setting->value);
  }
  int result = replace_file(STATE_FILE, out.bytes, out.length);
  text_free(&out);
  return result;
}

struct host *store_host(const char *uuid) {
  for (int i = 0; i < store.host_count; i++)
    if (strcmp(store.hosts[i].uuid, uuid) == 0) return &store.hosts[i];
  return NULL;
}

struct host *store_host_named(const char *name) {
  for (int i = 0; i < store.host_count; i++)
    if (strcmp(store.hosts[i].name, name) == 0) return &store.hosts[i];
  return NULL;
}

struct vm *store_vm_named(const char *name) {
  for (int i = 0; i < store.vm_count; i++)
    if (strcmp(store.vms[i].name, name) == 0) return &store.vms[i];
  return NULL;
}

struct setting *store_setting(const char *category, const char *name) {
  for (int i = 0; i < store.setting_count; i++)
    if (strcmp(store.settings[i].category, category) == 0 && strcmp(store.settings[i].name, name) == 0)
      return &store.settings[i];
  return NULL;
}
