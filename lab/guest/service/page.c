#include "page.h"

#include "store.h"
#include "witness.h"

static const char *const STYLE =
    "body{margin:0;background:#f4f6f8;color:#1f2933;font:16px/1.5 system-ui,sans-serif}"
    "header{background:#243b53;color:#fff;padding:20px 32px}header p{margin:4px 0 0;color:#bcccdc}h1{margin:0;font-size:22px}"
    "main{max-width:960px;margin:24px auto;padding:0 24px}section{background:#fff;border:1px solid #d9e2ec;border-radius:8px;"
    "padding:16px 24px;margin-bottom:16px}h2{font-size:16px;margin:0 0 8px}table{width:100%;border-collapse:collapse}"
    "th,td{text-align:left;padding:6px 12px 6px 0;border-top:1px solid #e4e7eb}th{font-weight:600;color:#52606d}"
    ".note{background:#fffbea;border-color:#f7c948}"
    "@media(prefers-color-scheme:dark){body{background:#111820;color:#e4e7eb}section{background:#1b2530;border-color:#334252}"
    "th,td{border-color:#334252}th{color:#9fb3c8}.note{background:#33291a;border-color:#8d6b1f}}";

static void row(struct text *out, const char *label, const char *value) {
  text_add(out, "<tr><th scope=row>%s</th><td>", label);
  text_add_html(out, value[0] ? value : "not told");
  text_add(out, "</td></tr>");
}

static void row_number(struct text *out, const char *label, unsigned long long value) {
  text_add(out, "<tr><th scope=row>%s</th><td>%llu</td></tr>", label, value);
}

static void hosts_table(struct text *out) {
  pthread_mutex_lock(&store_lock);
  text_add(out, "<section><h2>Hosts</h2><table><tr><th>Name<th>Address<th>State<th>Connection</tr>");
  for (int i = 0; i < store.host_count; i++) {
    const struct host *host = &store.hosts[i];
    text_add(out, "<tr><td>%s<td>%s<td>%s<td>%s</tr>", host->name, host->ip, host->state, host->status);
  }
  text_add(out, "</table>%s</section>", store.host_count ? "" : "<p>No host is registered.</p>");
  pthread_mutex_unlock(&store_lock);
}

void page_html(struct text *out) {
  struct witness now = witness_now();
  unsigned long long seconds = uptime_ms() / 1000;
  text_add(out,
           "<!doctype html><html lang=en><meta charset=utf-8><meta http-equiv=refresh content=5>"
           "<meta name=viewport content=\"width=device-width\"><title>Test cluster: management platform stand-in</title>"
           "<style>%s</style><header><h1>Management platform stand-in</h1><p>Test cluster</p></header><main>"
           "<section class=note>This is not a management platform. It stands in for one on the test cluster: same addresses,"
           " the part of the interface that maintenance uses, and a witness that proves which copy of this machine wrote to"
           " its disk.</section><section><h2>This machine</h2><table>",
           STYLE);
  row(out, "Started on node", now.node);
  row_number(out, "Epoch", now.epoch);
  row_number(out, "Boots of this disk", now.boots);
  text_add(out, "<tr><th scope=row>Up for</th><td>%llu h %02llu min %02llu s</td></tr>", seconds / 3600,
           seconds / 60 % 60, seconds % 60);
  row_number(out, "Writes confirmed by the disk", now.acked);
  row_number(out, "Writes refused by the disk", now.errors);
  text_add(out, "</table></section>");
  hosts_table(out);
  text_add(out, "</main></html>\n");
}
