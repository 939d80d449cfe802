import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { conditionOf } from "@/contract/event-conditions";
import type { ChannelInput } from "@/contract/notification-schema";
import { httpPost } from "@/server/adapters/message/http-post";
import { smtpMail } from "@/server/adapters/message/smtp-mail";
import { auditPage } from "@/server/audit/service";
import { EventRecorder } from "@/server/event/record";
import { standingAlarms } from "@/server/event/service";
import { readMessages } from "@/server/i18n/messages";
import { Dispatcher } from "@/server/notification/dispatch";
import { installNotificationDoors } from "@/server/notification/doors";
import { channelInput, mailTo } from "@/server/notification/fixtures/channel-fixture";
import { channels, remove, save, test as testChannel } from "@/server/notification/service";
import { replaceInProcess } from "@/server/process";
import { wordsIn } from "@/server/words";
import { type HttpSink, httpSink } from "@/testing/http-sink";
import { type SmtpSink, smtpSink } from "@/testing/smtp-sink";
import { type TemporaryDatabase, temporaryDatabase } from "@/testing/temporary-database";

const second = 1_000;
/** For hangs only: the first hook makes every table, on a machine that may be doing other work. */
const hookLimitMs = 60_000;
const me = { actor: { id: "u1", username: "admin" }, address: null };
const readable = new Set(["member ceph-3"]);
const down = conditionOf("node-down", "member ceph-3", { node: "ceph-3" });
let temporary: TemporaryDatabase;
let web: HttpSink;
let post: SmtpSink;
let recorder: EventRecorder;
let began: number;

beforeEach(async () => {
  [temporary, web, post] = await Promise.all([temporaryDatabase(), httpSink(), smtpSink()]);
  vi.stubEnv("TRIVET_DATA", temporary.directory);
  replaceInProcess("secret key");
  const { id } = await temporary.client.cluster.create({ data: { name: "office" } });
  recorder = new EventRecorder(id);
  installNotificationDoors({
    sender: { post: (message) => httpPost(message, () => true), mail: smtpMail },
    words: async (locale) => wordsIn(locale, await readMessages(locale)),
  });
}, hookLimitMs);
afterEach(async () => {
  vi.unstubAllEnvs();
  replaceInProcess("secret key");
  await Promise.all([web.close(), post.close()]);
  await temporary.close();
}, hookLimitMs);

const channel = (change: Partial<ChannelInput["settings"]> = {}, secrets: ChannelInput["secrets"] = {}): ChannelInput =>
  channelInput(change, { url: `${web.url}/hook?token=a-long-token-in-the-address`, ...secrets });

/** The node is down from now on: looked at until it counts. */
async function nodeGoesDown(): Promise<void> {
  began = Date.now();
  for (const seconds of [0, 16]) await recorder.look({ conditions: [down], readable }, [], began + seconds * second);
}
async function rounds(dispatcher: Dispatcher, ...seconds: readonly number[]): Promise<void> {
  for (const at of seconds) await dispatcher.round(began + at * second);
}

test("webhook and mail are told once that it began and once that it is over, each in its language", async () => {
  await save(me, channel());
  await save(me, { ...channel({ kind: "email", locale: "zh-CN", mail: mailTo(post.port) }), name: "mail" });
  await nodeGoesDown();
  const dispatcher = new Dispatcher();
  await rounds(dispatcher, 20, 44, 48, 52, 120);
  expect(web.received.map(({ body }) => JSON.parse(body).subject)).toEqual(["office: Warning: ceph-3 is down"]);
  expect(web.received[0]?.headers["x-trivet-signature"]).toMatch(/^t=\d+,v1=[0-9a-f]{64}$/);
  expect(post.received).toHaveLength(1);
  for (const seconds of [200, 230]) await recorder.look({ conditions: [], readable }, [], began + seconds * second);
  await rounds(dispatcher, 240, 330, 360, 364);
  expect(web.received.map(({ body }) => JSON.parse(body).subject).slice(1)).toEqual([
    "office: Over after 3 min: ceph-3 is down",
  ]);
  expect(post.received).toHaveLength(2);
});

