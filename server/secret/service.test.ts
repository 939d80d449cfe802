import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { replaceInProcess } from "@/server/process";
import { scrub } from "@/server/secret/scrub";
import { countUnreadableSecrets, hasSecret, openSecret, putSecret, removeSecret } from "@/server/secret/service";
import { type TemporaryDatabase, temporaryDatabase } from "@/testing/temporary-database";

let temporary: TemporaryDatabase;
beforeEach(async () => {
  temporary = await temporaryDatabase();
  vi.stubEnv("TRIVET_DATA", temporary.directory);
  replaceInProcess("secret key");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  replaceInProcess("secret key");
  await temporary.close();
});

it("keeps a secret sealed and gives it back by its ref", async () => {
  const ref = await putSecret("node-password", "rather-secret-1");
  expect(await openSecret(ref)).toBe("rather-secret-1");
  const row = await temporary.client.secret.findUniqueOrThrow({ where: { ref } });
  expect(JSON.stringify(row)).not.toContain("rather-secret-1");
  expect(scrub("password=rather-secret-1")).toBe("password=«node-password»");
});

it("replaces under the same ref and forgets", async () => {
  const ref = await putSecret("ceph-key", "the-first-value");
  await putSecret("ceph-key", "the-second-value", ref);
  expect(await openSecret(ref)).toBe("the-second-value");
  await removeSecret(ref);
  expect(await hasSecret(ref)).toBe(false);
  await expect(openSecret(ref)).rejects.toMatchObject({ code: "secret-unreadable" });
});

it("tells that secrets were sealed with another key", async () => {
  const ref = await putSecret("node-password", "rather-secret-2");
  expect(await countUnreadableSecrets()).toBe(0);
  writeFileSync(join(temporary.directory, "secret.key"), randomBytes(32).toString("base64"));
  replaceInProcess("secret key");
  expect(await countUnreadableSecrets()).toBe(1);
  await expect(openSecret(ref)).rejects.toMatchObject({
    code: "secret-unreadable",
    advice: { text: expect.stringContaining("secret.key") },
  });
});
