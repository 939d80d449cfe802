import { afterEach, beforeEach, expect, it } from "vitest";
import { auditPage, recordAudit } from "@/server/audit/service";
import { learnSecret } from "@/server/secret/scrub";
import { type TemporaryDatabase, temporaryDatabase } from "@/testing/temporary-database";

let temporary: TemporaryDatabase;
beforeEach(async () => {
  temporary = await temporaryDatabase();
});
afterEach(() => temporary.close());

const by = { actor: { id: "u1", username: "admin" }, address: "10.0.0.9" };

it("tells who did what to what, newest first, page by page", async () => {
  for (const id of ["a", "b", "c"]) await recordAudit(by, "run-created", { target: `run:${id}` });
  const first = await auditPage(2, null);
  expect(first.entries.map(({ target }) => target)).toEqual(["run:c", "run:b"]);
  expect(first.entries[0]).toMatchObject({
    actor: "admin",
    action: "run-created",
    outcome: "done",
    address: "10.0.0.9",
  });
  const second = await auditPage(2, first.before);
  expect(second.entries.map(({ target }) => target)).toEqual(["run:a"]);
  expect(second.before).toBeNull();
});

it("keeps the name of who did it, and no secret", async () => {
  learnSecret("an-opened-password");
  await recordAudit({ actor: null, address: null }, "run-cancelled", {
    outcome: "refused",
    facts: { because: "login with an-opened-password failed", attempt: 2 },
  });
  const { entries } = await auditPage(10, null);
  expect(entries[0]).toMatchObject({
    actor: "trivet",
    outcome: "refused",
    facts: { because: "login with «secret» failed", attempt: 2 },
  });
});
