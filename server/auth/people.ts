import { type Actor, type Person, type Role, roleSchema, usernameSchema } from "@/contract/account";
import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";
import { type AuditSubject, recordAudit } from "@/server/audit/service";
import { hashPassword, verifyPassword } from "@/server/auth/password";
import {
  changeUnlessLastAdministrator,
  createUser,
  findPasswordHash,
  findUser,
  listUsers,
  type StoredPerson,
  shownAddress,
  updatePassword,
} from "@/server/auth/store";

const personOf = (row: StoredPerson): Person => ({
  id: row.id,
  username: usernameSchema.parse(row.username),
  name: row.name,
  email: shownAddress(row.email),
  role: roleSchema.parse(row.role),
  createdAt: row.createdAt,
});

export const listPeople = async (): Promise<Person[]> => (await listUsers()).map(personOf);

export interface NewPerson {
  username: string;
  name?: string | undefined;
  email?: string | null | undefined;
  role: Role;
  password: string;
}

export async function addPerson(by: AuditSubject, person: NewPerson): Promise<void> {
  const created = await createUser({
    username: person.username,
    name: person.name ?? person.username,
    email: person.email ?? null,
    role: person.role,
    passwordHash: await hashPassword(person.password),
  });
  if (!created) {
    throw new AppError("conflict", say("person-exists", { name: person.username }), {
      facts: { what: "user", username: person.username },
    });
  }
  await recordAudit(by, "user-created", { target: `user:${person.username}`, facts: { role: person.role } });
}

export async function changeRole(by: AuditSubject, id: string, role: Role): Promise<void> {
  const person = await requirePerson(id);
  if (!(await changeUnlessLastAdministrator(id, role))) throw lastAdministrator(person.username);
  await recordAudit(by, "user-role-changed", {
    target: `user:${person.username}`,
    facts: { from: person.role, to: role },
  });
}

export async function removePerson(by: AuditSubject, id: string): Promise<void> {
  const person = await requirePerson(id);
  if (!(await changeUnlessLastAdministrator(id, null))) throw lastAdministrator(person.username);
  await recordAudit(by, "user-removed", { target: `user:${person.username}` });
}

/** An administrator sets somebody's password; their sessions end. */
export async function resetPassword(by: AuditSubject, id: string, password: string): Promise<void> {
  const person = await requirePerson(id);
  await updatePassword(id, await hashPassword(password), null);
  await recordAudit(by, "user-password-changed", { target: `user:${person.username}` });
}

/** A person changes their own; all their other sessions end. */
export async function changeOwnPassword(
  by: AuditSubject & { actor: Actor },
  sessionId: string,
  passwords: { current: string; next: string },
): Promise<void> {
  const stored = await findPasswordHash(by.actor.id);
  if (stored === null || !(await verifyPassword(passwords.current, stored))) {
    throw new AppError("sign-in-refused", say("password-wrong"), {
      facts: { reason: "wrong-credentials", waitSeconds: 0 },
    });
  }
  await updatePassword(by.actor.id, await hashPassword(passwords.next), sessionId);
  await recordAudit(by, "user-password-changed", { target: `user:${by.actor.username}` });
}

async function requirePerson(id: string): Promise<Person> {
  const found = await findUser(id);
  if (found === null) throw new AppError("not-found", say("no-person"), { facts: { what: "user", id } });
  return personOf(found);
}

const lastAdministrator = (username: string): AppError =>
  new AppError("blocked", say("only-administrator", { name: username }), {
    facts: { reason: "last-administrator", username },
    advice: say("make-administrator"),
  });