test("a panel that starts again neither repeats nor forgets", async () => {
  await save(me, channel());
  await nodeGoesDown();
  await rounds(new Dispatcher(), 20, 44);
  expect(web.received).toHaveLength(1);
  await rounds(new Dispatcher(), 60, 90, 120);
  expect(web.received).toHaveLength(1);
});

test("what is not delivered is tried again, seen in the panel as an alarm, and the alarm ends when it is through", async () => {
  const { id } = await save(me, channel());
  web.answer = { status: 503, body: "come back later" };
  await nodeGoesDown();
  const dispatcher = new Dispatcher();
  await rounds(dispatcher, 20, 44, 48, 60);
  expect(web.received).toHaveLength(1);
  expect(await standingAlarms(null)).toHaveLength(1);
  await rounds(dispatcher, 80, 84);
  expect(web.received).toHaveLength(2);
  const failing = (await standingAlarms(null)).find(({ kind }) => kind === "notifications-failing");
  expect(failing).toMatchObject({ facts: { channel: "webhook", answer: { facts: { said: "come back later" } } } });
  const [shown] = await channels();
  expect(shown?.deliveries).toMatchObject([{ state: "waiting", attempts: 2, answer: { facts: { status: 503 } } }]);
  web.answer = { status: 200, body: "ok" };
  await rounds(dispatcher, 220, 224, 250);
  expect(web.received).toHaveLength(3);
  const ids = web.received.map(({ headers }) => headers["x-trivet-delivery"]);
  expect(new Set(ids).size).toBe(1);
  const [now] = await channels();
  expect(now).toMatchObject({ id, failingSince: null, deliveries: [{ state: "delivered", attempts: 3 }] });
  expect((await standingAlarms(null)).map(({ kind }) => kind)).toEqual(["node-down"]);
});

test("two panels on one database send one message", async () => {
  await save(me, channel());
  await nodeGoesDown();
  const both = [new Dispatcher(), new Dispatcher()];
  for (const at of [20, 44, 48]) await Promise.all(both.map((one) => one.round(began + at * second)));
  expect(web.received).toHaveLength(1);
});

test("secrets are sealed, not shown, kept when they are not given, and gone with the channel", async () => {
  const { id } = await save(me, channel());
  const rows = JSON.stringify([
    await temporary.client.secret.findMany(),
    await temporary.client.notificationChannel.findMany(),
    await auditPage(20, null),
    await channels(),
  ]);
  expect(rows).not.toContain("a-long-token-in-the-address");
  expect(rows).not.toContain("a-signing-key");
  expect(await channels()).toMatchObject([{ target: `${web.url}/…`, has: { url: true, key: true, password: false } }]);
  await save(me, { ...channel(), id, name: "renamed", secrets: {} });
  expect(await testChannel(me, { ...channel(), id, secrets: {} })).toMatchObject({ delivered: true });
  expect(web.received[0]?.path).toContain("a-long-token-in-the-address");
  await remove(me, id);
  expect(await temporary.client.secret.count()).toBe(0);
});

test("the test button tells the other side's real answer, without the secret it may repeat", async () => {
  web.answer = { status: 401, body: "token a-long-token-in-the-address is unknown" };
  const told = await testChannel(me, channel({ kind: "slack" }));
  expect(told).toMatchObject({ delivered: false, said: { code: "notify-answered", facts: { status: 401 } } });
  expect(JSON.stringify(told)).not.toContain("a-long-token-in-the-address");
  web.answer = { status: 200, body: '{"errcode":310000,"errmsg":"sign not match"}' };
  expect(await testChannel(me, channel({ kind: "dingtalk" }))).toMatchObject({
    delivered: false,
    said: { facts: { said: '{"errcode":310000,"errmsg":"sign not match"}' } },
  });
  expect(await temporary.client.notificationChannel.count()).toBe(0);
});

test("a name is one channel's", async () => {
  await save(me, channel());
  await expect(save(me, channel())).rejects.toMatchObject({ code: "conflict" });
});
