// What the stand-in remembers: on the machine's own disk, on disk before a caller is told so.
// Every function below that touches `store` expects the caller to hold store_lock.
#ifndef STORE_H
#define STORE_H
#include <pthread.h>

#define MAX_HOSTS 16
#define MAX_VMS 64
#define MAX_SETTINGS 8

struct host {
  char uuid[33], name[64], ip[48];
  char state[16];  // Enabled Disabled PreMaintenance Maintenance
  char status[16]; // Connected Connecting Disconnected: observed, not stored
};

struct vm {
  char uuid[33], name[64], level[16]; // NeverStop None
  char state[16], host[33];           // Running Stopped Unknown
};

struct setting {
  char category[32], name[32], value[64], preset[64];
};

struct store {
  struct host hosts[MAX_HOSTS];
  struct vm vms[MAX_VMS];
  struct setting settings[MAX_SETTINGS];
  int host_count, vm_count, setting_count;
};

extern struct store store;
extern pthread_mutex_t store_lock;

void store_load(void);
int store_save(void); // 0, or -1 when the disk refused
struct host *store_host(const char *uuid);
struct host *store_host_named(const char *name);
struct vm *store_vm_named(const char *name);
struct setting *store_setting(const char *category, const char *name);
struct host *store_add_host(const char *name, const char *ip); // NULL when full or not a plain word
struct vm *store_add_vm(const char *name, const char *level, const char *host);
int plain_word(const char *text);
void new_uuid(char uuid[33]);

#endif
