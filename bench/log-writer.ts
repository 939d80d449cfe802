// Lines on the nodes at a steady pace, each with its number, so that one that is missing or out of place shows.
import { onNode } from "@/bench/bench-lab";
import { suitePaths } from "@/contract/node-setup";
import * as lab from "@/lab/cluster";

const unit = "trivet-bench-log";
/** Between two writes: shorter wakes the node for single lines, longer makes bursts of what is meant to be steady. */
const beatSeconds = 0.02;

/** Stamped as it is written; the clock of the nodes is this machine's. */
const script = `import sys, time
node, path, rate, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
began, written = time.time(), 0
with open(path, "a") as out:
    while written < rate * seconds:
        now = time.time()
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + ".%03dZ" % (now % 1 * 1000)
        due = min(int((now - began) * rate), rate * seconds)
        for number in range(written, due):
            out.write(f"{stamp} INFO bench: line {number} of {node}, pool rbd, image guest, heartbeat answered after 3 ms\\n")
        out.flush()
        written = max(written, due)
        time.sleep(${beatSeconds})
`;

export interface Writer {
  node: string;
  lines: number;
}

/** Begins to write `rate` lines a second in all, for so long, and returns how many each node will have written. */
export async function startWriters(
  nodes: readonly string[],
  file: string,
  rate: number,
  seconds: number,
): Promise<Writer[]> {
  const path = `${suitePaths.logDirectory}/${file}`;
  return await Promise.all(
    nodes.map(async (node, at) => {
      const share = Math.floor(rate / nodes.length) + (at < rate % nodes.length ? 1 : 0);
      const command = ["python3", "-c", script, node, path, String(share), String(seconds)];
      await onNode(node, ["systemd-run", "--quiet", "--collect", "--unit", unit, ...command]);
      return { node, lines: share * seconds };
    }),
  );
}

export async function stopWriters(nodes: readonly string[]): Promise<void> {
  await Promise.all(nodes.map((node) => lab.exec(node, ["systemctl", "stop", unit])));
}

export interface NumberedLine {
  node: string;
  number: number;
}

/** Of the lines a writer wrote; null for others. */
export function numberedLine(text: string): NumberedLine | null {
  const [, number, node] = /bench: line (\d+) of ([^,]+),/.exec(text) ?? [];
  return number === undefined || node === undefined ? null : { node, number: Number(number) };
}

/** What is wrong with lines that should be the newest of every writer, in order and without a gap. Pure. */
export function faultsIn(lines: readonly NumberedLine[], writers: readonly Writer[]): string[] {
  return writers.flatMap(({ node, lines: written }) => {
    const numbers = lines.filter((line) => line.node === node).map(({ number }) => number);
    const odd = numbers.findIndex((number, at) => at > 0 && number !== (numbers[at - 1] ?? 0) + 1);
    if (odd > 0) return [`${node}: line ${numbers[odd]} stands after line ${numbers[odd - 1]}`];
    const last = numbers.at(-1);
    return last === written - 1 ? [] : [`${node}: line ${last ?? "none"} is the newest, not ${written - 1}`];
  });
}
