import { describe, expect, test } from "vitest";
import { redact } from "@/server/bundle/redact";

const uuid = "0c9c1b86-2f0e-4b2e-8a59-5f3a6d2b9a10";
const planted: readonly [string, string][] = [
  ['{"password": "hunter2!", "user": "root"}', "hunter2!"],
  ["root_password=Zs 7pass", "Zs"],
  ["PASSWD: 'two words'", "two words"],
  ["ssh --password hunter2 host", "hunter2"],
  ["key = AQBvnVxjAAAAABAAk3f0QmVkZ2Vub3RhcmVhbG==", "k3f0QmVk"],
  ['  "encrypt": "pUqJrVyVRj5jsiYEkM/tFQYfWyJIv4s3XkvDwy7Cu5s=",', "pUqJrVyV"],
  [`"agent": "${uuid}"`, uuid],
  [`{"suiteToken":"${uuid}"}`, uuid],
  ["-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\nAAAA\n-----END OPENSSH PRIVATE KEY-----", "b3BlbnNzaC1rZXk"],
  ["cut off -----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKC", "MIIEpAIBAAKC"],
  ["Authorization: Bearer abc.def.ghi", "abc.def"],
  ["https://admin:s3cret@10.0.0.1:8080/x", "s3cret"],
  ["root:$6$saltsalt$0123456789abcdef/.:19000", "0123456789abcdef"],
  ['sent {\\"password\\":\\"in-json-in-json\\",\\"a\\":1}', "in-json-in-json"],
  ["CONSUL_HTTP_TOKEN=abcd-efgh", "abcd-efgh"],
];

describe("what looks like a secret is taken out", () => {
  test.each(planted)("%s", (text, secret) => {
    const clean = redact(text);
    expect(clean).not.toContain(secret);
    expect(clean).toContain("«");
  });
});

test("what a reader needs stays", () => {
  for (const text of [
    '"AllowResetRootPassword": false,',
    '"tokens": {',
    "ceph-1 is unreachable: no route to 10.0.1.1:22",
    '{"at":"2026-03-01T10:00:00.000Z","level":"info","sentence":"Standing by","epoch":7}',
    `fsid = ${uuid}`,
    "the password was refused",
    "https://10.0.0.1:5000/",
  ])
    expect(redact(text)).toBe(text);
});

test("the rest of a JSON stays a JSON", () => {
  const text = JSON.stringify({
    acl: { tokens: { agent: uuid, default: uuid } },
    encrypt: "abc",
    n: 1,
    password: 'a"b',
  });
  expect(JSON.parse(redact(text))).toMatchObject({ n: 1, encrypt: "«redacted»", password: "«redacted»" });
});

test("megabytes without a line end are gone through once", () => {
  const dump = "x".repeat(2_000_000);
  expect(redact(dump)).toBe(dump);
});
