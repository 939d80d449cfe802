// nspawn keeps a folder per container in /run and leaves it behind when it is killed, as every power cut does.
import { existsSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { NAME_PREFIX } from "@/lab/plan";

const FOLDER = "/run/systemd/nspawn/propagate";

export function nspawnScratch(): string[] {
  return existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.startsWith(NAME_PREFIX)) : [];
}

export function removeNspawnScratch(name: string): void {
  rmSync(path.join(FOLDER, name), { recursive: true, force: true });
}
