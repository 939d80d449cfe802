import { startFailure, startPanel } from "@/server/composition";
import { environment } from "@/server/env";
import { log } from "@/server/log";
import { stopOnSignals } from "@/server/stop";

export async function start(): Promise<void> {
  if (environment().building) return;
  stopOnSignals();
  try {
    await startPanel();
  } catch (error) {
    log().fatal(startFailure(error));
    process.exit(1);
  }
}
