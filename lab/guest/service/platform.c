#include "platform.h"

#include "hosts.h"
#include "jobs.h"
#include "json.h"
#include "sessions.h"
#include "store.h"
#include <stdio.h>
#include <string.h>

#define API "/zstack/v1"
#define ACCOUNT_UUID "36c27e8ff05c4780bf6d2fa65700f22e"
#define IS(text, word) (strcmp(text, word) == 0)

static void refuse(struct response *response, int status, const char *code, const char *description, const char *details) {
  response->status = status;
  error_json(&response->body, code, description, details);
}

static void login(const struct request *request, struct response *response) {
  char name[64], password[160], uuid[33];
  if (!json_string(request->body, "accountName", name, sizeof name) ||
      !json_string(request->body, "password", password, sizeof password)) {
    refuse(response, 400, "SYS.1006", "invalid argument", "logInByAccount needs accountName and password");
  } else if (!IS(name, "admin") || !IS(password, ADMIN_PASSWORD_SHA512)) {
    refuse(response, 503, "ID.1000", "authentication failed", "wrong account name or password");
  } else {
    session_open(uuid);
    text_add(&response->body, "{\"inventory\":{\"uuid\":\"%s\",\"accountUuid\":\"" ACCOUNT_UUID "\"}}\n", uuid);
  }
}

static void list_hosts(struct response *response) {
  text_add(&response->body, "{\"inventories\":[");
  for (int i = 0; i < store.host_count; i++) {
    if (i > 0) text_add(&response->body, ",");
    host_json(&response->body, &store.hosts[i]);
  }
  text_add(&response->body, "]}\n");
}

static void list_instances(struct response *response) {
  text_add(&response->body, "{\"inventories\":[");
  for (int i = 0; i < store.vm_count; i++) {
    const struct vm *vm = &store.vms[i];
    text_add(&response->body,
             "%s{\"uuid\":\"%s\",\"name\":\"%s\",\"state\":\"%s\",\"hostUuid\":\"%s\",\"type\":\"UserVm\"}",
             i > 0 ? "," : "", vm->uuid, vm->name, vm->state, IS(vm->state, "Stopped") ? "" : vm->host);
  }
  text_add(&response->body, "]}\n");
}

static void list_tags(struct response *response) {
  text_add(&response->body, "{\"inventories\":[");
  for (int i = 0; i < store.vm_count; i++) {
    const struct vm *vm = &store.vms[i];
    text_add(&response->body, "%s{\"resourceUuid\":\"%s\",\"resourceType\":\"VmInstanceVO\",\"tag\":\"ha::%s\"}",
             i > 0 ? "," : "", vm->uuid, vm->level);
  }
  text_add(&response->body, "]}\n");
}

static void setting_json(struct text *out, const struct setting *setting) {
  text_add(out, "{\"category\":\"%s\",\"name\":\"%s\",\"value\":\"%s\",\"defaultValue\":\"%s\"}", setting->category,
           setting->name, setting->value, setting->preset);
}

static void list_settings(struct response *response) {
  text_add(&response->body, "{\"inventories\":[");
  for (int i = 0; i < store.setting_count; i++) {
    if (i > 0) text_add(&response->body, ",");
    setting_json(&response->body, &store.settings[i]);
  }
  text_add(&response->body, "]}\n");
}

static void start_job(const struct request *request, struct response *response, job_work work, const char *target,
                      const char *argument) {
  char uuid[33];
  if (!job_start(work, target, argument, uuid)) {
    refuse(response, 503, "SYS.1000", "internal error", "too many jobs at once");
    return;
  }
  response->status = 202;
  text_add(&response->body, "{\"location\":\"http://%s" API "/api-jobs/%s\"}\n", request->host, uuid);
}

static void act_on_host(const struct request *request, struct response *response, const char *uuid) {
  char event[32];
  if (store_host(uuid) == NULL) {
    refuse(response, 404, "SYS.1007", "resource not found", "no such host");
  } else if (json_has(request->body, "reconnectHost")) {
    start_job(request, response, reconnect, uuid, "");
  } else if (json_string(request->body, "stateEvent", event, sizeof event) &&
             (IS(event, "enable") || IS(event, "disable") || IS(event, "maintain"))) {
    start_job(request, response, change_state, uuid, event);
  } else {
    refuse(response, 400, "SYS.1006", "invalid argument", "changeHostState takes stateEvent enable, disable or maintain");
  }
}

static void act_on_instance(const struct request *request, struct response *response, const char *uuid) {
  int known = 0;
  for (int i = 0; i < store.vm_count; i++) known = known || IS(store.vms[i].uuid, uuid);
  if (!known) refuse(response, 404, "SYS.1007", "resource not found", "no such instance");
  else if (json_has(request->body, "startVmInstance")) start_job(request, response, start_instance, uuid, "");
  else refuse(response, 400, "SYS.1006", "invalid argument", "the stand-in only starts instances");
}

