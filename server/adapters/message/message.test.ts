import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isRefusedAddress } from "@/server/adapters/message/allowed-address";
import { httpPost } from "@/server/adapters/message/http-post";
import { smtpMail } from "@/server/adapters/message/smtp-mail";
import { type HttpSink, httpSink } from "@/testing/http-sink";
import { type SmtpSink, smtpSink } from "@/testing/smtp-sink";

let web: HttpSink;
let post: SmtpSink;
beforeEach(async () => {
  [web, post] = await Promise.all([httpSink(), smtpSink()]);
});
afterEach(async () => {
  await Promise.all([web.close(), post.close()]);
});

test.each([
  ["127.0.0.1", true],
  ["127.8.0.1", true],
  ["0.0.0.0", true],
  ["169.254.169.254", true],
  ["::1", true],
  ["::ffff:127.0.0.1", true],
  ["fe80::1", true],
  ["224.0.0.1", true],
  ["255.255.255.255", true],
  ["not an address", true],
  ["10.0.2.15", false],
  ["192.168.1.1", false],
  ["203.0.113.7", false],
  ["2001:db8::7", false],
])("%s is refused: %s", (address, refused) => expect(isRefusedAddress(address)).toBe(refused));

describe("over HTTP", () => {
  const message = (url: string) => ({ url, headers: { "x-trivet-delivery": "d1" }, body: '{"text":"…"}' });
  const anywhere = () => true;

  test("the message arrives as it was made, and the answer is told", async () => {
    web.answer = { status: 404, body: "no such hook" };
    expect(await httpPost(message(`${web.url}/hook`), anywhere)).toEqual({
      kind: "answered",
      status: 404,
      body: "no such hook",
    });
    expect(web.received).toMatchObject([
      { path: "/hook", body: '{"text":"…"}', headers: { "x-trivet-delivery": "d1", "user-agent": "Trivet" } },
    ]);
  });

  test("this machine is not sent to, by its address nor by a name that leads to it", async () => {
    for (const url of [web.url, web.url.replace("127.0.0.1", "localhost"), web.url.replace("127.0.0.1", "[::1]")])
      expect(await httpPost(message(url))).toMatchObject({
        kind: "failed",
        reason: { code: "notify-address-refused" },
      });
    expect(web.received).toEqual([]);
  });

  test("a redirect is an answer, and is not followed", async () => {
    web.answer = { status: 302, body: "", location: `${web.url}/elsewhere` };
    expect(await httpPost(message(`${web.url}/hook`), anywhere)).toMatchObject({
      kind: "failed",
      reason: { code: "notify-redirect", facts: { status: 302 } },
    });
    expect(web.received).toHaveLength(1);
  });

  test("a long answer is cut, a closed port is named", async () => {
    web.answer = { status: 200, body: "x".repeat(100_000) };
    const answer = await httpPost(message(web.url), anywhere);
    expect(answer).toMatchObject({ kind: "answered", status: 200, body: "x".repeat(4_096) });
    await web.close();
    expect(await httpPost(message(web.url), anywhere)).toMatchObject({
      kind: "failed",
      reason: { code: "notify-unreachable", facts: { host: "127.0.0.1" } },
    });
  });
});

describe("by mail", () => {
  const mail = (port: number) => ({
    host: "127.0.0.1",
    port,
    security: "none" as const,
    user: null,
    password: null,
    from: "trivet@example.com",
    to: ["ops@example.com", "night@example.com"],
    subject: "办公室：ceph-3 已离线",
    text: "ceph-3 已离线",
    id: "d1",
  });

  test("it arrives with subject and receivers, and the server's answer is told", async () => {
    const answer = await smtpMail(mail(post.port));
    expect(answer).toEqual({ kind: "answered", status: 250, body: "250 2.0.0 Ok: kept" });
    expect(post.received[0]).toMatch(/^To: ops@example\.com, night@example\.com$/m);
    expect(post.received[0]).toMatch(/^Message-ID: <d1@trivet>$/m);
    expect(post.received[0]).toMatch(/^Subject: =\?UTF-8\?/m);
  });

  test("what the server refuses is told in its words", async () => {
    post.refuseWith = "550 5.1.1 no such user here";
    expect(await smtpMail(mail(post.port))).toMatchObject({
      kind: "failed",
      reason: { code: "notify-mail-failed", facts: { said: expect.stringContaining("550 5.1.1 no such user here") } },
    });
  });

  test("without STARTTLS nothing is sent where it was asked for", async () => {
    const answer = await smtpMail({ ...mail(post.port), security: "starttls" });
    expect(answer).toMatchObject({ kind: "failed" });
    expect(post.received).toEqual([]);
  });
});
