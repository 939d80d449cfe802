import type { LogFile, LogFolder } from "@/contract/log-folder";
import { minutesOf } from "@/server/logs/parse-line";

export interface Listing extends LogFolder {
  /** Minutes east of UTC on the node. */
  readonly zoneMinutes: number;
}

export interface AskedAt {
  readonly sentMs: number;
  readonly backMs: number;
}

/** What list-logs.sh printed. Null: not even its clock came. */
export function parseListing(output: string, { sentMs, backMs }: AskedAt, hasFolder: boolean): Listing | null {
  const lines = output.split("\n");
  const clock = /^clock (\d+\.\d+) (\S+)$/.exec(lines[0] ?? "");
  if (clock === null) return null;
  const space = lines.map((line) => /^space (\d+) (\d+)$/.exec(line)).find((found) => found !== null);
  return {
    hasFolder,
    zoneMinutes: minutesOf(clock[2] ?? ""),
    // The clock was read on the way there, not back: `date` is the script's first line.
    clockOffsetMs: Math.round(Number(clock[1]) * 1000 - (sentMs + backMs) / 2),
    clockUncertaintyMs: Math.ceil((backMs - sentMs) / 2),
    diskBytes: space ? Number(space[1]) * 1024 : null,
    freeBytes: space ? Number(space[2]) * 1024 : null,
    files: lines.flatMap(fileOf),
  };
}

function fileOf(line: string): LogFile[] {
  const found = /^file (\d+) (\d+) (\d+) (\S+) (.+)$/.exec(line);
  if (found === null) return [];
  const [, inode = "", bytes, changed, born, name = ""] = found;
  const bornAt = Number(born);
  return [
    {
      name,
      inode,
      bytes: Number(bytes),
      changedAtMs: Number(changed) * 1000,
      bornAtMs: Number.isFinite(bornAt) && bornAt > 0 ? bornAt * 1000 : null,
    },
  ];
}

const packed = /\.(gz|xz|bz2|zst|zip)$/;
export const isPacked = ({ name }: Pick<LogFile, "name">): boolean => packed.test(name);
