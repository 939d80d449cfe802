import { afterEach, beforeEach, expect, it } from "vitest";
import { addPerson, changeRole, listPeople, removePerson } from "@/server/auth/people";
import { type TemporaryDatabase, temporaryDatabase } from "@/testing/temporary-database";

const by = { actor: null, address: null };
const password = "correct horse battery";

let temporary: TemporaryDatabase;
beforeEach(async () => {
  temporary = await temporaryDatabase();
  await addPerson(by, { username: "first", role: "administrator", password });
  await addPerson(by, { username: "second", role: "operator", email: "second@example.org", password });
});
afterEach(() => temporary.close());

const idOf = async (username: string): Promise<string> =>
  (await temporary.client.user.findUniqueOrThrow({ where: { username } })).id;

it("hides the address nobody gave", async () => {
  expect((await listPeople()).map(({ username, email }) => [username, email])).toEqual([
    ["first", null],
    ["second", "second@example.org"],
  ]);
});

it("refuses a name twice", async () => {
  await expect(addPerson(by, { username: "second", role: "viewer", password })).rejects.toMatchObject({
    code: "conflict",
  });
});

it("never leaves the panel without an administrator", async () => {
  const first = await idOf("first");
  await expect(changeRole(by, first, "viewer")).rejects.toMatchObject({ code: "blocked" });
  await expect(removePerson(by, first)).rejects.toMatchObject({ code: "blocked" });
  await changeRole(by, await idOf("second"), "administrator");
  await removePerson(by, first);
  expect((await listPeople()).map(({ username }) => username)).toEqual(["second"]);
  expect(await temporary.client.account.count()).toBe(1);
});
