import { environment } from "@/server/env";
import { startPanel } from "@/server/composition";

export async function start(): Promise<void> {
  if (environment().building) return;
  await startPanel();
}
