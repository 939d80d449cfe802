import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, expect, test } from "vitest";
import { managementVmDomainName } from "@/contract/ha-config";
import { qemuHook } from "@/suite/libvirt/qemu-hook";
import { metadataElement } from "@/suite/libvirt/domain-xml";
import { runCommand } from "@/suite/system/run-command";

let run = "";

beforeEach(() => {
  run = mkdtempSync(join(tmpdir(), "zsha-hook-"));
  writeFileSync(join(run, "qemu"), qemuHook);
  writeFileSync(join(run, "uptime"), "1000.52 3000.10\n");
});
afterEach(() => rmSync(run, { recursive: true }));

const xml = `<domain><metadata>\n  ${metadataElement({ epoch: 7, startId: "7@ceph-1", configVersion: 3 })}\n</metadata></domain>`;

async function call(operation: string, options: { domain?: string; stdin?: string } = {}) {
  const argv = ["sh", join(run, "qemu"), options.domain ?? managementVmDomainName, operation, "begin", "-"];
  const env = { ZSHA_TEST_DIRECTORY: run };
  const result = await runCommand(argv, { timeoutMs: 5_000, stdin: options.stdin ?? xml, env });
  return result.kind === "exited" ? { code: result.code, stderr: result.stderr } : { code: -1, stderr: result.kind };
}
const permit = (text: string): void => writeFileSync(join(run, "permit"), text);

test.each(["prepare", "start", "started", "migrate"])(
  "%s needs the permit of exactly this start",
  async (operation) => {
    expect((await call(operation)).stderr).toContain("no permit");
    permit("7 7@ceph-1 1005\n");
    expect(await call(operation)).toEqual({ code: 0, stderr: "" });
    permit("8 8@ceph-2 1005\n");
    expect((await call(operation)).stderr).toContain(
      "the permit is for epoch 8, start 8@ceph-2, not for epoch 7, start 7@ceph-1",
    );
  },
);

test("a permit ends with its lease; one without end lasts", async () => {
  permit("7 7@ceph-1 999\n");
  expect((await call("start")).stderr).toContain("ran out");
  permit("7 7@ceph-1 0\n");
  expect((await call("start")).code).toBe(0);
});

test("a domain without our mark is refused, other domains are none of our business", async () => {
  permit("7 7@ceph-1 0\n");
  expect((await call("prepare", { stdin: "<domain/>" })).code).toBe(1);
  expect((await call("prepare", { stdin: "<domain/>", domain: "web-1" })).code).toBe(0);
});

test("a reconnect is refused only on proof that its epoch is over", async () => {
  expect((await call("reconnect")).code).toBe(0);
  writeFileSync(join(run, "revoked-epoch"), "garbage\n");
  expect((await call("reconnect")).code).toBe(0);
  writeFileSync(join(run, "revoked-epoch"), "6\n");
  expect((await call("reconnect")).code).toBe(0);
  writeFileSync(join(run, "revoked-epoch"), "7\n");
  expect((await call("reconnect")).stderr).toContain("epoch 7 of the management VM is over");
});
