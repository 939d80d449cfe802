import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { NoticeLine, NoticeMessage } from "@/contract/notification-schema";
import { eventKindNames } from "@/contract/event-kinds";
import { noticeChanges } from "@/contract/notification";
import { readMessages } from "@/server/i18n/messages";
import { judgeAnswer } from "@/server/notification/answer";
import { payloadOf } from "@/server/notification/payload";
import { plainText, render } from "@/server/notification/render";
import { wordsIn } from "@/server/words";

const at = "2026-11-22T10:00:00.000Z";
const nowMs = Date.parse(at);
const [english, chinese] = await Promise.all(
  (["en", "zh-CN"] as const).map(async (locale) => wordsIn(locale, await readMessages(locale))),
);
if (english === undefined || chinese === undefined) throw new Error("no words");

const line = (change: Partial<NoticeLine> = {}): NoticeLine => ({
  eventId: 1,
  change: "began",
  kind: "node-down",
  severity: "warning",
  node: "ceph-3",
  runId: null,
  facts: { node: "ceph-3" },
  beganAt: at,
  endedAt: null,
  count: 1,
  ...change,
});
const message = (lines: readonly NoticeLine[], more = 0): NoticeMessage => ({
  clusterId: "c1",
  cluster: "office",
  lines: [...lines],
  more,
});
const target = { timeZone: "Asia/Shanghai", panelUrl: "https://panel.example.com/" };
const payload = (kind: "webhook" | "dingtalk" | "wecom" | "slack", lines: readonly NoticeLine[] = [line()]) =>
  payloadOf({
    kind,
    url: "https://chat.example.com/robot/send?access_token=abc",
    key: "SECkey",
    id: "d1",
    message: message(lines),
    rendered: render(english, message(lines), target),
    nowMs,
  });
interface Body {
  text?: string;
  markdown?: { content?: string };
}
const body = (sent: { body: string }): Body => JSON.parse(sent.body);

describe("in words", () => {
  test("one event is the subject; time, meaning, advice and the way to the panel follow", () => {
    const rendered = render(chinese, message([line()]), target);
    expect(rendered.subject).toBe("office：警告：ceph-3 已离线");
    expect(plainText(rendered)).toBe(
      [
        "警告：ceph-3 已离线",
        "2026-11-22 18:00:00",
        "某节点被 Consul 判定为离线，且不是由任务主动关闭。此后可承受的节点故障少一个。",
        "请恢复 ceph-3：依次检查电源、网络、高可用服务。",
        "",
        "打开面板: https://panel.example.com/clusters/c1/events",
      ].join("\n"),
    );
  });

  test("several are counted, what is over says for how long, a run is linked", () => {
    const over = line({ change: "ended", endedAt: "2026-11-22T10:12:20.000Z", count: 3 });
    const rendered = render(
      english,
      message([line({ kind: "storage-warning", facts: { summary: "1 osd down" } }), over], 4),
      target,
    );
    expect(rendered.subject).toBe("office: Warning: Storage warns: 1 osd down and 5 more");
    expect(rendered.lines.map(({ heading, when }) => [heading, when])).toEqual([
      ["Warning: Storage warns: 1 osd down", "2026-11-22 18:00:00"],
      ["Over after 12 min: ceph-3 is down", "from 2026-11-22 18:00:00 until 2026-11-22 18:12:20 · 3 times"],
    ]);
    expect(rendered.severity).toBe("warning");
    const run = render(
      english,
      message([line({ kind: "run-waits", runId: "r 1", facts: { run: "node-down" } })]),
      target,
    );
    expect(run.link?.url).toBe("https://panel.example.com/runs/r%201");
    expect(run.subject).toBe("office: Warning: Node down for maintenance: waits for a person");
  });

  test.each(["en", "zh-CN"] as const)(
    "every kind and every change has words in %s, with facts and without",
    async (locale) => {
      const t = wordsIn(locale, await readMessages(locale));
      for (const kind of eventKindNames)
        for (const change of noticeChanges) {
          const lines = [line({ kind, change, facts: {}, endedAt: at }), line({ kind, change })];
          const said = plainText(render(t, message(lines), target));
          expect(said, `${kind} ${change}`).not.toMatch(/[{}]|undefined|events\.|cluster\.alarm|notifications\./);
        }
    },
  );
});

describe("over the wire", () => {
  test("a webhook is signed over time and body", () => {
    const sent = payload("webhook");
    const expected = createHmac("sha256", "SECkey")
      .update(`${nowMs / 1000}.${sent.body}`)
      .digest("hex");
    expect(sent.headers).toEqual({
      "x-trivet-delivery": "d1",
      "x-trivet-signature": `t=${nowMs / 1000},v1=${expected}`,
    });
    expect(body(sent)).toMatchObject({
      version: 1,
      id: "d1",
      cluster: { id: "c1", name: "office" },
      severity: "warning",
      url: "https://panel.example.com/clusters/c1/events",
      events: [{ kind: "node-down", change: "began", title: "ceph-3 is down", facts: { node: "ceph-3" } }],
    });
  });

  test("DingTalk's signature goes into the address, beside the token", () => {
    const sent = new URL(payload("dingtalk").url);
    const sign = createHmac("sha256", "SECkey").update(`${nowMs}\nSECkey`).digest("base64");
    expect([...sent.searchParams]).toEqual([
      ["access_token", "abc"],
      ["timestamp", String(nowMs)],
      ["sign", sign],
    ]);
    expect(body(payload("dingtalk"))).toMatchObject({
      msgtype: "markdown",
      markdown: { title: "office: Warning: ceph-3 is down" },
    });
  });

  test("WeCom's markdown is cut at its limit, and calls nobody by name", () => {
    const long = Array.from({ length: 20 }, () =>
      line({ kind: "storage-warning", facts: { summary: "<@all> 磁盘".repeat(30) } }),
    );
    const content = body(payload("wecom", long)).markdown?.content ?? "";
    expect(Buffer.byteLength(content)).toBeLessThanOrEqual(4_096);
    expect(Buffer.byteLength(content)).toBeGreaterThan(4_080);
    expect(content).not.toContain("<@all>");
    expect(content.endsWith("…")).toBe(true);
  });

  test("Slack's text is escaped", () => {
    const text = body(payload("slack", [line({ kind: "storage-warning", facts: { summary: "a & <!channel>" } })])).text;
    expect(text).toContain("*Warning: Storage warns: a &amp; &lt;!channel&gt;*");
    expect(text).toContain("<https://panel.example.com/clusters/c1/events|Open the panel>");
  });
});

test.each([
  ["dingtalk", 200, '{"errcode":0,"errmsg":"ok"}', true],
  ["dingtalk", 200, '{"errcode":310000,"errmsg":"sign not match"}', false],
  ["wecom", 200, '{"errcode":93000,"errmsg":"invalid webhook url"}', false],
  ["wecom", 200, "<html>", false],
  ["slack", 200, "ok", true],
  ["slack", 403, "invalid_token", false],
  ["webhook", 204, "", true],
  ["webhook", 500, "boom", false],
  ["email", 250, "250 Ok", true],
  ["email", 451, "451 later", false],
] as const)("%s answers %s %s: delivered %s", (kind, status, text, delivered) => {
  expect(judgeAnswer(kind, { kind: "answered", status, body: text })).toMatchObject({ delivered });
});
