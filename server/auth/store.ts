import { randomUUID } from "node:crypto";
import type { Role } from "@/contract/account";
import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";
import { type BrakeState, forgetAfterMs } from "@/server/auth/brake";
import { database, type Prisma } from "@/server/database/client";

export interface NewUser {
  username: string;
  name: string;
  email: string | null;
  role: Role;
  passwordHash: string;
}

/** Where the library insists on an address and the person has none. RFC 2606: can never receive mail. */
const withoutAddress = "@people.trivet.invalid";
const addressFor = (user: Pick<NewUser, "username" | "email">): string =>
  user.email ?? `${user.username}${withoutAddress}`;
export const shownAddress = (email: string): string | null => (email.endsWith(withoutAddress) ? null : email);

/** The rows better-auth would make for somebody who signed up with a password. */
function newUserData(user: NewUser): Prisma.UserCreateInput {
  const id = randomUUID();
  return {
    id,
    username: user.username,
    displayUsername: user.username,
    name: user.name,
    email: addressFor(user),
    role: user.role,
    accounts: { create: { id: randomUUID(), accountId: id, providerId: "credential", password: user.passwordHash } },
  };
}

export const countUsers = (): Promise<number> => database().user.count();

/** False when somebody else was first: the unique row and the user are one transaction. */
export async function createFirstUser(user: NewUser): Promise<boolean> {
  try {
    return await database().$transaction(async (transaction) => {
      await transaction.once.create({ data: { name: "first-administrator" } });
      if ((await transaction.user.count()) > 0) return false;
      await transaction.user.create({ data: newUserData(user) });
      return true;
    });
  } catch (error) {
    if (isUniqueViolation(error)) return false;
    throw error;
  }
}

/** False when the user name or address is taken. */
export async function createUser(user: NewUser): Promise<boolean> {
  try {
    await database().user.create({ data: newUserData(user) });
    return true;
  } catch (error) {
    if (isUniqueViolation(error)) return false;
    throw error;
  }
}

export const isUniqueViolation = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "code" in error && error.code === "P2002";

const personFields = { id: true, username: true, name: true, email: true, role: true, createdAt: true } as const;
export type StoredPerson = Prisma.UserGetPayload<{ select: typeof personFields }>;

export const listUsers = (): Promise<StoredPerson[]> =>
  database().user.findMany({ select: personFields, orderBy: { createdAt: "asc" } });

export const findUser = (id: string): Promise<StoredPerson | null> =>
  database().user.findUnique({ where: { id }, select: personFields });

/**
 * Sets the role (null = removes the person) unless nobody with the role administrator would be left: then false. Serializable:
 * two administrators demoting each other at once must not both succeed. Sessions end, so that the change holds everywhere.
 */
export async function changeUnlessLastAdministrator(id: string, role: Role | null): Promise<boolean> {
  const changed = database().$transaction(
    async (transaction) => {
      const others = await transaction.user.count({ where: { role: "administrator", id: { not: id } } });
      if (others === 0 && role !== "administrator") return false;
      if (role === null) await transaction.user.delete({ where: { id } });
      else await transaction.user.update({ where: { id }, data: { role, sessions: { deleteMany: {} } } });
      return true;
    },
    { isolationLevel: "Serializable" },
  );
  return changed.catch((cause: unknown) => {
    if (!isWriteConflict(cause)) throw cause;
    throw new AppError("conflict", say("roles-changed"), {
      facts: { what: "user" },
      cause,
    });
  });
}

/** PostgreSQL found that two serializable transactions cannot both be right; the adapter reports it with or without a code. */
const isWriteConflict = (error: unknown): boolean =>
  error instanceof Error &&
  (error.message.includes("TransactionWriteConflict") || ("code" in error && error.code === "P2034"));

export async function updatePassword(id: string, passwordHash: string, keepSession: string | null): Promise<void> {
  await database().$transaction([
    database().account.updateMany({
      where: { userId: id, providerId: "credential" },
      data: { password: passwordHash },
    }),
    database().session.deleteMany({
      where: { userId: id, ...(keepSession === null ? {} : { id: { not: keepSession } }) },
    }),
  ]);
}

export const findPasswordHash = async (userId: string): Promise<string | null> =>
  (await database().account.findFirst({ where: { userId, providerId: "credential" }, select: { password: true } }))
    ?.password ?? null;

export const findBrake = (key: string): Promise<BrakeState | null> =>
  database().signInAttempt.findUnique({ where: { key }, select: { failures: true, blockedTill: true } });

export async function saveBrake(key: string, state: BrakeState, now: Date): Promise<void> {
  // Names that do not exist leave rows too: old ones go, so that guessing names cannot fill the disk.
  await database().signInAttempt.deleteMany({
    where: { blockedTill: { lt: new Date(now.getTime() - forgetAfterMs) } },
  });
  await database().signInAttempt.upsert({ where: { key }, create: { key, ...state }, update: state });
}

export async function clearBrake(key: string): Promise<void> {
  await database().signInAttempt.deleteMany({ where: { key } });
}

/** better-auth forgets an expired session only when its cookie comes back; most never do. */
export async function forgetExpiredSessions(): Promise<void> {
  await database().session.deleteMany({ where: { expiresAt: { lt: new Date() } } });
}
