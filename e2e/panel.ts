import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { killPanelProcess, type PanelProcess, startPanelProcess, stopPanelProcess } from "@/scripts/panel-process";

/** Everything the browser tests keep; known by name, so that a run can clean up after one that was killed. */
export const workDirectory = join(tmpdir(), "trivet-browser-tests");

/** `main` goes from an empty database to a cluster; `refusals` has its own, so that `main` stays empty till then; `states` never sees a cluster,
 * `newcomer` takes one over that `main` deployed. */
const ports = { main: 3300, refusals: 3301, states: 3302, newcomer: 3303 } as const;
export type PanelName = keyof typeof ports;

export const portOf = (name: PanelName): number => ports[name];
export const urlOf = (name: PanelName): string => `http://127.0.0.1:${ports[name]}`;
export const panelUrl = urlOf("main");
export const dataOf = (name: PanelName): string => join(workDirectory, name);
export const databaseOf = (name: PanelName): string => join(dataOf(name), "trivet.db");

const recordOf = (name: PanelName): string => join(workDirectory, `${name}.json`);
const recordSchema = z.object({ pid: z.number(), startedAt: z.string() });

function recorded(name: PanelName): PanelProcess | null {
  try {
    return recordSchema.parse(JSON.parse(readFileSync(recordOf(name), "utf8")));
  } catch {
    return null;
  }
}

/** Starts a panel on the data directory of that name, empty or left by the one before. */
export async function startPanel(name: PanelName): Promise<void> {
  mkdirSync(workDirectory, { recursive: true, mode: 0o700 });
  const panel = await startPanelProcess({
    url: urlOf(name),
    port: ports[name],
    dataDirectory: join(workDirectory, name),
    logFile: join(workDirectory, `${name}.log`),
    variables: { TRIVET_PSEUDO_LOCALE: "1" },
  });
  writeFileSync(recordOf(name), JSON.stringify(panel));
}

export async function stopPanel(name: PanelName): Promise<void> {
  const panel = recorded(name);
  if (panel !== null) await stopPanelProcess(panel);
}

/** As a power cut ends it: no handler runs. */
export function killPanel(name: PanelName): void {
  const panel = recorded(name);
  if (panel === null) throw new Error(`no ${name} panel is recorded in ${workDirectory}`);
  killPanelProcess(panel);
}

export async function removePanels(): Promise<void> {
  for (const name of Object.keys(ports) as PanelName[]) await stopPanel(name);
  rmSync(workDirectory, { recursive: true, force: true });
}

export const forgetData = (name: PanelName): void =>
  rmSync(join(workDirectory, name), { recursive: true, force: true });
