import { database } from "@/server/database/client";

export interface StoredScrapeToken {
  id: string;
  name: string;
  createdBy: string;
  createdAt: Date;
  lastUsedAt: Date | null;
}

const shown = { id: true, name: true, createdBy: true, createdAt: true, lastUsedAt: true } as const;

export const listTokens = (): Promise<StoredScrapeToken[]> =>
  database().scrapeToken.findMany({ select: shown, orderBy: { createdAt: "asc" } });

export const countTokens = (): Promise<number> => database().scrapeToken.count();

export const findTokenByHash = (sha256: string): Promise<StoredScrapeToken | null> =>
  database().scrapeToken.findUnique({ where: { sha256 }, select: shown });

/** False: the name is taken. */
export async function addToken(token: { name: string; sha256: string; createdBy: string }): Promise<boolean> {
  const taken = await database().scrapeToken.findUnique({ where: { name: token.name }, select: { id: true } });
  if (taken !== null) return false;
  await database().scrapeToken.create({ data: token });
  return true;
}

/** Null: there is none. */
export async function removeToken(id: string): Promise<StoredScrapeToken | null> {
  const found = await database().scrapeToken.findUnique({ where: { id }, select: shown });
  await database().scrapeToken.deleteMany({ where: { id } });
  return found;
}

export async function noteUse(id: string, at: Date): Promise<void> {
  await database().scrapeToken.updateMany({ where: { id }, data: { lastUsedAt: at } });
}