static void change_setting(const char *id, const char *value, struct job_result *result) {
  char category[32] = "", name[32] = "";
  sscanf(id, "%31[^/]/%31s", category, name);
  pthread_mutex_lock(&store_lock);
  struct setting *setting = store_setting(category, name);
  if (setting != NULL) snprintf(setting->value, sizeof setting->value, "%s", value);
  if (setting != NULL && store_save() == 0) {
    setting_json(&result->inventory, setting);
  } else {
    result->failed = 1;
    snprintf(result->code, sizeof result->code, "SYS.1000");
    snprintf(result->description, sizeof result->description, "internal error");
    snprintf(result->details, sizeof result->details, "the setting could not be stored");
  }
  pthread_mutex_unlock(&store_lock);
}

static void act_on_setting(const struct request *request, struct response *response, const char *category, const char *name) {
  char value[64], id[33];
  if (store_setting(category, name) == NULL) {
    refuse(response, 404, "SYS.1007", "resource not found", "no such global configuration");
  } else if (!json_string(request->body, "value", value, sizeof value) || !plain_word(value)) {
    refuse(response, 400, "SYS.1006", "invalid argument", "updateGlobalConfig takes a value of letters, digits and -._:");
  } else {
    snprintf(id, sizeof id, "%.15s/%.15s", category, name);
    start_job(request, response, change_setting, id, value);
  }
}

// Test set-up, outside the platform's own paths: {"name":"ceph-1","managementIp":"10.77.2.11"} and
// {"name":"web","hostName":"ceph-1","level":"NeverStop"}. A known name is left as it is.
static void set_up(const struct request *request, struct response *response) {
  char name[64] = "", second[64] = "", level[16] = "None";
  int ok = json_string(request->body, "name", name, sizeof name);
  if (ok && IS(request->path, "/standin/hosts")) {
    ok = json_string(request->body, "managementIp", second, sizeof second) &&
         (store_host_named(name) != NULL || store_add_host(name, second) != NULL);
  } else if (ok) {
    json_string(request->body, "level", level, sizeof level);
    const struct host *host = json_string(request->body, "hostName", second, sizeof second) ? store_host_named(second) : NULL;
    ok = host != NULL && (store_vm_named(name) != NULL || store_add_vm(name, level, host->uuid) != NULL);
  }
  if (!ok) refuse(response, 400, "SYS.1006", "invalid argument", "see the test cluster's documentation for this call");
  else if (store_save() != 0) refuse(response, 503, "SYS.1000", "internal error", "the stand-in's disk refused the write");
  else text_add(&response->body, "{}\n");
}

// The caller holds store_lock.
static void route(const struct request *request, struct response *response) {
  const char *path = request->path + strlen(API);
  int get = IS(request->method, "GET"), put = IS(request->method, "PUT");
  char uuid[34] = "", category[33] = "", name[33] = "";
  int end = 0;
  if (get && IS(path, "/hosts")) list_hosts(response);
  else if (get && IS(path, "/vm-instances")) list_instances(response);
  else if (get && IS(path, "/system-tags")) list_tags(response);
  else if (get && IS(path, "/global-configurations")) list_settings(response);
  else if (put && sscanf(path, "/hosts/%33[^/]/actions%n", uuid, &end) == 1 && end > 0 && path[end] == 0)
    act_on_host(request, response, uuid);
  else if (put && sscanf(path, "/vm-instances/%33[^/]/actions%n", uuid, &end) == 1 && end > 0 && path[end] == 0)
    act_on_instance(request, response, uuid);
  else if (put && sscanf(path, "/global-configurations/%32[^/]/%32[^/]/actions%n", category, name, &end) == 2 && end > 0 && path[end] == 0)
    act_on_setting(request, response, category, name);
  else refuse(response, 404, "SYS.1007", "resource not found", "the test cluster's stand-in does not know this path");
}

void platform_answer(const struct request *request, struct response *response) {
  const char *sessions = API "/accounts/sessions/", *jobs = API "/api-jobs/";
  if (IS(request->method, "PUT") && IS(request->path, API "/accounts/login")) {
    login(request, response);
  } else if (IS(request->method, "DELETE") && strncmp(request->path, sessions, strlen(sessions)) == 0) {
    session_close(request->path + strlen(sessions));
    text_add(&response->body, "{}\n");
  } else if (IS(request->method, "GET") && strncmp(request->path, jobs, strlen(jobs)) == 0) {
    response->status = job_answer(request->path + strlen(jobs), &response->body);
  } else if (IS(request->method, "PUT") && (IS(request->path, "/standin/hosts") || IS(request->path, "/standin/vm-instances"))) {
    pthread_mutex_lock(&store_lock);
    set_up(request, response);
    pthread_mutex_unlock(&store_lock);
  } else if (strncmp(request->path, API "/", strlen(API "/")) != 0) {
    refuse(response, 404, "SYS.1007", "resource not found", "the platform's interface lies below " API);
  } else if (!session_is_open(request->session)) {
    refuse(response, 503, "ID.1001", "session expired", "log in again");
  } else {
    pthread_mutex_lock(&store_lock);
    route(request, response);
    pthread_mutex_unlock(&store_lock);
  }
}
