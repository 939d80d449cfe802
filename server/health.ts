import { database } from "@/server/database/client";
import { shutdownSignal } from "@/server/process";

export interface Health {
  ok: boolean;
  because: string | null;
}

/** Able to serve = not stopping, and the database answers. */
export async function health(): Promise<Health> {
  if (shutdownSignal().aborted) return { ok: false, because: "shutting down" };
  try {
    await database().$queryRaw`SELECT 1`;
    return { ok: true, because: null };
  } catch {
    return { ok: false, because: "the database does not answer" };
  }
}
