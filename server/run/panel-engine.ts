import type { ProcedureKind } from "@/contract/run";
import { productPace } from "@/server/engine/cell-control";
import { RunEngine } from "@/server/engine/run-engine";
import type { Scrub } from "@/server/engine/scrub";
import type { ProcedureDefinition } from "@/server/engine/step";
import type { RemoteHosts } from "@/server/ports/remote-host";
import type { RunLockStore } from "@/server/ports/run-lock-store";
import { announceRunEvents } from "@/server/run/events";
import { installRunEngine } from "@/server/run/service";
import { runStore } from "@/server/run/store";

export interface PanelEngineParts {
  readonly procedureOf: (kind: ProcedureKind) => ProcedureDefinition<unknown>;
  readonly hostsOf: (clusterId: string) => Promise<RemoteHosts>;
  readonly lockStoreOf: (clusterId: string) => Promise<RunLockStore>;
  readonly openSecret: (ref: string) => Promise<string>;
  readonly fenceFloorOf: (clusterId: string) => Promise<number>;
  readonly scrub: Scrub;
  readonly log: (message: string, facts: Record<string, string>) => void;
}

/** The engine as one of the panel's long-lived parts: takes up what an earlier process left, lets go in order on stop. */
export function panelEngine(makeParts: () => PanelEngineParts | Promise<PanelEngineParts>) {
  let engine: RunEngine | null = null;
  return {
    name: "run-engine",
    async start(): Promise<void> {
      engine = new RunEngine({
        ...(await makeParts()),
        journal: runStore,
        pace: productPace,
        onCommitted: (events) => {
          const runId = events[0]?.runId;
          if (runId !== undefined) announceRunEvents(runId);
        },
      });
      installRunEngine(engine);
      await engine.beat();
      engine.startBeating();
    },
    async stop(): Promise<void> {
      await engine?.stop();
    },
  };
}
