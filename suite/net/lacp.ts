import { readFile } from "node:fs/promises";
import { type BondFacts, parseBonding } from "@/contract/bond-facts";
import { judgeBond } from "@/contract/bond-verdict";
import type { NetworkModel } from "@/contract/network-model";
import { monotonicMs, pause } from "@/suite/system/clock";
import { namesIn } from "@/suite/system/files";

/** LACP takes 2 to 3.3 s, on a busy node three times that. Longer: a port without LACP is named late. */
const lacpWaitMs = 9_000;
/** Two small files are read each time. */
const lacpPollMs = 150;
const folder = "/proc/net/bonding";

const readBond = async (name: string): Promise<BondFacts> =>
  parseBonding(name, await readFile(`${folder}/${name}`, "utf8"));

export const readBondFacts = async (): Promise<BondFacts[]> => Promise.all((await namesIn(folder)).map(readBond));

/** Until every cable of these bonds carries, or it has taken longer than LACP does: a look before that finds nothing but its absence. */
export async function waitForLacp({ bonds }: NetworkModel): Promise<void> {
  const deadline = monotonicMs() + lacpWaitMs;
  const names = bonds.flatMap(({ name, mode }) => (mode === "lacp" ? [name] : []));
  for (;;) {
    const facts = await readBondFacts();
    const carries = (name: string): boolean => facts.some((bond) => bond.name === name && judgeBond(bond).healthy);
    if (names.every(carries) || monotonicMs() > deadline) return;
    await pause(lacpPollMs);
  }
}
