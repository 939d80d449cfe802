// Hosts and the instances on them: what the platform does with them, in stand-in form. Instances are records, not
// machines; hosts are real and are watched by knocking at their ssh port.
#ifndef HOSTS_H
#define HOSTS_H
#include "jobs.h"
#include "store.h"

void hosts_watch(void);             // starts the watching thread
void hosts_register(const char *list); // "ceph-1=10.77.2.11,ceph-2=10.77.2.12"; known names keep their state
void host_json(struct text *out, const struct host *host);
void change_state(const char *host, const char *event, struct job_result *result);
// A job: the first enabled, connected host takes the instance.
void start_instance(const char *uuid, const char *unused, struct job_result *result);
void reconnect(const char *host, const char *unused, struct job_result *result);

#endif
